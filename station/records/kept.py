"""How long people's records have been kept: of whom nothing was written down any more for years.

Who is so old is proposed for erasing, and nothing more: a person confirms each by name (`station.records.erasing`).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Transaction

from station.clock import local_date
from station.records.file import Records
from station.records.models import PatientRow, SessionRow
from station.records.theirs import of_people, same_person, tables

_TIMES = ("started_ns", "opened_ns", "at_ns", "withdrawn_ns", "wall_ns")
"""Columns that say when something was, in the order in which a table is asked for them."""


class KeptSince(NamedTuple):
    """A patient of whom nothing is newer."""

    code: str
    last: date
    """The local day of the newest thing that was written down of them."""
    sessions: int


def older_than(records: Records, years: int, today: date) -> list[KeptSince]:
    """Patients whose newest row of any kind is this many whole years old or more, the oldest first."""
    if not records.there:
        return []
    before = _years_back(today, years)
    with records.reading() as transaction:
        found = [
            kept
            for row in transaction.scalars(select(PatientRow).where(PatientRow.code.is_not(None)))
            if (kept := _kept(transaction, row)).last <= before
        ]
    return sorted(found, key=lambda one: (one.last, one.code))


def _kept(transaction: Transaction, row: PatientRow) -> KeptSince:
    ids = [one.id for one in same_person(transaction, row)]
    # Their own row changes where a person types something of them: a field, a consent, another code.
    newest_ns = max(row.changed_ns, _made_ns(transaction, ids))
    count = transaction.scalar(select(func.count()).where(SessionRow.patient_id.in_(ids))) or 0
    return KeptSince(row.code or "", local_date(newest_ns), count)


def _made_ns(transaction: Transaction, ids: list[str]) -> int:
    """When the newest of their rows was made, wall time; 0 for none."""
    newest = 0
    for table in tables(with_dose=True):
        theirs, column = of_people(table, ids), next((name for name in _TIMES if name in table.c), None)
        if theirs is not None and column is not None:
            newest = max(newest, transaction.scalar(select(func.max(table.c[column])).where(theirs)) or 0)
    return newest


def _years_back(today: date, years: int) -> date:
    """The same day so many years ago; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
