"""How many times faster than real time a whole drill runs under the virtual clock, with the real driver in the path.

Chips, wiring, person and platform are modelled, everything above them is what runs on a Pi: drivers, drill, safety,
recording, figures. The same number of plain ticks written with numpy gives the yardstick, in turns in the same run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from statistics import median

from benchmarks.common import Verdict, at_least, table
from benchmarks.tick import Numpy
from drills.library import load_shipped
from drills.prescription import Asked, fill_in
from drills.values import Leg
from station.control.loop import RATE_HZ
from station.control.session import DrillRequest
from station.processes.headless import Surroundings, run_headless
from station.settings import Settings

GOAL = 45.0
ROUNDS = 5
DRILLS = (("single-leg-vibration", Leg.LEFT), ("reach-the-targets", Leg.BOTH))


def core_s(work: Callable[[], object]) -> float:
    """Processor time of it, in s."""
    began = time.process_time()
    work()
    return time.process_time() - began


def drill(name: str, asked: Asked) -> float:
    """Run it from its start to its figures; virtual seconds."""
    document = load_shipped(name)
    request = DrillRequest("P01", document, fill_in(document, asked))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate({"station": {"data": folder, "rig": "simulated", "seed": 7}})
        result = run_headless(settings, request, Surroundings(virtual=True))
    return float(result["samples"]) / RATE_HZ


def plain(ticks: int) -> None:
    """So many ticks of arithmetic alone."""
    work = Numpy()
    for _ in range(ticks):
        work.tick(0, 0, 0)


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    rows, verdicts = [], []
    for name, leg in DRILLS:
        asked = Asked(leg, trials=1, hold_s=load_shipped(name).exercise_step.time.min_s if short else None)
        ratios, beside, virtual_s = [], [], 0.0
        for _ in range(1 if short else ROUNDS):
            begun = time.process_time()
            virtual_s = drill(name, asked)
            took_s = time.process_time() - begun
            yardstick_s = core_s(lambda seconds=virtual_s: plain(round(seconds * RATE_HZ)))  # type: ignore[misc]
            ratios.append(virtual_s / took_s)
            beside.append(took_s / yardstick_s)
        rows.append([name, virtual_s, median(ratios), max(ratios), median(beside)])
        verdicts.append(at_least(f"{name} under the virtual clock", median(ratios), GOAL, "x real time"))
    print(table(["drill", "virtual s", "x real time", "best", "of numpy's ticks"], rows))
    return verdicts


if __name__ == "__main__":
    main()
