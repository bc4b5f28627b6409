"""Both legs of one test beside each other: best and mean of the tries, how far apart, and whether that may be chance.

A few tries of ten seconds have no norms. What can be said of one test is whether every try of one leg lies outside
those of the other: with three a leg, chance alone does that once in ten tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

LEAST_TRIES = 3
"""With fewer a leg nothing is said of which is steadier: apart are two and two by chance in one test of three."""
SIDES = ("left", "right")


class Attempt(NamedTuple):
    """One try on one leg."""

    hold_s: float
    sway_mm_s: float | None
    """Mean velocity of the centre of pressure; None where it was not held long enough to say."""


class OneLeg(NamedTuple):
    """The tries of one leg, in their order. What there is no try for is None."""

    tries: tuple[Attempt, ...] = ()

    @property
    def best_s(self) -> float | None:
        """The longest."""
        return max((one.hold_s for one in self.tries), default=None)

    @property
    def mean_s(self) -> float | None:
        """Of all."""
        return _mean([one.hold_s for one in self.tries])

    @property
    def sways_mm_s(self) -> list[float]:
        """Of those tries that have one."""
        return [one.sway_mm_s for one in self.tries if one.sway_mm_s is not None and math.isfinite(one.sway_mm_s)]

    @property
    def sway_mm_s(self) -> float | None:
        """Their mean."""
        return _mean(self.sways_mm_s)


class BothLegs(NamedTuple):
    """What can be said of the two."""

    left: OneLeg
    right: OneLeg
    asymmetry_best_percent: float | None
    """100 (L-R)/max of the best times, -100 to 100; the next two are of means. None where nothing can be compared."""
    asymmetry_mean_percent: float | None
    asymmetry_sway_percent: float | None
    less_steady: str
    """"left" or "right"; "" where nothing shows which, or time and sway say it of different legs."""
    by: tuple[str, ...]
    """By what the legs are apart: "time", "sway"."""
    chance_one_in: int
    """In so many tests chance alone sets two like legs apart by one of these."""
    enough: bool
    """Whether each leg has tries enough for any of this."""


def compare(left: Sequence[Attempt], right: Sequence[Attempt]) -> BothLegs:
    """The tries of both legs, of one test. Total: no try, and no number in one, makes it raise."""
    one, other = OneLeg(tuple(left)), OneLeg(tuple(right))
    times = _apart([try_.hold_s for try_ in one.tries], [try_.hold_s for try_ in other.tries])
    sways = _apart(other.sways_mm_s, one.sways_mm_s)
    found = {name: side for name, side in (("time", times), ("sway", sways)) if side}
    counts = len(one.tries), len(other.tries)
    return BothLegs(
        one,
        other,
        asymmetry_percent(one.best_s, other.best_s),
        asymmetry_percent(one.mean_s, other.mean_s),
        asymmetry_percent(one.sway_mm_s, other.sway_mm_s),
        next(iter(found.values())) if len({*found.values()}) == 1 else "",
        tuple(found),
        math.comb(sum(counts), counts[0]) // 2,
        min(counts) >= LEAST_TRIES,
    )


def asymmetry_percent(left: float | None, right: float | None) -> float | None:
    """100 (L-R)/max; None where one is missing or both are 0."""
    if left is None or right is None or not max(left, right) > 0.0:
        return None
    return 100.0 * (left - right) / max(left, right)


def _apart(left: Sequence[float], right: Sequence[float]) -> str:
    """Which side lies lower with all of its tries; "" where they overlap, or are too few."""
    if min(len(left), len(right)) < LEAST_TRIES:
        return ""
    if max(left) < min(right):
        return "left"
    return "right" if max(right) < min(left) else ""


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
