"""A ring of records in a memory-mapped file: one writer that never waits, any number of readers that cannot hold it.

No locks. A reader proves a record by its sequence number and CRC-32: CPython gives no memory barriers and an ARM
processor reorders, so a sequence number alone would not do. Every writer makes a new file (new epoch) and renames it
into place; a reader that still maps the old one can read it to its end, and then moves on.
"""

from __future__ import annotations

import mmap
import os
import secrets
import struct
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

_MAGIC = b"BALRING1"
_HEADER = struct.Struct("<8sIIQ")  # magic, payload bytes a slot, slots, epoch
_HEAD = struct.Struct("<Q")
_HEAD_AT = 64  # a cache line of its own
_SLOTS_AT = 4096
_SLOT = struct.Struct("<QII")  # sequence number, length, CRC of both and the payload
_CHECKED_HEAD = struct.Struct("<QI")


class Batch(NamedTuple):
    """What a reader got: records oldest first, the number to ask for next, and how many were overwritten unread."""

    records: list[tuple[int, bytes]]
    next_seq: int
    lost: int


class RingWriter:
    """The one writer. `payload_bytes` is the longest record; `slots` how many are kept."""

    def __init__(self, path: Path, payload_bytes: int, slots: int) -> None:
        self.path = path
        self.epoch = secrets.randbits(63) or 1
        self._slots = slots
        self._payload_bytes = payload_bytes
        self._stride = (_SLOT.size + payload_bytes + 7) // 8 * 8
        self._seq = 0
        size = _SLOTS_AT + self._stride * slots
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o640)
        try:
            os.posix_fallocate(descriptor, 0, size)  # a full tmpfs must fail here, not as a bus error in the loop
            self._map = mmap.mmap(descriptor, size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)
        finally:
            os.close(descriptor)
        _HEADER.pack_into(self._map, 0, _MAGIC, payload_bytes, slots, self.epoch)
        scratch.rename(path)

    @property
    def next_seq(self) -> int:
        """The number that the next record will have; the first is 0."""
        return self._seq

    def write(self, payload: bytes) -> int:
        """Append one record and return its number. Raises ValueError when it is longer than a slot."""
        length = len(payload)
        if length > self._payload_bytes:
            raise ValueError(f"a record of {length} bytes does not fit a slot of {self._payload_bytes}")
        seq = self._seq
        at = _SLOTS_AT + seq % self._slots * self._stride
        _SLOT.pack_into(self._map, at, seq, length, crc32(payload, crc32(_CHECKED_HEAD.pack(seq, length))))
        self._map[at + _SLOT.size : at + _SLOT.size + length] = payload
        self._seq = seq + 1
        _HEAD.pack_into(self._map, _HEAD_AT, seq + 1)
        return seq

    def close(self) -> None:
        """Unmap; the file stays, so that readers can finish."""
        self._map.close()


class RingReader:
    """One reader of the ring at `path`. Raises FileNotFoundError until there is one, ValueError if it is no ring."""

    def __init__(self, path: Path) -> None:
        self.path = path
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._inode = os.fstat(descriptor).st_ino
            self._map = mmap.mmap(descriptor, 0, mmap.MAP_SHARED, mmap.PROT_READ)
        finally:
            os.close(descriptor)
        magic, self._payload_bytes, self._slots, self.epoch = _HEADER.unpack_from(self._map, 0)
        if magic != _MAGIC:
            self._map.close()
            raise ValueError(f"{path} is not a live ring of this station")
        self._stride = (_SLOT.size + self._payload_bytes + 7) // 8 * 8

    @property
    def head(self) -> int:
        """How many records were ever written; the newest has the number head - 1."""
        return int(_HEAD.unpack_from(self._map, _HEAD_AT)[0])

    def replaced(self) -> bool:
        """True when a new writer has put another file in this one's place."""
        try:
            return os.stat(self.path).st_ino != self._inode
        except FileNotFoundError:
            return True

    def record(self, seq: int) -> bytes | None:
        """Record number `seq`, or None when it is torn, overwritten or not there yet."""
        at = _SLOTS_AT + seq % self._slots * self._stride
        found, length, checksum = _SLOT.unpack_from(self._map, at)
        if found != seq or length > self._payload_bytes:
            return None
        payload = self._map[at + _SLOT.size : at + _SLOT.size + length]
        return payload if crc32(payload, crc32(_CHECKED_HEAD.pack(seq, length))) == checksum else None

    def latest(self) -> tuple[int, bytes] | None:
        """The newest whole record with its number; None while there is none."""
        head = self.head
        for seq in (head - 1, head - 2):
            if seq >= 0 and (payload := self.record(seq)) is not None:
                return seq, payload
        return None

    def since(self, seq: int, limit: int = 1_000_000) -> Batch:
        """The records from number `seq` on, at most `limit`. Those that the writer has passed are counted as lost."""
        head = self.head
        first = max(seq, head - self._slots + 1, 0) if head > self._slots else max(seq, 0)
        lost = first - seq if seq >= 0 else 0
        records: list[tuple[int, bytes]] = []
        number = first
        for number in range(first, min(head, first + limit)):
            payload = self.record(number)
            if payload is not None:
                records.append((number, payload))
            elif number >= self.head - self._slots + 1 and number == head - 1:
                return Batch(records, number, lost)  # the newest may still be on its way: ask again
            else:
                lost += 1
        return Batch(records, max(first, min(head, first + limit)), lost)

    def close(self) -> None:
        """Unmap. May be called twice."""
        self._map.close()
