"""How much the plate is used: sessions, people and hours by week and drill. Nobody's name or code is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from station.clock import NS_PER_S, local_date, local_midnight_ns
from station.records.dose import NO_DOSE, Dose, of_sessions
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
    """As the day counts it."""


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
        of_then = SessionRow.started_ns >= since_ns, SessionRow.started_ns <= now_ns
        vibrated = of_sessions(transaction, *of_then)
        for row in transaction.scalars(select(SessionRow).where(*of_then)):
            day = local_date(row.started_ns)
            found[day - timedelta(days=day.weekday()), row.drill].append(row)
        lines = [_line(week, drill, rows, vibrated) for (week, drill), rows in found.items()]
    return sorted(lines, key=lambda line: (-line.week.toordinal(), line.drill))


def _line(week: date, drill: str, rows: list[SessionRow], vibrated: Mapping[str, Dose]) -> UseLine:
    lasted_ns = sum(max(0, row.ended_ns - row.started_ns) for row in rows if row.ended_ns is not None)
    vibration_s = sum(vibrated.get(row.id, NO_DOSE).vibration_s for row in rows)
    people = len({row.patient_id for row in rows})
    return UseLine(week, drill, len(rows), people, lasted_ns / NS_PER_S / 3600.0, vibration_s)
