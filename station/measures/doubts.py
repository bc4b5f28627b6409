"""Why a trial's figures are in doubt: such a trial gets no verdict."""

from __future__ import annotations

from drills.problems import Problem
from station.measures.values import MeasureSet

DOUBTS = frozenset({"axes-swapped"})
"""Reasons of warnings that are no suspicion, because on one leg it may be so, and stand in the way of a verdict. The
other warnings say how the figures were made, and leave them as they are."""


def doubt(found: MeasureSet) -> Problem | None:
    """The first suspicion or such warning that puts these figures in doubt; None where there is none."""
    in_doubt = (*found.suspicions, *(one for one in found.warnings if one.reason in DOUBTS))
    return in_doubt[0] if in_doubt else None
