"""The rows that belong to recordings: written from what the recorder says, or from a recording that has none.

Every method may wait for another process's write, or for the disk, and raises StorageError where it could not be done;
it may then be called again. Whoever must not wait has them called elsewhere (`station.processes.clerk`).
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from station.faults import InputError
from station.recording.anchor import Identity, identity
from station.recording.aside import aside, damage, put_aside
from station.recording.auditing import BY_ITSELF, AuditTrail
from station.recording.damage import CUT
from station.recording.daybook import DayBook
from station.recording.disk import write_durably
from station.recording.erased import ERASURES_FILE, carry_out
from station.recording.finished import file_sha256
from station.recording.layout import STATION_FILE, records_path
from station.recording.ordered import ORDERS_FILE, OrderBook, list_is_whole
from station.recording.recover import look, recover
from station.recording.session import SessionRecorder, facts_of_header
from station.records.audit import AuditLog
from station.records.dose import Dose
from station.records.file import Records, open_records
from station.records.levels import Levels
from station.records.models import DONE, INTERRUPTED
from station.records.screenings import Screenings
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.wire.places import RECORDS_REBUILT

_LOG = logging.getLogger(__name__)


def open_or_begin_again(data: Path, *, thorough: bool = False) -> Records:
    """The records of the folder `data`, to be written. Damaged ones are put aside first, under a name of their own, and
    the audit log of the new ones says so; `Books.settle` and the day's doses then enter what the recordings hold.

    Raises StorageError. `thorough` looks for damage in each index too.
    """
    path = records_path(data)
    said = damage(path, thorough=thorough)
    if not said:
        return open_records(path)
    at_ns = time.time_ns()
    kept = put_aside(path, at_ns)
    _LOG.error("%s is damaged (%s): it is kept as %s, and begun again", path, said, kept)
    records = open_records(path)
    books = Books(data, records)
    books.identify()
    books.remark(at_ns, RECORDS_REBUILT, {"kept": kept, "said": said, "orders": list_is_whole(data)})
    return records


class Books:
    """The rows of the recordings in the folder `data`."""

    def __init__(self, data: Path, records: Records) -> None:
        self.sessions = Sessions(records)
        self.days = DayBook(data, records)
        self.screenings = Screenings(records)
        self.levels = Levels(records)
        self.orders = OrderBook(data, records)
        self.data = self._data = data
        self._records = records
        self._erasures: tuple[Identity | None, int] | None = None
        """The file of tombstones that was looked at, and how many recordings were left then."""
        self._listed: tuple[Identity | None] | None = None
        """The list of orders that was looked at."""
        self._trail: tuple[int, AuditTrail] | None = None

    def identify(self) -> str:
        """The station's UUID. It stands in a file beside the records too: where they were lost and begin anew, they are
        this station's again, and so are its recordings.
        """
        place = self._data / STATION_FILE
        try:
            known = place.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            known = ""
        if len(known) == len(self._records.station_id) and known != self._records.station_id:
            self._records.adopt(known)
        if known != self._records.station_id:
            write_durably(place, f"{self._records.station_id}\n".encode())
        return self._records.station_id

    def begin(self, facts: NewSession) -> None:
        """The session is being recorded (again)."""
        self.sessions.begin(facts)

    def end(self, name: str, path: Path, outcome: str | None, ended_ns: int) -> None:
        """The session's file is whole: "done" when its drill has ended, else "interrupted"."""
        state = INTERRUPTED if outcome is None else DONE
        sha256 = file_sha256(path) if path.exists() else None
        self.sessions.end(name, SessionEnd(state, outcome, ended_ns, sha256))

    def record(self, recorder: SessionRecorder) -> None:
        """The rows of a session that was recorded whole, with nobody waiting: `begin` and `end`."""
        self.begin(recorder.facts)
        self.end(recorder.name, recorder.path, recorder.outcome, recorder.ended_ns)

    def store(self, name: str, result: dict[str, Any], at_ns: int) -> None:
        """A session's result; and a line of the audit log where its recording is damaged, at this wall time. The dose
        of a recording that is whole takes the place of the committed one.
        """
        self.sessions.store_results(name, result)
        self.levels.decide(name)
        row = self.sessions.detail(name)
        if row is not None and row["dose"] is not None and result.get("whole"):
            dose = Dose(*(row["dose"][field] for field in Dose._fields))
            self.days.doses.settle(row["ring_epoch"], row["ring_session"], dose)
        damage = result.get("damage")
        if damage is not None and (damage["missing"] or damage["missing_events"] or set(damage["marks"]) - {CUT}):
            self.remark(
                at_ns,
                "recording-damaged",
                {"session": name, **damage, "assumed_s": result["dose"].get("assumed_s", 0.0)},
            )

    def note(self, ring_epoch: int, epoch_ns: int, number: int, event: dict[str, Any]) -> None:
        """A line of the audit log, where the event is worth one and has none. One ring's come in their order."""
        if self._trail is None or self._trail[0] != ring_epoch:
            self._trail = ring_epoch, AuditTrail(AuditLog(self._records), ring_epoch, epoch_ns)
        self._trail[1].note(number, event)

    def remark(self, at_ns: int, what: str, detail: dict[str, Any]) -> None:
        """A line of the audit log that no event of control's is behind. `at_ns` is wall time."""
        AuditLog(self._records).add(at_ns, BY_ITSELF, what, detail)

    def carry_out_erasures(self) -> None:
        """Whoever was erased since the last look is gone from here too: the first look finds what a power cut left."""
        there = identity(self._data / ERASURES_FILE)
        if self._erasures != (there, 0):
            left = carry_out(self._data, self._records)
            self._erasures = identity(self._data / ERASURES_FILE), left

    def know_orders(self) -> None:
        """Records and the list of orders beside them are one, also where either was changed since the last look."""
        if self._listed != (identity(self._data / ORDERS_FILE),):
            self.orders.bring_together()
            self._listed = (identity(self._data / ORDERS_FILE),)

    def put_aside(self) -> list[str]:
        """Names of damaged records that lie in the folder still."""
        return aside(records_path(self._data))

    def settle(self, files: list[Path], still: str, now_ns: int) -> None:
        """What a crash left: sessions that nobody records any more are made whole and ended, and each of these files
        without a row gets one. `still` is the session that goes on. `now_ns` (wall) stands for an end that no file has.
        """
        for row in self.sessions.unfinished():
            if row["id"] != still:
                self._interrupt(row, now_ns)
        names, _ = self.sessions.known()
        for path in files:
            if path.stem != still and path.stem not in names:
                self._enter(path)

    def without_results(self) -> dict[str, Path]:
        """The recordings whose measures were never made, by their sessions' names."""
        return {row["id"]: self._data / row["recording"] for row in self.sessions.without_results()}

    def _interrupt(self, row: dict[str, Any], now_ns: int) -> None:
        """Its file is made whole; its row says what the file says of its end."""
        path = self._data / row["recording"]
        try:
            recover(path)
            found = look(path)
        except InputError:  # nothing was ever on the disk: the row stays as the only witness
            self.sessions.end(row["id"], SessionEnd(INTERRUPTED, None, now_ns, None))
            return
        self._note_all(found.header, found.events)
        ended_ns = int(found.header["epoch_ns"]) + found.last_ns if found.last_ns else now_ns
        self.end(row["id"], path, found.outcome, ended_ns)

    def _enter(self, path: Path) -> None:
        """The rows of a recording that has none: the process died, or the records were busy, before they were made."""
        try:
            found = look(path)
            facts = facts_of_header(found.header)
        except (InputError, ValueError) as problem:
            _LOG.warning("%s is no session of this station: %s", path.name, problem)
            return
        own = self._records.station_id
        if facts.name != path.stem or found.header.get("station_id", own) != own:
            _LOG.warning("%s was not recorded here under this name", path.name)
            return
        _, sessions = self.sessions.known()
        if (facts.ring_epoch, facts.ring_session) in sessions:
            _LOG.warning("%s is a session that is recorded in another file", path.name)
            return
        recover(path)
        self.begin(facts)
        self._note_all(found.header, found.events)
        self.end(facts.name, path, found.outcome, int(found.header["epoch_ns"]) + found.last_ns)
        _LOG.warning("%s had no row in the records: it has one now", path.name)

    def _note_all(self, header: dict[str, Any], events: list[tuple[int, dict[str, Any]]]) -> None:
        for number, event in events if "ring_epoch" in header else ():
            self.note(int(header["ring_epoch"]), int(header["epoch_ns"]), number, event)
