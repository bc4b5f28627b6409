"""One whole drill without pages or other processes: the same tick, the same recording, under either clock.

Under the virtual clock equal arguments give equal bytes: session ids, times and file names come from the arguments
alone.
"""

from __future__ import annotations

import gc
import hashlib
import json
import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from drills.document import DrillDocument
from drills.prescription import Prescription
from drills.values import DrillOutcome
from hw.ports import Rig
from station.analysis.results import result_of
from station.clock import NS_PER_S, MonotonicClock, StationClock, VirtualClock
from station.control.admission import limits_of
from station.control.desk import NEVER_S, begin, refuse_beyond
from station.control.loop import RATE_HZ, run_loop, settle_memory
from station.control.session import open_session, platform_of
from station.control.tick import HouseRules, Station
from station.faults import InputError, StationError
from station.plate.calibrations import calibration_for
from station.processes.rigs import open_named_rig
from station.recording.layout import records_path
from station.recording.session import Origin, SessionRecorder
from station.records.store import open_store
from station.sensing.calibration import KnownCalibration
from station.settings import Settings
from station.wire.messages import DoseToday

SYNC_SAMPLES = int(RATE_HZ / 2)
"""A chunk each half second in real time, as the recorder process writes them."""
VIRTUAL_SYNC_SAMPLES = int(20 * RATE_HZ)
"""Under the virtual clock a run can be repeated: waiting for the disk twice a second would only make it slow."""
RESERVED_BYTES = 20 * 1024 * 1024
"""Ten minutes and more: a disk that is all but full must be told before the plate moves."""
WARM_UP_TICKS = 25
"""Ticks before the drill: the converters have given values, and safety has evidence to arm on."""


class TimedFault(NamedTuple):
    """A verb of a simulated rig, to be said at this time after the drill began."""

    at_s: float
    verb: str
    arguments: tuple[int, ...] = ()


class _Recording:
    """Publishes into a recording, half a second at a time."""

    def __init__(self, start: Callable[[dict[str, Any]], SessionRecorder], sync_samples: int) -> None:
        self._start = start
        self._sync_samples = sync_samples
        self._waiting: list[bytes] = []
        self.problem: StationError | None = None
        self.recorder: SessionRecorder | None = None

    def sample(self, payload: bytes) -> None:
        """Take one packed sample; those before the session are not recorded."""
        if self.recorder is not None:
            self._waiting.append(payload)
            if len(self._waiting) >= self._sync_samples:
                self.flush()

    def event(self, document: dict[str, Any]) -> None:
        """Take one event; the first that counts is the session's start."""
        if document["kind"] == "session-started":
            self.recorder = self._start(document)
        if self.recorder is not None:
            self.recorder.event(document)

    def flush(self) -> None:
        """Everything so far to the disk."""
        if self.recorder is not None:
            self.recorder.append(self._waiting)
            self._waiting.clear()
            self.recorder.sync()

    def finish(self) -> SessionRecorder:
        """Everything to the disk, the file and its row closed. Raises StationError where nothing was recorded."""
        if self.recorder is None:
            raise StationError("recorder-not-ready", "the drill", "ended before its recording began.")
        self.flush()
        self.recorder.finish()
        return self.recorder


class _Beside:
    """Publishes into a recording by a thread of its own: in real time the loop must not wait for the disk."""

    def __init__(self, recording: _Recording) -> None:
        self._recording = recording
        self._queue: queue.SimpleQueue[bytes | dict[str, Any] | None] = queue.SimpleQueue()
        self.problem: StationError | None = None
        self._thread = threading.Thread(target=self._work, name="recording", daemon=True)
        self._thread.start()

    def sample(self, payload: bytes) -> None:
        """Hand over one packed sample."""
        self._queue.put(payload)

    def event(self, document: dict[str, Any]) -> None:
        """Hand over one event."""
        self._queue.put(document)

    def _work(self) -> None:
        try:
            while (one := self._queue.get()) is not None:
                if isinstance(one, bytes):
                    self._recording.sample(one)
                else:
                    self._recording.event(one)
        except StationError as problem:
            self.problem = problem

    def finish(self) -> SessionRecorder:
        """Everything to the disk. Raises StorageError where that failed, now or on the way."""
        self._queue.put(None)
        self._thread.join()
        if self.problem is not None:
            raise self.problem
        return self._recording.finish()


class _Faults:
    """The only companion is the recording. Says the timed faults when their time has come."""

    def __init__(self, rig: Rig, faults: Sequence[TimedFault], begin_ns: int, recording: _Recording | _Beside) -> None:
        self._recording = recording
        self._rig = rig
        self._due = sorted(faults, reverse=True)
        self._begin_ns = begin_ns

    def serve(self, now_ns: int) -> None:
        """Say what is due."""
        while self._due and now_ns - self._begin_ns >= self._due[-1].at_s * NS_PER_S:
            at_s, verb, arguments = self._due.pop()
            try:
                self._rig.faults[verb](*arguments)
            except (IndexError, TypeError, ValueError) as problem:
                said = ",".join(map(str, arguments))
                raise InputError("input-invalid", f"--fault {verb}:{said}@{at_s:g}", f"{problem}.") from problem

    def recorder_age_s(self, now_ns: int) -> float | None:
        """Recording happens in this process; a disk that refuses is a recorder that is lost."""
        del now_ns
        return NEVER_S if self._recording.problem is not None else None

    def web_age_s(self, now_ns: int) -> None:
        """There is none."""

    def presence_age_s(self, now_ns: int) -> None:
        """Whoever started it stands beside it: there is no page to look at."""


def run_headless(
    settings: Settings,
    data: Path,
    document: DrillDocument,
    prescription: Prescription,
    *,
    patient: str,
    virtual: bool,
    input_file: Path | None = None,
    faults: Sequence[TimedFault] = (),
    pipeline: str = "station-1",
) -> dict[str, Any]:
    """Run the drill to its end, record it, and return its result (`station.analysis.results.result_of`).

    Raises InputError "limit-exceeded" and what opening the rig raises; StorageError where the recording cannot be
    written, after vibration is off.
    """
    limits = limits_of(settings.limits)
    platform = platform_of(settings.rig.mechanics(settings.station.rig))
    if beyond := refuse_beyond(document, prescription, limits, platform):
        raise InputError("limit-exceeded", "prescription", beyond)
    clock: StationClock = VirtualClock() if virtual else MonotonicClock()
    with closing(open_named_rig(settings, clock, input_file)) as rig, closing(open_store(records_path(data))) as store:
        unknown = [fault.verb for fault in faults if fault.verb not in rig.faults]
        if unknown:
            known = ", ".join(sorted(rig.faults)) or "none on this rig"
            raise InputError("input-invalid", f"--fault {unknown[0]}", f"the verbs are: {known}.")
        calibration = calibration_for(data, settings.station.rig, settings.station.seed, rig.plate)
        told = (settings, document, prescription, patient, input_file, faults, calibration)
        epoch = _fingerprint(*told) if virtual else None
        origin = Origin(epoch or secrets.randbits(63), clock.epoch_ns)
        inline = _Recording(
            lambda started: SessionRecorder.start(
                data, store, started, origin, replace=virtual, reserve_bytes=RESERVED_BYTES
            ),
            VIRTUAL_SYNC_SAMPLES if virtual else SYNC_SAMPLES,
        )
        recording = inline if virtual else _Beside(inline)
        # In virtual time nothing can be broken yet, and equal drills are to begin alike: no start-up test.
        rules = HouseRules(limits, settings.switches)
        station = Station(rig, clock, rules, recording, calibration, start_test=rig.interlocked and not virtual)
        warm_up = iter(range(WARM_UP_TICKS))
        run_loop(station, clock, lambda: next(warm_up, None) is not None or station.lock.testing)
        session = open_session(
            station.next_session_number(),
            patient,
            document,
            prescription,
            needs_web=False,
            now_ns=clock.now_ns(),
            platform=platform,
        )
        # A virtual run is a rehearsal of a patient who is not there: it has no day.
        today = {} if virtual else store.dose_today(patient, clock.epoch_ns + clock.now_ns())
        if refused := begin(station, session, DoseToday(**today)):
            raise StationError(*refused)
        station.companions = _Faults(rig, faults, clock.now_ns(), recording)
        if not virtual:
            settle_memory()
        try:
            run_loop(station, clock, lambda: station.session is not None)
        finally:
            gc.enable()
            station.end_drill(DrillOutcome.STOPPED)
            recorder = recording.finish()
        result = result_of(recorder.path, pipeline)
        store.store_results(recorder.id, result)
        return result


def _fingerprint(
    settings: Settings,
    document: DrillDocument,
    prescription: Prescription,
    patient: str,
    input_file: Path | None,
    faults: Sequence[TimedFault],
    calibration: KnownCalibration | None,
) -> int:
    """A number that equal runs share and others do not: stands for the random epoch of a live session."""
    told = settings.model_dump(mode="json")
    told["station"] = {key: told["station"][key] for key in ("rig", "seed")}
    content = hashlib.sha256(input_file.read_bytes()).hexdigest() if input_file is not None else ""
    facts = [
        version("balance-station"), told, document.model_dump(mode="json"), prescription.model_dump(mode="json"),
        patient, content, [list(fault) for fault in faults],
    ]  # fmt: skip
    if calibration is not None:
        facts.append(calibration)
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1 or 1
