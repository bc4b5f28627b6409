"""The control law of the vibration's frequency: demand and tach in, duty of the PWM out. No I/O and no clock."""

from __future__ import annotations

from hw.settings import DriveSettings
from hw.speed_map import SpeedMap

SPEED_LOOP_GAIN = 2.8
"""Hz of correction a Hz of error. The integral's time is the motor's own (its pole is cancelled), so the closed loop's
time constant is spin_up_s / SPEED_LOOP_GAIN: 0.1 s, and 50 degrees of phase are left where the tach lags by 60 ms, at
15 Hz. A load that leaves at once moves the speed by a fifth of what it would without the loop: the peak of
(exp(-t) - exp(-2.8 t)) / 1.8.
"""
AUTHORITY = 0.35
"""Most that the correction may add to or take from the learned duty, so that a tach that lies cannot run away."""

CROSSING_HZ_PER_S = 80.0
"""Through the resonance: 5 to 12 Hz in 0.09 s, where docs/sources/vibration.md#envelope-row-17 allows 0.5 s. With 0.3 s
of run-up and 50 Hz at full duty this asks for half of the torque beside what the speed itself needs."""

BEYOND_HZ = 2.0
"""So far past the resonance's upper end the crossing goes, as a load holds the motor back a little behind it."""

_BLIND_S = 0.35
"""A motor that has just begun to turn has given no two pulses yet: so long a tach of 0.0 Hz is no error."""
_INTEGRATED_HZ = 2.0
"""An error counts for the integral as no more than this: a run-up must not wind it up."""
_SLOWEST_S = 0.02
"""A longer pause between two steps counts as this much."""


class SpeedLoop:
    """Learned duty for the reference, and PI on what the tach still shows as a difference.

    The reference follows the demand with `slew_hz_per_s`, from a standstill to beyond the resonance with
    `CROSSING_HZ_PER_S`: the resonance is crossed fast and never stayed in.
    """

    def __init__(self, settings: DriveSettings, speed_map: SpeedMap) -> None:
        self._map = speed_map
        self._slew_hz_per_s = settings.slew_hz_per_s
        self._over_hz = settings.resonance_hz[1] + BEYOND_HZ
        self._delay_turns = 0.5 + 0.5 / settings.pulses_per_revolution
        self._t_ns = self._began_ns = 0
        self._seen_hz = 0.0
        self._integral = 0.0
        self.reference_hz = 0.0
        """Where the demand is followed to now."""

    def reset(self) -> None:
        """Forget everything: the motor is off."""
        self.reference_hz = self._seen_hz = self._integral = 0.0
        self._t_ns = self._began_ns = 0

    def step(self, now_ns: int, demand_hz: float, measured_hz: float) -> float:
        """The duty from 0 to 1 until the next step. A demand of 0.0 Hz is off at once."""
        if demand_hz <= 0.0:
            self.reset()
            return 0.0
        dt_s = min(_SLOWEST_S, max(0.0, (now_ns - self._t_ns) * 1e-9)) if self._t_ns else 0.0
        self._began_ns = self._began_ns or now_ns
        self._t_ns = now_ns
        slope_hz_per_s = self._follow(demand_hz, measured_hz, dt_s)
        gain_hz = self._map.hz_per_duty(self.reference_hz)
        ahead = self._map.duty(self.reference_hz) + slope_hz_per_s * self._map.spin_up_s / gain_hz
        blind = measured_hz <= 0.0 and now_ns - self._began_ns < _BLIND_S * 1e9
        error_hz = 0.0 if blind else self._seen_hz - measured_hz
        proportional = SPEED_LOOP_GAIN * error_hz / gain_hz
        wanted = proportional + self._integral
        trim = min(AUTHORITY, max(-AUTHORITY, wanted))
        duty = min(1.0, max(0.0, ahead + trim))
        # Anti-windup: where the output is at an end, only an error that leads away from it is integrated.
        if (duty == ahead + wanted) or (ahead + wanted > duty) is (error_hz < 0.0):
            bounded_hz = min(_INTEGRATED_HZ, max(-_INTEGRATED_HZ, error_hz))
            self._integral += SPEED_LOOP_GAIN * bounded_hz * dt_s / (gain_hz * self._map.spin_up_s)
        return duty

    def _follow(self, demand_hz: float, measured_hz: float, dt_s: float) -> float:
        """Move the reference; its slope in Hz/s. `_seen_hz` is the reference as late as the tach shows it."""
        if not self.reference_hz and measured_hz > 0.0:
            self.reference_hz = self._seen_hz = min(measured_hz, demand_hz)  # the motor still runs out
        most_hz = (CROSSING_HZ_PER_S if self.reference_hz < self._over_hz else self._slew_hz_per_s) * dt_s
        change_hz = min(most_hz, max(-most_hz, demand_hz - self.reference_hz))
        self.reference_hz += change_hz
        if self.reference_hz > 0.0:
            delay_s = self._delay_turns / self.reference_hz + 0.004
            self._seen_hz += (self.reference_hz - self._seen_hz) * min(1.0, dt_s / delay_s)
        return change_hz / dt_s if dt_s else 0.0
