"""Walks a recording from its beginning without need of its end: finished, cut at any byte, or followed by zeros.

Needs neither numpy nor the file's index, so the recorder uses it to go on after a crash.
"""

from __future__ import annotations

import contextlib
import json
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Metadata, Schema

from drills.problems import Problem
from station.faults import InputError, because
from station.recording import damage
from station.recording.blocks import Unpacker, calibration_of
from station.recording.damage import Damage, KnownEnds, SampleRuns, gaps_of
from station.recording.frames import MAGIC, Frames, Summary, summary_in, summary_of
from station.recording.layout import (
    BLOCKS_TOPIC,
    END_METADATA,
    EVENTS_TOPIC,
    FORMAT_VERSION,
    HEADER_METADATA,
    OF_THE_EVENT,
    ROWS_VERSION,
    SAMPLES_TOPIC,
    unpack_end,
    unpack_header,
)
from station.wire.sample import bytes_of, place_of

_RECORD = struct.Struct("<BQ")
_MESSAGE = struct.Struct("<HIQQ")
_TICK = struct.Struct("<Qq")
_DATA_END_BYTES = 4
_INT64 = 2**63
_CHUNK_LIMIT = 64 * 1024 * 1024  # of a chunk unpacked; ours have at most 1 MiB: more is damage, not data
_BROKEN = (McapError, zstandard.ZstdError, struct.error, ValueError, MemoryError, OverflowError)


class Entry(NamedTuple):
    """One message of the file, in the file's order."""

    is_sample: bool
    number: int
    """A sample's `seq`, or an event's place in the ring of events, in 32 bits."""
    data: bytes


class _RawMessage(NamedTuple):
    channel: int
    number: int
    log_ns: int
    payload: bytes


class Scan:
    """One walk through the recording at `path`; it holds a chunk at a time. Use as a context manager.

    Raises InputError "recording-newer" for one of a later format, "recording-unreadable" for a file that is no
    recording of this station.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: dict[str, Any] = {}
        """After the walk: where it contradicts the session's first event, that event counts."""
        self.schema = ""
        """Of the samples, as the file has it; "" until the first of them."""
        self._sample_bytes = self._missed_at = 0
        self.compact = False
        """Samples stand in blocks, or may."""
        self._block_schema = ""
        self._calibrations: list[object] = []
        """What was said of the plate's calibration beside the header, which has no checksum."""
        self._unpacker: Unpacker | None = None
        self._told_samples: int | None = None
        self._channels: dict[int, str] = {}
        self._schemas: dict[int, Schema] = {}
        self._marks: set[str] = {damage.CUT}
        self._runs = SampleRuns()
        self._events: set[tuple[int, bytes]] = set()
        self._started: tuple[int, int] | None = None
        self._ended: tuple[int, int] | None = None
        try:
            size = path.stat().st_size
            self._file: IO[bytes] = path.open("rb")
        except OSError as problem:
            raise InputError(
                "recording-unreadable", str(path), because("system-said", said=str(problem.strerror))
            ) from problem
        self._size = size
        self._summary: Summary | None = None
        if self._file.read(len(MAGIC)) != MAGIC:
            self._file.close()
            raise InputError("recording-unreadable", str(path), because("not-mcap"))
        self._from_beginning()
        self._read_header()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """Samples and events in the file's order, to the end or to the cut; parts that are damaged are passed over, an
        event that is there twice comes once. Once only.
        """
        for opcode, body in self._records:
            if opcode == Opcode.CHUNK:
                yield from self._chunk(body)
            elif opcode in (Opcode.SCHEMA, Opcode.CHANNEL):
                with contextlib.suppress(*_BROKEN, InputError):  # no checksum here: what is damaged comes again
                    self._learn(opcode, body)
            elif opcode == Opcode.METADATA:
                with contextlib.suppress(*_BROKEN, KeyError):
                    said = Metadata.read(ReadDataStream(BytesIO(body)))
                    if said.name == END_METADATA:
                        self._told_samples = unpack_end(said.metadata)
            elif opcode == Opcode.DATA_END and len(body) == _DATA_END_BYTES:
                self._marks.discard(damage.CUT)
                if (seal := int.from_bytes(body, "little")) and seal != self._frames.crc:
                    self._marks.add(damage.CHANGED)
                end = self._file.read()
                self._summary = summary_in(end)
                if self._summary is None:
                    self._marks.add(damage.INDEX if end.endswith(MAGIC) else damage.CUT)
                return
        self._summary = summary_of(self._file, self._size)
        if self._summary is not None:  # it was finished, though the end of the samples is damaged
            self._marks.discard(damage.CUT)

    def damage(self) -> Damage:
        """After the walk: what is missing of the recording, or not to be trusted."""
        marks = set(self._marks)
        if self._frames.broken:
            marks.add(damage.CHUNK)
        if not self._runs.in_order:
            marks.add(damage.ORDER)
        counted = {} if self._summary is None else self._summary.counts
        told = {topic: counted.get(channel) for channel, topic in self._channels.items()}
        events = told.get(EVENTS_TOPIC)
        started = self._started
        if started is None and isinstance(began_ns := self.header.get("started_mono_ns"), int):
            started = (-1, began_ns)
        runs = self._runs.merged()
        ends = KnownEnds(
            started,
            self._ended,
            self._told_samples if self.compact else told.get(SAMPLES_TOPIC),
            0 if self._summary is None else self._summary.last_log_ns - round(_number(self.header.get("epoch_ns"))),
            _number(self.header.get("rate_hz")),
        )
        earlier = damage.kept(self.header)
        gaps = gaps_of(runs, ends)
        begun = {gap.from_ns for gap in gaps}
        return Damage(
            tuple(sorted(marks | set(earlier.marks))),
            tuple(sorted([*gaps, *(gap for gap in earlier.gaps if gap.from_ns not in begun)])),
            max(0, 0 if events is None else events - len(self._events)) + earlier.lost_events,
            (self._summary is None and self._ended is None) or earlier.open_end,
        )

    def _from_beginning(self) -> None:
        self._file.seek(len(MAGIC))
        self._frames = Frames(self._file, self._size)
        self._records = iter(self._frames)

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
            if version not in (ROWS_VERSION, FORMAT_VERSION):
                self._file.close()
                why = because("format-version", found=version, own=FORMAT_VERSION)
                newer = isinstance(version, int) and version > FORMAT_VERSION
                raise InputError("recording-newer", str(self.path), why) if newer else self._refusal(why)
            if isinstance(self.header.get("epoch_ns"), int):
                return
            break
        self._from_beginning()
        self.header = self._header_of_start()
        self._marks.add(damage.HEADER)
        self._from_beginning()

    def _header_of_start(self) -> dict[str, Any]:
        """What the session's first event and its time say, where the header cannot be read. Raises InputError where
        there is no such event.
        """
        for opcode, body in self._records:
            with contextlib.suppress(*_BROKEN, InputError, KeyError, TypeError):
                if opcode in (Opcode.SCHEMA, Opcode.CHANNEL):
                    self._learn(opcode, body)
                elif opcode == Opcode.CHUNK:
                    for message in self._messages(_unpacked(body)):
                        if self._channels.get(message.channel) == EVENTS_TOPIC:
                            event = json.loads(message.payload)
                            if event["kind"] == "session-started":
                                return _header_from(event, message.log_ns, self.path.stem)
        self._file.close()
        raise self._refusal(because("no-header"))

    def _refusal(self, why: Problem) -> InputError:
        return InputError("recording-unreadable", str(self.path), why)

    def _chunk(self, body: bytes) -> Iterator[Entry]:
        """The messages of one chunk; none, and the file counts as damaged, when its checksum does not hold."""
        try:
            data = _unpacked(body)
        except _BROKEN:
            self._marks.add(damage.CHUNK)
            return
        for channel, number, _, payload in self._messages(data):
            topic = self._channels.get(channel)
            if topic == SAMPLES_TOPIC and len(payload) == self._sample_bytes:
                yield self._sample(number, payload)
            else:
                yield from self._entry(topic, number, payload)

    def _messages(self, data: bytes) -> Iterator[_RawMessage]:
        """The messages in a chunk's data; what they are read by is learnt on the way."""
        at = 0
        while at < len(data):
            opcode, length = _RECORD.unpack_from(data, at)
            at += _RECORD.size
            if opcode == Opcode.MESSAGE:
                channel, number, log_ns, _ = _MESSAGE.unpack_from(data, at)
                yield _RawMessage(channel, number, log_ns, data[at + _MESSAGE.size : at + length])
            else:
                self._learn(opcode, data[at : at + length])
            at += length

    def _rows(self, block: bytes) -> Iterator[Entry]:
        """The samples of one block; none, and the file counts as damaged, where they cannot be had back."""
        rows = self._unpacked_block(block)
        if rows is None:
            self._marks.add(damage.CHUNK)
            return
        for at in range(0, len(rows), self._sample_bytes):
            row = bytes(rows[at : at + self._sample_bytes])
            yield self._sample(int.from_bytes(row[:4], "little"), row)

    def _unpacked_block(self, block: bytes) -> bytearray | None:
        """By the calibration that is said first and fits the block's checksum."""
        said = [self.header.get("calibration"), *self._calibrations] if self._unpacker is None else [None]
        for calibration in said:
            with contextlib.suppress(*_BROKEN):
                reader = self._unpacker or Unpacker(self._block_schema, self.schema, calibration_of(calibration))
                rows = reader.rows(block)
                self._unpacker = reader
                return rows
        return None

    def _sample(self, number: int, payload: bytes) -> Entry:
        """One whole sample, which is not missing then."""
        missed = int.from_bytes(payload[self._missed_at : self._missed_at + 4], "little")
        seq, t_ns = _TICK.unpack_from(payload)
        self._runs.take(seq, t_ns, missed)
        return Entry(True, number, payload)

    def _entry(self, topic: str | None, number: int, payload: bytes) -> Iterator[Entry]:
        """What is no sample: a block of them, an event, or damage."""
        if topic == BLOCKS_TOPIC:
            yield from self._rows(payload)
        elif topic == EVENTS_TOPIC:
            if (number, payload) in self._events:
                self._marks.add(damage.ORDER)
                return
            self._events.add((number, payload))
            try:
                self._note(json.loads(payload))
            except (ValueError, KeyError, TypeError, AttributeError):
                self._marks.add(damage.CHUNK)  # no event of a station
                return
            yield Entry(False, number, payload)
        else:
            self._marks.add(damage.CHUNK)  # what it is read by is damaged

    def _note(self, event: dict[str, Any]) -> None:
        """Of the session's start and its end: when they were, and whether the header says the same."""
        place = int(event.get("seq", -1)), int(event["t_ns"])
        if event["kind"] == "drill-ended":
            self._ended = place
        elif event["kind"] == "session-started":
            self._started = place
            facts = {name: value for name, value in event.items() if name not in OF_THE_EVENT}
            if any(self.header.get(name, value) != value for name, value in facts.items()):
                self._marks.add(damage.HEADER)
            self.header |= facts

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
                    self._missed_at = place_of(schema_text, "missed_ticks")
                except ValueError as problem:
                    raise self._refusal(because("other-fields", said=str(problem))) from None
                self.schema = schema_text
            elif channel.topic == BLOCKS_TOPIC:
                self.compact, self._block_schema = True, schema_text
                said = json.loads(channel.metadata["calibration"])
                if said not in self._calibrations:
                    self._calibrations.append(said)
            self._channels[channel.id] = channel.topic


def _number(value: object) -> float:
    """A number of the header, which has no checksum of its own; 0 for anything else."""
    return float(value) if isinstance(value, int | float) and abs(value) < _INT64 else 0.0


def _header_from(started: dict[str, Any], log_ns: int, name: str) -> dict[str, Any]:
    """A header of what is known without it: which life of control it was is not."""
    return {
        **{key: value for key, value in started.items() if key not in OF_THE_EVENT},
        "format_version": FORMAT_VERSION,
        "session_id": name,
        "ring_session": int(started["session"]),
        "started_mono_ns": int(started["t_ns"]),
        "started_wall_ns": log_ns,
        "epoch_ns": log_ns - int(started["t_ns"]),
    }


def _unpacked(body: bytes) -> bytes:
    """What is in a chunk. Raises one of `_BROKEN` where it is not what was written."""
    chunk = Chunk.read(ReadDataStream(BytesIO(body)))
    if chunk.compression != "zstd" or not 0 < chunk.uncompressed_size <= _CHUNK_LIMIT:
        raise ValueError("a chunk's head is damaged")
    if zstandard.frame_content_size(chunk.data) != chunk.uncompressed_size:
        raise ValueError("a chunk's size is not the one that it states")
    data = zstandard.decompress(chunk.data, chunk.uncompressed_size)
    if zlib.crc32(data) != chunk.uncompressed_crc:
        raise ValueError("a chunk's checksum is another")
    return data
