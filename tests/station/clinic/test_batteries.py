"""Batteries: what ships can be done, and what was recorded says how far one is, and never more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.batteries.documents import BatteryDocument, names, shipped
from station.clinic.batteries.standing import (
    DONE,
    NOT_DONE,
    PARTLY,
    REFUSED,
    STOPPED,
    Attempted,
    standing,
)
from station.faults import InputError

OUTCOMES = ("held", "foot-down", "step-off", "stopped", "not-started", "damaged")
ENDS = ("completed", "stopped", "tripped", "abandoned", "interrupted")


def session(test, *outcomes, end="completed", first="left"):
    legs = [first, "right" if first == "left" else "left"] if test.document.alternates else [test.leg]
    tries = [(legs[number % len(legs)], outcome) for number, outcome in enumerate(outcomes)]
    return Attempted(test.drill, test.hold_s, tuple(tries), end)


def whole(document):
    return [session(test, *["held"] * test.trials) for test in document.test]


def test_four_batteries_ship():
    assert names() == ("four-stage", "mctsib", "one-leg", "romberg")
    assert {name: round(shipped(name).minutes, 1) for name in names()} == {
        "four-stage": 1.7,
        "mctsib": 11.2,
        "one-leg": 15.4,
        "romberg": 7.5,
    }
    with pytest.raises(InputError) as caught:
        shipped("one-legs")
    assert caught.value.problems[0].values["suggestion"] == "one-leg"


@pytest.mark.parametrize("name", names())
def test_every_test_can_be_prescribed_and_the_whole_is_whole(name):
    document = shipped(name)
    none = standing(document, [])
    assert none.state == NOT_DONE
    assert none.next == none.tests[0]
    assert [(one.done, one.state) for one in none.tests] == [(0, NOT_DONE)] * len(document.test)
    found = standing(document, whole(document))
    assert (found.state, found.next, found.whole) == (DONE, None, True)


def test_a_power_cut_leaves_two_of_six_and_the_leg_that_is_next():
    document = shipped("one-leg")
    cut = session(document.test[0], "held", "foot-down", end="interrupted")
    found = standing(document, [cut])
    assert (found.state, found.tests[0].state, found.tests[0].done, found.tests[0].of) == (PARTLY, PARTLY, 2, 6)
    assert (found.next.leg, found.next.trials) == ("left", 4)
    rest = session(document.test[0], *["held"] * 4)
    again = standing(document, [cut, rest])
    assert again.tests[0].state == DONE
    assert (again.state, again.next.id) == (PARTLY, "closed")


def test_a_try_that_was_lost_is_said_and_made_again_on_its_leg():
    document = shipped("one-leg")
    found = standing(document, [session(document.test[0], "held", "damaged", *["held"] * 4)])
    first = found.tests[0]
    assert (first.state, first.done, first.lost, first.leg, first.trials) == (PARTLY, 5, 1, "right", 1)


def test_what_was_stopped_or_refused_says_why_and_is_not_whole():
    document = shipped("mctsib")
    stopped = standing(document, [session(document.test[0], "held", "stopped", end="stopped")])
    assert (stopped.tests[0].state, stopped.tests[0].why, stopped.tests[0].done) == (STOPPED, "stopped", 1)
    assert (stopped.next.id, stopped.next.trials) == ("open-firm", 2)
    done = whole(document)[:3]
    refused = standing(document, done, {"closed-foam": "afraid"})
    assert (refused.tests[3].state, refused.tests[3].why) == (REFUSED, "afraid")
    assert (refused.state, refused.next, refused.whole) == (PARTLY, None, False)
    assert standing(document, whole(document), {"closed-foam": "afraid"}).whole


def test_two_unsafe_tries_stop_the_rest_and_a_first_fail_is_the_result_of_four_stages():
    document = shipped("mctsib")
    unsafe = session(document.test[1], "step-off", "step-off", "held")
    found = standing(document, [session(document.test[0], *["held"] * 3), unsafe])
    assert [one.state for one in found.tests] == [DONE, DONE, STOPPED, STOPPED]
    assert {one.why for one in found.tests[2:]} == {"two-unsafe"}
    assert (found.state, found.next, found.whole) == (STOPPED, None, False)
    stages = shipped("four-stage")
    found = standing(stages, [session(stages.test[0], "held"), session(stages.test[1], "step-off")])
    assert [one.state for one in found.tests] == [DONE, DONE, STOPPED, STOPPED]
    assert (found.whole, found.next) == (True, None)


ATTEMPTS = st.lists(
    st.builds(
        Attempted,
        st.sampled_from(["one-leg-open", "one-leg-closed", "stand-tall", "stand-on-foam", "nothing"]),
        st.sampled_from([45.0, 30.0, 10.0]),
        st.lists(st.tuples(st.sampled_from(["left", "right", "both", ""]), st.sampled_from(OUTCOMES)), max_size=7).map(
            tuple
        ),
        st.sampled_from(ENDS),
    ),
    max_size=5,
)


@given(st.sampled_from(names()), ATTEMPTS)
def test_nothing_is_whole_that_is_not_and_what_is_next_can_be_done(name, sessions):
    document = shipped(name)
    found = standing(document, sessions)
    counted = sum(out in OUTCOMES[:3] for one in sessions for _, out in one.tries)
    assert sum(one.done for one in found.tests) <= counted or name == "four-stage"
    for one, test in zip(found.tests, document.test, strict=True):
        assert 0 <= one.done <= one.of == test.trials
        assert (one.state == DONE) == (one.done == one.of)
        assert one.trials == 0 or test.prescription(one.leg, one.trials).trials == one.trials
    if document.ends == "with-the-last":
        assert found.whole == all(one.state == DONE for one in found.tests)


def test_a_battery_of_a_drill_that_is_none_names_the_test_and_the_key():
    table = shipped("one-leg").model_dump(mode="json", by_alias=True)
    table["test"][0]["drill"] = "one-leg-opn"
    table["test"][1]["hold_s"] = 46.0
    with pytest.raises(ValueError, match="cannot be used") as caught:
        BatteryDocument.model_validate(table)
    assert "test.open.drill" in str(caught.value.errors())
    assert "test.closed.hold_s" in str(caught.value.errors())
