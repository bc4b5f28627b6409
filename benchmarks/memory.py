"""Memory and processor time of the three processes with four phones on, against a bare Flask server and bare Python."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import NamedTuple

import psutil

from benchmarks.common import Verdict, at_most, table
from benchmarks.running import PROCESSES, bare_server, phones, station

MEBI = 1 << 20
GOAL_MIB = {"control": 80, "recorder": 80, "web": 90}


class Use(NamedTuple):
    """What a process and its children use."""

    rss_mib: float
    """Resident, summed over the processes: what they share is counted in each."""
    pss_mib: float
    """Proportional: what n processes share is counted to one n-th in each."""
    cpu_percent: float
    """Of one core."""


def use_of(process: psutil.Process, seconds: float, *, alone: bool = False) -> Use:
    """Measure over this many seconds, with its children unless `alone`."""
    family = [process, *([] if alone else process.children(recursive=True))]
    before = sum(_cpu_s(member) for member in family)
    time.sleep(seconds)
    used_s = sum(_cpu_s(member) for member in family) - before
    memory = [member.memory_full_info() for member in family]
    return Use(
        sum(part.rss for part in memory) / MEBI,
        sum(part.pss for part in memory) / MEBI,
        100 * used_s / seconds,
    )


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _bare_python() -> Use:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        time.sleep(0.5)
        use = use_of(psutil.Process(process.pid), 0.1)
        process.communicate(b"\n")
    return use


def main(*, short: bool = False) -> list[Verdict]:
    """Measure each process for a while and print the table."""
    seconds = 0.5 if short else 5.0
    brief_s = min(seconds, 1.0)
    verdicts = []
    rows: list[list[object]] = []
    with bare_server() as server:
        server.pages_after_s("/")
        bare = use_of(psutil.Process(server.process.pid), brief_s)
    python = _bare_python()
    with station() as server:
        server.pages_after_s("/healthz")
        with phones(server):
            time.sleep(0.5 if short else 3.0)
            for name in PROCESSES:
                use = use_of(server.child(name), seconds)
                verdicts.append(at_most(f"RSS of {name}", use.rss_mib, GOAL_MIB[name], "MiB"))
                rows.append([name, *use, use.rss_mib / bare.rss_mib, GOAL_MIB[name]])
        rows.append(["station run", *use_of(psutil.Process(server.process.pid), brief_s, alone=True), "-", "-"])
    rows.append(["bare Flask under gunicorn", *bare, 1.0, "-"])
    rows.append(["bare Python", *python, python.rss_mib / bare.rss_mib, "-"])
    print(table(["process", "RSS MiB", "PSS MiB", "CPU % of a core", "RSS ratio to bare Flask", "goal RSS MiB"], rows))
    return verdicts
