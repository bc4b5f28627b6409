"""A weight that swings on two ropes under a trestle on the plate: what it presses with, and where.

The acceptance's rope-and-weight test (docs/build.md) on the simulated rig. The equation of motion is integrated for any
angle, so that the closed formulas that the test judges by are not what makes its readings.
"""

from __future__ import annotations

from math import asin, cos, sin, sqrt
from typing import NamedTuple

from hw.units import STANDARD_GRAVITY_M_S2

RUBBING = 0.001
"""Damping ratio of a weight on ropes in air: it loses 0.6 % of its swing each period."""


class Hanging(NamedTuple):
    """A trestle that stands with its middle over the plate's middle, and the weight that hangs in it."""

    weight_g: float
    trestle_g: float
    rope_mm: float
    """From the line of the hooks to the middle of the weight."""
    hook_mm: float
    """Height of the hooks above the plane of the cells."""
    out_mm: float
    """How far the weight is pulled to the side, level."""
    forward: bool = False
    """Whether it swings to the front and back; else to the sides."""


class HungWeight:
    """One such weight, let go at the first step. Raises ValueError for what cannot hang or be pulled out so far."""

    def __init__(self, hanging: Hanging) -> None:
        weight_g, trestle_g, rope_mm, hook_mm, out_mm, forward = hanging
        if not (weight_g > 0.0 and trestle_g >= 0.0 and hook_mm > rope_mm > 0.0 and abs(out_mm) < rope_mm):
            raise ValueError(f"{hanging} cannot hang")
        self._weight_kg, self._trestle_kg = weight_g * 1.0e-3, trestle_g * 1.0e-3
        self._rope_m, self._hook_mm, self._forward = rope_mm * 1.0e-3, hook_mm, forward
        self._angle = asin(out_mm / rope_mm)
        self._rate = 0.0

    def pressing(self) -> tuple[float, float, float]:
        """Force on the plate (N) and where it acts (ML, AP, mm).

        The rope pulls along itself with M (g cos a + L a'^2); what of it is level acts at the height of the hooks.
        """
        angle, weight_kg = self._angle, self._weight_kg
        pull_n = weight_kg * (STANDARD_GRAVITY_M_S2 * cos(angle) + self._rope_m * self._rate * self._rate)
        force_n = self._trestle_kg * STANDARD_GRAVITY_M_S2 + pull_n * cos(angle)
        place_mm = self._hook_mm * pull_n * sin(angle) / force_n
        return (force_n, 0.0, place_mm) if self._forward else (force_n, place_mm, 0.0)

    def step(self, dt_s: float) -> None:
        """Swing on for this time, by the midpoint rule."""
        half = 0.5 * dt_s
        angle = self._angle + half * self._rate
        rate = self._rate + half * self._turning(self._angle, self._rate)
        self._angle += dt_s * rate
        self._rate += dt_s * self._turning(angle, rate)

    def _turning(self, angle: float, rate: float) -> float:
        """Angular acceleration: a'' = -g / L sin a - 2 z sqrt(g / L) a'."""
        own = sqrt(STANDARD_GRAVITY_M_S2 / self._rope_m)
        return -own * own * sin(angle) - 2.0 * RUBBING * own * rate
