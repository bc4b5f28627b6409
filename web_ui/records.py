"""What the pages read of the records, and the little that they write. Opened when first asked for: SQLAlchemy is the
largest thing in this process.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.faults import InputError
from station.recording.anchor import Identity, identity
from station.recording.layout import records_path

if TYPE_CHECKING:
    from station.records.file import Records

_OPEN: dict[tuple[Path, bool], tuple[Identity | None, Records]] = {}
"""By data folder and whether they are only read, with the file that each is: another one there is opened anew."""
_LOCK = threading.Lock()


def opened(data: Path) -> Records:
    """The records of this data folder, read-only. Raises StorageError."""
    return _opened(data, read_only=True)


def _opened_to_write(data: Path) -> Records:
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


def refuse_red_flag(data: Path, patient: str) -> None:
    """Raise StationError where this patient's screening says that nobody stands on the plate today."""
    from station.clock import this_moment
    from station.records.screenings import Screenings

    Screenings(opened(data)).of(patient, this_moment()).allow_session()


def waiting_end(data: Path, ring_epoch: int) -> dict[str, Any] | None:
    """The unplanned end that nobody has acknowledged, of a life of control before this one; None for none."""
    from station.records.ends import Ends

    return Ends(opened(data)).waiting(ring_epoch)


def acknowledge_end(data: Path, ring_epoch: int, ring_session: int, by: str) -> None:
    """Write down who has seen to the patient after that end. Raises StorageError."""
    from station.records.ends import Ends

    if opened(data).there:  # else it will be known nowhere that there was a session
        Ends(_opened_to_write(data)).acknowledge(ring_epoch, ring_session, by)


def like(data: Path, code: str) -> tuple[bool, list[str]]:
    """Whether a patient has this code, and where nobody has, which are like it."""
    from station.records.patients import Patients

    return Patients(opened(data)).like(code)


def correct_code(data: Path, code: str, right: str, by: str, reason: str) -> None:
    """Give the patient of a mistyped code the right one. Raises StationError."""
    from station.records.patients import Patients

    if not opened(data).there:
        raise InputError("patient-unknown", code)
    Patients(_opened_to_write(data)).correct_code(code, right, by, reason)


def list_sessions(data: Path, patient: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest sessions first."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).newest(patient, limit)


def session_detail(data: Path, name: str) -> dict[str, Any] | None:
    """One session with its trials and dose, by its name or UUID; None when there is none."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).detail(name)
