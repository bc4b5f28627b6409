"""Which harder rung a person asks for than the plan has come to: written down by name and with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from station.faults import InputError, as_json, because
from station.records import audit
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import PatientRow, SaidRow

CHOSEN = "level-chosen"
"""A line of the audit log."""
RUNG = "rung"
"""Of what was said without a set: a person asks for this one. What has it not unlocks the drill."""


class RungAsked(NamedTuple):
    """A rung of a ladder, from 1, on one leg."""

    ladder: str
    leg: str
    rung: int
    come_to: int
    """The rung that the plan has come to."""


def choose(records: Records, patient: str, asked: RungAsked, by: str, why: str, day: date) -> None:
    """Write down who asks for this rung, and why. Raises InputError "input-invalid" without a name or a reason, and
    "patient-unknown".
    """
    if not (by.strip() and why.strip()):
        reason = because("rung-without-reason", rung=asked.come_to)
        raise InputError("input-invalid", "rung", reason._replace(field="rung"))
    at_ns = records.now_ns()
    with records.writing() as transaction:
        theirs = select(PatientRow).where(PatientRow.code == patient.upper())
        person = transaction.scalars(theirs).first()
        if person is None:
            raise InputError("patient-unknown", patient)
        row = SaidRow(id=uuid7(), patient_id=person.id, session_id=None, at_ns=at_ns, by=by.strip())
        row.ladder, row.leg, row.day = asked.ladder, asked.leg, day.isoformat()
        row.said = {RUNG: asked.rung, "why": why.strip()}
        transaction.add(row)
        detail = {"patient": person.id, "drill": asked.ladder, "leg": asked.leg, RUNG: asked.rung}
        audit.append(transaction, at_ns, row.by, CHOSEN, audit.placed(detail))


def chosen_on(transaction: Transaction, patient_id: str, ladder: str, leg: str, day: date) -> list[dict[str, Any]]:
    """Who asked for which rung on this day, and why: decisions as JSON values."""
    theirs = select(SaidRow).where(
        SaidRow.patient_id == patient_id,
        SaidRow.session_id.is_(None),
        SaidRow.ladder == ladder,
        SaidRow.leg == leg,
        SaidRow.day == day.isoformat(),
    )
    rows = [one for one in transaction.scalars(theirs.order_by(SaidRow.at_ns)) if RUNG in one.said]
    return [as_json(because("rung-chosen", by=one.by, rung=one.said[RUNG], why=one.said["why"])) for one in rows]
