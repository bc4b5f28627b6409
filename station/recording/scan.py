"""Walks a recording from its beginning without need of its end: finished, cut at any byte, or followed by zeros.

Needs neither numpy nor the file's index, so the recorder uses it to go on after a crash.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Metadata, Schema
from mcap.stream_reader import CRCValidationError, get_chunk_data_stream

from drills.problems import Problem
from station.faults import InputError, because
from station.recording.layout import EVENTS_TOPIC, FORMAT_VERSION, HEADER_METADATA, SAMPLES_TOPIC, unpack_header
from station.wire.sample import bytes_of

MAGIC = b"\x89MCAP0\r\n"
_RECORD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")
_CHUNK_LIMIT = 64 * 1024 * 1024  # of a chunk unpacked; ours have at most 1 MiB: more is damage, not data
_BROKEN = (McapError, CRCValidationError, zstandard.ZstdError, struct.error, ValueError, MemoryError, OverflowError)


class Entry(NamedTuple):
    """One message of the file, in the file's order."""

    is_sample: bool
    number: int
    """A sample's `seq`, or an event's place in the ring of events, in 32 bits."""
    data: bytes


class Scan:
    """One walk through the recording at `path`; it holds a chunk at a time. Use as a context manager.

    Raises InputError "recording-newer" for one of a later format, "recording-unreadable" for a file that is no
    recording of this station.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.truncated = True
        """After the walk: False only when the file ended as a finished one does and every chunk of it was whole."""
        self.header: dict[str, Any] = {}
        self.schema = ""
        """Of the samples, as the file has it; "" until the first of them."""
        self._sample_bytes = 0
        self._channels: dict[int, str] = {}
        self._schemas: dict[int, Schema] = {}
        self._damaged = False
        try:
            self._size = path.stat().st_size
            self._file: IO[bytes] = path.open("rb")
        except OSError as problem:
            raise InputError(
                "recording-unreadable", str(path), because("system-said", said=str(problem.strerror))
            ) from problem
        self._records = self._walk()
        if self._file.read(len(MAGIC)) != MAGIC:
            self._file.close()
            raise InputError("recording-unreadable", str(path), because("not-mcap"))
        self._read_header()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """Samples and events, chunk by chunk, up to the end or to the cut. Once only."""
        for opcode, body in self._records:
            if opcode == Opcode.CHUNK:
                yield from self._chunk(body)
            elif opcode in (Opcode.SCHEMA, Opcode.CHANNEL):
                with contextlib.suppress(*_BROKEN, InputError):  # no checksum here: what is damaged comes again
                    self._learn(opcode, body)
            elif opcode == Opcode.DATA_END:
                self.truncated = self._damaged or not self._ends_whole()
                return

    def _walk(self) -> Iterator[tuple[int, bytes]]:
        """Whole records; ends at the first that is cut off or is none (opcode 0: space that was never written)."""
        while len(head := self._file.read(_RECORD.size)) == _RECORD.size:
            opcode, length = _RECORD.unpack(head)
            if opcode == 0 or length > self._size - self._file.tell():
                return
            yield opcode, self._file.read(length)

    def _read_header(self) -> None:
        """The metadata record stands before the first chunk, so it is there whenever a sample is."""
        for opcode, body in self._records:
            if opcode != Opcode.METADATA:
                if opcode == Opcode.CHUNK:
                    break
                continue
            try:
                metadata = Metadata.read(ReadDataStream(BytesIO(body)))
                if metadata.name != HEADER_METADATA:
                    continue
                self.header = unpack_header(metadata.metadata)
            except _BROKEN:
                break
            version = self.header.get("format_version")
            if version != FORMAT_VERSION:
                self._file.close()
                why = because("format-version", found=version, own=FORMAT_VERSION)
                newer = isinstance(version, int) and version > FORMAT_VERSION
                raise InputError("recording-newer", str(self.path), why) if newer else self._refusal(why)
            return
        self._file.close()
        raise self._refusal(because("no-header"))

    def _refusal(self, why: Problem) -> InputError:
        return InputError("recording-unreadable", str(self.path), why)

    def _ends_whole(self) -> bool:
        """True when the footer is there and the closing magic is the last thing in the file."""
        footer = any(opcode == Opcode.FOOTER for opcode, _ in self._up_to_footer())
        return footer and self._file.read() == MAGIC

    def _up_to_footer(self) -> Iterator[tuple[int, bytes]]:
        for opcode, body in self._records:
            yield opcode, body
            if opcode == Opcode.FOOTER:
                return

    def _chunk(self, body: bytes) -> Iterator[Entry]:
        """The messages of one chunk; none, and the file counts as damaged, when its checksum does not hold."""
        try:
            chunk = Chunk.read(ReadDataStream(BytesIO(body)))
            if chunk.uncompressed_size > _CHUNK_LIMIT or (
                chunk.compression == "zstd" and zstandard.frame_content_size(chunk.data) != chunk.uncompressed_size
            ):
                raise ValueError("a chunk's size is not the one that it states")
            stream, length = get_chunk_data_stream(chunk, validate_crc=True)
            data = stream.read(length)
        except _BROKEN:
            self._damaged = True
            return
        at = 0
        while at < len(data):
            opcode, length = _RECORD.unpack_from(data, at)
            at += _RECORD.size
            if opcode == Opcode.MESSAGE:
                channel, number, _, _ = _MESSAGE.unpack_from(data, at)
                yield from self._entry(channel, number, data[at + _MESSAGE.size : at + length])
            else:
                self._learn(opcode, data[at : at + length])
            at += length

    def _entry(self, channel: int, number: int, payload: bytes) -> Iterator[Entry]:
        topic = self._channels.get(channel)
        if topic == SAMPLES_TOPIC and len(payload) == self._sample_bytes:
            yield Entry(True, number, payload)
        elif topic == EVENTS_TOPIC:
            yield Entry(False, number, payload)

    def _learn(self, opcode: int, body: bytes) -> None:
        """Schemas and channels. Raises InputError where this program cannot read the samples' fields."""
        stream = ReadDataStream(BytesIO(body))
        if opcode == Opcode.SCHEMA:
            schema = Schema.read(stream)
            self._schemas[schema.id] = schema
        elif opcode == Opcode.CHANNEL:
            channel = Channel.read(stream)
            schema_text = self._schemas[channel.schema_id].data.decode() if channel.schema_id in self._schemas else ""
            if channel.topic == SAMPLES_TOPIC:
                try:
                    self._sample_bytes = bytes_of(schema_text)
                except ValueError as problem:
                    raise self._refusal(because("other-fields", said=str(problem))) from None
                self.schema = schema_text
            self._channels[channel.id] = channel.topic
