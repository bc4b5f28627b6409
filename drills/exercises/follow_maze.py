"""Leading the dot through a maze: along its lane to the way out, without touching the walls.

The way counts only forward, and only where the dot is in the lane that comes next: a short cut through a wall is a
touch and brings nobody on. What counts are the stretches, from corner to corner, that were gone without a touch.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

from drills.exercises.paths import Reach, maze
from drills.exercises.seconds import FRAME_NS
from drills.exercises.values import (
    MOST_DS,
    NS_PER_DS,
    Given,
    Moment,
    Score,
    Stepped,
    centred,
    head_of,
    on_plate,
    tenths_left,
    view_of,
)
from drills.scene import (
    NO_SCENE,
    ClockKind,
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

LANE, NEXT, OUT = 1, 2, 3
"""Ids of the things on the screen: the lane, the corner that comes next, the way out."""
WAY_STEPS = 250
"""The way done grows on the screen in so many steps."""


class Leading(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    corners_mm: tuple[tuple[float, float], ...]
    lengths_mm: tuple[float, ...]
    stretch: int = 0
    """Which stretch the dot is in, from 0."""
    along_mm: float = 0.0
    """The furthest place in it."""
    clean: bool = True
    """Whether no wall of it has been touched."""
    done: int = 0
    touches: int = 0
    inside: bool = False
    began: bool = False
    """Whether the dot has been at the beginning: before that nothing counts."""
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def score(self) -> Score:
        """Stretches without a touch."""
        return Score(self.done, len(self.lengths_mm))

    @property
    def out(self) -> bool:
        """Whether the way out has been reached."""
        return self.stretch >= len(self.lengths_mm)


def begin(given: Given) -> Leading:
    """The lane begins where the patient stands, and is another in each trial."""
    keys = given.keys
    half_mm = keys.reach_ml_mm + keys.width_mm, keys.reach_ap_mm + keys.width_mm
    home_ml_mm, home_ap_mm = centred(given, *half_mm)
    corners = []
    for ml_mm, ap_mm in maze(keys.corners, Reach(keys.reach_ml_mm, keys.reach_ap_mm), given.trial):
        x, y = on_plate(home_ml_mm + ml_mm, home_ap_mm + ap_mm, given.turn)
        corners.append((x / 10, y / 10))
    lengths = tuple(math.dist(one, other) for one, other in pairwise(corners))
    head = head_of(given._replace(foot_ml_mm=home_ml_mm, foot_ap_mm=home_ap_mm), view_of(*half_mm))
    return Leading(given, head, tuple(corners), lengths)


def step(state: Leading, observation: Observation, moment: Moment) -> Stepped:
    """Where the dot is in the lane, and whether it is."""
    now_ns, phase, start_ns = moment
    events: tuple[Event, ...] = ()
    if not state.key:
        points = tuple((tenths(ml_mm), tenths(ap_mm)) for ml_mm, ap_mm in state.corners_mm)
        events = (shape_event(Shape(0, points), now_ns),)
    before, holds = state, phase is Phase.HOLD
    if holds and not state.out:
        state = _on(state, observation)
        if state.touches > before.touches:
            data: dict[str, object] = {
                "trial": state.given.trial,
                "stretch": before.stretch + 1,
                "touches": state.touches,
            }
            events += (Event("wall", now_ns, data),)
        if state.out:
            data = {"trial": state.given.trial, "clean": state.done, "of": len(state.lengths_mm)}
            events += (Event("maze-left", now_ns, {**data, "touches": state.touches}),)
    frame = max(0, now_ns - start_ns) // FRAME_NS if holds else 0
    key = (phase, frame, state.inside, state.began, state.stretch, state.touches)
    if key != state.key:
        clock_ds = tenths_left(state.given.hold_ns, start_ns, now_ns) if holds else 0
        cue = Cue.GOAL_REACHED if state.out and not before.out else Cue.HIT if state.done > before.done else 0
        scene = renewed(state.scene, _scene(state, holds, clock_ds, cue))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, holds and state.out)


def _on(state: Leading, observation: Observation) -> Leading:
    """The state with the dot in it: further along, in the next stretch, or at a wall."""
    width_mm, place = state.given.keys.width_mm, (observation.cop_ml_mm, observation.cop_ap_mm)
    if not state.began:
        if math.dist(place, state.corners_mm[0]) <= width_mm:
            return state._replace(began=True, inside=True)
        return state
    number = state.stretch
    along_mm, off_mm = _beside(state.corners_mm[number], state.corners_mm[number + 1], place)
    inside = off_mm <= width_mm  # NaN is outside
    if not inside:
        if not state.inside:
            return state
        return state._replace(inside=False, clean=False, touches=state.touches + 1)
    if along_mm > state.along_mm + 2.0 * width_mm:  # a jump: it comes on where it left the lane, and not further on
        return state if state.inside is False else state._replace(inside=False, clean=False, touches=state.touches + 1)
    along_mm = max(state.along_mm, along_mm)
    if along_mm < state.lengths_mm[number] - width_mm / 2.0:
        return state._replace(along_mm=along_mm, inside=True)
    return state._replace(stretch=number + 1, along_mm=0.0, clean=True, done=state.done + state.clean, inside=True)


def _beside(one: tuple[float, float], other: tuple[float, float], place: tuple[float, float]) -> tuple[float, float]:
    """How far along the line from one to the other this place is, and how far from it; in mm."""
    length_mm = math.dist(one, other) or 1.0
    ahead = ((other[0] - one[0]) / length_mm, (other[1] - one[1]) / length_mm)
    along_mm = (place[0] - one[0]) * ahead[0] + (place[1] - one[1]) * ahead[1]
    along_mm = min(length_mm, max(0.0, along_mm))  # in this order: of 0.0 and what is no number `max` gives the first
    return along_mm, math.dist(place, (one[0] + along_mm * ahead[0], one[1] + along_mm * ahead[1]))


def _left_at(state: Leading) -> tuple[float, float]:
    """Where the dot left the lane: there it comes on again, so there the ring is while it is out."""
    one, other = state.corners_mm[state.stretch : state.stretch + 2]
    share = state.along_mm / (state.lengths_mm[state.stretch] or 1.0)
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])


def _way(state: Leading) -> int:
    """The part of the way that is done, 0 to `WAY_STEPS`."""
    gone_mm = sum(state.lengths_mm[: state.stretch]) + state.along_mm
    return whole(WAY_STEPS * gone_mm / (sum(state.lengths_mm) or 1.0), 0, WAY_STEPS)


def _scene(state: Leading, holds: bool, clock_ds: int, cue: int) -> Scene:
    given, before = state.given, state.scene
    radius = tenths(given.keys.width_mm)
    touches = holds and state.began and not state.inside
    look = SlotState.OVER_LINE if touches else SlotState.DONE if state.out else SlotState.NOW
    slots = [Slot(SlotKind.PATH, LANE, 0, look, 0, 0, radius, 1000 * _way(state) // WAY_STEPS)]
    last = len(state.corners_mm) - 1
    aim = 0 if not state.began else min(last, state.stretch + 1)
    for number, corner, shown in ((OUT, last, aim != last), (NEXT, aim, True)):
        if shown and not state.out:
            away = touches and number == NEXT
            x, y = (tenths(value_mm) for value_mm in (_left_at(state) if away else state.corners_mm[corner]))
            place = PlaceLook.HOLE if number == OUT else PlaceLook.RING
            now = SlotState.WAITING if number == OUT else SlotState.NOW
            slots.append(Slot(SlotKind.PLACE, number, place, now, x, y, radius))
    return state.head._replace(
        outcome=SceneOutcome.OUTSIDE if touches else SceneOutcome.HELD if state.out else SceneOutcome.IN_GOAL,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        word=Word.OUT_OF_THE_MAZE if holds else Word.GET_READY,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=clock_ds,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        score=state.done,
        goal=len(state.lengths_mm),
        slots=tuple(slots),
    )
