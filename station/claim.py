"""A folder that one process has for itself: two controls, or two recorders, would each hold half of a STOP."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from station.faults import StationError


def claim(folder: Path, name: str = "lock") -> IO[bytes]:
    """Hold the lock of this name on the folder, for as long as the returned file stays open.

    Raises StationError "already-running".
    """
    lock = (folder / name).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        lock.close()
        raise StationError("already-running", str(folder)) from problem
    return lock
