"""How a drill begins: the level that a rule asks for, in numbers of this patient's own."""

from __future__ import annotations

from drills.problems import Problem
from station.clinic.plan.documents import PlanRules
from station.clinic.plan.findings import Findings
from station.clinic.plan.terms import Fact
from station.faults import because

HOLDS = ("D03", "D26")
"""Drills that begin with a time on one leg."""
SEATS = ("D23", "D24")
"""Drills that begin at a seat's height."""


def start_of(start: str, drill: str, facts: dict[str, Fact], found: Findings, rules: PlanRules) -> Problem | None:
    """The start that a rule asks for; None where it asks for none, or for one of another drill's."""
    if not start:
        return None
    if start in ("half-of-best", "share-of-best", "share-of-best-closed"):
        if drill not in HOLDS:
            return None
        best = facts["one_leg_closed_s" if start.endswith("closed") else "one_leg_s"]
        goal_s = max(1.0, (rules.start_half if start == "half-of-best" else rules.start_share).value * best)
        return because("plan-start-closed-s" if start.endswith("closed") else "plan-start-hold-s", goal_s=goal_s)
    if start == "seat-for-eight" and drill not in SEATS:
        return None
    if start == "half-of-error":
        return because("plan-start-tolerance", percent=facts["share_off_percent"] / 2.0)
    if start == "share-of-own-lean":
        return because("plan-start-lean", percent=rules.start_lean.value * facts["mxe_least_percent"])
    if start == "order" and found.order is not None:
        return because("plan-start-order", percent_bw=found.order.percent_bw, kg=found.order.kg)
    return because(f"plan-start-{start}")
