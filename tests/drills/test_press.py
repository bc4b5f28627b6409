"""Pressing: who brings the force along the lane scores; who leans all the time, bounces or does nothing does not."""

import itertools
import math

import pytest

from drills.contradictions import contradictions
from drills.exercises import EXERCISES
from drills.exercises.press import PressKeys
from drills.library import load_shipped
from drills.scene import Dot, Feedback, PlaceLook, SceneOutcome, SlotKind, SlotState, View
from drills.words import Word
from tests.drills.trying import at, held, keyed, slowly

PRESS = EXERCISES["press"]
DRILL = "press-and-hold"
BEST_MM = 60.0
FIRST_S = 9.0
"""Rest, best and easing before the first press."""


def asked(keys: PressKeys, t_s: float) -> float:
    cycle_s = keys.pause_s + 2 * keys.ramp_s + keys.plateau_s
    up_s = (t_s - FIRST_S) % cycle_s - keys.pause_s if t_s >= FIRST_S else -1.0
    return keys.level * max(
        0.0, min(up_s / keys.ramp_s, 1.0, 1.0 - (up_s - keys.ramp_s - keys.plateau_s) / keys.ramp_s)
    )


def presses(given, off: float = 0.0, floor: float = 0.0, best_mm: float = BEST_MM, home_mm: float = -20.0):
    """Somebody who presses their best when asked, then follows the lane, so much off it and never below the floor."""

    def person(t_s, _):
        share = 1.0 if 3.5 < t_s < 6.5 else 0.0 if t_s < 7.5 else max(floor, asked(given.keys, t_s) + off)
        return at(0.0, home_mm + best_mm * share)

    return person


def test_who_follows_the_lane_has_every_press():
    run = slowly(PRESS, keyed(DRILL), presses(keyed(DRILL)))
    assert PRESS.score(run.state) == (5, 5)
    said = run.of("press")
    assert [one["number"] for one in said] == [1, 2, 3, 4, 5]
    assert all(one["in_lane"] > 0.9 and one["let_go"] and one["outcome"] == "hit" for one in said)
    assert said[0]["best"] == pytest.approx(BEST_MM, abs=1.0)
    assert said[0]["unit"] == "mm"
    assert run.events[0].kind == "shape"


@pytest.mark.parametrize("edge", ["heel", "left-edge", "right-edge", "force"])
def test_an_edge_or_the_whole_foot_is_pressed_in_the_same_way(edge):
    given = keyed(DRILL, press=edge)
    toes = presses(given)

    def person(t_s, events):
        share_mm = toes(t_s, events).cop_ap_mm + 20.0
        places = {"heel": (0, -share_mm), "left-edge": (-share_mm, 0), "right-edge": (share_mm, 0)}
        return at(0, 0, 100.0 + share_mm * 3) if edge == "force" else at(*places[edge])

    run = slowly(PRESS, given, person)
    assert PRESS.score(run.state) == (5, 5)
    assert run.of("press")[0]["unit"] == ("N" if edge == "force" else "mm")


def test_leaning_all_the_time_bouncing_standing_still_and_a_faint_best_earn_nothing():
    given = keyed(DRILL)
    bounces = presses(given)
    for person in (
        presses(given, floor=0.5),  # never let go
        lambda *_: at(0, 0),
        lambda t, _: at(0, 3 * math.sin(t)),  # sway alone
        lambda t, e: bounces(t, e) if t < 8 else at(0, -20 + BEST_MM * (0.5 + 0.5 * math.sin(9 * t))),
        presses(given, best_mm=10.0),
        lambda t, _: at(math.nan, math.nan),
    ):
        assert PRESS.score(slowly(PRESS, given, person).state).done == 0


def test_the_further_from_the_lane_the_fewer_count():
    given = keyed(DRILL)
    done = [PRESS.score(slowly(PRESS, given, presses(given, off)).state).done for off in (0.0, 0.08, 0.12, 0.3)]
    assert done == [5, 5, 0, 0]


def test_the_lane_comes_from_the_right_and_the_dot_rides_on_the_line_of_now():
    given = keyed(DRILL)
    run = held(PRESS, given, presses(given))
    words = [word for word, _ in itertools.groupby(scene.word for scene in run.scenes)]
    one = [Word.GET_READY_TO_PRESS, Word.PRESS_TO_THE_LANE, Word.HOLD_THE_PRESS, Word.LET_GO]
    assert words[:7] == [Word.GET_READY_TO_PRESS, Word.PRESS_YOUR_BEST, Word.LET_GO, *one]
    scenes = [scene for scene in run.scenes if len(scene.slots) > 1]
    assert {scene.view for scene in scenes} == {View.GAUGE}
    assert {scene.dot for scene in scenes} == {Dot.DRIVES_SLOT_0}
    force, lane, band = scenes[-300].slots
    assert (force.look, lane.kind, band.state) == (PlaceLook.BALL, SlotKind.PATH, SlotState.HIDDEN)
    assert {scene.slots[0].x for scene in scenes} == {115}
    offsets = [scene.slots[1].x for scene in scenes]
    back = [b - a for a, b in itertools.pairwise(offsets)]
    assert {step for step in back if step <= 0} <= set(range(-25, 1))  # 120 mm/s, 50 times a second
    assert sum(step > 0 for step in back) == 4  # the next lane: where it begins the last one is as flat
    assert {scene.outcome for scene in scenes[-100:]} == {SceneOutcome.IN_GOAL}
    resting = next(scene for scene in scenes if scene.score == 1)
    assert resting.outcome == SceneOutcome.HIT
    points = run.events[0].data["points"]
    assert max(map(abs, points)) <= 32767
    assert points[1::2][0] == points[1::2][-1] == -1700


def test_the_dot_is_gone_where_the_level_of_feedback_says_so():
    scene = held(PRESS, keyed(DRILL)._replace(feedback=Feedback.F4), presses(keyed(DRILL)), 12.0).scenes[-1]
    assert (scene.dot, scene.slots[0].state) == (Dot.HIDDEN, SlotState.HIDDEN)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"plateau_s": 12.0, "ramp_s": 5.0, "pause_s": 10.0}, "plateau_s", "lane-too-long"),
        ({"level": 0.8, "tolerance_of_best": 0.25}, "level", "out-of-range"),
    ],
)
def test_a_lane_that_cannot_be_shown_or_reached_is_refused(changes, field, reason):
    document = load_shipped(DRILL)
    keys = document.exercise_step.parameters.model_copy(update=changes)
    step = document.exercise_step.model_copy(update={"parameters": keys})
    steps = tuple(step if one.step == "exercise" else one for one in document.steps)
    (found,) = contradictions(document.model_copy(update={"steps": steps}))
    assert (found.field, found.reason) == (f"steps.exercise.parameters.{field}", reason)
