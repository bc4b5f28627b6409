"""Comparing: two lamps, one after the other; in the time of one of them the plate hums, and the patient says which.

The therapist taps it. The level falls and rises by a staircase until the threshold of vibration is
known. The form gives pairs of pulses at its own times; here it is said how much of each is given, of the one that is
not to vibrate nothing. In some pairs neither is: what is said then tells whether one of the two is preferred.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from drills.exercises.rounds import lot
from drills.exercises.staircase import Staircase, answered
from drills.exercises.values import Exercise, Given, Moment, SafeBase, Score, Stepped, head_of, on_plate
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    ClockKind,
    Dot,
    PlaceLook,
    Scene,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
    renewed,
)
from drills.strict import Strict
from drills.values import Event, Mark, Observation, Phase
from drills.words import Word

LAMPS = (1, 2)
"""Their ids on the screen."""
APART_MM, LAMP_MM, NAMED_MM = 25.0, 12.0, 24.0
LARGE = 1
"""Of the letters that name the lamps, below them."""
ANSWERS = {Mark.FIRST: 0, Mark.SECOND: 1}


class CompareKeys(Strict):
    """How many comparisons there are in a trial, and between which levels."""

    comparisons: Annotated[int, Field(ge=1, le=40)]
    start_below_db: Annotated[float, Field(ge=0, le=40)]
    least_below_db: Annotated[float, Field(ge=4, le=60)]
    catch_share: Annotated[float, Field(ge=0, le=0.3)]


class Place(NamedTuple):
    """Where in the pairs a moment is."""

    pair: int = -1
    """The one that has begun last; -1 before the first."""
    coming: int = 0
    """Which of it goes on, or comes next: 0 or 1; 2 when both are over."""
    lit: int = -1
    """Which lamp is lit; -1 for none."""


NOWHERE = Place(-1, 2)


class IntervalTrial(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    stairs: Staircase
    place: Place = NOWHERE
    hums: int = 2
    """Which of the pair is to vibrate: 0 or 1; 2 for neither."""
    shaken: bool = False
    """The plate moved where it was to."""
    told: int = -1
    """The last pair of which was said which one it was."""
    done: int = 0
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def asked(self) -> bool:
        """Both are over, and the answer is waited for."""
        return self.place.coming == 2 and self.told < self.place.pair


def begin(given: Given) -> IntervalTrial:
    """From the staircase of the trial before, where there was one."""
    keys: CompareKeys = given.keys
    before = given.before
    stairs = (
        before.stairs if isinstance(before, IntervalTrial) else Staircase(-keys.start_below_db, -keys.least_below_db)
    )
    return IntervalTrial(given, head_of(given, View.QUIET)._replace(dot=Dot.HIDDEN), stairs)


def problems(keys: CompareKeys, base: SafeBase) -> Iterator[Problem]:
    """It needs pairs of pulses, and a way between its two levels."""
    if not base.in_pairs:
        yield Problem("steps.exercise.vibration.pair_gap_s", reason="pairs-needed")
    if keys.start_below_db >= keys.least_below_db:
        yield Problem("start_below_db", keys.start_below_db, most=keys.least_below_db, values={"exclusive": True})


def step(state: IntervalTrial, observation: Observation, moment: Moment) -> Stepped:
    """Light the lamps at the times of the pulses, and take the answer after the second. Only in the hold."""
    events: tuple[Event, ...] = ()
    place, share = NOWHERE, 0.0
    if moment.phase is Phase.HOLD and not _over(state):
        place = _place(state.given, moment.now_ns - moment.start_ns)
        if place != state.place:
            state = _moved(state, place)
        share = _share(state)
        if place.lit == state.hums and observation.measured_hz > 0.0 and not state.shaken:
            state = state._replace(shaken=True)
        elif state.asked and observation.mark in ANSWERS:
            state, events = _answered(state, ANSWERS[Mark(observation.mark)], moment.now_ns)
    key = (moment.phase, place.lit, state.asked, state.done)
    if key != state.key:
        state = state._replace(key=key, scene=renewed(state.scene, _scene(state, moment, place.lit)))
    return Stepped(state, state.scene, events, _over(state), share)


def score(state: IntervalTrial) -> Score:
    """Comparisons that were answered; how well is not told."""
    return Score(state.done, state.given.keys.comparisons)


def _over(state: IntervalTrial) -> bool:
    keys: CompareKeys = state.given.keys
    return state.stairs.over or state.done >= keys.comparisons


def _place(given: Given, since_ns: int) -> Place:
    """Where in the pairs this time of the hold is."""
    pulses = given.pulses
    for pair in range(len(pulses) // 2 - 1, -1, -1):
        (first_ns, first_end_ns), (second_ns, second_end_ns) = pulses[2 * pair : 2 * pair + 2]
        if since_ns < first_ns:
            continue
        if since_ns < first_end_ns:
            return Place(pair, 0, 0)
        if since_ns < second_end_ns:
            return Place(pair, 1, 1 if since_ns >= second_ns else -1)
        return Place(pair, 2)
    return NOWHERE


def _moved(state: IntervalTrial, place: Place) -> IntervalTrial:
    """At another place; with another pair which of it is to vibrate is drawn. A clock that goes back draws none."""
    if place.pair <= state.place.pair:
        return state._replace(place=place) if place.pair == state.place.pair else state
    return state._replace(place=place, hums=_lot(state.given, place.pair), shaken=False)


def _lot(given: Given, pair: int) -> int:
    """Which of this pair vibrates, another in each trial."""
    drawn = lot(given.seed, given.trial)
    for _ in range(2 * pair):
        next(drawn)
    side, caught = next(drawn), next(drawn)
    keys: CompareKeys = given.keys
    return 2 if pair and caught < keys.catch_share else int(2.0 * side)


def _share(state: IntervalTrial) -> float:
    """How much of the pulse that goes on or comes next is given."""
    place, hums, coming = state.place, state.hums, state.place.coming
    if coming == 2:
        coming, hums = 0, _lot(state.given, place.pair + 1)
    return float(10.0 ** (state.stairs.level_db / 20.0)) if coming == hums else 0.0


def _answered(state: IntervalTrial, answer: int, now_ns: int) -> tuple[IntervalTrial, tuple[Event, ...]]:
    given, catch = state.given, state.hums == 2
    valid = state.shaken and not catch
    right = answer == state.hums
    data: dict[str, object] = {
        "trial": given.trial,
        "number": state.done + 1,
        "vibrated": None if catch else state.hums + 1,
        "answer": answer + 1,
        "right": right if valid else None,
        "level_db": round(state.stairs.level_db, 1),
        "given": state.shaken,
    }
    stairs = answered(state.stairs, right) if valid else state.stairs
    events = [Event("comparison", now_ns, data)]
    if stairs.over:
        threshold_db = stairs.threshold_db
        told: dict[str, object] = {
            "trial": given.trial,
            "how": stairs.found,
            "threshold_db": None if threshold_db is None else round(threshold_db, 1),
            "db_re_1_mm_s2_rms": None if threshold_db is None else _re_mm_s2(given, threshold_db),
        }
        events.append(Event("threshold", now_ns, told))
    return state._replace(stairs=stairs, told=state.place.pair, done=state.done + 1), tuple(events)


def _re_mm_s2(given: Given, level_db: float) -> float | None:
    """The acceleration of this level in dB above 1 mm/s2 r.m.s."""
    frequency_hz, displacement_pp_mm = given.strongest
    rms_mm_s2 = (2.0 * math.pi * frequency_hz) ** 2 * displacement_pp_mm / 2.0 / math.sqrt(2.0)
    return round(20.0 * math.log10(rms_mm_s2) + level_db, 1) if 0.0 < rms_mm_s2 < math.inf else None


def _scene(state: IntervalTrial, moment: Moment, lit: int) -> Scene:
    given, head = state.given, state.head
    keys: CompareKeys = given.keys
    slots = []
    for lamp, side in zip(LAMPS, (-1.0, 1.0), strict=True):
        x, y = on_plate(given.foot_ml_mm + side * APART_MM, given.foot_ap_mm, given.turn)
        look = SlotState.NOW if lit == lamp - 1 else SlotState.WAITING
        slots.append(Slot(SlotKind.PLACE, lamp, PlaceLook.LAMP, look, x, y, round(10 * LAMP_MM)))
        named = x, y - round(10 * NAMED_MM), LARGE, ord(str(lamp))
        slots.append(Slot(SlotKind.WORD, lamp + len(LAMPS), WordLook.LETTER, look, *named))
    word = Word.HOLD_STILL
    if moment.phase is Phase.HOLD:
        word = Word.WHICH_ONE if state.asked else Word.FEEL_FOR_THE_PLATE
    return head._replace(
        word=word, clock_kind=ClockKind.NONE, score=state.done, goal=keys.comparisons, slots=tuple(slots)
    )


EXERCISE = Exercise(CompareKeys, begin, step, score, problems, Word.COMPARED, marks=(Mark.FIRST, Mark.SECOND))
