"""Visits: all that a patient does in one stay. Opened by a person, or by the first session of the day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.orm import selectinload

from station.clock import local_midnight_ns
from station.faults import InputError, StationError
from station.records import audit, patients
from station.records.dose import Dose, of_sessions
from station.records.file import Records
from station.records.ids import derived, uuid7
from station.records.late_marks import kinds_of
from station.records.models import CLOSED, LEFT, OPEN, RECORDING, PatientRow, SessionRow, VisitRow
from station.records.signed import SIGNED, ChangedLater, changed_later
from station.records.views import said_view, session_view, trial_view, visit_view

NOTED, HANDED = "visit-noted", "visit-handed-over"
"""Lines of the audit log."""


class Visits:
    """The visits of these records, as plain dicts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def open(self, patient: str, by: str) -> str:
        """The UUID of a new visit of the patient of this code, who is made where the code is new. The patient's earlier
        visits that nobody ended are over: they count as left.
        """
        at_ns = self._records.now_ns()
        with self._records.writing() as transaction:
            visit = VisitRow(id=uuid7(), opened_ns=at_ns, opened_by=by, state=OPEN)
            row = patients.known_or_new(transaction, patient, at_ns, visit.id)
            _leave_open_ones(transaction, row)
            visit.patient_id = row.id
            transaction.add(visit)
            return visit.id

    def close(self, visit: str, by: str) -> bool:
        """A person ends the visit. False where there is none of this UUID that is open."""
        with self._records.writing() as transaction:
            row = transaction.get(VisitRow, visit)
            if row is None or row.state != OPEN:
                return False
            row.state, row.closed_ns, row.closed_by = CLOSED, self._records.now_ns(), by
            audit.append(transaction, row.closed_ns, by, SIGNED, audit.placed({"visit": row.id}))
            return True

    def take_up(self, patient: str, by: str) -> str:
        """The UUID of the patient's visit of today that nobody has ended, which is opened where there is none. Raises
        InputError "patient-unknown" where nobody has the code.
        """
        now_ns = self._records.now_ns()
        theirs = select(PatientRow).where(PatientRow.code == patient.upper())
        with self._records.reading() as transaction:
            row = transaction.scalars(theirs).first()
            if row is None:
                raise InputError("patient-unknown", patient.upper())
            going_on = select(VisitRow.id).where(
                VisitRow.patient_id == row.id,
                VisitRow.state == OPEN,
                VisitRow.opened_ns >= local_midnight_ns(now_ns),
            )
            there = transaction.scalars(going_on.order_by(VisitRow.opened_ns.desc())).first()
        return there or self.open(patient, by)

    def note(self, visit: str, by: str, words: str, before: str | None = None) -> bool:
        """Write the visit's note anew. The audit log says who did, not what it says. False where there is none.

        `before`: what the note said when they began to write. Raises StationError "changed-meanwhile" where it says
        something else by now, unless that is the same as theirs.
        """
        with self._records.writing() as transaction:
            row = transaction.get(VisitRow, visit)
            if row is None:
                return False
            if before is not None and row.note not in (before, words):
                raise StationError("changed-meanwhile", visit)
            row.note = words
            audit.append(transaction, self._records.now_ns(), by, NOTED, audit.placed({"visit": row.id}))
            return True

    def hand_over(self, visit: str, by: str, to: str) -> bool:
        """Somebody gives the visit into another's hands, or takes it: from now on it is `to`'s. The audit log has a
        line of both names. False where there is none of this UUID that is open.
        """
        with self._records.writing() as transaction:
            row = transaction.get(VisitRow, visit)
            if row is None or row.state != OPEN:
                return False
            detail = {"visit": row.id, "from": row.held_by, "to": to}
            row.held_by = to
            audit.append(transaction, self._records.now_ns(), by, HANDED, audit.placed(detail))
            return True

    def today(self) -> list[dict[str, Any]]:
        """The visits that were opened on this local day, the newest of each patient alone, oldest first; each with its
        patient's `initials` and how many `sessions` it has.
        """
        if not self._records.there:
            return []
        since_ns = local_midnight_ns(self._records.now_ns())
        count = select(func.count()).where(SessionRow.visit_id == VisitRow.id).scalar_subquery()
        of_today = select(VisitRow, count).where(VisitRow.opened_ns >= since_ns).order_by(VisitRow.opened_ns)
        with self._records.reading() as transaction:
            found: dict[str, dict[str, Any]] = {}
            for row, sessions in transaction.execute(of_today):
                found.pop(row.patient_id, None)
                found[row.patient_id] = {**visit_view(row), "initials": row.patient.initials, "sessions": sessions}
            return list(found.values())

    def whole(self, visit: str) -> dict[str, Any] | None:
        """One visit with its sessions, each with its trials, the `vibration_s` that count of it (None while nobody
        knows) and what was said after it, and who changed it last since it was signed (`changed_by`, "" for nobody;
        `changed_ns`); None where there is none.
        """
        if not self._records.there:
            return None
        with self._records.reading() as transaction:
            row = transaction.get(VisitRow, visit)
            if row is None:
                return None
            of_it = select(SessionRow).where(SessionRow.visit_id == row.id).order_by(SessionRow.started_ns)
            loaded = of_it.options(*(selectinload(one) for one in (SessionRow.trials, SessionRow.said)))
            vibrated = of_sessions(transaction, SessionRow.visit_id == row.id, SessionRow.state != RECORDING)
            sessions = [_with_figures(one, vibrated.get(one.id)) for one in transaction.scalars(loaded)]
            later = changed_later(transaction, row)
            changed = {"changed_by": later.by, "changed_ns": later.at_ns}
            return {**visit_view(row), **changed, "initials": row.patient.initials, "sessions": sessions}

    def changed_later(self, visit: str) -> ChangedLater:
        """As `station.records.signed.changed_later`; nobody where there is no such visit."""
        with self._records.reading() as transaction:
            row = transaction.get(VisitRow, visit)
            return ChangedLater() if row is None else changed_later(transaction, row)

    def newest(self, patient: str, limit: int = 50) -> list[dict[str, Any]]:
        """The newest visits of this patient's code first."""
        if not self._records.there:
            return []
        theirs = select(VisitRow).join(PatientRow).where(PatientRow.code == patient.upper())
        with self._records.reading() as transaction:
            rows = transaction.scalars(theirs.order_by(VisitRow.opened_ns.desc()).limit(limit))
            return [visit_view(row) for row in rows]


def _with_figures(row: SessionRow, counts: Dose | None) -> dict[str, Any]:
    return {
        **session_view(row),
        "trials": [trial_view(one) for one in row.trials],
        "said": said_view(row),
        "kinds": kinds_of(row),
        "vibration_s": None if counts is None else counts.vibration_s,
        "prescription": row.prescription,
    }


def of_session(transaction: Transaction, patient: PatientRow, visit: str, started_ns: int, session: str) -> VisitRow:
    """The visit of a session (its UUID) that started then: the one that the Start named where it is this patient's,
    else the newest of that local day that nobody has ended, else a new one, the same for the same session.
    """
    if visit:
        named = transaction.get(VisitRow, visit)
        if named is not None and named.patient_id == patient.id:
            return named
    midnight_ns, next_ns = local_midnight_ns(started_ns), local_midnight_ns(started_ns, days=1)
    that_day = select(VisitRow).where(
        VisitRow.patient_id == patient.id,
        VisitRow.state != CLOSED,
        VisitRow.opened_ns >= midnight_ns,
        VisitRow.opened_ns < next_ns,
    )
    row = transaction.scalars(that_day.order_by(VisitRow.opened_ns.desc())).first()
    if row is not None:
        row.state, row.closed_ns = OPEN, None  # taken up again, where it was left
    else:
        _leave_open_ones(transaction, patient, before_ns=midnight_ns)
        row = VisitRow(id=derived(started_ns, f"{session}/visit"), patient_id=patient.id, opened_ns=started_ns)
        row.state = OPEN
        transaction.add(row)
        transaction.flush()
    return row


def _leave_open_ones(transaction: Transaction, patient: PatientRow, before_ns: int | None = None) -> None:
    """This patient's open visits (that began before) end with their last session, as left by the patient."""
    query = select(VisitRow).where(VisitRow.patient_id == patient.id, VisitRow.state == OPEN)
    if before_ns is not None:
        query = query.where(VisitRow.opened_ns < before_ns)
    for row in transaction.scalars(query):
        last = select(func.max(func.coalesce(SessionRow.ended_ns, SessionRow.started_ns)))
        row.state = LEFT
        row.closed_ns = transaction.scalar(last.where(SessionRow.visit_id == row.id)) or row.opened_ns
