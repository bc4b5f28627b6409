"""The records of an MCAP file one after the other, also behind a place that is damaged; and what its end says of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import IO, NamedTuple

from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Statistics

MAGIC = b"\x89MCAP0\r\n"
_RECORD = struct.Struct("<BQ")
_FOOTER = struct.Struct("<BQQQI")
_FOOTER_BYTES = 20
_BEHIND_CHUNK_HEAD = b"\x04\x00\x00\x00zstd"
"""Every chunk of a station has this behind its opcode, length, times, size and checksum: it is found again by it."""
_BEFORE_COMPRESSION = _RECORD.size + 28
_SEARCHED_BYTES = 1 << 20
_KNOWN = frozenset(range(Opcode.HEADER, Opcode.DATA_END + 1))


class RawRecord(NamedTuple):
    """One record."""

    opcode: int
    body: bytes


class Summary(NamedTuple):
    """What a finished file says of itself at its end, under a checksum of its own."""

    counts: dict[int, int]
    """How many messages were written to each channel, by its number."""
    last_log_ns: int
    """Log time of the newest message."""


class Frames:
    """Walks through an open file, from behind its magic on."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.broken = False
        """Some bytes on the way were no record."""
        self.crc = zlib.crc32(MAGIC)
        """Of everything before the record that was given last; says nothing once `broken`."""
        self._file = file
        self._size = size

    def __iter__(self) -> Iterator[RawRecord]:
        """Whole records. What is none is passed over up to the next chunk: zeros, a length that leads elsewhere."""
        behind = None
        while True:
            at = self._file.tell()
            head = self._file.read(_RECORD.size)
            opcode, length = _RECORD.unpack(head) if len(head) == _RECORD.size else (0, 0)
            if opcode in _KNOWN and length <= self._size - self._file.tell() and self._leads_on(opcode, length):
                body = self._file.read(length)
                if behind is not None:
                    self.crc = zlib.crc32(behind, self.crc)
                behind = head + body
                yield RawRecord(opcode, body)
                continue
            found = self._next_chunk(at + 1)
            if found is None:
                return
            self.broken = True
            self._file.seek(found)

    def _leads_on(self, opcode: int, length: int) -> bool:
        """Whether a chunk is as long as what is in it: else its length is damaged, and leads past others."""
        if opcode != Opcode.CHUNK:
            return True
        begin = self._file.tell()
        self._file.seek(begin + 28 + len(_BEHIND_CHUNK_HEAD))
        inner = self._file.read(8)
        self._file.seek(begin)
        return 28 + len(_BEHIND_CHUNK_HEAD) + 8 + int.from_bytes(inner, "little") == length

    def _next_chunk(self, begin: int) -> int | None:
        """Where the next chunk begins, at `begin` or behind it; None where there is no more."""
        at = begin
        while at < self._size:
            self._file.seek(at)
            window = self._file.read(_SEARCHED_BYTES + _BEFORE_COMPRESSION + len(_BEHIND_CHUNK_HEAD))
            found = window.find(_BEHIND_CHUNK_HEAD)
            while found >= 0:
                if found >= _BEFORE_COMPRESSION and window[found - _BEFORE_COMPRESSION] == Opcode.CHUNK:
                    return at + found - _BEFORE_COMPRESSION
                found = window.find(_BEHIND_CHUNK_HEAD, found + 1)
            at += _SEARCHED_BYTES
        return None


def summary_of(file: IO[bytes], size: int) -> Summary | None:
    """What the end of the file says; None where the file was not finished, or its end is damaged."""
    behind = _FOOTER.size + len(MAGIC)
    file.seek(max(0, size - behind))
    tail = file.read(behind)
    if len(tail) < behind:
        return None
    start = _FOOTER.unpack_from(tail)[2]
    if not 0 < start < size - behind:
        return None
    file.seek(start)
    return summary_in(file.read())


def summary_in(end: bytes) -> Summary | None:
    """The same, of what stands behind the data; None where that is not a summary's whole."""
    at = len(end) - _FOOTER.size - len(MAGIC)
    if at < 0 or end[-len(MAGIC) :] != MAGIC:
        return None
    opcode, length, _, _, crc = _FOOTER.unpack_from(end, at)
    if (opcode, length) != (Opcode.FOOTER, _FOOTER_BYTES) or zlib.crc32(end[: at + _FOOTER.size - 4]) != crc:
        return None
    for opcode, body in Frames(BytesIO(end[:at]), at):
        if opcode == Opcode.STATISTICS:
            found = Statistics.read(ReadDataStream(BytesIO(body)))
            return Summary(dict(found.channel_message_counts), int(found.message_end_time))
    return None
