"""Batteries: what ships can be done, and what was recorded says how far one is, and never more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.batteries.documents import BatteryDocument, names, shipped
from station.clinic.batteries.figures import HELD_S, SWAY_MM_S, PersonKnown, made_from
from station.clinic.batteries.standing import (
    DONE,
    NOT_DONE,
    PARTLY,
    REFUSED,
    STOPPED,
    Attempted,
    figures,
    of_the_whole,
    standing,
)
from station.faults import InputError

OUTCOMES = ("held", "foot-down", "step-off", "stopped", "not-started", "damaged")
ENDS = ("completed", "stopped", "tripped", "abandoned", "interrupted")


def session(test, *outcomes, end="completed", first="left", values=None):
    legs = [first, "right" if first == "left" else "left"] if test.document.alternates else [test.leg]
    legs = [first] if test.document.names_foot and test.two_sided else legs
    tries = [(legs[number % len(legs)], outcome) for number, outcome in enumerate(outcomes)]
    tested = [dict.fromkeys(map(made_from, test.figures), value) for value in values or [1.0] * len(outcomes)]
    return Attempted(test.drill, test.hold_s, tuple(tries), end, tuple(tested))


def whole(document):
    return [
        session(test, *["held"] * test.trials_at_once, first=side)
        for test in document.test
        for side in (("left", "right") if test.document.names_foot and test.two_sided else ("left",))
    ]


MINUTES = {
    "bess": 3.7,
    "calf": 5.8,
    "chair": 6.8,
    "four-stage": 1.7,
    "limits": 14.2,
    "load": 6.8,
    "mctsib": 11.7,
    "one-leg": 15.4,
    "push": 8.7,
    "reach": 1.2,
    "romberg": 7.5,
    "sensing": 19.9,
    "shift": 4.3,
    "step": 2.8,
}


def test_what_ships_says_its_minutes():
    assert {name: round(shipped(name).minutes, 1) for name in names()} == MINUTES
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


@pytest.mark.parametrize(
    ("outcome", "end", "value", "why"),
    [
        ("stopped", "stopped", 1.0, "stopped"),
        ("stopped", "tripped", 1.0, "tripped"),
        ("step-off", "completed", 1.0, "step-off"),
        ("foot-down", "completed", 1.0, "foot-down"),
        ("held", "completed", None, "no-figure"),
    ],
)
@pytest.mark.parametrize("name", names())
def test_a_try_that_was_broken_off_is_no_result_says_why_and_is_asked_again(name, outcome, end, value, why):
    document = shipped(name)
    for number, test in enumerate(document.test):
        if test.made == "begun" and end == "completed":
            continue  # there a step ends the time, which is the result
        before = [one for one in whole(document) if one.drill in {other.drill for other in document.test[:number]}]
        most = test.trials_at_once
        cut = session(test, *["held"] * (most - 1), outcome, end=end, values=[1.0] * (most - 1) + [value])
        found = standing(document, [*before, cut])
        here = found.tests[number]
        assert (here.state, here.why, here.done) == (STOPPED, why, most - 1)
        assert (found.next.id, found.whole) == (test.id, False)
        assert here.trials >= 1
        counted = figures(document, [*before, cut], PersonKnown())[test.id]
        assert all(one.tries <= most - 1 for one in counted), "what was broken off is in no figure"
        again = standing(document, [*before, cut, session(test, *["held"] * here.trials, first=here.leg)])
        rest = again.tests[number]
        assert (rest.state == DONE) == (not test.document.names_foot or not test.two_sided)
        assert rest.why == "", "it was made again"


def test_a_test_of_which_nothing_could_be_measured_is_not_done_and_is_asked_again():
    document = shipped("sensing")
    silent = session(document.test[2], *["held"] * 5, values=[None] * 5)
    found = standing(document, [*whole(document)[:2], silent])
    here = found.tests[2]
    assert (here.state, here.why, here.done, here.trials) == (STOPPED, "no-figure", 0, 5)
    assert (found.state, found.next.id, found.whole) == (PARTLY, "hum", False)
    answered = session(document.test[2], *["held"] * 5, values=[*[None] * 4, 40.0])
    assert standing(document, [*whole(document)[:2], silent, answered]).whole
    push = shipped("push").test[0]  # each leg for itself
    left = session(push, *["held"] * push.trials_at_once, first="left")
    right = session(push, *["held"] * push.trials_at_once, first="right", values=[None] * push.trials_at_once)
    assert standing(shipped("push"), [left, right]).tests[0].leg == "right"


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
        st.sampled_from(["one-leg-open", "one-leg-closed", "stand-open", "stand-on-foam", "nothing"]),
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


def test_a_try_without_a_figure_is_made_again_where_the_figure_is_the_test():
    document = shipped("chair")
    never_sat = session(document.test[0], "held", values=[None])
    assert standing(document, [never_sat]).tests[0].done == 0
    assert standing(document, [session(document.test[0], "step-off")]).tests[0].done == 0
    assert standing(document, [never_sat, session(document.test[0], "held")]).tests[0].state == DONE


def test_the_best_or_the_mean_of_what_counts_stands_beside_what_is_usual_at_the_age():
    document, calf = shipped("chair"), shipped("calf")
    tries = [session(document.test[1], "held", values=[13.0]), session(document.test[1], "stopped", values=[9.0])]
    five, rises = figures(document, tries, PersonKnown(72.0))["five"]
    assert (five.name, five.leg, five.value, five.tries, rises.value) == ("five_stands_s", "", 13.0, 1, 13.0)
    assert [one.reason for one in five.usual] == [
        "norm-most",
        "norm-place-longer",
        "norm-most",
        "norm-place-longer",
        "norm-source-five-stands",
    ]
    assert figures(document, tries, PersonKnown())["five"][0].usual == ()
    each = [session(calf.test[0], "held", "held", "foot-down", values=[20.0, 12.0, 24.0])]
    found = figures(calf, each, PersonKnown(50.0, sex="women"))["raises"]
    assert [(one.leg, one.value, one.tries) for one in found] == [("left", 24.0, 2), ("right", 12.0, 1)]
    assert [one.values["sex"] for one in found[0].usual if "sex" in one.values] == ["women", "women"]
    mean = figures(document, [session(document.test[2], "held", "held", values=[1.0, 2.0])], PersonKnown())["one"]
    assert {one.value for one in mean} == {1.5}


def test_both_sides_of_one_entry_are_each_asked_and_a_difference_is_noted():
    document = shipped("push")
    push = document.test[0]
    left = session(push, "held", "held", "held", values=[500.0, 510.0, 490.0])
    half = standing(document, [left])
    assert (half.state, half.tests[0].done, half.tests[0].of) == (PARTLY, 3, 6)
    assert (half.next.leg, half.next.trials) == ("right", 3)
    assert "push_sides_percent" not in {one.name for one in figures(document, [left], PersonKnown())["down"]}
    sessions = [left, session(push, "held", "held", "held", first="right", values=[400.0, 420.0, 380.0])]
    assert standing(document, sessions).whole
    found = figures(document, sessions, PersonKnown())["down"]
    best = {(one.name, one.leg): one.value for one in found}
    assert (best["push_force_max_n", "left"], best["push_force_max_n", "right"]) == (510.0, 420.0)
    assert best["push_sides_percent", ""] == pytest.approx(100.0 * 90.0 / 510.0)
    assert [one.reason for one in found[-1].usual] == ["figure-noted"]
    near = [left, session(push, "held", "held", "held", first="right", values=[450.0, 450.0, 450.0])]
    assert figures(document, near, PersonKnown())["down"][-1].usual == ()


def test_a_reach_is_told_in_parts_of_the_foot_where_its_length_is_known():
    document = shipped("reach")
    sessions = [session(document.test[0], "held", values=[65.0])]
    assert [one.name for one in figures(document, sessions, PersonKnown())["forward"]] == ["reach_cop_mm"]
    found = figures(document, sessions, PersonKnown(foot_length_mm=260))["forward"]
    assert [(one.name, one.value) for one in found] == [("reach_cop_mm", 65.0), ("reach_cop_foot_percent", 25.0)]


def test_sides_all_but_the_first_and_leans_by_height():
    step, limits = shipped("step"), shipped("limits")
    values = (("left", 99.0), ("right", 110.0))
    sets = [session(step.test[0], "held", first=side, values=[value]) for side, value in values]
    assert [(one.name, one.leg, one.value) for one in figures(step, sets, PersonKnown())["up"]] == [
        ("step_up_peak_percent", "left", 99.0),
        ("step_up_s", "left", 99.0),
        ("step_up_peak_percent", "right", 110.0),
        ("step_up_s", "right", 110.0),
        ("step_up_sides_percent", "", pytest.approx(-10.0)),
    ]
    rounds = [session(limits.test[0], "held", "held", "held", values=[10.0, 80.0, 90.0])]
    at_height = figures(limits, rounds, PersonKnown(height_cm=150.0))["lean"]
    by_name = {one.name: (round(one.value, 1), one.tries) for one in at_height}
    assert by_name["los_directional_control_percent"] == (85.0, 2)
    assert by_name["los_maximum_excursion_percent_front"] == (93.5, 2), "8 degrees are nearer for who is smaller"


def test_errors_of_six_stances_add_up_only_once_all_are_there():
    document = shipped("bess")
    sessions = [session(test, "held", values=[float(number)]) for number, test in enumerate(document.test)]
    found = figures(document, sessions, PersonKnown())
    assert of_the_whole(document, found, standing(document, sessions).whole) == [("test-total.stance_errors", 15.0)]
    part = figures(document, sessions[:5], PersonKnown())
    assert of_the_whole(document, part, standing(document, sessions[:5]).whole) == []
    assert of_the_whole(shipped("calf"), {}, True) == []


def stood(test, *tries):
    """A session of it by time held (s) and sway (mm/s) of each try."""
    made = session(test, *("held" if held_s >= test.hold_s else "foot-down" for held_s, _ in tries))
    return made._replace(tested=tuple({HELD_S: held_s, SWAY_MM_S: sway} for held_s, sway in tries))


def test_four_conditions_are_told_by_the_clock_and_by_the_plate():
    document = shipped("mctsib")
    held = [[(30.0, 8.0)] * 3, [(30.0, 10.0)] * 3, [(30.0, 20.0)] * 3, [(30.0, 32.0), (12.0, None), (30.0, 28.0)]]
    sessions = [stood(test, *tries) for test, tries in zip(document.test, held, strict=True)]
    found = figures(document, sessions, PersonKnown(70.0))
    assert [(one.name, one.value, one.tries) for one in found["closed-foam"]] == [
        ("held_mean_s", 24.0, 3),
        ("sway_mean_mm_s", 30.0, 2),
    ]
    assert of_the_whole(document, found, True) == [
        ("test-total.held_mean_s", 114.0),
        ("test-mean.sway_mean_mm_s", 17.0),
        ("test-quotient.sight", 1.25),
        ("test-quotient.feet", 2.5),
        ("test-quotient.inner-ear", 3.75),
    ]


def test_best_and_mean_of_three_on_each_leg_stand_beside_the_times_of_that_age():
    document = shipped("one-leg")
    tries = [(12.0, 40.0), (30.0, 30.0), (20.0, 50.0), (45.0, 20.0), (10.0, None), (45.0, 20.0)]
    found = figures(document, [stood(document.test[0], *tries)], PersonKnown(64.0))["open"]
    values = {(one.name, one.leg): (one.value, one.of_tries, one.tries) for one in found}
    assert values["one_leg_best_s", "left"] == (20.0, "most", 3)
    assert values["held_mean_s", "left"] == (14.0, "mean", 3)
    assert values["one_leg_best_s", "right"] == (45.0, "most", 3)
    assert values["sway_mean_mm_s", "right"][0] == pytest.approx(70.0 / 3.0)
    assert values["one_leg_sides_percent", ""][0] == pytest.approx(100.0 * (20.0 - 45.0) / 45.0)
    assert {one.usual[0].values["open_s"] for one in found if one.name == "one_leg_best_s"} == {32.0}
    assert figures(document, [stood(document.test[0], *tries)], PersonKnown())["open"][0].usual == ()


def test_what_is_told_together_must_be_a_figure_of_each_test():
    table = shipped("mctsib").model_dump(mode="json", by_alias=True)
    table["total"] = "stance_errors"
    table["quotient"][0]["below"] = "opn-firm"
    with pytest.raises(ValueError, match="cannot be used") as caught:
        BatteryDocument.model_validate(table)
    assert "total" in str(caught.value.errors())
    assert "opn-firm" in str(caught.value.errors())


def test_a_battery_of_a_drill_that_is_none_names_the_test_and_the_key():
    table = shipped("one-leg").model_dump(mode="json", by_alias=True)
    table["test"][0]["drill"] = "one-leg-opn"
    table["test"][1]["hold_s"] = 46.0
    with pytest.raises(ValueError, match="cannot be used") as caught:
        BatteryDocument.model_validate(table)
    assert "test.open.drill" in str(caught.value.errors())
    assert "test.closed.hold_s" in str(caught.value.errors())
