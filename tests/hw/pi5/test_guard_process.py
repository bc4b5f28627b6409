"""The real guard as a process over a fake system root: kill it, freeze it, break a line, and look at its outputs."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from gpiozero.pins.mock import MockFactory

from hw.errors import HardwareError
from hw.pi5.drive import GuardLink, TachLine, open_pi5_drive
from hw.pigpio.script import ANSWER_NS, ENABLE, RELAY
from hw.pins import PinLibrary
from hw.settings import DriveSettings, PinSettings
from hw.tach import Tach
from station.clock import MonotonicClock

if TYPE_CHECKING:
    from hw.pigpio.drive import PigpioDrive
    from tests.hw.pi5.conftest import Root

PINS = PinSettings()
BOTH = RELAY | ENABLE


@pytest.fixture
def clock() -> MonotonicClock:
    return MonotonicClock()


@pytest.fixture
def link(root: Root, clock: MonotonicClock) -> Iterator[GuardLink]:
    link = GuardLink(root.guard, Tach(2), None, 30.0, clock)
    yield link
    link.close()


def running(root):
    return root.line("enable") and root.line("relay") and root.pwm("duty_cycle") == 20_000


def off(root):
    return not root.line("enable") and not root.line("relay") and root.pwm("duty_cycle") == 0


def fed(link, clock):
    """Keeps it fed while a test waits for something. A busy machine may be late: then another token arms it again."""

    def feed(happened):
        def look():
            tripped = link.status.reason == "refresh-lost" and link.status.seen == fed.token
            fed.token += tripped
            link.say(clock.now_ns(), fed.token, BOTH, 0.4)
            link.listen(clock.now_ns())
            return happened()

        return look

    return feed


@pytest.fixture(autouse=True)
def first_token() -> None:
    fed.token = 1


def test_it_runs_while_it_is_fed_and_stops_when_its_client_falls_silent(root, link, clock, wait_for):
    assert off(root)
    wait_for("the motor", fed(link, clock)(lambda: running(root) and link.status.armed))
    wait_for("off", lambda: off(root))
    assert link._process.poll() is None, "it lives on, and feeds the one-shot"
    spent = link.status.counter + 20

    def answered():
        link.say(clock.now_ns(), fed.token, BOTH, 0.4)
        link.listen(clock.now_ns())
        return link.status.counter > spent

    wait_for("twenty answers", answered)
    assert off(root), "the refresh has come back, but its token is spent"
    assert link.status.reason == "refresh-lost"
    wait_for("the motor, by another token", fed(link, clock)(lambda: running(root)))


def test_its_clients_end_switches_off_and_ends_it(root, link, clock, wait_for):
    wait_for("the motor", fed(link, clock)(lambda: running(root)))
    link._socket.close()
    link._process.wait(30)
    assert off(root)
    assert root.pwm("enable") == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_guard_that_dies_or_freezes_is_known_to_the_client(root, link, clock, wait_for, number):
    wait_for("the motor", fed(link, clock)(lambda: running(root)))
    link._process.send_signal(number)
    wait_for("the failure", fed(link, clock)(lambda: bool(link.failure)))
    beat = root.line("heartbeat")
    for _ in range(50):
        assert root.line("heartbeat") is beat, "nobody feeds the second one-shot any more"
    if number == signal.SIGSTOP:
        link._process.send_signal(signal.SIGCONT)


def test_a_line_that_breaks_ends_the_guard_with_the_pwm_off(root, link, clock, wait_for):
    wait_for("the motor", fed(link, clock)(lambda: running(root)))
    (root.folder / "broken").write_text("")
    wait_for("the failure", fed(link, clock)(lambda: bool(link.failure)))
    link._process.wait(30)
    assert root.pwm("duty_cycle") == 0
    assert root.pwm("enable") == 0


def test_a_frozen_guard_is_known_within_100_ms_of_the_clock(root, clock):
    link = GuardLink(root.guard, Tach(2), None, 30.0, clock)
    link._process.send_signal(signal.SIGSTOP)
    now_ns = clock.now_ns()
    link.say(now_ns, 0, 0, 0.0)
    link.listen(now_ns + ANSWER_NS)
    assert link.failure == ""
    link.listen(now_ns + ANSWER_NS + 1)
    assert link.failure == "silent"
    link._process.send_signal(signal.SIGCONT)
    link.close()


def test_a_guard_that_does_not_start_is_named(clock):
    with pytest.raises(HardwareError) as caught:
        GuardLink(lambda fd: ["/bin/false"], Tach(2), None, 30.0, clock)
    assert caught.value.code == "guard-missing"


# --- the whole drive ----------------------------------------------------------------------------------------------


@pytest.fixture
def drive(root: Root, clock: MonotonicClock) -> Iterator[PigpioDrive]:
    factory = MockFactory()
    drive = open_pi5_drive(PINS, DriveSettings(), clock, PinLibrary(factory), command=root.guard, restart_s=30.0)
    yield drive
    drive.close()
    factory.close()


def driven(root, drive):
    """Arms and drives until the motor is on, and again where a busy machine was late."""
    drive.arm()

    def look():
        if not drive.feedback().healthy:
            drive.arm()
        drive.apply(25.0, 0.23)
        return root.line("enable") and root.pwm("duty_cycle") > 0

    return look


def test_the_drive_runs_the_motor_and_stops_it(root, drive, wait_for):
    assert drive.feedback().healthy
    drive.apply(25.0, 0.23)
    assert off(root), "not armed"
    wait_for("the motor", driven(root, drive))
    drive.stop()
    wait_for("off", lambda: off(root))


def test_a_killed_guard_is_a_latched_fault_that_a_person_recovers_from(root, drive, wait_for):
    wait_for("the motor", driven(root, drive))
    drive._link._process.kill()

    def known():
        drive.apply(25.0, 0.23)
        return not drive.feedback().healthy

    wait_for("the fault", known)
    assert drive.feedback().fault == "pigpiod-lost"
    drive.recover()
    assert drive.feedback().healthy
    assert off(root), "the new guard begins with everything off"
    drive.apply(25.0, 0.23)
    assert off(root)


def test_the_tachs_edges_come_with_the_kernels_times(clock):
    factory = MockFactory()
    line, tach = TachLine(PINS.tach, PinLibrary(factory)), Tach(2)
    pin = factory.pin(PINS.tach)
    for edge in range(6):
        line._edge(100.0 + edge * 0.02, 0)
        line._edge(100.0 + edge * 0.02 + 50e-6, 0)  # noise
    line.drain(tach, clock.now_ns())
    assert tach.hz(clock.now_ns()) == pytest.approx(25.0, rel=0.01)
    before = len(line._waiting)
    pin.drive_low()
    assert len(line._waiting) == before + 1, "a falling edge is heard"
    pin.drive_high()
    assert len(line._waiting) == before + 1
    line.close()
    factory.close()
