"""The journal of the station's services, for a technician: the newest lines, and none that names a patient or a person.

`python -m station.commissioning.journal --data FOLDER` prints them as JSON.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from drills.library import catalogue_names
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.models import Base, SessionRow

MOST_LINES = 400
UNITS = ("station-*", "pigpiod*")
TELLING = frozenset(
    (
        "by",
        "closed_by",
        "code",
        "consent_initials",
        "goals",
        "initials",
        "name",
        "note",
        "note_by",
        "notes",
        "of_code",
        "opened_by",
        "reason",
        "seen_by",
        "who",
        "why",
    )
)
"""Columns of the records that say who somebody is, or what a person wrote."""
_SHORT = 3
_LETTERS = 1000


class JournalLine(NamedTuple):
    """One line."""

    at_ms: float
    """Unix time in ms."""
    unit: str
    priority: int
    """0 to 7, as syslog has it: 3 is an error, 4 a warning."""
    text: str


def telling_words(data: Path) -> list[str]:
    """Every code, name, note and reason in the records, and how people called their own drills; the longest first.
    Raises StorageError.
    """
    records = open_records(records_path(data), read_only=True)
    try:
        if not records.there:
            return []
        with records.reading() as transaction:
            found = set()
            for table in Base.metadata.sorted_tables:
                if table.name == "session":
                    continue  # its name is the recording's, and says nobody
                for column in table.columns:
                    if column.name in TELLING:
                        found |= {str(one).strip() for one in transaction.scalars(select(column)) if one}
            done = transaction.scalars(select(SessionRow.drill).distinct())
            found |= {one for one in done if one not in catalogue_names()}  # a person has named it
    finally:
        records.close()
    return sorted((one for one in found if len(one) > 1), key=len, reverse=True)


def tells(words: Sequence[str]) -> re.Pattern[str] | None:
    """What finds any of these as a whole word, the short ones as they are written; None for no words."""
    if not words:
        return None
    each = (rf"(?-i:{re.escape(one)})" if len(one) <= _SHORT else re.escape(one) for one in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)", re.IGNORECASE)


def without(lines: Iterable[JournalLine], words: Sequence[str]) -> list[JournalLine]:
    """The lines in which none of these words stands."""
    pattern = tells(words)
    return [line for line in lines if pattern is None or not pattern.search(line.text)]


def journal(limit: int = MOST_LINES) -> list[JournalLine]:
    """The newest lines of the station's services, oldest first; none where there is no journal, or nothing that reads
    it.
    """
    command = ["journalctl", "--no-pager", "--output=json", f"--lines={limit}", *(f"--unit={unit}" for unit in UNITS)]
    try:
        done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    except OSError:
        return []  # a desk without systemd has no services either
    return list(read(done.stdout.decode(errors="replace").splitlines()))


def read(lines: Iterable[str]) -> Iterable[JournalLine]:
    """Lines as journalctl's JSON has them; what is none is left out."""
    for line in lines:
        try:
            said = json.loads(line)
            at_ms, text = int(said["__REALTIME_TIMESTAMP"]) / 1e3, said["MESSAGE"]
            unit = str(said.get("_SYSTEMD_UNIT", said.get("UNIT", "")))
            priority = int(said.get("PRIORITY", 6))
        except (ValueError, KeyError, TypeError):
            continue
        if isinstance(text, str):
            yield JournalLine(at_ms, unit.removesuffix(".service"), priority, text[:_LETTERS])


def main(arguments: list[str] | None = None) -> int:
    """Print the lines, and how many were left out. Returns the exit code."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runtime", type=Path)
    parser.add_argument("--settings", type=Path)
    asked = parser.parse_args(arguments)
    found = journal()
    kept = without(found, telling_words(asked.data))
    said = {"lines": [line._asdict() for line in kept], "left_out": len(found) - len(kept)}
    sys.stdout.write(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
