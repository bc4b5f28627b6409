"""Writes one recording: samples and events, in MCAP chunks that end at each `sync`.

Samples stand one by one, the ring's own bytes, or (`CompactWriter`, the recorder's way) in blocks of columns. Each
`sync` fills the disk's page then: a page that is written a second time costs as much as one that is new.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, cast

import zstandard
from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Metadata, Schema
from mcap.writer import CompressionType, Writer

from station.recording.blocks import BLOCK_SCHEMA, MOST_ROWS, Packer, calibration_of
from station.recording.disk import DurableFile
from station.recording.layout import (
    BLOCK_SCHEMA_NAME,
    BLOCKS_TOPIC,
    END_METADATA,
    EVENT_SCHEMA,
    EVENT_SCHEMA_NAME,
    EVENTS_TOPIC,
    FORMAT_VERSION,
    HEADER_METADATA,
    PADDING_METADATA,
    ROWS_VERSION,
    SAMPLE_SCHEMA_NAME,
    SAMPLES_TOPIC,
    pack_end,
    pack_header,
    pack_json,
)
from station.wire.sample import ROS1_SCHEMA, bytes_of

BYTES_PER_S = 40_000
"""More than a second of recording takes at 250 Hz; docs/recordings.md has the measured figure."""

stamp_of = struct.Struct("<Qq").unpack_from
"""Number and monotonic time (ns) of a packed sample: how every one begins."""
_DISK_PAGE_BYTES = 4096
_LEAST_PADDING_BYTES = 9 + 4 + len(PADDING_METADATA) + 4 + 8
"""A record's head, a name, and a map of one empty text to another."""
_AROUND_BYTES = 140
"""Of a page: heads and indexes that a chunk has beside a block."""
_FULL_BYTES = 4000
"""Of a page: what comes is taken to be like what came, and is not quite. A byte too many costs a page."""
_NEAR_SHARE, _NEAR_ROWS = 0.85, 3
"""How full a page is looked at for the first time, by how the one before it filled; and when it is full."""
_FEWEST_ROWS = 64
"""Of a page: samples that take more room are synced by the clock alone."""
_MASK_32 = 0xFFFF_FFFF  # MCAP's message sequence has 32 bits


class RecordingWriter:
    """One recording being written. Every method that touches the disk raises StorageError, and may be tried again.

    `header` holds JSON values; `epoch_ns` is the wall time (Unix, ns) at monotonic zero, by which the samples'
    monotonic times become the file's log times. The bytes of the file depend on the arguments and on the order of the
    calls alone. `schema` is that of the samples: another than this program's where an earlier one's are copied.
    """

    in_blocks = False
    """Samples stand in blocks, where the header says how and they are this program's."""

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
        self._packer = _packer_of(header) if self.in_blocks and schema == ROS1_SCHEMA else None
        version = ROWS_VERSION if self._packer is None else FORMAT_VERSION
        told = {"format_version": version, **header, "epoch_ns": epoch_ns}
        if told["format_version"] in (ROWS_VERSION, FORMAT_VERSION):
            told["format_version"] = version
        self._writer.add_metadata(HEADER_METADATA, pack_header(told))
        self._sample_bytes = bytes_of(schema)
        self._samples = self._define(SAMPLES_TOPIC, "ros1", SAMPLE_SCHEMA_NAME, "ros1msg", schema)
        self._events = self._define(EVENTS_TOPIC, "json", EVENT_SCHEMA_NAME, "jsonschema", pack_json(EVENT_SCHEMA))
        self._rows: list[bytes] = []
        self._count = 0
        self._looked_at_rows = 0
        if self._packer is not None:
            again = {"calibration": pack_json(header["calibration"])}
            self._blocks = self._define(BLOCKS_TOPIC, "ros1", BLOCK_SCHEMA_NAME, "ros1msg", BLOCK_SCHEMA, again)

    def fills_page(self) -> bool:
        """Whether what was added since the last `sync` fills the disk's page. Looks by packing it, seldom."""
        rows = len(self._rows)
        if self._packer is None or rows < max(self._looked_at_rows, _FEWEST_ROWS):
            return False
        block = self._packer.packed(self._rows)
        if block is None:
            self._looked_at_rows = 2 * rows
            return False
        packed_bytes = len(zstandard.compress(block)) + _AROUND_BYTES
        self._looked_at_rows = rows * _FULL_BYTES // packed_bytes
        return self._looked_at_rows < rows + _NEAR_ROWS

    def _define(
        self,
        topic: str,
        encoding: str,
        name: str,
        schema_encoding: str,
        schema: str,
        also: dict[str, str] | None = None,
    ) -> int:
        """A channel with its schema, in the first chunk and before it too: later chunks must be readable without it."""
        data = schema.encode()
        schema_id = self._writer.register_schema(name, schema_encoding, data)
        channel_id = self._writer.register_channel(topic, encoding, schema_id, also or {})
        records = RecordBuilder()
        Schema(schema_id, data, schema_encoding, name).write(records)
        Channel(channel_id, topic, encoding, also or {}, schema_id).write(records)
        self._file.write(records.end())  # type: ignore[no-untyped-call]
        return channel_id

    def append(self, samples: Iterable[bytes]) -> None:
        """Add samples as they stand in the live ring. Raises ValueError for those of another length."""
        size = self._sample_bytes
        for payload in samples:
            if len(payload) != size:
                raise ValueError(f"a sample has {size} bytes, not {len(payload)}")
            self._rows.append(payload)
            if len(self._rows) == MOST_ROWS:
                self._put_rows()
        if self._packer is None:
            self._put_rows()

    def _put_rows(self) -> None:
        """Samples that wait into the chunk: as a block where they can be had back from it, else one by one."""
        rows, self._rows = self._rows, []
        self._count += len(rows)
        epoch_ns, add = self.epoch_ns, self._writer.add_message
        block = self._packer.packed(rows) if rows and self._packer is not None else None
        if block is not None:
            seq, log_ns = stamp_of(rows[0])[0], stamp_of(rows[-1])[1] + epoch_ns
            add(self._blocks, log_ns, block, log_ns, seq & _MASK_32)
            return
        for payload in rows:
            seq, t_ns = stamp_of(payload)
            log_ns = t_ns + epoch_ns
            add(self._samples, log_ns, payload, log_ns, seq & _MASK_32)

    def event(self, event: dict[str, Any], number: int = 0) -> None:
        """Add an event; it must have `t_ns`. `number` is its place in the ring of events, kept to recognise doubles."""
        log_ns = int(event["t_ns"]) + self.epoch_ns
        self._writer.add_message(self._events, log_ns, pack_json(event).encode(), log_ns, number & _MASK_32)

    def sync(self) -> None:
        """End the chunk and have everything so far on the disk when this returns."""
        rows = len(self._rows)
        self._put_rows()
        self._writer.flush()  # type: ignore[no-untyped-call]
        if self._packer is not None:
            self._looked_at_rows = round(_NEAR_SHARE * rows)
            self._fill_page()
        self._file.sync()

    def _fill_page(self) -> None:
        """Have what comes next begin on a page of its own, where there is room for a record in between."""
        free = -self._file.tell() % _DISK_PAGE_BYTES
        if free >= _LEAST_PADDING_BYTES:
            record = RecordBuilder()
            Metadata(name=PADDING_METADATA, metadata={"": " " * (free - _LEAST_PADDING_BYTES)}).write(record)
            self._file.write(record.end())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Write the checksum of the data and the index, give back the space that was not used, fsync. May be called
        again, after an error too.
        """
        if not self._finished:
            self._put_rows()
            self._writer.flush()  # type: ignore[no-untyped-call]
            if self._packer is not None:
                self._writer.add_metadata(END_METADATA, pack_end(self._count))
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


class CompactWriter(RecordingWriter):
    """The same, with samples in blocks."""

    in_blocks = True


def _packer_of(header: dict[str, Any]) -> Packer | None:
    """How the samples of a recording of this header are packed; None where it does not say what it takes."""
    try:
        return Packer(calibration_of(header["calibration"]), float(header["rate_hz"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
