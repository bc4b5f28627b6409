"""Orders of partial load: who entered and withdrew them, and which stand for whoever comes by a code.

What is written here is written through `station.recording.ordered`, which keeps a second list beside the records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Transaction

from station.clinic.orders import LACKING, LoadOrder, LoadVerdict, check, judge, order_of
from station.clock import VouchedMoment, local_date
from station.faults import InputError, because
from station.records import audit, codes, patients
from station.records.dose import Statement
from station.records.file import Records
from station.records.ids import uuid7
from station.records.models import AuditRow, ErasedRow, OrderRow, PatientRow, PlanRow, VouchedRow
from station.records.patients import CORRECTED

ENTERED, WITHDRAWN, TAKEN_IN = "order-entered", "order-withdrawn", "order-taken-in"
"""Lines of the audit log."""
REPLACED = "replaced"
"""Why an order was withdrawn by the next one of its leg."""
_WRITTEN = ("id", "at_ns", "by", *LoadOrder._fields, "withdrawn_ns", "withdrawn_by", "reason")


class KnownOrders(NamedTuple):
    """What the records hold of the orders of whoever comes by one code."""

    orders: tuple[LoadOrder, ...]
    """Those that stand, whether or not they hold today."""
    today: date
    vouched: bool
    """Whether anybody vouches for today."""

    def judge(self, leg: str, *, by_order: bool, sure: bool) -> LoadVerdict:
        """As `station.clinic.orders.judge`. `sure`: a drill by order needs a clock that somebody vouches for."""
        verdict = judge(self.orders, leg, self.today, by_order=by_order)
        if verdict.load is not None and sure and not self.vouched:
            return LoadVerdict(LACKING, (because("order-clock", today=self.today.isoformat()),))
        return verdict


class Orders:
    """The orders of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def of(self, patient: str, now: VouchedMoment) -> KnownOrders:
        """What holds now for whoever comes by this code: also one that was corrected since, and one that nobody has and
        that differs from somebody's in noughts and signs alone.
        """
        if not self._records.there:
            return KnownOrders((), local_date(now.wall_ns), vouched=bool(now.voucher))
        with self._records.reading() as transaction:
            people = _people(transaction, patient)
            orders = [_order(row) for row in _standing(transaction, people)]
            orders += [one for person in people if (one := _of_plan(transaction, person)) is not None]
            today, vouched = _today(transaction, now)
            return KnownOrders(tuple(orders), today, vouched)

    def listed(self, patient: str) -> list[dict[str, Any]]:
        """Every order of this patient as plain dicts, the newest first; `withdrawn_ns` is None for those that stand."""
        if not self._records.there:
            return []
        theirs = select(OrderRow).join(PatientRow, PatientRow.id == OrderRow.patient_id)
        theirs = theirs.where(PatientRow.code == patient.upper()).order_by(OrderRow.at_ns.desc(), OrderRow.id.desc())
        with self._records.reading() as transaction:
            return [{name: getattr(row, name) for name in _WRITTEN} for row in transaction.scalars(theirs)]


# --- one transaction's steps --------------------------------------------------------------------------------------


class NewOrder(NamedTuple):
    """What somebody enters."""

    patient: str
    by: str
    order: LoadOrder
    id: str = ""
    """A UUID of the page's own: the same one again is the same order. "" for one of ours."""


def enter(transaction: Transaction, new: NewOrder, now: VouchedMoment, at_ns: int) -> None:
    """Write the order down; one that stood for the leg is withdrawn by it. The audit log has both.

    Raises InputError "input-invalid" as `station.clinic.orders.check`, and without a name.
    """
    if not new.by.strip():
        raise InputError("input-invalid", "by", because("no-name"))
    check(new.order, _today(transaction, now)[0])
    if new.id and transaction.get(OrderRow, new.id) is not None:
        return
    identity = new.id or uuid7()
    person = patients.known_or_new(transaction, new.patient, at_ns, identity)
    for before in _standing(transaction, [person.id]):
        if before.leg == new.order.leg:
            _withdraw(transaction, before, Statement(new.by.strip(), REPLACED), at_ns)
    row = _row(identity, person.id, new.by.strip(), _after(transaction, person.id, at_ns), new.order)
    transaction.add(row)
    said = {"order": row.id, "patient": person.id, "leg": row.leg, "kg": row.kg, "percent_bw": row.percent_bw}
    said |= {"ordered_by": row.ordered_by, "ordered_on": row.ordered_on, "until": row.until}
    audit.append(transaction, at_ns, row.by, ENTERED, audit.placed(said))


def withdraw(transaction: Transaction, patient: str, order: str, word: Statement, at_ns: int) -> None:
    """Withdraw the order of this UUID, or "" what stands in the patient's plan, by name and with a reason. Again is no
    harm. Raises InputError "order-not-there" where this patient has none such, "input-invalid" without a name or a
    reason, "patient-unknown".
    """
    for field, value in (("by", word.by), ("reason", word.reason)):
        if not value.strip():
            raise InputError("input-invalid", field, because("no-reason" if field == "reason" else "no-name"))
    word = Statement(word.by.strip(), word.reason.strip())
    person = transaction.scalars(select(PatientRow).where(PatientRow.code == patient.upper())).first()
    if person is None:
        raise InputError("patient-unknown", patient.upper())
    row = transaction.get(OrderRow, order) if order else None
    of_plan = None if order else _of_plan(transaction, person.id)
    if of_plan is not None:  # the plan is never changed: a row that stands no longer speaks over it
        row = _row(uuid7(), person.id, word.by, _after(transaction, person.id, at_ns), of_plan)
        transaction.add(row)
    if row is None or row.patient_id != person.id:
        raise InputError("order-not-there", order or patient.upper())
    if row.withdrawn_ns is None:
        _withdraw(transaction, row, word, at_ns)


def every_standing(transaction: Transaction) -> list[dict[str, Any]]:
    """All orders that stand, with the patient's id and every code by which they may come."""
    former = _former(transaction)
    rows = transaction.scalars(select(OrderRow).where(OrderRow.withdrawn_ns.is_(None)).order_by(OrderRow.id))
    found = []
    for row in rows:
        person = transaction.get(PatientRow, row.patient_id)
        own = {person.code} if person is not None and person.code else set()
        own |= {code for code, ids in former.items() if row.patient_id in ids}
        fields = {name: getattr(row, name) for name in ("id", "at_ns", "by", *LoadOrder._fields)}
        found.append({**fields, "patient": row.patient_id, "codes": sorted(own)})
    return found


def take_in(transaction: Transaction, entries: Iterable[Mapping[str, Any]], at_ns: int) -> int:
    """Write down orders of the list beside the records that these records never had: they were lost, or a backup was
    put back. Whoever was erased stays so. Returns how many.
    """
    taken = 0
    for one in entries:
        if transaction.get(OrderRow, one["id"]) is not None or transaction.get(ErasedRow, one["patient"]) is not None:
            continue
        person = transaction.get(PatientRow, one["patient"])
        if person is None or person.code is None:
            code = next(iter(one["codes"]), "")
            if not code:
                continue
            person = patients.known_or_new(transaction, code, int(one["at_ns"]), one["id"])
        transaction.add(_row(one["id"], person.id, one["by"], int(one["at_ns"]), order_of(dict(one))))
        audit.append(transaction, at_ns, "station", TAKEN_IN, audit.placed({"order": one["id"], "patient": person.id}))
        taken += 1
    return taken


def _people(transaction: Transaction, code: str) -> list[str]:
    """Ids of everybody who may be meant by this code: who has it, who had it, and where nobody has it whoever's is the
    same but for its signs.
    """
    code = code.upper()
    own = list(transaction.scalars(select(PatientRow.id).where(PatientRow.code == code)))
    found = {*own, *_former(transaction).get(code, ())}
    if not own:
        every = [one for one in transaction.scalars(select(PatientRow.code)) if one]
        near = codes.same_but_for_signs(code, every)
        found |= set(transaction.scalars(select(PatientRow.id).where(PatientRow.code.in_(near))))
    return sorted(found)


def _former(transaction: Transaction) -> dict[str, set[str]]:
    """Codes that were corrected, and who is meant by them now."""
    found: dict[str, set[str]] = {}
    for line in transaction.scalars(select(AuditRow).where(AuditRow.what == CORRECTED)):
        found.setdefault(str(line.detail.get("from", "")), set()).add(str(line.detail.get("now", "")))
    merged = {row.id: row.replaced_by for row in transaction.execute(select(PatientRow.id, PatientRow.replaced_by))}
    for ids in found.values():
        for one in list(ids):
            at: str | None = one
            while (at := merged.get(at or "")) is not None and at not in ids:  # corrected more than once
                ids.add(at)
    return found


def _standing(transaction: Transaction, people: Iterable[str]) -> list[OrderRow]:
    theirs = select(OrderRow).where(OrderRow.patient_id.in_(list(people)), OrderRow.withdrawn_ns.is_(None))
    return list(transaction.scalars(theirs.order_by(OrderRow.at_ns.desc(), OrderRow.id.desc())))


def _of_plan(transaction: Transaction, person: str) -> LoadOrder | None:
    """The order that somebody typed for the newest plan, where none was entered or withdrawn since: it names no leg."""
    newest = select(PlanRow).where(PlanRow.patient_id == person).order_by(PlanRow.at_ns.desc(), PlanRow.id.desc())
    typed, since_ns = None, 0
    for plan in transaction.scalars(newest):  # back to the version for which it was typed
        own = plan.typed.get("order")
        if typed is not None and own != typed:
            break
        typed, since_ns = own, plan.at_ns
        if typed is None:
            break
    if not typed or not typed.get("value"):
        return None
    newest_of = func.max(func.max(OrderRow.at_ns, func.coalesce(OrderRow.withdrawn_ns, 0)))
    entered_ns = transaction.scalar(select(newest_of).where(OrderRow.patient_id == person))
    if entered_ns is not None and entered_ns > since_ns:
        return None
    value, by = typed["value"], str(typed.get("of", ""))
    return LoadOrder("", float(value["kg"]), float(value["percent_bw"]), by, str(typed["day"]), str(value["until"]))


def _today(transaction: Transaction, now: VouchedMoment) -> tuple[date, bool]:
    """The clinic's date, and whether anybody vouches for it. A clock that nobody vouches for is never before the newest
    line of the audit log: set back, it makes no order hold again.
    """
    row = transaction.get(VouchedRow, now.boot_id) if now.boot_id else None
    if row is not None:
        return local_date(row.epoch_ns + now.mono_ns), True
    if now.voucher:
        return local_date(now.wall_ns), True
    newest = transaction.scalar(select(AuditRow.at_ns).order_by(AuditRow.number.desc()).limit(1))
    return local_date(max(now.wall_ns, newest or 0)), False


def _withdraw(transaction: Transaction, row: OrderRow, word: Statement, at_ns: int) -> None:
    row.withdrawn_ns, row.withdrawn_by, row.reason = at_ns, word.by, word.reason
    said = {"order": row.id, "patient": row.patient_id, "leg": row.leg, "reason": word.reason}
    audit.append(transaction, at_ns, word.by, WITHDRAWN, audit.placed(said))


def _row(identity: str, person: str, by: str, at_ns: int, order: LoadOrder) -> OrderRow:
    row = OrderRow(id=identity, patient_id=person, by=by, at_ns=at_ns, withdrawn_ns=None, withdrawn_by="", reason="")
    for name, value in order._asdict().items():
        setattr(row, name, value)
    return row


def _order(row: OrderRow) -> LoadOrder:
    return LoadOrder(*(getattr(row, name) for name in LoadOrder._fields))


def _after(transaction: Transaction, person: str, at_ns: int) -> int:
    """A clock that was set back puts no newer word before an older one."""
    newest = transaction.scalar(select(func.max(OrderRow.at_ns)).where(OrderRow.patient_id == person))
    return max(at_ns, (newest or 0) + 1)
