"""The dead-man of the rig `pi5`: a small process of its own that alone moves the motor's pins, fed by the control loop.

It keeps the promise that the script inside pigpiod keeps on the rig `pi` (`hw.pigpio.script`), with the same packets
and the same latch: a token arms once; a refresh that stays away for 50 ms, or the end of its client, switches
everything off; and only a new token starts anything again. docs/decisions/0008 says what a process cannot promise.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Protocol

from hw.errors import HardwareError
from hw.pi5.refusal import pack_refusal
from hw.pigpio.script import (
    ENABLE,
    LOOP_MS,
    PARAMETERS,
    REASONS,
    REFRESH_LOST_US,
    RELAY,
    RUNNING,
    SCRIPT_IDENTITY,
    SCRIPT_STATUS,
)
from hw.settings import PinSettings

PRIORITY = 55
"""Above the control loop's 50: whoever watches must not wait for the watched."""

_LOST, _DISARMED, _PWM_FAILED = (REASONS.index(name) for name in ("refresh-lost", "disarmed", "pwm-failed"))


class Pwm(Protocol):
    """What the guard needs of a PWM."""

    def duty(self, millionths: int) -> None:
        """The duty from 0 to 1,000,000. Raises OSError."""

    def close(self) -> None:
        """Off."""


class Lines(Protocol):
    """The three lines beside the PWM. Each may raise OSError."""

    def enable(self, on: bool) -> None:
        """The motor driver's enable."""

    def relay(self, on: bool) -> None:
        """The coil of K2."""

    def beat(self) -> None:
        """Toggle the line of the second one-shot."""

    def close(self) -> None:
        """Everything off."""


class DeadMan:
    """What is on, and why not. Times are monotonic ns; `hear` takes a packet, `turn` is called every `LOOP_MS`."""

    def __init__(self, pwm: Pwm, lines: Lines, now_ns: int) -> None:
        self._pwm = pwm
        self._lines = lines
        self._fresh_ns = now_ns
        self._counter = self._token = self._seen = self._outputs = self._wanted = 0
        self._duty = self._on = 0
        self._loops = 0
        self.armed = False
        self.reason = 0

    def hear(self, packet: bytes, now_ns: int) -> None:
        """A packet of the client: counter, token, outputs, duty. One of another length is no refresh."""
        if len(packet) != PARAMETERS.size:
            return
        counter, self._token, self._outputs, self._wanted = PARAMETERS.unpack(packet)
        if self.armed and now_ns - self._fresh_ns > REFRESH_LOST_US * 1_000:
            self._off(_LOST)  # before the counter is taken: a guard that stalled as long as its client saw no silence
        if counter != self._counter:
            self._counter, self._fresh_ns = counter, now_ns
        self.turn(now_ns)

    def turn(self, now_ns: int) -> None:
        """Look at the time and the token, and set the outputs. Raises OSError where not even off can be set."""
        self._loops += 1
        self._lines.beat()
        if now_ns - self._fresh_ns > REFRESH_LOST_US * 1_000:
            self._off(_LOST)
        elif self._token != self._seen:
            self._seen = self._token
            if not self._token:
                self._off(_DISARMED)
            else:
                self.armed, self.reason = True, 0
        if not self.armed:
            self._set(0, 0)
            return
        try:
            self._set(self._outputs & (RELAY | ENABLE), self._wanted)
        except OSError:
            self._off(_PWM_FAILED)

    def status(self) -> bytes:
        """`SCRIPT_STATUS`, as the script inside pigpiod says it. The emergency stop is the panel's own."""
        return SCRIPT_STATUS.pack(
            RUNNING,
            self._counter,
            self._token,
            0,
            0,
            self.armed,
            self.reason,
            self._loops & 0xFFFFFFFF,
            0,
            self._seen,
            SCRIPT_IDENTITY,
        )

    def _off(self, reason: int) -> None:
        """Off, and the token that is there is spent."""
        self._seen = self._token
        if self.armed:
            self.reason = reason
        self.armed = False
        self._set(0, 0)

    def _set(self, outputs: int, duty: int) -> None:
        """Enable off before anything else, and on after everything else; what is on is remembered as it is set."""
        if not outputs & ENABLE and self._on & ENABLE:
            self._lines.enable(False)
            self._on &= ~ENABLE
        if duty != self._duty:
            self._pwm.duty(duty)
            self._duty = duty
        if (outputs ^ self._on) & RELAY:
            self._lines.relay(bool(outputs & RELAY))
            self._on ^= RELAY
        if outputs & ENABLE and not self._on & ENABLE:
            self._lines.enable(True)
            self._on |= ENABLE


def serve(client: socket.socket, pwm: Pwm, lines: Lines) -> None:
    """Guard until the client's end; then off. `client` is a SEQPACKET socket. Each packet is answered by the status."""
    try:
        _serve(client, pwm, lines)
    finally:
        # Each by itself: one that fails must not keep the other on.
        with contextlib.suppress(OSError):
            lines.close()
        pwm.close()


def _serve(client: socket.socket, pwm: Pwm, lines: Lines) -> None:
    guard = DeadMan(pwm, lines, time.monotonic_ns())
    poll = select.poll()
    poll.register(client, select.POLLIN)
    client.setblocking(False)
    while True:
        if poll.poll(LOOP_MS):
            try:
                packet = client.recv(64)
            except ConnectionError:
                return
            if not packet:
                return
            guard.hear(packet, time.monotonic_ns())
            with contextlib.suppress(BlockingIOError, ConnectionError):
                client.send(guard.status())
        else:
            guard.turn(time.monotonic_ns())


class GpioLines:
    """The three lines by gpiozero on lgpio. Raises HardwareError "gpio-missing" or "gpio-busy"."""

    def __init__(self, pins: PinSettings) -> None:
        from gpiozero import OutputDevice

        from hw.pins import open_lgpio

        library = open_lgpio()
        self._factory, self._failures = library.factory, library.errors()
        devices: list[OutputDevice] = []
        for key in ("motor_enable", "motor_relay", "motor_heartbeat"):
            pin = getattr(pins, key)
            try:
                devices.append(OutputDevice(pin, initial_value=False, pin_factory=self._factory))
            except self._failures as error:
                for device in devices:
                    with contextlib.suppress(*self._failures):
                        device.close()
                with contextlib.suppress(*self._failures):
                    self._factory.close()
                raise library.refused(pin, key, error) from error
        self._enable, self._relay, self._heartbeat = devices

    def enable(self, on: bool) -> None:
        """The motor driver's enable."""
        self._write(self._enable, on)

    def relay(self, on: bool) -> None:
        """The coil of K2."""
        self._write(self._relay, on)

    def beat(self) -> None:
        """Toggle the line of the second one-shot."""
        self._write(self._heartbeat, not self._heartbeat.value)

    def close(self) -> None:
        """Lines off, and back to inputs: their pull-downs hold them."""
        # Each by itself: one that fails must not keep another on.
        for device in (self._enable, self._relay):
            with contextlib.suppress(OSError):
                self._write(device, False)
        with contextlib.suppress(*self._failures):
            self._factory.close()

    def _write(self, device: object, on: bool) -> None:
        try:
            device.value = on  # type: ignore[attr-defined]  # gpiozero has no types
        except self._failures as error:
            raise OSError(errno.EIO, str(error)) from error


def main(arguments: list[str]) -> None:
    """`python -m hw.pi5.guard FD PINS HZ`: guard the client at this descriptor; pins as JSON, PWM at this frequency.

    Raises HardwareError, having told the client, where the PWM or a line cannot be had.
    """
    from hw.pi5.pwm import SysfsPwm

    # Ctrl-C goes to every process of a terminal; the guard ends when its client does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor, pins_json, frequency_hz = arguments
    pins = PinSettings.model_validate_json(pins_json)
    with contextlib.suppress(OSError):  # without the right to it the guard is later, as is the loop
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    with socket.socket(fileno=int(descriptor)) as client:
        try:
            pwm = SysfsPwm(pins.motor_pwm, int(frequency_hz), Path("/"))
            try:
                lines = GpioLines(pins)
            except HardwareError:
                pwm.close()
                raise
        except HardwareError as problem:
            with contextlib.suppress(OSError):  # whoever asked may be gone
                client.send(pack_refusal(problem))
            raise
        serve(client, pwm, lines)


if __name__ == "__main__":
    main(sys.argv[1:])
