"""From the records' sessions to the history that progression goes by, and what one set has decided: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from drills.problems import Problem
from station.clinic.progression.history import level_now
from station.clinic.progression.ladders import LadderTable, Leader, ladder_for, was_done_at
from station.clinic.progression.values import (
    HIT,
    MISS,
    UNSAFE,
    Entry,
    Level,
    Outcome,
    PastSession,
    PastTrial,
    SetDone,
    Unlock,
)
from station.faults import because

_UNSAFE_ENDS = ("foot-down", "step-off", "over-load")
_DAMAGED, _HELD, _INTERRUPTED, _PROBE = "damaged", "held", "interrupted", "F4"


class SetTrial(NamedTuple):
    """One trial of a set, as the records have it."""

    outcome: str
    hold_s: float
    exercise: Mapping[str, Any]
    """As `station.analysis.exercised` gives it; empty where nobody knows."""
    suspect: bool = False


class PastSet(NamedTuple):
    """One session of a drill: a set."""

    drill: str
    visit: str
    day: date
    state: str
    trials: Sequence[SetTrial]
    said: Mapping[str, Any]
    """effort_rpe, pain, near_fall, swollen, pain_next_morning; what is not there was not asked."""
    pain_start: float | None = None
    counted: bool = True
    """Whether it was done at the level that was asked for."""
    session: str = ""
    """Which one it is, for whom it is of."""
    dual_task_cost_percent: float | None = None
    """What a second task cost the standing in the same visit; None where that was not tried."""

    @property
    def is_probe(self) -> bool:
        """Whether it is what tells how much is kept: one try without feedback."""
        return len(self.trials) == 1 and self.trials[0].exercise.get("feedback") == _PROBE


Happened = PastSet | Unlock


class Decided(NamedTuple):
    """What one set has come to."""

    level: Level
    reasons: tuple[Problem, ...]
    """Of this set alone, in their order."""
    counted: bool


def level_after(happened: Sequence[Happened], table: LadderTable, leg: str, asked: Leader, today: date) -> Level:
    """The level on this day after all that happened, which stands in the order of time."""
    side: Literal["left", "right", "both"] = "left" if leg == "left" else "right" if leg == "right" else "both"
    entries = _entries(happened)
    last = max((one.day for one in entries), default=today)  # a clock that was wrong does not end a plan
    return level_now(entries, ladder_for(table, side, asked), max(today, last))


def decided(before: Sequence[Happened], done: PastSet, table: LadderTable, leg: str, asked: Leader) -> Decided:
    """What this set decides, after what happened before it. A set of another level moves nothing, and neither do trials
    whose data are damaged; unsafe ones count all the same. What was cut off is said, and the rest goes on.
    """
    level = level_after(before, table, leg, asked, done.day)
    known = [one for one in done.trials if one.exercise]
    counted = bool(known) and all(was_done_at(table, level, done.drill, one.exercise) for one in known)
    after = level_after([*before, done._replace(counted=counted)], table, leg, asked, done.day)
    left = Counter(map(repr, level.decisions))
    new = []
    for one in after.decisions:
        if left[repr(one)]:
            left[repr(one)] -= 1
        else:
            new.append(one.reason)
    return Decided(after, (*_cut_off(done), *(() if counted else (because("set-not-at-level"),)), *new), counted)


def _cut_off(done: PastSet) -> tuple[Problem, ...]:
    said = []
    lost = sum(one.outcome == _DAMAGED for one in done.trials)
    if done.state == _INTERRUPTED:
        said.append(because("set-cut-off", kept=len(done.trials) - lost))
    if lost:
        said.append(because("set-damaged", count=lost))
    return tuple(said)


def _entries(happened: Sequence[Happened]) -> list[Entry]:
    """Sets of one visit in a row are one session."""
    entries: list[Entry] = []
    visit = None
    for one in happened:
        if isinstance(one, Unlock):
            entries.append(one)
            visit = None
            continue
        if visit == one.visit and entries and isinstance(entries[-1], PastSession):
            entries[-1] = _joined(entries[-1], one)
        else:
            entries.append(_joined(PastSession(one.day, (), one.pain_start), one))
        visit = one.visit
    return entries


def _joined(session: PastSession, one: PastSet) -> PastSession:
    said = one.said
    counted = [_past(trial, one, not session.sets) for trial in one.trials]
    trials = tuple(trial for trial in counted if trial is not None)
    if said.get("near_fall") and trials:
        trials = (*trials[:-1], trials[-1]._replace(near_fall=True))
    done = SetDone(trials, said.get("effort_rpe"), said.get("pain"))
    morning = said.get("pain_next_morning")
    return session._replace(
        sets=(*session.sets, done),
        pain_next_morning=session.pain_next_morning if morning is None else morning,
        swollen=session.swollen or bool(said.get("swollen")),
        dual_task_cost_percent=one.dual_task_cost_percent,
    )


def _past(trial: SetTrial, of: PastSet, first: bool) -> PastTrial | None:
    """A trial as progression counts it; None for one that never began or that somebody stopped."""
    exercise = trial.exercise
    outcome: Outcome = MISS
    if trial.outcome in _UNSAFE_ENDS:
        outcome = UNSAFE
    elif trial.outcome == _HELD:
        outcome = HIT if exercise.get("passed") else MISS
    elif trial.outcome != _DAMAGED:
        return None
    probe = first and of.is_probe
    degraded = trial.suspect or trial.outcome == _DAMAGED or not exercise or not of.counted
    return PastTrial(outcome, degraded=degraded and not probe, probe=probe, score=_score(trial))


def _score(trial: SetTrial) -> float | None:
    """What was reached, as a share of what was asked for."""
    of, goal_s = trial.exercise.get("of") or 0, trial.exercise.get("goal_s") or 0.0
    if of:
        return float(trial.exercise["done"]) / float(of)
    return trial.hold_s / float(goal_s) if goal_s else None
