"""What the pages read of the records, and the little that they write. Opened when first asked for: SQLAlchemy is the
largest thing in this process.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.faults import InputError, StationError, because
from station.recording.anchor import Identity, identity
from station.recording.layout import records_path

if TYPE_CHECKING:
    from station.measures.tasks.marked import LateMark
    from station.records.file import Records

_OPEN: dict[tuple[Path, bool], tuple[Identity | None, Records]] = {}
"""By data folder and whether they are only read, with the file that each is: another one there is opened anew."""
_LOCK = threading.Lock()
_SHOWN_WITHIN_S = 120.0


def opened(data: Path) -> Records:
    """The records of this data folder, read-only. Raises StorageError."""
    return _opened(data, read_only=True)


def opened_to_write(data: Path) -> Records:
    """The records that are there, for a row of a person's own. Raises StorageError, also for an older file."""
    opened(data)
    return _opened(data, read_only=False)


def _opened(data: Path, *, read_only: bool) -> Records:
    from station.records.file import open_records

    path, key = records_path(data), (data, read_only)
    there = identity(path)
    with _LOCK:
        if key not in _OPEN or _OPEN[key][0] != there:
            _OPEN[key] = there, open_records(path, read_only=read_only)
        return _OPEN[key][1]


def dose_today(data: Path, patient: str) -> dict[str, float]:
    """What this patient has had since midnight. Raises StorageError: unknown is not none."""
    from station.records.dose import Doses

    return Doses(opened(data)).today(patient, time.time_ns())


def day(data: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Who vouches for the clock, and the doses that count now. Raises StorageError."""
    from station.clock import this_moment
    from station.records.dose import Doses
    from station.records.vouching import vouched

    return vouched(opened(data), this_moment()), Doses(opened(data)).counting()


def note(data: Path, by: str, what: str, **detail: object) -> None:
    """A line of the audit log: `by` has done `what` for the station. Raises StorageError."""
    from station.records import audit

    writable = opened_to_write(data)
    audit.AuditLog(writable).add(writable.now_ns(), by, what, audit.placed(detail))


def decide_dose(data: Path, name: str, given_s: float, by: str, reason: str) -> None:
    """A person says how much of a dose was given. Raises InputError as `Doses.decide`, StorageError."""
    from station.clock import this_moment
    from station.records.dose import Doses, Statement

    if not opened(data).there:
        raise InputError("input-invalid", name, because("nothing-to-decide"))
    Doses(opened_to_write(data)).decide(name, given_s, Statement(by, reason), this_moment())


def confirm_clock(data: Path, by: str, shown_s: float) -> None:
    """A person says that the clock is right, which showed this Unix time to them. Raises InputError "input-invalid"
    where it shows another by now, StorageError.
    """
    from station.clock import NS_PER_S, this_moment
    from station.records.dose import Doses
    from station.records.vouching import confirm

    now = this_moment()
    if abs(now.wall_ns / NS_PER_S - shown_s) > _SHOWN_WITHIN_S:
        raise InputError("input-invalid", "wall_ms", because("clock-moved"))
    writable = opened_to_write(data)
    confirm(writable, now, by)
    Doses(writable).pass_time(now)


def refuse_red_flag(data: Path, patient: str) -> None:
    """Raise StationError where this patient's screening says that nobody stands on the plate today."""
    from station.clock import this_moment
    from station.records.screenings import Screenings

    Screenings(opened(data)).of(patient, this_moment()).allow_session()


def waiting_end(data: Path, ring_epoch: int) -> dict[str, Any] | None:
    """The unplanned end that nobody has acknowledged, of a life of control before this one; None for none."""
    from station.records.ends import Ends

    return Ends(opened(data)).waiting(ring_epoch)


def document_of(data: Path, row: dict[str, Any]) -> dict[str, Any]:
    """The drill's document as the header of this session's recording has it; where that cannot be read the one that has
    its name now, else the name alone.
    """
    from station.own_drills.folder import find_drill
    from station.recording.scan import Scan

    try:
        with Scan(data / row["recording"]) as scan:
            document = scan.header.get("document")
        if isinstance(document, dict):
            return document
    except (InputError, OSError):
        pass  # the power went before it was whole, or somebody took it away
    try:
        return find_drill(data, row["drill"]).model_dump(mode="json")
    except StationError:
        return {"name": row["drill"]}


def acknowledge_end(data: Path, ring_epoch: int, ring_session: int, by: str) -> None:
    """Write down who has seen to the patient after that end. Raises StorageError."""
    from station.records.ends import Ends

    if opened(data).there:  # else it will be known nowhere that there was a session
        Ends(opened_to_write(data)).acknowledge(ring_epoch, ring_session, by)


def list_sessions(data: Path, patient: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest sessions first."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).newest(patient, limit)


def session_detail(data: Path, name: str) -> dict[str, Any] | None:
    """One session with its trials and dose, by its name or UUID; None when there is none."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).detail(name)


def marked_session(data: Path, name: str) -> dict[str, Any] | None:
    """As `station.records.late_marks.marked_session`."""
    from station.records.late_marks import marked_session as marked

    return marked(opened(data), name)


def mark_later(data: Path, name: str, mark: LateMark, by: str, *, take_back: bool = False) -> None:
    """A mark is set afterwards, or taken back, and the set is decided anew. Raises InputError as
    `station.records.late_marks.set_later`, StorageError.
    """
    from station.records import late_marks
    from station.records.levels import Levels

    if not opened(data).there:
        raise InputError("session-unknown", name)
    writable = opened_to_write(data)
    if take_back:
        late_marks.take_back(writable, name, mark.number, mark.id, by)
    else:
        late_marks.set_later(writable, name, mark, by)
    Levels(writable).decide(name)


def say_feet(data: Path, name: str, number: int, by: str, *, one_leg: bool) -> None:
    """A person says whether this try was on one leg, and the set is decided anew. Raises InputError as
    `station.records.feet.say_feet`, StorageError.
    """
    from station.records.feet import say_feet as say
    from station.records.levels import Levels

    if not opened(data).there:
        raise InputError("session-unknown", name)
    writable = opened_to_write(data)
    say(writable, name, number, by, one_leg=one_leg)
    Levels(writable).decide(name)
