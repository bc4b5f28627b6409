"""The maintenance calendar: what a person has to look after, how often, and when that was done last.

`care.json` in the data folder says when each was done last, and by whom.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from station.clock import NS_PER_S
from station.recording.disk import free_bytes, write_durably
from station.recording.layout import RECORDINGS_FOLDER, pack_json

CARE_FILE = "care.json"
DAY_NS = 24 * 3600 * NS_PER_S
TASKS = ("bolts", "straps", "estop")
"""What is looked after by hand and noted here. When the plate was calibrated its calibration says."""
CALIBRATION = "calibration"
LOOK_BACK_DAYS = 28
"""How much is recorded a day is taken from so many days."""
KEPT_FREE_BYTES = 256 << 20
"""With less the doctor calls the disk full."""


class Care(NamedTuple):
    """One thing to look after."""

    task: str
    every_days: int
    last_ns: int | None
    """When it was done last (Unix, ns); None: nobody has noted it yet."""
    by: str

    def days_left(self, now_ns: int) -> int | None:
        """Whole days until it is due, negative where it is overdue; None where it was never noted."""
        return None if self.last_ns is None else int((self.last_ns + self.every_days * DAY_NS - now_ns) // DAY_NS)

    def due(self, now_ns: int) -> bool:
        """Whether it is to be done now; also where the clock stands before the last time, which then says nothing."""
        return self.last_ns is None or not 0 <= now_ns - self.last_ns < self.every_days * DAY_NS


class Room(NamedTuple):
    """The room that is left for recordings."""

    free_bytes: int
    per_day_bytes: float
    """Of the last four weeks; 0 where nothing was recorded in them."""
    days_left: int | None
    """Until the disk counts as full, going on like that; None where nothing is recorded."""


def calendar(data: Path, every_days: Mapping[str, int], calibrated_at: str | None) -> list[Care]:
    """All that is to be looked after, in the order of `every_days` (days by task). `calibrated_at` is UTC, ISO 8601, of
    the calibration in use; None for a plate that is used as it was delivered.
    """
    noted = _noted(data)
    found = []
    for task, days in every_days.items():
        if task == CALIBRATION:
            at_ns = (
                None if calibrated_at is None else round(datetime.fromisoformat(calibrated_at).timestamp()) * NS_PER_S
            )
            found.append(Care(task, days, at_ns, ""))
        else:
            last = noted.get(task, {})
            at = last.get("at_ns")
            found.append(Care(task, days, at if isinstance(at, int) else None, str(last.get("by", ""))))
    return found


def note_done(data: Path, task: str, by: str, at_ns: int) -> None:
    """A person has done it. Raises ValueError for a task that is none, StorageError."""
    if task not in TASKS:
        raise ValueError(f"no such task: {task}")
    noted = {**_noted(data), task: {"at_ns": at_ns, "by": by}}
    write_durably(data / CARE_FILE, f"{pack_json(noted)}\n".encode())


def room(data: Path, now_ns: int) -> Room:
    """How much room there is, and for how long it lasts by what was recorded of late."""
    free = free_bytes(data)
    sizes: list[tuple[int, int]] = []
    for path in (data / RECORDINGS_FOLDER).glob("*.mcap"):
        try:
            status = path.stat()
        except OSError:
            continue
        if 0 <= now_ns - status.st_mtime_ns < LOOK_BACK_DAYS * DAY_NS:
            sizes.append((status.st_mtime_ns, status.st_size))
    if not sizes:
        return Room(free, 0.0, None)
    days = max(1.0, (now_ns - min(at for at, _ in sizes)) / DAY_NS)
    per_day = sum(size for _, size in sizes) / days
    return Room(free, per_day, int(max(0, free - KEPT_FREE_BYTES) / per_day) if per_day > 0 else None)


def _noted(data: Path) -> dict[str, dict[str, object]]:
    try:
        found = json.loads((data / CARE_FILE).read_text(encoding="utf-8"))
        return {str(task): one for task, one in found.items() if isinstance(one, dict)}
    except (OSError, ValueError, AttributeError):
        return {}
