"""After `stop` every rig's drive is disarmed, its relay has dropped, and nothing but arming starts it again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from gpiozero.pins.mock import MockFactory

from benchmarks.silicon import ABSENT, Board, tools
from hw.errors import HardwareError
from hw.pi5.drive import open_pi5_drive
from hw.pigpio.drive import PigpioDrive, open_pigpio_drive
from hw.pins import PinLibrary
from hw.registry import open_rig
from hw.settings import DriveSettings, PinSettings, ReplaySignal, RigSettings
from hw.simulated.motor import Motor
from hw.simulated.pigpiod import ModelledDaemon
from hw.values import PlateGeometry
from station.clock import MonotonicClock, VirtualClock
from tests.hw.pi5.conftest import Root

STANDING = ReplaySignal([row / 250 for row in range(2500)], [(180.0,) * 4] * 2500, PlateGeometry(138.0, 293.0))
DRIVES = ("simulated", "replay", "pigpio, modelled", "pigpio, real daemon", "guard")
HZ, MM = 25.0, 0.23


class Seen(NamedTuple):
    """One drive, and what its outputs are, seen from outside."""

    drive: Any
    clock: VirtualClock | MonotonicClock
    armed: Callable[[], bool]
    """Its dead-man, whatever that is, would let it move."""
    relays: Callable[[], bool]
    """K2 is pulled, or K1 where the rig has one."""
    before: Callable[[], None] = lambda: None
    """What a tick does to the panel, before it drives."""

    def tick(self, mm=MM):
        self.clock.sleep_until_ns(self.clock.now_ns() + 4_000_000)
        self.before()
        self.drive.feedback()
        self.drive.apply(HZ, mm)


def of_a_rig(name, stack):
    clock = VirtualClock()
    rig = open_rig(name, RigSettings(), clock, seed=5, replay=STANDING if name == "replay" else None)
    stack.callback(rig.close)

    def before():
        rig.load_cells.read()
        rig.panel.heartbeat()
        rig.panel.power(rig.drive._armed)

    return Seen(rig.drive, clock, lambda: rig.drive._armed, lambda: any(rig.panel.read().relays), before)


def on_a_modelled_daemon(stack):
    clock, daemons = VirtualClock(), []

    def connect(tach, _seconds):
        daemons.append(ModelledDaemon(Motor(random.Random(1)), 2, tach, clock.now_ns()))
        return daemons[-1]

    drive = PigpioDrive(DriveSettings(), clock, connect)
    stack.callback(drive.close)
    return Seen(drive, clock, lambda: daemons[-1].armed, lambda: daemons[-1].relay)


def on_the_real_daemon(stack):
    if tools() is None:
        pytest.skip(ABSENT)
    board = Board()
    stack.callback(board.close)
    board.turn(HZ)
    drive = open_pigpio_drive(board.pins, board.settings, MonotonicClock(), chip=None)
    stack.callback(drive.close)

    def armed():
        return drive._link.status is None or drive._link.status.armed or board.enabled or board.duty > 0.0

    return Seen(drive, MonotonicClock(), armed, lambda: board.high(board.pins.motor_relay))


def on_a_guard(stack, folder):
    root, clock = Root(folder), MonotonicClock()
    library = PinLibrary(MockFactory())
    turn = itertools.count()

    def pulses():
        """50 a second, 25 Hz."""
        if next(turn) % 5 == 0:
            tach = library.factory.pin(PinSettings().tach)
            tach.drive_low()
            tach.drive_high()

    drive = open_pi5_drive(PinSettings(), DriveSettings(), clock, library, command=root.guard, restart_s=30.0)
    stack.callback(drive.close)

    def armed():
        return drive._link.status.armed or root.line("enable") or root.pwm("duty_cycle") != 0

    return Seen(drive, clock, armed, lambda: root.line("relay"), pulses)


@pytest.fixture(params=DRIVES)
def seen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Seen]:
    with ExitStack() as stack:
        if request.param in {"simulated", "replay"}:
            yield of_a_rig(request.param, stack)
        elif request.param == "guard":
            yield on_a_guard(stack, tmp_path)
        else:
            make = on_a_modelled_daemon if "modelled" in request.param else on_the_real_daemon
            yield make(stack)


def until(seen, happened, what, ticks=12_000, mm=MM, *, arm=False):
    for _ in range(ticks):
        if arm and not seen.armed():  # a busy computer may trip it on the way
            try:
                seen.drive.arm()
            except HardwareError:
                seen.tick(mm)
                continue
        seen.tick(mm)
        if happened():
            return
    pytest.fail(f"not within {ticks} ticks: {what}; {seen.drive.feedback()}")


@pytest.mark.parametrize("mm", [MM, 0.0], ids=["driven", "asked for nothing"])
def test_after_stop_the_dead_man_is_disarmed_and_the_relays_are_low(seen, mm) -> None:
    until(seen, lambda: seen.armed() and seen.relays(), "armed", mm=mm, arm=True)
    for _ in range(20):
        seen.tick(mm)
    seen.drive.stop()
    until(seen, lambda: not seen.armed() and not seen.relays(), "off", mm=mm)
    for _ in range(50):
        seen.tick(mm)
        assert not seen.armed()
        assert not seen.relays()
    until(seen, seen.relays, "armed again, by a person alone", mm=mm, arm=True)
