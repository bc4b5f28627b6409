"""The audit log: who did what, in lines that can only be added and that prove each other."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from station.records.file import Records
from station.records.ids import derived
from station.records.models import AuditRow

GENESIS = "0" * 64
"""What stands for the hash before the first line."""


class AuditLog:
    """The audit log of these records."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(
        self, at_ns: int, who: str, what: str, detail: dict[str, Any] | None = None, place: tuple[int, int] = (0, -1)
    ) -> str:
        """Add a line and return its hash. `place` is the event that it is of: epoch of its ring, and number in it."""
        with self._records.writing() as transaction:
            return append(transaction, at_ns, who, what, placed(detail or {}, place))

    def last_event(self, ring_epoch: int) -> int:
        """Number of the last event of this ring that has a line; -1 for none. The log's lines are in that order."""
        of_ring = select(AuditRow).where(AuditRow.detail["ring_epoch"].as_integer() == ring_epoch)
        with self._records.reading() as transaction:
            last = transaction.scalars(of_ring.order_by(AuditRow.number.desc()).limit(1)).first()
            return int(last.detail["event"]) if last else -1

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The newest lines as plain dicts, oldest first."""
        if not self._records.there:
            return []
        names = ("number", "at_ns", "who", "what", "detail")
        with self._records.reading() as transaction:
            lines = list(transaction.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(limit)))
            return [{name: getattr(line, name) for name in names} for line in reversed(lines)]

    def first_broken(self) -> int | None:
        """Number of the first line that was changed, or that follows one which was taken out; None for a whole log.

        Lines cut off at the end show only against a hash that was kept elsewhere.
        """
        before, expected = GENESIS, 1
        with self._records.reading() as transaction:
            for line in transaction.scalars(select(AuditRow).order_by(AuditRow.number)):
                sha256 = line_hash(before, line.number, line.at_ns, line.who, line.what, line.detail)
                if line.number != expected or line.sha256 != sha256:
                    return expected
                before, expected = line.sha256, expected + 1
        return None


def append(transaction: Transaction, at_ns: int, who: str, what: str, detail: dict[str, Any]) -> str:
    """Add a line and return its hash: sha256 of the hash before and the line's JSON text."""
    last = transaction.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).first()
    number = last.number + 1 if last else 1
    sha256 = line_hash(last.sha256 if last else GENESIS, number, at_ns, who, what, detail)
    row = AuditRow(number=number, at_ns=at_ns, who=who, what=what, detail=detail, sha256=sha256)
    row.id = derived(at_ns, sha256)
    transaction.add(row)
    return sha256


def placed(detail: dict[str, Any], place: tuple[int, int] = (0, -1)) -> dict[str, Any]:
    """A line's detail with the event that it is of; none for what no event says."""
    ring_epoch, event = place
    return {**detail, "ring_epoch": ring_epoch, "event": event}


def line_hash(before: str, number: int, at_ns: int, who: str, what: str, detail: dict[str, Any]) -> str:
    """The hash that ties a line to the one before."""
    row = json.dumps([number, at_ns, who, what, detail], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((before + row).encode()).hexdigest()
