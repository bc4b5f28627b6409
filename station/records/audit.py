"""The audit log: who did what, in lines that can only be added and that prove each other."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from station.records.models import Audit

_GENESIS = "0" * 64


def _hash(before: str, number: int, at_ns: int, who: str, what: str, detail: dict[str, Any]) -> str:
    row = json.dumps([number, at_ns, who, what, detail], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((before + row).encode()).hexdigest()


def append(transaction: Transaction, at_ns: int, who: str, what: str, detail: dict[str, Any]) -> str:
    """Add a line and return its hash: sha256 of the hash before and the line's JSON text."""
    last = transaction.scalars(select(Audit).order_by(Audit.number.desc()).limit(1)).first()
    number = last.number + 1 if last else 1
    sha256 = _hash(last.sha256 if last else _GENESIS, number, at_ns, who, what, detail)
    transaction.add(Audit(number=number, at_ns=at_ns, who=who, what=what, detail=detail, sha256=sha256))
    return sha256


def last_event(transaction: Transaction, ring_epoch: int) -> int:
    """Number of the last event of this ring that has a line; -1 for none. The log's lines are in that order."""
    newest = select(Audit).where(Audit.detail["ring_epoch"].as_integer() == ring_epoch)
    last = transaction.scalars(newest.order_by(Audit.number.desc()).limit(1)).first()
    return int(last.detail["event"]) if last else -1


def newest(transaction: Transaction, limit: int) -> list[dict[str, Any]]:
    """The newest lines as plain dicts, oldest first."""
    lines = list(transaction.scalars(select(Audit).order_by(Audit.number.desc()).limit(limit)))
    names = ("number", "at_ns", "who", "what", "detail")
    return [{name: getattr(line, name) for name in names} for line in reversed(lines)]


def first_broken(transaction: Transaction) -> int | None:
    """Number of the first line that was changed, or that follows one which was taken out; None for a whole log.

    Lines cut off at the end show only against a hash that was kept elsewhere.
    """
    before, expected = _GENESIS, 1
    for line in transaction.scalars(select(Audit).order_by(Audit.number)):
        sha256 = _hash(before, line.number, line.at_ns, line.who, line.what, line.detail)
        if line.number != expected or line.sha256 != sha256:
            return expected
        before, expected = line.sha256, expected + 1
    return None
