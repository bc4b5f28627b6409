"""A disk whose every write and flush is written down, and the same disk as it was after any of them.

This computer's kernel may have no dm-log-writes. So the disk is a file that this process serves by FUSE, with a loop
device on it: what the file system gives to the block layer comes here in its order, flushes as fsync. What is written
goes to memory and to the log; the file that the disk began as stays as it is.

    python -m tests.booted.write_log BASE MOUNT --log LOG                the disk, logged
    python -m tests.booted.write_log BASE MOUNT --cut LOG N [SEED]       the disk after the first N entries of a log

With a seed, of what was written since the last flush before the cut each write is lost or not by chance: a disk with a
cache of its own does so. Needs root; ends when MOUNT, a file, is unmounted.
"""

import argparse
import ctypes
import errno
import os
import random
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

BLOCK = 4096
LARGEST = 1 << 17
_ENTRY = struct.Struct("<qqI")
"""When (monotonic, ns), where, how many bytes follow. A flush is at -1 with none."""
_IN, _OUT = struct.Struct("<IIQQIIII"), struct.Struct("<IiQ")
_ATTRIBUTES = struct.Struct("<6Q10I")
_GETATTR, _SETATTR, _OPEN, _READ, _WRITE = 3, 4, 14, 15, 16
_STATFS, _RELEASE, _FSYNC, _FLUSH, _INIT = 17, 18, 20, 25, 26
_NEVER_ANSWERED = (2, 36, 42)
"""FORGET, INTERRUPT, BATCH_FORGET of <linux/fuse.h>, as all the numbers above."""


class Entry(NamedTuple):
    """A write, or a flush: then `at` is -1."""

    ns: int
    at: int
    data: bytes


def entries(log: Path) -> Iterator[Entry]:
    """What a log says, in order; a last one that is not whole is left out."""
    with log.open("rb") as file:
        while len(head := file.read(_ENTRY.size)) == _ENTRY.size:
            ns, at, length = _ENTRY.unpack(head)
            data = file.read(length)
            if len(data) < length:
                return
            yield Entry(ns, at, data)


class Disk:
    """What was written over the file that it began as."""

    def __init__(self, base: BinaryIO) -> None:
        self._base = base
        self.size = os.fstat(base.fileno()).st_size
        self._blocks: dict[int, bytes] = {}

    def read(self, at: int, length: int) -> bytes:
        """Bytes of it; fewer behind its end."""
        length = max(0, min(length, self.size - at))
        first, last = at // BLOCK, (at + length + BLOCK - 1) // BLOCK
        found = b"".join(self._block(number) for number in range(first, last))
        return found[at - first * BLOCK :][:length]

    def write(self, at: int, data: bytes) -> None:
        """Of any length, anywhere."""
        first, last = at // BLOCK, (at + len(data) + BLOCK - 1) // BLOCK
        begin, end = at - first * BLOCK, last * BLOCK - at - len(data)
        if begin or end:
            whole = self.read(first * BLOCK, (last - first) * BLOCK)
            data = whole[:begin] + data + (whole[-end:] if end else b"")
        for number in range(first, last):
            self._blocks[number] = data[(number - first) * BLOCK :][:BLOCK]

    def _block(self, number: int) -> bytes:
        found = self._blocks.get(number)
        return os.pread(self._base.fileno(), BLOCK, number * BLOCK) if found is None else found


def cut(disk: Disk, log: Path, after: int, seed: int | None) -> None:
    """Write the first `after` entries of a log on it; with a seed not all of those behind the last flush."""
    kept: list[Entry] = []
    for number, entry in enumerate(entries(log)):
        if number == after:
            break
        kept.append(entry)
        if entry.at < 0:
            for one in kept[:-1]:
                disk.write(one.at, one.data)
            kept = []
    lose = random.Random(seed)
    for one in kept:
        if seed is None or lose.random() < 0.5:
            disk.write(one.at, one.data)


def serve(disk: Disk, mount: Path, log: BinaryIO | None) -> None:
    """Be the file at `mount` until it is unmounted."""
    fuse = os.open("/dev/fuse", os.O_RDWR)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={fuse},rootmode=100600,user_id=0,group_id=0"
    if libc.mount(b"logged-disk", os.fsencode(mount), b"fuse", 0, options.encode()):
        raise OSError(ctypes.get_errno(), "mount", str(mount))
    sys.stdout.write("served\n")
    sys.stdout.flush()
    while True:
        try:
            asked = os.read(fuse, LARGEST + 65536)
        except OSError as problem:
            if problem.errno == errno.ENODEV:
                return
            if problem.errno in (errno.ENOENT, errno.EINTR, errno.EAGAIN):
                continue
            raise
        _, operation, unique, *_ = _IN.unpack_from(asked)
        if operation in _NEVER_ANSWERED:
            continue
        problem, answer = _answered(disk, operation, asked[_IN.size :], log)
        os.write(fuse, _OUT.pack(_OUT.size + len(answer), -problem, unique) + answer)


def _answered(disk: Disk, operation: int, body: bytes, log: BinaryIO | None) -> tuple[int, bytes]:
    """The errno, 0 for none, and the answer."""
    if operation == _INIT:
        return 0, struct.pack("<IIIIHHIIHH8I", 7, 31, LARGEST, 0, 16, 12, LARGEST, 1, 0, 0, *[0] * 8)
    if operation in (_GETATTR, _SETATTR):
        attributes = _ATTRIBUTES.pack(1, disk.size, disk.size // 512, 0, 0, 0, 0, 0, 0, 0o100600, 1, 0, 0, 0, BLOCK, 0)
        return 0, struct.pack("<QII", 3600, 0, 0) + attributes
    if operation == _OPEN:
        return 0, struct.pack("<QII", 1, 0, 0)
    if operation == _READ:
        _, at, length = struct.unpack_from("<QQI", body)
        return 0, disk.read(at, length)
    if operation == _WRITE:
        _, at, length = struct.unpack_from("<QQI", body)
        data = body[40 : 40 + length]
        disk.write(at, data)
        _note(log, at, data)
        return 0, struct.pack("<II", length, 0)
    if operation == _FSYNC:
        _note(log, -1, b"")
        return 0, b""
    if operation == _STATFS:
        return 0, struct.pack("<5Q4I6I", 0, 0, 0, 0, 0, BLOCK, 255, BLOCK, *[0] * 7)
    return (0, b"") if operation in (_RELEASE, _FLUSH) else (errno.ENOSYS, b"")


def _note(log: BinaryIO | None, at: int, data: bytes) -> None:
    if log is not None:
        log.write(_ENTRY.pack(time.monotonic_ns(), at, len(data)) + data)
        log.flush()


def main() -> None:
    """Serve until the file is unmounted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base", type=Path)
    parser.add_argument("mount", type=Path)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--cut", nargs="+", metavar=("LOG", "N"))
    given = parser.parse_args()
    with given.base.open("rb") as base:
        disk = Disk(base)
        if given.cut:
            log, after, *seed = given.cut
            cut(disk, Path(log), int(after), int(seed[0]) if seed else None)
        if given.log is None:
            serve(disk, given.mount, None)
        else:
            with given.log.open("wb") as file:
                serve(disk, given.mount, file)


if __name__ == "__main__":
    sys.exit(main())
