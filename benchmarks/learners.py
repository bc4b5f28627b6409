"""Simulated learners on the station's own rules of progression: what `benchmarks.progression` counts.

A learner hits with the chance 1 / (1 + exp((d - ability) / slope)), with d the rung and the number in it, both in
rungs, and a trial is unsafe with a chance of its own, as part of what was not hit. Whoever is locked is unlocked before
the next session. Nobody tires, learns or hurts: what is seen is what the rules do by themselves.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, timedelta
from typing import NamedTuple

from station.clinic.progression.rules import shipped
from station.clinic.progression.standing import LevelState, LevelWay
from station.clinic.progression.steps import after_set, after_trial, begin_session, end_session, fresh, unlocked
from station.clinic.progression.values import (
    HIT,
    MISS,
    UNSAFE,
    Ladder,
    Outcome,
    PastSession,
    PastTrial,
    Rung,
    SetDone,
    Unlock,
)

SET_TRIALS = 3
SETTLED_FROM = 16
"""Trial from which on success is counted, from 1."""
RUNGS = 5
FIRST = 2
"""The rung that a learner begins on, and inside which success is as wanted."""
_DAY = date(2026, 1, 5)


class Group(NamedTuple):
    """Learners of one kind."""

    learners: int
    slope: float
    """Rungs: 0.4 is steep, 1.2 flat."""
    unsafe: float
    """Chance of a trial to be unsafe, where it is not hit."""
    session_trials: int = 12
    sessions: int = 6
    fear: bool = False
    seed: int = 1


class Seen(NamedTuple):
    """What became of a group."""

    success: float
    """Share of hits from trial `SETTLED_FROM` on."""
    there: float
    """The same of the trials on the rung inside which the wanted share lies. Whoever has just hit much there is on the
    next one, and comes back to its middle: what is counted there alone is what went well.
    """
    by_trial: tuple[float, ...]
    """Share of hits of all learners, by trial."""
    spread: float
    """Standard deviation of the learners' own shares."""
    locked: float
    """Share of sessions that ended locked."""
    most_rungs: int
    """The furthest that anybody's rung moved within one session."""
    ups: int
    ups_across: int
    """Steps up, and those whose window lay in more than one session."""


class _Counts(NamedTuple):
    hits: Counter[int]
    trials: Counter[int]
    there: Counter[bool]
    own: list[float]
    totals: Counter[str]


def seen(group: Group) -> Seen:
    """Let them climb."""
    rng = random.Random(group.seed)
    counts = _Counts(Counter(), Counter(), Counter(), [], Counter())
    ladder = Ladder("D03", "left", tuple(Rung(str(n), n, n + 1, "rung") for n in range(RUNGS)), FIRST, group.fear)
    way = LevelWay(ladder, shipped())
    for _ in range(group.learners):
        _climb(group, way, rng, counts)
    late = range(SETTLED_FROM, group.sessions * group.session_trials + 1)
    trials = sum(counts.trials[number] for number in late)
    mean = sum(counts.own) / len(counts.own)
    return Seen(
        sum(counts.hits[number] for number in late) / trials,
        counts.there[True] / sum(counts.there.values()),
        tuple(counts.hits[n] / counts.trials[n] for n in sorted(counts.trials) if counts.trials[n]),
        math.sqrt(sum((one - mean) ** 2 for one in counts.own) / len(counts.own)),
        counts.totals["locked"] / counts.totals["sessions"],
        counts.totals["most"],
        counts.totals["ups"],
        counts.totals["across"],
    )


def _climb(group: Group, way: LevelWay, rng: random.Random, counts: _Counts) -> None:
    ability = FIRST + rng.random() + group.slope * math.log(way.target / (1.0 - way.target))
    standing, number, own = fresh(way, _DAY), 0, []
    for visit in range(group.sessions):
        day = _DAY + timedelta(days=3 * visit)
        standing = unlocked(standing, Unlock(day, "therapist", "seen"))
        standing = begin_session(standing, day, 0.0, way)
        began, since = standing.rung, 0
        for _ in range(group.session_trials // SET_TRIALS):
            done = []
            for _ in range(SET_TRIALS):
                if standing.today.over:
                    break
                number, since = number + 1, since + 1
                outcome = _outcome(group, ability - standing.rung - standing.inner.share, rng)
                counts.trials[number] += 1
                counts.hits[number] += outcome == HIT
                if number >= SETTLED_FROM:
                    own.append(outcome == HIT)
                    counts.there[outcome == HIT] += standing.rung == FIRST
                done.append(PastTrial(outcome))
                standing = after_trial(standing, done[-1], way)
            before = standing.rung
            standing = after_set(standing, SetDone(tuple(done), 12.0, 0.0), way)._replace(decisions=())
            if standing.rung > before:
                counts.totals["ups"] += 1
                counts.totals["across"] += since < way.rules.window_trials.value
            counts.totals["most"] = max(counts.totals["most"], abs(standing.rung - began))
        counts.totals["sessions"] += 1
        counts.totals["locked"] += standing.locked
        standing = _ended(standing, day, way)
    if own:
        counts.own.append(sum(own) / len(own))


def _outcome(group: Group, ahead: float, rng: random.Random) -> Outcome:
    hit = 1.0 / (1.0 + math.exp(-ahead / group.slope))
    drawn = rng.random()
    return HIT if drawn < hit else UNSAFE if drawn < hit + group.unsafe else MISS


def _ended(standing: LevelState, day: date, way: LevelWay) -> LevelState:
    return end_session(standing, PastSession(day, (), 0.0), way)._replace(decisions=())
