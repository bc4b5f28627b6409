"""Facts: what rules may ask, computed of the findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from station.clinic.plan.documents import PlanRules
from station.clinic.plan.findings import Findings
from station.clinic.plan.terms import CONDITIONS, PLAIN, Fact
from station.measures.norms.functional import CALF_RAISES, CHAIR_STANDS, FIVE_STANDS, MEN, WOMEN, FunctionalNorm, row_at


def facts_of(found: Findings, rules: PlanRules, today: date) -> dict[str, Fact]:
    """What is known, by name; what is not known is not there."""
    facts: dict[str, Fact | None] = {name: getattr(found, name) for name in PLAIN}
    conditions = {one.replace("-", "_") for one in found.conditions}
    facts |= {name: True for name in conditions if name in CONDITIONS}
    facts["joint_replacement"] = bool(conditions & {"joint_replacement", "hip_replacement", "knee_replacement"})
    facts |= _order(found, today) | _legs(found) | _shares(found) | _senses(found, rules) | _strength(found)
    facts["falls_risk_high"] = found.falls_risk == "high"
    facts["mxe_least_percent"] = min(found.mxe_percent.values(), default=None)
    return {name: value for name, value in facts.items() if value is not None}


def weaker_leg(found: Findings) -> str | None:
    """The leg that does worse; None where that is not known."""
    if found.velocity_side is not None:
        return found.velocity_side
    for left, right in ((found.one_leg_left_s, found.one_leg_right_s), (found.calf_left, found.calf_right)):
        if left is not None and right is not None and left != right:
            return "left" if left < right else "right"
    return None


def _order(found: Findings, today: date) -> dict[str, Fact | None]:
    if found.order is None:
        return {}
    over = date.fromisoformat(found.order.until) < today
    return {"order_partial": not over, "order_expired": over}


def _legs(found: Findings) -> dict[str, Fact | None]:
    left, right = found.one_leg_left_s, found.one_leg_right_s
    facts: dict[str, Fact | None] = {
        "one_leg_s": _least((left, right)),
        "one_leg_closed_s": _least((found.one_leg_closed_left_s, found.one_leg_closed_right_s)),
        "velocity_side": found.velocity_side is not None,
    }
    if left is not None and right is not None and max(left, right) > 0.0:
        facts["one_leg_gap_s"] = abs(left - right)
        facts["one_leg_gap_percent"] = 100.0 * abs(left - right) / max(left, right)
    return facts


def _least(values: Sequence[float | None]) -> float | None:
    return min((one for one in values if one is not None), default=None)


def _shares(found: Findings) -> dict[str, Fact | None]:
    facts: dict[str, Fact | None] = {"stroke": found.population == "stroke"}
    if found.share_left_percent is not None:
        facts["share_off_percent"] = abs(found.share_left_percent - 50.0)
        facts["share_least_percent"] = min(found.share_left_percent, 100.0 - found.share_left_percent)
    return facts


def _senses(found: Findings, rules: PlanRules) -> dict[str, Fact | None]:
    """Ratios beyond the 95th percentile of the age; below the youngest band nothing is known."""
    bands = rules.age_bands
    band = sum(found.age_years >= years for years in bands.from_years) - 1
    if band < 0:
        return {}
    usual = {"vis": bands.vis_p95[band], "som": bands.som_p95[band], "vest": bands.vest_p95[band]}
    given = {name: getattr(found, f"{name}_ratio") for name in usual}
    return {f"{name}_high": one is not None and one > usual[name] for name, one in given.items()}


def _strength(found: Findings) -> dict[str, Fact | None]:
    facts: dict[str, Fact | None] = {}
    five, stands = _usual(FIVE_STANDS, found, max), _usual(CHAIR_STANDS, found, min)
    if found.five_stands_s is not None and five is not None:
        facts["five_stands_over_s"] = found.five_stands_s - five
    if found.chair_stands is not None and stands is not None:
        facts["chair_stands_under"] = stands - found.chair_stands
    left, right, calf = found.calf_left, found.calf_right, _usual(CALF_RAISES, found, min)
    both = [one for one in (left, right) if one is not None]
    if both and calf is not None:
        facts["calf_percent"] = 100.0 * min(both) / calf
    if left is not None and right is not None:
        facts["calf_gap"] = abs(left - right)
    return facts


def _usual(norm: FunctionalNorm, found: Findings, of_both: object) -> float | None:
    """The norm's first number at this age; of both sexes where that is not said, the one that calls fewer weak."""
    row = row_at(norm, found.age_years)
    if row is None:
        return None
    if found.sex is not None:
        return (row.women if found.sex == WOMEN else row.men)[0]
    own = {WOMEN: row.women[0], MEN: row.men[0]}.values()
    return max(own) if of_both is max else min(own)
