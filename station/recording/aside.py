"""Records that are damaged are put aside, whole and under a name of their own, so that new ones can take their place.

SQLite says what is damaged: a file that was cut, or a part of which was overwritten. What cannot be opened for another
reason (busy, no room, of a newer program) is none of this.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from station.clock import NS_PER_S
from station.recording.disk import storage_error, sync_folder
from station.records.file import says_damaged

_BUSY_S = 5.0
_SMALLEST_BYTES = 512
"""SQLite's smallest. What is shorter it takes for a new file, and writes over it."""
_BESIDE = ("-wal", "-shm", "")
"""The file itself last: SQLite throws a log away that it finds beside no file."""


def damage(path: Path, *, thorough: bool = False) -> str:
    """What SQLite finds wrong with the file, or its length where that is too short; "" for a whole one, or none.

    Reads all of it, and with `thorough` each index too.
    """
    size = path.stat().st_size if path.exists() else 0
    if size < _SMALLEST_BYTES:
        return f"{size} bytes" if size else ""
    check = "integrity_check" if thorough else "quick_check"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=_BUSY_S)) as database:
            found = [str(row[0]) for row in database.execute(f"PRAGMA {check}(1)")]
    except sqlite3.Error as problem:
        return str(problem) if says_damaged(str(problem)) else ""
    return "" if found == ["ok"] else "; ".join(found)


def put_aside(path: Path, at_ns: int) -> str:
    """Give the file, with its log, another name beside its own: `records.damaged-TIME.sqlite`. Returns that name.

    Nothing is deleted or written over. Raises StorageError. `at_ns` is wall time.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at_ns // NS_PER_S))
    number = 1
    while (aside := path.with_name(_name(path, stamp, number))).exists():
        number += 1
    for suffix in _BESIDE:
        own = Path(f"{path}{suffix}")
        if own.exists():
            try:
                own.rename(f"{aside}{suffix}")
            except OSError as problem:
                raise storage_error(problem, own) from problem
    sync_folder(path.parent)
    return aside.name


def aside(path: Path) -> list[str]:
    """Names of the files that were put aside and still lie there, oldest first."""
    return sorted(file.name for file in path.parent.glob(f"{path.stem}.damaged-*{path.suffix}"))


def _name(path: Path, stamp: str, number: int) -> str:
    again = f"_{number}" if number > 1 else ""
    return f"{path.stem}.damaged-{stamp}{again}{path.suffix}"
