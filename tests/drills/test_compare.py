"""Comparing two intervals: the staircase finds what a patient feels; guessing, and saying the same, finds nothing."""

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills.contradictions import contradictions
from drills.errors import PrescriptionError
from drills.exercises import EXERCISES
from drills.exercises.staircase import REVERSALS, Staircase, answered
from drills.exercises.values import Moment
from drills.library import load_shipped
from drills.prescription import Asked, legs_of, prescribe
from drills.scene import PlaceLook, SlotState
from drills.values import FLAWS, Leg, Mark, Observation, Phase
from drills.words import Word
from tests.drills.test_vibration import CRANK
from tests.drills.trying import SLOW_NS, keyed

COMPARE = EXERCISES["compare"]
PAIR_NS = 6 * 10**9
PULSES = tuple(
    (pair * PAIR_NS + at, pair * PAIR_NS + at + 10**9) for pair in range(9) for at in (2 * 10**9, 35 * 10**8)
)


def feels(least_db: float, lot: random.Random):
    """Who feels what is above their own least level, and guesses else."""
    least = 10 ** (least_db / 20)

    def says(first: float, second: float) -> Mark:
        if first > least or second > least:
            return Mark.FIRST if first > least else Mark.SECOND
        return lot.choice((Mark.FIRST, Mark.SECOND))

    return says


def session(person, *, seed: int = 3, trials: int = 8, moves: bool = True, **keys):
    """The trials of a session until the threshold is known, and every event."""
    given_ = keyed("feel-the-hum", **keys)._replace(pulses=PULSES, strongest=(25.0, 0.08), seed=seed)
    events, before, state = [], None, None
    for trial in range(1, trials + 1):
        state = COMPARE.begin(given_._replace(trial=trial, before=before, seed=seed + 31 * trial))
        given_shares = [0.0, 0.0]
        for now_ns in range(0, 58 * 10**9, SLOW_NS):
            lit = next((slot.id for slot in state.scene.slots if slot.state == SlotState.NOW), 0)
            mark = person(*given_shares) if state.asked else Mark.NONE
            hz = 25.0 if moves and lit and given_shares[lit - 1] else 0.0
            stepped = COMPARE.step(state, Observation(700.0, 0, 0, hz, True, mark), Moment(now_ns, Phase.HOLD, 0))
            state = stepped.state
            place = state.place
            if place.lit >= 0:
                given_shares[place.lit] = stepped.share
            elif place.coming == 2 and not state.asked:
                given_shares = [0.0, 0.0]
            events += stepped.events
            if stepped.done:
                break
        before = state
        if state.stairs.over:
            break
    return state, events


@pytest.mark.parametrize("least_db", [-12.0, -20.0, -29.0])
def test_the_threshold_is_found_near_what_is_felt(least_db):
    state, events = session(feels(least_db, random.Random(1)))
    assert state.stairs.found == "found"
    assert state.stairs.threshold_db == pytest.approx(least_db, abs=2.5)
    (told,) = [event.data for event in events if event.kind == "threshold"]
    rms_mm_s2 = (2 * math.pi * 25.0) ** 2 * 0.08 / 2 / math.sqrt(2)
    assert told["db_re_1_mm_s2_rms"] == pytest.approx(20 * math.log10(rms_mm_s2) + told["threshold_db"], abs=0.1)


def test_always_the_first_is_no_threshold_within_the_levels():
    state, events = session(lambda *_: Mark.FIRST)
    assert state.stairs.found in ("above", "found")
    assert (state.stairs.threshold_db or 0.0) > -6.0
    caught = [event.data for event in events if event.kind == "comparison" and event.data["vibrated"] is None]
    assert caught
    assert {(one["answer"], one["right"]) for one in caught} == {(1, None)}


def test_who_feels_the_least_level_is_told_so_and_a_plate_that_does_not_move_judges_nothing():
    assert session(feels(-90.0, random.Random(1)), least_below_db=14.0)[0].stairs.found == "below"
    state, events = session(feels(-20.0, random.Random(1)), moves=False, trials=1)
    assert state.stairs == Staircase(-6.0, -40.0)
    assert {event.data["right"] for event in events} == {None}


def test_the_lamps_come_one_after_the_other_and_then_it_is_asked():
    shown = []
    state = COMPARE.begin(keyed("feel-the-hum")._replace(pulses=PULSES))
    for now_ns in range(0, 7 * 10**9, SLOW_NS):
        state = COMPARE.step(state, Observation(700.0, 0, 0, 0, True), Moment(now_ns, Phase.HOLD, 0)).state
        lamps = [slot.state == SlotState.NOW for slot in state.scene.slots if slot.look == PlaceLook.LAMP]
        shown.append((*lamps, Word(state.scene.word).name))
    feel, ask = "FEEL_FOR_THE_PLATE", "WHICH_ONE"
    dark = (False, False, feel)
    wanted = [dark, (True, False, feel), dark, (False, True, feel), (False, False, ask)]
    assert [one for one, _ in itertools.groupby(shown)] == wanted


def test_a_tap_before_both_are_over_or_a_second_one_is_no_answer():
    state = COMPARE.begin(keyed("feel-the-hum")._replace(pulses=PULSES))
    for now_ns in range(0, 8 * 10**9, SLOW_NS):
        mark = Mark.FIRST if now_ns in (3 * 10**9, 5 * 10**9, 6 * 10**9) else Mark.NONE
        state = COMPARE.step(state, Observation(700.0, 0, 0, 0, True, mark), Moment(now_ns, Phase.HOLD, 0)).state
    assert state.done == 1
    assert COMPARE.marks == (Mark.FIRST, Mark.SECOND)
    assert not set(COMPARE.marks) & set(FLAWS)


@given(st.lists(st.booleans(), max_size=80), st.floats(-40, 0), st.floats(-60, -41))
@settings(max_examples=40)
def test_a_staircase_stays_between_its_ends_and_ends_once(answers, start_db, least_db):
    stairs = Staircase(start_db, least_db)
    for right in answers:
        before, stairs = stairs, answered(stairs, right)
        assert least_db <= stairs.level_db <= 0.0
        assert stairs == before or not before.over
    assert len(stairs.turned_db) <= REVERSALS
    assert (stairs.threshold_db is not None) == (stairs.found == "found")


def test_it_needs_pairs_and_a_free_displacement():
    document = load_shipped("feel-the-hum")
    step = document.exercise_step
    single = step.model_copy(update={"vibration": step.vibration.model_copy(update={"pair_gap_s": 0.0})})
    steps = tuple(single if one.step == "exercise" else one for one in document.steps)
    (found,) = contradictions(document.model_copy(update={"steps": steps}))
    assert (found.field, found.reason) == ("steps.exercise.vibration.pair_gap_s", "pairs-needed")
    with pytest.raises(PrescriptionError, match="platform-form"):
        prescribe(document, Asked(Leg.BOTH, frequency_hz=25.0), CRANK)
    assert legs_of(document) == (Leg.BOTH,)


def test_nobody_can_guess_from_one_pair_which_of_the_next_vibrates():
    same, seen = [], []
    for seed in range(0, 300 * 4_000_000, 4_000_000):
        state = COMPARE.begin(keyed("feel-the-hum")._replace(pulses=PULSES, seed=8_000_000_000 + seed))
        sides = []
        for pair in range(len(PULSES) // 2):
            moment = Moment(PULSES[2 * pair][0] + 1000, Phase.HOLD, 0)
            state = COMPARE.step(state, Observation(700.0, 0, 0, 0, True), moment).state
            sides.append(state.hums)
        seen += sides
        same += [one == other for one, other in itertools.pairwise(sides) if 2 not in (one, other)]
    assert sum(same) / len(same) == pytest.approx(0.5, abs=0.04)
    assert seen.count(2) / len(seen) == pytest.approx(0.15 * 8 / 9, abs=0.03)
    assert seen.count(0) / (len(seen) - seen.count(2)) == pytest.approx(0.5, abs=0.03)
