"""Sharing the weight: the feet are learnt first, an even bar scores, and the rail, a bounce or a lean do not."""

import math
import random

import pytest

from drills.document import DrillDocument
from drills.exercises import EXERCISES
from drills.exercises.feet import Feet, marked
from drills.library import load_shipped
from drills.scene import NOT_SHOWN, Axis, Feedback, PlaceLook, SceneOutcome, SlotKind, SlotState, View
from drills.words import Cue, Word
from tests.drills.trying import at, held, keyed, slowly

SHARE = EXERCISES["share"]
EVEN, SQUAT = "share-the-weight", "quarter-squat"
LEFT_MM, RIGHT_MM = -150.0, 140.0


def shares(right: float, *, learns: bool = True, force_n: float = 700.0, sway_mm: float = 2.0, seed: int = 1):
    """Somebody whose feet are there, who stands on each when asked, and then with this share on the right."""
    draw = random.Random(seed)
    slow = [draw.gauss(0.0, sway_mm) for _ in range(1000)]

    def person(t_s, _):
        sway_mm = slow[int(t_s * 4) % 1000]
        if learns and t_s < 3.0:
            return at(LEFT_MM + 0.2 * sway_mm, 0)
        if learns and t_s < 4.3:
            return at(RIGHT_MM + 0.2 * sway_mm, 0)
        return at(LEFT_MM + right * (RIGHT_MM - LEFT_MM) + sway_mm, 0, force_n)

    return person


def test_the_places_of_the_feet_are_learnt_and_their_error_is_said():
    (feet,) = held(SHARE, keyed(EVEN), shares(0.5)).of("feet")
    assert feet["left_mm"] == pytest.approx(LEFT_MM, abs=2)
    assert feet["right_mm"] == pytest.approx(RIGHT_MM, abs=2)
    assert (feet["learnt"], feet["too_near"], feet["error_percent"]) == (True, False, pytest.approx(3.45, abs=0.1))


def test_who_cannot_stand_on_one_foot_is_measured_by_the_marks_with_a_wider_error():
    run = slowly(SHARE, keyed(EVEN), shares(0.5, learns=False))
    (feet,) = run.of("feet")
    assert (feet["left_mm"], feet["right_mm"], feet["learnt"], feet["error_percent"]) == (-140.0, 140.0, False, 5.4)
    assert run.events[0].t_ns == 8 * 10**9


def test_a_foot_that_is_not_alone_or_not_still_is_not_learnt():
    for person in (
        lambda t, _: at(-100 if t < 5 else 100, 0, 500.0),  # something else carries as well
        lambda t, _: at(-100 + 30 * math.sin(9 * t), 0),
        lambda t, _: at(-40, 0),
        lambda t, _: at(math.nan, math.nan),
    ):
        (feet,) = slowly(SHARE, keyed(EVEN), person).of("feet")
        assert not feet["learnt"]


def test_feet_that_are_too_near_are_not_judged_and_the_screen_says_so():
    run = slowly(SHARE, keyed(EVEN), lambda t, _: at(-80 if t < 3 else 80 if t < 6 else 0, 0))
    assert run.of("feet")[0]["too_near"]
    assert SHARE.score(run.state).done == 0
    assert run.scenes[-1].word == Word.FEET_APART
    assert run.events[-1].kind == "shared"
    assert run.events[-1].data["right_percent"] is None
    assert len(run.scenes) < 13 * 50, "the trial is over soon"


@pytest.mark.parametrize(
    ("right", "least", "most"), [(0.5, 28, 30), (0.55, 15, 30), (0.6, 0, 0), (0.3, 0, 0), (1.0, 0, 0)]
)
def test_the_more_even_the_more_seconds_count(right, least, most):
    run = slowly(SHARE, keyed(EVEN), shares(right))
    score = SHARE.score(run.state)
    assert score.of == 30
    assert least <= score.done <= most
    (said,) = run.of("shared")
    assert said["right_percent"] == pytest.approx(100 * right, abs=2)


def test_what_the_hands_carry_earns_nothing():
    assert SHARE.score(slowly(SHARE, keyed(EVEN), shares(0.5, force_n=700 * 0.95)).state).done <= 1
    assert SHARE.score(slowly(SHARE, keyed(EVEN), shares(0.5, force_n=700 * 0.99)).state).done >= 28
    unknown = keyed(EVEN)._replace(weight_n=0.0)
    assert SHARE.score(slowly(SHARE, unknown, shares(0.5, force_n=500)).state).done >= 28


@pytest.mark.parametrize(
    ("force_n", "weight_n", "said"), [(630.0, 700.0, 10.0), (710.0, 700.0, 0.0), (630.0, 0.0, None)]
)
def test_what_the_hands_carry_is_said_or_unknown_and_never_0_for_unknown(force_n, weight_n, said):
    run = slowly(SHARE, keyed(EVEN, feet="marks")._replace(weight_n=weight_n), lambda *_: at(0, 0, force_n))
    assert run.of("shared")[0]["hands_percent"] == said


def test_wandering_from_side_to_side_earns_little():
    run = slowly(SHARE, keyed(EVEN, feet="marks"), lambda t, _: at(120 * math.sin(t), 0))
    score = SHARE.score(run.state)
    assert score.done <= 0.1 * score.of


def test_the_screen_asks_for_one_foot_then_the_other_then_shows_bar_band_and_error():
    run = held(SHARE, keyed(EVEN), shares(0.5))
    words = list(dict.fromkeys(scene.word for scene in run.scenes))
    assert words == [Word.LEFT_FOOT_ALONE, Word.RIGHT_FOOT_ALONE, Word.BAR_TO_THE_MIDDLE]
    first, last = run.scenes[100], run.scenes[-1]
    assert first.view == last.view == View.GAUGE
    looks = {slot.look: slot.state for slot in first.slots if slot.kind == SlotKind.PLACE}
    assert looks == {PlaceLook.SOLE_LEFT: SlotState.NOW, PlaceLook.SOLE_RIGHT: SlotState.WAITING}
    band, bar = (next(slot for slot in last.slots if slot.kind == kind) for kind in (SlotKind.BAND, SlotKind.BAR))
    assert (band.look, band.x, band.y) == (Axis.SHARE_RIGHT, 430, 570)
    assert abs(bar.x - 500) < 40
    assert (bar.y, bar.size, bar.value) == (NOT_SHOWN, 35, 1)
    assert last.outcome in (SceneOutcome.IN_GOAL, SceneOutcome.OUTSIDE)


def test_without_the_bar_or_with_a_tone_the_level_of_feedback_holds():
    hidden = slowly(SHARE, keyed(EVEN)._replace(feedback=Feedback.F4), shares(0.5)).scenes[-1]
    assert not any(slot.kind == SlotKind.BAR for slot in hidden.slots)
    tones = []
    for right in (0.5, 0.8, 0.2):
        run = slowly(SHARE, keyed(EVEN)._replace(sound=True), shares(right, sway_mm=0.1))
        tones.append(run.scenes[-1].tone_hz)
    assert tones == [0, 660, 330]


def squats(depth: float, period_s: float = 5.0, right: float = 0.5, per_s: float = 1.0):
    """Somebody who goes down in a second and up in a second: each swings the force by `depth` of the weight."""

    def person(t_s, _):
        t_s = max(0.0, t_s - 2.0)
        half_s = period_s / 2.0
        into_s = t_s % half_s
        down = t_s % period_s < half_s
        swing = -math.sin(2 * math.pi * into_s * per_s) * depth / 2 if into_s < 1.0 else 0.0
        return at(-140 + 280 * right, 0, 700.0 * (1 + (swing if down else -swing)))

    return person


def test_a_squat_counts_by_its_force_and_by_the_bar():
    full = slowly(SHARE, keyed(SQUAT), squats(0.09))
    assert SHARE.score(full.state) == (8, 8)
    heard = [b.cue for a, b in zip(full.scenes, full.scenes[1:], strict=False) if b.cue_count != a.cue_count]
    assert (heard.count(Cue.HIT), heard.count(Cue.BEAT)) == (8, 8)
    for person in (
        squats(0.0),
        squats(0.02),  # breath and heart
        squats(0.09, right=0.65),
        squats(0.2, per_s=6.0),  # a bounce
        lambda t, _: at(0, 0, 700.0 * (0.9 + 0.05 * math.sin(2 * math.pi * t / 2.5))),  # hanging on the rail
    ):
        assert SHARE.score(slowly(SHARE, keyed(SQUAT), person).state).done == 0


def test_the_share_is_the_way_between_the_two_feet():
    feet = Feet(-150.0, 130.0, True)
    assert [feet.share_right(x) for x in (-150.0, -10.0, 130.0)] == [0.0, 0.5, 1.0]
    assert (round(feet.error, 4), feet.near) == (0.0357, False)
    assert Feet(-150.0, 100.0, True).error == 0.04, "10 mm are 4 % at 250 mm: protocols.md, fact 6"
    assert Feet(-100.0, 100.0, True).near
    assert Feet(50.0, -50.0, True).apart_mm == 1.0
    assert marked(300.0) == (-150.0, 150.0, False)


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"stance": {"kind": "single-leg", "orientation": "forward"}}, "stance.kind", "two-feet-needed"),
        ({"hands": "rail"}, "hands", "weight-needed"),
    ],
)
def test_a_squat_needs_two_feet_and_a_weight(changes, field, reason):
    with pytest.raises(ValueError, match="cannot be used") as caught:
        DrillDocument.model_validate(load_shipped(SQUAT).model_dump(mode="json") | changes)
    (problem,) = caught.value.errors()[0]["ctx"]["problems"]
    assert (problem.field, problem.reason) == (field, reason)
