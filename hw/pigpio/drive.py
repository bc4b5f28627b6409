"""The vibration drive over pigpio: the port `VibrationDrive` of the rig `pi`.

A tick reads what pigpiod has sent, lets the control law choose a duty, and tells the dead-man inside pigpiod; nothing
here waits once it is open. What goes wrong is latched until a person asks for `recover`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path
from typing import Protocol

from hw import mechanics
from hw.errors import HardwareError, saw
from hw.pigpio import checks
from hw.pigpio.link import DaemonLink
from hw.pigpio.script import ENABLE, RELAY, ScriptStatus
from hw.ports import Clock
from hw.settings import DriveSettings, PinSettings
from hw.speed_loop import SpeedLoop
from hw.speed_map import MapLearner, SpeedMap
from hw.tach import Tach
from hw.values import DriveFeedback

OPENING_S = 3.0
"""Longest opening, while the station starts."""
RECOVERING_S = 0.3
"""Longest time that `recover` may take: it is called between two ticks, with the motor off."""
BRAKE_NS = 1_000_000_000
"""Longest braking: 40 Hz falls to a standstill in 0.6 s with the windings shorted (`hw.simulated.platform`)."""
TACH_LOST_NS = 400_000_000
"""So long a motor that is started may stand: at 12 Hz two pulses a turn would give ten in it."""
LOST_PULSES = 3.0
LOST_MORE_NS = 50_000_000
"""So many pulses of a turning motor may be missing, and this much longer for pigpiod's reports to be late."""
LEARNING_LOST_NS = 3_000_000_000
"""While learning: the first duties may not turn the motor yet, five of them pass in this time."""
UNRENDERABLE_NS = 500_000_000
"""So long an unchanged demand may differ from what the platform can do before that is a fault: ramps pass through."""

_TICK_NS = 1_000_000
_REASON_CODES = {"estop-open": "estop-open", "pwm-failed": "drive-fault"}
_OFF = (0.0, 0.0)


class Connection(Protocol):
    """What the drive needs of a `hw.pigpio.link.DaemonLink`, which says what each does."""

    failure: str
    status: ScriptStatus | None

    def say(self, now_ns: int, token: int, outputs: int, duty: float) -> None:
        """Refresh the dead-man."""

    def listen(self, now_ns: int) -> None:
        """Take in what has come."""

    def close(self) -> None:
        """Let go."""


class _Law(Protocol):
    def step(self, now_ns: int, demand_hz: float, measured_hz: float) -> float: ...


class PigpioDrive:
    """One motor with fixed mechanics: its displacement at a frequency is what `displacement_pp_mm` says, no other.

    `connect` opens the link within that many seconds, and raises its HardwareErrors; `release` is called when the drive
    is closed. `min_hz` lies above the platform's resonance.
    """

    def __init__(
        self,
        settings: DriveSettings,
        clock: Clock,
        connect: Callable[[Tach, float], Connection],
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._release = release
        self.min_hz, self.max_hz, _, _ = settings.mechanics()
        self._settings = settings
        self._now_ns = clock.now_ns
        self._connect = connect
        self._tach = Tach(settings.pulses_per_revolution)
        self._loop = SpeedLoop(settings, SpeedMap(settings.speed_map, settings.spin_up_s))
        self._law: _Law = self._loop
        self._fault = ""
        self._armed = self._closed = False
        self._token = self._last_token = 0
        self._driven_ns = self._brake_until_ns = 0
        self._asked = _OFF
        self._asked_ns = self._listened_ns = 0
        self._link = connect(self._tach, OPENING_S)

    # --- the port -------------------------------------------------------------------------------------------------

    def arm(self) -> None:
        """Allow motion until `stop`, by a new token. Raises HardwareError as `recover`, or "estop-open"."""
        self.recover()
        status = self._link.status
        if status is not None and status.estop_open:
            raise HardwareError("estop-open", "rig.drive", saw("drive-reads-loop-open"))
        self._last_token += 1
        self._token = self._last_token
        self._law = self._loop
        self._loop.reset()
        self._driven_ns = self._now_ns()
        self._asked = _OFF
        self._armed = True

    def recover(self) -> None:
        """Try to be well again, because a person asks; never moves anything. Takes `RECOVERING_S` at most.

        Connects again when the connection was lost. Raises HardwareError with the code of what is still wrong.
        """
        if self._closed:
            raise HardwareError("drive-fault", "rig.drive", saw("drive-closed"))
        self._listened_ns = 0
        self._listen(self._now_ns())
        if self._link.failure:
            self._tach.forget()
            self._link = self._connect(self._tach, RECOVERING_S)
        self._fault = ""

    def apply(self, frequency_hz: float, displacement_pp_mm: float) -> None:
        """Drive so until the next call, which must come within 50 ms. Refreshes the dead-man, armed or not.

        Refused, which is off, is what the platform cannot render: a frequency outside `min_hz` to `max_hz`, a
        displacement that differs from the platform's by more than `displacement_tolerance`, and what is no number.
        Speed never stands in for displacement.
        """
        now_ns = self._now_ns()
        self._listen(now_ns)
        wanted = self._armed and self._accept(now_ns, frequency_hz, displacement_pp_mm)
        measured_hz = self._tach.hz(now_ns)
        if wanted:
            # A pulse that is missing is no slow motor: until it is a fault, the law goes by the last ones.
            duty = self._law.step(now_ns, frequency_hz, self._tach.last_hz if measured_hz else 0.0)
            self._brake_until_ns = now_ns + BRAKE_NS
            self._watch_tach(now_ns, duty, measured_hz)
        else:
            duty = self._law.step(now_ns, 0.0, measured_hz)
        self._say(now_ns, duty, measured_hz, wanted=wanted)

    def stop(self) -> None:
        """Vibration off and disarmed: at once, or with `DriveSettings.stop` "brake" after a braking without power."""
        self._armed = False
        now_ns = self._now_ns()
        self._say(now_ns, 0.0, self._tach.hz(now_ns), wanted=False)

    def feedback(self) -> DriveFeedback:
        """The tach, and whether pigpiod, the dead-man and the tach are well."""
        now_ns = self._now_ns()
        self._listen(now_ns)
        return DriveFeedback(self._tach.hz(now_ns), not self._fault, self._fault)

    def close(self) -> None:
        """Off, and the dead-man away. May be called twice."""
        if not self._closed:
            self._closed = True
            self._link.close()
            self._fail("drive-fault")
            self._release()

    # --- beside the port -------------------------------------------------------------------------------------------

    def displacement_pp_mm(self, frequency_hz: float) -> float:
        """What the platform's mechanics do at this frequency, peak to peak in mm."""
        return mechanics.displacement_pp_mm(self._settings, frequency_hz)

    def learn(self, most_hz: float = inf) -> MapLearner:
        """Arm, and let the next calls of `apply` run the empty platform up its duties instead of to their frequency.

        `apply` is called as ever, with any frequency and displacement that the platform has, until the learner that is
        returned is `finished`, at `most_hz` at the latest; then `stop`. Raises HardwareError as `arm`.
        """
        self.arm()
        learner = MapLearner(self._settings, most_hz)
        self._law = learner
        return learner

    def renders(self, frequency_hz: float, displacement_pp_mm: float) -> bool:
        """Whether the platform can do this, within `displacement_tolerance` of the displacement that is asked for."""
        return mechanics.renders(self._settings, frequency_hz, displacement_pp_mm)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _accept(self, now_ns: int, frequency_hz: float, displacement_pp_mm: float) -> bool:
        """Whether to drive. A demand that stays and cannot be rendered becomes a fault; a ramp only passes through."""
        asked = (frequency_hz, displacement_pp_mm)
        off = frequency_hz == 0.0 or displacement_pp_mm == 0.0
        if off or self.renders(*asked):
            self._asked = _OFF
            return not off
        if asked != self._asked:
            self._asked, self._asked_ns = asked, now_ns
        elif now_ns - self._asked_ns > UNRENDERABLE_NS:
            self._fail("vibration-impossible")
        return False

    def _watch_tach(self, now_ns: int, duty: float, measured_hz: float) -> None:
        """A motor that is driven and gives no pulse stands, or its tach is broken: the loop must not push harder."""
        if duty <= 0.0:
            self._driven_ns = now_ns
        driven_ns = now_ns - self._driven_ns
        silent_ns = min(driven_ns, now_ns - self._tach.last_pulse_ns)
        patience_ns = TACH_LOST_NS if self._law is self._loop else LEARNING_LOST_NS
        if measured_hz > 0.0:
            pulse_ns = 1e9 / (self._settings.pulses_per_revolution * self._tach.last_hz)
            patience_ns = min(patience_ns, round(LOST_PULSES * pulse_ns) + LOST_MORE_NS)
        if silent_ns > patience_ns:
            self._fail("tach-lost")

    def _listen(self, now_ns: int) -> None:
        """Take in what pigpiod says, once a tick, and see whether it still does what was asked of it."""
        if now_ns - self._listened_ns < _TICK_NS:
            return
        self._listened_ns = now_ns
        link = self._link
        link.listen(now_ns)
        if link.failure:
            self._fail("pigpiod-lost")
            return
        status = link.status
        if status is None or status.seen != self._token or status.armed:
            return  # what was said last may not have come there yet; a script that stands still fails the link
        if not self._armed:
            self._token = 0  # it was only braking
        else:
            self._fail(_REASON_CODES.get(status.reason, "dead-man-tripped"))

    def _say(self, now_ns: int, duty: float, measured_hz: float, *, wanted: bool) -> None:
        """Refresh the dead-man: driving, armed and braked, armed and coasting, or disarmed."""
        brakes = self._settings.stop == "brake" and measured_hz > 0.0 and now_ns < self._brake_until_ns
        if not (self._armed or brakes):
            self._token = 0
        outputs = (RELAY | (ENABLE if wanted or brakes else 0)) if self._token else 0
        self._link.say(now_ns, self._token, outputs, duty if self._token else 0.0)

    def _fail(self, code: str) -> None:
        """Latch the first fault, and let go of the motor."""
        self._fault = self._fault or code
        self._armed = False
        self._token = 0


def open_pigpio_drive(
    pins: PinSettings,
    settings: DriveSettings,
    clock: Clock,
    *,
    proc: Path = Path("/proc"),
    chip: Path | None = Path("/dev/gpiochip0"),
) -> PigpioDrive:
    """The drive, opened and off. `proc` is the kernel's view of the network; `chip` the device of the header's pins,
    None where there is none to ask (a simulated SoC).

    Raises HardwareError "pigpiod-missing", "pigpiod-open", "pigpiod-version", "pigpiod-lost", "drive-pin-in-use" or
    "gpio-missing".
    """
    checks.check_closed(settings.pigpiod_port, proc)
    if chip is not None:
        names = ("motor_pwm", "motor_enable", "motor_relay", "motor_heartbeat", "tach")
        checks.check_unclaimed({name: getattr(pins, name) for name in names}, chip)
    lock = checks.hold(settings.pigpiod_port)

    def connect(tach: Tach, seconds: float) -> DaemonLink:
        return DaemonLink(pins, settings, tach, seconds)

    try:
        return PigpioDrive(settings, clock, connect, lock.close)
    except HardwareError:
        lock.close()
        raise
