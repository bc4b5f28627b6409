"""Moving a visit that was written down under another patient's code: all of it goes over to who was really there.

One transaction: a power cut leaves it whole with the one or with the other. Recordings are left as they are, as where a
code is corrected: their header says which code was typed, and the audit log says whose they are and why.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_, update
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
    AuditRow,
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
_CAME, _THERE = "came", "there"
"""In the line of the audit log: the UUIDs of the rows that name no visit and went over with one, and of those of that
day that the right patient had before. The former are its own from then on, the latter never are, whatever else goes on
at that time of day.
"""


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
    shared: tuple[tuple[str, int, int], ...]
    """Other visits of the patient that went on at the same time: UUID, and from when till when, ends included."""
    log: _Moves


class _Moves(NamedTuple):
    """What the audit log says of the rows that name no visit, by their UUIDs."""

    came: dict[str, str]
    """With which visit each was moved last."""
    there: dict[str, set[str]]
    """By the visit: rows that were there before it, and so are of another."""

    def of(self, visit: str) -> set[str]:
        """Rows that are this visit's."""
        return {row for row, whose in self.came.items() if whose == visit}

    def not_of(self, visit: str) -> set[str]:
        """And rows that are another's."""
        return {row for row, whose in self.came.items() if whose != visit} | self.there.get(visit, set())


def move_visit(records: Records, visit: str, right: str, word: Statement, now: VouchedMoment) -> MovedVisit:
    """The visit of this UUID is that of the patient of the code `right`. With it go its sessions with their trials,
    doses, levels and what was said of them, its incidents, and what was asked and typed of the patient since the visit
    before. Plans and orders stay. Levels are decided again for both; who has signed it has signed another's, so it is
    to be signed again. What either answered before vibration allows none any more; a lock that nobody can override
    goes on locking.

    Raises InputError: "visit-unknown", "patient-unknown" (of an erased one too), "input-invalid" without a name or a
    reason, where it is this patient's already, where an order of partial load was entered in it, or where something was
    written down while two visits of the patient went on, and nobody can tell of which it is; "visit-runs" while either
    of them may be on the plate.
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
        _refuse_untold(transaction, stay)
        signed_by = row.closed_by if row.state == CLOSED else ""
        moved = MovedVisit(wrong.code or "", other.code or "", len(stay.sessions))
        at_ns = records.now_ns()
        moved_with = {_CAME: _unnamed(transaction, stay), _THERE: _there_before(transaction, stay, other)}
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
        detail |= moved_with
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
    spans = []
    for one in transaction.scalars(others):
        ended_ns = _ended_ns(transaction, one)
        if one.opened_ns < visit.opened_ns:
            before.append(min(ended_ns + 1, first_ns))
        elif visit.state != OPEN:  # an open one goes on beside the next
            after.append(max(one.opened_ns, last_ns + 1))
        end_ns = local_midnight_ns(ended_ns, days=1) - 1 if one.state == OPEN else ended_ns
        spans.append((one.id, _began_ns(transaction, one), end_ns))
    if visit.closed_ns is not None:
        after.append(last_ns + 1)
    since_ns, until_ns = max(before), min(after)
    both = ((name, max(begin, since_ns), min(end, until_ns - 1)) for name, begin, end in spans)
    shared = tuple((name, begin, end) for name, begin, end in both if begin <= end)
    return _Stay(visit, list(sessions), since_ns, until_ns, shared, _moves(transaction))


def _moves(transaction: Transaction) -> _Moves:
    found = _Moves({}, {})
    for line in transaction.scalars(select(AuditRow).where(AuditRow.what == MOVED).order_by(AuditRow.number)):
        visit = str(line.detail["visit"])
        found.came.update(dict.fromkeys(line.detail.get(_CAME, ()), visit))
        found.there.setdefault(visit, set()).update(line.detail.get(_THERE, ()))
    return found


def _began_ns(transaction: Transaction, visit: VisitRow) -> int:
    first = transaction.scalar(select(func.min(SessionRow.started_ns)).where(SessionRow.visit_id == visit.id))
    return visit.opened_ns if first is None else min(visit.opened_ns, first)


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


def _refuse_untold(transaction: Transaction, stay: _Stay) -> None:
    """What names no visit is told by its time; while two went on nothing tells it, but a session that it names, or a
    move from or to this patient. Nobody's answers go to another by a guess.
    """
    own, log = stay.visit, stay.log
    for other, begin_ns, end_ns in stay.shared:
        told = log.of(own.id) | log.not_of(own.id) | log.not_of(other)
        if _without_session(transaction, own.patient_id, (begin_ns, end_ns)) - told:
            raise InputError("input-invalid", own.patient.code or "", because("visits-overlap"))


def _there_before(transaction: Transaction, stay: _Stay, right: PatientRow) -> list[str]:
    """What the right patient has of the visit's days and is not of it, whatever follows."""
    days = local_midnight_ns(stay.since_ns), local_midnight_ns(stay.until_ns - 1, days=1) - 1
    return sorted(_without_session(transaction, right.id, days))


def _unnamed(transaction: Transaction, stay: _Stay) -> list[str]:
    """The rows that go over by their time, or because they came with the visit."""
    theirs = _without_session(transaction, stay.visit.patient_id, (stay.since_ns, stay.until_ns - 1))
    there = _without_session(transaction, stay.visit.patient_id, None)
    return sorted((theirs - stay.log.not_of(stay.visit.id)) | (stay.log.of(stay.visit.id) & there))


def _without_session(transaction: Transaction, patient: str, between: tuple[int, int] | None) -> set[str]:
    """UUIDs of this patient's rows that name neither visit nor session, of a time, ends included, or of all times."""
    found: set[str] = set()
    for table in (*_BY_TIME, SaidRow):
        theirs = select(table.id).where(table.patient_id == patient)
        if table is SaidRow:
            theirs = theirs.where(SaidRow.session_id.is_(None))
        if table is IncidentRow:
            known = select(SessionRow.ring_epoch, SessionRow.ring_session)
            theirs = theirs.where(tuple_(IncidentRow.ring_epoch, IncidentRow.ring_session).not_in(known))
        if between is not None:
            theirs = theirs.where(table.at_ns.between(*between))
        found.update(transaction.scalars(theirs))
    return found


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
    """Rows of the visit's patient that were written in it, or came with it."""
    theirs = table.patient_id == stay.visit.patient_id
    its, not_its = stay.log.of(stay.visit.id), stay.log.not_of(stay.visit.id)
    in_time = and_(table.at_ns >= stay.since_ns, table.at_ns < stay.until_ns, table.id.not_in(not_its))
    return and_(theirs, or_(in_time, table.id.in_(its)))


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
