"""Every exercise, with any people and times: it never raises, its scenes are on the plate, its score never falls."""

import itertools
import json
import math
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.envelope import FOOT_HALF_AP_MM, FOOT_HALF_ML_MM
from drills.exercises import EXERCISES
from drills.exercises.follow import FollowKeys
from drills.exercises.leads import LEADS
from drills.exercises.press import PressKeys
from drills.exercises.share import ShareKeys
from drills.exercises.targets import TargetKeys
from drills.exercises.values import NO_SCORE, Given, Moment, SafeBase
from drills.ordered import NO_LOAD, OrderedLoad
from drills.scene import (
    NO_SCENE,
    ClockKind,
    Dot,
    Feedback,
    PlaceLook,
    Scene,
    SceneOutcome,
    SlotKind,
    SlotState,
    View,
    clamped,
)
from drills.strict import Strict
from drills.turned import laid
from drills.values import Leg, Mark, Observation, Phase
from drills.words import Cue, Word
from station.control import stance
from tests.drills.trying import TICK_NS, at, given_of, held

KEYS: dict[str, st.SearchStrategy[Strict]] = {
    "follow": st.builds(
        FollowKeys,
        path=st.sampled_from(get_args(FollowKeys.model_fields["path"].annotation)),
        reach_ml_mm=st.floats(5, 120),
        reach_ap_mm=st.floats(5, 100),
        period_s=st.floats(1, 30),
        width_mm=st.floats(3, 40),
        corners=st.integers(0, 8),
    ),
    "press": st.builds(
        PressKeys,
        press=st.sampled_from(["force", "toes", "heel", "left-edge", "right-edge"]),
        presses=st.integers(1, 4),
        level=st.floats(0.1, 0.8),
        tolerance_of_best=st.floats(0.03, 0.25),
        pause_s=st.floats(1, 10),
        ramp_s=st.floats(0.2, 5),
        plateau_s=st.floats(1, 12),
        onset_s=st.none() | st.floats(0.1, 1),
    ),
    "share": st.builds(
        ShareKeys,
        target_right=st.floats(0.1, 0.9),
        tolerance=st.floats(0.03, 0.2),
        feet=st.sampled_from(["learnt", "marks"]),
        marks_apart_mm=st.floats(250, 450),
        squat_period_s=st.sampled_from([0.0, 3.0, 5.5]),
        asks=st.sampled_from([None, "usual", "even", "bent"]),
        knee_deg=st.none() | st.integers(10, 120),
    ),
    "stand": st.builds(EXERCISES["stand"].keys),
    "targets": st.builds(
        TargetKeys,
        places=st.integers(1, 8),
        targets=st.integers(1, 5),
        order=st.sampled_from(["clockwise", "shuffled"]),
        distance_share=st.floats(0.01, 1),
        limit_front_mm=st.floats(10, 150),
        limit_back_mm=st.floats(10, 150),
        limit_side_mm=st.floats(10, 200),
        radius_mm=st.floats(4, 40),
        dwell_s=st.floats(0.1, 1),
        within_s=st.floats(1, 4),
        go_share=st.none() | st.floats(0.5, 0.95),
        farthest=st.none() | st.booleans(),
    ),
    "compare": st.builds(
        EXERCISES["compare"].keys,
        comparisons=st.integers(1, 4),
        start_below_db=st.floats(0, 40),
        least_below_db=st.floats(4, 60),
        catch_share=st.floats(0, 0.3),
    ),
    "cycles": st.builds(
        EXERCISES["cycles"].keys,
        movement=st.sampled_from(["sit-to-stand", "calf-raise", "squat", "step-up"]),
        repetitions=st.integers(1, 4),
        hold_s=st.floats(0, 1),
        beat_s=st.sampled_from([0.0, 0.3, 1.0, 6.0]),
        hands_share=st.floats(0, 0.5),
        height_mm=st.none() | st.floats(20, 400),
        ahead_mm=st.none() | st.floats(10, 100),
        feet_apart_mm=st.none() | st.floats(150, 400),
        uneven_most=st.none() | st.floats(0.02, 0.5),
        peak_least=st.none() | st.floats(1, 1.5),
        peak_most=st.none() | st.floats(1.05, 2),
        off_beat_most=st.none() | st.floats(0.05, 0.5),
        from_seat=st.none() | st.booleans(),
        for_s=st.none() | st.floats(5, 120),
        gives_up_s=st.none() | st.floats(2, 30),
    ),
    "dual": st.builds(EXERCISES["dual"].keys, cost_most=st.floats(0.05, 0.5), ring_mm=st.floats(5, 40)),
    "guided": st.builds(
        EXERCISES["guided"].keys,
        lead=st.sampled_from(sorted(LEADS)),
        repetitions=st.integers(1, 4),
        each_s=st.floats(2, 4),
        ring_mm=st.floats(5, 40),
        beat_s=st.none() | st.floats(0.25, 4),
    ),
    "catch": st.builds(
        EXERCISES["catch"].keys,
        right_share=st.floats(0.2, 0.8),
        rung=st.integers(0, 20),
        side_mm=st.floats(10, 200),
        far_share=st.floats(0.1, 1),
        every_s=st.floats(1.2, 6),
        fall_s=st.floats(1.5, 8),
        basket_mm=st.floats(5, 40),
        leave_share=st.floats(0, 0.5),
    ),
    "trace": st.builds(
        EXERCISES["trace"].keys,
        right_share=st.floats(0.2, 0.8),
        rung=st.integers(0, 20),
        reach_ml_mm=st.floats(5, 120),
        reach_ap_mm=st.floats(5, 100),
        width_mm=st.floats(3, 40),
        bends=st.integers(1, 5),
        rivers=st.integers(1, 3),
    ),
    "tray": st.builds(
        EXERCISES["tray"].keys,
        right_share=st.floats(0.2, 0.8),
        rung=st.integers(0, 20),
        reach_ml_mm=st.floats(5, 120),
        reach_ap_mm=st.floats(5, 100),
        radius_mm=st.floats(4, 40),
        holes=st.integers(2, 4),
        balls=st.integers(1, 40),
        roll_per_s=st.floats(0.2, 4),
        rub_s=st.floats(0.05, 2),
    ),
    "lift": st.builds(
        EXERCISES["lift"].keys,
        movement=st.sampled_from(["sit-to-stand", "calf-raise", "squat", "step-up"]),
        repetitions=st.integers(1, 30),
        hold_s=st.floats(0, 1),
        beat_s=st.just(0.0),
        hands_share=st.floats(0, 0.5),
        height_mm=st.none() | st.floats(20, 400),
        ahead_mm=st.none() | st.floats(10, 100),
        feet_apart_mm=st.none() | st.floats(150, 400),
        uneven_most=st.none() | st.floats(0.02, 0.5),
        rung=st.integers(0, 20),
        lift_s=st.floats(1.5, 8),
        flat_s=st.floats(0, 10),
    ),
    "slalom": st.builds(
        EXERCISES["slalom"].keys,
        right_share=st.floats(0.2, 0.8),
        rung=st.integers(0, 20),
        side_mm=st.floats(10, 200),
        far_share=st.floats(0.1, 1),
        gate_share=st.floats(0.1, 0.5),
        every_s=st.floats(1.2, 6),
        fall_s=st.floats(1.5, 8),
    ),
    "load": st.builds(
        EXERCISES["load"].keys,
        way=st.sampled_from(["press", "step-on"]),
        tolerance=st.floats(0.03, 0.2),
        step_ons=st.integers(1, 12),
        step_within_s=st.floats(3, 15),
        block=st.sampled_from(["beside", "none"]),
    ),
    "recall": st.builds(
        EXERCISES["recall"].keys,
        what=st.sampled_from(["lean", "share"]),
        places=st.integers(1, 3),
        tries=st.integers(1, 4),
        front_mm=st.none() | st.floats(10, 150),
        side_mm=st.floats(10, 200),
        far_share=st.floats(0.1, 1),
        radius_mm=st.floats(4, 40),
        show_s=st.floats(1, 2),
        delay_s=st.floats(1, 2),
        within_s=st.floats(3, 4),
        goal_percent=st.floats(1, 50),
        results_share=st.floats(0, 1),
        eyes_closed=st.booleans(),
    ),
}
"""Any keys that a document may give, by exercise."""
PLACE = st.one_of(st.floats(-300, 300), st.floats(allow_nan=True, allow_infinity=True))
FORCE = st.one_of(st.floats(0, 1200), st.floats(allow_nan=True))
OBSERVATION = st.builds(Observation, FORCE, PLACE, PLACE, st.just(0.0), st.booleans(), st.sampled_from(Mark))
PHASES = st.sampled_from([Phase.BASELINE, Phase.RAMP_UP, Phase.HOLD, Phase.HOLD, Phase.HOLD, Phase.RAMP_DOWN])
STEP_NS = st.one_of(
    st.just(TICK_NS), st.integers(0, 10**9), st.integers(-(10**12), 10**12), st.sampled_from([10**400, -(10**400)])
)
FEED = st.lists(st.tuples(OBSERVATION, PHASES, STEP_NS, st.sampled_from([1, 1, 12])), max_size=15)


@st.composite
def trials(draw: st.DrawFn) -> tuple[str, Given]:
    """An exercise, and what a trial of it begins with."""
    name = draw(st.sampled_from(sorted(EXERCISES)))
    judged = draw(st.booleans())
    given_ = Given(
        keys=draw(KEYS[name]),
        trial=draw(st.integers(1, 20)),
        leg=draw(st.sampled_from(Leg)),
        learnt=draw(st.booleans()),
        foot_ml_mm=draw(st.floats(-5000, 5000)),
        foot_ap_mm=draw(st.floats(-5000, 5000)),
        half_ml_mm=45.0 if judged else 0.0,
        half_ap_mm=100.0 if judged else 0.0,
        vibrates=draw(st.booleans()),
        hold_ns=draw(st.integers(10**9, 600 * 10**9)),
        turn=draw(st.integers(0, 3)),
        feedback=draw(st.sampled_from(Feedback)),
        sight=draw(st.booleans()),
        sound=draw(st.booleans()),
        eyes=draw(st.integers(0, 1)),
        weight_n=draw(st.sampled_from([0.0, 700.0, 20_000.0])),
        load=draw(st.sampled_from([None, NO_LOAD, OrderedLoad("left", 196.0, 235.0, 784.0)])),
        pulses=draw(st.sampled_from([(), ((10**8, 10**9), (15 * 10**8, 25 * 10**8), (3 * 10**9, 4 * 10**9))])),
    )
    return name, given_


def on_the_plate(scene: Scene) -> bool:
    """Whether everything in it is on a plate of 600 x 450 mm, as it lies there for who stands turned."""
    scene = laid(scene, scene.turn)
    timed = scene.view in (View.WIDE, View.GAUGE)  # there y is time, or nothing of the plate
    spots = [(slot.x, slot.y) for slot in scene.slots if slot.kind in (SlotKind.PLACE, SlotKind.RING)]
    spots += [(slot.x, 0) for slot in scene.slots if slot.kind in (SlotKind.GATE, SlotKind.FALLING)]
    spots.append((scene.centre_x, scene.centre_y))
    return all(abs(x) <= 3000 and (timed or abs(y) <= 2250) for x, y in spots)


def test_every_exercise_is_tried_here():
    assert set(KEYS) == set(EXERCISES)


@given(trials(), FEED)
def test_it_holds_for_any_people_and_any_times(trial, feed):
    name, given_ = trial
    exercise = EXERCISES[name]
    state, twin = exercise.begin(given_), exercise.begin(given_)
    scene, done_before, view = NO_SCENE, 0, None
    now_ns = start_ns = 0
    of = exercise.score(state).of
    for observation, phase, step_ns, times in feed:
        for _ in range(times):
            now_ns += step_ns
            moment = Moment(now_ns, phase, start_ns)
            before, scene_before = state, scene
            state, scene, events, done, share, lost = exercise.step(state, observation, moment)
            twin, *same = exercise.step(twin, observation, moment)
            assert [scene, events, done, share, lost] == same
            assert 0.0 <= share <= 1.0
            assert scene == clamped(scene)
            assert on_the_plate(scene)
            assert len({slot.id for slot in scene.slots}) == len(scene.slots)
            assert scene is scene_before or scene != scene_before
            if state is before:
                assert scene is scene_before or scene_before is NO_SCENE
            view = view or scene.view
            assert scene.view == view != View.NONE
            score = exercise.score(state)
            assert score.of == of
            assert done_before <= score.done <= of
            done_before = score.done
            for event in events:
                assert event.t_ns == now_ns
                json.dumps(event.data, allow_nan=False)


STAND, TARGETS = EXERCISES["stand"], EXERCISES["targets"]


def test_standing_shows_the_box_the_foot_and_the_time_that_is_left():
    _, scenes, events = held(STAND, given_of("single-leg-vibration"), lambda t, _: at(0, 0), 31.0)
    first, last = scenes[0], scenes[-1]
    assert first.view == View.FOOT
    assert [(slot.kind, slot.look) for slot in first.slots] == [
        (SlotKind.PLACE, PlaceLook.BOX),
        (SlotKind.PLACE, PlaceLook.SOLE_LEFT),
    ]
    assert (first.slots[0].size, first.slots[0].value) == (450, 1000)
    assert (first.clock_ds, first.clock_of_ds) == (300, 300)
    assert (scenes[250 * 15].clock_ds, scenes[250 * 15].slots) == (150, first.slots)
    assert (last.clock_ds, last.slots[2].value, last.word) == (10 * 31 - 1, 0, Word.STEP_OFF)
    assert events == []
    assert STAND.score(STAND.begin(given_of("single-leg-vibration"))) == NO_SCORE


def test_standing_says_whether_the_dot_is_in_the_box_and_by_how_much_it_is_not():
    people = lambda t, _: at(0, 0) if t < 1 else at(60, 0) if t < 2 else at(0, 140)  # noqa: E731
    given_ = given_of("single-leg-vibration", sound=True)
    _, scenes, _ = held(STAND, given_, people, 3.0)
    assert [scenes[t].outcome for t in (0, 300, 600)] == [
        SceneOutcome.IN_GOAL,
        SceneOutcome.OUTSIDE,
        SceneOutcome.OUTSIDE,
    ]
    assert [scenes[t].tone_hz for t in (0, 300, 600)] == [0, 320, 600]


def test_standing_sounds_at_its_start_in_its_last_seconds_and_at_its_end():
    _, scenes, _ = held(STAND, given_of("quiet-stance"), lambda t, _: at(0, 0), 31.0)
    heard = [b.cue for a, b in itertools.pairwise([NO_SCENE, *scenes]) if b.cue_count != a.cue_count]
    assert heard == [Cue.START, Cue.LAST_SECOND, Cue.LAST_SECOND, Cue.LAST_SECOND, Cue.GOAL_REACHED]


@pytest.mark.parametrize(
    ("changes", "dot"),
    [
        ({}, Dot.LIVE),
        ({"feedback": Feedback.F1}, Dot.LIVE_OUTSIDE),
        ({"feedback": Feedback.F2, "trial": 1}, Dot.LIVE),
        ({"feedback": Feedback.F2, "trial": 2}, Dot.HIDDEN),
        ({"feedback": Feedback.F3}, Dot.HIDDEN),
        ({"feedback": Feedback.F4}, Dot.HIDDEN),
        ({"eyes": 1}, Dot.HIDDEN),
        ({"sight": False, "sound": True}, Dot.HIDDEN),
    ],
)
def test_the_level_of_feedback_says_when_the_dot_is_drawn(changes, dot):
    _, scenes, _ = held(STAND, given_of("single-leg-vibration", **changes), lambda t, _: at(0, 0), 0.02)
    assert scenes[0].dot == dot
    star = any(slot.look == PlaceLook.STAR for slot in scenes[0].slots)
    assert star == (dot == Dot.HIDDEN and not changes.get("eyes"))


def leans(t, events):
    """Somebody who is at once where the last target event asked for."""
    return at(events[-1].data["ml_mm"], events[-1].data["ap_mm"]) if events and "ml_mm" in events[-1].data else at(0, 0)


def test_who_leans_to_each_place_hits_them_all_and_is_done():
    state, scenes, events = held(TARGETS, given_of("reach-the-targets"), leans, 60.0)
    assert TARGETS.score(state) == (16, 16)
    ended = [event.data for event in events if event.kind == "target-ended"]
    assert [one["outcome"] for one in ended] == ["hit"] * 16
    assert [one["place"] for one in ended] == [*range(1, 9)] * 2
    assert all(0.5 <= one["time_s"] <= 0.6 for one in ended)
    shown = [event.data["place"] for event in events if event.kind == "target"]
    assert shown == [place for one in [*range(1, 9)] * 2 for place in (0, one)]
    assert len(scenes) < 250 * 60
    last = scenes[-1]
    assert (last.score, last.goal, last.outcome) == (16, 16, SceneOutcome.HIT)
    assert [slot.state for slot in last.slots[1:]] == [SlotState.DONE] * 8


def test_a_place_that_is_not_reached_is_passed_by_after_its_time():
    given_ = given_of("reach-the-targets")
    state, scenes, events = held(TARGETS, given_, lambda t, _: at(0, 0), 200.0)
    ended = [event.data for event in events if event.kind == "target-ended"]
    assert [(one["outcome"], one["time_s"]) for one in ended] == [("missed", 8.0)] * 16
    assert TARGETS.score(state) == (0, 16)
    assert scenes[-1].outcome == SceneOutcome.MISS


def test_targets_show_home_the_places_the_one_now_and_how_far_its_ring_has_closed():
    _, scenes, events = held(TARGETS, given_of("reach-the-targets"), leans, 2.0)
    first = scenes[0]
    assert first.view == View.LEAN
    assert [slot.look for slot in first.slots] == [PlaceLook.HOME] + [PlaceLook.RING] * 8
    assert [slot.state for slot in first.slots] == [SlotState.NOW] + [SlotState.WAITING] * 8
    assert [(slot.x, slot.y) for slot in first.slots[:4]] == [(0, 0), (0, 750), (467, 530), (660, 0)]
    assert {(scene.clock_kind, scene.goal) for scene in scenes} == {(ClockKind.NONE, 16)}, "no clock, but the places"
    dwell = [max(slot.value for slot in scene.slots) for scene in scenes[:125]]
    assert dwell == sorted(dwell)
    assert dwell[-1] > 900
    assert len(set(dwell)) <= 26  # it grows 50 times a second
    assert scenes[130].slots[1].state == SlotState.NOW
    assert [b.cue for a, b in itertools.pairwise(scenes) if b.cue_count != a.cue_count][:1] == [Cue.HIT]
    assert events[0].data == {"trial": 1, "number": 1, "of": 16, "place": 0, "ml_mm": 0.0, "ap_mm": 0.0}


def test_a_shuffled_order_is_another_in_each_trial_and_the_same_each_time():
    keys = given_of("reach-the-targets").keys.model_copy(update={"order": "shuffled"})
    orders = [TARGETS.begin(given_of("reach-the-targets", keys=keys, trial=trial)).order for trial in (1, 2, 1)]
    assert orders[0] == orders[2] != orders[1]
    for order in orders:
        assert sorted(order[:8]) == sorted(order[8:]) == [*range(1, 9)]


BOUNDS = {"half_ml_mm": 80.0, "half_ap_mm": 160.0}
"""Of safety's base."""


@given(KEYS["targets"], st.floats(-5000, 5000), st.floats(-5000, 5000))
def test_places_that_are_not_refused_are_apart_on_the_plate_and_within_the_base(keys, foot_ml_mm, foot_ap_mm):
    found = TARGETS.problems(keys, SafeBase(**BOUNDS, keys=("", ""), learn_s=2.0))
    refused = [one for one in found if one.field != "go_share"]  # which is of no place
    given_ = given_of("reach-the-targets", keys=keys, foot_ml_mm=foot_ml_mm, foot_ap_mm=foot_ap_mm)
    home, *places = spots = TARGETS.begin(given_).spots_mm
    least_mm = 2 * keys.radius_mm + 9.0
    for ml_mm, ap_mm in spots:
        assert abs(ml_mm) + keys.radius_mm <= 300.05
        assert abs(ap_mm) + keys.radius_mm <= 225.05
    apart_mm = min(math.dist(one, other) for one, other in itertools.combinations(spots, 2))
    reach_mm = [max(abs(place[axis] - home[axis]) for place in places) + keys.radius_mm for axis in (0, 1)]
    free = apart_mm >= least_mm and reach_mm[0] <= 80.0 and reach_mm[1] <= 105.0
    near = abs(apart_mm - least_mm) < 0.2 or abs(reach_mm[0] - 80.0) < 0.2 or abs(reach_mm[1] - 105.0) < 0.2
    assert near or free == (not refused)


def test_every_shipped_drill_keeps_its_places_within_what_safety_allows_as_it_stands():
    assert (FOOT_HALF_ML_MM, FOOT_HALF_AP_MM) == (stance.FOOT_HALF_ML_MM, stance.FOOT_HALF_AP_MM)
    assert BOUNDS == {"half_ml_mm": FOOT_HALF_ML_MM, "half_ap_mm": FOOT_HALF_AP_MM}


def test_standing_that_is_learnt_in_the_trial_is_seen_round_where_the_patient_was_first_seen():
    def view(ml_mm: float, ap_mm: float):
        given_ = given_of("quiet-stance", learnt=False, foot_ml_mm=ml_mm, foot_ap_mm=ap_mm)
        _, scenes, _ = held(STAND, given_, lambda t, _: at(ml_mm + 20 * t, ap_mm), 3.0)
        return {(scene.view, scene.centre_x, scene.centre_y) for scene in scenes}

    assert view(60.0, -40.0) == {(View.LEAN, 600, -400)}
    assert view(250.0, -200.0) == {(View.LEAN, 1650, -1200)}, "plate alone is shown"
