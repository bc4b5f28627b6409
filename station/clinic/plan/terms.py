"""Conditions of rules: `fact`, `not fact`, `fact < 5`. What is not known makes none of them true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Fact = float | bool
PLAIN = (
    "age_years",
    "mass_kg",
    "red_flag",
    "vibration_allowed",
    "comparison_due",
    "vibration_no_better",
    "together_s",
    "tandem_s",
    "dcl_percent",
    "reaction_s",
    "lean_slow",
    "share_error_percent",
    "short_fes_i",
    "confidence",
    "dual_cost_percent",
    "pain",
    "dizziness",
    "effort_rpe",
    "five_stands_s",
    "chair_stands",
)
CONDITIONS = (
    "surgery_under_12_weeks",
    "fracture_unhealed",
    "joint_replacement",
    "abductor_not_healed",
    "achilles_repair_fresh",
    "ankle_fresh",
    "osteoporosis_fracture",
    "bppv_active",
    "neglect_severe",
    "neck_acute",
    "aphasia",
    "neuropathy",
    "blood_pressure_high",
    "hypermobile",
    "thrombosis",
    "implanted_device",
)
COMPUTED = (
    "order_partial",
    "order_expired",
    "one_leg_s",
    "one_leg_closed_s",
    "one_leg_gap_s",
    "one_leg_gap_percent",
    "velocity_side",
    "stroke",
    "share_off_percent",
    "share_least_percent",
    "vis_high",
    "som_high",
    "vest_high",
    "mxe_least_percent",
    "five_stands_over_s",
    "chair_stands_under",
    "calf_percent",
    "calf_gap",
    "falls_risk_high",
)
KNOWN = frozenset((*PLAIN, *CONDITIONS, *COMPUTED))
"""Every fact that a rule may name."""

_FORM = re.compile(r"(?P<turned>not )?(?P<fact>[a-z][a-z0-9_]*)(?: (?P<sign><=|>=|<|>) (?P<bound>\d+(?:\.\d+)?))?")


class Term(NamedTuple):
    """One condition."""

    fact: str
    turned: bool
    sign: str
    """"" for a yes or no."""
    bound: float

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it is so; a number that is not known is not so, a yes or no that is not known is a no."""
        value = facts.get(self.fact)
        if not self.sign:
            return bool(value) != self.turned
        if value is None or isinstance(value, bool):
            return False
        compared = {"<": value < self.bound, "<=": value <= self.bound, ">": value > self.bound}
        return compared.get(self.sign, value >= self.bound)


def term_of(text: str) -> Term | None:
    """The condition that is written so; None for what is none."""
    found = _FORM.fullmatch(text)
    if found is None or (found["turned"] and found["sign"]):
        return None
    return Term(found["fact"], bool(found["turned"]), found["sign"] or "", float(found["bound"] or 0.0))


def all_hold(texts: tuple[str, ...], facts: Mapping[str, Fact]) -> bool:
    """Whether every one of these conditions holds."""
    terms = [term_of(text) for text in texts]
    return all(term is not None and term.holds(facts) for term in terms)
