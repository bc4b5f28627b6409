"""How long the measures take, against published times of the reference code, or itself where it is installed.

The published times of the reference (Quijoux et al. 2021, all variables with resampling, 100 Hz) are those of a 2-core
x86-64 machine: 0.61 s for a trial of 30 s and 1.8 s for one of 60 s. Where its package can be imported as
`code_descriptors_postural_control`, it is timed beside ours instead. The row of 1930 trials needs the real
recordings in ../shared/data.
"""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.common import Verdict, at_least, at_most, table
from benchmarks.derive_norms import all_trials
from station.measures import Foot, RecordedCop, Request, compute
from station.measures.live import Rolling, Running
from station.measures.signal import Array

PUBLISHED_S = {30: 0.61, 60: 1.8}
BUDGET_MS = {30: 15.0, 60: 20.0}
REPEATS = 25
COHORT = Path(__file__).parents[2] / "shared" / "data" / "bds"
COHORT_RATIO = 250.0
EVERYTHING_MS = 250.0
LIVE_US = 5.0
MEMORY_MB = 200.0
COMMAND_RATIO = 1.5


def made_sway(seconds: float, rate_hz: float) -> tuple[Array, Array]:
    """ML and AP in mm of a made two-legged stance, always the same."""
    rng = np.random.default_rng(5)
    count, step = round(seconds * rate_hz), 1.0 / rate_hz
    kicks = rng.standard_normal((count, 2)) * (18.0, 30.0) * np.sqrt(step)
    cop, velocity = np.zeros((count, 2)), np.zeros(2)
    for k in range(1, count):
        velocity += step * (-4.0 * velocity - 5.0 * cop[k - 1]) + kicks[k]
        cop[k] = cop[k - 1] + step * velocity
    return cop[:, 0].copy(), cop[:, 1].copy()


def timed_ms(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Least and middle time of one call, in ms, after one call that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - begin))
    return min(times), statistics.median(times)


def reference_s(ml: Array, ap: Array) -> float | None:
    """Seconds that the reference itself takes here, or None where it is not installed."""
    try:
        stabilogram = importlib.import_module("code_descriptors_postural_control.stabilogram.stato").Stabilogram
        features = importlib.import_module("code_descriptors_postural_control.descriptors").compute_all_features
    except ImportError:
        return None
    begin = time.perf_counter()
    signal = stabilogram()
    signal.from_array(array=np.column_stack((ml, ap)) / 10.0, original_frequency=100)
    features(signal, params_dic={"sway_density_radius": 0.3})
    return time.perf_counter() - begin


def quijoux_rows(verdicts: list[Verdict], repeats: int) -> list[list[object]]:
    """The 73 variables with resampling, 30 s and 60 s at 100 Hz."""
    rows: list[list[object]] = []
    for seconds in (30, 60):
        ml, ap = made_sway(seconds, 100.0)
        least, middle = timed_ms(
            partial(compute, RecordedCop(None, ml, ap, rate_hz=100.0), Request("quijoux-2021")), repeats
        )
        verdicts.append(at_most(f"73 variables, {seconds} s", middle, BUDGET_MS[seconds], "ms"))
        own = reference_s(ml, ap)
        theirs, source = (own, "timed here") if own is not None else (PUBLISHED_S[seconds], "published")
        rows.append(
            [
                f"73 variables, {seconds} s at 100 Hz",
                f"<= {BUDGET_MS[seconds]:.0f} ms",
                least,
                middle,
                f"{theirs:.2f} s ({source})",
                f"{1e3 * theirs / middle:.0f}x",
            ]
        )
    return rows


def cohort_rows(verdicts: list[Verdict], folder: Path = COHORT) -> list[list[object]]:
    """The 73 variables of all 1930 trials of 60 s, in seconds of one core; the reference's is 1930 times its own."""
    what, budget = "73 variables, 1930 trials of 60 s at 100 Hz", f">= {COHORT_RATIO:g}x"
    if not folder.is_dir():
        verdicts.append(Verdict(f"1930 trials at least {COHORT_RATIO:g} x", "no recordings beside the project", None))
        return [[what, budget, "no recordings", "-", "-", "-"]]
    cop_mm = all_trials(folder)
    own = reference_s(cop_mm[0, :, 1].copy(), cop_mm[0, :, 0].copy())
    begin = time.process_time()
    for cop in cop_mm:
        compute(RecordedCop(None, cop[:, 1], cop[:, 0], rate_hz=100.0), Request("quijoux-2021"))
    spent = time.process_time() - begin
    theirs, source = (own, "timed here") if own is not None else (PUBLISHED_S[60], "published")
    theirs *= len(cop_mm)
    verdicts.append(at_least(f"{len(cop_mm)} trials, faster than the reference by", theirs / spent, COHORT_RATIO, "x"))
    return [
        [
            what,
            budget,
            f"{spent:.1f} s",
            f"{1e3 * spent / len(cop_mm):.1f} each",
            f"{theirs:.0f} s ({source})",
            f"{theirs / spent:.0f}x",
        ]
    ]


def station_rows(verdicts: list[Verdict], repeats: int) -> list[list[object]]:
    """Our own pipeline: the figures of every trial, everything, and everything of both pipelines."""
    ml, ap = made_sway(60.0, 250.0)
    foot = Foot(-200.0, 200.0, -200.0, 200.0)

    def everything() -> None:
        compute(RecordedCop(None, ml, ap, rate_hz=250.0), Request(everything=True, foot=foot))
        compute(RecordedCop(None, ml, ap, rate_hz=250.0), Request("quijoux-2021"))

    rows: list[list[object]] = []
    for name, budget, work in (
        ("station-1, 60 s at 250 Hz", "-", lambda: compute(RecordedCop(None, ml, ap, rate_hz=250.0))),
        ("everything and quijoux-2021, 60 s at 250 Hz", f"<= {EVERYTHING_MS:g} ms", everything),
    ):
        least, middle = timed_ms(work, repeats)
        rows.append([name, budget, least, middle, "-", "-"])
    verdicts.append(at_most("everything and quijoux-2021, 60 s", middle, EVERYTHING_MS, "ms"))
    return rows


def go_live(live: list[Running | Rolling], samples: list[tuple[float, float, float]]) -> None:
    """A whole trial through the live figures."""
    for one in live:
        one.clear()
    for t, x, y in samples:
        for one in live:
            one.update(t, x, y)


def live_rows(verdicts: list[Verdict], repeats: int, trial_s: float) -> list[list[object]]:
    """One update of the live figures, in microseconds: running, rolling over 10 s, and both, over such a trial."""
    ml, ap = (x.tolist() for x in made_sway(trial_s, 250.0))
    samples = [(k / 250.0, x, y) for k, (x, y) in enumerate(zip(ml, ap, strict=True))]
    rows: list[list[object]] = []
    both: list[list[Running | Rolling]] = [[Running()], [Rolling(10.0)], [Running(), Rolling(10.0)]]
    for name, live in zip(("running", "rolling 10 s", "both"), both, strict=True):
        least, middle = (1e3 * ms / len(samples) for ms in timed_ms(partial(go_live, live, samples), repeats))
        verdicts.append(at_most(f"a live update, {name}", middle, LIVE_US, "us"))
        rows.append([f"live update, {name}", f"<= {LIVE_US:g} us", f"{least:.2f} us", f"{middle:.2f} us", "-", "-"])
    return rows


def memory_rows(verdicts: list[Verdict], long_s: float) -> list[list[object]]:
    """The most memory that a trial of so long at 250 Hz takes."""
    ml, ap = made_sway(long_s, 250.0)
    compute(RecordedCop(None, ml[:15_000], ap[:15_000], rate_hz=250.0))
    tracemalloc.start()
    compute(RecordedCop(None, ml, ap, rate_hz=250.0), Request(everything=True, foot=Foot(-400.0, 400.0, -400.0, 400.0)))
    compute(RecordedCop(None, ml, ap, rate_hz=250.0), Request("quijoux-2021"))
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    verdicts.append(at_most(f"memory of {long_s:g} s at 250 Hz, everything", peak_mb, MEMORY_MB, "MB"))
    return [[f"memory, {long_s:g} s at 250 Hz, everything", f"<= {MEMORY_MB:g} MB", f"{peak_mb:.0f} MB", "-", "-", "-"]]


def processor_ms(command: list[str]) -> float:
    """What a command takes of the processor, with the processes that it waits for. Raises OSError where it fails."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise OSError(running.returncode, " ".join(command))
    return 1e3 * (used.ru_utime + used.ru_stime)


def command_rows(verdicts: list[Verdict], repeats: int, hold_s: float) -> list[list[object]]:
    """`station measures` of one drill of the station's own, against the import of scipy.signal alone, in turns: the
    processor's time, which holds also where somebody else works.
    """
    with tempfile.TemporaryDirectory() as data:
        station = [sys.executable, "-m", "station"]
        drill = [*station, "drill", "quiet-stance", "--leg", "left", "--hold-s", str(hold_s), "--data", data]
        subprocess.run(drill, check=True, stdout=subprocess.DEVNULL)
        (recording,) = Path(data, "recordings").glob("*.mcap")
        commands = ([*station, "measures", str(recording)], [sys.executable, "-c", "import scipy.signal"])
        spent: list[list[float]] = [[], []]
        for _ in range(repeats):
            for times, command in zip(spent, commands, strict=True):
                times.append(processor_ms(command))
    (ours, own), (_, theirs) = ((min(times), statistics.median(times)) for times in spent)
    verdicts.append(at_most("`station measures` of one drill to import scipy.signal", own / theirs, COMMAND_RATIO, "x"))
    yardstick = f"{theirs:.0f} ms (import scipy.signal)"
    return [["`station measures`, one drill", f"<= {COMMAND_RATIO:g}x", ours, own, yardstick, f"{own / theirs:.2f}x"]]


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    verdicts: list[Verdict] = []
    rows = quijoux_rows(verdicts, 1 if short else REPEATS)
    if not short:  # reading all of them takes longer than the measures
        rows += cohort_rows(verdicts)
    repeats = 1 if short else 9
    rows += command_rows(verdicts, repeats, 5.0 if short else 30.0) + station_rows(verdicts, repeats)
    rows += live_rows(verdicts, repeats, 5.0 if short else 60.0) + memory_rows(verdicts, 10.0 if short else 600.0)
    print(table(["what", "budget", "least ms", "middle ms", "reference", "ratio"], rows))
    return verdicts


if __name__ == "__main__":
    main()
