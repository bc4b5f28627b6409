"""How the guard is started: the command line that the drive gives it, and the lines that it opens by gpiozero."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from gpiozero import DeviceClosed, GPIOZeroError, OutputDevice
from gpiozero.pins.mock import MockFactory

from hw.errors import HardwareError, saw
from hw.pi5 import guard
from hw.pi5.drive import GuardLink, guard_command, receive
from hw.pi5.refusal import pack_refusal, refusal
from hw.pigpio.script import ENABLE, PARAMETERS, RELAY, unpack_status
from hw.pins import PinLibrary
from hw.settings import DriveSettings, PinSettings
from hw.tach import Tach
from tests.words import told

PINS = PinSettings(motor_relay=9)
MOTOR = ("motor_enable", "motor_relay", "motor_heartbeat")

if TYPE_CHECKING:
    from tests.hw.pi5.conftest import Root


class LibraryError(Exception):
    """What the pins' library raises of its own."""


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> MockFactory:
    factory = MockFactory()
    monkeypatch.setattr("hw.pins.open_lgpio", lambda: PinLibrary(factory, (LibraryError,)))
    return factory


@pytest.fixture
def main(
    monkeypatch: pytest.MonkeyPatch, root: Root, factory: MockFactory
) -> Callable[[int], list[tuple[object, ...]]]:
    """`main` as the drive starts it, over a fake system root and with this process's own scheduling left alone."""
    asked = []
    monkeypatch.setattr(
        os, "sched_setscheduler", lambda pid, policy, of: asked.append((pid, policy, of.sched_priority))
    )
    monkeypatch.setattr(signal, "signal", lambda number, handler: asked.append((number, handler)))
    folder, kernel = root.folder, guard.Path
    monkeypatch.setattr(guard, "Path", lambda place: folder if place == "/" else kernel(place))

    def run(fd):
        command = guard_command(PINS, DriveSettings(pwm_hz=25_000))(fd)
        assert command[:3] == [sys.executable, "-m", guard.__name__]
        guard.main(command[3:])
        return asked

    return run


def level(factory, key):
    return bool(factory.pin(getattr(PINS, key)).state)


def test_what_the_drive_says_on_the_command_line_is_what_the_guard_runs_with(main, root, factory, monkeypatch):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    seen = {}

    def served(client, pwm, lines):
        """In place of the loop: switch everything on, and look."""
        seen["client"] = client.fileno()
        lines.enable(True)
        lines.relay(True)
        seen["on"] = [level(factory, key) for key in MOTOR]
        lines.beat()
        seen["beaten"] = [level(factory, key) for key in MOTOR]
        lines.beat()
        seen["beaten twice"] = [level(factory, key) for key in MOTOR]
        pwm.duty(500_000)
        lines.close()
        pwm.close()

    monkeypatch.setattr(guard, "serve", served)
    with ours:
        fd = theirs.detach()
        asked = main(fd)
    assert seen["client"] == fd
    assert seen["on"] == [True, True, False]
    assert seen["beaten"] == [True, True, True]
    assert seen["beaten twice"] == [True, True, False]
    assert root.pwm("period") == 40_000, "25 kHz"
    assert (0, os.SCHED_FIFO, guard.PRIORITY) in asked, "above the loop that it watches"
    assert (signal.SIGINT, signal.SIG_IGN) in asked, "a Ctrl-C in the terminal ends it through its client alone"


def test_a_client_that_ends_leaves_every_line_off_and_the_pins_let_go(main, root, factory):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.send(PARAMETERS.pack(1, 7, RELAY | ENABLE, 400_000))
    ours.shutdown(socket.SHUT_WR)
    pins = [factory.pin(getattr(PINS, key)) for key in MOTOR]
    main(theirs.detach())
    with ours:
        assert unpack_status(ours.recv(64)).armed, "it had switched the motor on"
    assert (root.pwm("duty_cycle"), root.pwm("enable")) == (0, 0)
    assert [pin.function for pin in pins] == ["input"] * 3, "their pull-downs hold them"


@pytest.mark.parametrize("kind", [LibraryError, GPIOZeroError, DeviceClosed, OSError])
def test_a_line_that_its_library_cannot_set_is_an_oserror_which_ends_the_guard(factory, monkeypatch, kind):
    lines = guard.GpioLines(PINS)

    def refuse(self, value):
        raise kind("bad handle")

    monkeypatch.setattr(type(factory.pin(PINS.motor_enable)), "_set_state", refuse)
    for write in (lambda: lines.enable(True), lambda: lines.relay(True), lines.beat):
        with pytest.raises(OSError, match="bad handle"):
            write()


def test_one_line_that_fails_keeps_no_other_on_at_the_end(factory, monkeypatch):
    lines = guard.GpioLines(PINS)
    lines.enable(True)
    lines.relay(True)
    enable, relay = factory.pin(PINS.motor_enable), factory.pin(PINS.motor_relay)
    write = type(enable)._set_state

    def refuse(self, value):
        if self is enable:
            raise GPIOZeroError("bad handle")
        write(self, value)

    monkeypatch.setattr(type(enable), "_set_state", refuse)
    lines.close()
    assert not relay.state
    assert relay.function == "input", "the factory is closed"


def answer_of(main):
    """What a client is told by a guard that cannot start."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with pytest.raises(HardwareError):
            main(theirs.detach())
        return refusal(ours.recv(4096))


def test_a_guard_whose_pin_is_used_says_by_whom_and_leaves_the_pwm_off(main, root, factory, monkeypatch):
    kept = OutputDevice(PINS.motor_relay, pin_factory=factory)
    library = PinLibrary(factory, (LibraryError,), lambda pin: "fan-ctl" if pin == PINS.motor_relay else "")
    monkeypatch.setattr("hw.pins.open_lgpio", lambda: library)
    problem = answer_of(main)
    assert problem.code == "gpio-busy"
    assert problem.where == f"GPIO {PINS.motor_relay} (motor_relay)"
    assert "fan-ctl" in told(problem)
    assert (root.pwm("duty_cycle"), root.pwm("enable")) == (0, 0)
    kept.close()


def test_a_guard_without_its_pwm_says_so(main, root, factory):
    (root.chip / "npwm").write_text("0\n")
    assert answer_of(main).code == "pwm-missing"


def test_the_drive_names_what_its_guard_says(clock):
    program = "import socket, sys; from hw.pi5.refusal import pack_refusal; from hw.errors import HardwareError, saw\n"
    program += "client = socket.socket(fileno=int(sys.argv[1])); client.send(pack_refusal("
    program += "HardwareError('gpio-busy', 'GPIO 9 (motor_relay)', saw('pin-used', user='spi0'))))"
    with pytest.raises(HardwareError, match="spi0") as caught:
        GuardLink(lambda fd: [sys.executable, "-c", program, str(fd)], Tach(2), None, 30.0, clock)
    assert (caught.value.code, caught.value.where) == ("gpio-busy", "GPIO 9 (motor_relay)")


def test_why_the_guard_ended_is_heard_though_it_read_nothing():
    """The link is reset then, and Linux says so before it gives the packet that was sent."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        ours.send(b"a refresh that nobody reads")
        theirs.send(pack_refusal(HardwareError("gpio-busy", "GPIO 9 (motor_relay)", saw("pin-used", user="spi0"))))
        theirs.close()
        said = refusal(receive(ours))
        assert said is not None
        assert said.where == "GPIO 9 (motor_relay)"
        with pytest.raises(ConnectionError):
            receive(ours)


@pytest.mark.parametrize("packet", [b"", b"refused ", b"refused []", b"refused {", b"\0" * 40])
def test_what_is_no_refusal_is_none(packet):
    assert refusal(packet) is None
