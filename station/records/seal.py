"""The hash of a finished recording, as the records beside it have it: asked for by whoever reads the file.

By itself, without `station.records.file`: a program that reads one recording needs no library of the database's.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def sha256_of(records: Path, name: str) -> str | None:
    """The SHA-256 of this session's finished recording; None where these records do not know it, or cannot be read."""
    try:
        with closing(sqlite3.connect(f"{records.resolve().as_uri()}?mode=ro", uri=True, timeout=0.1)) as database:
            row = database.execute("SELECT sha256 FROM session WHERE name = ?", (name,)).fetchone()
    except (sqlite3.Error, OSError):
        return None
    return None if row is None or row[0] is None else str(row[0])
