"""One whole drill without pages or other processes: the same tick, the same recording, under either clock.

Under the virtual clock equal arguments give equal bytes: session ids, times and file names come from the arguments
alone.
"""

from __future__ import annotations

import gc
import hashlib
import json
import secrets
from collections.abc import Sequence
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from drills.values import DrillOutcome
from hw.settings import MODELLED
from station.analysis.results import OF_THE_RECORDS, stored_result_of
from station.clock import MonotonicClock, StationClock, VirtualClock, boot_id
from station.control.admission import Examined, admit, examine, limits_of
from station.control.loop import RATE_HZ, run_loop, settle_memory
from station.control.session import DrillRequest, platform_of
from station.control.tick import HouseRules, Station
from station.faults import StationError
from station.plate.calibrations import calibration_for
from station.processes.own_dose import NoDose, OwnDose
from station.processes.own_order import OwnOrder
from station.processes.own_recording import OwnRecording, RecordingBeside
from station.processes.rigs import opened_rig, rehearsed
from station.processes.timed_faults import TimedFault, TimedFaults, refuse_unknown
from station.recording.books import Books, open_or_begin_again
from station.recording.session import Origin, SessionRecorder, Space
from station.sensing.calibration import KnownCalibration
from station.settings import Settings, data_folder

SYNC_SAMPLES = int(RATE_HZ / 2)
"""A chunk each half second in real time, as the recorder process writes them."""
VIRTUAL_SYNC_SAMPLES = int(20 * RATE_HZ)
"""Under the virtual clock a run can be repeated: waiting for the disk twice a second would only make it slow."""
RESERVED_BYTES = 20 * 1024 * 1024
"""Ten minutes and more: a disk that is all but full must be noticed before the plate moves."""
WARM_UP_TICKS = 25
"""Ticks before the drill: the converters have given values, and safety has evidence to arm on."""


class Surroundings(NamedTuple):
    """What a headless drill runs in, beside the settings."""

    virtual: bool
    """As fast as it computes; else in real time."""
    input_file: Path | None = None
    """What the rig `replay` plays."""
    faults: Sequence[TimedFault] = ()
    epoch_ns: int = VirtualClock.epoch_ns
    """Wall time (Unix, ns) at virtual zero."""


def run_headless(
    settings: Settings, request: DrillRequest, around: Surroundings, pipeline: str = "station-1"
) -> dict[str, Any]:
    """Run the drill to its end, record it, and return its result (`station.analysis.results.result_of`).

    Raises what `examine` and `admit` raise and what opening the rig raises; StorageError where the recording cannot be
    written, after vibration is off.
    """
    if around.virtual:
        settings = rehearsed(settings)
        request = request._replace(seed=settings.station.seed)
    limits = limits_of(settings.limits)
    examined = examine(request, limits, platform_of(settings.rig.mechanics(settings.station.rig)))
    data, virtual = data_folder(settings), around.virtual
    clock: StationClock = VirtualClock(epoch_ns=around.epoch_ns) if virtual else MonotonicClock()
    with opened_rig(settings, clock, around.input_file) as rig, closing(open_or_begin_again(data)) as records:
        refuse_unknown(around.faults, rig)
        calibration = calibration_for(data, settings.station.rig, settings.station.seed, rig.plate)
        books = Books(data, records)
        if virtual:
            # A rehearsal of a patient who is not there: it has no day, and is the same on every station.
            dose: OwnDose | NoDose = NoDose(examined, settings.rig.simulation.mass_kg)
            origin = Origin(_fingerprint(settings, request, around, calibration), clock.epoch_ns)
        else:
            screens = settings.station.screen_simulated or rig.name not in MODELLED
            dose, origin = _committed(books, examined, clock.epoch_ns, screens=screens)
        inline = _recording(data, origin, virtual)
        recording = inline if virtual else RecordingBeside(inline)
        # In virtual time nothing can be broken yet, and equal drills are to begin alike: no start-up test.
        rules = HouseRules(limits, settings.switches, settings.control.live_point, trigger=settings.rig.trigger.mode)
        station = Station(rig, clock, rules, recording, calibration, start_test=rig.interlocked and not virtual)
        warm_up = iter(range(WARM_UP_TICKS))
        run_loop(station, clock, lambda: next(warm_up, None) is not None or station.lock.testing)
        try:
            session = admit(station, dose.examined, clock.now_ns(), dose.recorded)
        except StationError:
            dose.withdraw()
            raise
        station.companions = TimedFaults(rig, around.faults, clock.now_ns(), recording)
        if virtual:
            gc.disable()  # nothing in the loop makes cycles; looking for them would take a twentieth of its time
        else:
            settle_memory()
        try:
            run_loop(station, clock, lambda: _goes_on(station, dose.order, clock))
        finally:
            gc.enable()
            if dose.order is not None:
                dose.order.close()
            station.end_drill(DrillOutcome.STOPPED)
            dose.settle(session, station)
            recorder = recording.finish()
        result = stored_result_of(recorder.path, pipeline)
        if virtual:
            books.sessions.forget(recorder.name)
        books.record(recorder)
        books.sessions.store_results(recorder.name, result)
        books.levels.decide(recorder.name)
        return {name: value for name, value in result.items() if name not in OF_THE_RECORDS}


def _goes_on(station: Station, order: OwnOrder | None, clock: StationClock) -> bool:
    """Whether the drill is not over, and no order that was withdrawn has just ended it."""
    if order is not None:
        order.serve(station, clock.now_ns())
    return station.session is not None


def _committed(books: Books, examined: Examined, epoch_ns: int, *, screens: bool) -> tuple[OwnDose, Origin]:
    """The dose of a drill in real time, on the disk; and what identifies its recording."""
    station_id, ring_epoch = books.identify(), secrets.randbits(63)
    dose = OwnDose(books, examined, ring_epoch, screens=screens)
    return dose, Origin(ring_epoch, epoch_ns, boot_id(), station_id, dose.clock)


def _recording(data: Path, origin: Origin, virtual: bool) -> OwnRecording:
    """A virtual run can be repeated: it takes the place of an equal one, and the disk is waited for less often."""
    space = Space(reserve_bytes=RESERVED_BYTES)
    return OwnRecording(
        lambda started: SessionRecorder.start(data, started, origin, space=space),
        VIRTUAL_SYNC_SAMPLES if virtual else SYNC_SAMPLES,
    )


def _fingerprint(
    settings: Settings, request: DrillRequest, around: Surroundings, calibration: KnownCalibration | None
) -> int:
    """A number that equal runs share and others do not: stands for the random epoch of a live session. Never 0."""
    station = settings.model_dump(mode="json")
    station["station"] = {key: station["station"][key] for key in ("rig", "seed")}
    played = around.input_file
    content = hashlib.sha256(played.read_bytes()).hexdigest() if played is not None else ""
    facts: list[object] = [
        version("balance-station"),
        station,
        request.document.model_dump(mode="json"),
        request.prescription.model_dump(mode="json"),
        request.patient,
        content,
        [list(fault) for fault in around.faults],
    ]
    if calibration is not None:
        facts.append(calibration)
    if around.epoch_ns != VirtualClock.epoch_ns:  # else as it ever was
        facts.append(around.epoch_ns)
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1 or 1
