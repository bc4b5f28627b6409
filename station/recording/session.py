"""One session being recorded: its file and its row in the records, made by the same code live and headless."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import InputError, StorageError
from station.recording.disk import storage_error
from station.recording.layout import RECORDINGS_FOLDER, pack_json
from station.recording.recover import Progress, recover, reopen
from station.recording.writer import RecordingWriter
from station.records.ids import session_id
from station.records.models import DONE, INTERRUPTED
from station.records.store import NewSession, Store
from station.wire.sample import Sample

_OF_THE_EVENT = frozenset({"kind", "t_ns", "seq", "session"})


class Origin(NamedTuple):
    """Where a session's numbers come from. A repeated headless run passes equal values and gets an equal file."""

    ring_epoch: int
    """Which life of the control program."""
    epoch_ns: int
    """Wall time (Unix, ns) at monotonic zero."""
    boot_id: str = ""


class Space(NamedTuple):
    """Disk space that is set aside for a recording: so many bytes, or an empty file that holds them already."""

    reserve_bytes: int = 0
    reserved: Path | None = None


NO_SPACE = Space()


class SessionRecorder:
    """Records one session. Methods raise StorageError; what was added stays, and the call may be made again."""

    def __init__(self, data: Path, store: Store, row_id: str, number: int, writer: RecordingWriter) -> None:
        """Use `start` or `resume`."""
        self.id = row_id
        self.number = number
        """Of the session in this life of control: `Sample.session`."""
        self.path = writer.path
        self.outcome: str | None = None
        """How the drill ended; None until it has."""
        self.progress = Progress(-1, -1)
        self._data = data
        self._store = store
        self._writer = writer
        self._epoch_ns = 0
        self._last_t_ns = 0

    @classmethod
    def start(
        cls,
        data: Path,
        store: Store,
        started: dict[str, Any],
        origin: Origin,
        *,
        space: Space = NO_SPACE,
        replace: bool = False,
    ) -> SessionRecorder:
        """Begin the session of the event "session-started" (see `docs/recordings.md` for what it holds).

        `replace` takes the place of an earlier recording of the same name, which only a repeated headless run has.
        """
        row = _new_session(started, origin)
        path = data / row.recording
        if replace:
            store.forget_session(row.id)
            path.unlink(missing_ok=True)
        elif store.session_of_ring(row.ring_epoch, row.ring_session) is not None:
            path.unlink(missing_ok=True)  # `resume` found nothing readable in it
            store.forget_session(row.id)
        store.begin_session(row)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise storage_error(problem, path.parent) from problem
        try:
            writer = RecordingWriter(
                path,
                _header(started, row, origin),
                origin.epoch_ns,
                reserve_bytes=space.reserve_bytes,
                reserved=space.reserved,
            )
        except StorageError:
            store.forget_session(row.id)  # nothing was recorded, and nothing is to be looked for later
            raise
        recorder = cls(data, store, row.id, row.ring_session, writer)
        recorder._epoch_ns = origin.epoch_ns
        recorder._last_t_ns = int(started["t_ns"])
        try:
            writer.sync()
        except StorageError:
            writer.abandon()
            raise
        return recorder

    @classmethod
    def resume(cls, data: Path, store: Store, row: dict[str, Any], *, reserve_bytes: int = 0) -> SessionRecorder:
        """Go on with the session of this row (of `Store.session_of_ring`) after what its file holds.

        Samples and events that are in the file already may be added again: they are passed over. Raises InputError
        "recording-unreadable" when there is nothing in the file to go on with.
        """
        writer, progress = reopen(data / row["recording"], reserve_bytes)
        store.reopen_session(row["id"])
        recorder = cls(data, store, row["id"], row["ring_session"], writer)
        recorder.progress = progress
        recorder._epoch_ns = writer.epoch_ns
        recorder._last_t_ns = row["started_ns"] - writer.epoch_ns
        return recorder

    def append(self, samples: Iterable[tuple[bytes, Sample]]) -> None:
        """Add samples: the bytes of each, as they stand in the live ring, and what they say. Those that are in the file
        already are passed over.
        """
        for payload, sample in samples:
            if sample.seq > self.progress.last_seq:
                self._writer.append((payload,))
                self.progress = self.progress._replace(last_seq=sample.seq)
                self._last_t_ns = sample.t_ns

    def event(self, event: dict[str, Any], number: int | None = None) -> None:
        """Add an event; `number` is its place in the ring of events, one more than the last when left out."""
        if event["kind"] == "drill-ended":
            self.outcome = str(event.get("outcome", ""))
        place = self.progress.last_event + 1 if number is None else number
        if place > self.progress.last_event:
            self._writer.event(event, place)
            self.progress = self.progress._replace(last_event=place)

    def lost(self, count: int) -> None:
        """Write down that so many samples were overwritten before they could be recorded."""
        event = {
            "kind": "samples-lost",
            "t_ns": self._last_t_ns,
            "session": self.number,
            "seq": max(self.progress.last_seq, 0),
            "count": count,
        }
        self._writer.event(event, max(self.progress.last_event, 0))

    def sync(self) -> None:
        """Everything added is on the disk when this returns."""
        self._writer.sync()

    def finish(self) -> None:
        """Close the file, and the row with the file's hash: "done" when the drill has ended, else "interrupted"."""
        self._writer.close()
        state = INTERRUPTED if self.outcome is None else DONE
        self._store.end_session(self.id, state, self.outcome, self._epoch_ns + self._last_t_ns, file_sha256(self.path))


def interrupt(data: Path, store: Store, row: dict[str, Any], now_ns: int) -> None:
    """End a session that nobody records any more: its file is made whole, its row says "interrupted".

    `now_ns` (wall) stands for the end when the file does not say. Raises StorageError.
    """
    path = data / row["recording"]
    try:
        recover(path)
        sha256 = file_sha256(path)
    except InputError:
        sha256 = None  # nothing was ever on the disk: the row stays as the only witness
    store.end_session(row["id"], INTERRUPTED, None, now_ns, sha256)


def file_sha256(path: Path) -> str:
    """The hash of a file. Raises StorageError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise StorageError("data-folder", str(path), f"{problem.strerror}.") from problem


def _new_session(started: dict[str, Any], origin: Origin) -> NewSession:
    number = int(started["session"])
    started_ns = origin.epoch_ns + int(started["t_ns"])
    name = session_id(started_ns, origin.ring_epoch, number)
    prescription = dict(started.get("prescription") or {})
    return NewSession(
        id=name,
        patient=str(started.get("patient", "")),
        drill=str(started.get("drill", "")),
        leg=str(started.get("leg", "")),
        prescription=prescription,
        started_ns=started_ns,
        boot_id=origin.boot_id,
        ring_epoch=origin.ring_epoch,
        ring_session=number,
        recording=f"{RECORDINGS_FOLDER}/{name}.mcap",
    )


def _header(started: dict[str, Any], row: NewSession, origin: Origin) -> dict[str, Any]:
    """Everything of the event, and what identifies the session."""
    facts = {key: value for key, value in started.items() if key not in _OF_THE_EVENT}
    return {
        "program_version": version("balance-station"),
        **facts,
        "session_id": row.id,
        "document_sha256": hashlib.sha256(pack_json(started.get("document")).encode()).hexdigest(),
        "boot_id": origin.boot_id,
        "ring_epoch": origin.ring_epoch,
        "ring_session": row.ring_session,
        "started_mono_ns": int(started["t_ns"]),
        "started_wall_ns": row.started_ns,
    }
