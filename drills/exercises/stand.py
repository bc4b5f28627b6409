"""Standing: the patient keeps a stance until the time is over. What counts is that it was held."""

from __future__ import annotations

from typing import NamedTuple

from drills.exercises.values import (
    MOST_DS,
    NO_SCORE,
    NS_PER_DS,
    SOLES,
    Exercise,
    Given,
    Moment,
    Score,
    Stepped,
    error_tone_hz,
    head_of,
    plate_half_mm,
    stand_still,
    tenths_left,
)
from drills.scene import (
    LEAN_HALF_AP_MM,
    LEAN_HALF_ML_MM,
    NO_SCENE,
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
    renewed,
    tenths,
)
from drills.strict import Strict
from drills.values import FLAWS, Observation, Phase
from drills.words import Cue, Word

BOX, SOLE, RING, STAR, HOME = 1, 2, 3, 4, 5
"""Ids of the things on the screen."""
RING_RADIUS_MM = 30.0
HOME_MM = 15.0
"""Of the middle, which is there to be looked at where nothing is judged."""
STAR_SIZE = {View.FOOT: 150, View.QUIET: 75, View.LEAN: 150}
"""Its half, in 0.1 mm: 19 mm and more on the glass."""
LAST_DS = 30
"""In the last three seconds each is heard."""


class StandKeys(Strict):
    """Nothing can be chosen."""


class Now(NamedTuple):
    """All that a scene of standing depends on."""

    phase: Phase = Phase.IDLE
    clock_ds: int = 0
    over: bool = False
    """The target has been reached, and the hold goes on until the patient steps off."""
    inside: bool = True
    tone_hz: int = 0


class Standing(NamedTuple):
    """A trial of standing."""

    given: Given
    head: Scene
    box: tuple[Slot, ...]
    now: Now
    scene: Scene


def begin(given: Given) -> Standing:
    """Round the learnt foot; where the stance is learnt only during the trial, a wider view round where the patient was
    first seen, moved so that it shows plate alone: a view does not move once it is shown.
    """
    judged = given.half_ml_mm > 0.0
    view = View.FOOT if judged else View.QUIET if given.learnt else View.LEAN
    head = head_of(given, view)
    if view is View.LEAN:
        plate_ml_mm, plate_ap_mm = plate_half_mm(given.turn)
        most_x, most_y = tenths(plate_ml_mm - LEAN_HALF_ML_MM), tenths(plate_ap_mm - LEAN_HALF_AP_MM)
        head = head._replace(
            centre_x=min(most_x, max(-most_x, head.centre_x)), centre_y=min(most_y, max(-most_y, head.centre_y))
        )
    x, y = head.centre_x, head.centre_y
    box = Slot(
        SlotKind.PLACE, BOX, PlaceLook.BOX, SlotState.NOW, x, y, tenths(given.half_ml_mm), tenths(given.half_ap_mm)
    )
    star = head.dot == Dot.HIDDEN and not given.eyes
    slots: tuple[Slot, ...] = (box,) if judged and not star else ()
    if given.leg in SOLES and slots:  # in its box: alone it would be larger than the picture
        slots += (Slot(SlotKind.PLACE, SOLE, SOLES[given.leg], SlotState.WAITING, x, y),)
    if not judged and head.dot in (Dot.LIVE, Dot.LIVE_OUTSIDE):
        slots += (Slot(SlotKind.PLACE, HOME, PlaceLook.HOME, SlotState.WAITING, x, y, tenths(HOME_MM)),)
    if star:
        slots += (Slot(SlotKind.PLACE, STAR, PlaceLook.STAR, SlotState.NOW, x, y, STAR_SIZE[view]),)
    return Standing(given, head, slots, Now(), NO_SCENE)


def step(state: Standing, observation: Observation, moment: Moment) -> Stepped:
    """The time that is left, and whether the dot is in the box."""
    given = state.given
    now_ns, phase, start_ns = moment
    over = False
    clock_ds = 0
    if phase is Phase.HOLD:
        over = now_ns - start_ns >= given.hold_ns
        held_ds = min(MOST_DS, max(0, now_ns - start_ns) // NS_PER_DS)
        clock_ds = held_ds if over else tenths_left(given.hold_ns, start_ns, now_ns)
    beyond_mm = 0.0
    if given.half_ml_mm > 0.0:
        ml_mm = abs(observation.cop_ml_mm - given.foot_ml_mm) - given.half_ml_mm
        ap_mm = abs(observation.cop_ap_mm - given.foot_ap_mm) - given.half_ap_mm
        beyond_mm = ml_mm if ml_mm > ap_mm else ap_mm
    tone_hz = error_tone_hz(given, beyond_mm) if given.sound else 0
    now = Now(phase, clock_ds, over, beyond_mm <= 0.0, tone_hz)
    if now == state.now:
        return Stepped(state, state.scene)
    scene = renewed(state.scene, _scene(state, now))
    state = Standing(given, state.head, state.box, now, scene)
    return Stepped(state, scene)


def score(_state: Standing) -> Score:
    """Nothing is counted but the time, which the drill keeps."""
    return NO_SCORE


def _scene(state: Standing, now: Now) -> Scene:
    given, head = state.given, state.head
    holds, fades = now.phase is Phase.HOLD, now.phase is Phase.RAMP_DOWN
    of_ds = min(MOST_DS, given.hold_ns // NS_PER_DS)
    judged = given.half_ml_mm > 0.0
    outcome = (SceneOutcome.IN_GOAL if now.inside else SceneOutcome.OUTSIDE) if judged else SceneOutcome.NONE
    slots = state.box
    if fades or now.over:  # before that the clock beside the picture is the ring of seconds: two would hide the dot
        slots += (
            Slot(
                SlotKind.RING,
                RING,
                RingLook.TIME,
                SlotState.DONE,
                head.centre_x,
                head.centre_y,
                tenths(RING_RADIUS_MM),
            ),
        )
    clock = ClockKind.NONE
    if holds:
        clock = ClockKind.HELD if now.over else ClockKind.LEFT
    cue, cue_count = _cue(state, now)
    return head._replace(
        outcome=SceneOutcome.HELD if fades else outcome,
        tone_hz=now.tone_hz,
        cue=cue,
        cue_count=cue_count,
        word=_word(state, now),
        clock_kind=clock,
        clock_ds=now.clock_ds,
        clock_of_ds=of_ds if holds and not now.over else 0,
        slots=slots,
    )


def _word(state: Standing, now: Now) -> Word:
    moves = state.given.vibrates
    if now.phase is Phase.RAMP_UP and moves:
        return Word.VIBRATION_STARTS
    if now.phase is Phase.RAMP_DOWN and moves:
        return Word.VIBRATION_STOPS
    if now.phase is Phase.HOLD and now.over:
        return Word.STEP_OFF
    if state.given.eyes:
        return Word.CLOSE_EYES
    if state.head.dot == Dot.HIDDEN:
        return Word.LOOK_AT_THE_STAR
    return Word.KEEP_THE_DOT_INSIDE if state.given.half_ml_mm > 0.0 else stand_still(state.head)


def _cue(state: Standing, now: Now) -> tuple[int, int]:
    """The last sound, and how many there have been."""
    before, scene = state.now, state.scene
    cue = 0
    if now.phase is not before.phase:
        cue = {Phase.HOLD: Cue.START, Phase.RAMP_DOWN: Cue.GOAL_REACHED}.get(now.phase, 0)
    elif now.over and not before.over:
        cue = Cue.GOAL_REACHED
    elif now.phase is Phase.HOLD and not now.over and now.clock_ds < before.clock_ds <= LAST_DS + 1:
        cue = Cue.LAST_SECOND if now.clock_ds % 10 == 0 and now.clock_ds else 0
    return (cue, (scene.cue_count + 1) % 256) if cue else (scene.cue, scene.cue_count)


EXERCISE = Exercise(StandKeys, begin, step, score, marks=FLAWS, unaided=True)
