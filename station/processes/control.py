"""The control process: owns the hardware, the loop, the drill and safety. It waits for nobody.

Where its hardware is not there it stays, says what is wrong and tries again: `station.control.waiting`.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, TypeVar

from drills.values import DrillOutcome
from station.claim import claim, made_in
from station.clock import MonotonicClock, StationClock
from station.control.admission import limits_of
from station.control.desk import Desk
from station.control.evidence import NoCompanions
from station.control.loop import become_real_time, end_if_it_never_sleeps, leave_real_time, run_loop, settle_memory
from station.control.tick import HouseRules, Station
from station.control.waiting import Waiting
from station.faults import StationError, StorageError
from station.plate.calibrations import calibration_for
from station.processes.live_rings import LiveRings
from station.processes.notify import Watchdog, allow_silence, notify
from station.processes.ordered_selftest import run_ordered_selftest
from station.processes.rigs import opened_rig
from station.processes.starting import Once, Say, be_silent, keep_trying
from station.settings import Settings
from station.wire.messages import Maintain
from station.wire.places import CONTROL_SOCKET
from station.wire.server import CommandServer

RIG_OPENING_S = 20.0
"""How long opening a rig may take before systemd's watchdog takes it for a hang."""
T = TypeVar("T")


def run_control(
    settings: Settings, runtime: Path, stop: threading.Event, input_file: Path | None = None, say: Say = be_silent
) -> None:
    """Run until `stop` is set; ends with vibration off and the rig closed, whatever happens.

    It also ends when it is asked to begin anew, after a self-test where that is asked for: whoever started it starts it
    again. A rig that cannot be opened is waited for; `say` is told what is wrong, once for each new fault. Raises
    StationError "already-running" where another control process has this runtime folder: two would each hold half of a
    STOP; StorageError "runtime-folder" where the folder refuses.
    """
    clock = MonotonicClock()
    with claim(runtime, "control.lock"):
        opened = wait_for(lambda: _open(settings, runtime, clock, input_file), runtime, clock, stop, say)
        if opened is None:
            return
        with opened.closing:
            order = _run(opened.station, settings, runtime, clock, stop)
        if order is not None and order.what == "selftest":
            leave_real_time()
            run_ordered_selftest(order, settings, runtime, clock, stop)


def wait_for_settings(read: Callable[[], Settings], runtime: Path, stop: threading.Event, say: Say = be_silent) -> None:
    """Without settings nothing is opened: say what is wrong with them, until `read` raises no more or `stop` is set.

    Raises as `run_control`.
    """
    with claim(runtime, "control.lock"):
        wait_for(read, runtime, MonotonicClock(), stop, say)


def wait_for(
    attempt: Callable[[], T], runtime: Path, clock: StationClock, stop: threading.Event, say: Say = be_silent
) -> T | None:
    """What `attempt` returns once it raises no more; None where `stop` was set before. Meanwhile control answers, and
    says what is wrong.
    """

    def watched() -> T:
        allow_silence(RIG_OPENING_S)
        try:
            return attempt()
        finally:
            allow_silence(None)

    with ExitStack() as stack:
        seat = _Seat(runtime, stack, say)
        return keep_trying(
            watched, lambda fault, tries: seat.step(fault, tries, clock.now_ns()), clock, Watchdog(stop, clock)
        )


class _Seat:
    """Where control waits: with rings and a socket, made with the first fault."""

    def __init__(self, runtime: Path, stack: ExitStack, say: Say) -> None:
        self._runtime = runtime
        self._stack = stack
        self._say = say
        self._note = Once(self._say_and_report)
        self._note_refusal = Once(say)
        self._waiting: Waiting | None = None
        self._refused_at = 0

    def step(self, fault: StationError, tries: int, now_ns: int) -> None:
        """Look round once. Where not even rings can be made, nobody but the journal can be told."""
        self._note(fault)
        if self._waiting is None and self._refused_at != tries:
            try:
                self._waiting = self._sit_down()
            except StorageError as problem:
                self._refused_at = tries
                self._note_refusal(problem)
        if self._waiting is not None:
            self._waiting.step(fault, tries, now_ns)

    def _say_and_report(self, fault: StationError) -> None:
        self._say(fault)
        notify("READY=1\nSTATUS=" + " ".join(str(fault).split()))

    def _sit_down(self) -> Waiting:
        with made_in(self._runtime):
            rings = LiveRings(self._runtime)
            self._stack.callback(rings.close)
            server = CommandServer(self._runtime / CONTROL_SOCKET)
            self._stack.callback(server.close)
        return Waiting(rings, server)


class _Opened(NamedTuple):
    """A station that has its hardware."""

    station: Station
    closing: ExitStack


def _open(settings: Settings, runtime: Path, clock: StationClock, input_file: Path | None) -> _Opened:
    """The rig, with what is known of its plate. What was opened is closed again when something later fails.

    Raises DeviceError where the rig cannot be opened, InputError where the settings or the calibration do not fit it.
    """
    with ExitStack() as stack:
        rig = stack.enter_context(opened_rig(settings, clock, input_file))
        own = calibration_for(settings.station.data, settings.station.rig, settings.station.seed, rig.plate)
        limits, screens = limits_of(settings.limits), settings.station.screen_simulated
        rules = HouseRules(limits, settings.switches, settings.control.live_point, screens, settings.rig.trigger.mode)
        # Last, because with its rings another life of control begins.
        with made_in(runtime):
            rings = LiveRings(runtime)
        stack.callback(rings.close)
        return _Opened(Station(rig, clock, rules, rings, own, start_test=rig.interlocked), stack.pop_all())


def _run(
    station: Station, settings: Settings, runtime: Path, clock: StationClock, stop: threading.Event
) -> Maintain | None:
    """One life of the loop. Returns why it was asked to end; None where `stop` was set."""
    refused = become_real_time(settings.control.priority, settings.control.cpu)
    station.tell("control-started", {"pid": os.getpid(), "rig": station.rig.name, "not_real_time": refused})
    if refused:
        print(f"station: control runs without {'; '.join(refused)}", file=sys.stderr)  # noqa: T201
    settle_memory()
    end_if_it_never_sleeps(settings.control.priority)
    running = Watchdog(stop, clock)
    # Nobody is served before the start-up test has ended, or waits for somebody.
    run_loop(station, clock, lambda: running() and station.lock.testing)
    server = CommandServer(runtime / CONTROL_SOCKET)
    station.companions = desk = Desk(station, server)
    notify("READY=1\nSTATUS=")
    run_loop(station, clock, lambda: running() and desk.maintain is None)
    end_still(station, clock)
    server.close()
    return desk.maintain


def end_still(station: Station, clock: StationClock) -> None:
    """Vibration off, the drill that runs ended, and one more tick, so that the last sample of this life says so. Nobody
    is served any more.
    """
    station.companions = NoCompanions()
    station.end_drill(DrillOutcome.STOPPED)
    once = iter((True,))
    run_loop(station, clock, lambda: next(once, False))
