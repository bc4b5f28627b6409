"""When a patient's turns with vibration and without it are compared again, and when vibration ends: one pure function.

Each leg has a course of its own. A comparison is due in every fourth visit with vibration, and two in a row that show
nothing better, or worse, end it (`compare_each_visits`, `compare_ends_after` of the plan's rules: proposed). One
that shows a single figure, or from which nothing can be said, is neither: the next one decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from drills.problems import Problem
from station.clinic.plan.documents import PlanRules
from station.faults import because

BETTER = ("with",)
NO_BETTER = ("none", "without", "one-without", "contrary")
"""Verdicts of `station.clinic.with_without.verdict`."""
DUE, ENDS = "compare-due", "vibration-ends"


class VibratedVisit(NamedTuple):
    """One visit in which the plate moved under this leg."""

    day: str
    """Local date (ISO 8601)."""
    verdict: str | None = None
    """Of its comparison; None where it had none that came to its end."""


class VibrationCourse(NamedTuple):
    """What the visits of one leg have come to."""

    leg: str
    visits: int
    """With vibration since the last comparison, or since the first."""
    ends: bool
    """Vibration is no more given: enough comparisons in a row were no better with it."""
    due: bool
    """The next visit with vibration is to have a comparison."""
    reason: Problem | None
    """Of whichever it is, worded at the edge; None of neither."""


def course(leg: str, visits: Sequence[VibratedVisit], rules: PlanRules) -> VibrationCourse:
    """Of these visits, in the order of time. Total."""
    each, most = int(rules.compare_each_visits.value), int(rules.compare_ends_after.value)
    since = 0
    for one in visits:
        since = 0 if one.verdict is not None else since + 1
    row = _no_better(one.verdict for one in visits)
    if row >= most:
        reason = because(ENDS, leg=leg, count=row, on=visits[-1].day)
        return VibrationCourse(leg, since, ends=True, due=False, reason=reason)
    due = since >= each - 1
    return VibrationCourse(leg, since, ends=False, due=due, reason=because(DUE, leg=leg, count=since) if due else None)


def _no_better(verdicts: Iterable[str | None]) -> int:
    """How many comparisons in a row, up to the last that says anything, were no better with vibration."""
    row = 0
    for verdict in verdicts:
        row = row + 1 if verdict in NO_BETTER else 0 if verdict in BETTER else row
    return row
