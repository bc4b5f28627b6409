"""From everything that was done of a drill to where the patient stands today: one pure function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from drills.problems import out_of_range
from station.clinic.progression.rules import ProgressionRules, shipped
from station.clinic.progression.standing import LevelState, LevelWay
from station.clinic.progression.steps import (
    after_gap,
    after_set,
    after_trial,
    begin_session,
    end_session,
    fresh,
    unlocked,
)
from station.clinic.progression.values import Entry, Ladder, Level, PastSession, Unlock
from station.faults import InputError, because

_PAIN, _EFFORT = (0.0, 10.0), (6.0, 20.0)
_MOST_SCORE = 1e6


def level_now(history: Sequence[Entry], ladder: Ladder, today: date, rules: ProgressionRules | None = None) -> Level:
    """The level of this drill and leg on this day, with every decision that led to it and its reason.

    The history is in the order of time. Raises InputError "input-invalid": a ladder without rungs, entries out of
    order or after today, an unlock without a name or a reason, a number out of its range.
    """
    way = LevelWay(ladder, rules or shipped())
    _check(history, ladder, today)
    standing = fresh(way, history[0].day if history else today)
    for entry in history:
        standing = unlocked(standing, entry) if isinstance(entry, Unlock) else _session(standing, entry, way)
    return _level(after_gap(standing, today, way), way)


def _session(standing: LevelState, session: PastSession, way: LevelWay) -> LevelState:
    standing = begin_session(standing, session.day, session.pain_start, way)
    for done in session.sets:
        for trial in done.trials:
            standing = after_trial(standing, trial, way)
        standing = after_set(standing, done, way)
    return end_session(standing, session, way)


def _level(standing: LevelState, way: LevelWay) -> Level:
    rest = standing.not_before
    return Level(
        standing.rung,
        standing.inner.share,
        way.ladder.rungs[standing.rung].value_at(standing.inner.share),
        standing.feedback,
        standing.locked,
        rest if rest is not None and rest > standing.today.day else None,
        standing.screen_again,
        standing.automatic_row >= way.rules.automatic_sessions.value,
        standing.decisions,
    )


def _check(history: Sequence[Entry], ladder: Ladder, today: date) -> None:
    if not ladder.rungs:
        raise InputError("input-invalid", ladder.drill, because("ladder-without-rungs"))
    last = date.min
    for number, entry in enumerate(history, 1):
        where = f"{ladder.drill}, entry {number}"
        if not last <= entry.day <= today:
            raise InputError("input-invalid", where, because("history-out-of-order", day=entry.day.isoformat()))
        last = entry.day
        if isinstance(entry, Unlock):
            if not (entry.by.strip() and entry.why.strip()):
                raise InputError("input-invalid", where, because("unlock-without-reason"))
        else:
            _check_session(entry, where)


def _check_session(session: PastSession, where: str) -> None:
    pains = [session.pain_start, session.pain_next_morning, *(one.pain for one in session.sets)]
    _in_range(pains, _PAIN, f"{where}, pain")
    _in_range([one.effort_rpe for one in session.sets], _EFFORT, f"{where}, effort_rpe")
    scores = [trial.score for done in session.sets for trial in done.trials]
    _in_range(scores, (0.0, _MOST_SCORE), f"{where}, score")
    cost = session.dual_task_cost_percent
    _in_range([cost], (-1000.0, 1000.0), f"{where}, dual_task_cost_percent")


def _in_range(values: Iterable[float | None], bounds: tuple[float, float], where: str) -> None:
    least, most = bounds
    for value in values:
        wrong = () if value is None else out_of_range("", value, least, most)
        if wrong:
            raise InputError("input-invalid", where, *wrong)
