"""The control process: owns the hardware, the loop, the drill and safety. It waits for nobody."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from station.claim import claim
from station.clock import MonotonicClock
from station.control.admission import limits_of
from station.control.desk import Desk
from station.control.loop import become_real_time, run_loop, settle_memory
from station.control.tick import HouseRules, Station
from station.plate.calibrations import calibration_for
from station.processes.live_rings import LiveRings
from station.processes.notify import Watchdog, notify
from station.processes.rigs import opened_rig
from station.settings import Settings
from station.wire.places import CONTROL_SOCKET
from station.wire.server import CommandServer


def run_control(settings: Settings, runtime: Path, stop: threading.Event, input_file: Path | None) -> None:
    """Run until `stop` is set; ends with vibration off and the rig closed, whatever happens.

    Raises DeviceError where the rig cannot be opened, InputError where the settings do not fit it, StationError
    "already-running" where another control process has this runtime folder: two would each hold half of a STOP.
    """
    with claim(runtime, "control.lock"):
        _run_alone(settings, runtime, stop, input_file)


def _run_alone(settings: Settings, runtime: Path, stop: threading.Event, input_file: Path | None) -> None:
    clock = MonotonicClock()
    with opened_rig(settings, clock, input_file) as rig:
        rings = LiveRings(runtime)
        own = calibration_for(settings.station.data, settings.station.rig, settings.station.seed, rig.plate)
        rules = HouseRules(limits_of(settings.limits), settings.switches)
        station = Station(rig, clock, rules, rings, own, start_test=rig.interlocked)
        refused = become_real_time(settings.control.priority, settings.control.cpu)
        station.tell("control-started", {"pid": os.getpid(), "rig": rig.name, "not_real_time": refused})
        if refused:
            print(f"station: control runs without {'; '.join(refused)}", file=sys.stderr)  # noqa: T201
        settle_memory()
        # Nobody is served before the start-up test has ended, or waits for somebody.
        run_loop(station, clock, lambda: station.lock.testing and not stop.is_set())
        server = CommandServer(runtime / CONTROL_SOCKET)
        station.companions = Desk(station, server)
        notify("READY=1")
        run_loop(station, clock, Watchdog(stop, clock))
        server.close()
        rings.close()
