"""How much the plate is used: sessions, people and hours by week and drill. Nobody's name or code is in it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from station.clock import NS_PER_S, local_date, local_midnight_ns
from station.records.file import Records
from station.records.models import SessionRow

WEEK = timedelta(days=7)


class UseLine(NamedTuple):
    """One drill in one week."""

    week: date
    """Its Monday, by the local clock."""
    drill: str
    sessions: int
    patients: int
    """How many different people."""
    hours: float
    """From the start of each session to its end: who pauses keeps the plate, so pauses count here."""
    vibration_s: float


def use_of(records: Records, weeks: int) -> list[UseLine]:
    """The last so many weeks, this one included: the newest first, then by the drill's name. Sessions that began before
    count to their own week.
    """
    if not records.there:
        return []
    now_ns = records.now_ns()
    today = local_date(now_ns)
    since_ns = local_midnight_ns(now_ns, days=-(today.weekday() + 7 * (weeks - 1)))
    found: dict[tuple[date, str], list[SessionRow]] = defaultdict(list)
    with records.reading() as transaction:
        of_then = select(SessionRow).where(SessionRow.started_ns >= since_ns, SessionRow.started_ns <= now_ns)
        for row in transaction.scalars(of_then.options(selectinload(SessionRow.dose))):
            day = local_date(row.started_ns)
            found[day - timedelta(days=day.weekday()), row.drill].append(row)
        lines = [_line(week, drill, rows) for (week, drill), rows in found.items()]
    return sorted(lines, key=lambda line: (-line.week.toordinal(), line.drill))


def _line(week: date, drill: str, rows: list[SessionRow]) -> UseLine:
    lasted_ns = sum(max(0, row.ended_ns - row.started_ns) for row in rows if row.ended_ns is not None)
    vibration_s = sum(row.dose.vibration_s for row in rows if row.dose is not None)
    people = len({row.patient_id for row in rows})
    return UseLine(week, drill, len(rows), people, lasted_ns / NS_PER_S / 3600.0, vibration_s)
