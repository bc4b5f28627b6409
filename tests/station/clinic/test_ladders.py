"""Ladders: every rung is a drill that can be done, and a level is the drill that it asks for."""

from datetime import date

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, legs_of, prescribe
from station.clinic.plan.documents import shipped
from station.clinic.progression.ladders import (
    Leader,
    at_level,
    ladder_for,
    rung_of_hold,
    shipped_ladders,
    was_done_at,
)
from station.clinic.progression.past import PastSet, SetTrial, decided, level_after
from station.clinic.progression.values import Level, Unlock

LADDERS = shipped_ladders().ladder
DAY = date(2026, 11, 28)


def level(table, rung=0, share=0.5, feedback=0):
    one = table.rung[rung]
    value = one.easy + share * (one.hard - one.easy)
    return Level(rung, share, value, feedback, False, None, False, False, ())


@pytest.mark.parametrize("table", LADDERS, ids=[one.id for one in LADDERS])
def test_every_rung_can_be_prescribed_at_both_ends_and_at_every_feedback(table):
    assert shipped().drills.named(table.id).document == table.document
    assert 1 <= table.start <= len(table.rung)
    for rung in range(len(table.rung)):
        for share in (0.0, 0.5, 1.0):
            for feedback in (0, 4):
                at = at_level(table, level(table, rung, share, feedback))
                prescribe(at.document, Asked(legs_of(at.document)[0], hold_s=at.hold_s))
                assert at.document.name == table.document_of(rung)
                assert at.document.feedback.level >= load_shipped(at.document.name).feedback.level
        assert at_level(table, level(table, rung), probe=True).document.feedback.level == "F4"


def test_every_drill_that_a_plan_can_name_has_a_ladder_or_one_reason_why_not():
    without = {one.id for one in shipped_ladders().without}
    assert without.isdisjoint(one.id for one in LADDERS)
    assert without | {one.id for one in LADDERS} == {one.id for one in shipped().drills.drill}
    assert all(one.source for one in shipped_ladders().without)


def test_how_the_feet_stand_is_part_of_a_rung():
    table = shipped_ladders().of("D33")
    exercise = {"goal_s": 80.0, "base": "together", "parameters": {"each_s": 7.0}}
    assert at_level(table, level(table, 2)).document.stance.feet == "together"
    assert was_done_at(table, level(table, 2), "catch-your-balance", exercise)
    assert not was_done_at(table, level(table, 2), "catch-your-balance", {**exercise, "base": "apart"})


def test_a_level_is_the_document_with_the_rungs_keys_and_the_number():
    reach = shipped_ladders().of("D07")
    at = at_level(reach, level(reach, 2, 0.5, 1))
    keys = at.document.exercise_step.parameters
    assert (keys.radius_mm, keys.distance_share, at.hold_s) == (7.25, 0.65, None)
    assert at.document.feedback.level == "F1"
    stand = shipped_ladders().of("D03")
    at = at_level(stand, level(stand, 1, 0.33))
    assert (at.hold_s, at.document.hands) == (8.3, "one-on-rail")


@pytest.mark.parametrize(
    ("goal_s", "closed", "rung"), [(3.5, False, 2), (9.9, False, 2), (12.0, False, 3), (40.0, False, 5), (4.0, True, 6)]
)
def test_the_plans_goal_finds_its_rung_without_a_hand(goal_s, closed, rung):
    assert rung_of_hold(shipped_ladders().of("D03"), goal_s, closed=closed) == rung


def test_what_is_easier_than_the_level_was_not_done_at_it():
    table = shipped_ladders().of("D03")
    asked = level(table, 3)
    exercise = {"goal_s": 15.0, "hands": "free", "eyes": "open"}
    assert was_done_at(table, asked, "one-leg", exercise)
    assert was_done_at(table, asked, "one-leg", {**exercise, "goal_s": 30.0})
    assert not was_done_at(table, asked, "one-leg", {**exercise, "goal_s": 10.0})
    assert not was_done_at(table, asked, "stand-tall", exercise)
    assert not was_done_at(table, level(table, 1), "one-leg", {**exercise, "goal_s": 15.0})  # no hand on the rail
    assert not was_done_at(table, asked, "one-leg", {})
    narrow = shipped_ladders().of("D07")
    assert not was_done_at(narrow, level(narrow), "reach-the-targets", {"parameters": {"radius_mm": 13.0}})
    assert was_done_at(narrow, level(narrow), "reach-the-targets", {"parameters": {"radius_mm": 11.0}})


def one_set(outcomes, goal_s=7.5, state="done", visit="v", said=(), day=DAY, **exercise):
    facts = {"goal_s": goal_s, "passed": True, "feedback": "F0", "of": 0, "done": 0, **exercise}
    trials = [SetTrial(one, goal_s, {} if one == "damaged" else facts) for one in outcomes]
    return PastSet("one-leg", visit, day, state, trials, dict(said), 1.0)


D03 = shipped_ladders().of("D03")


def reasons(found):
    return [one.reason for one in found.reasons]


def test_a_set_decides_and_says_why_and_the_next_begins_where_it_ended():
    first = decided([], one_set(["held"] * 3), D03, "left", Leader())
    assert (first.counted, reasons(first)) == (True, ["number-harder"] * 3 + ["rung-stays-few"])
    assert first.level.value > 7.5
    second = decided([one_set(["held"] * 3)], one_set(["held"] * 3, goal_s=8.7), D03, "left", Leader())
    assert "rung-stays-not-asked" in reasons(second)
    said = {"effort_rpe": 12.0, "pain": 1.0}
    up = decided([one_set(["held"] * 3, said=said)], one_set(["held"] * 3, 8.7, said=said), D03, "left", Leader())
    assert "rung-up" in reasons(up)
    assert up.level.rung == 3


def test_two_feet_down_lock_until_a_therapist_unlocks():
    done = one_set(["foot-down", "foot-down", "held"])
    found = decided([], done, D03, "left", Leader())
    assert found.level.locked
    assert found.level.rung == 1
    assert level_after([done, Unlock(DAY, "Ada K.", "seen")], D03, "left", Leader(), DAY).locked is False


def test_a_set_that_is_easier_moves_nothing_but_unsafe_trials_count():
    easy = decided([], one_set(["held"] * 6, goal_s=5.0), D03, "left", Leader(start=3))
    assert (easy.counted, easy.level.rung, reasons(easy)[0]) == (False, 3, "set-not-at-level")
    assert easy.level.share == 0.5
    assert decided([], one_set(["foot-down"] * 2, goal_s=5.0), D03, "left", Leader(start=3)).level.locked


def test_what_a_power_cut_or_a_damaged_record_took_is_said_and_the_rest_goes_on():
    cut = decided([], one_set(["held", "held", "damaged"], state="interrupted"), D03, "left", Leader())
    assert reasons(cut)[:2] == ["set-cut-off", "set-damaged"]
    assert cut.reasons[0].values["kept"] == 2
    assert cut.counted
    assert cut.level.share > 0.5
    nothing = decided([], one_set([], state="interrupted"), D03, "left", Leader())
    assert (nothing.level.share, reasons(nothing)[0]) == (0.5, "set-cut-off")


def test_one_trial_without_feedback_at_the_beginning_of_a_visit_is_the_probe():
    before = one_set(["held"] * 3)
    probe = one_set(["held"], visit="w", feedback="F4", goal_s=8.7, day=DAY)
    after = decided([before], probe, D03, "left", Leader())
    assert after.level.share == decided([], before, D03, "left", Leader()).level.share


def test_a_clock_that_was_wrong_does_not_end_a_plan():
    future = one_set(["held"], day=date(2031, 1, 1))
    assert level_after([future], D03, "left", Leader(), DAY).rung == 2


def test_fear_and_an_operation_change_the_rules_of_the_ladder():
    ladder = ladder_for(D03, "left", Leader(start=99, fear=True, after_surgery=True))
    assert (ladder.start, ladder.fear, ladder.after_surgery) == (len(D03.rung) - 1, True, True)
