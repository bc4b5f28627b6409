"""What the pages read and write of entries. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from web_ui.records import opened, opened_to_write


def entries(data: Path, patient: str) -> dict[str, dict[str, Any]]:
    """The newest of each form that was filled in about this patient. Raises StorageError."""
    from station.clock import this_moment
    from station.records.entries import entries_of

    return entries_of(opened(data), patient, this_moment().wall_ns)


def enter(data: Path, patient: str, form: str, body: dict[str, Any], *, keeps_words: bool) -> None:
    """Write down a form: `by`, `answers`, `refused`, `seen`. Raises StationError as `station.records.entries.enter`,
    StorageError.
    """
    from station.records import entries as rows

    entered = rows.Entered(form, body["by"], body["answers"], body["refused"], body["seen"], keeps_words)
    rows.enter(opened_to_write(data), patient, entered)
