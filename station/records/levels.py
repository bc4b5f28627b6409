"""Levels: where each patient stands in each drill, decided after every set, with the reasons as keys and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction
from sqlalchemy.orm import selectinload

from drills.problems import Problem, out_of_range
from station.clinic.progression.ladders import (
    AtLevel,
    LadderTable,
    Leader,
    on_rung_asked,
    possible,
    rung_of_hold,
    shipped_ladders,
)
from station.clinic.progression.past import Happened, PastSet, SetTrial, decided, level_after
from station.clinic.progression.values import Decision, Level, Unlock
from station.clock import NS_PER_S, local_date, local_midnight_ns
from station.faults import InputError, StationError, as_json, because
from station.records import audit
from station.records.chosen import RUNG, RungAsked, chosen_on
from station.records.file import Records
from station.records.ids import derived, uuid7
from station.records.locks import LOCKED, why_refused
from station.records.models import LevelRow, PatientRow, PlanRow, SaidRow, ScreeningRow, SessionRow

UNLOCKED, SAID = "drill-unlocked", "set-said"
"""Lines of the audit log."""
BOTH = "both"
LEGS = ("left", "right", BOTH)
"""On which a ladder is climbed: a set of both in turns climbs none."""
_UNLOCKED_BY = "rung-unlocked"
_BOUNDS = {"effort_rpe": (6.0, 20.0), "pain": (0.0, 10.0), "pain_next_morning": (0.0, 10.0)}
_FLAGS = ("near_fall", "swollen")
_OF_LEVEL = ("rung", "share", "value", "feedback", "locked", "screen_again", "automatic")


class StartLevel(NamedTuple):
    """How the next set of a planned drill begins."""

    at: AtLevel
    trials: int | None
    """As a person changed it in the plan."""
    view: dict[str, Any]
    """As `Levels.now` gives it."""
    planned: bool = True
    """Whether a plan leads."""
    harder: RungAsked | None = None
    """The rung that was asked for where the plan has not come to it: a person must say why."""

    def allow(self) -> None:
        """Raises StationError "drill-locked" before a therapist has unlocked it, and on a day
        of rest.
        """
        if why := why_refused(self.view):
            raise StationError(LOCKED, self.view["ladder"], *why)


class KnownLevel(NamedTuple):
    """Where a patient stands on the ladder that leads over a drill."""

    table: LadderTable
    level: Level
    line: Mapping[str, Any] | None
    """Of their plan; None where it does not have the drill."""
    trials: int | None
    """As `StartLevel`."""
    view: dict[str, Any]
    known: bool
    """Whether a plan, or a set that counted, says anything of it: else it is the ladder's own start."""


class Levels:
    """The levels in these records, as plain dicts."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def decide(self, name: str) -> dict[str, Any] | None:
        """Write down what the set with this name of a session has decided, and again for each set of that drill and leg
        after it. None where no ladder leads over its drill, or its figures are not there yet.
        """
        with self._records.writing() as transaction:
            session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
            if session is None or session.pipeline is None:
                return None
            if _cost_told(session) is not None:
                _decide_beside(transaction, session)
            if session.leg not in LEGS:
                return None
            table = _ladder_of(transaction, session.patient_id, session.drill)
            return None if table is None else _decide(transaction, session, table)

    def now(self, patient: str, today: date) -> list[dict[str, Any]]:
        """Every drill of the patient's plan, or done before, that has a ladder, by leg: level, lock, the reasons of its
        last set, and the document that the next one takes.
        """
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            row = _patient(transaction, patient)
            if row is None:
                return []
            plan = _newest_plan(transaction, row.id)
            done = {
                (one.ladder, leg)
                for one in transaction.scalars(select(LevelRow).where(LevelRow.patient_id == row.id))
                for leg in _now(one.ladder, one.leg)
            }
            planned = {
                (one["drill"], leg) for one in (plan.plan["drills"] if plan else ()) for leg in _legs(one["drill"])
            }
            return [_view(transaction, row.id, table, leg, today) for table, leg in _sorted(done | planned)]

    def standing(self, patient: str, document: str, leg: str, today: date) -> KnownLevel | None:
        """Where this patient stands in this drill, also one that nobody has planned; None where no ladder leads over it
        on this leg.
        """
        if not self._records.there or leg not in LEGS:
            return None
        with self._records.reading() as transaction:
            row = _patient(transaction, patient)
            patient_id = "" if row is None else row.id
            table = _ladder_of(transaction, patient_id, document)
            if table is None or leg not in _legs(table.id):
                return None
            plan = _newest_plan(transaction, patient_id)
            line = next((one for one in plan.plan["drills"] if one["drill"] == table.id), None) if plan else None
            level = level_after(_happened(transaction, patient_id, table, leg), table, leg, _leader(plan, table), today)
            trials = plan.changed.get(table.id, {}).get("trials") if plan and line else None
            known = line is not None or _has_counted(transaction, patient_id, table, leg)
            return KnownLevel(table, level, line, trials, _view(transaction, patient_id, table, leg, today), known)

    def start(
        self, patient: str, document: str, leg: str, today: date, *, probe: bool = False, rung: int | None = None
    ) -> StartLevel | None:
        """How the next set of this drill begins; None where the patient's plan, or any ladder, does not have it.
        `probe`: one try without feedback, which tells how much was kept since the last visit. `rung`, from 1: on this
        one, as a person asks for it, also where no plan has the drill; raises InputError "input-invalid" for one that
        its ladder does not have.
        """
        found = self.standing(patient, document, leg, today)
        if found is None or (found.line is None and rung is None):
            return None
        table, level, harder = found.table, found.level, None
        if rung is not None:
            problems = out_of_range("rung", rung, 1, len(table.rung))
            if problems:
                raise InputError("input-invalid", "rung", *problems)
            if found.line is not None and rung - 1 > level.rung:
                harder = RungAsked(table.id, leg, rung, level.rung + 1)
            level = on_rung_asked(table, level, rung - 1)
        trials, planned = 1 if probe else found.trials, found.line is not None
        return StartLevel(possible(table, level, probe), trials, found.view, planned, harder)

    def done(self, patient: str, today: date) -> list[dict[str, Any]]:
        """The sets of this patient on this day, in their order: session, drill, leg, how many trials were passed, and
        what they have decided.
        """
        if not self._records.there:
            return []
        with self._records.reading() as transaction:
            row = _patient(transaction, patient)
            if row is None:
                return []
            query = select(SessionRow).where(
                SessionRow.patient_id == row.id,
                SessionRow.started_ns >= local_midnight_ns(_noon_ns(today)),
                SessionRow.started_ns < local_midnight_ns(_noon_ns(today), days=1),
            )
            loaded = query.options(selectinload(SessionRow.trials), selectinload(SessionRow.level))
            return [_done(transaction, one) for one in transaction.scalars(loaded.order_by(SessionRow.started_ns))]

    def say(self, name: str, by: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """Effort, pain or a near fall after the set of this session, and what it has decided with it. Raises InputError
        "input-invalid" for a number beyond its scale, and "session-unknown".
        """
        kept = _checked(said)
        with self._records.writing() as transaction:
            session = transaction.scalars(select(SessionRow).where(SessionRow.name == name)).first()
            if session is None:
                raise InputError("session-unknown", name)
            at_ns = self._records.now_ns()
            row = SaidRow(id=uuid7(), patient_id=session.patient_id, session_id=session.id, at_ns=at_ns, by=by.strip())
            row.ladder, row.leg, row.day, row.said = session.drill, session.leg, local_date(at_ns).isoformat(), kept
            transaction.add(row)
            detail = {"session": session.name, **kept}
            audit.append(transaction, at_ns, by.strip(), SAID, audit.placed(detail))
        return self.decide(name)

    def decided(self, name: str) -> list[dict[str, Any]]:
        """What the set of this session has decided, as JSON values; nothing before its figures, or without a ladder."""
        with self._records.reading() as transaction:
            row = transaction.scalars(select(LevelRow).join(SessionRow).where(SessionRow.name == name)).first()
            return [] if row is None else list(row.decisions)

    def unlock(self, patient: str, drill: str, leg: str, by: str, why: str) -> None:
        """A therapist lets a locked drill go on, from the next set on. Raises InputError "input-invalid" without a name
        or a reason, and for a drill without a ladder.
        """
        table = shipped_ladders().of(drill)
        if table is None:
            raise InputError(
                "input-invalid", drill, because("there-are", names=[one.id for one in shipped_ladders().ladder])
            )
        if not (by.strip() and why.strip()):
            raise InputError("input-invalid", drill, because("unlock-without-reason"))
        at_ns = self._records.now_ns()
        with self._records.writing() as transaction:
            patient_row = _patient(transaction, patient)
            if patient_row is None:
                raise InputError("patient-unknown", patient)
            row = SaidRow(id=uuid7(), patient_id=patient_row.id, session_id=None, at_ns=at_ns, by=by.strip())
            row.ladder, row.leg, row.day, row.said = drill, leg, local_date(at_ns).isoformat(), {"why": why.strip()}
            transaction.add(row)
            detail = {"patient": patient_row.id, "drill": drill, "leg": leg}
            audit.append(transaction, at_ns, row.by, UNLOCKED, audit.placed(detail))


def _noon_ns(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, 12).timestamp()) * NS_PER_S


def _done(transaction: Transaction, session: SessionRow) -> dict[str, Any]:
    table = _ladder_of(transaction, session.patient_id, session.drill)
    return {
        "session": session.name,
        "drill": "" if table is None else table.id,
        "document": session.drill,
        "leg": session.leg,
        "state": session.state,
        "outcome": session.outcome,
        "trials": len(session.trials),
        "passed": sum(bool((one.exercise or {}).get("passed")) for one in session.trials),
        "probe": _set_of(transaction, session).is_probe,
        "decisions": session.level.decisions if session.level else [],
    }


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    problems: list[Problem] = []
    kept: dict[str, Any] = {}
    for name, value in said.items():
        if value is None:
            continue
        if name in _FLAGS:
            kept[name] = bool(value)
        else:
            problems += out_of_range(name, float(value), *_BOUNDS[name])
            kept[name] = float(value)
    if problems:
        raise InputError("input-invalid", "said", *problems)
    return kept


def _patient(transaction: Transaction, code: str) -> PatientRow | None:
    return transaction.scalars(select(PatientRow).where(PatientRow.code == code.upper())).first()


def _newest_plan(transaction: Transaction, patient_id: str) -> PlanRow | None:
    theirs = select(PlanRow).where(PlanRow.patient_id == patient_id)
    return transaction.scalars(theirs.order_by(PlanRow.at_ns.desc(), PlanRow.id.desc())).first()


def _ladder_of(transaction: Transaction, patient_id: str, document: str) -> LadderTable | None:
    """The ladder that leads over this document: one of the plan, else the document's own; None where there is none."""
    plan = _newest_plan(transaction, patient_id)
    planned = {one["drill"] for one in plan.plan["drills"]} if plan else set()
    led = shipped_ladders().led_by(document)
    return next((one for one in led if one.id in planned), next(iter(led), None))


def _legs(drill: str) -> tuple[str, ...]:
    from drills.library import load_shipped
    from drills.prescription import legs_of

    table = shipped_ladders().of(drill)
    if table is None:
        return ()
    legs = [leg.value for leg in legs_of(load_shipped(table.document))]
    return ("both",) if "both" in legs else tuple(legs)


def _now(drill: str, leg: str) -> tuple[str, ...]:
    """On which legs a drill that was done on this one is done now: on each, where it asks for a foot by now."""
    legs = _legs(drill)
    return legs if leg == BOTH and legs and BOTH not in legs else (leg,)


def _sorted(wanted: set[tuple[str, str]]) -> list[tuple[LadderTable, str]]:
    tables = ((shipped_ladders().of(drill), leg) for drill, leg in sorted(wanted))
    return [(table, leg) for table, leg in tables if table is not None]


def _leader(plan: PlanRow | None, table: LadderTable) -> Leader:
    """What the plan asks of this ladder: where it begins, for whom success is to be higher, and after an operation."""
    if plan is None:
        return Leader()
    line: dict[str, Any] = next((one for one in plan.plan["drills"] if one["drill"] == table.id), {})
    notes = {one["reason"] for one in plan.plan["notes"]}
    start = None
    if (asked := line.get("start")) is not None and "goal_s" in asked["values"]:
        start = rung_of_hold(table, asked["values"]["goal_s"], closed=asked["reason"] == "plan-start-closed-s")
    if "plan-lower-rung" in notes:
        start = max(0, (table.start - 1 if start is None else start) - 1)
    if (rung := plan.changed.get(table.id, {}).get("rung")) is not None:
        start = int(rung) - 1
    conditions = (plan.found.get("conditions") or {}).get("value") or ()
    return Leader(start, "plan-high-success" in notes, "surgery-under-12-weeks" in conditions)


def _happened(transaction: Transaction, patient_id: str, table: LadderTable, leg: str) -> list[Happened]:
    """All that happened on this ladder with this leg, in the order of time."""
    legs = _counting_for(table, leg)
    sessions = (
        select(SessionRow)
        .where(SessionRow.patient_id == patient_id, SessionRow.leg.in_(legs))
        .where(SessionRow.drill.in_(table.documents), SessionRow.pipeline.is_not(None))
        .options(selectinload(SessionRow.trials), selectinload(SessionRow.level), selectinload(SessionRow.said))
    )
    found: list[tuple[int, Happened]] = [
        (one.started_ns, _set_of(transaction, one))
        for one in transaction.scalars(sessions.order_by(SessionRow.started_ns))
    ]
    unlocks = select(SaidRow).where(
        SaidRow.patient_id == patient_id,
        SaidRow.session_id.is_(None),
        SaidRow.ladder == table.id,
        SaidRow.leg.in_(legs),
    )
    found += [
        (one.at_ns, Unlock(date.fromisoformat(one.day), one.by, one.said["why"]))
        for one in transaction.scalars(unlocks)
        if RUNG not in one.said
    ]
    return _in_order(found)


def _counting_for(table: LadderTable, leg: str) -> tuple[str, ...]:
    """On which legs a set counts for this one. What was done on both, before a drill asked which foot is in front, was
    done by either: nobody begins again.
    """
    return (leg,) if leg == BOTH or BOTH in _legs(table.id) else (leg, BOTH)


def _in_order(found: list[tuple[int, Happened]]) -> list[Happened]:
    """By time. The days of a station whose clock was wrong never go back: a later one is no earlier."""
    ordered: list[Happened] = []
    last = date.min
    for _, one in sorted(found, key=lambda pair: pair[0]):
        last = max(last, one.day)
        ordered.append(one._replace(day=last))
    return ordered


def _set_of(transaction: Transaction, session: SessionRow) -> PastSet:
    trials = [SetTrial(one.outcome, one.hold_s, one.exercise or {}, "suspect" in one.reasons) for one in session.trials]
    said: dict[str, Any] = {}
    for one in session.said:
        said |= one.said
    day = local_date(session.started_ns)
    counted = session.level is None or session.level.counted
    pain = _pain_of_day(transaction, session.patient_id, day)
    cost = _dual_task_cost_percent(transaction, session.visit_id)
    return PastSet(session.drill, session.visit_id, day, session.state, trials, said, pain, counted, session.id, cost)


def _dual_task_cost_percent(transaction: Transaction, visit: str) -> float | None:
    """What a second task cost the standing in this visit, as the last trial of both at once has it."""
    query = select(SessionRow).where(SessionRow.visit_id == visit, SessionRow.pipeline.is_not(None))
    cost = None
    for session in transaction.scalars(query.order_by(SessionRow.started_ns)):
        told = _cost_told(session)
        cost = cost if told is None else told
    return cost


def _cost_told(session: SessionRow) -> float | None:
    """In percent, by the last trial that tells it."""
    cost = None
    for trial in session.trials:
        told = (trial.exercise or {}).get("said", {}).get("two-things", {}).get("cost_standing")
        cost = cost if told is None else 100.0 * max(0.0, float(told))
    return cost


def _decide_beside(transaction: Transaction, session: SessionRow) -> None:
    """Again for the other drills of this visit: what a second task costs is known of them now."""
    query = select(SessionRow).where(SessionRow.visit_id == session.visit_id, SessionRow.drill != session.drill)
    for one in transaction.scalars(query.order_by(SessionRow.started_ns)).all():
        table = _ladder_of(transaction, one.patient_id, one.drill)
        if table is not None and one.level is not None:
            _decide(transaction, one, table)


def _pain_of_day(transaction: Transaction, patient_id: str, day: date) -> float | None:
    """Pain as the newest screening of that day has it."""
    theirs = select(ScreeningRow).where(ScreeningRow.patient_id == patient_id).order_by(ScreeningRow.at_ns)
    pain = None
    for row in transaction.scalars(theirs):
        value = row.answers.get("pain")
        if local_date(row.at_ns) == day and isinstance(value, int | float) and not isinstance(value, bool):
            pain = float(value)
    return pain


def _decide(transaction: Transaction, session: SessionRow, table: LadderTable) -> dict[str, Any] | None:
    """What this set and each after it has decided on this ladder; of this one as JSON values."""
    first: LevelRow | None = None
    leader = _leader(_newest_plan(transaction, session.patient_id), table)
    sets = (
        select(SessionRow)
        .where(SessionRow.patient_id == session.patient_id, SessionRow.leg == session.leg)
        .where(SessionRow.drill.in_(table.documents), SessionRow.pipeline.is_not(None))
        .where(SessionRow.started_ns >= session.started_ns)
    )
    for one in transaction.scalars(sets.order_by(SessionRow.started_ns)).all():
        happened = _happened(transaction, one.patient_id, table, one.leg)
        own = _set_of(transaction, one)
        at = next(place for place, past in enumerate(happened) if isinstance(past, PastSet) and past.session == one.id)
        found = decided(happened[:at], own._replace(day=happened[at].day), table, one.leg, leader)
        row = one.level or LevelRow(id=derived(one.started_ns, f"{one.id}/level"), patient_id=one.patient_id)
        row.ladder, row.leg, row.day, row.counted = table.id, one.leg, happened[at].day.isoformat(), found.counted
        row.level, row.decisions = level_values(found.level), [as_json(reason) for reason in found.reasons]
        one.level = row
        first = first or row
        transaction.flush()
    if first is None:
        return None
    return {"ladder": table.id, "leg": session.leg, "level": first.level, "decisions": first.decisions}


def decide_again(transaction: Transaction, session: SessionRow, before: str) -> None:
    """This session has gone over to its patient from the one of the id `before`: of both, what every set has decided
    that was done since on its ladder.
    """
    for patient_id in (before, session.patient_id):
        table = _ladder_of(transaction, patient_id, session.drill)
        since = select(SessionRow).where(
            SessionRow.patient_id == patient_id,
            SessionRow.drill.in_(() if table is None else table.documents),
            SessionRow.pipeline.is_not(None),
            SessionRow.started_ns >= session.started_ns,
        )
        seen: set[str] = set()
        for one in transaction.scalars(since.order_by(SessionRow.started_ns)).all():
            if table is not None and one.leg in LEGS and one.leg not in seen:
                seen.add(one.leg)
                _decide(transaction, one, table)


def level_values(level: Level) -> dict[str, Any]:
    """A level as JSON values, without the reasons that led to it."""
    rest = None if level.not_before is None else level.not_before.isoformat()
    return {**{name: getattr(level, name) for name in _OF_LEVEL}, "not_before": rest}


def _has_counted(transaction: Transaction, patient_id: str, table: LadderTable, leg: str) -> bool:
    theirs = select(LevelRow.id).where(LevelRow.patient_id == patient_id, LevelRow.ladder == table.id)
    counted = theirs.where(LevelRow.leg.in_(_counting_for(table, leg)), LevelRow.counted)
    return transaction.scalars(counted).first() is not None


def _is_since(one: Decision, last_day: str) -> bool:
    """Whether a decision was made after the last set: of a later day, or by a person."""
    return one.day.isoformat() > last_day or one.reason.reason == _UNLOCKED_BY


def _view(transaction: Transaction, patient_id: str, table: LadderTable, leg: str, today: date) -> dict[str, Any]:
    """Where the patient stands today, with the reasons of the last set and of what came after it."""
    leader = _leader(_newest_plan(transaction, patient_id), table)
    happened = _happened(transaction, patient_id, table, leg)
    level = level_after(happened, table, leg, leader, today)
    last = transaction.scalars(
        select(LevelRow)
        .join(SessionRow)
        .where(LevelRow.patient_id == patient_id, LevelRow.ladder == table.id)
        .where(LevelRow.leg.in_(_counting_for(table, leg)))
        .order_by(SessionRow.started_ns.desc())
    ).first()
    since = [as_json(one.reason) for one in level.decisions if last is None or _is_since(one, last.day)]
    since += chosen_on(transaction, patient_id, table.id, leg, today)
    return {
        "ladder": table.id,
        "document": table.document_of(level.rung),
        "leg": leg,
        "rungs": len(table.rung),
        "number": table.number,
        "unit": table.unit,
        **level_values(level),
        "last_day": None if last is None else last.day,
        "decisions": [*(last.decisions if last else ()), *since],
    }
