"""How far the recorder's samples on the disk lag behind while another process holds the records' write lock.

A real recorder process; the rings are filled at 250 Hz from here. The lock is taken before the session begins, so that
its row, its audit lines and its end have to wait. Beside it: what a page's write waits for meanwhile.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from benchmarks.common import Verdict, at_most, percentile, table
from station.control.loop import PERIOD_NS
from station.processes.live_rings import LiveRings
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records
from station.wire.messages import Answer, RecorderStatus
from station.wire.places import CONTROL_SOCKET
from station.wire.sample import SAMPLE_BYTES, pack, unpack
from station.wire.server import CommandServer

HELD_S = (0.0, 1.0, 5.0, 10.0, 30.0)
GOAL_S = 1.0
_AROUND_S = 3.0
"""Samples before and after the lock is held."""
_EVENT = {"patient": "P01", "drill": "quiet-stance", "leg": "left", "prescription": {}, "document": {}}
_EMPTY = unpack(bytes(SAMPLE_BYTES))


class Seen(NamedTuple):
    """What one run gave."""

    lags_s: list[float]
    """Age of the oldest sample that is not on the disk, at each report of the recorder, while the lock was held."""
    refused: int
    """Reports of a recorder that could not record."""
    writes_s: list[float]
    """What a write of another process waited, while the lock was free."""


class Feed:
    """Stands for control: writes rings at the pace of the loop, and hears what the recorder says."""

    def __init__(self, runtime: Path) -> None:
        self.rings = LiveRings(runtime)
        self.server = CommandServer(runtime / CONTROL_SOCKET)
        self.reports: list[tuple[bool, int]] = []
        self.seq = 0

    def run(self, seconds: float, session: int) -> Iterator[None]:
        """Samples of this session for so long; a step every 4 ms."""
        begun_ns, first = time.monotonic_ns(), self.seq
        while (since_ns := time.monotonic_ns() - begun_ns) < seconds * 1e9:
            while self.seq - first < since_ns // PERIOD_NS:
                self.rings.sample(pack(_EMPTY._replace(seq=self.seq, t_ns=time.monotonic_ns(), session=session)))
                self.seq += 1
            self.server.poll(self._hear)
            yield
            time.sleep(PERIOD_NS / 1e9)

    def tell(self, kind: str, **data: object) -> None:
        """An event of session 1."""
        event = {"kind": kind, "t_ns": time.monotonic_ns(), "session": 1, "seq": self.seq}
        self.rings.event({**event, **data})

    def _hear(self, message: BaseModel) -> Answer:
        if isinstance(message, RecorderStatus):
            self.reports.append((message.ready, message.durable_seq))
        return Answer(True)


@contextmanager
def _recorder(runtime: Path, data: Path) -> Iterator[None]:
    program = "import signal, sys, threading; from pathlib import Path\n"
    program += "from station.processes.recorder import run_recorder\n"
    program += "stop = threading.Event(); signal.signal(signal.SIGTERM, lambda *_: stop.set())\n"
    program += "run_recorder(Path(sys.argv[1]), Path(sys.argv[2]), stop=stop, session_s=60.0)"
    command = [sys.executable, "-c", program, str(runtime), str(data)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()  # it ends the maker of its results too, which would go on writing into the folder


def measure(held_s: float) -> Seen:
    """One session of which the lock is held for so long."""
    with tempfile.TemporaryDirectory() as folder:
        runtime, data = Path(folder) / "run", Path(folder) / "data"
        runtime.mkdir()
        feed = Feed(runtime)
        with _recorder(runtime, data):
            for _ in feed.run(60.0, 0):
                if feed.reports and feed.reports[-1][0]:
                    break
            with closing(sqlite3.connect(records_path(data), isolation_level=None, timeout=30.0)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                feed.tell("session-started", **_EVENT)
                lags_s, refused = _lags(feed, max(held_s, 0.0) + 0.01)
                holder.execute("COMMIT")
            if held_s == 0.0:
                lags_s, refused = _lags(feed, _AROUND_S)
            writes_s = _writes(feed, records_path(data))
            feed.tell("drill-ended", outcome="completed")
            for _ in feed.run(0.5, 0):
                pass
        feed.server.close()
        feed.rings.close()
    return Seen(lags_s, refused, writes_s)


def _lags(feed: Feed, seconds: float) -> tuple[list[float], int]:
    lags_s, refused, heard = [], 0, len(feed.reports)
    for _ in feed.run(seconds, 1):
        for ready, durable_seq in feed.reports[heard:]:
            lags_s.append((feed.seq - 1 - durable_seq) * PERIOD_NS / 1e9)
            refused += not ready
        heard = len(feed.reports)
    return lags_s, refused


def _writes(feed: Feed, path: Path) -> list[float]:
    log, waited = AuditLog(open_records(path)), []
    for turn, _ in enumerate(feed.run(_AROUND_S, 1)):
        if turn % 25 == 0:
            before_s = time.perf_counter()
            log.add(time.time_ns(), "benchmark", "tried", {"of": "a page"})
            waited.append(time.perf_counter() - before_s)
    return waited


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    rows: list[list[object]] = []
    verdicts = []
    for held_s in HELD_S[1:2] if short else HELD_S:
        seen = measure(held_s)
        lags = [percentile(seen.lags_s, percent) for percent in (50, 99, 100)]
        writes = [1e3 * percentile(seen.writes_s, percent) for percent in (50, 100)]
        verdicts.append(at_most(f"lag on the disk while the lock is held for {held_s:g} s", lags[-1], GOAL_S, "s"))
        rows.append([held_s, *lags, GOAL_S, seen.refused, *writes])
    head = [
        "lock held s",
        "lag p50 s",
        "lag p99 s",
        "lag max s",
        "goal s",
        "not ready",
        "a page's write p50 ms",
        "max ms",
    ]
    print(table(head, rows))
    return verdicts
