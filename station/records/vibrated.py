"""The visits of one patient in which the plate moved, out of the records: by leg, with what comparisons showed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from station.clinic.plan.documents import shipped
from station.clinic.vibrated import VibratedVisit, VibrationCourse, course
from station.clinic.with_without import compare, verdict
from station.clock import local_date
from station.records.file import Records
from station.records.models import PatientRow, SessionRow, TrialRow
from station.records.turns import compared

LEGS = ("left", "right", "both")


def vibration_courses(records: Records, patient: str) -> list[VibrationCourse]:
    """One of each leg under which the plate ever moved, the left one first."""
    if not records.there:
        return []
    theirs = select(SessionRow).join(PatientRow).where(PatientRow.code == patient.upper())
    found: dict[str, dict[str, VibratedVisit]] = {}
    with records.reading() as transaction:
        loaded = theirs.options(selectinload(SessionRow.trials)).order_by(SessionRow.started_ns)
        for session in transaction.scalars(loaded):
            if not any(_moved(trial) for trial in session.trials):
                continue
            visits = found.setdefault(session.leg, {})
            known = visits.get(session.visit_id, VibratedVisit(local_date(session.started_ns).isoformat()))
            said = _verdict(session)
            visits[session.visit_id] = known if said is None else known._replace(verdict=said)
    return [course(leg, tuple(found[leg].values()), shipped().rules) for leg in LEGS if leg in found]


def _moved(trial: TrialRow) -> bool:
    return float(trial.vibration.get("asked_hz") or 0.0) > 0.0


def _verdict(session: SessionRow) -> str | None:
    """What its comparison showed by itself; None where it was none, or did not come to its end."""
    done = compared(session) if session.pipeline is not None else None
    return None if done is None or not done.complete else verdict(compare([done.turns]))
