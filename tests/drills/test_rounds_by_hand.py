"""What the rounds of all games have in common, computed by hand: time, hands, lots, the best, and what is seen."""

import math
from types import SimpleNamespace
from typing import Any

import pytest

from drills.exercises import EXERCISES
from drills.exercises.rounds import (
    MOST_BEST,
    Been,
    BestKeys,
    Round,
    RoundKeys,
    Sound,
    after,
    best_of,
    beyond,
    dressed,
    game_head,
    hands_word,
    lot,
    moves_dot,
    needs,
    sides,
)
from drills.exercises.values import Moment, SafeBase
from drills.library import load_shipped
from drills.problems import Problem
from drills.scene import NO_SCENE, ClockKind, Dot, SceneOutcome, Slot, SlotKind, SlotState, WordLook
from drills.values import Phase
from drills.words import Cue, Word
from tests.drills.trying import at, keyed

S = 10**9
TENTH = S // 10
GIVEN = keyed("slalom", 30.0)
PLAYS = Round(wait_ns=0, last_ns=0)


def test_what_the_keys_may_be():
    found = RoundKeys.model_json_schema()["properties"]
    assert [(found[name]["minimum"], found[name]["maximum"]) for name in ("right_share", "rung")] == [
        (0.2, 0.8),
        (0, 20),
    ]
    (best, _) = BestKeys.model_json_schema()["properties"]["best"]["anyOf"]
    assert (best["minimum"], best["maximum"]) == (0, MOST_BEST) == (0, 65_535)


@pytest.mark.parametrize(("now_ns", "gone_ns"), [(TENTH, TENTH), (TENTH + 1, TENTH), (5, 5), (1, 1), (0, 0), (-1, 0)])
def test_a_round_counts_a_tenth_of_a_second_a_tick_at_most(now_ns, gone_ns):
    now = after(PLAYS, GIVEN, at(0.0, 0.0), Moment(now_ns, Phase.HOLD, 0))
    assert (now.gone_ns, now.wait_ns, now.last_ns, now.away) == (gone_ns, 0, now_ns, False)
    waits = after(Round(last_ns=0), GIVEN, at(0.0, 0.0), Moment(now_ns, Phase.HOLD, 0))
    assert (waits.gone_ns, waits.wait_ns) == (0, 2 * S - gone_ns)
    assert after(PLAYS, GIVEN, at(0.0, 0.0), Moment(now_ns, Phase.BASELINE, 0)) == PLAYS._replace(last_ns=now_ns)


def test_the_first_tick_is_no_time_and_any_other_is_since_the_last_one():
    first = after(Round(wait_ns=0), GIVEN, at(0.0, 0.0), Moment(5 * S, Phase.HOLD, 0))
    assert (first.gone_ns, first.last_ns) == (0, 5 * S)
    assert after(first, GIVEN, at(0.0, 0.0), Moment(5 * S + 7, Phase.HOLD, 0)).gone_ns == 7


@pytest.mark.parametrize(
    ("mean_n", "force_n", "weight_n", "after_n", "hands"),
    [
        (None, 679.0, 700.0, 679.0, True),  # 3 hundredths of 700 N
        (None, 679.1, 700.0, 679.1, False),
        (700.0, 600.0, 700.0, 690.0, False),  # a tenth of the way in a tenth of a second
        (680.0, 660.0, 700.0, 678.0, True),
        (None, 300.0, 0.0, 300.0, False),
    ],
)
def test_hands_help_by_the_mean_of_a_second(mean_n, force_n, weight_n, after_n, hands):
    given = GIVEN._replace(weight_n=weight_n)
    now = after(PLAYS._replace(mean_n=mean_n), given, at(0.0, 0.0, force_n), Moment(TENTH, Phase.HOLD, 0))
    assert (now.mean_n, now.hands) == (pytest.approx(after_n), hands)


@pytest.mark.parametrize(("gone_ns", "frame"), [(0, 0), (19_999_999, 0), (20_000_000, 1), (S, 50)])
def test_a_frame_is_a_fiftieth_of_a_second(gone_ns, frame):
    assert Round(gone_ns=gone_ns).frame == frame


@pytest.mark.parametrize(("wait_ns", "wait_ds"), [(0, 0), (1, 1), (TENTH, 1), (TENTH + 1, 2), (3 * S, 30)])
def test_a_wait_is_shown_in_tenths_rounded_up(wait_ns, wait_ds):
    assert Round(wait_ns=wait_ns).wait_ds == wait_ds


@pytest.mark.parametrize(
    ("said", "before", "best"),
    [
        (None, None, 0),
        (7, None, 7),
        (7, {"done": 8, "best": 3}, 8),
        (7, {"done": 2, "best": 9}, 9),
        (7, {"done": 2, "best": 3}, 7),
        (7, {"done": 9.5, "best": 3}, 7),
        (7, {"done": 9, "best": "?"}, 7),
    ],
)
def test_the_best_is_of_this_session_or_of_earlier_ones(said, before, best):
    keys = GIVEN.keys.model_copy(update={"best": said})
    assert best_of(GIVEN._replace(keys=keys, before=before and SimpleNamespace(**before))) == best


@pytest.mark.parametrize(("sight", "eyes", "shown"), [(True, 0, True), (False, 0, False), (True, 1, False)])
def test_nobody_plays_blind(sight, eyes, shown):
    assert moves_dot(GIVEN._replace(sight=sight, eyes=eyes), Dot.LIVE) == (Dot.LIVE if shown else Dot.HIDDEN)


def test_the_word_of_a_hand_on_the_rail_stands_where_it_is_put():
    slot = Slot(SlotKind.WORD, 60, WordLook.TEXT, SlotState.NOW, 5, -7, 0, Word.WITHOUT_THE_RAIL)
    assert (hands_word(Round(hands=True), 5, -7), hands_word(Round(), 5, -7)) == ((slot,), ())


@pytest.mark.parametrize("name", ["slalom", "catch-and-leave"])
def test_where_things_arrive_it_stands_below_them_and_nothing_arrives_10_cm_aside(name):
    given = keyed(name)
    game = EXERCISES[load_shipped(name).exercise_step.exercise]
    state = game.begin(given)
    state = state._replace(round=PLAYS)
    scene = game.step(state, at(0.0, 0.0, 600.0), Moment(TENTH, Phase.HOLD, 0)).scene
    assert [(slot.x, slot.y) for slot in scene.slots if slot.kind == SlotKind.WORD] == [(0, -700)]
    base = SafeBase(math.inf, math.inf, ("", ""), 1.0)
    wide = given.keys.model_copy(update={"side_mm": 150.0, "far_share": 1.0})
    (beyond_, *_) = game.problems(wide, base)
    assert (beyond_.field, beyond_.most, beyond_.reason) == ("far_share", 100.0, "path-off-screen")


SOUND = Sound(Word.BALLS_IN, Cue.HIT, SceneOutcome.HIT, 3, 9)


def seen(round_: Round, phase: Phase = Phase.HOLD, sound: Sound = SOUND, hold_s: float = 30.0) -> Any:
    """The scene 2.05 s after the beginning, after one with 255 sounds."""
    given = GIVEN._replace(hold_ns=round(hold_s * S))
    head = game_head(given, 1, 4, 6)
    before = NO_SCENE._replace(cue=Cue.START, cue_count=255)
    return dressed(head, before, given, round_, Moment(2_050_000_000, phase, 0), sound)


def test_a_scene_has_word_clock_score_and_sound():
    scene = seen(Round(gone_ns=S, wait_ns=0))
    assert (scene.view, scene.level, scene.best, scene.score, scene.goal) == (1, 4, 6, 3, 9)
    assert (scene.word, scene.outcome, scene.cue, scene.cue_count) == (Word.BALLS_IN, SceneOutcome.HIT, Cue.HIT, 0)
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == (ClockKind.LEFT, 280, 300)
    silent = seen(Round(gone_ns=S, wait_ns=0), sound=SOUND._replace(cue=0))
    assert (silent.cue, silent.cue_count) == (Cue.START, 255)
    assert seen(Round(wait_ns=0), hold_s=7000.0).clock_of_ds == 65_535


def test_before_the_hold_there_is_no_clock():
    scene = seen(Round(away=True, gone_ns=S), Phase.BASELINE)
    assert (scene.word, scene.outcome) == (Word.GET_READY, SceneOutcome.HIT)
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == (ClockKind.NONE, 0, 0)


@pytest.mark.parametrize(
    ("round_", "stands_still"),
    [
        (Round(wait_ns=S, gone_ns=S), True),
        (Round(wait_ns=S, gone_ns=1), True),
        (Round(wait_ns=S, gone_ns=0), False),
        (Round(wait_ns=0, gone_ns=S), False),
        (Round(wait_ns=S, gone_ns=0, away=True), True),
    ],
)
def test_a_clock_says_when_it_goes_on(round_, stands_still):
    scene = seen(round_)
    clock = (scene.word, scene.clock_kind, scene.clock_ds, scene.clock_of_ds)
    waiting = (Word.BOTH_FEET_IT_GOES_ON, ClockKind.GET_READY, 10, 30)
    assert clock == (waiting if stands_still else (Word.BALLS_IN, ClockKind.LEFT, 280, 300))
    assert scene.outcome == (SceneOutcome.UNSAFE if round_.away else SceneOutcome.HIT)


def test_each_trial_has_a_lot_of_its_own():
    """7919 seeds further: Lehmer's generator of seed + 1, its ninth number."""
    modulus = 2**31 - 1
    for seed, trial in ((0, 1), (5, 2)):
        assert next(lot(seed, trial)) == (seed + 7919 * trial + 1) * pow(48_271, 9, modulus) % modulus / modulus


@pytest.mark.parametrize(
    ("dice", "number", "share", "wanted"),
    [
        ([0.99, 0.99, 0.99], 4, 0.5, (1, 1, -1, -1)),  # each stays where it is
        ([0.0, 0.0, 0.0], 4, 0.5, (1, -1, -1, 1)),
        ([0.5, 0.34, 0.0], 4, 0.25, (-1, 1, -1, -1)),
        ([0.9, 0.0], 3, 0.34, (-1, 1, -1)),
        ([0.0], 2, 0.2, (-1, -1)),
        ([], 1, 0.6, (1,)),
    ],
)
def test_sides_are_shuffled_from_the_end_on(dice, number, share, wanted):
    """The last one changes places with one of all, the one before it with one of those before, and so on to the second:
    of 1 1 -1 -1 the first dice swap places 3 and 0, 2 and 0, 1 and 0.
    """
    assert sides(iter(dice), number, share) == wanted


@pytest.mark.parametrize(
    ("reach_mm", "seen_mm", "axis", "found"),
    [
        (40.0, 60.0, 0, []),
        (40.01, 60.0, 0, [("path-beyond-base", 40.0, {"reach_mm": 40.0, "most_key": "ml"})]),
        (40.01, 40.0, 0, [("path-beyond-base", 40.0, {"reach_mm": 40.0, "most_key": "ml"})]),
        (38.16, 38.0, 0, [("path-off-screen", 38.0, {"reach_mm": 38.2, "most_key": "ml"})]),
        (80.1, 90.0, 1, [("path-beyond-base", 80.0, {"reach_mm": 80.1})]),
    ],
)
def test_a_thing_lies_where_safety_lets_it_be_and_where_it_is_seen(reach_mm, seen_mm, axis, found):
    base = SafeBase(40.0, 80.0, ("ml", ""), 1.0)
    wanted = [Problem("x", reach_mm, most=most, reason=reason, values=values) for reason, most, values in found]
    assert list(beyond("x", reach_mm, base, seen_mm, axis)) == wanted
    if not axis:
        assert list(beyond("x", reach_mm, base, seen_mm)) == wanted


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, []),
        ({"learn_s": 0.999}, [Problem("steps.learn.time_s", 0.999, least=1.0, reason="places-need-learning")]),
        ({"eyes": "closed"}, [Problem("eyes", "closed", reason="eyes-needed")]),
        ({"vibrates": True}, [Problem("steps.exercise.vibration.form", reason="movement-still")]),
    ],
)
def test_every_game_needs_a_place_eyes_and_a_plate_that_stands_still(own, found):
    assert list(needs(SafeBase(40.0, 80.0, ("", ""), 1.0)._replace(**own))) == found


@pytest.mark.parametrize(
    ("been_mm", "came"), [(86.0, False), (85.999, True), (114.0, False), (114.001, True), (100.0, False)]
)
def test_who_has_been_more_than_4_mm_outside_has_come(been_mm, came):
    """To a place at 100 mm that is 10 mm wide to each side."""
    assert Been().at(been_mm).came_to(100.0, 10.0) == came


def test_where_the_dot_has_been_is_from_its_least_to_its_most():
    been = Been()
    assert not been.came_to(0.0, 10.0)
    ways = ((5.0, 5.0, 5.0), (math.nan, 5.0, 5.0), (-3.0, -3.0, 5.0), (math.inf, -3.0, 5.0), (9.0, -3.0, 9.0))
    for ml_mm, least, most in ways:
        been = been.at(ml_mm)
        assert been == (least, most)
    assert been.at(9.0) is been.at(-3.0) is been.at(0.0) is been
