"""Bytes that are on the disk for good: reserved space, and a file that forgets nothing until the disk has it."""

from __future__ import annotations

import ctypes
import errno
import os
import zlib
from pathlib import Path

from station.faults import StorageError, because

_KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE of <linux/falloc.h>: blocks are set aside, the file's length stays true
_NO_FALLOCATE = frozenset({errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MB = 1_000_000

_fallocate = ctypes.CDLL(None, use_errno=True).fallocate64
_fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)


def storage_error(problem: OSError, path: Path) -> StorageError:
    """The catalogue's fault for what the system said about `path`: "disk-full" or "data-folder"."""
    if problem.errno in _FULL:
        return StorageError("disk-full", str(path), because("disk-free", free_mb=free_bytes(path) // _MB))
    return StorageError("data-folder", str(path), because("system-said", said=os.strerror(problem.errno or errno.EIO)))


def free_bytes(path: Path) -> int:
    """Bytes that this process could still write to the file system of `path`; 0 when that cannot be found out."""
    for folder in (path, *path.parents):
        try:
            found = os.statvfs(folder)
        except OSError:
            continue
        return found.f_bavail * found.f_frsize
    return 0


def refuse_full(folder: Path, needed: int) -> None:
    """Raise StorageError "disk-full", with both figures, where the file system of `folder` has fewer free bytes."""
    free = free_bytes(folder)
    if free < needed:
        raise _too_little(folder, needed, free)


def _too_little(path: Path, needed: int, free: int) -> StorageError:
    said = because("disk-needs", needed_mb=-(-needed // _MB), free_mb=free // _MB)
    return StorageError("disk-full", str(path), said)


def reserve(descriptor: int, path: Path, size: int) -> None:
    """Set `size` bytes of disk aside for the open file, beyond its end too; its length does not change.

    Looked at before anything is taken: asked for more than there is, a file system takes all that it has before it
    says no, and everybody else who writes in that moment is told that the disk is full. Raises StorageError
    "disk-full" where there is not room, saying how much is needed and how much is free.
    """
    free = free_bytes(path)
    if free >= size:
        if _fallocate(descriptor, _KEEP_SIZE, 0, size) == 0:
            return
        code = ctypes.get_errno()
        if code in _NO_FALLOCATE:
            return
        if code not in _FULL:
            raise storage_error(OSError(code, os.strerror(code)), path)
    raise _too_little(path, size, free)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries (a new or renamed file) survive a power cut. Raises StorageError."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as problem:
        raise storage_error(problem, folder) from problem


def write_durably(path: Path, content: bytes) -> None:
    """Put this file there, whole, for good; a power cut leaves the one before it or this one. Raises StorageError."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as problem:
        raise storage_error(problem, path) from problem
    sync_folder(path.parent)


class DurableFile:
    """An append-only file. `write` only gathers; `sync` puts everything gathered on the disk, or keeps all of it.

    Invariant: what `sync` has not confirmed stays in memory and is written again, from the last confirmed byte, at the
    next `sync`. So a full disk loses nothing, and neither does a failed fdatasync, after which the kernel may have
    dropped the pages and would report success the second time.
    """

    def __init__(self, path: Path, reserve_bytes: int = 0, reserved: Path | None = None) -> None:
        """Create `path`, which must not exist, with so much space set aside. `reserved` is an empty file that already
        holds the space and becomes `path`. Raises StorageError; nothing is left behind then.
        """
        self.path = path
        self.crc = 0
        """Of everything that was gathered so far."""
        self._pending = bytearray()
        self._durable = 0
        try:
            if reserved is not None and not path.exists():
                reserved.rename(path)
                self._descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
            else:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                self._descriptor = os.open(path, flags, 0o640)
        except OSError as problem:
            raise storage_error(problem, path) from problem
        try:
            if reserve_bytes:
                reserve(self._descriptor, path, reserve_bytes)
            sync_folder(path.parent)
        except StorageError:
            os.close(self._descriptor)
            path.unlink(missing_ok=True)
            raise

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Gather these bytes; returns how many. Never fails."""
        self._pending += data
        self.crc = zlib.crc32(data, self.crc)
        return len(data)

    def tell(self) -> int:
        """Length of the file with everything gathered."""
        return self._durable + len(self._pending)

    def flush(self) -> None:
        """Nothing: only `sync` writes."""

    def sync(self) -> None:
        """Write and fdatasync all that was gathered. Raises StorageError: nothing is lost, try again."""
        try:
            with memoryview(self._pending) as pending:
                written = 0
                while written < len(pending):
                    written += os.pwrite(self._descriptor, pending[written:], self._durable + written)
            os.fdatasync(self._descriptor)
        except OSError as problem:
            raise storage_error(problem, self.path) from problem
        self._durable += len(self._pending)
        self._pending.clear()

    def stands(self) -> bool:
        """Whether this file is still the one at its path."""
        try:
            own, there = os.fstat(self._descriptor), self.path.stat()
        except OSError:
            return False
        return (own.st_dev, own.st_ino) == (there.st_dev, there.st_ino)

    def restore(self) -> None:
        """Put what is in this file, which is no longer at its path, back there: a new file, on the disk when this
        returns. Raises StorageError; then it may be called again.
        """
        scratch = self.path.with_name(f".{self.path.name}.restored")
        try:
            scratch.unlink(missing_ok=True)
            with Path(f"/proc/self/fd/{self._descriptor}").open("rb") as old:
                descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
                try:
                    at = 0
                    while at < self._durable and (block := old.read(min(_MB, self._durable - at))):
                        at += os.pwrite(descriptor, block, at)
                        old.seek(at)
                    os.fsync(descriptor)
                    scratch.replace(self.path)
                except OSError:
                    os.close(descriptor)
                    raise
        except OSError as problem:
            raise storage_error(problem, self.path) from problem
        os.close(self._descriptor)
        self._descriptor = descriptor
        sync_folder(self.path.parent)

    def close(self) -> None:
        """Give back reserved space that was not used, fsync, close. May be called twice. Raises StorageError.

        What `sync` did not get onto the disk is cut off: the file then ends where it was last confirmed.
        """
        if self._descriptor < 0:
            return
        try:
            os.ftruncate(self._descriptor, self._durable)
            os.fsync(self._descriptor)
        except OSError as problem:
            raise storage_error(problem, self.path) from problem
        finally:
            os.close(self._descriptor)
            self._descriptor = -1


class Spare:
    """An empty file that holds the space of a whole session, so that a session which may start can also be recorded."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        self._held: os.stat_result | None = None

    def ensure(self) -> None:
        """Hold the space. Raises StorageError "disk-full" or "data-folder"; cheap when it is held already."""
        if self._is_there():
            return
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as problem:
            raise storage_error(problem, self.path) from problem
        try:
            reserve(descriptor, self.path, self.size)
            self._held = os.fstat(descriptor)
        finally:
            os.close(descriptor)

    def take(self) -> Path | None:
        """The file, to become a recording; None when there is none."""
        there, self._held = self._is_there(), None
        return self.path if there else None

    def _is_there(self) -> bool:
        """Whether the file that holds the space is still at its path."""
        try:
            return self._held is not None and os.path.samestat(self._held, self.path.stat())
        except OSError:
            return False
