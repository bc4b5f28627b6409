"""The order by which a drill without a recorder process runs, looked at each second beside the loop."""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from pathlib import Path

from drills.ordered import OrderedLoad
from drills.values import DrillOutcome
from station.clock import this_moment
from station.control.desk import BY_ORDER
from station.control.tick import Station
from station.faults import StorageError
from station.processes.commitments import ORDER_LOOK_NS
from station.recording.layout import records_path
from station.recording.ordered import AskedDrill, OrderBook
from station.records.file import open_records

_LOG = logging.getLogger(__name__)


class OwnOrder:
    """Whether the order still stands by which the drill was begun: withdrawn, changed or run out, by whatever way, it
    is over. Looked at in a thread of its own, as the loop waits for no database. `sure` as for `OrderBook.judge`.
    """

    def __init__(self, data: Path, drill: AskedDrill, load: OrderedLoad, *, sure: bool) -> None:
        self._data, self._drill, self._load, self._sure = data, drill, load, sure
        self.over = False
        self._due_ns: int | None = None
        self._wanted = threading.Semaphore(0)
        self._ends = False
        self._thread: threading.Thread | None = None

    def serve(self, station: Station, now_ns: int) -> None:
        """Have it looked at where that is due, and stop the drill where it is over. Never waits."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="order", daemon=True)
            self._thread.start()
        if self._due_ns is None or now_ns >= self._due_ns:
            self._due_ns = now_ns + ORDER_LOOK_NS
            self._wanted.release()
        session = station.session
        if self.over and session is not None and session.ends_ns is None:
            station.tell("stop", {"by": BY_ORDER})
            station.end_drill(DrillOutcome.STOPPED)

    def look(self) -> None:
        """Look now. Records that do not answer for a moment stop nobody."""
        try:
            with closing(open_records(records_path(self._data), read_only=True)) as records:
                verdict = OrderBook(self._data, records).judge(self._drill, this_moment(), sure=self._sure)
        except StorageError as problem:
            _LOG.warning("%s", problem)
            return
        self.over = self.over or bool(verdict.fault) or verdict.load != self._load

    def close(self) -> None:
        """Look no more."""
        self._ends = True
        self._wanted.release()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while self._wanted.acquire() and not self._ends:
            self.look()
