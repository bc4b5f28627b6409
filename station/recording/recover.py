"""Makes a whole, indexed recording out of one that a crash or a power cut left open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from station.recording.damage import CUT, INDEX
from station.recording.disk import storage_error, sync_folder
from station.recording.scan import Scan
from station.recording.writer import CompactWriter, RecordingWriter
from station.wire.sample import ROS1_SCHEMA

_SYNC_EACH = 20_000  # messages: bounds the memory, 5 MB


class Progress(NamedTuple):
    """How far a recording has come."""

    last_seq: int
    """`seq` of the newest sample in it; -1 for none."""
    last_event: int
    """Number of the newest event in it; -1 for none."""


def copy_recording(
    source: Path, target: Path, reserve_bytes: int = 0, *, goes_on: bool = False, row_by_row: bool = False
) -> tuple[RecordingWriter, Progress]:
    """Write everything readable of `source` to the new file `target`, which is on the disk and open for more.

    Its header says what is missing of `source`: the copy alone would look whole. With `goes_on` its end is none yet.
    With `row_by_row` its samples stand one by one, whatever they did in `source`.
    Raises InputError for a source that is no recording, StorageError for a target that cannot be written.
    """
    last_seq = last_event = -1
    before = _walked(source)
    header, found = dict(before.header), before.damage()
    found = found.resumed() if goes_on else found
    header = {**header, "damage": found.packed()} if found else header
    kind = CompactWriter if before.compact and not row_by_row else RecordingWriter
    writer = kind(
        target,
        header,
        int(header["epoch_ns"]),
        reserve_bytes=reserve_bytes,
        schema=before.schema or ROS1_SCHEMA,
    )
    with Scan(source) as scan:
        for count, entry in enumerate(scan.entries(), 1):
            if entry.is_sample:
                writer.append((entry.data,))
                last_seq = max(last_seq, int.from_bytes(entry.data[:8], "little"))  # `number` has 32 bits only
            else:
                writer.event(json.loads(entry.data), entry.number)
                last_event = max(last_event, entry.number)
            if count % _SYNC_EACH == 0:
                writer.sync()
    writer.sync()
    return writer, Progress(last_seq, last_event)


def reopen(path: Path, reserve_bytes: int = 0) -> tuple[RecordingWriter, Progress]:
    """Go on with the recording at `path`: what is in it is copied to a new file that takes its name, open for more.

    Nothing is lost at any moment: the old file stands until the new one is on the disk. Raises as `copy_recording`.
    """
    scratch = path.with_name(f".{path.name}.reopened")
    scratch.unlink(missing_ok=True)
    writer, progress = copy_recording(path, scratch, reserve_bytes, goes_on=True)
    _put(scratch, path)
    writer.moved_to(path)
    return writer, progress


class Found(NamedTuple):
    """What a walk through a recording found."""

    header: dict[str, Any]
    events: list[tuple[int, dict[str, Any]]]
    """Each with its place in the ring of events."""
    truncated: bool
    """It was never closed, or was damaged since."""
    last_ns: int
    """Monotonic time of the newest sample; 0 for none."""

    @property
    def outcome(self) -> str | None:
        """How the drill ended; None where the recording does not say that it has."""
        ends = [str(event.get("outcome", "")) for _, event in self.events if event["kind"] == "drill-ended"]
        return ends[-1] if ends else None


def look(path: Path) -> Found:
    """What is in the recording at `path`. Raises InputError for a file that is no recording."""
    events, last_ns = [], 0
    with Scan(path) as scan:
        for entry in scan.entries():
            if entry.is_sample:
                last_ns = max(last_ns, int.from_bytes(entry.data[8:16], "little"))
            else:
                events.append((entry.number, json.loads(entry.data)))
        return Found(dict(scan.header), events, bool(scan.damage().marks), last_ns)


def recover(path: Path) -> bool:
    """Finish the recording at `path`, which was left open. Returns False, and leaves the file alone, when it was
    closed: of what was damaged since, nothing more is taken away.

    Raises InputError for a file that is no recording, StorageError where there is no room; the file is then as it was.
    """
    if not {CUT, INDEX} & set(_walked(path).damage().marks):
        return False
    scratch = path.with_name(f".{path.name}.reopened")
    scratch.unlink(missing_ok=True)
    writer, _ = copy_recording(path, scratch)
    writer.close()
    _put(scratch, path)
    return True


def _walked(path: Path) -> Scan:
    """A walk that has come to its end. Raises InputError for a file that is no recording."""
    with Scan(path) as scan:
        for _ in scan.entries():
            pass
    return scan


def _put(scratch: Path, path: Path) -> None:
    """Give the new file the old one's name, for good. Raises StorageError."""
    try:
        scratch.replace(path)
    except OSError as problem:
        raise storage_error(problem, path) from problem
    sync_folder(path.parent)
