"""One session being recorded: its file, made by the same code live and headless. Its row is `station.recording.books`'.

The file is what counts: it says whose it is, and a row that is missing is made from it. So nothing here waits for the
records.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import StorageError
from station.recording.disk import storage_error
from station.recording.layout import OF_THE_EVENT, RECORDINGS_FOLDER, pack_json
from station.recording.recover import Progress, reopen
from station.recording.writer import CompactWriter, RecordingWriter, stamp_of
from station.records.ids import session_id
from station.records.sessions import NewSession


class Origin(NamedTuple):
    """Where a session's numbers come from. A repeated headless run passes equal values and gets an equal file."""

    ring_epoch: int
    """Which life of the control program."""
    epoch_ns: int
    """Wall time (Unix, ns) at monotonic zero."""
    boot_id: str = ""
    station_id: str = ""
    """Of the station; "" for a rehearsal under the virtual clock, which could be anywhere."""
    clock: dict[str, int | None] | None = None
    """What was vouched for when the session began: "epoch_ns", the wall time at monotonic zero, or None where nobody
    did. None for a rehearsal."""


class Space(NamedTuple):
    """Disk space for a recording: so many bytes set aside, or an empty file that holds them already; and whether it is
    to be spared, with samples in blocks.
    """

    reserve_bytes: int = 0
    reserved: Path | None = None
    compact: bool = False


NO_SPACE = Space()


class SessionRecorder:
    """Records one session. Methods raise StorageError; what was added stays, and the call may be made again."""

    def __init__(self, facts: NewSession, writer: RecordingWriter, last_t_ns: int) -> None:
        """Use `start` or `resume`."""
        self.facts = facts
        """What its row says of it."""
        self.path = writer.path
        self.outcome: str | None = None
        """How the drill ended; None until it has."""
        self.progress = Progress(-1, -1)
        self._writer = writer
        self._last_t_ns = last_t_ns

    @property
    def name(self) -> str:
        """Of the session, and of its file."""
        return self.facts.name

    @property
    def number(self) -> int:
        """Of the session in this life of control: `Sample.session`."""
        return self.facts.ring_session

    @property
    def ended_ns(self) -> int:
        """Wall time (Unix, ns) of the newest sample."""
        return self._writer.epoch_ns + self._last_t_ns

    @classmethod
    def start(cls, data: Path, started: dict[str, Any], origin: Origin, *, space: Space = NO_SPACE) -> SessionRecorder:
        """Begin the session of the event "session-started" (see `docs/recordings.md` for what it holds).

        A file of the same name is replaced: of an equal headless run, or one in which `resume` found nothing.
        """
        facts = facts_of_start(started, origin)
        path = data / facts.recording
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
        except OSError as problem:
            raise storage_error(problem, path.parent) from problem
        kind = CompactWriter if space.compact else RecordingWriter
        writer = kind(
            path,
            _header(started, facts, origin),
            origin.epoch_ns,
            reserve_bytes=space.reserve_bytes,
            reserved=space.reserved,
        )
        try:
            writer.sync()
        except StorageError:
            writer.abandon()
            raise
        return cls(facts, writer, int(started["t_ns"]))

    @classmethod
    def resume(cls, path: Path, facts: NewSession, *, reserve_bytes: int = 0) -> SessionRecorder:
        """Go on with the session of this recording after what is in it.

        Samples and events that are in the file already may be added again: they are passed over. Raises InputError
        "recording-unreadable" when there is nothing in the file to go on with.
        """
        writer, progress = reopen(path, reserve_bytes)
        recorder = cls(facts, writer, facts.started_ns - writer.epoch_ns)
        recorder.progress = progress
        return recorder

    def append(self, payloads: Iterable[bytes]) -> None:
        """Add samples, as they stand in the live ring. Those that are in the file already are passed over."""
        seq, t_ns, fresh = self.progress.last_seq, self._last_t_ns, []
        for payload in payloads:
            its_seq, its_ns = stamp_of(payload)
            if its_seq > seq:
                seq, t_ns = its_seq, its_ns
                fresh.append(payload)
        self._writer.append(fresh)
        self.progress = self.progress._replace(last_seq=seq)
        self._last_t_ns = t_ns

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
        self.remark("samples-lost", self._last_t_ns, count=count)

    def remark(self, kind: str, t_ns: int, **values: object) -> None:
        """Write down an event of the recorder's own, at this time of the samples' clock."""
        event = {"kind": kind, "t_ns": t_ns, "session": self.number, "seq": max(self.progress.last_seq, 0), **values}
        self._writer.event(event, max(self.progress.last_event, 0))

    def restore(self) -> bool:
        """Where the file is no longer at its path (removed, or its folder replaced), put it back there with all that
        was in it, and return True.
        """
        if self._writer.stands():
            return False
        self._writer.restore()
        return True

    def fills_page(self) -> bool:
        """As of the writer."""
        return self._writer.fills_page()

    def sync(self) -> None:
        """Everything added is on the disk when this returns."""
        self._writer.sync()

    def finish(self) -> None:
        """Close the file."""
        self._writer.close()


def facts_of_start(started: dict[str, Any], origin: Origin) -> NewSession:
    """What the event "session-started" says of its session."""
    number = int(started["session"])
    started_ns = origin.epoch_ns + int(started["t_ns"])
    return _facts(session_id(started_ns, origin.ring_epoch, number), started, started_ns, (origin, number))


def facts_of_header(header: dict[str, Any]) -> NewSession:
    """The same out of a recording's header. Raises ValueError where it is no session's of a station."""
    try:
        origin = Origin(int(header["ring_epoch"]), int(header["epoch_ns"]), str(header["boot_id"]))
        started_ns, number = int(header["started_wall_ns"]), int(header["ring_session"])
        name = str(header["session_id"])
    except (KeyError, TypeError) as problem:
        raise ValueError(f"the header has no {problem}") from problem
    if name != session_id(started_ns, origin.ring_epoch, number):
        raise ValueError(f"{name} is not the name of that session")
    return _facts(name, header, started_ns, (origin, number))


def _facts(name: str, said: dict[str, Any], started_ns: int, of_ring: tuple[Origin, int]) -> NewSession:
    origin, number = of_ring
    return NewSession(
        name=name,
        patient=str(said.get("patient", "")),
        drill=str(said.get("drill", "")),
        leg=str(said.get("leg", "")),
        prescription=dict(said.get("prescription") or {}),
        started_ns=started_ns,
        boot_id=origin.boot_id,
        ring_epoch=origin.ring_epoch,
        ring_session=number,
        recording=f"{RECORDINGS_FOLDER}/{name}.mcap",
        visit=str(said.get("visit") or ""),
    )


def _header(started: dict[str, Any], row: NewSession, origin: Origin) -> dict[str, Any]:
    """Everything of the event, and what identifies the session."""
    facts = {key: value for key, value in started.items() if key not in OF_THE_EVENT}
    return {
        "program_version": version("balance-station"),
        **facts,
        "session_id": row.name,
        **({"station_id": origin.station_id} if origin.station_id else {}),
        **({"clock": origin.clock} if origin.clock is not None else {}),
        "document_sha256": hashlib.sha256(pack_json(started.get("document")).encode()).hexdigest(),
        "boot_id": origin.boot_id,
        "ring_epoch": origin.ring_epoch,
        "ring_session": row.ring_session,
        "started_mono_ns": int(started["t_ns"]),
        "started_wall_ns": row.started_ns,
    }
