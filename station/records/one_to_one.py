"""How long a visit was one to one: what the records know of it, and no more.

A visit's drills from start to end, and the pauses between what is recorded of it (its drills, the questions that its
patient was asked, effort and pain) where nobody else was on the plate or asked meanwhile. In a group the time of the
others is theirs. A pause that is longer than `PAUSE_COUNTS_S` is nobody's: somebody sat in the waiting room.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from station.clock import NS_PER_S, local_midnight_ns
from station.records.models import SaidRow, ScreeningRow, SessionRow, VisitRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session as Transaction

    from station.records.file import Records

PAUSE_COUNTS_S = 600.0
"""Proposed: a rest between sets, with explaining and walking there, is shorter."""


class Span(NamedTuple):
    """Something that went on, in ns of Unix time; a moment where both are the same."""

    began_ns: int
    ended_ns: int


def one_to_one_s(records: Records, visit: str) -> float | None:
    """Seconds that this visit (its UUID) was one to one; None where nothing was trained in it."""
    if not records.there:
        return None
    with records.reading() as transaction:
        row = transaction.get(VisitRow, visit)
        drills = [] if row is None else _drills(transaction, SessionRow.visit_id == visit)
        if row is None or not drills:
            return None
        own = sorted([*drills, *_said(transaction, visit), *_asked(transaction, row, drills[0].began_ns, own=True)])
        return counted_s(own, _others(transaction, row, own))


def counted_s(own: Iterable[Span], others: Iterable[Span]) -> float:
    """Seconds of one's own spans, which may lie over each other, and of the pauses that count."""
    whole = _joined(sorted(own))
    pauses = [Span(before.ended_ns, after.began_ns) for before, after in pairwise(whole)]
    taken = list(others)
    counts = [
        *whole,
        *(
            one
            for one in pauses
            if one.ended_ns - one.began_ns <= PAUSE_COUNTS_S * NS_PER_S
            and not any(other.began_ns <= one.ended_ns and other.ended_ns >= one.began_ns for other in taken)
        ),
    ]
    return sum(one.ended_ns - one.began_ns for one in counts) / NS_PER_S


def _joined(spans: list[Span]) -> list[Span]:
    """The same time, and no moment of it twice."""
    joined: list[Span] = []
    for one in spans:
        if joined and one.began_ns <= joined[-1].ended_ns:
            joined[-1] = Span(joined[-1].began_ns, max(joined[-1].ended_ns, one.ended_ns))
        else:
            joined.append(one)
    return joined


def _drills(transaction: Transaction, *which: object) -> list[Span]:
    """Of a drill whose end nobody knows its beginning counts."""
    query = select(SessionRow.started_ns, SessionRow.ended_ns).where(*which).order_by(SessionRow.started_ns)  # type: ignore[arg-type]
    return [Span(began, max(began, ended or began)) for began, ended in transaction.execute(query)]


def _said(transaction: Transaction, visit: str) -> list[Span]:
    query = select(SaidRow.at_ns).join(SessionRow, SaidRow.session_id == SessionRow.id)
    return [Span(at_ns, at_ns) for at_ns in transaction.scalars(query.where(SessionRow.visit_id == visit))]


def _asked(transaction: Transaction, visit: VisitRow, on_ns: int, *, own: bool) -> list[Span]:
    """The questions of this day: this visit's patient's own, or everybody else's."""
    query = select(ScreeningRow.at_ns).where(
        ScreeningRow.at_ns >= local_midnight_ns(on_ns),
        ScreeningRow.at_ns < local_midnight_ns(on_ns, days=1),
        (ScreeningRow.patient_id == visit.patient_id) if own else (ScreeningRow.patient_id != visit.patient_id),
    )
    return [Span(at_ns, at_ns) for at_ns in transaction.scalars(query)]


def _others(transaction: Transaction, visit: VisitRow, own: list[Span]) -> list[Span]:
    """What went on of other visits meanwhile."""
    began_ns, ended_ns = own[0].began_ns, max(one.ended_ns for one in own)
    drills = _drills(
        transaction,
        SessionRow.visit_id != visit.id,
        SessionRow.started_ns <= ended_ns,
        func.coalesce(SessionRow.ended_ns, SessionRow.started_ns) >= began_ns,
    )
    return [*drills, *_asked(transaction, visit, began_ns, own=False)]
