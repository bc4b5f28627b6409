"""What is shown round an exercise, phase by phase, and what a running drill says of itself, each to the nanosecond."""

from types import SimpleNamespace
from typing import Any

import pytest

from drills.exercises.values import NO_SCORE, Score
from drills.framing import frame
from drills.library import load_shipped
from drills.machine import begin
from drills.prescription import Asked, prescribe
from drills.scene import NO_SCENE, ClockKind, Feedback, PlaceLook, SceneOutcome, Slot, SlotKind, SlotState, View
from drills.state import DrillState, LearntStance, TrialResult, held_trials, hold_s, passed
from drills.values import DrillOutcome, Leg, Phase, TrialOutcome
from drills.words import Cue, Word

S = 10**9
BEGAN = 7 * S


def running(name: str, leg: Leg, phase: Phase, **changes: Any) -> DrillState:
    """A drill whose phase has begun at 7 s; `plan` are changes of its plan."""
    document = load_shipped(name)
    state = begin(document, prescribe(document, Asked(leg)), 0)
    plan = state.plan._replace(**changes.pop("plan", {}))
    return state._replace(**{"plan": plan, "phase": phase, "phase_start_ns": BEGAN, "trial": 1} | changes)


def went(
    outcome: TrialOutcome = TrialOutcome.HELD, score: Score = NO_SCORE, alone_s: float | None = None
) -> TrialResult:
    return TrialResult(1, outcome, 12.0, 0, None, None, 0, 1, score, alone_s=alone_s)


@pytest.mark.parametrize(
    ("phase", "plan", "word", "outcome", "clock", "of_ds"),
    [
        (Phase.IDLE, {}, Word.STEP_ON, SceneOutcome.NONE, ClockKind.NONE, 0),
        (Phase.GET_ON, {}, Word.STEP_ON, SceneOutcome.NONE, ClockKind.NONE, 0),
        (Phase.GET_ON, {"settle_ns": 0}, Word.STAND_ON_LEFT, SceneOutcome.NONE, ClockKind.NONE, 0),
        (Phase.SETTLE, {}, Word.STAND_ON_LEFT, SceneOutcome.NONE, ClockKind.GET_READY, 50),
        (Phase.WEIGH, {"weigh_ns": 3 * S}, Word.STAND_ON_BOTH, SceneOutcome.NONE, ClockKind.GET_READY, 30),
        (Phase.CHANGE, {}, Word.CHANGE_TO_LEFT, SceneOutcome.REST, ClockKind.REST, 300),
        (Phase.CHANGE, {"leg": Leg.RIGHT}, Word.CHANGE_TO_RIGHT, SceneOutcome.REST, ClockKind.REST, 300),
        (Phase.REST, {}, Word.REST, SceneOutcome.REST, ClockKind.REST, 300),
        (Phase.DONE, {}, Word.STEP_OFF, SceneOutcome.NONE, ClockKind.NONE, 0),
    ],
)
def test_what_each_phase_says(phase, plan, word, outcome, clock, of_ds):
    """Half a second of it is gone."""
    scene = frame(running("single-leg-vibration", Leg.LEFT, phase, plan=plan), BEGAN + S // 2)
    assert (scene.view, scene.word, scene.outcome) == (View.PLATE, word, outcome)
    left_ds = of_ds - 5 if of_ds else 0
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == (clock, left_ds, of_ds)
    shown = [PlaceLook.SOLE_LEFT if plan.get("leg", Leg.LEFT) is Leg.LEFT else PlaceLook.SOLE_RIGHT]
    stands = phase in (Phase.GET_ON, Phase.SETTLE, Phase.REST)
    assert [slot.look for slot in scene.slots] == (shown if stands else [])


@pytest.mark.parametrize(
    ("gone_ns", "word", "outcome"),
    [
        (3 * S - 1, Word.STEPPED_OFF, SceneOutcome.UNSAFE),
        (3 * S, Word.REST, SceneOutcome.REST),
        (25 * S - 1, Word.REST, SceneOutcome.REST),
        (25 * S, Word.READY_ON_LEFT, SceneOutcome.REST),
    ],
)
def test_a_rest_of_half_a_minute_is_told_for_3_s_and_says_what_comes_5_s_before_its_end(gone_ns, word, outcome):
    state = running("single-leg-vibration", Leg.LEFT, Phase.REST, results=(went(TrialOutcome.STEP_OFF),))
    scene = frame(state, BEGAN + gone_ns)
    assert (scene.word, scene.outcome) == (word, outcome)


@pytest.mark.parametrize(
    ("outcome", "score", "word", "shown"),
    [
        (TrialOutcome.HELD, Score(6, 8), "reached", SceneOutcome.HELD),
        (TrialOutcome.HELD, Score(1, 8), "reached", SceneOutcome.REST),
        (TrialOutcome.HELD, Score(0, 0), Word.HELD, SceneOutcome.HELD),
        (TrialOutcome.FOOT_DOWN, Score(6, 8), Word.FOOT_CAME_DOWN, SceneOutcome.UNSAFE),
        (TrialOutcome.STOPPED, Score(6, 8), Word.REST, SceneOutcome.REST),
    ],
)
def test_a_trial_is_told_by_what_was_reached_or_by_how_it_ended(outcome, score, word, shown):
    state = running("reach-the-targets", Leg.BOTH, Phase.REST, results=(went(outcome, score),))
    state = state._replace(plan=state.plan._replace(rest_ns=30 * S, share_of_score=0.75))
    scene, reached = frame(state, BEGAN), state.plan.exercise.reached
    assert reached
    assert (scene.word, scene.outcome) == (reached if word == "reached" else word, shown)
    assert (scene.word_a, scene.word_b) == (tuple(score) if word == "reached" else (0, 0))
    assert (scene.score, scene.goal) == tuple(score)


@pytest.mark.parametrize(
    ("best", "done", "phase", "word", "shown"),
    [
        (3, 4, Phase.REST, Word.NEW_BEST, 4),
        (1, 4, Phase.REST, Word.NEW_BEST, 4),
        (4, 4, Phase.REST, "reached", 4),
        (5, 4, Phase.REST, "reached", 5),
        (0, 4, Phase.REST, "reached", 0),
        ("?", 4, Phase.REST, "reached", 0),
        (5, 4, Phase.DONE, Word.STEP_OFF, 5),
    ],
)
def test_more_than_ever_before_is_the_new_best(best, done, phase, word, shown):
    exercise = SimpleNamespace(best=best)
    state = running("slalom", Leg.BOTH, phase, results=(went(score=Score(done, 8)),), exercise=exercise)
    state = state._replace(plan=state.plan._replace(rest_ns=30 * S))
    scene = frame(state, BEGAN)
    assert (scene.word, scene.best) == (state.plan.exercise.reached if word == "reached" else word, shown)
    assert scene.word_a == (0 if phase is Phase.DONE else done)
    assert scene.word_b == (8 if word == "reached" else 0)
    assert frame(state._replace(phase=Phase.GET_ON), BEGAN).best == 0


def test_a_test_that_counts_has_no_goal():
    """As often as one can in half a minute: what was counted is said, and not of how many."""
    state = running("five-stands", Leg.BOTH, Phase.DONE, results=(went(score=Score(5, 5)),))
    assert (frame(state, BEGAN).score, frame(state, BEGAN).goal) == (5, 5)
    keys = state.plan.given.keys.model_copy(update={"for_s": 30.0})
    plan = state.plan._replace(given=state.plan.given._replace(keys=keys))
    assert plan.exercise.as_often(keys)
    often = state._replace(plan=plan)
    assert (frame(often, BEGAN).score, frame(often, BEGAN).goal) == (5, 0)
    told = frame(often._replace(phase=Phase.REST, plan=plan._replace(rest_ns=30 * S)), BEGAN)
    assert (told.word, told.word_a, told.word_b) == (Word.SO_MANY_COUNTED, 5, 0)


def test_a_foot_is_a_thing_with_a_number_and_a_place():
    left = (SlotKind.PLACE, 1, PlaceLook.SOLE_LEFT, SlotState.NOW)
    right = (SlotKind.PLACE, 2, PlaceLook.SOLE_RIGHT, SlotState.NOW)
    both = frame(running("quiet-stance", Leg.BOTH, Phase.GET_ON), BEGAN).slots
    assert both == (Slot(*left, -1000, 0), Slot(*right, 1000, 0))
    assert frame(running("single-leg-vibration", Leg.LEFT, Phase.GET_ON), BEGAN).slots == (Slot(*left, 0, 0),)


def test_the_last_trial_is_the_one_that_is_told():
    results = (went(TrialOutcome.STEP_OFF, Score(1, 8)), went(score=Score(7, 8)))
    state = running("reach-the-targets", Leg.BOTH, Phase.REST, results=results, plan={"share_of_score": 0.75})
    scene = frame(state, BEGAN)
    assert (scene.outcome, scene.word_a, scene.score) == (SceneOutcome.HELD, 7, 7)
    done = frame(state._replace(phase=Phase.DONE), BEGAN)
    assert (done.outcome, done.word, done.score) == (SceneOutcome.HELD, Word.STEP_OFF, 7)
    silent = state.plan._replace(exercise=state.plan.exercise._replace(reached=Word.NONE))
    assert frame(state._replace(plan=silent), BEGAN).word == Word.HELD


def test_who_is_turned_sees_it_turned_and_with_the_feedback_of_the_drill():
    state = running("single-leg-vibration", Leg.LEFT, Phase.GET_ON)
    given = state.plan.given._replace(turn=3, feedback=Feedback.F2)
    scene = frame(state._replace(plan=state.plan._replace(given=given)), BEGAN)
    assert (scene.turn, scene.feedback) == (3, Feedback.F2)


@pytest.mark.parametrize(
    ("phase", "rises", "word"),
    [
        (Phase.IDLE, True, Word.SIT_ON_THE_CHAIR),
        (Phase.GET_ON, True, Word.SIT_ON_THE_CHAIR),
        (Phase.SETTLE, True, Word.STAND_UP_AND_STAY),
        (Phase.SETTLE, False, Word.SIT_ON_THE_CHAIR),
        (Phase.REST, True, Word.REST),
    ],
)
def test_who_sits_is_told_to_sit_and_to_stand_up_where_they_rise(phase, rises, word):
    state = running("quiet-stance", Leg.BOTH, phase, plan={"seated": True, "rises": rises, "rest_ns": 30 * S})
    assert frame(state, BEGAN).word == word


@pytest.mark.parametrize("phase", [Phase.GET_ON, Phase.SETTLE, Phase.WEIGH])
def test_nothing_is_scored_while_the_patient_gets_on(phase):
    state = running("reach-the-targets", Leg.BOTH, phase, results=(went(score=Score(6, 8)),))
    assert (frame(state, BEGAN).score, frame(state, BEGAN).goal) == (0, 0)


def test_the_same_scene_is_given_again_and_another_word_sounds_once():
    state = running("single-leg-vibration", Leg.LEFT, Phase.SETTLE, scene=NO_SCENE._replace(cue_count=255))
    first = frame(state, BEGAN)
    assert (first.cue, first.cue_count) == (Cue.SAY_STAND_ON_LEFT, 0)
    again = state._replace(scene=first)
    assert frame(again, BEGAN) is frame(again, BEGAN + 99_999_999) is first
    later = frame(again, BEGAN + 100_000_000)
    assert (later.clock_ds, later.cue, later.cue_count) == (49, Cue.SAY_STAND_ON_LEFT, 0)
    silent = frame(running("single-leg-vibration", Leg.LEFT, Phase.REST, scene=first, results=(went(),)), BEGAN)
    assert (silent.word, silent.cue, silent.cue_count) == (Word.HELD, Cue.SAY_STAND_ON_LEFT, 0)
    one_more = frame(running("single-leg-vibration", Leg.LEFT, Phase.DONE, scene=first), BEGAN)
    assert (one_more.cue, one_more.cue_count) == (Cue.SAY_STEP_OFF, 1)


@pytest.mark.parametrize(
    ("phase", "trial", "feet"),
    [
        (Phase.GET_ON, 1, [SlotState.NOW, SlotState.NOW]),
        (Phase.WEIGH, 1, [SlotState.NOW, SlotState.NOW]),
        (Phase.SETTLE, 1, [SlotState.NOW, SlotState.PASSED_BY]),
        (Phase.SETTLE, 2, [SlotState.PASSED_BY, SlotState.NOW]),
        (Phase.CHANGE, 1, [SlotState.NOW, SlotState.NOW]),
        (Phase.REST, 1, []),
    ],
)
def test_where_the_legs_alternate_both_feet_are_drawn_and_the_one_that_lifts_is_dim(phase, trial, feet):
    """Where a foot was learnt, 10 cm aside at least: the left one stood 12 cm aside, the right one in the middle."""
    state = running("single-leg-vibration", Leg.LEFT, phase, trial=trial, plan={"alternates": True})
    assert [slot.state for slot in frame(state, BEGAN).slots] == feet
    assert [slot.id for slot in frame(state, BEGAN).slots] == ([1, 2] if feet else [])
    assert [(slot.x, slot.y) for slot in frame(state, BEGAN).slots] == ([(-1000, 0), (1000, 0)] if feet else [])
    known = state.feet.with_leg(Leg.LEFT, LearntStance(5, 700.0, 5, -120.0, 30.0))
    known = known.with_leg(Leg.RIGHT, LearntStance(5, 700.0, 1, 0.0, -20.0))
    places = [(slot.x, slot.y) for slot in frame(state._replace(feet=known), BEGAN).slots]
    assert places == ([(-1200, 300), (1000, -200)] if feet else [])


@pytest.mark.parametrize(
    ("plan", "feet"),
    [
        ({"foot": Leg.RIGHT}, [(PlaceLook.SOLE_LEFT, SlotState.PASSED_BY), (PlaceLook.SOLE_RIGHT, SlotState.NOW)]),
        ({"foot": Leg.LEFT}, [(PlaceLook.SOLE_LEFT, SlotState.NOW), (PlaceLook.SOLE_RIGHT, SlotState.PASSED_BY)]),
        ({"foot": Leg.LEFT, "seated": True}, [(PlaceLook.SOLE_LEFT, SlotState.NOW)]),
        (
            {"foot": Leg.LEFT, "feet": "tandem"},
            [(PlaceLook.SOLE_LEFT, SlotState.NOW), (PlaceLook.SOLE_RIGHT, SlotState.NOW)],
        ),
        ({}, [(PlaceLook.SOLE_LEFT, SlotState.NOW), (PlaceLook.SOLE_RIGHT, SlotState.NOW)]),
    ],
)
def test_of_two_feet_of_which_one_does_it_the_other_is_dim(plan, feet):
    state = running("quiet-stance", Leg.BOTH, Phase.GET_ON, plan=plan)
    assert [(slot.look, slot.state) for slot in frame(state, BEGAN).slots] == feet


@pytest.mark.parametrize(
    ("feet", "foot", "word"),
    [
        ("semi-tandem", Leg.LEFT, Word.LEFT_HALF_AHEAD),
        ("semi-tandem", Leg.RIGHT, Word.RIGHT_HALF_AHEAD),
        ("tandem", Leg.LEFT, Word.LEFT_HEEL_TO_TOE),
        ("tandem", Leg.RIGHT, Word.RIGHT_HEEL_TO_TOE),
        ("tandem", None, Word.STAND_ON_BOTH),
        ("apart", Leg.LEFT, Word.STAND_ON_BOTH),
    ],
)
def test_which_foot_is_in_front_is_said(feet, foot, word):
    state = running("quiet-stance", Leg.BOTH, Phase.SETTLE, plan={"feet": feet, "foot": foot})
    assert frame(state, BEGAN).word == word


@pytest.mark.parametrize(
    ("held_since_ns", "limit_ns", "now_ns", "seconds"),
    [
        (None, 0, BEGAN + 5 * S, 0.0),
        (BEGAN, 0, BEGAN + 5 * S, 5.0),
        (BEGAN, 0, BEGAN + 31 * S, 30.0),
        (BEGAN, 60 * S, BEGAN + 31 * S, 31.0),
        (BEGAN, 60 * S, BEGAN + 61 * S, 60.0),
        (BEGAN, 0, BEGAN - S, 0.0),
        (BEGAN, 0, BEGAN + 1, 1e-9),
    ],
)
def test_how_long_a_trial_has_been_held(held_since_ns, limit_ns, now_ns, seconds):
    state = running("quiet-stance", Leg.BOTH, Phase.HOLD, plan={"limit_ns": limit_ns})._replace(
        hold_start_ns=held_since_ns
    )
    assert (hold_s(state, now_ns), state.trial_open) == (seconds, True)
    over = state._replace(results=(went(),))
    assert (hold_s(over, now_ns), over.trial_open) == (0.0 if held_since_ns is None else 12.0, False)


@pytest.mark.parametrize(
    ("score", "alone_s", "share", "is_passed"),
    [
        (Score(3, 4), None, 0.75, True),
        (Score(2, 4), None, 0.75, False),
        (Score(0, 0), None, 0.75, True),
        (Score(0, 0), 5.0, 0.75, False),
        (Score(3, 4), 5.0, 0.75, True),
        (Score(1, 1), None, 1.0, True),
        (Score(0, 1), None, 0.5, False),
    ],
)
def test_a_hand_that_helped_takes_a_time_and_no_score(score, alone_s, share, is_passed):
    assert passed(went(score=score, alone_s=alone_s), share) is is_passed


@pytest.mark.parametrize(("held", "success"), [(3, True), (2, True), (1, False)])
def test_a_drill_is_a_success_with_its_share_of_trials(held, success):
    """Of three trials 0.66: two are enough."""
    results = tuple(went(TrialOutcome.HELD if number < held else TrialOutcome.STEP_OFF) for number in range(3))
    state = running("single-leg-vibration", Leg.LEFT, Phase.DONE, results=results)
    assert (state.success, held_trials(state), state.trials) == (success, held, 3)
    assert not state.finished
    assert state._replace(outcome=DrillOutcome.COMPLETED).finished
    exact = state._replace(plan=state.plan._replace(share_of_trials=2 / 3 if held == 2 else 1.0))
    assert exact.success is (held >= 2)


def test_between_two_trials_the_leg_is_the_next_ones():
    state = running("single-leg-vibration", Leg.LEFT, Phase.HOLD, plan={"alternates": True, "between": Phase.CHANGE})
    legs = [state._replace(phase=phase).leg for phase in (Phase.HOLD, Phase.REST, Phase.CHANGE)]
    assert legs == [Leg.LEFT, Leg.LEFT, Leg.RIGHT]
