"""The connection to pigpiod: opened with a deadline for every call, then used at every tick without ever waiting.

Opening goes through the `pigpio` package, on a socket of this module's. Its own would wait for ever on a daemon that is
frozen, and its thread for callbacks spins when the daemon dies (docs/sources/hardware.md#client-of-pigpio): none is
started here. From then on one packet goes out a tick and what has come back is read; the tach's pulses come by a second
connection.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pigpio

from hw.errors import HardwareError, Trouble, saw, seen_in
from hw.pigpio import checks
from hw.pigpio.script import (
    ANSWER_NS,
    PARAMETERS,
    RUNNING,
    SCRIPT_IDENTITY,
    SCRIPT_STATUS,
    ScriptStatus,
    dead_man,
    first_parameters,
    unpack_status,
)
from hw.settings import DriveSettings, PinSettings
from hw.tach import Tach

CLOSING_S = 0.1
"""Deadline of closing; a script that is left behind trips by itself."""
SCRIPTS = 32
"""How many scripts pigpiod keeps (PI_MAX_SCRIPTS)."""

_UPDATE, _STATUS, _NOTIFY_BEGIN, _NOTIFY_IN_BAND = 117, 45, 19, 99
"""Commands PROCU, PROCP, NB and NOIB (pigpio.h)."""
_REQUEST = struct.Struct("<4I")
_REPORT = struct.Struct("<HHII")
_HEADS_BYTES = 2 * _REQUEST.size
_ANSWER_BYTES = _HEADS_BYTES + SCRIPT_STATUS.size
_STILL_ANSWERS = 2
"""One answer with the loops of the last is none: the two may have been asked for at almost the same time."""
_GLITCH_US = 100
"""Shorter pulses of the tach are noise: at 40 Hz and 64 pulses a revolution half a pulse takes 195 us."""


class _Line:
    """A connection and its lock, as the package's commands expect them; each use gets the time that is left."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._end_s = time.monotonic() + seconds
        self.l = threading.Lock()

    @property
    def s(self) -> socket.socket:
        """The connection. Raises TimeoutError when no time is left."""
        left_s = self._end_s - time.monotonic()
        if left_s <= 0.0:
            raise TimeoutError
        self._connection.settimeout(left_s)
        return self._connection


class _Commands(pigpio.pi):  # type: ignore[misc]  # pigpio has no types
    """The package's commands on a connection that is already there, with a deadline, and without a thread."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:  # the package's own must not run
        self.sl = _Line(connection, seconds)
        self.connected = True
        self._notify = None


class DaemonLink:
    """One drive's connection to pigpiod, with the dead-man script running there and owned by it.

    Opening takes 0.03 s, and at most `seconds` for all its calls together. It raises HardwareError "pigpiod-missing",
    "pigpiod-version", "pigpiod-lost" or "drive-pin-in-use". `failure` is a word for what broke the connection, ""
    while it holds; a broken one is closed for good, and another has to be opened.
    """

    def __init__(self, pins: PinSettings, settings: DriveSettings, tach: Tach, seconds: float) -> None:
        self.failure = ""
        self.status: ScriptStatus | None = None
        """As of the last answer."""
        self._port = settings.pigpiod_port
        self._tach = tach
        self._tach_bit = 1 << pins.tach
        self._reports = bytearray()
        self._answers = bytearray()
        self._asked_ns: deque[int] = deque()
        self._counter = 0
        self._turned_ns = self._still = 0
        self._command = connect(self._port, seconds)
        self._listener = self._command
        try:
            with _named(self._port):
                self._open(pins, settings, seconds)
        except HardwareError:
            self._disconnect()
            raise
        self._command.setblocking(False)
        self._listener.setblocking(False)

    def say(self, now_ns: int, token: int, outputs: int, duty: float) -> None:
        """Refresh the dead-man and ask how it is: one packet, no waiting. `duty` lies between 0 and 1."""
        if self.failure:
            return
        self._counter = (self._counter + 1) & 0xFFFFFFFF
        request = (
            _REQUEST.pack(_UPDATE, self._script, 0, PARAMETERS.size)
            + PARAMETERS.pack(self._counter, token, outputs, round(duty * 1e6))
            + _REQUEST.pack(_STATUS, self._script, 0, 0)
        )
        try:
            if self._command.send(request) != len(request):
                self._fail("not-reading")
                return
        except OSError as error:
            self._fail(str(error))
            return
        self._asked_ns.append(now_ns)

    def listen(self, now_ns: int) -> None:
        """Take in what has come: answers, and the tach's pulses. Never waits."""
        if self.failure:
            return
        try:
            _receive(self._command, self._answers)
            if _receive(self._listener, self._reports):
                # The daemon holds a report back until the one before is acknowledged, and Linux delays that by 40 ms.
                self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError as error:
            self._fail(str(error))
            return
        while not self.failure and len(self._answers) >= _HEADS_BYTES:
            if not self._take_answer(now_ns):
                break
        whole = len(self._reports) // _REPORT.size * _REPORT.size
        if whole:
            for _, flags, tick_us, levels in _REPORT.iter_unpack(self._reports[:whole]):
                if not flags and levels & self._tach_bit:
                    self._tach.pulse(tick_us, now_ns)
            del self._reports[:whole]
        if self._asked_ns and now_ns - self._asked_ns[0] > ANSWER_NS:
            self._fail("silent")

    def close(self) -> None:
        """Outputs off and the script away, as far as the daemon still answers. May be called twice."""
        if not self.failure:
            self.failure = "closed"
            self._command.settimeout(CLOSING_S)
            with suppress(HardwareError), _named(self._port):
                self._flush()
                commands = _Commands(self._command, CLOSING_S)
                commands.update_script(self._script, [self._counter + 1, 0, 0, 0])
                _remove(commands, self._script, self._outputs, self._pwm)
        self._disconnect()

    # --- opening ------------------------------------------------------------------------------------------------

    def _open(self, pins: PinSettings, settings: DriveSettings, seconds: float) -> None:
        self._outputs = (pins.motor_enable, pins.motor_relay, pins.motor_heartbeat)
        self._pwm = (pins.motor_pwm, settings.pwm_hz)
        commands = _Commands(self._command, seconds)
        checks.check_version(commands.get_pigpio_version(), self._port)
        named = {"motor_enable": pins.motor_enable, "motor_relay": pins.motor_relay}
        named |= {"motor_heartbeat": pins.motor_heartbeat, "tach": pins.tach}
        checks.check_modes(commands.get_mode, pins.motor_pwm, named)
        for script in range(SCRIPTS):
            _remove_orphan(commands, script, self._outputs, self._pwm)
        _switch_off(commands, self._outputs, self._pwm)
        commands.set_mode(pins.tach, pigpio.INPUT)
        commands.set_pull_up_down(pins.tach, pigpio.PUD_UP)
        commands.set_glitch_filter(pins.tach, _GLITCH_US)
        self._script = commands.store_script(dead_man(pins, settings))
        _run(commands, self._script)
        self._listener = connect(self._port, seconds)
        handle = _ask(self._listener, _NOTIFY_IN_BAND, 0, 0)
        self._command.settimeout(seconds)
        _ask(self._command, _NOTIFY_BEGIN, handle, self._tach_bit)

    # --- at every tick ------------------------------------------------------------------------------------------

    def _take_answer(self, now_ns: int) -> bool:
        """Take one answer in; False while it is not complete."""
        answers = self._answers
        refused = min(_result(answers, 0), _result(answers, _REQUEST.size))
        if refused < 0:
            self._fail("script-gone")
            return False
        if len(answers) < _ANSWER_BYTES:
            return False
        status = unpack_status(answers[_HEADS_BYTES:_ANSWER_BYTES])
        del answers[:_ANSWER_BYTES]
        self._asked_ns.popleft()
        if self.status is None or status.loops != self.status.loops:
            self._turned_ns, self._still = now_ns, 0
        else:
            self._still += 1
        self.status = status
        stands = self._still > _STILL_ANSWERS and now_ns - self._turned_ns > ANSWER_NS
        if stands or status.run_state != RUNNING or status.identity != SCRIPT_IDENTITY:
            self._fail("script-stopped")
        return True

    def _fail(self, why: str) -> None:
        self.failure = why
        self._disconnect()

    def _flush(self) -> None:
        """Read the answers that are still on their way, so that the next call does not take them for its own."""
        while self._asked_ns:
            while len(self._answers) < _ANSWER_BYTES:
                chunk = self._command.recv(4096)
                if not chunk:
                    raise Trouble(saw("daemon-ended"))
                self._answers += chunk
            del self._answers[:_ANSWER_BYTES]
            self._asked_ns.popleft()

    def _disconnect(self) -> None:
        self._command.close()
        self._listener.close()


def _receive(connection: socket.socket, into: bytearray) -> bool:
    """Append what is there; False when there is nothing. Raises OSError when the other side has gone."""
    try:
        chunk = connection.recv(4096)
    except BlockingIOError:
        return False
    if not chunk:
        raise Trouble(saw("daemon-ended"))
    into += chunk
    return True


def connect(port: int, seconds: float) -> socket.socket:
    """A connection to the daemon of this computer, with this time for each of its calls.

    Raises HardwareError "pigpiod-missing".
    """
    refused: OSError | None = None
    for host in checks.LOCAL:
        try:
            connection = socket.create_connection((host, port), seconds)
        except OSError as error:
            refused = refused or error
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    raise HardwareError("pigpiod-missing", checks.where(port), saw("nothing-answers-there", said=str(refused)))


@contextmanager
def _named(port: int) -> Iterator[None]:
    """What sockets and the package raise, as an error that says what to do."""
    try:
        yield
    except HardwareError:
        raise
    except (OSError, pigpio.error, struct.error) as error:
        seen = saw("daemon-silent") if isinstance(error, TimeoutError) else seen_in(error)
        raise HardwareError("pigpiod-lost", checks.where(port), seen) from error


def _ask(connection: socket.socket, command: int, first: int, second: int) -> int:
    """One command without data. Raises OSError, also when it is refused."""
    connection.sendall(_REQUEST.pack(command, first, second, 0))
    answer = b""
    while len(answer) < _REQUEST.size:
        chunk = connection.recv(_REQUEST.size - len(answer))
        if not chunk:
            raise Trouble(saw("daemon-ended"))
        answer += chunk
    result = _result(answer, 0)
    if result < 0:
        raise Trouble(saw("daemon-refuses", command=command, error=result))
    return result


def _result(answer: bytes | bytearray, offset: int) -> int:
    """The signed result of an answer's header."""
    return int.from_bytes(answer[offset + 12 : offset + 16], "little", signed=True)


def _run(commands: _Commands, script: int) -> None:
    """Start a script that was just stored: its thread needs a moment, twice. Raises pigpio.error or
    OSError.
    """
    while commands.script_status(script)[0] == pigpio.PI_SCRIPT_INITING:
        pass  # each question waits for its answer, and the connection's deadline ends them
    commands.run_script(script, first_parameters())
    while commands.script_status(script)[0] != RUNNING:
        pass


def _remove_orphan(commands: _Commands, script: int, outputs: tuple[int, ...], pwm: tuple[int, int]) -> None:
    """Delete a dead-man that an owner who died has left: two of them would fight for the pins."""
    state, parameters = commands.script_status(script)
    if state >= 0 and parameters[-1] == SCRIPT_IDENTITY:  # negative: there is none of that number
        _remove(commands, script, outputs, pwm)


def _remove(commands: _Commands, script: int, outputs: tuple[int, ...], pwm: tuple[int, int]) -> None:
    """Delete a script, and put the outputs off that it can no longer put off."""
    commands.stop_script(script)
    commands.delete_script(script)
    _switch_off(commands, outputs, pwm)


def _switch_off(commands: _Commands, outputs: tuple[int, ...], pwm: tuple[int, int]) -> None:
    """Pigpiod makes a pin low before it makes it an output. They stay low when the drive is closed."""
    for pin in outputs:
        commands.write(pin, 0)
    commands.hardware_PWM(*pwm, 0)
