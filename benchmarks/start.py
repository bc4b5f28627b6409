"""From the command to ready: time, processor seconds, bytes read and memory, beside the smallest Flask page under the
same server.

Processor time and bytes carry over to another computer better than seconds do: no Raspberry Pi is at hand.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.common import Verdict, at_most, table
from benchmarks.running import PROCESSES, Server, bare_server, station

GOAL_S = 3.0
GOAL_CPU_S = 2.5
GOAL_READ_MB = 40.0
GOAL_PSS_MB = 200.0
MEGA = 1e6
ALL = "all three"


class Spent(NamedTuple):
    """What a process and its descendants have cost since they began."""

    cpu_s: float
    """Of all cores, children that have ended included."""
    read_mb: float
    """Asked for by read(), whether it was cached or not."""
    mapped_mb: float
    """Touched of the files that are mapped (libraries): on a card they are read too, each file once."""
    pss_mb: float
    """Memory; what n processes share is counted to one n-th in each."""

    def plus(self, other: Spent) -> Spent:
        """Both together."""
        return Spent(*(one + another for one, another in zip(self, other, strict=True)))


NOTHING = Spent(0.0, 0.0, 0.0, 0.0)


def spent(process: psutil.Process, *, alone: bool = False) -> Spent:
    """Of this process, with its descendants unless `alone`. Raises psutil.Error for one that has ended."""
    family = [process, *([] if alone else process.children(recursive=True))]
    found = NOTHING
    for member in family:
        times = member.cpu_times()
        cpu_s = times.user + times.system + (0.0 if alone else times.children_user + times.children_system)
        asked = member.io_counters().read_chars
        pss = member.memory_full_info().pss
        found = found.plus(Spent(cpu_s, asked / MEGA, 0.0, pss / MEGA))
    return found._replace(mapped_mb=_mapped_mb(family))


def _mapped_mb(family: list[psutil.Process]) -> float:
    """Of each mapped file the most that one of the family has touched."""
    most: dict[str, int] = {}
    for member in family:
        for region in member.memory_maps(grouped=True):
            if region.path.startswith("/") and Path(region.path).is_file():
                most[region.path] = max(most.get(region.path, 0), region.rss)
    return sum(most.values()) / MEGA


class Start(NamedTuple):
    """One start of the station."""

    page_s: float
    well_s: float
    parts: dict[str, Spent]
    """Of each process, of `station run`, and of all three."""


def _start(server: Server) -> Start:
    page_s, well_s = server.pages_after_s("/"), server.pages_after_s("/healthz")
    parts = {name: spent(server.child(name)) for name in PROCESSES}
    total = NOTHING
    for one in parts.values():
        total = total.plus(one)
    family = [one for name in PROCESSES for one in (server.child(name), *server.child(name).children(recursive=True))]
    run = spent(psutil.Process(server.process.pid), alone=True)
    return Start(page_s, well_s, {**parts, ALL: total._replace(mapped_mb=_mapped_mb(family)), "station run": run})


def main(*, short: bool = False) -> list[Verdict]:
    """Start each several times, in turns, and print the medians."""
    starts: list[Start] = []
    bare_s: list[float] = []
    bare: list[Spent] = []
    for _ in range(1 if short else 5):
        with station() as server:
            starts.append(_start(server))
        with bare_server() as server:
            bare_s.append(server.pages_after_s("/"))
            bare.append(spent(psutil.Process(server.process.pid)))
    yardstick_s = statistics.median(bare_s)
    times = [
        ("first page", [one.page_s for one in starts]),
        ("all three processes well", [one.well_s for one in starts]),
    ]
    rows = [
        [name, statistics.median(found), max(found), statistics.median(found) / yardstick_s]
        for name, found in (*times, ("a bare Flask page under gunicorn", bare_s))
    ]
    print(table(["start to", "median s", "worst s", "ratio to bare"], rows))
    print()
    parts = {name: _median([one.parts[name] for one in starts]) for name in (*PROCESSES, ALL, "station run")}
    yardstick = _median(bare)
    lines = [
        [name, *one, one.cpu_s / yardstick.cpu_s, one.read_mb / yardstick.read_mb]
        for name, one in (*parts.items(), ("bare Flask under gunicorn", yardstick))
    ]
    head = ["until well", "processor s", "read MB", "mapped MB", "PSS MB", "processor to bare", "read to bare"]
    print(table(head, lines))
    every = parts[ALL]
    return [
        at_most("start to the first page, median", statistics.median(times[0][1]), GOAL_S, "s"),
        at_most("processor time of all three until well", every.cpu_s, GOAL_CPU_S, "s"),
        at_most("bytes that all three ask to read until well", every.read_mb, GOAL_READ_MB, "MB"),
        at_most("memory of all, `station run` too", every.pss_mb + parts["station run"].pss_mb, GOAL_PSS_MB, "MB"),
    ]


def _median(every: list[Spent]) -> Spent:
    """The median of each figure."""
    return Spent(*(statistics.median(column) for column in zip(*every, strict=True)))
