"""The rope-and-weight test: where the centre of pressure must go under a swinging weight, and where it went.

A trestle of mass m stands over the plate's middle; from two hooks on it a weight M hangs on ropes, so that it swings
in one plane: their line is H above the plane of the cells, the weight's middle L below that line. Pulled out level by A
and let go, it swings with sin a = A / L at its ends. There the rope pulls with M g cos a, of which M g cos a sin a acts
level at the height H, and M g cos^2 a down: the centre of pressure goes to H M cos a sin a / (m + M cos^2 a).
The period is 2 pi sqrt(L / g) (1 + a^2 / 16). Two laboratory plates agreed by such a test
(docs/sources/posturography.md#load-cell-plates).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from station.measures.constants import STANDARD_GRAVITY_M_S2

PERIODS = 6
"""How many are fitted."""
OUT_SHARE = 0.3
"""Beyond this share of the expected amplitude the weight is out; its way back through the middle is where it begins."""
WIDEST_COP_MM = 110.0
"""Farther out the trestle is near to tipping, and the centre of pressure near the cells."""
NARROWEST_COP_MM = 10.0
MOST_ANGLE = 0.35


class Swing(NamedTuple):
    """What hangs on the plate. Lengths in mm, masses in kg."""

    weight_kg: float
    trestle_kg: float
    rope_mm: float
    hook_mm: float
    out_mm: float

    @property
    def angle(self) -> float:
        """Of the rope at the end of the swing, in radians; NaN for one that is pulled out farther than it is long."""
        share = self.out_mm / self.rope_mm
        return math.asin(share) if abs(share) <= 1.0 else math.nan

    @property
    def amplitude_mm(self) -> float:
        """Of the centre of pressure."""
        across = math.cos(self.angle)
        down_kg = self.trestle_kg + self.weight_kg * across * across
        return self.hook_mm * self.weight_kg * across * math.sin(self.angle) / down_kg

    @property
    def period_s(self) -> float:
        """Of one swing to and fro."""
        own_s = 2.0 * math.pi * math.sqrt(self.rope_mm * 1e-3 / STANDARD_GRAVITY_M_S2)
        return own_s * (1.0 + self.angle * self.angle / 16.0)

    @property
    def possible(self) -> bool:
        """Whether it hangs free, swings by a small angle, and moves the CoP far enough and not too far."""
        hangs = self.hook_mm > self.rope_mm and self.angle <= MOST_ANGLE
        return hangs and NARROWEST_COP_MM <= self.amplitude_mm <= WIDEST_COP_MM


class Swung(NamedTuple):
    """What the plate saw."""

    amplitude_mm: float
    """At the moment of letting go."""
    period_s: float
    across_mm: float
    """Half of the way across that swing, within the same time."""


def start_of(along_mm: Sequence[float], still_mm: float, expected_mm: float) -> int | None:
    """Index at which the weight passes its middle for the first time after it was out; None before that."""
    out = 0.0
    for index, value in enumerate(along_mm):
        apart = value - still_mm
        if abs(apart) > OUT_SHARE * expected_mm:
            out = math.copysign(1.0, apart)
        elif out and apart * out <= 0.0:
            return index
    return None


def swung(along_mm: Sequence[float], across_mm: Sequence[float], rate_hz: float, expected_s: float) -> Swung:
    """The swing in these samples, which begin as the weight passes its middle: a sine that fades, by least squares.

    Frequency and fading are searched for, the rest is linear.
    """
    import numpy as np  # not for who only asks for a sheet

    values = np.asarray(along_mm, dtype=float)
    times = np.arange(len(values)) / rate_hz

    def fitted(period_s: float, fading: float) -> tuple[float, np.ndarray]:
        turns = 2.0 * np.pi * times / period_s
        faded = np.exp(-fading * times)
        columns = np.stack([faded * np.cos(turns), faded * np.sin(turns), np.ones_like(times)], axis=1)
        found, *_ = np.linalg.lstsq(columns, values, rcond=None)
        return float(np.sum((columns @ found - values) ** 2)), found

    period_s, fading, width, depth = expected_s, 0.0, 0.04, 0.5 / expected_s
    for _ in range(16):
        tries = [
            (period_s * (1.0 + width * share), max(0.0, fading + depth * other))
            for share in (-1.0, -0.5, 0.0, 0.5, 1.0)
            for other in (-0.5, 0.0, 0.5)
        ]
        period_s, fading = min(tries, key=lambda one: fitted(*one)[0])
        width, depth = 0.6 * width, 0.6 * depth
    _, (cosine, sine, _) = fitted(period_s, fading)
    at_release = math.exp(fading * period_s / 4.0)  # a quarter of a swing before the first sample
    across = np.asarray(across_mm, dtype=float)
    return Swung(
        float(math.hypot(cosine, sine) * at_release),
        float(period_s),
        float(np.std(across) * math.sqrt(2.0)),
    )
