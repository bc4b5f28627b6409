"""A platform whose mechanics fix its displacement, as plain numbers: what a drill can ask of it, and what not.

A platform without such mechanics needs none of this: there `None` stands for it, and displacement is free.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import NamedTuple

from drills.dose import peak_acceleration_g
from drills.problems import Problem

SHOWN_MM = 0.005
"""A displacement that reads the same to two decimals is the platform's own."""


class Platform(NamedTuple):
    """What the platform does at each frequency, peak to peak, and between which frequencies it runs."""

    min_hz: float
    """Lowest that it may be left at: above its resonance."""
    max_hz: float
    slew_hz_per_s: float
    """Fastest change of frequency that it follows."""
    displacement_pp_mm: tuple[tuple[float, float], ...]
    """Pairs of Hz and mm, rising in Hz: straight lines between them, level beyond the ends."""

    def at(self, frequency_hz: float) -> float:
        """The displacement in mm at this frequency."""
        pairs = self.displacement_pp_mm
        index = bisect_right(pairs, (frequency_hz, math.inf))
        if index in (0, len(pairs)):
            return pairs[min(index, len(pairs) - 1)][1]
        (low_hz, low_mm), (high_hz, high_mm) = pairs[index - 1 : index + 1]
        return low_mm + (high_mm - low_mm) * (frequency_hz - low_hz) / (high_hz - low_hz)

    def hardest(self, to_hz: float) -> tuple[tuple[float, float], ...]:
        """Frequencies and displacements of a ramp up to here among which are those with the largest displacement and
        the largest peak acceleration: its ends, the bends between, and where f^2 D has its top on a falling line.
        """
        low_hz = min(self.min_hz, to_hz)
        bends = [hz for hz, _ in self.displacement_pp_mm if low_hz < hz < to_hz]
        for (one_hz, one_mm), (other_hz, other_mm) in zip(
            self.displacement_pp_mm, self.displacement_pp_mm[1:], strict=False
        ):
            slope = (other_mm - one_mm) / (other_hz - one_hz)
            if slope < 0.0 and one_hz < (top_hz := 2.0 / 3.0 * (one_hz - one_mm / slope)) < other_hz:
                bends += [top_hz] if low_hz < top_hz < to_hz else []
        return tuple((hz, self.at(hz)) for hz in (low_hz, *bends, to_hz))

    def beyond(self, frequency_hz: float, most_mm: float, most_g: float) -> Problem | None:
        """Why a drill at this frequency is not possible here within a displacement and an acceleration, or None. Its
        ramp counts as well.
        """
        if not self.min_hz <= frequency_hz <= self.max_hz:
            return Problem("frequency_hz", frequency_hz, self.min_hz, self.max_hz, reason="platform-range")
        for hz, mm in reversed(self.hardest(frequency_hz)):
            if limits := _too_hard(hz, mm, most_mm, most_g):
                values = {
                    "platform_mm": mm,
                    "hz": hz,
                    "on_the_way": hz < frequency_hz,
                    **limits,
                    "instead_hz": self.highest_hz(frequency_hz, most_mm, most_g),
                }
                return Problem("frequency_hz", frequency_hz, reason="platform-too-hard", values=values)
        return None

    def highest_hz(self, below_hz: float, most_mm: float, most_g: float) -> float | None:
        """The highest whole frequency up to this one at which nothing is too hard, nor on the way to it; None: none
        is.
        """
        for hz in range(math.floor(min(below_hz, self.max_hz)), math.ceil(self.min_hz) - 1, -1):
            if not any(_too_hard(*point, most_mm, most_g) for point in self.hardest(hz)):
                return float(hz)
        return None


def _too_hard(hz: float, mm: float, most_mm: float, most_g: float) -> dict[str, object]:
    """The limit that a vibration passes, and what passes it; empty where none."""
    if mm > most_mm:
        return {"limit_mm": most_mm}
    peak_g = peak_acceleration_g(hz, mm)
    return {"peak_g": peak_g, "limit_g": most_g} if peak_g > most_g else {}
