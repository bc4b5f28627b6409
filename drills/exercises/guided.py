"""What a therapist leads: pushes that are withstood, a belt that is kept level, breathing. The plate keeps the beat.

Repetitions come one after another, each as long. What spoils one is what the plate sees (the dot leaves the ring of the
patient's own sway, a hand carries) or what the therapist marks on the phone; what is left counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.values import (
    LEAST_LEARN_S,
    MOST_ADDED_NS,
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    head_of,
    sees_dot,
    too_soon,
)
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    ArrowLook,
    PlaceLook,
    RingLook,
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
from drills.values import Event, Mark, Observation, Phase
from drills.words import Cue, Word

PLACE, RING, ARROW = 1, 2, 3
"""Ids of the things on the screen."""
CALM_NS = 5 * NS_PER_S
"""Quiet stance at first, by which the patient's own sway is learnt."""
OF_NINETY = 1.517
"""The radius in which nine tenths of a sway lie that is alike in both ways, by the root of its mean square."""
MOST_RING_MM = 60.0
LEAST_INSIDE = 0.9
"""Of the time of a repetition (proposed)."""
TURNS_NS = NS_PER_S
"""At the beginning of a push, in which the patient may give way (proposed)."""
ALL_OF_IT = 0.95
"""Of the weight, in the mean of a repetition: with less a hand carries (proposed)."""
BREATH_IN = 0.4
"""4 s in and 6 s out."""
WAYS = (90.0, 270.0, 0.0, 180.0)
"""Where the pushes go to, in degrees from ML to AP: to the front, to the back, to the right, to the left."""
PART_STEPS = 50


class GuidedKeys(Strict):
    """What is led, how often and for how long."""

    lead: Literal["push", "level", "breathe"]
    repetitions: Annotated[int, Field(ge=1, le=30)]
    each_s: Annotated[float, Field(ge=2, le=20)]
    ring_mm: Annotated[float, Field(ge=5, le=40)]


class Sway(NamedTuple):
    """What adds up of a stretch of time."""

    ns: int = 0
    inside_ns: int = 0
    force_n: float = 0.0
    """Its mean."""
    square_mm2: float = 0.0
    """Mean of the square of how far the dot was from where the patient stands."""


class Led(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    ring_mm: float
    gone: int = -1
    """How many repetitions are over; -1 before the first."""
    counted: int = 0
    marked: bool = False
    """The therapist has marked this one."""
    sway: Sway = Sway()
    last_ns: int | None = None
    inside: bool = True
    outcome: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE


def begin(given: Given) -> Led:
    """Round where the patient stands."""
    view = View.FOOT if given.half_ml_mm > 0.0 else View.QUIET
    return Led(given, head_of(given, view), given.keys.ring_mm)


def problems(keys: GuidedKeys, base: SafeBase) -> Iterator[Problem]:
    """Sway and weight are judged by what is learnt before. Nobody's hands are on a patient while the plate moves."""
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="weight-needs-learning")
    if keys.lead != "level" and base.vibrates:
        yield Problem("steps.exercise.vibration.form", reason="movement-still")


def step(state: Led, observation: Observation, moment: Moment) -> Stepped:
    """Add up, and judge a repetition when its time is over. Only in the hold."""
    events: tuple[Event, ...] = ()
    same = state.key[:1] == (moment.phase,) and not observation.mark
    if same and too_soon(state.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events, _over(state))
    if moment.phase is Phase.HOLD and not _over(state):
        state, events = _led(state, observation, moment)
    key = _key(state, moment)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, bool(events)))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, _over(state))


def score(state: Led) -> Score:
    """Repetitions that nothing spoilt."""
    return Score(state.counted, state.given.keys.repetitions)


def _over(state: Led) -> bool:
    keys: GuidedKeys = state.given.keys
    return state.gone >= keys.repetitions


def _each_ns(state: Led) -> int:
    keys: GuidedKeys = state.given.keys
    return round(keys.each_s * NS_PER_S)


def _since_ns(moment: Moment) -> int:
    """Since the first repetition began; below 0 before it."""
    return moment.now_ns - moment.start_ns - CALM_NS


def _led(state: Led, observation: Observation, moment: Moment) -> tuple[Led, tuple[Event, ...]]:
    now_ns, since_ns = moment.now_ns, _since_ns(moment)
    passed_ns = 0 if state.last_ns is None else max(0, min(now_ns - state.last_ns, MOST_ADDED_NS))
    given = state.given
    off_mm = math.hypot(observation.cop_ml_mm - given.foot_ml_mm, observation.cop_ap_mm - given.foot_ap_mm)
    turning = given.keys.lead == "push" and 0 <= since_ns % _each_ns(state) < TURNS_NS
    inside = off_mm <= state.ring_mm
    sway = _added(state.sway, passed_ns, inside or turning, (observation.force_n, off_mm))
    marked = state.marked or observation.mark == Mark.NOT_GOOD
    state = state._replace(sway=sway, last_ns=now_ns, inside=inside, marked=marked)
    gone = max(-1, min(since_ns // _each_ns(state), given.keys.repetitions)) if since_ns >= 0 else -1
    if gone <= state.gone:
        return state, ()
    if state.gone < 0:  # the calm is over
        ring_mm = min(MOST_RING_MM, max(given.keys.ring_mm, OF_NINETY * math.sqrt(sway.square_mm2)))
        state = state._replace(gone=0, ring_mm=ring_mm, sway=Sway(), marked=False)
        return state, (Event("ring", now_ns, {"trial": given.trial, "ring_mm": round(ring_mm, 1)}),)
    return _judged(state, now_ns)


def _added(sway: Sway, passed_ns: int, inside: bool, seen: tuple[float, float]) -> Sway:
    """With one more tick; a force or a place that nobody has is the same as none."""
    force_n, off_mm = seen
    ns = sway.ns + passed_ns
    if not passed_ns:
        return sway
    force_n = force_n if 0.0 <= force_n <= 20_000.0 else 0.0
    off_mm = off_mm if off_mm <= 5_000.0 else 5_000.0
    share = passed_ns / ns
    return Sway(
        ns,
        sway.inside_ns + (passed_ns if inside else 0),
        sway.force_n + (force_n - sway.force_n) * share,
        sway.square_mm2 + (off_mm * off_mm - sway.square_mm2) * share,
    )


def _judged(state: Led, now_ns: int) -> tuple[Led, tuple[Event, ...]]:
    """The repetition that is over now."""
    given, sway = state.given, state.sway
    outcome = "good"
    if state.marked:
        outcome = "marked"
    elif not sway.force_n >= ALL_OF_IT * given.weight_n or not given.weight_n:
        outcome = "supported"
    elif given.keys.lead == "push" and not sway.inside_ns >= LEAST_INSIDE * sway.ns:
        outcome = "outside"
    good = outcome == "good"
    data: dict[str, object] = {"trial": given.trial, "number": state.gone + 1, "outcome": outcome}
    state = state._replace(
        gone=state.gone + 1,
        counted=state.counted + good,
        marked=False,
        sway=Sway(),
        outcome=SceneOutcome.HIT if good else SceneOutcome.MISS,
    )
    return state, (Event("repetition", now_ns, data),)


def _key(state: Led, moment: Moment) -> tuple[object, ...]:
    if moment.phase is not Phase.HOLD:
        return (moment.phase,)
    outside = state.given.keys.lead == "push" and not state.inside
    return moment.phase, state.gone, _part(state, moment), outside, state.marked


def _part(state: Led, moment: Moment) -> int:
    """Of the repetition, 0 to 1000; of the calm before the first one."""
    since_ns, each_ns = _since_ns(moment), _each_ns(state)
    if state.gone < 0:
        return max(0, min(PART_STEPS, PART_STEPS * (since_ns + CALM_NS) // CALM_NS)) * 1000 // PART_STEPS
    passed_ns = max(0, min(each_ns, since_ns - state.gone * each_ns))
    return PART_STEPS * passed_ns // each_ns * 1000 // PART_STEPS


def _scene(state: Led, moment: Moment, ended: bool) -> Scene:
    given, head, before = state.given, state.head, state.scene
    keys: GuidedKeys = given.keys
    if moment.phase is not Phase.HOLD:
        return head._replace(word=Word.HOLD_STILL, goal=keys.repetitions)
    calm, part = state.gone < 0, _part(state, moment)
    breathes = keys.lead == "breathe" and not calm
    word = Word.HOLD_STILL
    if not calm:
        breath = Word.BREATHE_IN if part < 1000 * BREATH_IN else Word.BREATHE_OUT
        word = {"push": Word.DO_NOT_GIVE_WAY, "level": Word.KEEP_THE_BELT_LEVEL, "breathe": breath}[keys.lead]
    outside = keys.lead == "push" and not state.inside
    return head._replace(
        dot=0 if breathes else sees_dot(given),
        outcome=SceneOutcome.OUTSIDE if outside else state.outcome if calm or ended else SceneOutcome.IN_GOAL,
        cue=Cue.BEAT if ended else before.cue,
        cue_count=(before.cue_count + ended) % 256,
        word=word,
        score=state.counted,
        goal=keys.repetitions,
        slots=_slots(state, part, calm),
    )


def _slots(state: Led, part: int, calm: bool) -> tuple[Slot, ...]:
    head, lead = state.head, state.given.keys.lead
    at = head.centre_x, head.centre_y
    if lead == "breathe" and not calm:
        full = int(part / BREATH_IN) if part < 1000 * BREATH_IN else int((1000 - part) / (1.0 - BREATH_IN))
        return (Slot(SlotKind.RING, RING, RingLook.BREATH, SlotState.NOW, *at, 450, min(1000, max(0, full))),)
    place = Slot(SlotKind.PLACE, PLACE, PlaceLook.RING, SlotState.NOW, *at, tenths(state.ring_mm))
    if calm or lead == "level":
        # The time of the repetition closes round the ring, as a dwell does.
        return (place._replace(value=part, state=SlotState.PASSED_BY if state.marked else SlotState.NOW),)
    way = WAYS[state.gone % len(WAYS)]
    shaft = tenths(max(20.0, state.ring_mm)), int(way * 10)
    return place, Slot(SlotKind.ARROW, ARROW, ArrowLook.PUSH, SlotState.NOW, *at, *shaft)


EXERCISE = Exercise(GuidedKeys, begin, step, score, problems, Word.REPETITIONS_COUNTED)
