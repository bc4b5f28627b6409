"""Lifting off: each whole repetition of a movement lifts a balloon, which is to come over the hills that come by.

What is a whole repetition is said by `cycles`: leaning, bouncing and a hand on the rail lift nothing. A hill asks for
one to three lifts: of three hills in a row one is of each height, in an order drawn by lot, so that all rounds of the
same length ask for as many. After a hill the land is flat for a while: time to breathe, while the balloon sinks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from drills.exercises import cycle_keys, cycles
from drills.exercises.cycle_keys import CycleKeys
from drills.exercises.cycles import CALM_NS
from drills.exercises.rounds import (
    BestKeys,
    Round,
    Sound,
    after,
    best_of,
    dressed,
    game_head,
    hands_word,
    lot,
    moves_dot,
    nothing_of,
)
from drills.exercises.seconds import FRAME_NS
from drills.exercises.values import Exercise, Given, Moment, SafeBase, Score, Stepped, too_soon
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    ArrowLook,
    Axis,
    Dot,
    PlaceLook,
    Scene,
    SceneOutcome,
    Shape,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    shape_event,
    whole,
)
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

BALLOON, LAND, ARROW, LIFTS = 1, 2, 3, 4
"""Ids of the things on the screen."""
BALLOON_X = -1200
GROUND_Y = -1700
LIFT_Y = 850
"""A lift, and a hill of so many lifts, in 0.1 mm of the glass; a balloon flies a fifth of a lift above it."""
HEIGHTS = (1, 2, 3)
"""Of hills, in lifts."""
CLEAR = 0.2
GOES_PER_S = 1.5
"""Lifts in a second: so fast the balloon goes up to what has been lifted for the hill that comes, and down after it."""
MM_PER_S = 35.0
"""The land comes by as fast as that."""
LONGEST_LAND_S = 88.0
"""More of it a shape cannot hold."""
SLOPE_S = 1.0
RADIUS = 200


class LiftKeys(CycleKeys, BestKeys):
    """The movement and its repetitions as in `cycles`; the land besides."""

    rung: Annotated[int, Field(ge=0, le=20)]
    lift_s: Annotated[float, Field(ge=1.5, le=8)]
    flat_s: Annotated[float, Field(ge=0, le=10)]


class Hill(NamedTuple):
    """One hill: how many lifts high, and when its top reaches the balloon, in time of the round."""

    lifts: int
    at_ns: int


class Flying(NamedTuple):
    """A round."""

    given: Given
    head: Scene
    hills: tuple[Hill, ...]
    of: int
    """Lifts of all hills."""
    best: int
    inner: Any
    """The repetitions."""
    round: Round = Round(wait_ns=0)
    height: float = CLEAR
    """Of the balloon, in lifts."""
    gone: int = 0
    """Hills that are over."""
    cleared: frozenset[int] = frozenset()
    lifted: int = 0
    """Lifts since the last hill, as many as the next one asks for."""
    done: int = 0
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def nothing(self) -> Word:
        """Why nothing counted, where nothing did."""
        return nothing_of(self.round, Word.NONE_ALL_THE_WAY_UP)

    @property
    def rests(self) -> bool:
        """Whether the balloon is high enough for the hill that comes."""
        return self.gone < len(self.hills) and self.lifted >= self.hills[self.gone].lifts


def begin(given: Given) -> Flying:
    """The land is drawn by the round's lot, as far as the repetitions and the time go."""
    keys: LiftKeys = given.keys
    hills, of, at_s = list[Hill](), 0, CALM_NS / NS_PER_S
    for lifts in _heights(keys, min(LONGEST_LAND_S, given.hold_ns / NS_PER_S - 1.0) - at_s, given):
        at_s += lifts * keys.lift_s + keys.flat_s
        hills.append(Hill(lifts, round(at_s * NS_PER_S)))
        of += lifts
    best = best_of(given)
    head = game_head(given, View.GAUGE, keys.rung, best)._replace(dot=moves_dot(given, Dot.DRIVES_SLOT_0))
    inner = cycles.begin(given._replace(keys=keys.model_copy(update={"repetitions": MANY})))
    return Flying(given, head, tuple(hills), of, best, inner)


MANY = 1000
"""Repetitions are not what ends a round."""


def _heights(keys: LiftKeys, left_s: float, given: Given) -> Iterator[int]:
    """Of each hill, in lifts: threes of all heights, each in an order of its own; then, as far as repetitions and time
    go, the highest that still fits.
    """
    dice, left = lot(given.seed, given.trial), keys.repetitions
    three_s = sum(HEIGHTS) * keys.lift_s + len(HEIGHTS) * keys.flat_s
    while left >= sum(HEIGHTS) and left_s >= three_s:
        these = list(HEIGHTS)
        while these:
            yield these.pop(int(next(dice) * len(these)))
        left, left_s = left - sum(HEIGHTS), left_s - three_s
    for lifts in reversed(HEIGHTS):
        while left >= lifts and left_s >= lifts * keys.lift_s + keys.flat_s:
            yield lifts
            left, left_s = left - lifts, left_s - lifts * keys.lift_s - keys.flat_s


def step(state: Flying, observation: Observation, moment: Moment) -> Stepped:
    """Follow the movement, and let the land come by. In every fifth tick."""
    events: tuple[Event, ...] = ()
    if not state.key:
        events = (shape_event(Shape(0, tuple(_land(state))), moment.now_ns),)
    elif state.key[0] is moment.phase and too_soon(state.round.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, _over(state))
    before, round_ = state, after(state.round, state.given, _on_feet(state, observation), moment)
    stepped = cycles.step(state.inner, observation, moment)
    state = state._replace(round=round_, inner=stepped.state)
    if moment.phase is Phase.HOLD and not _over(state):
        state = _lifted(state, before)
        state, told = _flown(state, round_.gone_ns - before.round.gone_ns, moment.now_ns)
        events += stepped.events + told
    key = (moment.phase, round_.frame, round_.away, round_.hands, round_.wait_ds, state.done, state.inner.now)
    if key != state.key:
        state = state._replace(key=key, scene=renewed(state.scene, _scene(state, moment, before)))
    return Stepped(state, state.scene, events, _over(state))


def score(state: Flying) -> Score:
    """Lifts over hills, of all that the hills asked for."""
    return Score(state.done, state.of)


def _over(state: Flying) -> bool:
    return state.gone >= len(state.hills)


def _on_feet(state: Flying, observation: Observation) -> Observation:
    """Who sits, or has the other foot on the ground, has not stepped off: there the round judges no weight."""
    if state.given.keys.movement not in ("sit-to-stand", "step-up") or not observation.force_n > 0.0:
        return observation
    return observation._replace(force_n=max(observation.force_n, state.given.weight_n))


def _lifted(state: Flying, before: Flying) -> Flying:
    """A repetition that counted lifts the balloon."""
    if state.inner.counted <= before.inner.counted:
        return state
    needed = state.hills[state.gone].lifts
    counts = state.lifted < needed
    return state._replace(
        lifted=state.lifted + counts,
        done=state.done + counts,
        last=SceneOutcome.HIT,
    )


def _flown(state: Flying, passed_ns: int, now_ns: int) -> tuple[Flying, tuple[Event, ...]]:
    """The balloon so much later: a little lower, and perhaps over a hill."""
    hill = state.hills[state.gone]
    most = GOES_PER_S * passed_ns / NS_PER_S
    off = state.lifted + CLEAR - state.height
    if off:
        state = state._replace(height=state.height + min(most, max(-most, off)))
    if state.round.gone_ns < hill.at_ns:
        return state, ()
    over = state.rests
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.gone + 1,
        "of": len(state.hills),
        "lifts": state.lifted,
        "asked": hill.lifts,
        "outcome": "cleared" if over else "missed",
    }
    state = state._replace(
        gone=state.gone + 1,
        cleared=state.cleared | {state.gone} if over else state.cleared,
        lifted=0,
        last=SceneOutcome.HELD if over else SceneOutcome.MISS,
    )
    return state, (Event("hill", now_ns, data),)


def _land(state: Flying) -> Iterator[tuple[int, int]]:
    """The line of the hills on the glass, from where the balloon is at the beginning."""
    yield -2000, 0
    for hill in state.hills:
        at_s = hill.at_ns / NS_PER_S
        for off_s, y in ((-SLOPE_S, 0), (-0.2, 1), (0.2, 1), (SLOPE_S, 0)):
            yield whole(10.0 * MM_PER_S * (at_s + off_s)), hill.lifts * LIFT_Y * y
    yield 32_000, 0


def _scene(state: Flying, moment: Moment, before: Flying) -> Scene:
    inner: Scene = state.inner.scene
    cue = Cue.NONE
    if len(state.cleared) > len(before.cleared):
        cue = Cue.GOAL_REACHED
    elif state.done > before.done:
        cue = Cue.HIT
    word = Word.BREATHE_AND_WAIT if state.rests else Word(inner.word)
    sound = Sound(word, cue, state.last, state.done, state.of)
    scene = dressed(state.head, state.scene, state.given, state.round, moment, sound)
    return scene._replace(slots=tuple(_slots(state))) if moment.phase is Phase.HOLD else scene


def _slots(state: Flying) -> Iterator[Slot]:
    """The balloon first: the patient drives it. Then the land, and which way the movement goes now."""
    hidden = state.head.dot == Dot.HIDDEN
    y = whole(GROUND_Y + LIFT_Y * state.height + RADIUS, -2100, 2100)
    how = SlotState.HIDDEN if hidden else SlotState.NOW
    yield Slot(SlotKind.PLACE, BALLOON, PlaceLook.BALLOON, how, BALLOON_X, y, RADIUS)
    gone_s = state.round.gone_ns // FRAME_NS * FRAME_NS / NS_PER_S
    x = whole(BALLOON_X - 10.0 * MM_PER_S * gone_s)
    yield Slot(SlotKind.PATH, LAND, 0, SlotState.NOW, x, GROUND_Y, 0, 0)
    if not state.rests and not _over(state):
        arrow = next((slot for slot in state.inner.scene.slots if slot.kind == SlotKind.ARROW), None)
        if arrow is not None:
            x, from_y = BALLOON_X - 2 * RADIUS, y - (500 if arrow.value < 1800 else -500)
            yield Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, x, from_y, 1000, arrow.value)
    yield from (slot for slot in state.inner.scene.slots if slot.kind == SlotKind.BAR and slot.look == Axis.SHARE_RIGHT)
    yield from hands_word(state.round, 0, 1900)


def problems(keys: LiftKeys, base: SafeBase) -> Iterator[Problem]:
    """What the movement needs."""
    yield from cycle_keys.problems(keys, base)
    for field in ("from_seat", "for_s", "gives_up_s"):
        if getattr(keys, field) is not None:
            values: dict[str, object] = {"key": "steps.exercise.exercise", "is": "lift"}
            yield Problem(field, getattr(keys, field), reason="useless-with", values=values)
    if base.eyes != "open":
        yield Problem("eyes", base.eyes, reason="eyes-needed")


EXERCISE = Exercise(LiftKeys, begin, step, score, problems, Word.LIFTS_OVER_HILLS)
