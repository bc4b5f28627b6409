"""Tracing: the dot is led along rivers, one after another, without touching a bank.

The way counts only forward, and only from where it was left: who cuts a bend or rushes ahead comes on where the bright
part ends, and nowhere else. What counts are the stretches that were gone without touching a bank and without help.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Annotated, NamedTuple

from pydantic import Field

from drills.exercises.rounds import (
    HANDS_Y,
    Round,
    RoundKeys,
    Sound,
    after,
    best_of,
    beyond,
    dressed,
    game_head,
    hands_word,
    lot,
    moves_dot,
    needs,
    nothing_of,
)
from drills.exercises.values import (
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    centred,
    on_plate,
    too_soon,
    view_of,
)
from drills.problems import Problem, out_of_range
from drills.scene import (
    LEAN_HALF_AP_MM,
    LEAN_HALF_ML_MM,
    NO_SCENE,
    ArrowLook,
    Dot,
    PlaceLook,
    Scene,
    SceneOutcome,
    Shape,
    Slot,
    SlotKind,
    SlotState,
    renewed,
    shape_event,
    tenths,
    whole,
)
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

RIVER, BEGINS, ENDS, ARROW = 1, 2, 3, 4
"""Ids of the things on the screen."""
STRETCHES = 8
"""Of a river."""
RIVER_POINTS = 97
RIVER_STEPS = 250
"""The way done grows on the screen in so many steps."""
RIVER_AHEAD_MM = 12.0
"""How far beyond the bright part the dot may come on."""
FORWARD = 0.3
"""People lean twice as far to the front as to the back: of the reach, so far ahead of them rivers have their middle."""
Place = tuple[float, float]


class TraceKeys(RoundKeys):
    """How far the rivers go, how wide they are, how often they bend, and how many there are."""

    reach_ml_mm: Annotated[float, Field(ge=5, le=120)]
    reach_ap_mm: Annotated[float, Field(ge=5, le=100)]
    width_mm: Annotated[float, Field(ge=3, le=40)]
    bends: Annotated[int, Field(ge=1, le=5)]
    rivers: Annotated[int, Field(ge=1, le=8)]

    @property
    def reaches_mm(self) -> tuple[float, float]:
        """How far to the left and to the right."""
        share = self.right_share
        return self.reach_ml_mm * min(1.0, (1.0 - share) / share), self.reach_ml_mm * min(1.0, share / (1.0 - share))


class Tracing(NamedTuple):
    """A round."""

    given: Given
    head: Scene
    rivers_mm: tuple[tuple[Place, ...], ...]
    lengths_mm: tuple[tuple[float, ...], ...]
    """Along each river to each of its points."""
    best: int
    round: Round = Round()
    river: int = 0
    along_mm: float = 0.0
    """The furthest place in it."""
    clean: bool = True
    """Whether this stretch has touched no bank."""
    banked: bool = False
    """Whether it has touched one."""
    done: int = 0
    touches: int = 0
    inside: bool = False
    began: bool = False
    """Whether the dot has been at the first river's beginning: before that nothing counts."""
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def nothing(self) -> Word:
        """Why nothing counted, where nothing did."""
        return nothing_of(self.round, Word.NONE_LEAN_FURTHER if self.began else Word.RING_NOT_TOUCHED)

    @property
    def over(self) -> bool:
        """Whether the last river has been left at its end."""
        return self.river >= len(self.rivers_mm)


def begin(given: Given) -> Tracing:
    """Rivers that go forth and back, each from where the one before ended, drawn by the round's lot."""
    keys: TraceKeys = given.keys
    ahead_mm = FORWARD * keys.reach_ap_mm
    there = given._replace(foot_ap_mm=given.foot_ap_mm + ahead_mm)
    half_mm = keys.reach_ml_mm + keys.width_mm, keys.reach_ap_mm + keys.width_mm
    ml_mm, ap_mm = centred(there, *half_mm)
    dice = lot(given.seed, given.trial)
    ways = 1 if next(dice) < 0.5 else -1, 1 if next(dice) < 0.5 else -1
    rivers = []
    for number in range(keys.rivers):
        turn = -1 if number % 2 else 1
        off_mm = _river(keys, (ways[0] * turn ** (keys.bends + 1), ways[1] * turn), dice)
        on = (on_plate(ml_mm + x, ap_mm + y, given.turn) for x, y in off_mm)
        rivers.append(tuple((x / 10, y / 10) for x, y in on))
    lengths = tuple(
        tuple(accumulate((math.dist(one, other) for one, other in pairwise(river)), initial=0.0)) for river in rivers
    )
    best = best_of(given)
    head = game_head(given._replace(foot_ml_mm=ml_mm, foot_ap_mm=ap_mm), view_of(*half_mm), keys.rung, best)._replace(
        dot=moves_dot(given, Dot.LIVE)
    )
    return Tracing(given, head, tuple(rivers), lengths, best)


def _river(keys: TraceKeys, ways: tuple[int, int], dice: Iterator[float]) -> Iterator[Place]:
    """From one end, front or back, to the other; each bend to the other side, and not all as wide."""
    left_mm, right_mm = keys.reaches_mm
    side, ahead = ways
    wide_mm = []
    for bend in range(keys.bends):
        to = side * (1 if bend % 2 == 0 else -1)
        wide_mm.append(to * (right_mm if to > 0 else left_mm) * (0.75 + 0.25 * next(dice)))
    for number in range(RIVER_POINTS):
        part = number / (RIVER_POINTS - 1)
        bend = min(keys.bends - 1, int(part * keys.bends))
        x = wide_mm[bend] * math.sin(math.pi * (part * keys.bends - bend))
        yield x, ahead * keys.reach_ap_mm * (2.0 * part - 1.0)


def step(state: Tracing, observation: Observation, moment: Moment) -> Stepped:
    """Where the dot is in the river. In every fifth tick."""
    events: tuple[Event, ...] = ()
    if not state.key:
        for number, river in enumerate(state.rivers_mm):
            points = tuple((tenths(x), tenths(y)) for x, y in river)
            events += (shape_event(Shape(number, points), moment.now_ns),)
    elif state.key[0] is moment.phase and too_soon(state.round.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, state.over)
    before, round_ = state, after(state.round, state.given, observation, moment)
    state = state._replace(round=round_)
    if moment.phase is Phase.HOLD and not state.over and not round_.wait_ns:
        state = _on(state, (observation.cop_ml_mm, observation.cop_ap_mm))
        if state.river > before.river:
            data: dict[str, object] = {"trial": state.given.trial, "number": state.river, "touches": state.touches}
            events += (Event("river-left", moment.now_ns, {**data, "of": len(state.rivers_mm), "clean": state.done}),)
    frame = round_.frame // 5 if moment.phase is Phase.HOLD else 0
    come = state.began, state.river, state.done, state.inside, _way(state)
    key = (moment.phase, frame, round_.away, round_.hands, round_.wait_ds, *come)
    if key != state.key:
        cue = Cue.GOAL_REACHED if state.river > before.river else Cue.HIT if state.done > before.done else 0
        state = state._replace(key=key, scene=renewed(state.scene, _scene(state, moment, cue)))
    return Stepped(state, state.scene, events, state.over)


def score(state: Tracing) -> Score:
    """Stretches gone without a touch, of all there are."""
    return Score(state.done, STRETCHES * len(state.rivers_mm))


def _on(state: Tracing, place: Place) -> Tracing:
    """The state with the dot in it: further along, at a bank, or at the end."""
    width_mm, lengths = state.given.keys.width_mm, state.lengths_mm[state.river]
    points = state.rivers_mm[state.river]
    if not state.began:
        at_start = math.dist(place, points[0]) <= width_mm
        return state._replace(began=True, inside=True) if at_start else state
    along_mm, off_mm = _nearest(points, lengths, state.along_mm, place)
    clean = state.clean and not state.round.hands
    if not off_mm <= width_mm:  # NaN is outside
        touches = state.touches + state.inside
        return (
            state._replace(inside=False, clean=False, banked=True, touches=touches)
            if state.inside or state.clean
            else state
        )
    along_mm = max(state.along_mm, along_mm)
    whole_mm = lengths[-1] or 1.0
    at_end = along_mm >= whole_mm - width_mm / 2.0
    stretch = min(STRETCHES - 1, int(STRETCHES * state.along_mm / whole_mm))
    now = STRETCHES if at_end else min(STRETCHES - 1, int(STRETCHES * along_mm / whole_mm))
    if now == stretch:
        if (along_mm, True, clean) == (state.along_mm, state.inside, state.clean):
            return state
        return state._replace(along_mm=along_mm, inside=True, clean=clean)
    done = state.done + clean * 1
    if at_end:
        return state._replace(river=state.river + 1, along_mm=0.0, inside=True, clean=True, banked=False, done=done)
    return state._replace(along_mm=along_mm, inside=True, clean=True, banked=False, done=done)


def _nearest(
    points: tuple[Place, ...], lengths: tuple[float, ...], along_mm: float, place: Place
) -> tuple[float, float]:
    """The nearest place of the river to the dot, from where its bright part ends and a little on: along it, and off."""
    best = along_mm, math.inf
    for number, (start_mm, end_mm) in enumerate(pairwise(lengths)):
        if end_mm < along_mm - RIVER_AHEAD_MM or end_mm <= start_mm:
            continue
        if start_mm > along_mm + RIVER_AHEAD_MM:
            break
        (x, y), (to_x, to_y) = points[number], points[number + 1]
        long_mm = end_mm - start_mm
        part = ((place[0] - x) * (to_x - x) + (place[1] - y) * (to_y - y)) / (long_mm * long_mm)
        part = min(1.0, max(0.0, part)) if part == part else 0.0
        off_mm = math.dist(place, (x + part * (to_x - x), y + part * (to_y - y)))
        if off_mm < best[1]:
            best = min(along_mm + RIVER_AHEAD_MM, start_mm + part * long_mm), off_mm
    return best


def _way(state: Tracing) -> int:
    """The part of the way that is done, 0 to `RIVER_STEPS`."""
    if state.over:
        return RIVER_STEPS
    return whole(RIVER_STEPS * state.along_mm / (state.lengths_mm[state.river][-1] or 1.0), 0, RIVER_STEPS)


def _scene(state: Tracing, moment: Moment, cue: int) -> Scene:
    touches = state.began and not state.inside and not state.over
    outcome = SceneOutcome.OUTSIDE if touches else SceneOutcome.HELD if state.over else SceneOutcome.IN_GOAL
    word = Word.DOWN_THE_RIVER if state.began else Word.TO_THE_PLACE
    if state.banked and not state.over:
        word = Word.BANK_TOUCHED
    of = STRETCHES * len(state.rivers_mm)
    scene = dressed(
        state.head, state.scene, state.given, state.round, moment, Sound(word, cue, outcome, state.done, of)
    )
    return scene._replace(slots=tuple(_slots(state, touches)))


def _slots(state: Tracing, touches: bool) -> Iterator[Slot]:
    number = min(state.river, len(state.rivers_mm) - 1)
    points, lengths, width = state.rivers_mm[number], state.lengths_mm[number], tenths(state.given.keys.width_mm)
    how = SlotState.OVER_LINE if touches else SlotState.DONE if state.over else SlotState.NOW
    yield Slot(SlotKind.PATH, RIVER, number, how, 0, 0, width, 1000 * _way(state) // RIVER_STEPS)
    (start_x, start_y), (end_x, end_y) = points[0], points[-1]
    if not state.began:
        yield Slot(SlotKind.PLACE, BEGINS, PlaceLook.RING, SlotState.NOW, tenths(start_x), tenths(start_y), width)
        yield from _to_the_beginning(state, (start_x, start_y))
    else:  # before that somebody stood in it and waited
        yield Slot(SlotKind.PLACE, ENDS, PlaceLook.HOLE, SlotState.WAITING, tenths(end_x), tenths(end_y), width)
    if state.began and not state.over and state.head.dot != Dot.HIDDEN:
        ahead_mm = state.along_mm + 8.0
        leg = next((one for one, end_mm in enumerate(lengths) if end_mm > ahead_mm), 0)
        if leg:
            (x, y), (to_x, to_y) = points[leg - 1], points[leg]
            angle = whole(10.0 * math.degrees(math.atan2(to_y - y, to_x - x)) % 3600.0, 0, 3599)
            yield Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, tenths(x), tenths(y), 110, angle)
    yield from hands_word(state.round, state.head.centre_x, state.head.centre_y - HANDS_Y[state.head.view])


def _to_the_beginning(state: Tracing, start_mm: Place) -> Iterator[Slot]:
    """From where the patient stands to the ring that is to be touched first."""
    head, ring = state.head, state.given.keys.width_mm
    x_mm, y_mm = start_mm[0] - head.centre_x / 10, start_mm[1] - head.centre_y / 10
    long_mm = math.hypot(x_mm, y_mm) - 1.5 * ring
    if long_mm > ring and head.dot != Dot.HIDDEN:
        angle = whole(10.0 * math.degrees(math.atan2(y_mm, x_mm)) % 3600.0, 0, 3599)
        centre = head.centre_x, head.centre_y
        yield Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, *centre, tenths(long_mm), angle)


def problems(keys: TraceKeys, base: SafeBase) -> Iterator[Problem]:
    """Rivers beyond what is safe or seen, and banks in each other."""
    ahead = base._replace(half_ap_mm=base.half_ap_mm - FORWARD * keys.reach_ap_mm)
    yield from beyond("reach_ml_mm", keys.reach_ml_mm + keys.width_mm, base, LEAN_HALF_ML_MM)
    yield from beyond("reach_ap_mm", keys.reach_ap_mm + keys.width_mm, ahead, LEAN_HALF_AP_MM, axis=1)
    yield from out_of_range("width_mm", keys.width_mm, None, round(0.8 * keys.reach_ap_mm / (keys.bends + 1), 2))
    yield from needs(base)


EXERCISE = Exercise(TraceKeys, begin, step, score, problems, Word.STRETCHES_DONE)
