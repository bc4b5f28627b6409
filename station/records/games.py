"""A game as this patient plays it next: the own best of earlier visits and the side that is asked more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from drills.document import DrillDocument
from station.clinic.plan.documents import shipped
from station.clinic.playing import RoundPlayed, as_played, best_before, is_game
from station.records.file import Records
from station.records.models import PatientRow, PlanRow, SessionRow


def played_by(records: Records, patient: str, document: DrillDocument) -> DrillDocument:
    """The document with what is this patient's; the very one where it is no game, or nothing is known. Which side is
    asked more the plan says of shipped games; of a therapist's own one its document does.
    """
    if not is_game(document) or not records.there:
        return document
    with records.reading() as transaction:
        row = transaction.scalars(select(PatientRow).where(PatientRow.code == patient.upper())).first()
        if row is None:
            return document
        theirs = select(SessionRow).where(SessionRow.patient_id == row.id, SessionRow.drill == document.name)
        sessions = transaction.scalars(theirs.options(selectinload(SessionRow.trials)))
        rounds = [RoundPlayed(one.outcome, one.exercise or {}) for session in sessions for one in session.trials]
        plans = select(PlanRow).where(PlanRow.patient_id == row.id).order_by(PlanRow.at_ns.desc(), PlanRow.id.desc())
        plan = transaction.scalars(plans).first()
        drill = next((one.id for one in shipped().drills.drill if one.document == document.name), "")
        side = None if plan is None or document.own is not None else plan.changed.get(drill, {}).get("side")
        return as_played(document, best_before(document, rounds), side)
