"""What the pages read of the records. Opened when first asked for: SQLAlchemy is the largest thing in this process."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from station.records import Records

_OPEN: dict[Path, Records] = {}
_LOCK = threading.Lock()


def opened(data: Path) -> Records:
    """The records of this data folder, read-only. Raises StorageError."""
    from station.recording.layout import records_path
    from station.records import open_records

    with _LOCK:
        if data not in _OPEN:
            _OPEN[data] = open_records(records_path(data), read_only=True)
        return _OPEN[data]


def dose_today(data: Path, patient: str) -> dict[str, float]:
    """What this patient has had since midnight. Raises StorageError: unknown is not none."""
    from station.records.dose import Doses

    return Doses(opened(data)).today(patient, time.time_ns())


def list_sessions(data: Path, patient: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest sessions first."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).newest(patient, limit)


def session_detail(data: Path, name: str) -> dict[str, Any] | None:
    """One session with its trials and dose, by its name or UUID; None when there is none."""
    from station.records.sessions import Sessions

    return Sessions(opened(data)).detail(name)
