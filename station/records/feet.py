"""What the therapist saw where the plate cannot tell whether a try was on one leg or on both feet."""

from __future__ import annotations

import re

from sqlalchemy import select

from station.clock import local_date
from station.faults import InputError, as_json, because
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import SaidRow, SessionRow, TrialRow
from station.records.suspect import SUSPECT

BOTH, ONE = "both", "one"
_SAID = re.compile(r"one_leg_(\d+)")
"""Key of what was said of the try of this number: whether it was on one leg."""
_DOUBTS = frozenset({"both-feet", "both-feet-weighed", "both-feet-said"})
_WHAT = "feet-said"


def say_feet(records: Records, name: str, number: int, by: str, *, one_leg: bool) -> None:
    """Write down what was seen of this try; the last word counts. Raises InputError "session-unknown", and
    "input-invalid" for a try that there is not.
    """
    with records.writing() as transaction:
        session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
        if session is None:
            raise InputError("session-unknown", name)
        if number not in {trial.number for trial in session.trials}:
            raise InputError("input-invalid", "number", because("no-such-try", number=number))
        at_ns = records.now_ns()
        row = SaidRow(id=uuid7(), patient_id=session.patient_id, session_id=session.id, at_ns=at_ns, by=by.strip())
        row.ladder, row.leg, row.day = session.drill, session.leg, local_date(at_ns).isoformat()
        row.said = {f"one_leg_{number}": one_leg}
        transaction.add(row)
        session.said.append(row)
        apply_said(session)
        detail = {"session": session.name, "try": number, "one_leg": one_leg}
        audit.append(transaction, at_ns, by.strip(), _WHAT, audit.placed(detail))


def apply_said(session: SessionRow) -> None:
    """Let the newest word on each try count in its row: also after its figures were made again."""
    said = {key: value for row in session.said for key, value in row.said.items() if _SAID.fullmatch(key)}
    for trial in session.trials:
        one_leg = said.get(f"one_leg_{trial.number}")
        if one_leg is not None:
            _settle(trial, one_leg=bool(one_leg))


def _settle(trial: TrialRow, *, one_leg: bool) -> None:
    exercise = dict(trial.exercise or {})
    exercise["feet"] = {**(exercise.get("feet") or {}), "said": ONE if one_leg else BOTH}
    exercise["passed"] = one_leg and trial.outcome == "held" and "alone_s" not in exercise
    trial.exercise = exercise
    doubt = trial.reasons.get(SUSPECT)
    ours = isinstance(doubt, dict) and doubt.get("reason") in _DOUBTS
    reasons = {key: why for key, why in trial.reasons.items() if key != SUSPECT or not ours}
    if not one_leg and SUSPECT not in reasons:
        reasons[SUSPECT] = as_json(because("both-feet-said"))
    trial.reasons = reasons
