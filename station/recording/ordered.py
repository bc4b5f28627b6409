"""Orders of partial load, in the records and in a list beside them.

The list is for records that do not answer, are damaged and begun again, or are put back from a backup: an order that
is lost would let a patient load a leg. It is written before the records where it grows, and after them where it
shrinks, so a power cut in between leaves an order too many, never one too few.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from station.clinic.orders import UNKNOWN, LoadVerdict, judge, order_of
from station.clock import VouchedMoment, local_date
from station.faults import InputError, StationError, because
from station.recording.disk import write_durably
from station.recording.layout import pack_json
from station.records import audit, codes, orders
from station.records.dose import Statement
from station.records.file import Records
from station.records.models import AuditRow
from station.wire.places import RECORDS_REBUILT

ORDERS_FILE = "orders.json"
"""In the data folder."""
LOST = "orders-lost"
"""A line of the audit log: records and list were both lost, and a person answers for going on without."""
KNOWN = "orders-known"
"""Another: after records were begun again, the list beside them was whole."""


class AskedDrill(NamedTuple):
    """What a drill asks of a patient's orders."""

    patient: str
    """Code."""
    leg: str
    """ "left", "right", "both" or "each"."""
    by_order: bool
    """Whether it loads a leg as ordered, and needs an order for it."""


NOBODY_KNOWS = LoadVerdict(UNKNOWN, (because("orders-unread", file=ORDERS_FILE),))


class OrderBook:
    """The orders of the data folder `data`."""

    def __init__(self, data: Path, records: Records) -> None:
        self._place = data / ORDERS_FILE
        self._records = records
        self._orders = orders.Orders(records)

    def enter(self, new: orders.NewOrder, now: VouchedMoment) -> None:
        """As `station.records.orders.enter`. Raises StorageError too; then nothing was entered."""
        with self._writing() as transaction:
            orders.enter(transaction, new, now, self._records.now_ns())

    def withdraw(self, patient: str, order: str, word: Statement) -> None:
        """As `station.records.orders.withdraw`. Raises StorageError too; then it stands."""
        with self._writing() as transaction:
            orders.withdraw(transaction, patient, order, word, self._records.now_ns())

    def judge(self, asked: AskedDrill, now: VouchedMoment, *, sure: bool) -> LoadVerdict:
        """What the orders make of this drill. `sure`: a drill by order needs a clock that somebody vouches for."""
        if self.lost():
            return NOBODY_KNOWS
        return self._orders.of(asked.patient, now).judge(asked.leg, by_order=asked.by_order, sure=sure)

    def bring_together(self) -> None:
        """Records and list have the same orders after this. Where the records were begun again and the list cannot be
        read, nobody knows who has an order: it is left as it is. Raises StorageError.
        """
        if self.lost():
            return
        entries = _read_or_none(self._place) or []
        with self._records.reading() as transaction:
            rebuilt = _newest_is_rebuilt(transaction)
            known = {one["id"] for one in orders.every_standing(transaction)}
        if rebuilt or {one["id"] for one in entries} - known:
            at_ns = self._records.now_ns()
            with self._records.writing() as transaction:
                taken = orders.take_in(transaction, entries, at_ns)
                if rebuilt:
                    audit.append(transaction, at_ns, "station", KNOWN, audit.placed({"orders": taken}))
        self.write_list()

    def write_list(self) -> None:
        """Have the list say what the records say. Raises StorageError."""
        with self._records.reading() as transaction:
            _write(self._place, orders.every_standing(transaction))

    def lost(self) -> bool:
        """Whether the records were begun again, and the list beside them is lost too."""
        if _read_or_none(self._place) is not None or not self._records.there:
            return False
        with self._records.reading() as transaction:
            return _newest_is_rebuilt(transaction)

    def accept_loss(self, word: Statement) -> None:
        """A person answers, by name and with a reason, for going on without the orders that were lost. Raises
        InputError "input-invalid" without either, and StorageError.
        """
        for field, value in (("by", word.by), ("reason", word.reason)):
            if not value.strip():
                raise InputError("input-invalid", field, because("no-reason" if field == "reason" else "no-name"))
        with self._records.writing() as transaction:
            detail = audit.placed({"reason": word.reason.strip()})
            audit.append(transaction, self._records.now_ns(), word.by.strip(), LOST, detail)
        self.write_list()

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        if self.lost():
            raise StationError(UNKNOWN, ORDERS_FILE, *NOBODY_KNOWS.problems)
        before = _read_or_none(self._place) or []
        with self._records.writing() as transaction:
            yield transaction
            transaction.flush()
            after = orders.every_standing(transaction)
            ids = {one["id"] for one in after}
            _write(self._place, [*after, *(one for one in before if one["id"] not in ids)])
        self.write_list()


def judge_by_list(data: Path, asked: AskedDrill, now: VouchedMoment) -> LoadVerdict:
    """What the list alone makes of a drill, for when the records do not answer: of one by order never that it may be
    done. Waits for nothing.
    """
    try:
        entries = _read(data / ORDERS_FILE)
    except (OSError, ValueError):
        return NOBODY_KNOWS
    code = asked.patient.upper()
    named = [one for one in entries if any(codes.bare(code) == codes.bare(own) for own in one["codes"])]
    if asked.by_order:
        return LoadVerdict(UNKNOWN, (because("orders-busy"),))
    today = local_date(now.wall_ns)
    return judge([order_of(one) for one in named], asked.leg, today, by_order=False)


def list_is_whole(data: Path) -> bool:
    """Whether the list beside the records can be read."""
    return _read_or_none(data / ORDERS_FILE) is not None


def _newest_is_rebuilt(transaction: Transaction) -> bool:
    """Whether records were begun again without a list, and nobody has said since that the orders are known or lost."""
    lines = select(AuditRow).where(AuditRow.what.in_((RECORDS_REBUILT, KNOWN, LOST))).order_by(AuditRow.number.desc())
    newest = transaction.scalars(lines.limit(1)).first()
    return newest is not None and newest.what == RECORDS_REBUILT and not newest.detail.get("orders", True)


def _read_or_none(place: Path) -> list[dict[str, Any]] | None:
    try:
        return _read(place)
    except (OSError, ValueError):
        return None


def _read(place: Path) -> list[dict[str, Any]]:
    """The orders of the list. Raises OSError, and ValueError for what is no such list."""
    try:
        entries = json.loads(place.read_text(encoding="utf-8"))["orders"]
        for one in entries:
            order_of(one)
            texts = (one["id"], one["patient"], one["by"], *one["codes"])
            if not (all(isinstance(text, str) for text in texts) and isinstance(one["at_ns"], int)):
                raise ValueError("no order")
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("no list of orders") from problem
    return list(entries)


def _write(place: Path, entries: Sequence[dict[str, Any]]) -> None:
    if _read_or_none(place) != entries:
        write_durably(place, f"{pack_json({'orders': list(entries)})}\n".encode())
