"""How hard a vibration is, by physics alone."""

from __future__ import annotations

import math

from drills.units import STANDARD_GRAVITY_M_S2


def peak_acceleration_g(frequency_hz: float, displacement_pp_mm: float) -> float:
    """Peak acceleration of a sinusoid in multiples of standard gravity.

    a = 2 pi^2 f^2 D with D peak to peak, so doubling f quadruples the dose: the reason why limits are set on
    acceleration and not on frequency and displacement apart.
    """
    return 2.0 * math.pi**2 * frequency_hz**2 * displacement_pp_mm / 1000.0 / STANDARD_GRAVITY_M_S2
