"""What the patient's screen shows round an exercise: getting on, settling, resting and getting off."""

from __future__ import annotations

from drills.exercises.values import NO_SCORE, SOLES, on_plate, tenths_left
from drills.plan import OTHER, Plan
from drills.scene import (
    NO_SCENE,
    ClockKind,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
)
from drills.state import DrillState, passed
from drills.values import IN_FRONT, Leg, Phase, TrialOutcome
from drills.words import Cue, Word

TOLD_NS = 3_000_000_000
"""How long a rest begins with how the trial went."""
READY_NS = 5_000_000_000
"""So long before its end a rest says what comes: the patient is on the plate, or at it, when it is asked for."""
HALF_APART = 1000
"""Of two feet whose places are not known, from the middle, in 0.1 mm."""
FOOT_APART = {"together": (520, 0), "semi-tandem": (520, 650), "tandem": (0, 1350)}
"""How far the right foot is from the middle to the side and ahead, in 0.1 mm, the left one as far the other way: for a
foot of 260 by 100 mm. Half a foot ahead the instep is at the other's big toe; a foot ahead heel is at toe.
"""
ONE_FOOT = {leg: (Slot(SlotKind.PLACE, 1, look, SlotState.NOW, 0, 0),) for leg, look in SOLES.items()}
STAND_ON = {Leg.LEFT: Word.STAND_ON_LEFT, Leg.RIGHT: Word.STAND_ON_RIGHT, Leg.BOTH: Word.STAND_ON_BOTH}
IN_FRONT_IS: dict[tuple[str, Leg | None], Word] = {
    ("semi-tandem", Leg.LEFT): Word.LEFT_HALF_AHEAD,
    ("semi-tandem", Leg.RIGHT): Word.RIGHT_HALF_AHEAD,
    ("tandem", Leg.LEFT): Word.LEFT_HEEL_TO_TOE,
    ("tandem", Leg.RIGHT): Word.RIGHT_HEEL_TO_TOE,
}
"""What is said of both feet instead, where one of them is ahead and is named."""
SIT_WITH = {Leg.LEFT: Word.SIT_LEFT_FOOT_ON, Leg.RIGHT: Word.SIT_RIGHT_FOOT_ON}
"""What is said to who sits and has one foot on the plate."""
READY_ON = {Leg.LEFT: Word.READY_ON_LEFT, Leg.RIGHT: Word.READY_ON_RIGHT, Leg.BOTH: Word.READY_ON_BOTH}
CHANGE_TO = {Leg.LEFT: Word.CHANGE_TO_LEFT, Leg.RIGHT: Word.CHANGE_TO_RIGHT, Leg.BOTH: Word.REST}
ENDED = {
    TrialOutcome.HELD: (SceneOutcome.HELD, Word.HELD),
    TrialOutcome.FOOT_DOWN: (SceneOutcome.UNSAFE, Word.FOOT_CAME_DOWN),
    TrialOutcome.STEP_OFF: (SceneOutcome.UNSAFE, Word.STEPPED_OFF),
}
SPOKEN = {
    Word.STEP_ON: Cue.SAY_STEP_ON,
    Word.STAND_ON_LEFT: Cue.SAY_STAND_ON_LEFT,
    Word.STAND_ON_RIGHT: Cue.SAY_STAND_ON_RIGHT,
    Word.REST: Cue.SAY_REST,
    **dict.fromkeys(READY_ON.values(), Cue.SAY_GET_READY),
    Word.CHANGE_TO_LEFT: Cue.SAY_REST,
    Word.CHANGE_TO_RIGHT: Cue.SAY_REST,
    Word.STEP_OFF: Cue.SAY_STEP_OFF,
    Word.PAUSE: Cue.SAY_REST,
}
_SCORED = (Phase.REST, Phase.PAUSE, Phase.DONE)
"""What the last trial has earned stands there."""


def frame(state: DrillState, now_ns: int) -> Scene:
    """The scene of a phase that no exercise draws: the very one of before where it is the same."""
    plan, before, phase, start_ns = state.plan, state.scene, state.phase, state.phase_start_ns
    word, outcome, clock, clock_ds, of_ns = Word.STEP_ON, SceneOutcome.NONE, ClockKind.NONE, 0, 0
    if phase is Phase.SETTLE:
        word, clock, of_ns = _stand_word(state), ClockKind.GET_READY, plan.settle_ns
    elif phase is Phase.WEIGH:
        word, clock, of_ns = Word.STAND_ON_BOTH, ClockKind.GET_READY, plan.weigh_ns
    elif phase is Phase.CHANGE:
        word, outcome, clock, of_ns = CHANGE_TO[state.leg], SceneOutcome.REST, ClockKind.REST, plan.rest_ns
    elif phase is Phase.REST:
        word, outcome, clock, of_ns = Word.REST, SceneOutcome.REST, ClockKind.REST, plan.rest_ns
        if now_ns - _rest_since_ns(state) < TOLD_NS and state.results:
            outcome, word = _ended(state, outcome, word)
        elif now_ns >= start_ns + plan.rest_ns - READY_NS:
            word = READY_ON[state.leg]
            if plan.settle_ns:  # the seconds that count come with the stance: two countdowns in a row mislead
                clock, of_ns = ClockKind.NONE, 0
    elif phase is Phase.GET_ON and state.results and state.loaded_since_ns is not None:
        word = _stand_word(state)  # who has stayed on the plate is not asked on to it
    elif phase is Phase.PAUSE:
        word, outcome = Word.PAUSE_SEATED if plan.seated else Word.PAUSE, SceneOutcome.REST
        if now_ns - _rest_since_ns(state) < TOLD_NS and state.results:
            outcome, word = _ended(state, outcome, word)
    elif phase is Phase.DONE:
        word = Word.STEP_OFF
        if state.results:
            outcome, _ = _ended(state, outcome, word)
    elif not plan.settle_ns:
        word = _stand_word(state)
    if plan.seated and phase in (Phase.IDLE, Phase.GET_ON, Phase.SETTLE):
        sits = Word.SIT_ON_THE_CHAIR if plan.foot is None else SIT_WITH[plan.foot]
        word = Word.STAND_UP_AND_STAY if phase is Phase.SETTLE and plan.rises else sits
    if of_ns:
        clock_ds = tenths_left(of_ns, start_ns, now_ns)
    if (before.view, before.word, before.outcome, before.clock_ds) == (View.PLATE, word, outcome, clock_ds):
        return before
    score = state.results[-1].score if state.results and phase in _SCORED else NO_SCORE
    cue, cue_count = before.cue, before.cue_count
    if before.word != word and word in SPOKEN:
        cue, cue_count = SPOKEN[word], (cue_count + 1) % 256
    return NO_SCENE._replace(
        view=View.PLATE,
        turn=plan.given.turn,
        feedback=plan.given.feedback,
        outcome=outcome,
        cue=cue,
        cue_count=cue_count,
        word=word,
        word_a=score.done if word in (plan.exercise.reached, Word.SO_MANY_COUNTED, Word.NEW_BEST) else 0,
        word_b=score.of if word == plan.exercise.reached else 0,
        clock_kind=clock,
        clock_ds=clock_ds,
        clock_of_ds=tenths_left(of_ns, 0, 0),
        score=score.done,
        goal=0 if plan.exercise.as_often(plan.given.keys) else score.of,
        best=max(_best(state), score.done) if _best(state) else 0,
        slots=_soles(state),
    )


def _rest_since_ns(state: DrillState) -> int:
    """When the last trial ended: a pause, or the rest after one, tells of it no second time."""
    return state.phase_start_ns if state.rest_since_ns is None else state.rest_since_ns


def _stand_word(state: DrillState) -> Word:
    """On what to stand: on one leg, on both, or with which foot in front."""
    return IN_FRONT_IS.get((state.plan.feet, state.plan.foot), STAND_ON[state.leg])


def _soles(state: DrillState) -> tuple[Slot, ...]:
    """Which feet stand on the plate, or will after the rest; where the legs alternate both are there, and the one that
    lifts is dim.
    """
    phase = state.phase
    if not state.plan.alternates:
        return _standing(state.plan) if phase in (Phase.GET_ON, Phase.SETTLE, Phase.REST) else ()
    if phase not in (Phase.GET_ON, Phase.WEIGH, Phase.SETTLE, Phase.CHANGE):
        return ()
    lifts = OTHER.get(state.leg) if phase is Phase.SETTLE else None
    return tuple(_sole(state, leg, SlotState.PASSED_BY if leg is lifts else SlotState.NOW) for leg in SOLES)


def _standing(plan: Plan) -> tuple[Slot, ...]:
    """The one foot or both; of two of which one does it, the other dim, and not there where the patient sits. Where one
    is in front both stand.
    """
    if plan.foot is not None and plan.seated:
        return ONE_FOOT[plan.foot]
    dim = SOLES.get(OTHER[plan.foot]) if plan.foot is not None and plan.feet not in IN_FRONT else None
    feet = ONE_FOOT.get(plan.leg) or _pair(plan)
    return tuple(one._replace(state=SlotState.PASSED_BY) if one.look == dim else one for one in feet)


def _pair(plan: Plan) -> tuple[Slot, ...]:
    """Both feet as the drill has them; the right one in front where nobody says which."""
    aside, ahead = FOOT_APART.get(plan.feet, (HALF_APART, 0))
    if plan.foot is Leg.LEFT:
        ahead = -ahead
    return (
        Slot(SlotKind.PLACE, 1, PlaceLook.SOLE_LEFT, SlotState.NOW, -aside, -ahead),
        Slot(SlotKind.PLACE, 2, PlaceLook.SOLE_RIGHT, SlotState.NOW, aside, ahead),
    )


def _sole(state: DrillState, leg: Leg, look: SlotState) -> Slot:
    """Where this foot was learnt to stand, or a step from the plate's middle."""
    stance, side = state.feet.of(leg), -1 if leg is Leg.LEFT else 1
    x, y = on_plate(stance.cop_ml_mm, stance.cop_ap_mm, state.plan.given.turn)  # the middle where nothing was learnt
    # Who stands in the middle on either leg is drawn with two feet beside each other all the same.
    x = side * max(side * x, HALF_APART)
    return Slot(SlotKind.PLACE, 1 if leg is Leg.LEFT else 2, SOLES[leg], look, x, y)


def _ended(state: DrillState, outcome: SceneOutcome, word: Word) -> tuple[SceneOutcome, Word]:
    """How the last trial went, in its picture and its word: what was reached, where the exercise counts that."""
    result, reached = state.results[-1], state.plan.exercise.reached
    if result.outcome is not TrialOutcome.HELD or not result.score.of or not reached:
        return ENDED.get(result.outcome, (outcome, word))
    if state.plan.exercise.as_often(state.plan.given.keys):
        reached = Word.SO_MANY_COUNTED
    if 0 < _best(state) < result.score.done:
        reached = Word.NEW_BEST
    if not result.score.done:
        reached = getattr(state.exercise, "nothing", reached)
    return SceneOutcome.HELD if passed(result, state.plan.share_of_score) else outcome, reached


def _best(state: DrillState) -> int:
    """The most that an earlier round of a game has earned, where this is one and is over; 0 for none."""
    best = getattr(state.exercise, "best", 0) if state.phase in _SCORED else 0
    return best if isinstance(best, int) else 0
