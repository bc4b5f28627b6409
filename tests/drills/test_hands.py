"""A hand on the rail is seen by what the plate does not feel, and a try is held without help for so long as none is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.document import DrillDocument
from drills.hands import HELPS_NS, NO_HANDS, Hands, feel
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, legs_of, prescribe
from drills.values import Leg, Phase, TrialOutcome
from drills.words import Word
from tests.drills.trying import SLOW_NS, at

WEIGHT_N = 700.0


def held(document: DrillDocument, force_n, hold_s: float = 10.0):
    """The first try of somebody of whom the plate feels `force_n(seconds of the hold)`, and the words of its hold."""
    asked = Asked(legs_of(document)[-1], hold_s=hold_s)
    state, now_ns, words = begin(document, prescribe(document, asked), 0), 0, set()
    while not state.results:
        now_ns += SLOW_NS
        start_ns = state.hold_start_ns if state.phase is Phase.HOLD else None
        seen_n = WEIGHT_N if start_ns is None else force_n((now_ns - start_ns) / 1e9)
        state, _, scene, events = step(state, at(0, 0, seen_n), now_ns)
        if state.phase is Phase.HOLD:
            words.add(Word(scene.word))
    return state, words, next(event.data for event in events if event.kind == "trial-ended")


@pytest.mark.parametrize(
    ("force_n", "alone_s"),
    [
        (lambda _t: 700.0, None),
        (lambda _t: 684.0, None),  # 2.3 %
        (lambda t: 660.0 if 3.0 <= t < 3.3 else 700.0, None),  # a touch
        (lambda t: 660.0 if 3.0 <= t < 4.0 else 700.0, 3.0),
        (lambda t: 660.0 if t >= 3.0 else 700.0, 3.0),
        (lambda t: 640.0 if t < 2.0 or t > 8.0 else 700.0, 0.0),
        (lambda t: 660.0 + 30.0 * (round(t * 25) % 2) if t >= 5.0 else 700.0, None),  # it trembles over both lines
        (lambda t: 660.0 + 24.0 * (round(t * 25) % 2) if t >= 5.0 else 700.0, 5.0),  # and below the one that lets go
        (lambda t: math.nan if 3.0 <= t < 3.05 else 700.0, None),
    ],
)
def test_a_try_is_held_alone_until_a_hand_helps_for_half_a_second(force_n, alone_s):
    state, _, told = held(load_shipped("one-leg"), force_n)
    (result,) = state.results
    assert result.outcome is TrialOutcome.HELD
    assert result.alone_s == (None if alone_s is None else pytest.approx(alone_s, abs=0.05))
    assert told.get("alone_s") == result.alone_s
    assert ("alone_s" in told) == (alone_s is not None)


def test_the_screen_says_so_while_it_helps_and_a_drill_with_a_hand_says_nothing():
    helped = lambda t: 660.0 if 3.0 <= t < 6.0 else 700.0  # noqa: E731
    assert Word.WITHOUT_THE_RAIL in held(load_shipped("stand-tall"), helped, 20.0)[1]
    table = load_shipped("stand-tall").model_dump(mode="json")
    rail = DrillDocument.model_validate({**table, "hands": "one-on-rail"})
    state, words, _ = held(rail, helped, 20.0)
    assert (state.results[0].alone_s, Word.WITHOUT_THE_RAIL in words) == (None, False)


def test_who_steps_off_after_the_goal_was_held_alone():
    state, _, _ = held(load_shipped("quiet-stance"), lambda t: 660.0 if t > 11.0 else 700.0)
    assert state.results[0].alone_s is None


def test_where_one_leg_stands_and_no_foot_is_judged_it_is_no_hand():
    document = load_shipped("bess-single")
    assert legs_of(document)[-1] in (Leg.LEFT, Leg.RIGHT)
    assert held(document, lambda t: 640.0 if t > 3.0 else 700.0, 20.0)[0].results[0].alone_s is None


STEPS = st.lists(st.tuples(st.floats(allow_nan=True, allow_infinity=True), st.integers(-(10**12), 10**12)), max_size=20)


@given(STEPS, st.floats(0.0, 5000.0))
def test_whatever_the_plate_feels_a_hand_is_first_felt_once_and_nothing_changes_without_a_cause(steps, weight_n):
    hands, now_ns = NO_HANDS, 0
    for force_n, passed_ns in steps:
        now_ns += passed_ns
        before, hands = hands, feel(hands, force_n, weight_n, now_ns)
        assert before.first_ns is None or hands.first_ns == before.first_ns
        assert not hands.helps or (hands.since_ns is not None and hands.first_ns is not None)
        again = feel(hands, force_n, weight_n, now_ns)
        assert feel(again, force_n, weight_n, now_ns) is again
    assert feel(Hands(0, None), 0.5 * 700.0, 700.0, HELPS_NS).helps
