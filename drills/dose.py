"""How hard a vibration is, by physics alone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drills.problems import NO_VALUES, Problem
from drills.units import STANDARD_GRAVITY_M_S2


def peak_acceleration_g(frequency_hz: float, displacement_pp_mm: float) -> float:
    """Peak acceleration of a sinusoid in multiples of standard gravity.

    a = 2 pi^2 f^2 D with D peak to peak, so doubling f quadruples the dose: the reason why limits are set on
    acceleration and not on frequency and displacement apart.
    """
    return 2.0 * math.pi**2 * frequency_hz**2 * displacement_pp_mm / 1000.0 / STANDARD_GRAVITY_M_S2


def too_hard_at(
    field: str, vibration: tuple[float, float], most_g: float, values: Mapping[str, object] = NO_VALUES
) -> tuple[Problem, ...]:
    """The problem of a vibration (Hz and mm peak to peak) whose peak acceleration is above `most_g`, if it is."""
    hz, mm = vibration
    peak_g = peak_acceleration_g(hz, mm)
    if peak_g <= most_g:
        return ()
    return (Problem(field, mm, reason="too-hard", values={"hz": hz, "peak_g": peak_g, "most_g": most_g, **values}),)
