"""The recorder's clerk: writes the records beside the samples' way to the disk, which never waits for a database.

One thread, one job after the other, in the order in which they were given. While the records cannot be written a job is
tried again until it is done; what a dying process leaves undone is made from the recordings at its next start.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from station.faults import StorageError, because
from station.recording import replacing
from station.recording.anchor import Identity, identity
from station.recording.books import Books, open_or_begin_again
from station.recording.disk import storage_error
from station.recording.layout import records_path
from station.records.file import Records

_LOG = logging.getLogger(__name__)

RETRY_S = 0.5
CLOSE_S = 3.0
"""How long the end of the recorder waits for jobs that are not done yet; then the next start does them."""

_PASSING = ("records-busy", "disk-full")
"""Faults that say nothing of which file it is."""
_DAMAGED = "records-unreadable"
"""It was met at work, where a quick look had found nothing."""

Job = Callable[[Books], None]


class Clerk:
    """Keeps the records in the folder `data`. `work` is one round and never raises; `start` repeats it in a thread."""

    def __init__(self, data: Path) -> None:
        self.fault = "starting"
        """Code of what keeps the first job from being done; empty when all is well."""
        self.station_id = ""
        """This station's UUID, once the records are open."""
        self.kept = ""
        """The name of damaged records that were put aside, while they lie in the folder; the newest of them."""
        self.opened = 0
        """How often the records were opened: again where they were put aside, or another file took their place."""
        self.data = self._data = data
        self._records: Records | None = None
        self._books: Books | None = None
        self._jobs: deque[Job] = deque()
        self._new = threading.Event()
        self._ending = self._stale = self._busy = False
        self._held: Identity | None = None
        """Which file the records are."""
        self._keeps_open = False
        self._keeping_open = ExitStack()
        self._thread: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """True when every job is done."""
        return not self._jobs

    def put(self, job: Job) -> None:
        """Have this done after what was given before. Never waits. The job may be called more than once."""
        self._jobs.append(job)
        self._new.set()

    def stay_open(self, *, busy: bool) -> None:
        """While more is to come soon the file stays open: each opening writes a log anew, each closing takes it in."""
        if busy != self._busy:
            self._busy = busy
            self._new.set()

    def reopen(self) -> None:
        """Take the records that are at their place now, before the next job: the folder is another one."""
        self._stale = True
        self._new.set()

    def start(self) -> None:
        """Work from now on, in a thread that ends with the process."""
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)
        self._thread.start()

    def work(self) -> None:
        """Do what waits, as far as it can be done now."""
        try:
            books = self._open()
            if self._records is not None and not self._keeps_open and (self._busy or not self.idle):
                self._keeping_open.enter_context(self._records.held())
                self._keeps_open = True
            books.carry_out_erasures()
            books.know_orders()
            while self._jobs:
                self._do(self._jobs[0], books)
                self._jobs.popleft()
            if not self._busy:
                self._put_away()
            self.kept = (books.put_aside() or [""])[-1]
            self.fault = ""
        except StorageError as problem:
            self._put_away()
            if self.fault != problem.code:
                _LOG.error("%s", problem)
            self.fault = problem.code
            if problem.code not in _PASSING:
                self._let_go()  # the file may be another one by now

    def close(self) -> None:
        """Do what waits, for `CLOSE_S` at most, and let go of the records."""
        self._ending = True
        self._new.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)
        else:
            if not self.idle:
                self.work()
            self._put_away()
        if not self.idle:
            _LOG.error("%d rows of the records are left for the next start: %s", len(self._jobs), self.fault)
        if self._records is not None:
            self._records.close()

    def _run(self) -> None:
        while not (self._ending and (self.idle or self.fault)):
            self.work()
            self._new.clear()
            if not self._ending and (self.idle or self.fault):
                # A fault is waited out; without one a new job ends the wait.
                self._new.wait(RETRY_S)
        self._put_away()

    def _open(self) -> Books:
        if self._books is not None and (self._stale or identity(records_path(self._data)) != self._held):
            self._stale = False
            self._let_go()
        if self._books is None:
            if not self._data.is_dir():
                if self._held is not None:  # it was there: whoever took it away puts it back
                    raise StorageError("data-folder", str(self._data), because("folder-gone"))
                try:
                    self._data.mkdir(parents=True, exist_ok=True)
                except OSError as problem:
                    raise storage_error(problem, self._data) from problem
            replacing.finish(self._data)  # a backup that was being put back when the power went
            self._records = open_or_begin_again(self._data, thorough=self.fault == _DAMAGED)
            self._books = Books(self._data, self._records)
            self.station_id = self._books.identify()
            self._held = identity(records_path(self._data))
            self.opened += 1
        return self._books

    def _put_away(self) -> None:
        """Close what was kept open; in the thread that opened it."""
        self._keeps_open = False
        try:
            self._keeping_open.close()
        except StorageError as problem:
            _LOG.warning("%s", problem)

    def _let_go(self) -> None:
        self._put_away()
        if self._records is not None:
            self._records.close()
        self._records = self._books = None

    def _do(self, job: Job, books: Books) -> None:
        try:
            job(books)
        except StorageError:
            raise
        except Exception:  # noqa: BLE001  # the edge of a thread: a defect in one row's way must not keep the others out
            _LOG.exception("a row of the records is left out")
