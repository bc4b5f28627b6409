"""Which warnings of a trial put its figures in doubt: with one of them it gets no verdict."""

from __future__ import annotations

from drills.problems import Problem
from station.measures.values import MeasureSet

DOUBTS = frozenset({"tiny-sway", "odd-force", "axes-swapped"})
"""Reasons. The others say how the figures were made, and leave them as they are."""


def doubt(found: MeasureSet) -> Problem | None:
    """The first warning that puts these figures in doubt; None where there is none."""
    return next((one for one in found.warnings if one.reason in DOUBTS), None)
