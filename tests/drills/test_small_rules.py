"""Rules of a few words, each at its bound: which step of a staircase, which part of a second, which word."""

import pytest

from drills.exercises import EXERCISES
from drills.exercises.seconds import Seconds
from drills.exercises.staircase import LARGE_DB, SMALL_DB, Staircase, answered
from drills.exercises.values import SafeBase, Score
from drills.framing import frame
from drills.library import load_shipped
from drills.machine import begin
from drills.platform import Platform
from drills.prescription import Asked, prescribe
from drills.problems import Problem
from drills.scene import PlaceLook
from drills.state import TrialResult, passed
from drills.values import Leg, Phase, TrialOutcome
from drills.words import Cue, Word
from tests.drills.trying import at, held, keyed

SECOND_NS = 10**9


def test_a_staircase_takes_small_steps_from_its_second_reversal_on():
    stairs, levels_db = Staircase(-20.0, -60.0), [-20.0]
    for right in (False, True, True, True, False, True, True, True):
        stairs = answered(stairs, right)
        levels_db.append(stairs.level_db)
    assert levels_db == [-20.0, -16.0, -16.0, -16.0, -20.0, -18.0, -18.0, -18.0, -20.0]
    assert (LARGE_DB, SMALL_DB, stairs.turned_db) == (4.0, 2.0, (-16.0, -20.0, -18.0))


@pytest.mark.parametrize(("last_good", "done", "good_ns"), [(True, 1, 400_000_000), (False, 0, 0)])
def test_a_tick_that_goes_over_into_the_next_second_is_shared_between_them(last_good, done, good_ns):
    """700 ms were good: the second is, where the 300 ms that it has of the last tick are good as well."""
    seconds = Seconds(5).after(700_000_000, good=True).after(700_000_000, last_good)
    assert seconds == Seconds(5, done, 1, 400_000_000, good_ns)


def test_a_second_counts_from_eight_tenths_of_it_on():
    for good_ns, done in ((800_000_000, 1), (799_999_999, 0)):
        seconds = Seconds(5).after(good_ns, good=True).after(SECOND_NS - good_ns + 500_000_000, good=False)
        assert (seconds.done, seconds.part_ns, seconds.good_ns) == (done, 500_000_000, 0)
        assert Seconds(5).after(SECOND_NS - good_ns, good=False).after(good_ns, good=True).done == done


@pytest.mark.parametrize(
    ("done", "outcome", "is_passed"),
    [
        (8, TrialOutcome.HELD, True),
        (7, TrialOutcome.HELD, False),
        (10, TrialOutcome.STOPPED, False),
    ],
)
def test_a_trial_is_passed_that_was_held_with_the_share_asked_for(done, outcome, is_passed):
    result = TrialResult(1, outcome, 30.0, 0, None, None, None, None, Score(done, 10))
    assert passed(result, 0.8) is is_passed


SEATED = {
    Phase.IDLE: Word.SIT_ON_THE_CHAIR,
    Phase.GET_ON: Word.SIT_ON_THE_CHAIR,
    Phase.SETTLE: Word.STAND_UP_AND_STAY,
}


@pytest.mark.parametrize("phase", SEATED)
def test_who_begins_on_a_chair_is_told_to_sit_and_then_to_stand_up(phase):
    document = load_shipped("even-stand-up")
    assert document.stance.kind == "seated"
    state = begin(document, prescribe(document, Asked(Leg.BOTH)), SECOND_NS)
    assert frame(state._replace(phase=phase), SECOND_NS).word == SEATED[phase]
    other = load_shipped("single-leg-vibration")
    standing = begin(other, prescribe(other, Asked(Leg.LEFT)), SECOND_NS)
    assert frame(standing._replace(phase=phase), SECOND_NS).word not in SEATED.values()


@pytest.mark.parametrize(
    ("leg", "word", "soles"),
    [
        (Leg.LEFT, Word.READY_ON_LEFT, [PlaceLook.SOLE_LEFT]),
        (Leg.RIGHT, Word.READY_ON_RIGHT, [PlaceLook.SOLE_RIGHT]),
        (Leg.BOTH, Word.READY_ON_BOTH, [PlaceLook.SOLE_LEFT, PlaceLook.SOLE_RIGHT]),
    ],
)
def test_a_rest_says_how_it_went_then_to_rest_and_before_its_end_what_comes(leg, word, soles):
    document = load_shipped("quiet-stance" if leg is Leg.BOTH else "single-leg-vibration")
    state = begin(document, prescribe(document, Asked(leg)), 0)
    result = TrialResult(1, TrialOutcome.FOOT_DOWN, 12.0, 0, None, None, 0, 1)
    state = state._replace(phase=Phase.REST, phase_start_ns=0, trial=1, results=(result,))
    state = state._replace(plan=state.plan._replace(rest_ns=30 * SECOND_NS))
    said, cues = [], []
    for second in (0, 2, 4, 24, 26, 29):
        state = state._replace(scene=frame(state, second * SECOND_NS))
        said.append(state.scene.word)
        cues.append(state.scene.cue)
        assert [slot.look for slot in state.scene.slots] == soles
        counts_later = second > 24 and state.plan.settle_ns > 0  # its own five seconds come with the stance
        assert state.scene.clock_ds == (0 if counts_later else 10 * (30 - second))
    assert said == [Word.FOOT_CAME_DOWN, Word.FOOT_CAME_DOWN, Word.REST, Word.REST, word, word]
    assert cues[3:] == [Cue.SAY_REST, Cue.SAY_GET_READY, Cue.SAY_GET_READY]


def test_who_has_stayed_on_the_plate_is_not_asked_on_to_it():
    document = load_shipped("single-leg-vibration")
    state = begin(document, prescribe(document, Asked(Leg.LEFT)), 0)._replace(phase=Phase.GET_ON, trial=2)
    result = TrialResult(1, TrialOutcome.HELD, 30.0, 0, None, None, 0, 1)
    words = [
        frame(state._replace(results=results, loaded_since_ns=since_ns), SECOND_NS).word
        for results, since_ns in (((result,), 0), ((result,), None), ((), 0))
    ]
    assert words == [Word.STAND_ON_LEFT, Word.STEP_ON, Word.STEP_ON]


def test_a_short_rest_is_for_how_it_went():
    document = load_shipped("single-leg-vibration")
    state = begin(document, prescribe(document, Asked(Leg.LEFT)), 0)
    result = TrialResult(1, TrialOutcome.HELD, 30.0, 0, None, None, 0, 1)
    state = state._replace(phase=Phase.REST, phase_start_ns=0, trial=1, results=(result,))
    state = state._replace(plan=state.plan._replace(rest_ns=4 * SECOND_NS))
    words = [frame(state, second * SECOND_NS).word for second in (0, 2, 3)]
    assert words == [Word.HELD, Word.HELD, Word.READY_ON_LEFT]


def test_a_platform_may_be_level_between_two_of_its_points():
    """Its peak acceleration has a top of its own on the falling line alone."""
    level = Platform(5.0, 40.0, 40.0, ((10.0, 0.6), (20.0, 0.6), (30.0, 0.3)))
    assert sorted(hz for hz, _ in level.hardest(40.0)) == pytest.approx([5.0, 10.0, 20.0, 80 / 3, 30.0, 40.0])


def _problems(name: str, half_mm: float, **changes: object) -> list[Problem]:
    step = load_shipped(name).exercise_step
    keys = step.parameters.model_copy(update=changes)
    base = SafeBase(half_mm, half_mm, keys=("base.ml", "base.ap"), learn_s=2.0)
    return [*EXERCISES[step.exercise].problems(keys, base)]


def test_a_place_beyond_the_base_names_the_key_that_sets_the_base():
    places = {problem.reason: problem.values for problem in _problems("lean-from-memory", 40.0)}
    assert places["place-beyond-base"]["most_key"] in {"base.ml", "base.ap"}


def test_three_places_are_asked_for_in_turns_from_another_one_in_each_trial():
    first = []
    for trial in (1, 2, 3, 4):
        given = keyed("lean-from-memory", places=3)._replace(trial=trial)
        (scene,) = held(EXERCISES["recall"], given, lambda t, _: at(0, 0), 0.004).scenes
        first += [(slot.x, slot.y) for slot in scene.slots if slot.look == PlaceLook.RING]
    assert first == [(0, 500), (440, 0), (-440, 0), (0, 500)]


@pytest.mark.parametrize("right_share", [0.5, 0.4, 0.6])
def test_gates_in_one_lane_a_side_can_but_alternate(right_share):
    one_lane = _problems("slalom", 160.0, side_mm=40.0, right_share=right_share)
    assert ([problem.field for problem in one_lane] == ["right_share"]) is (right_share != 0.5)
    assert not _problems("slalom", 160.0, right_share=right_share)
