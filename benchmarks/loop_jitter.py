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
from typing import NamedTuple

from benchmarks.common import percentile, table
from benchmarks.running import Server, phones, station
from station.control.loop import PERIOD_NS
from station.wire.ring import RingReader
from station.wire.sample import Sample, unpack

PRIORITY = 50
GOAL_P50 = 1.5
GOAL_P99 = 2.0
_HISTOGRAM_US = 100_000
STALL_S = 0.3

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


def main(seconds: int = 20) -> None:
    """Measure for this many seconds on each core and print the table."""
    ours: Lateness = []
    theirs: Lateness = []
    late = missed = 0
    messages: list[int] = []
    work_us: list[float] = []
    for loop_cpu, other_cpu in ((1, 0), (0, 1)):
        with station(priority=PRIORITY, cpu=loop_cpu) as server:
            server.pages_after_s("/healthz")
            with phones(server) as received:
                samples: list[Sample] = []

                def measure(duration_s: float, server: Server = server, into: list[Sample] = samples) -> Lateness:
                    into += collect(server, duration_s)
                    return [sample.lateness_us for sample in into]

                measured, reference = beside_cyclictest(other_cpu, seconds, measure)
                stall = after_a_stall(server)
            ours += measured
            theirs += reference
            messages += received
            work_us += [sample.work_us for sample in samples]
            late += samples[-1].late_ticks - samples[0].late_ticks
            missed += samples[-1].missed_ticks - samples[0].missed_ticks
    _report(ours, theirs)
    print(
        f"\nLate by over a period: {late} of {len(ours)} ticks; skipped: {missed}. "
        f"Messages to each phone: {min(messages)} to {max(messages)}."
        f"\nA tick's work, the simulated world's included: p50 {percentile(work_us, 50):.0f} us, "
        f"p99 {percentile(work_us, 99):.0f} us."
        f"\nAfter a stall of {STALL_S * 1000:.0f} ms: {stall.missed} ticks skipped, "
        f"{stall.ticks_in_100_ms} ticks in the next 100 ms, deadlines at least {stall.shortest_gap_ms:.2f} ms apart."
    )


def _report(ours: Lateness, theirs: Lateness) -> None:
    rows: list[list[object]] = []
    for percent, goal in ((50.0, GOAL_P50), (90.0, "-"), (99.0, GOAL_P99), (99.9, "-")):
        station_us, cyclictest_us = percentile(ours, percent), percentile(theirs, percent)
        rows.append([f"p{percent:g}", station_us, cyclictest_us, station_us / max(cyclictest_us, 1.0), goal])
    rows.append(["max", max(ours), max(theirs), max(ours) / max(theirs), "-"])
    print(table(["wake-up lateness", "station us", "cyclictest us", "ratio", "goal"], rows))
