"""A folder that one process has to itself, and small files that somebody else may have laid there."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.faults import StationError, because
from station.recording.disk import storage_error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else holds this folder meanwhile; the installer locks one so too. Raises StationError "update-busy" where
    somebody does, StorageError.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as problem:
        raise storage_error(problem, folder) from problem
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            raise StationError("update-busy", "", because("update-under-way")) from problem
        yield
    finally:
        os.close(descriptor)


def small_file(file: Path, most: int) -> bytes:
    """What stands in it, of which so many bytes are read at most. Raises OSError, and so for what is no plain file:
    nothing is read behind a link, and no pipe is waited for.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return os.read(descriptor, most)
    finally:
        os.close(descriptor)
