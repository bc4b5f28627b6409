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
_TACH_DELAY_S = 0.004
"""From a pulse to the step that has heard of it."""


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
        self.reset()

    def reset(self) -> None:
        """Forget everything: the motor is off."""
        self.reference_hz = 0.0
        """Where the demand is followed to now."""
        self._seen_hz = 0.0
        self._integral = 0.0
        self._driven_s = 0.0
        self._t_ns: int | None = None

    def step(self, now_ns: int, demand_hz: float, measured_hz: float) -> float:
        """The duty from 0 to 1 until the next step. A demand of 0.0 Hz is off at once. `now_ns` never goes back."""
        if demand_hz <= 0.0:
            self.reset()
            return 0.0
        dt_s = 0.0 if self._t_ns is None else min(_SLOWEST_S, (now_ns - self._t_ns) * 1e-9)
        self._t_ns = now_ns
        self._driven_s += dt_s
        slope_hz_per_s = self._follow(demand_hz, measured_hz, dt_s)
        gain_hz = self._map.hz_per_duty(self.reference_hz)
        ahead = self._map.duty(self.reference_hz) + slope_hz_per_s * self._map.spin_up_s / gain_hz
        blind = not measured_hz and self._driven_s < _BLIND_S
        error_hz = 0.0 if blind else self._seen_hz - measured_hz
        wanted = ahead + SPEED_LOOP_GAIN * error_hz / gain_hz + self._integral
        duty = max(0.0, min(1.0, ahead + AUTHORITY, max(ahead - AUTHORITY, wanted)))
        # Anti-windup: what asks for more than the output gives integrates no error that asks for still more.
        if (wanted - duty) * error_hz <= 0.0:
            bounded_hz = min(_INTEGRATED_HZ, max(-_INTEGRATED_HZ, error_hz))
            self._integral += SPEED_LOOP_GAIN * bounded_hz * dt_s / (gain_hz * self._map.spin_up_s)
        return duty

    def _follow(self, demand_hz: float, measured_hz: float, dt_s: float) -> float:
        """Move the reference; its slope in Hz/s. `_seen_hz` is the reference as late as the tach shows it."""
        if not self.reference_hz:
            self.reference_hz = self._seen_hz = min(measured_hz, demand_hz)  # the motor may still run out
        most_hz = (CROSSING_HZ_PER_S if self.reference_hz < self._over_hz else self._slew_hz_per_s) * dt_s
        change_hz = min(most_hz, max(-most_hz, demand_hz - self.reference_hz))
        self.reference_hz += change_hz
        delayed_turns = self._delay_turns + _TACH_DELAY_S * self.reference_hz
        self._seen_hz += (self.reference_hz - self._seen_hz) * min(1.0, dt_s * self.reference_hz / delayed_turns)
        return change_hz / dt_s if dt_s else 0.0
