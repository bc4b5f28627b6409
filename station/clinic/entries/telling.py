"""What the answers of a form come to: a mean, a risk, and findings that a plan goes by."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any, TypeGuard

from drills.problems import Problem
from station.clinic.entries.documents import YES, Answers
from station.faults import because

KEY_QUESTIONS = ("fallen", "unsteady", "worried")
OF_A_FALL = ("injury", "twice", "floor", "fainted")
"""Signs of severity that only who fell can have; "frail" is the other."""
TUG_S = 15.0
"""More seconds of "timed up and go" are slow (docs/sources/protocols.md#entries)."""
SHORT_REACH_CM = 15.0


def falls_risk(answers: Answers) -> str | None:
    """By the three key questions "low", "intermediate" or "high"; None while that cannot be told.

    World guidelines 2022 (secondary): no to all three is low; else any sign of severity is high; else slow walking is
    intermediate. Which signs there are is proposed.
    """
    said = [answers.get(name) for name in KEY_QUESTIONS]
    if YES not in said:
        return None if None in said else "low"
    signs = (*(OF_A_FALL if answers.get("fallen") == YES else ()), "frail")
    severe = [answers.get(name) for name in signs]
    if YES in severe:
        return "high"
    tug_s = answers.get("tug")
    if None in severe or not _is_number(tug_s):
        return None
    return "intermediate" if tug_s > TUG_S else "low"


def told(form: str, answers: Answers) -> list[Problem]:
    """What a therapist reads of the answers beside them; nothing where nothing follows."""
    if form == "falls" and (risk := falls_risk(answers)) is not None:
        return [because(f"entry-falls-risk-{risk}"), because("entry-falls-source")]
    if form == "goals" and (now := _numbers(answers, "now-")):
        return [because("entry-goals-mean", value=fmean(now), n=len(now))]
    if form == "reach" and (tries := _numbers(answers, "try-")):
        mean = fmean(tries)
        short = [because("entry-reach-short")] if mean < SHORT_REACH_CM else []
        return [because("entry-reach-mean", value=mean, n=len(tries)), *short]
    return []


def _numbers(answers: Answers, beginning: str) -> list[float]:
    return [float(one) for key, one in answers.items() if key.startswith(beginning) and _is_number(one)]


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


_FINDINGS: Mapping[str, Mapping[str, str]] = {
    "fear": {"steady": "confidence", "short-fes-i": "short_fes_i"},
    "pain": {"now": "pain"},
    "dizziness": {"now": "dizziness"},
}
"""By form and field: the finding of a plan (`station.clinic.plan.findings`)."""


def findings_of_entry(form: str, answers: Answers) -> dict[str, Any]:
    """What of it a plan goes by, by the names of its findings."""
    if form == "falls":
        risk = falls_risk(answers)
        return {} if risk is None else {"falls_risk": risk}
    named = _FINDINGS.get(form, {})
    found: dict[str, Any] = {}
    for field, name in named.items():
        if _is_number(value := answers.get(field)):
            found[name] = value
    if "short_fes_i" in found:
        found["short_fes_i"] = round(found["short_fes_i"])
    return found
