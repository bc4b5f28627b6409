"""Loading a leg by an order, one tick by hand: what is added to a plate that reads too little, and when a step is told.

The rest of it is tried with people who load the plate by what the screen says (`test_load`).
"""

import math
from typing import Any

import pytest

from drills.exercises import EXERCISES, load
from drills.exercises.load import OFF_NS, TELLS_NS
from drills.exercises.values import Moment
from drills.library import load_shipped
from drills.loading import look
from drills.machine import begin
from drills.ordered import Beyond, OrderedLoad
from drills.prescription import Asked, prescribe
from drills.state import LoadWatch
from drills.values import Leg, Observation, Phase
from drills.words import Word
from tests.drills.trying import at, keyed

S = 10**9
LATER_NS = 7 * S
ORDER = OrderedLoad("left", 196.0, 235.0, 784.0)


def in_phase(phase: Phase, watched: LoadWatch) -> Any:
    document = load_shipped("load-to-the-line")
    state = begin(document, prescribe(document, Asked(Leg.LEFT)), 0, load=ORDER)
    return state._replace(phase=phase, watched=watched, trial=1)


@pytest.mark.parametrize("phase", list(Phase))
def test_what_an_empty_plate_reads_too_little_is_added_but_where_it_is_weighed_empty(phase):
    """There the plate says what it reads, of which the next zero is made; it is watched with the last one all the same.

    Of 185 N with a zero 15 N too low 200 are carried, and 196 are ordered.
    """
    seen = at(3.0, -4.0, 185.0)
    state, observation, _ = look(in_phase(phase, LoadWatch(added_n=15.0)), ORDER, seen, LATER_NS)
    before_try = phase in (Phase.IDLE, Phase.GET_ON)
    assert observation == seen._replace(force_n=185.0 if before_try else 200.0)
    assert (state.watched.level, state.watched.peak_n) == (Beyond.ORDER, 200.0)
    assert look(in_phase(phase, LoadWatch()), ORDER, seen, LATER_NS).observation is seen


def test_a_load_that_is_no_number_stays_none_with_a_zero_that_is_added():
    state, observation, _ = look(in_phase(Phase.HOLD, LoadWatch(added_n=15.0)), ORDER, at(0, 0, math.nan), LATER_NS)
    assert math.isnan(observation.force_n)
    assert (state.watched.level, state.watched.peak_n) == (Beyond.LIMIT, 0.0)


STEPS = EXERCISES["load"]


def stepping(**changes: Any) -> load.Loading:
    """A set of steps that goes on since `LATER_NS`, with the foot off."""
    given = keyed("step-on-softly", 60.0)._replace(load=ORDER, leg=Leg.LEFT)
    state = STEPS.begin(given)
    return state._replace(since_ns=LATER_NS, off_since_ns=LATER_NS, last_ns=LATER_NS, **changes)


def stepped(state: load.Loading, force_n: float, since_ns: int) -> load.Loading:
    return STEPS.step(state, at(0.0, 0.0, force_n), Moment(LATER_NS + since_ns, Phase.HOLD, LATER_NS)).state


@pytest.mark.parametrize(("since_ns", "told"), [(TELLS_NS - 1, True), (TELLS_NS, False), (TELLS_NS + 1, False)])
def test_how_a_step_went_is_told_for_two_seconds(since_ns, told):
    """The next one is asked for then: its time begins."""
    state = stepped(stepping(told_ns=LATER_NS), 0.0, since_ns)
    assert state.told_ns == (LATER_NS if told else None)
    assert state.since_ns == (LATER_NS if told else LATER_NS + since_ns)


@pytest.mark.parametrize(("force_n", "told"), [(19.999, True), (20.0, False)])
def test_a_foot_that_comes_back_begins_the_next_step_at_once(force_n, told):
    state = stepped(stepping(told_ns=LATER_NS), force_n, S)
    assert (state.told_ns, state.since_ns) == ((LATER_NS, LATER_NS) if told else (None, LATER_NS + S))
    assert state.off_since_ns == (LATER_NS if told else None)


@pytest.mark.parametrize(("since_ns", "ended"), [(OFF_NS - 1, 0), (OFF_NS, 1)])
def test_a_step_is_over_when_the_foot_has_been_off_for_three_tenths_of_a_second(since_ns, ended):
    on = stepping()
    on = on._replace(now=on.now._replace(on_ns=LATER_NS - S, peak_n=150.0))
    state = stepped(on, 0.0, since_ns)
    assert (len(state.ended), state.done) == (ended, ended)
    assert state.told_ns == (LATER_NS + since_ns if ended else None)


def test_a_step_that_does_not_come_is_passed_by_when_its_time_is_over():
    within_ns = round(stepping().given.keys.step_within_s * S)
    assert [len(stepped(stepping(), 0.0, since_ns).ended) for since_ns in (within_ns - 1, within_ns)] == [0, 1]


@pytest.mark.parametrize("on", [False, True])
def test_a_set_is_over_a_second_before_its_hold_is_and_a_foot_that_is_on_has_made_a_step(on):
    ends_ns = stepping().given.hold_ns - S
    state = stepping(told_ns=LATER_NS + ends_ns - S)  # it is told how the last one went, and none is passed by
    if on:
        state = state._replace(told_ns=None, off_since_ns=None, now=state.now._replace(on_ns=LATER_NS + ends_ns - S))
    for since_ns, over in ((ends_ns - 1, False), (ends_ns, True)):
        now = stepped(state, 150.0 if on else 0.0, since_ns)
        assert (now.over, len(now.ended), now.lost) == (over, int(over and on), None)


@pytest.mark.parametrize(
    ("leg", "block", "ml_mm", "far"),
    [
        (Leg.LEFT, "beside", -60.0, False),
        (Leg.LEFT, "beside", -60.1, True),
        (Leg.LEFT, "beside", 120.0, False),
        (Leg.RIGHT, "beside", 60.0, False),
        (Leg.RIGHT, "beside", 60.1, True),
        (Leg.RIGHT, "beside", -120.0, False),
        (Leg.LEFT, "none", -120.0, False),
        (Leg.LEFT, "beside", math.nan, False),
    ],
)
def test_a_foot_is_beside_the_block_60_mm_on_the_half_away_from_it(leg, block, ml_mm, far):
    """The block stands where the other foot is: to the right of a left one."""
    given = keyed("load-to-the-line", block=block)._replace(load=ORDER, leg=leg)
    seen = Observation(100.0, ml_mm, 0.0, 0.0, True)
    state, scene = STEPS.step(STEPS.begin(given), seen, Moment(LATER_NS, Phase.HOLD, LATER_NS))[:2]
    assert state.far is far
    assert (scene.word == Word.FOOT_BESIDE_THE_BLOCK) is far
