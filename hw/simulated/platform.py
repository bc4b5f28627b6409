"""The vibrating platform: motor, brake, tach, and the force with which the moving plate presses on its cells.

Motor and speed loop are one model here, as seen through the drive's port. Frequencies are in Hz, displacement is peak
to peak in mm. Time is not kept: `step` is given how much of it passes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import cos, pi, sin

SPIN_UP_S = 0.28
"""Time constant from a standstill to the demanded speed: 99.5 % within 1.5 s."""
BRAKE_S = 0.12
"""Time constant with the windings shorted: 40 Hz falls below 0.5 Hz in 0.53 s."""
STALLED_S = 0.04
MODEL_STILL_HZ = 0.3
"""Friction holds the modelled plate below this."""
MODEL_LOOP_GAIN = 1.0
LOOP_INTEGRAL_PER_S = (1.0 + MODEL_LOOP_GAIN) ** 2 / (4.0 * SPIN_UP_S)
"""Critically damped: the load's first error in speed has gone after about 1.5 s."""

PLATE_KG = 10.0
BODY_SHARE = 0.2
"""The share of a body's mass that moves with the plate; 75 kg and the plate are 25 kg
(docs/sources/vibration.md#cop-under-vibration)."""
PLATE_HARMONICS = (0.20, 0.10, 0.05)
"""Acceleration at 2, 3 and 4 times the frequency as a share of that at the frequency itself
(docs/sources/vibration.md#cop-under-vibration)."""
_TWICE_SECOND, _THIRD, _FOUR_FOURTHS = 2.0 * PLATE_HARMONICS[0], PLATE_HARMONICS[1], 4.0 * PLATE_HARMONICS[2]
RIPPLE_OFFSET_MM = 20.0
"""How far from the CoP the moving mass presses."""

_TACH_STEP_S = 5.0e-6
SLOT_ERROR = 0.002
"""Every second slot of the tach stands off by up to this part of a turn."""
_TWO_PI = 2.0 * pi


class ModelledPlatform:
    """One platform. `demand` says what the motor is asked for, `step` lets it happen.

    `stroke_mm` is what fixed mechanics do at a frequency, whatever displacement is asked for; None where it is free.

    A load pulls the speed down and pushes the displacement down by some percent: commercial plates were seen to run at
    0.83 to 1.19 of the speed that was set (jrm-1868); the loop then corrects the speed, not the displacement.
    """

    __slots__ = (
        "_demand_hz",
        "_demand_pp_mm",
        "_droop",
        "_pulse_s",
        "_pulses",
        "_reference_hz",
        "_slot",
        "_stalled",
        "_stroke_mm",
        "_t_s",
        "_trim_hz",
        "_turning",
        "_yield_per_kg",
        "displacement_pp_mm",
        "effective_kg",
        "frequency_hz",
        "offset_ap_mm",
        "offset_ml_mm",
        "phase",
        "tach_hz",
    )

    def __init__(self, rng: random.Random, stroke_mm: Callable[[float], float] | None = None) -> None:
        self._stroke_mm = stroke_mm
        self.frequency_hz = 0.0
        """What the platform does; the tach says almost the same."""
        self.tach_hz = 0.0
        """The newest reading of the tach, one each half turn; 0.0 when still."""
        self.displacement_pp_mm = 0.0
        self.effective_kg = PLATE_KG
        direction = rng.uniform(0.0, _TWO_PI)
        self.offset_ml_mm = RIPPLE_OFFSET_MM * cos(direction)
        self.offset_ap_mm = RIPPLE_OFFSET_MM * sin(direction)
        self._droop = rng.uniform(0.8, 1.2)
        self._yield_per_kg = rng.uniform(3.0e-4, 7.0e-4)
        self._slot = rng.uniform(-SLOT_ERROR, SLOT_ERROR)
        self._demand_hz = self._demand_pp_mm = 0.0
        self._reference_hz = self._trim_hz = 0.0
        self.phase = 0.0
        """The angle of the drive in radians, for ever growing while it turns."""
        self._t_s = self._pulse_s = 0.0
        self._pulses = 0
        self._stalled = self._turning = False

    def demand(self, frequency_hz: float, displacement_pp_mm: float) -> None:
        """Ask for this from now on; 0.0 Hz brakes. Negative numbers count as 0.0."""
        self._demand_hz = max(0.0, frequency_hz)
        self._demand_pp_mm = max(0.0, displacement_pp_mm)

    def stall(self, on: bool = True) -> None:
        """Block the motor (or free it)."""
        self._stalled = on

    def acceleration_m_s2(self) -> float:
        """Peak acceleration of the plate at its frequency: 2 pi^2 f^2 D, D peak to peak."""
        return 2.0 * pi * pi * self.frequency_hz * self.frequency_hz * self.displacement_pp_mm * 1.0e-3

    def step(self, dt_s: float, load_kg: float) -> None:
        """Go on by this time (of the order of milliseconds) with this mass standing on the plate."""
        self._t_s += dt_s
        demand_hz = self._demand_hz
        if not demand_hz and not self.frequency_hz:
            self._turning = False
            self.tach_hz = self._reference_hz = self._trim_hz = 0.0
            return
        before_hz = self.frequency_hz
        if self._stalled:
            self._turn_down(before_hz - before_hz * dt_s / STALLED_S)
        elif demand_hz:
            self._drive(demand_hz, dt_s, load_kg)
        else:
            self._turn_down(before_hz - before_hz * dt_s / BRAKE_S)
        self.effective_kg = PLATE_KG + BODY_SHARE * load_kg
        self._follow_displacement(dt_s, load_kg)
        self.phase += _TWO_PI * 0.5 * (before_hz + self.frequency_hz) * dt_s
        self._read_tach(dt_s)

    def _follow_displacement(self, dt_s: float, load_kg: float) -> None:
        """Towards what is asked for, and kept while it coasts; or what the mechanics do at this speed, at once."""
        if self._stroke_mm is not None:
            self.displacement_pp_mm = self._stroke_mm(self.frequency_hz) if self.frequency_hz else 0.0
        elif self._demand_hz:
            wanted_mm = self._demand_pp_mm * (1.02 - self._yield_per_kg * load_kg)
            self.displacement_pp_mm += (wanted_mm - self.displacement_pp_mm) * dt_s / 0.15

    def _turn_down(self, frequency_hz: float) -> None:
        """Slow down without drive, to a full stop in the end."""
        self.frequency_hz = frequency_hz if frequency_hz > MODEL_STILL_HZ else 0.0
        self._reference_hz = self.frequency_hz
        self._trim_hz = 0.0

    def _drive(self, demand_hz: float, dt_s: float, load_kg: float) -> None:
        """Motor under its speed loop: it is to follow a first-order run-up, and load is what makes it differ."""
        frequency_hz = self.frequency_hz
        unforced_hz = demand_hz * (1.06 - 0.0018 * self._droop * load_kg)
        error_hz = self._reference_hz - frequency_hz
        self._trim_hz += LOOP_INTEGRAL_PER_S * error_hz * dt_s
        pull_hz = unforced_hz + MODEL_LOOP_GAIN * error_hz + self._trim_hz
        self.frequency_hz = max(0.0, frequency_hz + (pull_hz - frequency_hz) * dt_s / SPIN_UP_S)
        self._reference_hz += (demand_hz - self._reference_hz) * dt_s / SPIN_UP_S

    def _read_tach(self, dt_s: float) -> None:
        """Two pulses a turn, their slots not quite opposite, each timed to a few microseconds."""
        frequency_hz = self.frequency_hz
        if not frequency_hz:
            self.tach_hz = 0.0
            self._turning = False
            return
        slot = self._slot if self._pulses & 1 else 0.0
        due = (self._pulses + 1 + slot) * pi
        if self.phase >= due:
            late_s = min(dt_s, (self.phase - due) / (_TWO_PI * frequency_hz))
            pulse_s = round((self._t_s - late_s) / _TACH_STEP_S) * _TACH_STEP_S
            gap_s = pulse_s - self._pulse_s
            # A motor that has just begun to turn crosses a slot at no known speed: two pulses make the first reading.
            self.tach_hz = 0.5 / gap_s if self._turning and gap_s > 0.0 else 0.0
            self._pulse_s = pulse_s
            self._pulses = max(self._pulses + 1, int(self.phase / pi))  # an early slot comes before its half turn
            self._turning = True
        elif self.tach_hz:
            self.tach_hz = min(self.tach_hz, 0.5 / max(self._t_s - self._pulse_s, _TACH_STEP_S))


def ripple(phase: float) -> float:
    """Acceleration of the plate at this angle as a multiple of its peak at the drive's frequency, harmonics added.

    Written with one sine and cosine: sin 2a = 2sc, sin 3a = s(4c^2 - 1), sin 4a = 4sc(2c^2 - 1).
    """
    s = sin(phase)
    c = cos(phase)
    c2 = 2.0 * c * c
    return s * (1.0 + _TWICE_SECOND * c + _THIRD * (2.0 * c2 - 1.0) + _FOUR_FOURTHS * c * (c2 - 1.0))
