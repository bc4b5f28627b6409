"""Which rows are of one person: those that name them, and those that hang on a session or a visit of theirs.

Told from the tables themselves, so that a table that comes later is handed out, and erased, with the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, tuple_
from sqlalchemy.orm import Session as Transaction

from station.records.models import Base, CommittedRow, ErasedRow, PatientRow, SessionRow, VisitRow

_DOSE = CommittedRow.__tablename__
_APART = (PatientRow.__tablename__, ErasedRow.__tablename__)
_LAST = {SessionRow.__tablename__: 1, VisitRow.__tablename__: 2}
"""Others are told by these: they go last."""
_LEADS: dict[str, type[SessionRow] | type[VisitRow]] = {"session_id": SessionRow, "visit_id": VisitRow}


def same_person(transaction: Transaction, row: PatientRow) -> list[PatientRow]:
    """This patient, and all that became one with them, at whatever remove."""
    found, ids = [row], [row.id]
    while ids:
        more = list(transaction.scalars(select(PatientRow).where(PatientRow.replaced_by.in_(ids))))
        more = [one for one in more if one not in found]
        found += more
        ids = [one.id for one in more]
    return found


def tables(*, with_dose: bool) -> list[Table]:
    """Tables with rows of people, what refers to others first; the day's committed doses are asked for by name."""
    every = reversed(Base.metadata.sorted_tables)
    own = [one for one in every if one.name not in _APART and of_people(one, ("",)) is not None]
    own.sort(key=lambda one: _LAST.get(one.name, 0))
    return [one for one in own if with_dose or one.name != _DOSE]


def of_people(table: Table, ids: Sequence[str]) -> ColumnElement[bool] | None:
    """Which of its rows are of these patients; None for a table without any of people."""
    if "patient_id" in table.c:
        theirs = table.c.patient_id.in_(ids)
        if "ring_session" not in table.c or not table.c.patient_id.nullable:
            return theirs
        # Written down before anybody knew whose the session was.
        sessions = select(SessionRow.ring_epoch, SessionRow.ring_session).where(SessionRow.patient_id.in_(ids))
        of_session = tuple_(table.c.ring_epoch, table.c.ring_session).in_(sessions)
        return or_(theirs, and_(table.c.patient_id.is_(None), of_session))
    for column, leads in _LEADS.items():
        if column in table.c:
            return table.c[column].in_(select(leads.id).where(leads.patient_id.in_(ids)))
    return None


def rows_of(transaction: Transaction, table: Table, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of these patients as plain dicts, in the order in which they were made."""
    theirs = of_people(table, ids)
    if theirs is None:
        return []
    return [dict(row) for row in transaction.execute(select(table).where(theirs).order_by(table.c.id)).mappings()]
