"""What one tick costs inside the 250 Hz loop, where caches are cold, and how much of a core control takes.

In one run: the driver over a bus that answers at once (the station's own cost), the simulated rig (the modelled
world's cost on top), and for comparison the tick's arithmetic alone as one would write it with numpy.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.common import Verdict, at_most, percentile, table
from drills.library import load_shipped
from drills.prescription import Asked, fill_in
from drills.values import Leg
from hw.ads1115.cells import Ads1115LoadCells
from hw.ports import Panel, Rig
from hw.registry import open_rig
from hw.settings import RigSettings
from hw.simulated.bus import NullI2C
from hw.simulated.drive import SimulatedDrive
from hw.simulated.panel import open_panel
from hw.simulated.platform import ModelledPlatform
from hw.values import IDENTITY_MATRIX, CellCalibration, PanelState, PlateGeometry
from station.clock import MonotonicClock, StationClock
from station.control.admission import admit, examine
from station.control.loop import become_real_time, run_loop, settle_memory
from station.control.session import DrillRequest, platform_of
from station.control.tick import HouseRules, Station
from station.processes.live_rings import LiveRings
from station.safety.limits import CLINICIAN
from station.settings import MEMORY

ROUND_S = 3.0
ROUNDS = 5
PRIORITY = 50
GOAL_US = 100.0
GOAL_CORE_PERCENT = 15.0


class Timed:
    """Ticks, and keeps how long each took."""

    def __init__(self, station: Station) -> None:
        self._tick = station.tick
        self.work_us: list[float] = []

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """One tick with a stopwatch."""
        began = time.perf_counter_ns()
        self._tick(now_ns, lateness_ns, missed)
        self.work_us.append((time.perf_counter_ns() - began) * 1e-3)


class Numpy:
    """Calibration, sum and CoP with small arrays; no driver, no filter, no drill, no safety, no ring."""

    def __init__(self) -> None:
        self._matrix, self._zero = np.eye(4) * 571.0, np.full(4, 0.25)
        self._arms = np.array([[-150.0, 150.0, 150.0, -150.0], [200.0, 200.0, -200.0, -200.0]])
        self.work_us: list[float] = []

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """One tick with a stopwatch."""
        del now_ns, lateness_ns, missed
        began = time.perf_counter_ns()
        newtons = self._matrix @ (np.array((0.5, 0.51, 0.52, 0.53)) - self._zero)
        _ = self._arms @ newtons / newtons.sum()
        self.work_us.append((time.perf_counter_ns() - began) * 1e-3)


class _NullPanel:
    """All is well, and nothing is shown."""

    def read(self) -> PanelState:
        """The emergency-stop loop is closed."""
        return _AT_REST

    def show(self, *, lamp: bool, beacon: bool, buzzer: bool) -> None:
        """Nothing."""

    def power(self, on: bool) -> None:
        """Nothing."""

    def trigger(self, on: bool) -> None:
        """Nothing."""

    def heartbeat(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


_AT_REST = PanelState(estop_closed=True, hand_switch=False, foot_switch=False)


def null_rig(clock: StationClock, *, gpiozero: bool = False) -> Rig:
    """Four cells on a bus that answers at once, a drive without a world, and all is well."""
    settings = RigSettings()
    panel: Panel = open_panel(settings.pins, clock)[0] if gpiozero else _NullPanel()
    cells = Ads1115LoadCells(NullI2C(), settings.load_cells, clock)
    drive = SimulatedDrive(ModelledPlatform(Random(0)), clock, lambda _: None)
    calibration = CellCalibration((0.25,) * 4, (571.0,) * 4, IDENTITY_MATRIX)
    return Rig("null bus", cells, drive, panel, PlateGeometry(300.0, 400.0), calibration)


@contextmanager
def _running(rig: Rig, clock: MonotonicClock) -> Iterator[Timed]:
    """A station with its live rings on this rig, a drill running."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        rings = LiveRings(Path(folder))
        station = Station(rig, clock, HouseRules(CLINICIAN), rings)
        warm_up = iter(range(25))
        run_loop(station, clock, lambda: next(warm_up, None) is not None)
        document = load_shipped("quiet-stance")
        request = DrillRequest("P01", document, fill_in(document, Asked(Leg.BOTH)))
        admit(station, examine(request, station.limits, platform_of(rig.mechanics)), clock.now_ns())
        yield Timed(station)
        rings.close()
    rig.close()


class _Tally:
    """Work and processor time of one row, over its rounds."""

    def __init__(self, name: str, work: Timed | Numpy) -> None:
        self.name = name
        self._work = work
        self._core_s = self._passed_s = 0.0

    def run(self, clock: MonotonicClock, seconds: float) -> None:
        """One round of ticks."""
        end_ns = clock.now_ns() + round(seconds * 1e9)
        began_s, cpu_s = time.monotonic(), time.process_time()
        run_loop(self._work, clock, lambda: clock.now_ns() < end_ns)
        self._core_s += time.process_time() - cpu_s
        self._passed_s += time.monotonic() - began_s

    def row(self) -> tuple[str, float, float, float]:
        """Name, work p50 and p99 in us, and the share of a core in percent."""
        work_us = self._work.work_us
        return self.name, percentile(work_us, 50), percentile(work_us, 99), 100.0 * self._core_s / self._passed_s


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table. The rows take turns, so that the machine's other business falls on all of them."""
    clock = MonotonicClock()
    refused = become_real_time(PRIORITY, max(os.sched_getaffinity(0)))
    settle_memory()
    rigs = {
        "station, null bus": null_rig(clock, gpiozero=False),
        "station, null bus, panel over gpiozero": null_rig(clock, gpiozero=True),
        "station, simulated rig": open_rig("simulated", RigSettings(), clock, seed=1),
    }
    with ExitStack() as stack:
        tallies = [_Tally(name, stack.enter_context(_running(rig, clock))) for name, rig in rigs.items()]
        tallies.append(_Tally("numpy, arithmetic alone", Numpy()))
        for tally in tallies * (1 if short else ROUNDS):
            tally.run(clock, 0.2 if short else ROUND_S)
    rows = [tally.row() for tally in tallies]
    reference_us = rows[-1][1]
    head = ["one tick", "p50 us", "p99 us", "% of a core", "p50 against numpy's"]
    print(table(head, [[*row, f"{row[1] / reference_us:.2f}x"] for row in rows]))
    print(
        f"\nGoals: the null bus p50 <= {GOAL_US:g} us; control <= {GOAL_CORE_PERCENT:g} % of a core without the world."
        + (f"\nNot real time here: {'; '.join(refused)}." if refused else "")
    )
    return [
        at_most("one tick over the null bus, p50", rows[0][1], GOAL_US, "us"),
        at_most("control without the world", rows[0][3], GOAL_CORE_PERCENT, "% of a core"),
    ]


if __name__ == "__main__":
    main()
