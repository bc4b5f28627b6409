"""Findings from what was measured, answered and typed: sources, days, and which of two counts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.plan.evidence import Answers, PlanEvidence, findings_of, gathered, typed_by
from station.clinic.plan.measuring import Known, StoodTrial, measured
from station.faults import InputError

TODAY = date(2026, 11, 28)
YESTERDAY, LONG_AGO = "2026-11-27", "2026-10-01"
ONE_LEG = {
    "exercise": "stand",
    "stance": "single-leg",
    "surface": "firm",
    "eyes": "open",
    "hands": "free",
    "feedback": "F0",
}
TWO_LEGS = ONE_LEG | {"stance": "two-legs", "feedback": "F3"}
CYCLES = {"hands_share": 0.0, "beat_s": 0.0, "repetitions": 10, "movement": "sit-to-stand"}


def stood(leg="left", hold_s=7.0, outcome="foot-down", day=YESTERDAY, drill="one-leg", **more):
    named = {name: more.pop(name) for name in ("velocity_mm_s", "vibrated", "doubtful") if name in more}
    return StoodTrial(drill, leg, outcome, hold_s, day, {**ONE_LEG, **more}, **named)


def cycled(movement, stance="seated", hold_s=12.0, leg="both", done=5, of=5, tested=None, **keys):
    parameters = {**CYCLES, "movement": movement, "repetitions": of, **keys}
    exercise = {"exercise": "cycles", "stance": stance, "parameters": parameters, "tested": tested or {}}
    return StoodTrial("x", leg, "held", hold_s, YESTERDAY, {**exercise, "done": done, "of": of, "goal_s": 120.0})


def test_the_best_time_of_the_newest_day_of_each_leg_counts():
    found = measured([stood(hold_s=30.0, day=LONG_AGO), stood(hold_s=5.0), stood(hold_s=7.0), stood("right", 13.0)])
    assert found["one_leg_left_s"] == Known(7.0, "measured", YESTERDAY, "one-leg")
    assert found["one_leg_right_s"].value == 13.0


@pytest.mark.parametrize(("hold_s", "counts"), [(10.0, False), (15.0, False), (20.0, True), (45.0, True)])
def test_a_time_that_was_held_to_its_end_decides_only_where_more_could_change_nothing(hold_s, counts):
    one = measured([stood(hold_s=hold_s, outcome="held")])["one_leg_left_s"]
    assert (one.at_least, one.counts) == (True, counts)
    found = gathered(PlanEvidence([stood(hold_s=hold_s, outcome="held")], birth_year=1956), TODAY)
    assert findings_of(found, "here").one_leg_left_s == (hold_s if counts else None)


@pytest.mark.parametrize(
    "unlike",
    [{"hands": "rail"}, {"surface": "foam"}, {"vibrated": True}, {"doubtful": True}, {"exercise": "targets"}],
)
def test_what_is_no_stance_by_itself_on_firm_ground_is_no_time_on_one_leg(unlike):
    assert measured([stood(**unlike)]) == {}


def test_closed_eyes_and_heel_to_toe_have_findings_of_their_own():
    found = measured([stood(eyes="closed", hold_s=3.0), stood(drill="one-behind-the-other", stance="two-legs")])
    assert set(found) == {"one_leg_closed_left_s", "tandem_s"}
    ten = stood(drill="one-behind-the-other", stance="two-legs", hold_s=10.0, outcome="held")
    assert measured([ten])["tandem_s"].counts


def test_a_leg_sways_more_where_its_mean_lies_beyond_every_trial_of_the_other():
    left = [stood(velocity_mm_s=one) for one in (50.0, 55.0, 60.0)]
    right = [stood("right", velocity_mm_s=one) for one in (30.0, 35.0, 40.0)]
    assert measured(left + right)["velocity_side"].value == "left"
    assert "velocity_side" not in measured(left + right[:2])
    assert "velocity_side" not in measured(left + [stood("right", velocity_mm_s=one) for one in (30.0, 35.0, 56.0)])


def test_ratios_of_the_senses_are_of_one_day_without_a_dot_to_look_at():
    def one(velocity, outcome="held", **how):
        return StoodTrial("d", "both", outcome, 30.0, YESTERDAY, {**TWO_LEGS, **how}, velocity)

    trials = [one(10.0), one(14.0), one(18.0, eyes="closed", feedback="F0"), one(24.0, surface="foam")]
    found = measured([*trials, one(36.0, eyes="closed", surface="foam")])
    assert {name: found[name].value for name in found} == {"vis_ratio": 1.5, "som_ratio": 2.0, "vest_ratio": 3.0}
    assert measured([one(10.0, feedback="F0"), *trials[2:]]) == {}
    assert measured([one(10.0), one(90.0, "step-off", surface="foam")]) == {}


def test_stands_and_calf_raises_count_as_a_test_does_them():
    five = cycled("sit-to-stand", hold_s=20.0, from_seat=True, tested={"chair_stands": 5.0, "five_stands_s": 12.5})
    assert measured([five])["five_stands_s"].value == 12.5
    half = cycled("sit-to-stand", hold_s=37.0, done=11, of=60, from_seat=True, for_s=30.0)
    assert measured([half])["chair_stands"].value == 11
    assert measured([cycled("sit-to-stand")]) == {}, "five rises in training are no test"
    sets = [("left", 4), ("right", 5)]
    calves = [cycled("calf-raise", "single-leg", leg=side, done=done, gives_up_s=6.0) for side, done in sets]
    assert measured([cycled("calf-raise", "single-leg", leg="left", done=3)]) == {}
    found = measured(calves)
    assert (found["calf_left"].value, found["calf_right"].value) == (4, 5)


def test_the_share_counts_where_it_was_not_seen():
    def share(feedback, right):
        exercise = {"exercise": "share", "feedback": feedback, "said": {"shared": {"right_percent": right}}}
        return StoodTrial("s", "both", "held", 30.0, YESTERDAY, exercise)

    assert measured([share("F4", 60.0), share("F4", 64.0)])["share_left_percent"].value == 38.0
    assert measured([share("F0", 60.0), share("F4", None)]) == {}


def test_the_newer_of_measured_and_typed_counts_and_of_one_day_the_measured():
    def left(typed_day, typed=9.0):
        typed = {"one_leg_left_s": Known(typed, "typed", typed_day, "Ada K.")}
        return gathered(PlanEvidence([stood(hold_s=7.0)], birth_year=1956, typed=typed), TODAY)["one_leg_left_s"]

    assert (left("2026-11-28").value, left("2026-11-28").of) == (9.0, "Ada K.")
    assert left(YESTERDAY).source == left(LONG_AGO).source == "measured"


def test_nothing_that_was_typed_is_lost_where_nothing_was_measured_or_it_decides_nothing():
    typed = typed_by({"tandem_s": 6.0, "one_leg_left_s": 12.0, "age_years": 72}, "Ada K.", date(2026, 10, 1))
    found = gathered(PlanEvidence([stood(hold_s=10.0, outcome="held")], typed=typed), TODAY)
    assert (found["tandem_s"].value, found["one_leg_left_s"].value) == (6.0, 12.0)
    assert findings_of(found, "here").age_years == 72


def test_what_was_answered_becomes_findings_with_its_day():
    said = {"pain": 2, "dizziness": 0, "mass-kg": 68.0, "neuropathy": "yes", "fracture": "unknown", "thrombosis": "no"}
    answers = Answers(TODAY.isoformat(), said, session=True, vibration=True)
    found = gathered(PlanEvidence(answers=answers, birth_year=1954), TODAY)
    findings = findings_of(found, "here")
    assert (findings.age_years, findings.mass_kg, findings.pain) == (72.0, 68.0, 2.0)
    assert findings.conditions == ("neuropathy",)
    assert findings.vibration_allowed
    old = gathered(PlanEvidence(answers=answers._replace(day=YESTERDAY), birth_year=1954), TODAY)
    assert "pain" not in old
    assert "mass_kg" in old


def test_pain_that_was_typed_is_of_its_day_and_a_red_flag_stops():
    typed = {"pain": Known(8.0, "typed", YESTERDAY, "Ada K."), "conditions": Known(["aphasia"], "typed", LONG_AGO, "A")}
    answers = Answers(TODAY.isoformat(), {"neuropathy": "yes"}, session=False, vibration=False)
    found = gathered(PlanEvidence(answers=answers, birth_year=1954, typed=typed), TODAY)
    assert "pain" not in found
    assert found["red_flag"].value is True
    assert findings_of(found, "here").conditions == ("neuropathy", "aphasia")


def test_without_an_age_there_is_no_plan_and_it_is_said():
    with pytest.raises(InputError, match="no-birth-year"):
        findings_of(gathered(PlanEvidence(), TODAY), "P01")


exercises = st.fixed_dictionaries(
    {
        "exercise": st.sampled_from(["stand", "share", "follow"]),
        "stance": st.sampled_from(["single-leg", "two-legs", "any"]),
        "surface": st.sampled_from(["firm", "foam"]),
        "eyes": st.sampled_from(["open", "closed"]),
        "hands": st.sampled_from(["free", "rail"]),
        "feedback": st.sampled_from(["F0", "F3"]),
        "said": st.just({}),
    }
)
trials = st.builds(
    StoodTrial,
    st.sampled_from(["one-leg", "one-behind-the-other", "other"]),
    st.sampled_from(["left", "right", "both"]),
    st.sampled_from(["held", "foot-down", "step-off", "not-started", "stopped", "damaged"]),
    st.floats(0.0, 120.0),
    st.sampled_from([YESTERDAY, LONG_AGO]),
    exercises,
    st.none() | st.floats(0.0, 500.0),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(trials, max_size=12))
def test_whatever_was_done_it_is_findings_that_a_plan_can_read(done):
    found = gathered(PlanEvidence(done, birth_year=1954), TODAY)
    assert findings_of(found, "here").age_years == 72.0
    assert measured(done) == measured(list(done))
