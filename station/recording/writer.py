"""Writes one recording: the ring's own sample bytes and the events, in MCAP chunks that end at each `sync`."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Schema
from mcap.writer import CompressionType, Writer

from station.recording.disk import DurableFile
from station.recording.layout import (
    EVENT_SCHEMA,
    EVENT_SCHEMA_NAME,
    EVENTS_TOPIC,
    HEADER_METADATA,
    SAMPLE_SCHEMA_NAME,
    SAMPLES_TOPIC,
    pack_header,
    pack_json,
)
from station.wire.sample import ROS1_SCHEMA, bytes_of

BYTES_PER_S = 40_000
"""More than a second of recording takes at 250 Hz; docs/recordings.md has the measured figure."""

stamp_of = struct.Struct("<Qq").unpack_from
"""Number and monotonic time (ns) of a packed sample: how every one begins."""
_MASK_32 = 0xFFFF_FFFF  # MCAP's message sequence has 32 bits


class RecordingWriter:
    """One recording being written. Every method that touches the disk raises StorageError, and may be tried again.

    `header` holds JSON values; `epoch_ns` is the wall time (Unix, ns) at monotonic zero, by which the samples'
    monotonic times become the file's log times. The bytes of the file depend on the arguments and on the order of the
    calls alone. `schema` is that of the samples: another than this program's where an earlier one's are copied.
    """

    def __init__(
        self,
        path: Path,
        header: dict[str, Any],
        epoch_ns: int,
        *,
        reserve_bytes: int = 0,
        reserved: Path | None = None,
        schema: str = ROS1_SCHEMA,
    ) -> None:
        self.path = path
        self.epoch_ns = epoch_ns
        self._finished = False
        self._file = DurableFile(path, reserve_bytes, reserved)
        self._writer = Writer(cast("IO[bytes]", self._file), compression=CompressionType.ZSTD)
        self._writer.start()
        self._writer.add_metadata(HEADER_METADATA, pack_header({**header, "epoch_ns": epoch_ns}))
        self._sample_bytes = bytes_of(schema)
        self._samples = self._define(SAMPLES_TOPIC, "ros1", SAMPLE_SCHEMA_NAME, "ros1msg", schema)
        self._events = self._define(EVENTS_TOPIC, "json", EVENT_SCHEMA_NAME, "jsonschema", pack_json(EVENT_SCHEMA))

    def _define(self, topic: str, encoding: str, name: str, schema_encoding: str, schema: str) -> int:
        """A channel with its schema, in the first chunk and before it too: later chunks must be readable without it."""
        data = schema.encode()
        schema_id = self._writer.register_schema(name, schema_encoding, data)
        channel_id = self._writer.register_channel(topic, encoding, schema_id)
        records = RecordBuilder()
        Schema(schema_id, data, schema_encoding, name).write(records)
        Channel(channel_id, topic, encoding, {}, schema_id).write(records)
        self._file.write(records.end())  # type: ignore[no-untyped-call]
        return channel_id

    def append(self, samples: Iterable[bytes]) -> None:
        """Add samples as they stand in the live ring. Raises ValueError for those of another length."""
        size, epoch_ns, add, channel = self._sample_bytes, self.epoch_ns, self._writer.add_message, self._samples
        for payload in samples:
            if len(payload) != size:
                raise ValueError(f"a sample has {size} bytes, not {len(payload)}")
            seq, t_ns = stamp_of(payload)
            log_ns = t_ns + epoch_ns
            add(channel, log_ns, payload, log_ns, seq & _MASK_32)

    def event(self, event: dict[str, Any], number: int = 0) -> None:
        """Add an event; it must have `t_ns`. `number` is its place in the ring of events, kept to recognise doubles."""
        log_ns = int(event["t_ns"]) + self.epoch_ns
        self._writer.add_message(self._events, log_ns, pack_json(event).encode(), log_ns, number & _MASK_32)

    def sync(self) -> None:
        """End the chunk and have everything so far on the disk when this returns."""
        self._writer.flush()  # type: ignore[no-untyped-call]
        self._file.sync()

    def close(self) -> None:
        """Write the checksum of the data and the index, give back the space that was not used, fsync. May be called
        again, after an error too.
        """
        if not self._finished:
            self._writer.flush()  # type: ignore[no-untyped-call]
            # The library leaves out what is written beside it, as the definitions are: the checksum of the whole data.
            setattr(self._writer, "_Writer__data_section_crc", self._file.crc)  # noqa: B010
            self._writer.finish()  # type: ignore[no-untyped-call]
            self._finished = True
        self._file.sync()
        self._file.close()

    def stands(self) -> bool:
        """Whether the file being written is still the one at its path."""
        return self._file.stands()

    def restore(self) -> None:
        """Put everything that is on the disk of a file that is no longer at its path back there."""
        self._file.restore()

    def moved_to(self, path: Path) -> None:
        """The file has another name now."""
        self.path = self._file.path = path

    def abandon(self) -> None:
        """Close without an index, as a crash would, but without its danger: what was synced stays readable."""
        self._file.close()
