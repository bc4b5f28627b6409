"""The order of steps is said by one table; no phase is compared by its number."""

import itertools

import pytest

from drills.library import catalogue_names, load_shipped
from drills.steps import FIRST, LAST, ORDER, Step, out_of_order, phases_of
from drills.values import Phase


def test_every_step_has_its_row_and_can_be_reached():
    assert set(ORDER) == set(Step)
    followed = {after for rule in ORDER.values() for after in rule.followers}
    assert followed == set(Step) - {FIRST}
    assert [step for step, rule in ORDER.items() if not rule.followers] == [LAST]


def test_every_phase_of_the_files_belongs_to_a_step_or_to_none():
    stored = {phase for rule in ORDER.values() for phase in rule.phases}
    assert set(Phase) - stored == {Phase.IDLE, Phase.GET_OFF, Phase.PAUSE}


@pytest.mark.parametrize("name", catalogue_names())
def test_the_shipped_drills_are_in_order(name):
    assert out_of_order(Step(step.step) for step in load_shipped(name).steps) == ()


def test_phases_come_once_and_in_order():
    assert phases_of([Step.GET_ON, Step.SETTLE, Step.LEARN, Step.EXERCISE]) == (
        Phase.GET_ON,
        Phase.SETTLE,
        Phase.RAMP_UP,
        Phase.HOLD,
        Phase.RAMP_DOWN,
    )


def test_only_the_table_says_what_is_in_order():
    for steps in itertools.product(Step, repeat=3):
        allowed = steps[0] is FIRST and steps[2] is LAST
        allowed = allowed and all(b in ORDER[a].followers for a, b in itertools.pairwise(steps))
        assert (out_of_order(steps) == ()) == allowed
    assert out_of_order([]) == ((None, (FIRST,)),)
    assert out_of_order([Step.GET_ON]) == ((None, ORDER[Step.GET_ON].followers),)
    assert out_of_order([Step.REST, Step.GET_OFF]) == ((Step.REST, (FIRST,)),)
