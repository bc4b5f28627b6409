"""A motor with its driver, platform and tach, as the pins of the vibration drive see them.

`hw.simulated.platform` models motor and speed loop as one, for the drive's port. This is the motor alone: a duty in,
tach pulses out. Speeds are in Hz of the vibration (one revolution is one cycle); time is given, not kept.
"""

from __future__ import annotations

import random
from math import exp

from hw.simulated.platform import BRAKE_S, MODEL_STILL_HZ, SPIN_UP_S

FULL_DUTY_HZ = 52.0
"""What the supply would turn the motor at without any friction."""
FRICTION_HZ = 2.2
DRAG_PER_KG = 0.0018
"""Part of the speed that each kilogram on the plate takes, as in `Platform`: 120 kg pull an open loop to 0.82 of its
speed; commercial plates were seen at 0.83 to 1.19 (jrm-1868)."""
COAST_S = 0.9
"""Time constant with open windings: bearings and the moving mass alone."""
RESONANCE_HZ = 9.0
RESONANCE_DRAG_HZ = 5.0
"""What the plate's resonance takes while it is fed (docs/sources/vibration.md#plate-dynamics: at 9 Hz when empty, lower
with a load)."""
_RESONANCE_WIDTH_HZ = 1.5


class Motor:
    """One platform's motor. Everything random, which is what makes platforms differ, comes from `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self.frequency_hz = 0.0
        self.turns = 0.0
        """Revolutions since the beginning."""
        self._gain_hz = FULL_DUTY_HZ * rng.uniform(0.96, 1.04)
        self._drag_per_kg = DRAG_PER_KG * rng.uniform(0.8, 1.2)
        self._bow = rng.uniform(0.0, 0.08)

    def settled_hz(self, duty: float, load_kg: float, hz: float) -> float:
        """Where this duty would drive the motor to, with the drag that there is at this speed."""
        pushed_hz = self._gain_hz * duty * (1.0 + self._bow * (1.0 - duty))
        centre_hz = RESONANCE_HZ - 0.025 * load_kg
        resonance_hz = RESONANCE_DRAG_HZ * exp(-(((hz - centre_hz) / _RESONANCE_WIDTH_HZ) ** 2))
        return pushed_hz - FRICTION_HZ - resonance_hz - self._drag_per_kg * load_kg * hz

    def step(self, dt_s: float, duty: float, *, enabled: bool, load_kg: float) -> None:
        """Go on by this time (milliseconds). Enabled with no duty is braked, not enabled coasts."""
        before_hz = self.frequency_hz
        if not enabled:
            hz = before_hz - before_hz * dt_s / COAST_S
        elif duty <= 0.0:
            hz = before_hz - before_hz * dt_s / BRAKE_S
        else:
            hz = before_hz + (self.settled_hz(duty, load_kg, before_hz) - before_hz) * dt_s / SPIN_UP_S
            hz = max(0.0, hz)
        if hz < MODEL_STILL_HZ and not (enabled and hz > before_hz):
            hz = 0.0
        self.frequency_hz = hz
        self.turns += 0.5 * (before_hz + hz) * dt_s
