"""Moving a visit that was written down under another patient's code: all of it goes over to who was really there.

One transaction: a power cut leaves it whole with the one or with the other. Recordings are left as they are, as where a
code is corrected: their header says which code was typed, and the audit log says whose they are and why.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select, true, tuple_, update
from sqlalchemy.orm import Session as Transaction

from station.clinic.screening.items import RELATIVE, shipped
from station.clinic.screening.verdict import Override, judge
from station.clock import VouchedMoment, local_midnight_ns
from station.faults import InputError, because
from station.records import audit
from station.records.chosen import RUNG
from station.records.dose import Statement, may_be_vibrating
from station.records.file import Records
from station.records.levels import decide_again
from station.records.models import (
    CLOSED,
    OPEN,
    RECORDING,
    CommittedRow,
    EntryRow,
    IncidentRow,
    LevelRow,
    OrderRow,
    PatientRow,
    RefusalRow,
    SaidRow,
    ScreeningRow,
    SessionRow,
    VisitRow,
)

MOVED = "visit-moved"
"""A line of the audit log."""
_BY_TIME = (ScreeningRow, EntryRow, RefusalRow, IncidentRow)
"""What was asked, typed or told in a visit and names none."""


class MovedVisit(NamedTuple):
    """What went over."""

    wrong: str
    right: str
    """Codes."""
    sessions: int


class _Stay(NamedTuple):
    """What is the visit's: its sessions, and what was written of its patient from the end of the one before on."""

    visit: VisitRow
    sessions: list[SessionRow]
    since_ns: int
    until_ns: int
    """Not included."""


def move_visit(records: Records, visit: str, right: str, word: Statement, now: VouchedMoment) -> MovedVisit:
    """The visit of this UUID is that of the patient of the code `right`. With it go its sessions with their trials,
    doses, levels and what was said of them, its incidents, and what was asked and typed of the patient since the visit
    before. Plans and orders stay. Levels are decided again for both; who has signed it has signed another's, so it is
    to be signed again. What either answered before vibration allows none any more; a lock that nobody can override
    goes on locking.

    Raises InputError: "visit-unknown", "patient-unknown" (of an erased one too), "input-invalid" without a name or a
    reason, where it is this patient's already, or where an order of partial load was entered in it; "visit-runs" while
    either of them may be on the plate.
    """
    for field, value in (("by", word.by), ("reason", word.reason)):
        if not value.strip():
            raise InputError("input-invalid", field, because("no-reason" if field == "reason" else "no-name"))
    with records.writing() as transaction:
        row = transaction.get(VisitRow, visit)
        if row is None:
            raise InputError("visit-unknown", visit)
        other = transaction.scalars(select(PatientRow).where(PatientRow.code == right.upper())).first()
        if other is None:
            raise InputError("patient-unknown", right.upper())
        wrong = row.patient
        if other.id == wrong.id:
            raise InputError("input-invalid", right.upper(), because("same-code"))
        for one in (wrong, other):
            _refuse_on_the_plate(transaction, one, now)
        stay = _stay(transaction, row)
        _refuse_orders(transaction, stay)
        signed_by = row.closed_by if row.state == CLOSED else ""
        moved = MovedVisit(wrong.code or "", other.code or "", len(stay.sessions))
        at_ns = records.now_ns()
        counts = _hand_over(transaction, stay, other, at_ns)
        _ask_again(transaction, (wrong.id, other.id), at_ns)
        if signed_by:
            row.state, row.closed_ns, row.closed_by = OPEN, None, ""
        transaction.flush()
        transaction.expire_all()
        for session in stay.sessions:
            decide_again(transaction, session, wrong.id)
        detail: dict[str, Any] = {
            "visit": row.id,
            "from": moved.wrong,
            "to": moved.right,
            "reason": word.reason.strip(),
        }
        detail |= {"patient": wrong.id, "now": other.id, "signed_by": signed_by, "rows": counts}
        audit.append(transaction, at_ns, word.by.strip(), MOVED, audit.placed(detail))
        return moved


def _refuse_on_the_plate(transaction: Transaction, patient: PatientRow, now: VouchedMoment) -> None:
    """A drill that runs was allowed by what is known of its patient now."""
    running = SessionRow.patient_id == patient.id, SessionRow.state == RECORDING
    if transaction.scalars(select(SessionRow.id).where(*running).limit(1)).first() is not None:
        raise InputError("visit-runs", patient.code or "")
    if may_be_vibrating(transaction, patient, now):
        raise InputError("visit-runs", patient.code or "")


def _stay(transaction: Transaction, visit: VisitRow) -> _Stay:
    sessions = transaction.scalars(
        select(SessionRow).where(SessionRow.visit_id == visit.id).order_by(SessionRow.started_ns)
    ).all()
    first_ns = min([visit.opened_ns, *(one.started_ns for one in sessions)])
    last_ns = max([visit.closed_ns or visit.opened_ns, *(one.ended_ns or one.started_ns for one in sessions)])
    others = select(VisitRow).where(VisitRow.patient_id == visit.patient_id, VisitRow.id != visit.id)
    before, after = [local_midnight_ns(first_ns)], [local_midnight_ns(last_ns, days=1)]
    for one in transaction.scalars(others):
        if one.opened_ns < visit.opened_ns:
            before.append(min(_ended_ns(transaction, one) + 1, first_ns))
        else:
            after.append(max(one.opened_ns, last_ns + 1))
    if visit.closed_ns is not None:
        after.append(last_ns + 1)
    return _Stay(visit, list(sessions), max(before), min(after))


def _ended_ns(transaction: Transaction, visit: VisitRow) -> int:
    """When it was over: signed, left, or its last drill."""
    last = select(func.max(func.coalesce(SessionRow.ended_ns, SessionRow.started_ns)))
    known = transaction.scalar(last.where(SessionRow.visit_id == visit.id))
    return max(visit.closed_ns or visit.opened_ns, known or 0)


def _refuse_orders(transaction: Transaction, stay: _Stay) -> None:
    """An order of partial load is lost by nobody: for whom it was, a person says before."""
    entered = select(OrderRow.id).where(
        OrderRow.patient_id == stay.visit.patient_id,
        OrderRow.withdrawn_ns.is_(None),
        OrderRow.at_ns >= stay.since_ns,
        OrderRow.at_ns < stay.until_ns,
    )
    if transaction.scalars(entered.limit(1)).first() is not None:
        raise InputError("input-invalid", stay.visit.patient.code or "", because("order-in-visit"))


def _hand_over(transaction: Transaction, stay: _Stay, right: PatientRow, at_ns: int) -> dict[str, int]:
    """All of it to this patient. How many rows of what, for the audit log."""
    wrong, ids = stay.visit.patient_id, [one.id for one in stay.sessions]
    rings = [(one.ring_epoch, one.ring_session) for one in stay.sessions]
    whose: dict[Any, Any] = {
        LevelRow: LevelRow.session_id.in_(ids),
        SaidRow: SaidRow.session_id.in_(ids),
        CommittedRow: tuple_(CommittedRow.ring_epoch, CommittedRow.ring_session).in_(rings),
        IncidentRow: tuple_(IncidentRow.ring_epoch, IncidentRow.ring_session).in_(rings),
        SessionRow: SessionRow.id.in_(ids),
        VisitRow: VisitRow.id == stay.visit.id,
    }
    others = select(SessionRow.ring_epoch, SessionRow.ring_session).where(SessionRow.visit_id != stay.visit.id)
    of_others = tuple_(IncidentRow.ring_epoch, IncidentRow.ring_session).in_(others)
    for table in _BY_TIME:
        within = _within(table, stay) & (~of_others if table is IncidentRow else true())
        whose[table] = whose[table] | within if table in whose else within
    counts = {"unlocks": _unlocked(transaction, stay, right)}
    for table, theirs in whose.items():
        moved = update(table).where(table.patient_id == wrong, theirs)  # nobody's stays nobody's: it counts for all
        counts[table.__tablename__] = _rows(transaction, moved.values(patient_id=right.id, changed_ns=at_ns))
    return counts


def _unlocked(transaction: Transaction, stay: _Stay, right: PatientRow) -> int:
    """A lock that somebody released for who stood there is released for neither. Which harder rung was asked for goes
    over: it allows nothing. How many locks hold again.
    """
    unlocks = 0
    beside = select(SaidRow).where(_within(SaidRow, stay), SaidRow.session_id.is_(None))
    for row in transaction.scalars(beside).all():
        if RUNG in row.said:
            row.patient_id = right.id
        else:
            transaction.delete(row)
            unlocks += 1
    transaction.flush()
    return unlocks


def _within(table: Any, stay: _Stay) -> ColumnElement[bool]:  # noqa: ANN401  # one of those with a patient and a time
    """Rows of the visit's patient that were written in it."""
    theirs = table.patient_id == stay.visit.patient_id
    return and_(theirs, table.at_ns >= stay.since_ns, table.at_ns < stay.until_ns)


def _rows(transaction: Transaction, change: Any) -> int:  # noqa: ANN401  # an update or a delete
    """How many rows it changes. What is in memory is loaded anew afterwards."""
    done = transaction.execute(change, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a change it has one


def _ask_again(transaction: Transaction, people: tuple[str, str], at_ns: int) -> None:
    """Asked of one and written under the other: of neither is known any more that they may vibrate. What locks and
    cannot be overridden holds on, whoever answered it: it can never allow anything.
    """
    of_both = select(ScreeningRow).where(ScreeningRow.patient_id.in_(people), ScreeningRow.boot_id != "")
    for row in transaction.scalars(of_both):
        overrides = {name: Override(str(one["by"]), str(one["reason"])) for name, one in row.overrides.items()}
        locks = judge(shipped(), row.answers, overrides).locks
        if all(one.values["kind"] == RELATIVE for one in locks):
            row.boot_id, row.changed_ns = "", at_ns
