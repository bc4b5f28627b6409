"""Sharing the weight: a bar that shows how much of it is on the right foot is kept in a band.

Standing, what counts are whole seconds in the band. Squatting on the beat, a squat counts when it was one by its force
and the bar was in the band for nearly all of it. Where the feet are comes first (`drills.exercises.feet`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.exercises.feet import ASKED_NS, LEAST_APART_MM, Feet, Learning, Stood, learn, marked
from drills.exercises.seconds import FRAME_NS, LEAD_NS, Seconds, passed_ns
from drills.exercises.squats import Squats
from drills.exercises.support import LEAST_SUPPORT, SUPPORTING, support
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
    tenths_left,
)
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    NOT_SHOWN,
    Axis,
    BeatLook,
    ClockKind,
    Dot,
    PlaceLook,
    RingLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
    renewed,
    whole,
)
from drills.strict import Strict
from drills.units import NS_PER_S
from drills.values import CREDIBLE_MM, CREDIBLE_N, Event, Observation, Phase
from drills.words import Cue, Word

ASKED_FOR = {"usual": Word.STAND_AS_USUAL, "even": Word.STAND_EVENLY, "bent": Word.BEND_AND_STAY}
"""What is said in a test."""
SOLES, BAND, BAR, BEAT, SIDES, RING = (1, 2), 3, 4, 5, (6, 7), 8
"""Ids of the things on the screen."""
MARKER_S = 1.0 / (2.0 * math.pi * 3.0)
"""The marker is a low-pass of 3 Hz."""
LOAD_S = 1.0
NEAR_NS = 6 * NS_PER_S
"""So long a patient whose feet are too near is told to put them farther apart; then the trial is over."""


class ShareKeys(Strict):
    """Which share is asked for, how nearly, and how the places of the feet are known."""

    target_right: Annotated[float, Field(ge=0.1, le=0.9)]
    tolerance: Annotated[float, Field(ge=0.03, le=0.2)]
    feet: Literal["learnt", "marks"]
    marks_apart_mm: Annotated[float, Field(ge=LEAST_APART_MM, le=450)]
    squat_period_s: Annotated[float, Field(ge=0, le=12)]
    asks: Literal["usual", "even", "bent"] | None = None
    """A test: nothing of the share is seen. Standing as usual, evenly, or with bent knees."""
    knee_deg: Annotated[int, Field(ge=10, le=120)] | None = None


class Sharing(NamedTuple):
    """A trial."""

    given: Given
    head: Scene
    feet: Learning | Feet
    counted: Seconds | Squats
    since_ns: int | None = None
    """When the feet were known."""
    last_ns: int | None = None
    marker_mm: float | None = None
    load_n: float | None = None
    """Low-passed: the centre of pressure, and the force over about a second."""
    share: float | None = None
    """On the right foot, and whether that is in the band."""
    inside: bool = False
    share_sum: float = 0.0
    share_ns: int = 0
    load_sum: float = 0.0
    load_ns: int = 0
    """Of the force: N times ns, and of how long."""
    over: bool = False
    """Nothing is left to do."""
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE


def begin(given: Given) -> Sharing:
    """The feet's places come first where they are to be learnt."""
    keys = given.keys
    learnt = keys.feet == "learnt"
    left_ns = given.hold_ns - NS_PER_S - (2 * ASKED_NS if learnt else 0)
    counted: Seconds | Squats = Seconds(max(1, left_ns // NS_PER_S))
    if keys.squat_period_s > 0.0:
        counted = Squats(
            max(1, (left_ns - LEAD_NS) // max(NS_PER_S, round(keys.squat_period_s * NS_PER_S))), keys.squat_period_s
        )
    head = head_of(given, View.GAUGE)._replace(centre_x=0, centre_y=0, dot=Dot.HIDDEN)
    return Sharing(given, head, Learning() if learnt else marked(keys.marks_apart_mm), counted)


def step(state: Sharing, observation: Observation, moment: Moment) -> Stepped:
    """Learn the feet, then judge the share."""
    now_ns, phase, _ = moment
    before = state
    events: tuple[Event, ...] = ()
    holds = phase is Phase.HOLD
    if holds:
        if state.since_ns is None:
            state, events = _learnt(state, observation, now_ns)
        else:
            state = _judged(state, observation, now_ns, state.since_ns)
        if state.over and not before.over:
            events += (_shared(state, now_ns),)
    key = (phase, now_ns // FRAME_NS if holds else 0, state.inside, state.counted.done, state.since_ns)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, moment, _cue(before, state)))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events, holds and state.over)


def score(state: Sharing) -> Score:
    """Whole seconds, or squats, in the band."""
    return Score(state.counted.done, state.counted.of)


def _filtered(state: Sharing, observation: Observation, tick_ns: int) -> tuple[float | None, float | None]:
    """Centre of pressure and load, low-passed; None where there is none."""
    tick_s, ml_mm, force_n = tick_ns / NS_PER_S, observation.cop_ml_mm, observation.force_n
    marker_mm = load_n = None
    if abs(ml_mm) <= CREDIBLE_MM:
        before_mm = ml_mm if state.marker_mm is None else state.marker_mm
        marker_mm = before_mm + (ml_mm - before_mm) * tick_s / (tick_s + MARKER_S)
    if 0.0 <= force_n <= CREDIBLE_N:
        before_n = force_n if state.load_n is None else state.load_n
        load_n = before_n + (force_n - before_n) * tick_s / (tick_s + LOAD_S)
    return marker_mm, load_n


def _learnt(state: Sharing, observation: Observation, now_ns: int) -> tuple[Sharing, tuple[Event, ...]]:
    """One tick of learning where the feet are, the last one with what is known of them."""
    given, feet = state.given, state.feet
    if isinstance(feet, Learning):
        stood = Stood(given.weight_n, given.foot_ml_mm, given.keys.marks_apart_mm)
        feet = learn(feet, observation, now_ns, stood)
    _, load_n = _filtered(state, observation, passed_ns(state.last_ns, now_ns))
    state = state._replace(feet=feet, last_ns=now_ns, load_n=load_n)
    if isinstance(feet, Learning):
        return state, ()
    return state._replace(since_ns=now_ns), (feet.event(given.trial, now_ns),)


def _judged(state: Sharing, observation: Observation, now_ns: int, since_ns: int) -> Sharing:
    """One tick of the band. Time in which the hands carry earns nothing, where the weight is known."""
    tick_ns = passed_ns(state.last_ns, now_ns)
    marker_mm, load_n = _filtered(state, observation, tick_ns)
    feet, keys, counted, weight_n = state.feet, state.given.keys, state.counted, state.given.weight_n
    if isinstance(feet, Learning) or feet.near:  # the patient is told so for a while
        return state._replace(last_ns=now_ns, over=now_ns - since_ns >= NEAR_NS)
    share = None if marker_mm is None else feet.share_right(marker_mm)
    inside = share is not None and (keys.asks is not None or abs(share - keys.target_right) <= keys.tolerance)
    if keys.asks is not None and now_ns - since_ns < LEAD_NS:  # back from the foot that was learnt last
        tick_ns = 0
    if isinstance(counted, Squats):
        if now_ns - since_ns < LEAD_NS:  # the beat is seen before it begins
            tick_ns = 0
        counted = counted.after(tick_ns, inside, observation.force_n / weight_n if weight_n > 0.0 else 1.0)
    else:
        carried = weight_n > 0.0 and (load_n or 0.0) < (1.0 - LEAST_SUPPORT) * weight_n
        counted = counted.after(tick_ns, inside and not carried)
    share_sum, share_ns, load_sum, load_ns = state.share_sum, state.share_ns, state.load_sum, state.load_ns
    if share is not None:
        share_sum, share_ns = share_sum + share * tick_ns, share_ns + tick_ns
    if load_n is not None:
        load_sum, load_ns = load_sum + load_n * tick_ns, load_ns + tick_ns
    # Named one by one: of seventeen fields `_replace` takes twice as long, 250 times a second.
    return Sharing(
        state.given,
        state.head,
        feet,
        counted,
        since_ns,
        now_ns,
        marker_mm,
        load_n,
        share,
        inside,
        share_sum,
        share_ns,
        load_sum,
        load_ns,
        counted.over,
        state.key,
        state.scene,
    )


def _shared(state: Sharing, now_ns: int) -> Event:
    """What was shared in the whole trial, with its error, and what the hands carried: None where that is not known."""
    feet = state.feet
    known = state.share_ns > 0 and isinstance(feet, Feet)
    carried = support(state.load_sum / state.load_ns, state.given.weight_n) if state.load_ns else None
    data: dict[str, object] = {
        "trial": state.given.trial,
        "in_band": state.counted.done,
        "of": state.counted.of,
        "right_percent": round(100.0 * state.share_sum / state.share_ns, 1) if known else None,
        "error_percent": round(100.0 * feet.error, 1) if known and isinstance(feet, Feet) else None,
        "hands_percent": None if carried is None else round(100.0 * carried, 1),
    }
    return Event("shared", now_ns, data)


def _cue(before: Sharing, after: Sharing) -> int:
    if after.since_ns is not None and before.since_ns is None:
        return Cue.START
    if isinstance(after.counted, Squats) and isinstance(before.counted, Squats):
        if after.counted.done > before.counted.done:
            return Cue.HIT
        return Cue.BEAT if after.counted.down != before.counted.down else 0
    return Cue.HIT if _side(before) < 0 < _side(after) else 0


def _side(state: Sharing) -> int:
    """Which foot is asked for: -1 left, 1 right, 0 none any more."""
    return state.feet.side if isinstance(state.feet, Learning) else 0


def _bar(state: Sharing) -> int:
    """The share on the right, in 0.1 %; `NOT_SHOWN` where there is none."""
    return NOT_SHOWN if state.share is None else whole(1000.0 * state.share, 0, 1000)


def _scene(state: Sharing, moment: Moment, cue: int) -> Scene:
    given, head, before = state.given, state.head, state.scene
    now_ns, phase, start_ns = moment
    holds = phase is Phase.HOLD
    word, outcome = Word.GET_READY, SceneOutcome.NONE
    slots: tuple[Slot, ...] = ()
    if isinstance(state.feet, Learning):
        slots = _learning_slots(state.feet, now_ns) if holds else ()
        if holds:
            word = Word.LEFT_FOOT_ALONE if state.feet.side < 0 else Word.RIGHT_FOOT_ALONE
    elif state.feet.near:
        word = Word.FEET_APART
    elif given.keys.asks is not None:
        slots = _soles(SlotState.WAITING, SlotState.WAITING)
        word = ASKED_FOR[given.keys.asks] if holds else word
    else:
        slots = _sharing_slots(state, state.feet)
        if holds:
            word = Word.SQUAT_TO_THE_BEAT if isinstance(state.counted, Squats) else Word.BAR_TO_THE_MIDDLE
            outcome = SceneOutcome.IN_GOAL if state.inside else SceneOutcome.OUTSIDE
    left_ds = tenths_left(given.hold_ns, start_ns, now_ns)
    of_ds = min(MOST_DS, given.hold_ns // NS_PER_DS)
    if given.keys.asks is not None and isinstance(state.counted, Seconds):  # nothing of the share, and its own time
        left_ds, of_ds = 10 * (state.counted.of - state.counted.gone), 10 * state.counted.of
        holds = holds and isinstance(state.feet, Feet)
    return head._replace(
        outcome=outcome,
        cue=cue or before.cue,
        cue_count=(before.cue_count + bool(cue)) % 256,
        tone_hz=_tone_hz(state) if holds else 0,
        word=word,
        word_a=given.keys.knee_deg or 0,
        clock_kind=ClockKind.LEFT if holds else ClockKind.NONE,
        clock_ds=min(MOST_DS, left_ds) if holds else 0,
        clock_of_ds=min(MOST_DS, of_ds) if holds else 0,
        score=0 if given.keys.asks else state.counted.done,
        goal=0 if given.keys.asks else state.counted.of,
        slots=slots,
    )


def _tone_hz(state: Sharing) -> int:
    """Silent in the band; high when too much is on the right, low when too much is on the left."""
    if not state.given.sound or state.share is None or state.inside:
        return 0
    return 660 if state.share > state.given.keys.target_right else 330


def _soles(left: SlotState, right: SlotState) -> tuple[Slot, ...]:
    """The two soles, and which is which, above the bar."""
    things = []
    for number, (look, state, x) in enumerate(
        ((PlaceLook.SOLE_LEFT, left, -1250), (PlaceLook.SOLE_RIGHT, right, 1250))
    ):
        word = (Word.LEFT, Word.RIGHT)[number]
        things.append(Slot(SlotKind.PLACE, SOLES[number], look, state, x, 1400, 600))
        things.append(Slot(SlotKind.WORD, SIDES[number], WordLook.TEXT, state, x // 4 * 7, 1400, 0, word))
    return tuple(things)


def _learning_slots(learning: Learning, now_ns: int) -> tuple[Slot, ...]:
    left, right = SlotState.NOW, SlotState.WAITING
    if learning.side > 0:
        left, right = SlotState.DONE, SlotState.NOW
    part = whole(1000.0 * learning.part(now_ns) // 20 * 20)
    return (*_soles(left, right), Slot(SlotKind.RING, RING, RingLook.TIME, SlotState.NOW, 0, -900, 600, part))


def _sharing_slots(state: Sharing, feet: Feet) -> tuple[Slot, ...]:
    keys = state.given.keys
    low, high = (whole(1000.0 * (keys.target_right + side * keys.tolerance), 0, 1000) for side in (-1, 1))
    inside = whole(1000 * state.counted.done / state.counted.of)
    slots = _soles(SlotState.WAITING, SlotState.WAITING)
    slots += (Slot(SlotKind.BAND, BAND, Axis.SHARE_RIGHT, SlotState.NOW, low, high, 0, inside),)
    bar = _bar(state)
    if bar != NOT_SHOWN and sees_bar(state.given):
        error = whole(1000.0 * feet.error)
        slots += (Slot(SlotKind.BAR, BAR, Axis.SHARE_RIGHT, SlotState.NOW, bar, NOT_SHOWN, error, 1),)
    if isinstance(state.counted, Squats):
        period_ms, phase = whole(state.counted.period_s * 1000), state.counted.phase
        slots += (Slot(SlotKind.BEAT, BEAT, BeatLook.UP_DOWN, SlotState.NOW, period_ms, state.counted.gone, 0, phase),)
    return slots


def sees_bar(given: Given) -> bool:
    """Whether the bar moves on the screen, by the level of feedback: it is the dot of this exercise."""
    return head_of(given, View.GAUGE).dot != Dot.HIDDEN


def problems(keys: ShareKeys, base: SafeBase) -> Iterator[Problem]:
    """A squat needs a weight to be seen by; two feet need two feet."""
    if base.stance == "single-leg":
        yield Problem("stance.kind", base.stance, reason="two-feet-needed")
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")
    if 0.0 < keys.squat_period_s < 3.0:
        yield Problem("squat_period_s", keys.squat_period_s, least=3.0)
    for field, value, useful in (
        ("squat_period_s", keys.squat_period_s, keys.asks is None),
        ("knee_deg", keys.knee_deg, keys.asks == "bent"),
    ):
        if value and not useful:
            values: dict[str, object] = {"key": "steps.exercise.parameters.asks", "is": keys.asks or ""}
            yield Problem(field, value, reason="useless-with", values=values)
    if keys.asks == "bent" and keys.knee_deg is None:
        yield Problem("knee_deg", reason="needed-with", values={"key": "steps.exercise.parameters.asks", "is": "bent"})
    if keys.squat_period_s > 0.0 and base.hands in SUPPORTING:
        yield Problem("hands", base.hands, reason="weight-needed")


EXERCISE = Exercise(ShareKeys, begin, step, score, problems, Word.IN_THE_BAND)
