"""pigpiod with its dead-man and a motor behind it, as `hw.pigpio.drive` sees them: the connection, in given time.

The real daemon runs on modelled silicon in the tests of the drive; this one stands in for it where time is virtual, so
that the real drive with its real control law can be shown over every speed and load in seconds.
"""

from __future__ import annotations

from collections import deque

from hw.pigpio.script import ENABLE, REFRESH_LOST_US, RELAY, RUNNING, SCRIPT_IDENTITY, ScriptStatus
from hw.simulated.motor import Motor
from hw.simulated.platform import SLOT_ERROR
from hw.tach import Tach

PULSE_DELAY_NS = 2_000_000
"""From a pulse to its report: 1 to 2 ms (docs/sources/hardware.md#edges-and-ticks)."""

_DAEMON_STEP_NS = 1_000_000
_SAMPLE_US = 5
_LOOP_NS = 2_000_000


class ModelledDaemon:
    """A connection to it, with the motor on `load_kg`. `now_ns` is where the model's time begins."""

    def __init__(self, motor: Motor, pulses_per_revolution: int, tach: Tach, now_ns: int) -> None:
        self.motor = motor
        self.load_kg = 0.0
        self.failure = ""
        self.status: ScriptStatus | None = None
        self.speeds_hz: list[float] = []
        """The motor's true speed after each millisecond."""
        self.estop_open = self.tach_broken = self.stalled = self.dead = False
        self.powered = self.relay = self.armed = False
        """The relay is on and the enable high; the relay alone; the script is armed."""
        self._tach = tach
        self._pulses_per_turn = pulses_per_revolution
        self._t_ns = now_ns
        self._on_wire: deque[tuple[int, int]] = deque()
        self._pulses = 0
        self.said = (0, 0, 0.0)
        """Token, outputs and duty."""
        self._said_ns = now_ns
        self._seen = 0
        self._reason = ""

    def say(self, now_ns: int, token: int, outputs: int, duty: float) -> None:
        """As `Link.say`."""
        if not self.failure:
            self.advance(now_ns)
            self.said, self._said_ns = (token, outputs, duty), now_ns

    def listen(self, now_ns: int) -> None:
        """As `Link.listen`."""
        self.advance(now_ns)
        if self.dead:
            self.failure = self.failure or "ended"
            return
        while self._on_wire and self._on_wire[0][1] <= now_ns:
            self._tach.pulse(self._on_wire.popleft()[0], now_ns)
        token = self.said[0]
        loops = now_ns // _LOOP_NS & 0xFFFFFFFF
        self.status = ScriptStatus(
            RUNNING, 0, token, self.armed, self._reason, loops, self.estop_open, self._seen, SCRIPT_IDENTITY
        )

    def close(self) -> None:
        """As `Link.close`."""
        self.failure = self.failure or "closed"
        self.armed = False

    def advance(self, now_ns: int) -> None:
        """Let the motor run until then."""
        while self._t_ns + _DAEMON_STEP_NS <= now_ns:
            self._t_ns += _DAEMON_STEP_NS
            self._turn_script()
            _, outputs, duty = self.said
            self.powered = self.armed and outputs == RELAY | ENABLE
            self.relay = self.armed and bool(outputs & RELAY)
            if self.stalled:
                self.motor.frequency_hz = 0.0
            else:
                self.motor.step(_DAEMON_STEP_NS * 1e-9, duty, enabled=self.powered, load_kg=self.load_kg)
            self.speeds_hz.append(self.motor.frequency_hz)
            self._emit()

    def _turn_script(self) -> None:
        """The latch of `hw.pigpio.script.dead_man`; a dead daemon leaves on what is on
        (docs/sources/hardware.md#death-of-pigpio).
        """
        if self.dead:
            return
        token = self.said[0]
        late = self._t_ns - self._said_ns > REFRESH_LOST_US * 1000
        if self.estop_open or late:
            if self.armed:
                self._reason = "estop-open" if self.estop_open else "refresh-lost"
            self.armed, self._seen = False, token
        elif token != self._seen:
            self.armed, self._seen, self._reason = token != 0, token, "" if token else "disarmed"

    def _emit(self) -> None:
        """The pulses of the last millisecond, each timed to the daemon's sampling."""
        while self.motor.turns * self._pulses_per_turn >= (due := self._pulses + 1 + SLOT_ERROR * (self._pulses & 1)):
            late_turns = self.motor.turns - due / self._pulses_per_turn
            late_us = late_turns / max(self.motor.frequency_hz, 0.1) * 1e6
            tick_us = int((self._t_ns * 1e-3 - late_us) // _SAMPLE_US * _SAMPLE_US)
            self._pulses += 1
            if not (self.tach_broken or self.dead):
                self._on_wire.append((tick_us & 0xFFFFFFFF, self._t_ns + PULSE_DELAY_NS))
