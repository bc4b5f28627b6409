"""What a drill judges at one moment, by hand: who is weighed, who stands as asked, until when it fades."""

from typing import Any

import pytest

from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, prescribe
from drills.state import UNKNOWN_STANCE, KnownFeet, LearntStance
from drills.values import DrillOutcome, Leg, Phase
from drills.watch import stands_as_asked
from tests.drills.conftest import EMPTY, stand

S = 10**9
LATER_NS = 7 * S


def drill(name: str, leg: Leg = Leg.LEFT, **changes: Any) -> Any:
    """A shipped drill in its first trial, in a phase that has begun at `LATER_NS`."""
    document = load_shipped(name)
    state = begin(document, prescribe(document, Asked(leg)), LATER_NS)
    return state._replace(trial=1, phase_start_ns=LATER_NS, **changes)


def test_who_is_weighed_is_learnt_in_the_second_half_of_it():
    """The first half is free for finding one's place."""
    weighing = drill("quick-one-leg", phase=Phase.WEIGH)
    half_ns = weighing.plan.weigh_ns // 2
    assert half_ns > 0
    for since_ns in (0, half_ns - 1):
        assert step(weighing, stand(), LATER_NS + since_ns)[0].feet.both == UNKNOWN_STANCE
    both = step(weighing, stand(700.0, 3.0, -5.0), LATER_NS + half_ns)[0].feet.both
    assert both == LearntStance(1, 700.0, 1, 3.0, -5.0)
    assert step(weighing, EMPTY, LATER_NS + half_ns)[0].feet.both == UNKNOWN_STANCE


@pytest.mark.parametrize(("fading", "outcome"), [(False, None), (True, DrillOutcome.STOPPED)])
def test_a_vibration_fades_to_the_last_nanosecond_of_its_ramp(fading, outcome):
    stance = LearntStance(1, 700.0, 1, 0.0, 0.0)
    state = drill("single-leg-vibration", phase=Phase.RAMP_DOWN, fading=fading, stance=stance)
    state = state._replace(exercise=state.plan.exercise.begin(state.plan.given))
    ends_ns = LATER_NS + state.plan.ramp_down_ns
    for now_ns in (LATER_NS, ends_ns - 2, ends_ns - 1):
        on = step(state, stand(), now_ns)[0]
        assert (on.phase, on.outcome) == (Phase.RAMP_DOWN, None), ends_ns - now_ns
    over, demand = step(state, stand(), ends_ns)[:2]
    assert over.phase is (Phase.DONE if fading else Phase.REST)
    assert (over.outcome, demand) == (outcome, (0.0, 0.0))


@pytest.mark.parametrize("both_ml_mm", [0.0, 7.0])
@pytest.mark.parametrize(
    ("leg", "off_mm", "stands"),
    [
        (Leg.LEFT, 39.9, True),
        (Leg.LEFT, 40.0, False),
        (Leg.LEFT, -90.0, True),
        (Leg.RIGHT, -39.9, True),
        (Leg.RIGHT, -40.0, False),
        (Leg.RIGHT, 90.0, True),
    ],
)
def test_who_stands_40_mm_to_the_other_foots_side_stands_on_that_one(leg, off_mm, stands, both_ml_mm):
    """From the middle of both."""
    both, alone = LearntStance(9, 700.0, 9, both_ml_mm, 0.0), LearntStance(9, 700.0, 9, both_ml_mm + off_mm, 0.0)
    state = drill("quick-one-leg", leg, feet=KnownFeet(both=both), stance=alone)
    assert state.leg is leg
    assert stands_as_asked(state) is stands
    nowhere = LearntStance(9, 700.0, 0, 0.0, 0.0)
    assert stands_as_asked(state._replace(stance=alone._replace(cop_samples=0)))
    assert stands_as_asked(state._replace(feet=KnownFeet(both=nowhere)))


@pytest.mark.parametrize("off_mm", [-90.0, 90.0])
def test_two_feet_stand_on_no_side(off_mm):
    both, there = LearntStance(9, 700.0, 9, 0.0, 0.0), LearntStance(9, 700.0, 9, off_mm, 0.0)
    assert stands_as_asked(drill("quiet-stance", Leg.BOTH, feet=KnownFeet(both=both), stance=there))


@pytest.mark.parametrize(("less", "stands"), [(0.0, True), (1e-9, False)])
def test_who_stands_on_one_leg_carries_all_but_what_a_foot_beside_the_plate_may_take(less, stands):
    """The other foot's touch is judged by the same share of the weight."""
    state = drill("quick-one-leg", feet=KnownFeet(both=LearntStance(9, 700.0, 9, 0.0, 0.0)))
    assert not state.plan.hands_may_carry
    state = state._replace(stance=LearntStance(9, 700.0 * state.plan.foot_down_fraction - less, 9, -90.0, 0.0))
    assert stands_as_asked(state) is stands
    assert stands_as_asked(state._replace(plan=state.plan._replace(hands_may_carry=True)))
    assert stands_as_asked(state._replace(feet=KnownFeet()))
