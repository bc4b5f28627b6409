"""A folder that one process has for itself: two controls, or two recorders, would each hold half of a STOP."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from station.faults import StationError, StorageError, because

_PR_SET_PDEATHSIG = 1
_BINDS = "\n".join(
    (
        "ctypes,os,sys=map(__import__,('ctypes','os','sys'))",
        f"ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG},{signal.SIGKILL:d})",
        "os.getppid()==int(sys.argv[1])or(sys.exit())",
        "os.execv(sys.executable,[sys.executable,'-m',*sys.argv[2:]])",
    )
)
"""A process that becomes another, and keeps what it asked of the kernel; none where its parent had gone before that. It
loads next to nothing, which takes time.
"""


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """In a child: ask the kernel for this signal when the parent ends. A worker that outlived whom it works for would
    work beside that of the next one, in the same folder.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sent)


def bound(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of the station's in a process that the kernel ends with this one, whatever ends
    this one. The kernel counts from the thread that starts it: one that waits for it, or that stays.
    """
    return [sys.executable, "-S", "-c", _BINDS, str(os.getpid()), module, *arguments]


def claim(folder: Path, name: str = "lock") -> IO[bytes]:
    """Hold the lock of this name on the folder, for as long as the returned file stays open.

    Raises StationError "already-running", StorageError "runtime-folder" where the folder refuses.
    """
    with made_in(folder):
        lock = _opened(folder / name)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        lock.close()
        raise StationError("already-running", str(folder)) from problem
    return lock


def _opened(file: Path) -> IO[bytes]:
    try:
        return file.open("ab")
    except PermissionError:  # another user's of the same group, who lets it read: that is enough to hold it
        return file.open("rb")


@contextmanager
def made_in(folder: Path) -> Iterator[None]:
    """What the folder that the processes share refuses in this block leaves it as StorageError "runtime-folder"."""
    try:
        yield
    except OSError as problem:
        said = because("system-said", said=os.strerror(problem.errno or 0))
        raise StorageError("runtime-folder", str(folder), said) from problem
