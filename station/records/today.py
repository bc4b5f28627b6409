"""What of a patient holds today: the questions before vibration, the last stay, and the vibration that counts."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import func, select

from station.clinic.plan.week import Trained, WeekLeft, left_of_week, trains
from station.clock import NS_PER_S, VouchedMoment, local_date, local_midnight_ns
from station.records.dose import Doses, of_sessions
from station.records.file import Records
from station.records.models import CLOSED, OPEN, PatientRow, SessionRow, TrialRow, VisitRow
from station.records.plans import Plans
from station.records.screenings import Screened, Screenings
from station.records.sessions import Sessions

_MOST_DRILLS = 60
"""Of one stay that are looked at."""


class Stay(NamedTuple):
    """The last visit that had a drill."""

    started_ns: int
    """When its first drill began, wall time."""
    drills: int
    seconds: float
    """For which its drills ran, together, without their pauses."""
    last: dict[str, Any]
    """Its last drill, as a line of `station.records.sessions`."""
    running: str
    """UUID of the visit where it is of today and nobody has ended it; "" where it is over."""


class Week(NamedTuple):
    """What was done since Monday, by the clinic's calendar."""

    days: int
    """On which there was a drill."""
    drills: int
    vibration_s: float
    """As the day counts it."""


class PatientToday(NamedTuple):
    """All of one patient that holds now."""

    screened: Screened
    stay: Stay | None
    dose: dict[str, float]
    """What counts today, as `station.records.dose.Doses.today`."""
    week: Week
    left: WeekLeft
    """Of the plan's dose of this week."""
    signed: bool
    """Whether each of their visits of this day is signed: what is started now begins another one."""


def today_of(records: Records, code: str, now: VouchedMoment) -> PatientToday:
    """What holds now for the patient of this code. Raises StorageError: what cannot be read is not nothing."""
    sessions = Sessions(records).newest(code, _MOST_DRILLS)
    dose = Doses(records).today(code, now.wall_ns)
    week, trained = _week(records, code, now.wall_ns)
    left = left_of_week(Plans(records).current(code), local_date(now.wall_ns), trained)
    screened, signed = Screenings(records).of(code, now), _all_signed(records, code, now.wall_ns)
    return PatientToday(screened, _stay(records, sessions, now.wall_ns), dose, week, left, signed)


def _all_signed(records: Records, code: str, now_ns: int) -> bool:
    if not records.there:
        return False
    theirs = select(VisitRow.state).join(PatientRow, PatientRow.id == VisitRow.patient_id)
    with records.reading() as transaction:
        day_ns = local_midnight_ns(now_ns), local_midnight_ns(now_ns, days=1)
        of_today = theirs.where(PatientRow.code == code.upper(), VisitRow.opened_ns.between(day_ns[0], day_ns[1] - 1))
        states = transaction.scalars(of_today).all()
    return bool(states) and all(state == CLOSED for state in states)


def _week(records: Records, code: str, now_ns: int) -> tuple[Week, Trained]:
    """Sessions dated later than now count too, as with the day."""
    if not records.there:
        return Week(0, 0, 0.0), Trained(0, 0.0)
    monday_ns = local_midnight_ns(now_ns, days=-local_date(now_ns).weekday())
    paused = select(func.sum(TrialRow.exercise["paused_s"].as_float())).where(TrialRow.session_id == SessionRow.id)
    paused_s = paused.scalar_subquery().label("paused_s")
    of_each = SessionRow.started_ns, SessionRow.ended_ns, SessionRow.drill, paused_s
    with records.reading() as transaction:
        whose = select(PatientRow.id).where(PatientRow.code == code.upper()).scalar_subquery()
        theirs = SessionRow.patient_id == whose, SessionRow.started_ns >= monday_ns
        rows = transaction.execute(select(*of_each).where(*theirs)).all()
        vibrated = of_sessions(transaction, *theirs)
    trained = [one for one in rows if trains(one.drill)]
    seconds = sum(
        max(0.0, ((one.ended_ns or one.started_ns) - one.started_ns) / NS_PER_S - (one.paused_s or 0.0))
        for one in trained
    )
    days, training = {local_date(one.started_ns) for one in rows}, {local_date(one.started_ns) for one in trained}
    week = Week(len(days), len(rows), sum(one.vibration_s for one in vibrated.values()))
    return week, Trained(len(training), seconds)


def _stay(records: Records, newest: list[dict[str, Any]], now_ns: int) -> Stay | None:
    if not newest:
        return None
    of_it = [one for one in newest if one["visit"] == newest[0]["visit"]]
    ended = [one for one in of_it if one["ended_ns"]]
    lasted = [max(0.0, (one["ended_ns"] - one["started_ns"]) / NS_PER_S - one["paused_s"]) for one in ended]
    with records.reading() as transaction:
        visit = transaction.get(VisitRow, newest[0]["visit"])
        runs = visit is not None and visit.state == OPEN and visit.opened_ns >= local_midnight_ns(now_ns)
    return Stay(of_it[-1]["started_ns"], len(of_it), sum(lasted), newest[0], newest[0]["visit"] if runs else "")
