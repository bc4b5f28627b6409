"""The recorder process: from the live rings to the disk every half second, and reported to control.

`Recorder.step` is one poll and never sleeps; `run_recorder` repeats it. A sample is acknowledged (`durable_seq`) only
after the fdatasync that covers it. While the disk refuses, nothing is taken from the rings, which hold 60 s: memory
stays bounded, and when there is room again the recording goes on without a gap.

The records are written by a clerk in a thread of its own (`station.processes.clerk`): this path knows files alone.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from station.claim import claim
from station.clock import NS_PER_S, boot_id
from station.faults import InputError, StationError, StorageError, because
from station.processes.clerk import Clerk
from station.processes.commitments import Commitments
from station.processes.housework import NO_HOUSEWORK, Housework
from station.processes.results_jobs import ResultsJobs
from station.processes.supply import SupplyReport, SupplyWatch
from station.recording.anchor import Anchor
from station.recording.auditing import makes_a_line
from station.recording.blind import BLIND
from station.recording.books import Books
from station.recording.disk import Spare
from station.recording.layout import RECORDINGS_FOLDER
from station.recording.recent import Recent
from station.recording.recover import Found, look
from station.recording.rings import Rings
from station.recording.session import Origin, SessionRecorder, Space, facts_of_header, facts_of_start
from station.recording.writer import BYTES_PER_S
from station.wire.client import ControlLink
from station.wire.places import CONTROL_SOCKET, RECORDER_HEARTBEAT, RECORDS_REBUILT, RESULTS_FAILED
from station.wire.sample import SAMPLE_BYTES, unpack

_LOG = logging.getLogger(__name__)

POLL_S = 0.05
SYNC_NS = NS_PER_S // 2
STATUS_NS = NS_PER_S // 4
LOOK_NS = NS_PER_S // 2
"""How often is looked what is really there: within a second after the folder is gone, vibration is off."""
PATIENCE_NS = NS_PER_S
"""How long an event may be later than its samples, or samples later than their event."""
SESSION_S = 1800.0
"""The longest session for which space is set aside before Start is offered; a longer one takes what is free."""


class Recorder:
    """Rings in the folder `runtime`, recordings and records in the folder `data`. `ahead`: while a session is recorded
    what makes its results is already loaded, which takes a second of processor time for each.
    """

    def __init__(
        self,
        runtime: Path,
        data: Path,
        *,
        session_s: float = SESSION_S,
        now_ns: Callable[[], int] = time.monotonic_ns,
        root: Path = Path("/"),
        ahead: bool = False,
    ) -> None:
        self.fault = "starting"
        """Code of what keeps the recorder from recording; empty when it is ready."""
        self.durable_seq = -1
        """Up to this `Sample.seq` everything that had to be recorded is on the disk."""
        self._runtime = runtime
        self._data = data
        self._now_ns = now_ns
        self._origin = Origin(0, time.time_ns() - time.monotonic_ns(), boot_id())
        self._spare = Spare(data / RECORDINGS_FOLDER / ".spare", int(session_s * BYTES_PER_S))
        self._link = ControlLink(runtime / CONTROL_SOCKET, timeout_s=0.25)
        self.clerk = Clerk(data)
        """Whoever repeats `step` starts it, or has it work in between."""
        self._commitments = Commitments(self.clerk)
        self._jobs = ResultsJobs(lambda name, result: self.clerk.put(lambda b: b.store(name, result, time.time_ns())))
        self._ahead = ahead
        self._wanted: deque[tuple[str, Path]] = deque()
        """Recordings whose results are to be made, from the clerk's thread."""
        self._supply = SupplyReport(runtime, self.clerk, SupplyWatch(root))
        self._rings: Rings | None = None
        self._anchor = Anchor(data)
        self._recent = Recent(data / RECORDINGS_FOLDER)
        self._resumes = True
        """In the first life of control that is followed, an earlier recorder may have begun what is in the rings."""
        self._session: SessionRecorder | None = None
        self._waiting: dict[int, list[tuple[int, dict[str, Any]]]] = {}
        self._over: set[int] = set()
        self._deadline_ns: int | None = None
        self._settled = 0
        """For which opening of the records what a crash left has been made whole."""
        self._handled_seq = -1
        self._sync_ns = self._status_ns = self._retry_ns = self._look_ns = 0
        self._told_epoch = -1
        """Of the life of control that has heard how this recorder is."""

    def step(self) -> None:
        """Take what is new, put it on the disk in time, report to control. Raises nothing that can be waited out."""
        now_ns = self._now_ns()
        if now_ns >= self._retry_ns:
            try:
                self._work(now_ns)
                self.fault = ""
            except StorageError as problem:
                if self.fault != problem.code:
                    _LOG.error("%s", problem)
                self.fault = problem.code
                self._retry_ns = now_ns + SYNC_NS
                self._status_ns = now_ns
        if now_ns >= self._status_ns:
            self._status_ns = now_ns + STATUS_NS
            self._tell()

    def close(self) -> None:
        """Take and write the last samples and close all. An open session ends "interrupted"."""
        try:
            if self._session is not None:
                with suppress(StorageError):
                    self._look()  # what was taken away is put back, where there is room
            if self._rings is not None:
                self._drain(self._rings, self._now_ns())
            self._finish()
        except StorageError as problem:
            _LOG.error("%s", problem)
        if self._rings is not None:
            self._rings.close()
        self._jobs.close()
        self.clerk.close()
        self._link.close()

    # --- one poll's work; all of it may raise StorageError and is then done again -----------------------------------

    def _work(self, now_ns: int) -> None:
        if now_ns >= self._look_ns:
            self._look()
        no_spare = self._hold_space()
        caught_up = True
        rings = self._current_rings()
        if rings is not None:
            caught_up = self._drain(rings, now_ns)
            # Only then: a recorder that was away has the session's end in its hands before its last samples.
            if caught_up and self._deadline_ns is not None and now_ns >= self._deadline_ns:
                self._finish()
            if rings.replaced():
                self._leave(rings, now_ns)
        if now_ns >= self._sync_ns:
            self._sync(now_ns)
        self._resumes &= not caught_up or self._rings is None
        if caught_up and self._settled != max(1, self.clerk.opened):
            self._settle()
        self._commitments.step(now_ns, self._origin.ring_epoch, self._link)
        self._supply.step(now_ns, self._origin.epoch_ns, self._session)
        while self._wanted:
            self._jobs.add(*self._wanted.popleft())
        self._jobs.poll(soon=self._ahead and self._session is not None)
        self.clerk.stay_open(busy=self._session is not None or not self._jobs.idle)
        if no_spare is not None:
            raise no_spare

    def _look(self) -> None:
        """Whether the folder and the open file are really there. What is not is put back where that can be done, and
        reported all the same: vibration waits until a person has seen it.
        """
        self._look_ns = 0  # until all is well again
        replaced = self._anchor.hold()
        restored = self._session is not None and self._session.restore()
        if replaced or restored:
            self._settled = 0
            self.clerk.reopen()
            if self._session is not None:  # these may be other records, which do not know it yet
                self._begin_row(self._session)
            raise StorageError("data-folder", str(self._data), because("folder-replaced"))
        self._look_ns = self._now_ns() + LOOK_NS

    def _hold_space(self) -> StorageError | None:
        """Why there is no room for the next session: it must not start, but what runs or waits is recorded first."""
        try:
            if self._session is None:
                self._spare.ensure()
        except StorageError as problem:
            return problem
        return None

    def _current_rings(self) -> Rings | None:
        if self._rings is None:
            try:
                self._rings = Rings(self._runtime)
            except (FileNotFoundError, ValueError):
                return None  # control has not made them yet
            self._origin = self._origin._replace(ring_epoch=self._rings.epoch)
            self._waiting.clear()
            self._over.clear()
            self._handled_seq = self.durable_seq = -1
            self._settled = 0
        return self._rings

    def _leave(self, rings: Rings, now_ns: int) -> None:
        """Control began a new life: what is left of the old one is recorded, then the new rings are opened."""
        self._drain(rings, now_ns)
        self._finish()
        rings.close()
        self._rings = None
        self._resumes = False

    def _drain(self, rings: Rings, now_ns: int) -> bool:
        """Take all that is there: events first, so that a session's start is known when its first sample comes.

        False when a sample has to wait for its session's first event.
        """
        for number, event in rings.events():
            self._take_event(number, event, now_ns)
            self._commitments.event(self._origin.ring_epoch, event)
            if makes_a_line(event):
                self.clerk.put(partial(_note, self._origin, number, event))
        while True:
            batch = rings.samples()
            if batch.lost and self._session is not None and rings.next_sample > 0:
                self._session.lost(batch.lost)
            for number, payload in batch.records:
                rings.next_sample = number
                if len(payload) == SAMPLE_BYTES and not self._take_sample(payload, now_ns):
                    return False
            rings.next_sample = batch.next_seq
            if not batch.records:
                return True

    def _take_event(self, number: int, event: dict[str, Any], now_ns: int) -> None:
        session = event.get("session", 0)
        if self._session is not None and session == self._session.number:
            self._record_event(self._session, number, event, now_ns)
        elif session and session not in self._over:
            self._waiting.setdefault(session, []).append((number, event))

    def _record_event(self, session: SessionRecorder, number: int, event: dict[str, Any], now_ns: int) -> None:
        session.event(event, number)
        if event["kind"] == "drill-ended":
            self._deadline_ns = now_ns + PATIENCE_NS
            self._jobs.drop(session.name)  # its last trial's own would take the worker that stands ready for the whole
        elif event["kind"] == "trial-ended" and not event.get(BLIND):
            self._jobs.add(session.name, session.path)

    def _take_sample(self, payload: bytes, now_ns: int) -> bool:
        """Record a sample where it belongs. False when it has to wait for its session's first event."""
        sample = unpack(payload)
        open_session = self._session
        if open_session is not None and sample.session != open_session.number:
            if open_session.outcome is None and self._deadline_ns is None:
                self._deadline_ns = now_ns + PATIENCE_NS  # its "drill-ended" may still come
            if open_session.outcome is not None or sample.session != 0:
                self._finish()
        if sample.session != 0 and sample.session not in self._over:
            if self._session is None and not self._open(sample.session, now_ns):
                return False
            if self._session is not None:
                self._session.append((payload,))
        self._handled_seq = sample.seq
        if self._session is not None and self._session.fills_page():
            self._sync(now_ns)
        return True

    def _open(self, number: int, now_ns: int) -> bool:
        """Begin session `number`, or go on with it. False while its first event has not come, for `PATIENCE_NS`."""
        events = self._waiting.get(number, [])
        started = next((event for _, event in events if event["kind"] == "session-started"), None)
        clock = {"epoch_ns": self._commitments.epoch_ns}
        origin = self._origin._replace(station_id=self.clerk.station_id, clock=clock)
        path = self._recent.recording(self._origin.ring_epoch, number) if self._resumes else None
        if path is None and started is not None:
            path = self._data / facts_of_start(started, origin).recording
        try:
            found = None if path is None else _found(path)
        except InputError as problem:
            _LOG.error("session %d cannot be recorded: %s", number, problem)
            self._over.add(number)
            return True
        if found is not None and found.outcome is not None and not found.truncated:
            self._over.add(number)
            return True
        session = None
        if path is not None and found is not None:
            session = SessionRecorder.resume(path, facts_of_header(found.header))
            session.outcome = found.outcome
        if session is None:
            if started is None:
                return self._give_up(number, now_ns)
            # Without a spare the disk is nearly full: what still goes on it is recorded.
            space = Space(reserved=self._spare.take(), compact=True)
            session = SessionRecorder.start(self._data, started, origin, space=space)
        self._session = session
        self._begin_row(session)
        self._deadline_ns = None
        self._waiting.pop(number, None)
        for place, event in events:
            self._record_event(session, place, event, now_ns)
        return True

    def _begin_row(self, session: SessionRecorder) -> None:
        facts = session.facts
        self.clerk.put(lambda books: books.begin(facts))
        self._commitments.look_soon()

    def _give_up(self, number: int, now_ns: int) -> bool:
        if self._deadline_ns is None:
            self._deadline_ns = now_ns + PATIENCE_NS
        if now_ns < self._deadline_ns:
            return False
        _LOG.error("session %d has samples but no first event: it cannot be recorded", number)
        self._deadline_ns = None
        self._over.add(number)
        return True

    def _sync(self, now_ns: int) -> None:
        self._sync_ns = now_ns + SYNC_NS
        handled = self._handled_seq
        if self._session is not None:
            self._session.sync()
        self.durable_seq = handled

    def _finish(self) -> None:
        """Close the open session, if any, and have its results made."""
        session = self._session
        if session is None:
            self._deadline_ns = None
            return
        session.finish()
        name, path, outcome, ended_ns = session.name, session.path, session.outcome, session.ended_ns
        self.clerk.put(lambda books: books.end(name, path, outcome, ended_ns))
        self._jobs.add(name, path)
        self._over.add(session.number)
        self._session = self._deadline_ns = None

    def _settle(self) -> None:
        """Sessions that were being recorded, and that control does not run any more, are made whole and ended; what has
        no row gets one. What is there now counts: recordings begun from here on have their own jobs.
        """
        still = "" if self._session is None else self._session.name
        files, now_ns = self._recent.all_files(), time.time_ns()
        if self._session is not None:  # these may be other records, which do not know it yet
            self._begin_row(self._session)

        def settle(books: Books) -> None:
            books.settle(files, still, now_ns)
            self._wanted.extend(books.without_results().items())

        self.clerk.put(settle)
        self._settled = max(1, self.clerk.opened)

    def _tell(self) -> None:
        """Control hears each quarter second that the recorder lives, and how far it is; the pages see it by a file."""
        fault = self.fault or ("" if self._rings is not None else "recorder-not-ready")
        if self._session is None:  # what runs is recorded whatever the records do; the next one has to wait for them
            fault = fault or self.clerk.fault or ("" if self._commitments.looked else "starting")
        try:
            self._link.request(
                "recorder-status",
                ready=not fault,
                why=fault,
                epoch=self._origin.ring_epoch,
                durable_seq=self.durable_seq,
                vouches=True,
            )
            self._told_epoch = self._origin.ring_epoch
        except StationError as problem:
            _LOG.debug("%s", problem)
        if self._told_epoch != self._origin.ring_epoch:  # who reads that the recorder is well may ask for a Start
            fault = fault or "recorder-not-ready"
        # Results that cannot be made keep nobody from starting: the dose counts without them. So do records that were
        # made again from the recordings.
        shown = fault or (RESULTS_FAILED if self._jobs.failed else "")
        if not shown and self.clerk.kept:
            shown = f"{RECORDS_REBUILT}\n{self.clerk.kept}"
        (self._runtime / RECORDER_HEARTBEAT).write_text(shown)


def _found(path: Path) -> Found | None:
    """What is in the recording that is to go on. None where nothing of it was ever on the disk: it begins again, out of
    the ring. Raises InputError "recording-newer" for a file of a later program, which must not be begun again.
    """
    try:
        return look(path)
    except InputError as problem:
        if problem.code == "recording-newer":
            raise
        return None


def _note(origin: Origin, number: int, event: dict[str, Any], books: Books) -> None:
    books.note(origin.ring_epoch, origin.epoch_ns, number, event)


def run_recorder(
    runtime: Path,
    data: Path,
    *,
    stop: threading.Event,
    session_s: float = SESSION_S,
    poll_s: float = POLL_S,
    housework: Housework = NO_HOUSEWORK,
) -> None:
    """Record until `stop` is set, then close what is open. The rings are in `runtime`, the results in `data`. Beside it
    the `housework` is done when it is due.
    """
    os.umask(0o027)
    with claim(runtime, "recorder.lock"):  # a second one would take over the file that the first still writes
        _record(Recorder(runtime, data, session_s=session_s, ahead=True), stop, poll_s, housework)


def _record(recorder: Recorder, stop: threading.Event, poll_s: float, housework: Housework) -> None:
    recorder.clerk.start()
    try:
        while not stop.is_set():
            recorder.step()
            housework.poll()
            # Not `stop.wait`: a signal's handler that sets the event while it is being waited for can lock itself out.
            time.sleep(poll_s)
    finally:
        housework.close()
        recorder.close()
