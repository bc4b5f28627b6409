"""Squares that are left alone, rings that shrink, beats that are kept, brisk rises: what counts, and what does not."""

import math

import pytest

from drills.contradictions import contradictions
from drills.exercises import EXERCISES
from drills.library import load_shipped
from drills.scene import PlaceLook, SlotState
from drills.words import Word
from tests.drills.movements import played, sits_and_stands, stands
from tests.drills.test_cycles import given_of as repeated
from tests.drills.test_cycles import outcomes
from tests.drills.test_press import presses
from tests.drills.trying import at, keyed, slowly, watched

CYCLES, FOLLOW, PRESS, TARGETS = (EXERCISES[name] for name in ("cycles", "follow", "press", "targets"))


def goes(to_squares: bool = False, to_circles: bool = True):
    """Somebody who is where the screen shows a place that they go to, else in the middle."""

    def person(_t, scene):
        lit = [slot for slot in scene.slots if slot.state == SlotState.NOW] if scene else []
        if not lit or (lit[0].look == PlaceLook.SQUARE and not to_squares):
            return at(0, 0)
        if lit[0].look == PlaceLook.RING and not to_circles:
            return at(0, 0)
        return at(lit[0].x / 10, lit[0].y / 10)

    return person


@pytest.mark.parametrize(
    ("person", "done"),
    [(goes(), 16), (goes(to_squares=True), 0), (goes(to_circles=False), 0), (goes(True, False), 0)],
)
def test_only_who_goes_to_circles_and_leaves_squares_has_any(person, done):
    run = watched(TARGETS, keyed("surprise-targets"), person)
    assert TARGETS.score(run.state) == (done, 16)
    said = [one["outcome"] for one in run.of("target-ended")]
    assert len(said) == 20
    squares = [number for number, one in enumerate(said) if one in ("left", "gone-to")]
    assert [number // 5 for number in squares] == [0, 1, 2, 3], "one in each run"


def test_the_words_do_not_give_the_square_away_and_squares_come_elsewhere_in_each_trial():
    run = watched(TARGETS, keyed("surprise-targets"), goes())
    shown = {
        (scene.word, slot.look)
        for scene in run.scenes
        for slot in scene.slots
        if slot.id and slot.state == SlotState.NOW and not slot.value
    }
    assert shown == {(Word.CIRCLES_NOT_SQUARES, PlaceLook.RING), (Word.CIRCLES_NOT_SQUARES, PlaceLook.SQUARE)}
    squares = [TARGETS.begin(keyed("surprise-targets")._replace(trial=trial)).squares for trial in (1, 2, 1)]
    assert squares[0] == squares[2] != squares[1]


def test_one_square_that_was_gone_to_costs_its_own_run_only():
    run = watched(TARGETS, keyed("surprise-targets"), lambda t, scene: goes(to_squares=t < 5.5)(t, scene))
    assert [one["outcome"] for one in run.of("target-ended")].count("gone-to") == 1
    assert TARGETS.score(run.state) == (12, 16)


def test_in_the_ring_that_shrinks_each_second_counts_and_in_the_middle_none():
    given = keyed("shrinking-ring")
    ring = FOLLOW.begin(given).ring_mm
    sizes = [scene.slots[0].size for scene in slowly(FOLLOW, given, lambda *_: at(*ring)).scenes]
    assert (sizes[0], sizes[-1]) == (200, pytest.approx(90, abs=9))
    assert sizes == sorted(sizes, reverse=True)
    done = [
        FOLLOW.score(slowly(FOLLOW, given, lambda t, _, off=off: at(ring[0] + off * math.sin(9 * t), ring[1])).state)
        for off in (0.0, 14.0, 22.0, 60.0)
    ]
    assert [one.of for one in done] == [17] * 4
    assert done[0].done == 17
    assert 17 > done[1].done > done[2].done > done[3].done - 1
    for place in ((0.0, 0.0), (math.nan, math.nan)):
        assert FOLLOW.score(slowly(FOLLOW, given, lambda *_, place=place: at(*place)).state).done == 0
    assert len({FOLLOW.begin(given._replace(trial=trial)).ring_mm for trial in range(1, 5)}) == 3


def test_a_push_counts_only_after_its_beat_and_soon():
    given = keyed("wake-up-beats", presses=3)
    person = presses(given)
    done = {
        later_s: PRESS.score(slowly(PRESS, given, lambda t, e, s=later_s: person(t if t < 9 else t - s, e)).state).done
        for later_s in (-0.4, 0.05, 0.3, 0.7)
    }
    assert done == {-0.4: 0, 0.05: 3, 0.3: 3, 0.7: 0}
    assert PRESS.score(slowly(PRESS, given, presses(given, floor=0.4)).state).done == 0


@pytest.mark.parametrize(("most", "outcome"), [(1.0, "counted"), (0.9, "slow")])
def test_a_rise_without_a_push_is_slow(most, outcome):
    def person(t):
        seen = sits_and_stands(4.0)(t)
        return seen._replace(force_n=min(seen.force_n, 700.0 * 1.2 * most) if most == 1.0 else min(seen.force_n, 740.0))

    assert set(outcomes(played(CYCLES, repeated("power-stand-up"), person)[1])) == {outcome}


def steps(period_s: float, hard: float = 1.0):
    """Down beside the plate and up again, as long each time; up with so much of the weight at its largest."""

    def person(t):
        if t < 3.0:
            return stands()
        since = (t - 3.0) % period_s / period_s
        if since < 0.45:
            return stands(0.4)
        return stands(hard if since < 0.5 else 1.0)

    return person


@pytest.mark.parametrize(
    ("period_s", "outcome"), [(6.0, "counted"), (6.6, "counted"), (7.2, "off-beat"), (4.0, "off-beat")]
)
def test_steps_off_the_beat_do_not_count(period_s, outcome):
    said = outcomes(played(CYCLES, repeated("stair-beat", repetitions=4), steps(period_s))[1])
    assert said == ["counted", *[outcome] * 3], "the first has nothing to be held against"


@pytest.mark.parametrize(("hard", "outcome"), [(1.1, "counted"), (1.4, "hard")])
def test_a_hard_landing_does_not_count(hard, outcome):
    assert set(outcomes(played(CYCLES, repeated("up-and-down", repetitions=2), steps(5.0, hard))[1])) == {outcome}


@pytest.mark.parametrize(
    ("name", "changes", "field", "reason"),
    [
        ("shrinking-ring", {"reach_ap_mm": 24.0}, "reach_ap_mm", "out-of-range"),
        ("shrinking-ring", {"width_mm": 21.0}, "width_mm", "out-of-range"),
        ("shrinking-ring", {"reach_ml_mm": 70.0}, "reach_ml_mm", "path-beyond-base"),
        ("calf-raise", {"peak_most": 1.2}, "peak_most", "useless-with"),
        ("up-and-down", {"off_beat_most": 0.1}, "off_beat_most", "useless-with"),
    ],
)
def test_keys_that_cannot_be_right_are_refused(name, changes, field, reason):
    document = load_shipped(name)
    step = document.exercise_step
    step = step.model_copy(update={"parameters": step.parameters.model_copy(update=changes)})
    steps_ = tuple(step if one.step == "exercise" else one for one in document.steps)
    (found,) = contradictions(document.model_copy(update={"steps": steps_}))
    assert (found.field, found.reason) == (f"steps.exercise.parameters.{field}", reason)
