"""Why a trial's figures are in doubt: such a trial gets no verdict."""

from __future__ import annotations

from drills.problems import Problem
from station.measures.values import MeasureSet

DOUBTS = frozenset({"axes-swapped", "says-otherwise", "zero-not-seen"})
"""Reasons of warnings that are no suspicion, because it may well be so, and stand in the way of a verdict: on one leg
people do sway sideways; and cells whose zeros nobody saw may all be wrong alike, which scales the sway and shows in
nothing but the weight; and a file that says another leg, other eyes, or another age, than a person did: one of the
two is wrong, and norms and verdicts hang on it. The other warnings say how the figures were made, and leave them as
they are."""


def doubt(found: MeasureSet) -> Problem | None:
    """The first suspicion or such warning that puts these figures in doubt; None where there is none."""
    in_doubt = (*found.suspicions, *(one for one in found.warnings if one.reason in DOUBTS))
    return in_doubt[0] if in_doubt else None
