"""What a platform's mechanics make of a frequency, by the settings of its drive. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite

from hw.settings import DriveSettings


def interpolate(pairs: Sequence[tuple[float, float]], x: float) -> float:
    """The second of each pair at this value of the first; beyond the ends it stays what it is there."""
    if x <= pairs[0][0]:
        return pairs[0][1]
    for (x0, y0), (x1, y1) in pairwise(pairs):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return pairs[-1][1]


def displacement_pp_mm(settings: DriveSettings, frequency_hz: float) -> float:
    """Peak to peak in mm at this frequency."""
    return interpolate(settings.displacement_pp_mm, frequency_hz)


def renders(settings: DriveSettings, frequency_hz: float, wanted_pp_mm: float) -> bool:
    """Whether the platform can do this, within `displacement_tolerance` of the displacement that is asked for."""
    least_hz, most_hz, _, _ = settings.mechanics()
    if not (least_hz <= frequency_hz <= most_hz and isfinite(wanted_pp_mm)):
        return False
    off_mm = abs(displacement_pp_mm(settings, frequency_hz) - wanted_pp_mm)
    return off_mm <= settings.displacement_tolerance * wanted_pp_mm
