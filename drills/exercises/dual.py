"""Two things at once: standing and answering, alone first and then together, and what each costs the other.

The first trial is standing alone, the second answering alone (a hand on the rail, or sitting), the others both. The
therapist taps each answer, right or wrong. The cost of a thing is how much less there is of it with the other than
alone: of standing the share of the time in the ring of the patient's own sway, of answering the right ones a minute. A
trial of both counts one for each cost that stays within the limit: less sway alone is no success.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from drills.exercises.guided import MOST_RING_MM, OF_NINETY
from drills.exercises.seconds import passed_ns
from drills.exercises.values import (
    LEAST_LEARN_S,
    MOST_DS,
    NS_PER_DS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    stand_still,
    tenths_left,
    too_soon,
)
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    ClockKind,
    Dot,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    tenths,
)
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import FLAWS, Event, Mark, Observation, Phase
from drills.words import Cue, Word

OWN_RING = 1
"""Id of the thing on the screen."""
CALM_NS = 10 * NS_PER_S
"""Of the first trial, by which the ring of the patient's own sway is learnt."""
HANDS = 0.95
"""Of the weight, in the mean: with less a hand carries, and standing is not judged (proposed)."""
LEAST_ANSWERS = 3
"""Alone: with fewer right ones there is nothing to lose (proposed)."""
ALONE = {1: "standing", 2: "answering"}
"""What is done alone, by the trial."""


class DualKeys(Strict):
    """Within which cost each of the two is to stay."""

    cost_most: Annotated[float, Field(ge=0.05, le=0.5)]
    ring_mm: Annotated[float, Field(ge=5, le=40)]


class FoundAlone(NamedTuple):
    """What has been found in the trials before."""

    ring_mm: float = 0.0
    in_ring: float = 0.0
    """Standing alone: share of the time; 0 where it is not known."""
    right_per_min: float = 0.0
    """Answering alone; 0 where that is not known."""


class Dual(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    known: FoundAlone
    ring_mm: float
    last_ns: int | None = None
    ns: int = 0
    """Of the time that is judged."""
    inside_ns: int = 0
    calm_ns: int = 0
    square_mm2: float = 0.0
    """The mean of the square of how far the dot was, in the calm."""
    force_n: float = 0.0
    """Its mean in the time that is judged."""
    right: int = 0
    wrong: int = 0
    inside: bool = True
    over: bool = False
    done: int = 0
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def alone(self) -> str:
        """What is done alone: "standing" or "answering"; "" for both."""
        return ALONE.get(self.given.trial, "")

    @property
    def in_ring(self) -> float:
        """Share of the time that is judged."""
        return self.inside_ns / self.ns if self.ns else 0.0

    @property
    def right_per_min(self) -> float:
        """Right answers a minute of the hold."""
        return 60.0 * self.right * NS_PER_S / self.ns if self.ns else 0.0


def begin(given: Given) -> Dual:
    """With what the trials before have found."""
    before = given.before
    known = before.known if isinstance(before, Dual) else FoundAlone()
    head = head_of(given, View.QUIET)
    return Dual(given, head, known, known.ring_mm or given.keys.ring_mm)


def problems(keys: DualKeys, base: SafeBase) -> Iterator[Problem]:
    """Where the patient stands must be learnt; and nobody answers on a plate that moves in the first weeks."""
    del keys
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="weight-needs-learning")
    if base.vibrates:
        yield Problem("steps.exercise.vibration.form", reason="movement-still")


def step(state: Dual, observation: Observation, moment: Moment) -> Stepped:
    """Add up, and judge at the end of the hold."""
    if observation.mark in (Mark.RIGHT, Mark.WRONG) and moment.phase is Phase.HOLD and not state.over:
        right = observation.mark == Mark.RIGHT
        state = state._replace(right=state.right + right, wrong=state.wrong + (not right))
    elif state.key[:1] == (moment.phase,) and too_soon(state.last_ns, moment.now_ns):
        return Stepped(state, state.scene, (), state.over)
    events: tuple[Event, ...] = ()
    if moment.phase is Phase.HOLD and not state.over:
        state = _added(state, observation, moment)
        if (
            moment.now_ns - moment.start_ns >= state.given.hold_ns - NS_PER_S // 10
        ):  # the hold itself ends with its time
            state, events = _judged(state, moment.now_ns)
    left_ds = tenths_left(state.given.hold_ns, moment.start_ns, moment.now_ns) if moment.phase is Phase.HOLD else 0
    key = (moment.phase, left_ds // 10, state.inside, state.right, state.wrong)
    if key != state.key:
        state = state._replace(key=key, scene=renewed(state.scene, _scene(state, moment, left_ds)))
    return Stepped(state, state.scene, events, state.over)


def score(state: Dual) -> Score:
    """Of both the costs that stay within the limit; alone there is nothing to score."""
    return Score(state.done, 0 if state.alone else 2)


def _added(state: Dual, observation: Observation, moment: Moment) -> Dual:
    given, now_ns = state.given, moment.now_ns
    tick_ns = passed_ns(state.last_ns, now_ns)
    off_mm = math.hypot(observation.cop_ml_mm - given.foot_ml_mm, observation.cop_ap_mm - given.foot_ap_mm)
    inside = off_mm <= state.ring_mm
    state = state._replace(last_ns=now_ns, inside=inside)
    if not tick_ns:
        return state
    if state.alone == "standing" and moment.now_ns - moment.start_ns < CALM_NS:
        off_mm = off_mm if off_mm <= 5_000.0 else 5_000.0
        calm_ns = state.calm_ns + tick_ns
        square_mm2 = state.square_mm2 + (off_mm * off_mm - state.square_mm2) * tick_ns / calm_ns
        ring_mm = min(MOST_RING_MM, max(given.keys.ring_mm, OF_NINETY * math.sqrt(square_mm2)))
        return state._replace(calm_ns=calm_ns, square_mm2=square_mm2, ring_mm=ring_mm)
    force_n = observation.force_n if 0.0 <= observation.force_n <= 20_000.0 else 0.0
    ns = state.ns + tick_ns
    mean_n = state.force_n + (force_n - state.force_n) * tick_ns / ns
    return state._replace(ns=ns, inside_ns=state.inside_ns + (tick_ns if inside else 0), force_n=mean_n)


def _cost(alone: float, both: float) -> float | None:
    """How much less there is, as a share of what there is alone; None where that is not known."""
    return (alone - both) / alone if alone > 0.0 else None


def _judged(state: Dual, now_ns: int) -> tuple[Dual, tuple[Event, ...]]:
    known, alone = state.known, state.alone
    data: dict[str, object] = {
        "trial": state.given.trial,
        "alone": alone,
        "in_ring": round(state.in_ring, 3),
        "right": state.right,
        "wrong": state.wrong,
        "right_per_min": round(state.right_per_min, 1),
    }
    done, held = 0, bool(state.given.weight_n) and state.force_n < HANDS * state.given.weight_n
    if alone == "standing":
        known = known._replace(ring_mm=state.ring_mm, in_ring=0.0 if held else state.in_ring)
    elif alone == "answering":
        per_min = state.right_per_min if state.right >= LEAST_ANSWERS else 0.0
        known = known._replace(right_per_min=per_min)
    else:
        motor, cognitive = _cost(known.in_ring, state.in_ring), _cost(known.right_per_min, state.right_per_min)
        motor = None if held or not state.given.weight_n else motor
        most = state.given.keys.cost_most
        done = sum(cost is not None and cost <= most for cost in (motor, cognitive))
        for name, cost in (("cost_standing", motor), ("cost_answering", cognitive)):
            data[name] = None if cost is None else round(cost, 3)
    return state._replace(over=True, known=known, done=done), (Event("two-things", now_ns, data),)


def _scene(state: Dual, moment: Moment, left_ds: int) -> Scene:
    given, head, before, alone = state.given, state.head, state.scene, state.alone
    holds = moment.phase is Phase.HOLD
    started = holds and not before.clock_kind
    word = {"standing": stand_still(head), "answering": Word.ANSWER_ALOUD}.get(alone, Word.STEADY_AND_ANSWER)
    ring = Slot(
        SlotKind.PLACE, OWN_RING, PlaceLook.RING, SlotState.NOW, head.centre_x, head.centre_y, tenths(state.ring_mm)
    )
    outcome = SceneOutcome.IN_GOAL if state.inside else SceneOutcome.OUTSIDE
    return head._replace(
        dot=Dot.HIDDEN if alone == "answering" else head.dot,
        outcome=SceneOutcome.NONE if alone == "answering" else outcome,
        cue=Cue.START if started else before.cue,
        cue_count=(before.cue_count + started) % 256,
        word=word if holds else Word.GET_READY,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=-(-left_ds // 10) * 10,
        clock_of_ds=min(MOST_DS, given.hold_ns // NS_PER_DS) if holds else 0,
        slots=() if alone == "answering" else (ring,),
    )


EXERCISE = Exercise(DualKeys, begin, step, score, problems, Word.COSTS_KEPT, marks=(Mark.RIGHT, Mark.WRONG, *FLAWS))
