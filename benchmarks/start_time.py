"""From the command to the first served page, against the smallest Flask page under the same server."""

from __future__ import annotations

import statistics

from benchmarks.common import Verdict, at_most, table
from benchmarks.running import bare_server, station

GOAL_S = 3.0


def main(*, short: bool = False) -> list[Verdict]:
    """Start each several times, in turns, and print the medians."""
    repeats = 1 if short else 5
    page: list[float] = []
    well: list[float] = []
    bare: list[float] = []
    for _ in range(repeats):
        with station() as server:
            page.append(server.pages_after_s("/"))
            well.append(server.pages_after_s("/healthz"))
        with bare_server() as server:
            bare.append(server.pages_after_s("/"))
    yardstick = statistics.median(bare)
    rows = [
        [name, statistics.median(times), max(times), statistics.median(times) / yardstick, goal]
        for name, times, goal in (
            ("first page", page, GOAL_S),
            ("all three processes well", well, "-"),
            ("a bare Flask page under gunicorn", bare, "-"),
        )
    ]
    print(table(["start to", "median s", "worst s", "ratio to bare", "goal s"], rows))
    return [at_most("start to the first page, median", statistics.median(page), GOAL_S, "s")]
