"""The hours that a station has run, and for how long it has vibrated: what wears, wears by these."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from station.recording.disk import write_durably

HOURS_FILE = "hours.json"
"""In the data folder: for how many seconds the station has run."""
WRITE_EVERY_S = 900.0
"""A power cut costs at most so much of the count, and a card a few bytes each time."""


class Worn(NamedTuple):
    """What the counters say."""

    on_s: float
    vibrated_s: float
    sessions: int


class HoursCounter:
    """Counts while the recorder runs. For one thread."""

    def __init__(self, data: Path, mono_s: Callable[[], float] = time.monotonic) -> None:
        self._path = data / HOURS_FILE
        self._mono_s = mono_s
        self._counted_s = seconds_on(data)
        self._since_s = self._write_s = mono_s()

    def poll(self) -> None:
        """Write the count down where it is due. Raises StorageError."""
        now_s = self._mono_s()
        if now_s - self._write_s >= WRITE_EVERY_S:
            self._write_s = now_s
            self.write()

    def write(self) -> None:
        """At once. Raises StorageError."""
        on_s = round(self._counted_s + self._mono_s() - self._since_s, 1)
        write_durably(self._path, f"{json.dumps({'on_s': on_s})}\n".encode())


def seconds_on(data: Path) -> float:
    """For how long the station of this data folder has run, by its counter; 0 where nothing was counted."""
    try:
        found = json.loads((data / HOURS_FILE).read_text(encoding="utf-8"))["on_s"]
        return max(0.0, float(found))
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


def worn(data: Path) -> Worn:
    """The counters now, with what the records have of vibration. Raises StorageError."""
    from sqlalchemy import func, select

    from station.recording.layout import records_path
    from station.records.file import open_records
    from station.records.models import DoseRow, SessionRow

    records = open_records(records_path(data), read_only=True)
    try:
        if not records.there:
            return Worn(seconds_on(data), 0.0, 0)
        with records.reading() as transaction:
            vibrated_s = transaction.scalar(select(func.sum(DoseRow.vibration_s))) or 0.0
            sessions = transaction.scalar(select(func.count()).select_from(SessionRow)) or 0
        return Worn(seconds_on(data), float(vibrated_s), int(sessions))
    finally:
        records.close()
