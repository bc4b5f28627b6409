"""The number inside the rung: a weighted up-down rule, which settles where the wanted share of trials is hit.

One step harder after a hit, p / (1 - p) steps easier after a miss (Kaernbach 1991), so that the expected step is
nought where the chance of a hit is p. The number is a share of the rung's span, 0 easy to 1 hard, and stays inside.
"""

from __future__ import annotations

from typing import NamedTuple


class UpDown(NamedTuple):
    """How large the steps are."""

    target: float
    """p: the share of hits that is wanted, above 0 and below 1."""
    step: float
    """Of the span, after a hit."""
    reversals_to_halve: int


class Inner(NamedTuple):
    """The number, and what its next step depends on."""

    share: float
    """0 to 1."""
    reversals: int = 0
    """How often a hit followed a miss, or a miss a hit."""
    last_hit: bool | None = None


def moved(inner: Inner, hit: bool, rule: UpDown) -> Inner:
    """The number after one trial."""
    reversals = inner.reversals + (inner.last_hit is not None and inner.last_hit != hit)
    step = rule.step / 2 if reversals >= rule.reversals_to_halve else rule.step
    change = step if hit else -step * rule.target / (1.0 - rule.target)
    return Inner(min(1.0, max(0.0, inner.share + change)), reversals, hit)
