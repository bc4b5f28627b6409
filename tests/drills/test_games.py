"""Games: who plays well scores, who does not play scores next to nothing, and no two rounds are the same."""

import functools
import itertools
import math
import os

import pytest

from drills.exercises import EXERCISES
from drills.exercises.values import Moment, Score
from drills.framing import frame
from drills.library import load_shipped
from drills.machine import begin
from drills.prescription import Asked, fill_in
from drills.scene import Dot, Feedback, SceneOutcome, SlotKind, SlotState, View, clamped
from drills.state import TrialResult
from drills.values import Leg, Phase, TrialOutcome
from drills.words import Word
from station.clinic.progression.ladders import shipped_ladders
from tests.drills.players import (
    HELD_BY_HANDS,
    MIDDLING,
    SKILLED,
    WEAK,
    WEIGHT_N,
    played,
    plays,
    rises,
    round_of,
    stands,
    wanders,
)
from tests.drills.trying import SLOW_NS, at, keyed

SOAK = "STATION_SOAK" in os.environ
GAMES = ("slalom", "ball-in-the-tray", "catch-and-leave", "trace-the-path", "lift-off")
LADDERS = {one.document: one for one in shipped_ladders().ladder if one.document in GAMES}
ENDS = [(rung, share) for rung in range(5) for share in (0.0, 1.0)] if SOAK else [(0, 0.0), (4, 1.0)]
"""Of every rung the easy and the hard end; else the easiest that there is and the hardest."""
ROUNDS, FEW = (30, 6) if SOAK else (1, 1)


def does(name, skill, seed, force_n=WEIGHT_N):
    """Somebody of this skill: in the game of strength it is the pace of their rising."""
    if name == "lift-off":
        return rises({SKILLED: 2.5, MIDDLING: 4.5, WEAK: 6.5}[skill], force_n / WEIGHT_N)
    return plays(skill, seed, force_n)


def on_rung(name, rung, share, seed):
    """A round of this game as its ladder asks for it on this rung, so far from its easy end, for its own time."""
    table = LADDERS[name]
    one = table.rung[rung]
    keys = {path.removeprefix("parameters."): value for path, value in one.set.items()}
    keys[table.number.removeprefix("parameters.")] = one.easy + share * (one.hard - one.easy)
    return round_of(name, 7919 * seed + 1, **keys)


@functools.cache
def done(name, rung, share, seed, skill):
    return played(name, on_rung(name, rung, share, seed), does(name, skill, seed)).score.done


@pytest.mark.parametrize(("rung", "share"), ENDS)
@pytest.mark.parametrize("name", GAMES)
def test_who_stands_still_wanders_or_holds_the_rail_scores_a_fifth_of_who_plays(name, rung, share):
    helped_n = (1.0 - HELD_BY_HANDS) * WEIGHT_N
    for seed in range(FEW):
        given = on_rung(name, rung, share, seed)
        skilled = done(name, rung, share, seed, SKILLED)
        for idle in (stands(), stands(45.0), does(name, SKILLED, seed, helped_n)):
            assert played(name, given, idle).score.done <= 0.2 * skilled
        lots = [played(name, given, wanders(seed, 60.0, every_s)).score.done for every_s in (1.0, 2.5)]
        assert sum(lots) / len(lots) <= 0.2 * skilled


@pytest.mark.parametrize(("rung", "share"), ENDS)
@pytest.mark.parametrize("name", GAMES)
def test_three_abilities_are_ranked_in_nine_of_ten_rounds(name, rung, share):
    right = 0
    for seed in range(ROUNDS):
        best, middle, worst = (done(name, rung, share, seed, skill) for skill in (SKILLED, MIDDLING, WEAK))
        right += best > middle > worst
    assert right >= 0.9 * ROUNDS


def test_every_rung_of_every_game_is_tried():
    assert LADDERS.keys() == {*GAMES}
    assert {len(table.rung) for table in LADDERS.values()} == {5}


@pytest.mark.parametrize("name", GAMES)
def test_two_rounds_differ_and_the_same_round_is_the_same(name):
    rounds = [played(name, round_of(name, seed, 30.0), stands())[1:] for seed in (1, 1, 2)]
    assert rounds[0] == rounds[1]
    assert rounds[0] != rounds[2]


@pytest.mark.parametrize("name", GAMES)
def test_a_round_is_60_to_90_seconds_and_says_its_rung(name):
    document = load_shipped(name)
    assert 60.0 <= document.exercise_step.time.default_s <= 90.0
    assert document.rest_s >= 30.0
    scene = played(name, round_of(name, 1), stands()).scenes[-1]
    assert scene.level == document.exercise_step.parameters.rung
    assert scene == clamped(scene)


@pytest.mark.parametrize("name", GAMES)
def test_the_best_round_before_stands_beside_the_score(name):
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    first = exercise.begin(round_of(name, 1))._replace(done=5)
    second = exercise.begin(round_of(name, 2)._replace(before=first))
    third = exercise.begin(round_of(name, 3)._replace(before=second))
    state, scene, *_ = exercise.step(third, at(0, 0), Moment(0, Phase.HOLD, 0))
    assert (state.best, scene.best) == (5, 5)


@pytest.mark.parametrize("name", GAMES)
def test_a_game_waits_for_who_steps_off_and_goes_on_three_seconds_later(name):
    exercise, given = EXERCISES[load_shipped(name).exercise_step.exercise], round_of(name, 1)
    state, scenes, times_ns = exercise.begin(given), [], []
    for now_ns in range(0, 20 * 10**9, SLOW_NS):
        away = 10 * 10**9 <= now_ns < 11 * 10**9
        observation = at(0, 0, 0.0 if away else WEIGHT_N)
        state, scene, *_ = exercise.step(state, observation, Moment(now_ns, Phase.HOLD, 0))
        scenes.append(scene)
        times_ns.append(state.round.gone_ns)
    gone, back, on = (scenes[round(t_s * 50)] for t_s in (10.5, 12.5, 15.0))
    assert (gone.word, gone.outcome) == (Word.BOTH_FEET_IT_GOES_ON, SceneOutcome.UNSAFE)
    assert (back.word, back.slots) == (Word.BOTH_FEET_IT_GOES_ON, gone.slots)
    assert on.word != back.word
    assert times_ns[525] == times_ns[690]
    assert times_ns[750] == pytest.approx(times_ns[690] + 1e9, abs=5e7)


def test_a_gate_must_be_come_to_and_the_weak_side_is_asked_more():
    given = round_of("slalom", 3, right_share=0.7)
    gates = EXERCISES["slalom"].begin(given).gates
    right = sum(gate.ml_mm > 0 for gate in gates) / len(gates)
    assert right == pytest.approx(0.7, abs=0.03)
    for one, other in itertools.pairwise(gates):
        assert abs(one.ml_mm - other.ml_mm) >= 2.0 * given.keys.half_mm
        assert other.at_ns > one.at_ns
    for gate in {gate.ml_mm for gate in gates}:
        assert played("slalom", given, stands(gate)).score.done == 0


def test_who_passes_gates_is_told_and_hears_it():
    run = played("slalom", round_of("slalom", 5), plays(SKILLED, 1))
    said = [event.data for event in run.events if event.kind == "gate"]
    assert sum(one["outcome"] == "passed" for one in said) == run.score.done
    assert run.scenes[-1].cue_count == run.score.done
    assert run.scenes[0].view == View.WIDE
    assert any(slot.kind == SlotKind.BAR for slot in run.scenes[-1].slots)


@pytest.mark.parametrize(("earned", "word", "best"), [(9, Word.NEW_BEST, 9), (3, Word.GATES_PASSED, 5)])
def test_the_rest_says_whether_that_was_the_best_round(earned, word, best):
    document = load_shipped("slalom")
    state = begin(document, fill_in(document, Asked(Leg.BOTH)), 0)
    exercise = EXERCISES["slalom"].begin(round_of("slalom", 1))._replace(best=5, done=earned)
    result = TrialResult(2, TrialOutcome.HELD, 75.0, 0, None, None, 0, 1, Score(earned, 27))
    state = state._replace(phase=Phase.REST, trial=2, exercise=exercise, results=(result,))
    scene = frame(state, 1)
    assert (scene.word, scene.word_a, scene.best) == (word, earned, best)


NOTHING = dict.fromkeys(GAMES, Word.NONE_LEAN_FURTHER) | {
    "trace-the-path": Word.RING_NOT_TOUCHED,
    "lift-off": Word.NONE_ALL_THE_WAY_UP,
}


@pytest.mark.parametrize("name", GAMES)
def test_who_earned_nothing_reads_why_and_no_nought(name):
    document = load_shipped(name)
    exercise, given = EXERCISES[document.exercise_step.exercise], round_of(name, 1)
    state, at_rest = exercise.begin(given), begin(document, fill_in(document, Asked(Leg.BOTH)), 0)
    result = TrialResult(1, TrialOutcome.HELD, 75.0, 0, None, None, 0, 1, Score(0, 27))
    at_rest = at_rest._replace(phase=Phase.REST, trial=1, exercise=state, results=(result,))
    assert frame(at_rest, 1).word == NOTHING[name]
    helped = state._replace(round=state.round._replace(hands=True))
    assert frame(at_rest._replace(exercise=helped), 1).word == Word.WITHOUT_THE_RAIL
    some = result._replace(score=Score(3, 27))
    assert frame(at_rest._replace(results=(some,)), 1).word == exercise.reached


def test_the_way_to_the_first_ring_of_a_river_is_shown_and_no_other_ring_beside_it():
    run = played("trace-the-path", round_of("trace-the-path", 1, 20.0), plays(SKILLED, 1))
    before, after = run.scenes[10], run.scenes[-1]
    (ring,) = (slot for slot in before.slots if slot.kind == SlotKind.PLACE)
    (arrow,) = (slot for slot in before.slots if slot.kind == SlotKind.ARROW)
    angle = math.radians(arrow.value / 10)
    ahead = ((ring.x - arrow.x) * math.cos(angle) + (ring.y - arrow.y) * math.sin(angle)) / 10
    aside = ((ring.y - arrow.y) * math.cos(angle) - (ring.x - arrow.x) * math.sin(angle)) / 10
    assert arrow.size / 10 < ahead, "it ends before the ring"
    assert abs(aside) < 1.0, "and points at it"
    assert ring.state == SlotState.NOW
    (end,) = (slot for slot in after.slots if slot.kind == SlotKind.PLACE)
    assert end.state == SlotState.WAITING, "where the river ends, once it was begun"


@pytest.mark.parametrize("level", [Feedback.F2, Feedback.F4])
def test_no_game_is_played_blind(level):
    for name in GAMES:
        given = round_of(name, 1, 20.0)._replace(feedback=level, trial=2)
        assert played(name, given, stands()).scenes[-1].dot != Dot.HIDDEN


def test_a_bank_that_was_touched_is_said_until_the_next_stretch_and_a_hand_is_no_bank():
    given = round_of("trace-the-path", 1)
    runs = {
        "leads": played("trace-the-path", given, plays(SKILLED, 1)),
        "leaves": played("trace-the-path", given, _leaves_the_river(SKILLED)),
        "rail": played("trace-the-path", given, plays(SKILLED, 1, (1.0 - HELD_BY_HANDS) * WEIGHT_N)),
    }
    words = {who: [scene.word for scene in run.scenes] for who, run in runs.items()}
    assert Word.BANK_TOUCHED not in {*words["leads"], *words["rail"]}
    said = [at for at, word in enumerate(words["leaves"]) if word is Word.BANK_TOUCHED]
    outside = [at for at, scene in enumerate(runs["leaves"].scenes) if scene.outcome is SceneOutcome.OUTSIDE]
    assert outside, "it was left"
    assert {*outside} <= {*said}, "and it is said all the while"
    assert Word.DOWN_THE_RIVER in words["leaves"][said[-1] :], "until the next stretch"
    assert runs["leaves"].score.done < runs["leads"].score.done


def _leaves_the_river(skill):
    """Somebody who plays, and is far to the side for one second."""
    player = plays(skill, 1)

    def leaves(t_s, scene, shapes):
        seen = player(t_s, scene, shapes)
        return seen._replace(cop_ml_mm=seen.cop_ml_mm + 40.0) if 20.0 <= t_s < 21.0 else seen

    return leaves


@pytest.mark.parametrize("hold_s", [20.0, 60.0, 85.0, 90.0])
def test_every_round_of_lifting_off_asks_for_as_many_lifts(hold_s):
    """A best of 17 meant another thing in each round: 18, 20, 18 and 19 were asked for."""
    land = [EXERCISES["lift"].begin(keyed("lift-off", hold_s)._replace(trial=trial)) for trial in range(1, 9)]
    assert len({one.of for one in land}) == 1
    assert len({tuple(hill.lifts for hill in one.hills) for one in land}) > (hold_s > 30.0)
    assert land[0].hills[-1].at_ns <= (hold_s - 1.0) * 1e9
    assert all(sum(hill.lifts for hill in one.hills) == one.of <= land[0].given.keys.repetitions for one in land)
