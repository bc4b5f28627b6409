"""The vibration drive of the rig `pi5`: the control law of `hw.pigpio.drive` over a guard process instead of pigpiod.

Owns the guard's life and the tach's line. The guard (`hw.pi5.guard`) owns the PWM, the enable, relay K2 and the second
heartbeat.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from hw.errors import HardwareError, saw
from hw.pi5.refusal import MOST_BYTES, refusal
from hw.pigpio.drive import PigpioDrive
from hw.pigpio.script import ANSWER_NS, PARAMETERS, ScriptStatus, unpack_status
from hw.pins import PinLibrary
from hw.ports import Clock
from hw.settings import DriveSettings, PinSettings
from hw.tach import Tach

START_S = 10.0
"""Longest start of the first guard, before there is a loop: Python and its imports, just after a boot."""
RESTART_S = 1.5
"""Longest start of another, which takes 0.5 s: it holds a tick up, with the motor off, and the service's watchdog would
end the loop after 2 s."""
ENDING_S = 0.5
_GLITCH_S = 100e-6
"""Shorter pulses of the tach are noise, as on the rig `pi`."""

Command = Callable[[int], list[str]]
"""The guard's command line for the descriptor of its end of the socket."""


def guard_command(pins: PinSettings, settings: DriveSettings) -> Command:
    """The command line of the real guard."""
    return lambda fd: [sys.executable, "-m", "hw.pi5.guard", str(fd), pins.model_dump_json(), str(settings.pwm_hz)]


class TachLine:
    """Receives the tach's falling edges on lgpio's thread, with the kernel's own times, and keeps them for the loop."""

    def __init__(self, pin: int, library: PinLibrary) -> None:
        self._waiting: deque[float] = deque(maxlen=256)
        self._last_s = 0.0
        try:
            self._pin: Any = library.factory.pin(pin)
            self._pin.function = "input"
            self._pin.pull = "up"
            self._pin.edges = "falling"
            self._pin.when_changed = self._edge
        except library.errors() as error:
            raise library.refused(pin, "tach", error) from error

    def _edge(self, ticks_s: float, level: int) -> None:
        del level
        if ticks_s - self._last_s >= _GLITCH_S:
            self._last_s = ticks_s
            self._waiting.append(ticks_s)

    def drain(self, tach: Tach, now_ns: int) -> None:
        """Hand over the pulses since the last call."""
        while self._waiting:
            tach.pulse(int(self._waiting.popleft() * 1e6) & 0xFFFFFFFF, now_ns)

    def close(self) -> None:
        """Receive no more edges."""
        self._pin.when_changed = None


class GuardLink:
    """One guard process and the socket to it. Never waits once it is open. `failure` says what ended it, or ""."""

    def __init__(self, command: Command, tach: Tach, line: TachLine | None, seconds: float, clock: Clock) -> None:
        self.failure = ""
        self.status: ScriptStatus | None = None
        self._tach = tach
        self._line = line
        self._counter = 0
        self._unanswered_ns = 0
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            fd = theirs.fileno()
            self._process = subprocess.Popen(command(fd), pass_fds=(fd,), stdin=subprocess.DEVNULL)  # noqa: S603  # ours
        self._socket.settimeout(seconds)
        try:
            self.say(clock.now_ns(), 0, 0, 0.0)
            answer = receive(self._socket)
            refused = refusal(answer)
            self.status = None if refused else unpack_status(answer)
        except OSError as error:
            self.close()
            raise HardwareError("guard-missing", "hw.pi5.guard", saw("guard-silent", said=str(error))) from error
        if refused:
            self.close()
            raise refused
        self._unanswered_ns = 0
        self._socket.setblocking(False)

    def say(self, now_ns: int, token: int, outputs: int, duty: float) -> None:
        """Refresh the dead-man. A packet that finds no room is a guard that does not read."""
        if self.failure:
            return
        self._counter = (self._counter + 1) & 0xFFFFFFFF
        try:
            self._socket.send(PARAMETERS.pack(self._counter, token, outputs, round(duty * 1e6)))
        except BlockingIOError:
            return
        except OSError:
            self.failure = "ended"
            return
        self._unanswered_ns = self._unanswered_ns or now_ns

    def listen(self, now_ns: int) -> None:
        """Take in what the guard has answered and what the tach has said."""
        if self._line is not None:
            self._line.drain(self._tach, now_ns)
        while not self.failure:
            try:
                self.status = unpack_status(receive(self._socket))
            except BlockingIOError:
                break
            except OSError:
                self.failure = "ended"
                return
            self._unanswered_ns = 0
        if self._unanswered_ns and now_ns - self._unanswered_ns > ANSWER_NS:
            self.failure = "silent"

    def close(self) -> None:
        """End the guard: it switches everything off when its client is gone. May be called twice."""
        self.failure = self.failure or "closed"
        self._socket.close()
        try:
            self._process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def receive(link: socket.socket) -> bytes:
    """The next packet of the guard. Raises OSError where there is none, ConnectionError where it has ended.

    A guard that ends with a packet of ours unread resets the link, which Linux tells once and before the guard's own
    last packet: that one says why it ended, so it is asked for again.
    """
    try:
        packet = link.recv(MOST_BYTES)
    except ConnectionResetError:
        packet = link.recv(MOST_BYTES)
    if not packet:
        raise ConnectionError("closed")
    return packet


def open_pi5_drive(
    pins: PinSettings,
    settings: DriveSettings,
    clock: Clock,
    library: PinLibrary,
    *,
    command: Command | None = None,
    restart_s: float = RESTART_S,
) -> PigpioDrive:
    """The drive, opened. Raises HardwareError "guard-missing", "pwm-missing", "gpio-missing" or "gpio-busy".

    A guard that has died is a new one after a person's `recover` or `arm`, with the latch closed.
    """
    line = TachLine(pins.tach, library)
    started = command or guard_command(pins, settings)
    link: list[GuardLink] = []

    def connect(tach: Tach, _seconds: float) -> GuardLink:
        """Not within the drive's own time, which is meant for a connection: a process needs longer."""
        limit_s = restart_s if link else START_S
        while link:
            link.pop().close()
        link.append(GuardLink(started, tach, line, limit_s, clock))
        return link[0]

    try:
        return PigpioDrive(settings, clock, connect, line.close)
    except HardwareError:
        line.close()
        raise
