"""What the pages read of the records. Opened when first asked for: SQLAlchemy is the largest thing in this process."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from station.records import Store

_OPEN: dict[Path, Store] = {}
_LOCK = threading.Lock()


def store(data: Path) -> Store:
    """The records of this data folder, read-only. Raises StorageError."""
    from station.recording.layout import records_path
    from station.records import open_store

    with _LOCK:
        if data not in _OPEN:
            _OPEN[data] = open_store(records_path(data), read_only=True)
        return _OPEN[data]


def dose_today(data: Path, patient: str) -> dict[str, float]:
    """What this patient has had since midnight. Raises StorageError: unknown is not none."""
    return store(data).dose_today(patient, time.time_ns())


def list_sessions(data: Path, patient: str | None, limit: int) -> list[dict[str, Any]]:
    """The newest sessions first."""
    return store(data).list_sessions(patient, limit)


def session_detail(data: Path, session_id: str) -> dict[str, Any] | None:
    """One session with its trials and dose; None when there is none of that name."""
    return store(data).session_detail(session_id)
