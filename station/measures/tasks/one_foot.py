"""Whether who was asked to stand on one leg did: what four cells can tell of it, and what they cannot.

A foot beside the plate takes weight away, which the drill sees at once. A second foot on the plate takes none. What is
left are two signs. On one leg people sway three times as fast as on two: 30 to 70 mm/s, against 9 mm/s in the middle
and less than 19 in 95 of 100 stretches of quiet stance on a firm floor. And the weight moves to the side of the leg
that stays, where both feet were weighed first; but who puts that foot into the middle moves it nowhere. So a slow sway
without a shift is both feet, a fast one is one leg, and what lies between nobody can tell: the therapist, who has seen
it, says so with a tap. On foam two legs sway as fast as one on the floor: there nothing is told. The bounds are
proposed; `benchmarks.one_foot` says how often they find it, and how often wrongly.
"""

from __future__ import annotations

from typing import NamedTuple

from drills.problems import Problem
from station.faults import because

LIKE_TWO_MM_S = 20.0
"""Slower than this nobody was seen to sway on one leg."""
LIKE_ONE_MM_S = 30.0
"""As fast as this one of 100 stretches on two legs is, on a firm floor with open eyes."""
ASIDE_MM = 40.0
"""Half of what the weight moves whose feet stand a hand apart."""
LEAST_S = 5.0
"""What was held for less says nothing of its sway."""
ONE, BOTH, UNSURE = "one", "both", "unsure"


class StoodOn(NamedTuple):
    """What was seen of one try on one leg."""

    seen: str
    """`ONE`, `BOTH` or `UNSURE`."""
    speed_mm_s: float
    """Mean velocity of the centre of pressure below 10 Hz."""
    aside_mm: float | None
    """How far the weight moved to the side of the leg that stays; None where both feet were not weighed before."""

    @property
    def suspicion(self) -> Problem | None:
        """Why the try is not one on one leg; None where it is, or may be."""
        if self.seen != BOTH:
            return None
        if self.aside_mm is None:
            return because("both-feet", speed_mm_s=self.speed_mm_s)
        return because("both-feet-weighed", speed_mm_s=self.speed_mm_s, aside_mm=self.aside_mm)


def feet_of(speed_mm_s: float, aside_mm: float | None) -> StoodOn | None:
    """What these two say; None where the sway was not measured (`nan`)."""
    if not speed_mm_s >= 0.0:
        return None
    aside = aside_mm is not None and aside_mm >= ASIDE_MM
    if speed_mm_s >= LIKE_ONE_MM_S or (aside and speed_mm_s >= LIKE_TWO_MM_S):
        seen = ONE
    elif speed_mm_s < LIKE_TWO_MM_S and not aside:
        seen = BOTH
    else:
        seen = UNSURE
    return StoodOn(seen, speed_mm_s, aside_mm)
