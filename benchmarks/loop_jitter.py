"""How late the station's loop wakes, against C: `cyclictest` at the same priority and period, at the same time.

Each keeps to one core, then they change places, and both runs are merged: the machine's own noise falls on both alike
(the method of docs/sources/realtime.md#loop-beside-cyclictest). Meanwhile four phones read the live stream.
"""

from __future__ import annotations

import itertools
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.common import Verdict, at_most, not_measured, percentile, table
from benchmarks.running import Server, phones, station
from station.control.loop import PERIOD_NS
from station.wire.ring import RingReader
from station.wire.sample import Sample, unpack

PRIORITY = 50
GOAL_P50 = 1.5
GOAL_P99 = 2.0
_HISTOGRAM_US = 100_000
STALL_S = 0.3
LATE_US = 200.0

Lateness = list[float]
"""How late each tick woke, in microseconds."""


class CannotMeasureError(RuntimeError):
    """The machine lacks something that the measurement needs."""


def parse_histogram(output: str) -> Lateness:
    """The latencies in cyclictest's histogram; those beyond its end count as its maximum."""
    found: Lateness = []
    for microseconds, count in re.findall(r"^(\d+)\s+(\d+)$", output, re.MULTILINE):
        found.extend([float(microseconds)] * int(count))
    overflows = re.search(r"^# Histogram Overflows:\s+(\d+)", output, re.MULTILINE)
    longest = re.search(r"^# Max Latencies:\s+(\d+)", output, re.MULTILINE)
    if not found or overflows is None or longest is None:
        raise CannotMeasureError(f"cyclictest printed no histogram:\n{output[-500:]}")
    return found + [float(longest[1])] * int(overflows[1])


def beside_cyclictest(cpu: int, seconds: int, measure: Callable[[float], Lateness]) -> tuple[Lateness, Lateness]:
    """Run cyclictest on this core for `seconds`, and `measure(seconds)` at the same time: (measured, cyclictest's).

    Raises CannotMeasureError where cyclictest is absent or may not be real-time.
    """
    program = shutil.which("cyclictest")
    if program is None:
        raise CannotMeasureError("cyclictest is missing: apt-get install rt-tests (`make bench` does it)")
    arguments = ["-q", "-t1", "-m", f"-p{PRIORITY}", f"-i{PERIOD_NS // 1000}", f"-D{seconds}", f"-h{_HISTOGRAM_US}"]
    with subprocess.Popen(
        [program, *arguments, f"-a{cpu}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        measured = measure(float(seconds))
        output, _ = running.communicate()
    if running.returncode:
        raise CannotMeasureError(f"cyclictest: {output.strip()}")
    return measured, parse_histogram(output)


def collect(server: Server, seconds: float) -> list[Sample]:
    """The samples that the station's loop makes in this many seconds. Raises CannotMeasureError when some were lost."""
    ring = RingReader(server.runtime / "samples")
    samples: list[Sample] = []
    try:
        next_seq = ring.head
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            time.sleep(min(left_s, 1.0))
            batch = ring.since(next_seq)
            if batch.lost or ring.replaced():
                raise CannotMeasureError("the control process was started again, or samples were lost")
            next_seq = batch.next_seq
            samples += [unpack(payload) for _, payload in batch.records]
    finally:
        ring.close()
    return samples


class Waits(NamedTuple):
    """What of its lateness was the loop's own, over a measurement: the rest is a timer that fired late."""

    core_ms: float
    """How long the loop's thread was awake and waited for its core, in all (the kernel's schedstat)."""
    faults: int
    """Pages that it touched for the first time."""

    @classmethod
    def so_far(cls, process: psutil.Process) -> Waits:
        """Of the thread that is the loop, since it was started."""
        own = Path(f"/proc/{process.pid}/task/{process.pid}")
        faults = int((own / "stat").read_text().rpartition(")")[2].split()[7])
        return cls(int((own / "schedstat").read_text().split()[1]) * 1e-6, faults)


class Stall(NamedTuple):
    """What the loop did after it had been stopped for a while."""

    missed: int
    ticks_in_100_ms: int
    """25 or 26 is the loop's own rate; more is a burst."""
    shortest_gap_ms: float
    """Between two deadlines; a period is 4 ms."""


def after_a_stall(server: Server) -> Stall:
    """Stop the control process for `STALL_S` and look at the ticks that come after."""
    control = server.child("control")
    ring = RingReader(server.runtime / "samples")
    try:
        before = ring.head - 1
        control.send_signal(signal.SIGSTOP)
        time.sleep(STALL_S)
        control.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        samples = [unpack(payload) for _, payload in ring.since(before).records]
    finally:
        control.send_signal(signal.SIGCONT)
        ring.close()
    deadlines = [sample.t_ns - round(sample.lateness_us * 1000) for sample in samples]
    gaps = [(later - sooner) / 1e6 for sooner, later in itertools.pairwise(deadlines)]
    woken = max(range(len(samples)), key=lambda index: samples[index].lateness_us)
    burst = [sample for sample in samples[woken:] if sample.t_ns - samples[woken].t_ns < 100_000_000]
    return Stall(samples[-1].missed_ticks - samples[0].missed_ticks, len(burst), min(gaps))


def main(*, short: bool = False) -> list[Verdict]:
    """Measure for a while on each core and print the table."""
    try:
        return _measured(*((1, [(1, 0)]) if short else (20, [(1, 0), (0, 1)])))
    except CannotMeasureError as problem:
        print(f"Not measured: {problem}.")
        return not_measured(str(problem))


def _measured(seconds: int, cores: list[tuple[int, int]]) -> list[Verdict]:
    """Measure for so long with the loop on each first core and cyclictest on the second; print the table."""
    ours: Lateness = []
    theirs: Lateness = []
    late = missed = 0
    stalls: list[Stall] = []
    waits: list[Waits] = []
    messages: list[int] = []
    work_us: list[float] = []
    for loop_cpu, other_cpu in cores:
        with station(priority=PRIORITY, cpu=loop_cpu) as server:
            server.pages_after_s("/healthz")
            with phones(server) as received:
                samples: list[Sample] = []

                def measure(duration_s: float, server: Server = server, into: list[Sample] = samples) -> Lateness:
                    into += collect(server, duration_s)
                    return [sample.lateness_us for sample in into]

                before = Waits.so_far(server.child("control"))
                measured, reference = beside_cyclictest(other_cpu, seconds, measure)
                after = Waits.so_far(server.child("control"))
                waits.append(Waits(after.core_ms - before.core_ms, after.faults - before.faults))
                stalls.append(after_a_stall(server))
            ours += measured
            theirs += reference
            messages += received
            work_us += [sample.work_us for sample in samples]
            late += samples[-1].late_ticks - samples[0].late_ticks
            missed += samples[-1].missed_ticks - samples[0].missed_ticks
    _report(ours, theirs)
    beyond_ms = sum(us for us in ours if us > LATE_US) * 1e-3
    print(
        f"\nLate by over a period: {late} of {len(ours)} ticks; skipped: {missed}. "
        f"Messages to each phone: {min(messages)} to {max(messages)}."
        f"\nLate by over {LATE_US:g} us: {sum(us > LATE_US for us in ours)} ticks of the station, {beyond_ms:.1f} ms "
        f"in all, and {sum(us > LATE_US for us in theirs)} of cyclictest's {len(theirs)}. In the whole time the loop's "
        f"thread waited {sum(wait.core_ms for wait in waits):.1f} ms for its core and touched "
        f"{sum(wait.faults for wait in waits)} new pages: what is beyond that is a timer that fired late."
        f"\nA tick's work, the simulated world's included: p50 {percentile(work_us, 50):.0f} us, "
        f"p99 {percentile(work_us, 99):.0f} us, at most {max(work_us):.0f} us."
    )
    for stall in stalls:
        print(
            f"After a stall of {STALL_S * 1000:.0f} ms: {stall.missed} ticks skipped, "
            f"{stall.ticks_in_100_ms} in the next 100 ms, deadlines {stall.shortest_gap_ms:.2f} ms apart at least."
        )
    return [
        at_most("lateness p50 beside cyclictest's", _ratio(ours, theirs, 50), GOAL_P50, "x"),
        at_most("lateness p99 beside cyclictest's", _ratio(ours, theirs, 99), GOAL_P99, "x"),
        at_most("ticks in the 100 ms after a stall", max(stall.ticks_in_100_ms for stall in stalls), 26, ""),
    ]


def _ratio(ours: Lateness, theirs: Lateness, percent: float) -> float:
    return percentile(ours, percent) / max(percentile(theirs, percent), 1.0)


def _report(ours: Lateness, theirs: Lateness) -> None:
    rows: list[list[object]] = []
    for percent, goal in ((50.0, GOAL_P50), (90.0, "-"), (99.0, GOAL_P99), (99.9, "-")):
        station_us, cyclictest_us = percentile(ours, percent), percentile(theirs, percent)
        rows.append([f"p{percent:g}", station_us, cyclictest_us, _ratio(ours, theirs, percent), goal])
    rows.append(["max", max(ours), max(theirs), max(ours) / max(theirs), "-"])
    print(table(["wake-up lateness", "station us", "cyclictest us", "ratio", "goal"], rows))
