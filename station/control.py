"""The control process: owns the hardware, the loop, the drill and safety. It waits for nobody."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
from pathlib import Path

from hw.ports import Rig
from hw.registry import open_rig
from hw.settings import ReplaySignal
from station.calibrating.store import calibration_for
from station.clock import Clock, MonotonicClock
from station.commands import CommandServer
from station.desk import Desk
from station.faults import InputError
from station.loop import become_real_time, run_loop, settle_memory
from station.ring import RingWriter
from station.safety.limits import CLINICIAN, Limits, tightest
from station.sample import SAMPLE_BYTES
from station.settings import LimitSettings, Settings
from station.speed_maps import with_learned
from station.supervisor import claim
from station.tick import Station

SAMPLE_SLOTS = 16_384
"""65 s at 250 Hz: so long may the recorder be away without a loss."""
EVENT_BYTES = 16_384
EVENT_SLOTS = 256


def limits_of(settings: LimitSettings) -> Limits:
    """The clinician's column of the safety envelope, tightened by the clinic's own settings."""
    return tightest(
        CLINICIAN,
        Limits(
            max_hz=settings.max_frequency_hz,
            displacement_pp_mm=settings.max_displacement_pp_mm,
            low_displacement_pp_mm=settings.max_displacement_pp_mm,
            acceleration_g=settings.max_peak_acceleration_g,
            bout_s=settings.max_bout_s,
            session_s=settings.max_day_s,
            day_s=settings.max_day_s,
        ),
    )


def open_named_rig(settings: Settings, clock: Clock, input_file: Path | None) -> Rig:
    """The rig of the settings, its motor by the speed map that was learned last.

    Raises HardwareError, or InputError where the rig `replay` has nothing to play or a learned map is damaged.
    """
    replay = None
    if settings.station.rig == "replay":
        if input_file is None:
            raise InputError("replay-input", "rig replay")
        replay = replayable(input_file)
    settings = with_learned(settings)
    return open_rig(settings.station.rig, settings.rig, clock, seed=settings.station.seed, replay=replay)


def replayable(path: Path) -> ReplaySignal:
    """A recording as the rig `replay` plays it. Raises InputError where the file has no cells, or none that make
    sense.
    """
    from hw.values import PlateGeometry
    from station.recording.signals import load_signal

    signal = load_signal(path)
    if signal.cells_n is None or signal.geometry is None:
        raise InputError("csv-columns", str(path), "a replay needs the four cells, not the CoP.")
    rows = [(float(a), float(b), float(c), float(d)) for a, b, c, d in signal.cells_n]
    return ReplaySignal([float(t) for t in signal.t_s], rows, PlateGeometry(*signal.geometry))


class LiveRings:
    """Publishes to the two rings of the runtime folder."""

    def __init__(self, runtime: Path) -> None:
        self._samples = RingWriter(runtime / "samples", SAMPLE_BYTES, SAMPLE_SLOTS)
        self._events = RingWriter(runtime / "events", EVENT_BYTES, EVENT_SLOTS)

    def sample(self, payload: bytes) -> None:
        """Put one packed sample into the ring."""
        self._samples.write(payload)

    def event(self, document: dict[str, object]) -> None:
        """Put one event into the ring."""
        self._events.write(json.dumps(document, ensure_ascii=False).encode())

    def close(self) -> None:
        """Unmap both."""
        self._samples.close()
        self._events.close()


def run_control(settings: Settings, runtime: Path, stop: threading.Event, input_file: Path | None) -> None:
    """Run until `stop` is set; ends with vibration off and the rig closed, whatever happens.

    Raises HardwareError where the rig cannot be opened, InputError where the settings do not fit it, StationError
    "already-running" where another control process has this runtime folder: two would each hold half of a STOP.
    """
    with claim(runtime, "control.lock"):
        _run_alone(settings, runtime, stop, input_file)


def _run_alone(settings: Settings, runtime: Path, stop: threading.Event, input_file: Path | None) -> None:
    clock = MonotonicClock()
    rig = open_named_rig(settings, clock, input_file)
    try:
        rings = LiveRings(runtime)
        own = calibration_for(settings.station.data, settings.station.rig, settings.station.seed, rig.plate)
        station = Station(
            rig, clock, limits_of(settings.limits), rings, own, start_test=rig.interlocked, switches=settings.switches
        )
        refused = become_real_time(settings.control.priority, settings.control.cpu)
        station.tell("control-started", {"pid": os.getpid(), "rig": rig.name, "not_real_time": refused})
        if refused:
            print(f"station: control runs without {'; '.join(refused)}", file=sys.stderr)  # noqa: T201
        settle_memory()
        # Nobody is served before the start-up test has ended, or waits for somebody.
        run_loop(station, clock, lambda: station.lock.testing and not stop.is_set())
        server = CommandServer(runtime / "control.sock")
        station.companions = Desk(station, server)
        _notify("READY=1")
        run_loop(station, clock, _until(stop, clock))
        server.close()
        rings.close()
    finally:
        rig.close()


class _until:  # noqa: N801  # reads as a verb where it is used
    """True until the event is set; tells systemd's watchdog twice a second that ticks are done."""

    def __init__(self, stop: threading.Event, clock: Clock) -> None:
        self._is_set = stop.is_set
        self._clock = clock
        self._next_ns = 0

    def __call__(self) -> bool:
        now_ns = self._clock.now_ns()
        if now_ns >= self._next_ns:
            self._next_ns = now_ns + 500_000_000
            _notify("WATCHDOG=1")
        return not self._is_set()


def _notify(message: str) -> None:
    """Tell systemd, where it started us (sd_notify(3)); a datagram that is dropped rather than waited for."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as notify:
        try:
            notify.sendto(message.encode(), "\0" + address[1:] if address.startswith("@") else address)
        except OSError:
            return
