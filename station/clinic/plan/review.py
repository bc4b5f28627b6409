"""When a plan ends: goals met, no real change any more, or harm."""

from __future__ import annotations

from typing import NamedTuple

from drills.problems import Problem
from station.clinic.plan.documents import PlanRules
from station.faults import because


class Course(NamedTuple):
    """What has become of a plan so far; None: not asked."""

    psfs_rise: float | None = None
    """Mean of the patient's goals, against the start."""
    gas_t: float | None = None
    probes_kept: int = 0
    """Retention probes that held, one after the other, up to now."""
    without_change: int = 0
    """Re-assessments in a row without a real change, by the measures' own rules."""
    harm: bool = False


def what_next(course: Course, rules: PlanRules) -> Problem:
    """discharge, review or go on, as a reason."""
    if course.harm:
        return because("plan-end-harm")
    goals = (course.psfs_rise or 0.0) >= rules.psfs_rise.value or (course.gas_t or 0.0) >= rules.gas_t.value
    if goals and course.probes_kept >= rules.probes_kept.value:
        return because("plan-end-goals")
    if course.without_change >= rules.plateau_reviews.value:
        return because("plan-end-plateau", count=course.without_change)
    return because("plan-goes-on")
