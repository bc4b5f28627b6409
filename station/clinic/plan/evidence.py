"""What a plan is made from: measured, answered, typed, or known of the person; each with its source and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from station.clinic.plan.findings import Findings, read_findings
from station.clinic.plan.measuring import ANSWERED, KNOWN_OF, MEASURED, TYPED, Known, StoodTrial, measured
from station.clinic.vibrated import VibrationCourse
from station.faults import InputError, because

YES = "yes"
CONDITIONS_OF = {
    "implanted-device": "implanted-device",
    "thrombosis": "thrombosis",
    "fracture": "fracture-unhealed",
    "joint-replacement": "joint-replacement",
    "hypertension": "blood-pressure-high",
    "neuropathy": "neuropathy",
}
"""Items of the screening that are a condition of the plan where they are answered with yes."""
_TODAY = {"pain": "pain", "dizziness": "dizziness"}
"""Items that speak of the day on which they were answered, and of no other."""
OF_ONE_DAY = ("pain", "dizziness", "effort_rpe", "red_flag", "vibration_allowed")
"""Findings that are true of the day on which they were said."""


class Answers(NamedTuple):
    """The newest screening."""

    day: str
    """Local date (ISO 8601)."""
    answers: Mapping[str, Any]
    session: bool
    """Whether anybody may stand on the plate after it."""
    vibration: bool
    """Whether it allows vibration now."""


NOBODY_ASKED = Answers("", {}, session=True, vibration=False)


class PlanEvidence(NamedTuple):
    """All that the records hold of one patient that a plan may go by."""

    trials: Sequence[StoodTrial] = ()
    answers: Answers = NOBODY_ASKED
    birth_year: int | None = None
    typed: Mapping[str, Known] = {}  # a NamedTuple's default, never changed
    order: Known | None = None
    """Of partial load, as it was entered: before what was typed for a plan."""
    courses: Sequence[VibrationCourse] = ()
    """Of each leg under which the plate has moved."""


def typed_by(table: Mapping[str, Any], by: str, today: date) -> dict[str, Known]:
    """The keys of a file of findings as findings of this hand and day; the file's own checks have been made."""
    return {name: Known(value, TYPED, today.isoformat(), by) for name, value in table.items()}


def gathered(evidence: PlanEvidence, today: date) -> dict[str, Known]:
    """Every finding by its name. Of what was both measured and typed, the newer counts; of one day what was measured.
    What speaks of a day is gone with it. What nobody measured, answered or typed is not there.
    """
    typed = {
        name: one for name, one in evidence.typed.items() if name not in OF_ONE_DAY or one.day == today.isoformat()
    }
    found = typed | _person(evidence, today) | _answered(evidence.answers, today)
    found |= _vibrated(evidence.courses, today)
    if evidence.order is not None:
        found["order"] = evidence.order
    if "red_flag" in typed and typed["red_flag"].value:
        found["red_flag"] = typed["red_flag"]
    for name, one in measured(evidence.trials).items():
        if name not in typed or (one.counts and one.day >= typed[name].day):
            found[name] = one
    answered = [condition for item, condition in CONDITIONS_OF.items() if evidence.answers.answers.get(item) == YES]
    if answered:
        both = [*answered, *(typed["conditions"].value if "conditions" in typed else ())]
        found["conditions"] = Known(list(dict.fromkeys(both)), ANSWERED, evidence.answers.day, "screening")
    return found


def findings_of(found: Mapping[str, Known], where: str) -> Findings:
    """What a plan is made from. Raises InputError "input-invalid": the key, its value and its bound, and where nobody
    said how old the patient is.
    """
    counted = {name: one.value for name, one in found.items() if one.counts}
    if "age_years" not in counted:
        raise InputError("input-invalid", where, because("no-birth-year"))
    return read_findings(counted, where)


def _person(evidence: PlanEvidence, today: date) -> dict[str, Known]:
    if evidence.birth_year is None:
        return {}
    return {"age_years": Known(float(today.year - evidence.birth_year), KNOWN_OF, today.isoformat(), "birth-year")}


def _vibrated(courses: Sequence[VibrationCourse], today: date) -> dict[str, Known]:
    """Whether a comparison is due, and whether vibration ends: on every leg that had any."""
    said = {
        "comparison_due": any(one.due for one in courses),
        "vibration_no_better": bool(courses) and all(one.ends for one in courses),
    }
    return {name: Known(True, MEASURED, today.isoformat(), "D32") for name, value in said.items() if value}


def _answered(answers: Answers, today: date) -> dict[str, Known]:
    found = {"vibration_allowed": Known(answers.vibration, ANSWERED, answers.day, "screening")}
    if not answers.session:
        found["red_flag"] = Known(True, ANSWERED, answers.day, "screening")
    mass_kg = answers.answers.get("mass-kg")
    if isinstance(mass_kg, int | float) and not isinstance(mass_kg, bool):
        found["mass_kg"] = Known(float(mass_kg), ANSWERED, answers.day, "mass-kg")
    if answers.day == today.isoformat():
        for item, name in _TODAY.items():
            value = answers.answers.get(item)
            if isinstance(value, int | float) and not isinstance(value, bool):
                found[name] = Known(float(value), ANSWERED, answers.day, item)
    return found
