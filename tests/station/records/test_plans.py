"""Plans in the records: made from what stands there, every version kept, changes by name."""

from datetime import timedelta

import pytest

from station.clinic.plan.measuring import Known
from station.clock import VouchedMoment, local_date
from station.faults import InputError
from station.records.audit import AuditLog
from station.records.file import Records
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.records.screenings import Screenings
from station.records.sessions import Sessions
from tests.station.records.made import NOON, new, ns, result

NOW = VouchedMoment("boot", 5_000_000_000, ns(NOON), "rtc")
ONE_LEG = {
    "exercise": "stand",
    "stance": "single-leg",
    "surface": "firm",
    "eyes": "open",
    "hands": "free",
    "feedback": "F0",
}
AGE = {
    "age_years": Known(72, "typed", "2026-06-01", "Ada K."),
    "tandem_s": Known(10.0, "typed", "2026-06-01", "Ada K."),
}


def stand(records, number, leg, hold_s):
    """One trial on one leg that ended with a foot down."""
    sessions, days = Sessions(records), timedelta(days=number - 10)
    begun = new(number, at=NOON + days)._replace(drill="one-leg", leg=leg)
    sessions.begin(begun)
    trial = {**result()["trials"][0], "outcome": "foot-down", "hold_s": hold_s, "vibration": {"asked_hz": 0.0}}
    stored = {**result(vibration_s=0.0), "trials": [trial], "exercised": {"1": {**ONE_LEG, "leg": leg}}}
    sessions.store_results(begun.name, stored)


@pytest.fixture
def plans(records: Records) -> Plans:
    return Plans(records)


def made(plans, typed=AGE):
    return plans.make("P-7", PlanWish("Ada K.", NOW, typed))


def drills(row):
    return [one["drill"] for one in row["plan"]["drills"]]


def test_a_plan_is_made_from_the_trials_and_each_finding_has_its_source(plans, records):
    stand(records, 1, "left", 7.0)
    stand(records, 2, "right", 13.0)
    row = made(plans)
    assert row["found"]["one_leg_left_s"]["value"] == 7.0
    assert row["found"]["one_leg_left_s"]["source"] == "measured"
    assert row["found"]["one_leg_left_s"]["day"] == local_date(ns(NOON + timedelta(days=-9))).isoformat()
    assert row["found"]["tandem_s"]["of"] == "Ada K."
    line = next(one for one in row["plan"]["drills"] if one["drill"] == "D03")
    reasons = {one["reason"]: one["values"] for one in line["reasons"]}
    assert reasons["plan-one-leg-5-to-15"]["one_leg_s"] == 7.0
    assert plans.current("p-7") == row


def test_a_new_version_keeps_what_was_typed_and_what_was_struck(plans, records):
    made(plans)
    plans.strike("P-7", "D01", "Ben S.", "pain in the knee")
    stand(records, 1, "left", 3.0)
    row = made(plans, {})
    assert row["version"] == 3
    assert row["found"]["tandem_s"]["value"] == 10.0
    assert row["found"]["one_leg_left_s"]["value"] == 3.0
    assert "D01" not in drills(row)
    assert row["struck"]["D01"]["by"] == "Ben S."
    assert [one["version"] for one in plans.versions("P-7")] == [3, 2, 1]


def test_every_change_is_a_version_by_name_with_a_line_of_the_audit_log(plans, records):
    first = made(plans)
    struck = plans.strike("P-7", drills(first)[0], " Ben S. ", "tired")
    restored = plans.restore("P-7", drills(first)[0], "Ben S.")
    changed = plans.change("P-7", drills(first)[0], "Ben S.", {"trials": 2, "leg": "left", "rung": None})
    accepted = plans.accept("P-7", "Ada K.")
    assert drills(first)[0] not in drills(struck)
    assert drills(restored) == drills(first)
    assert changed["changed"][drills(first)[0]].items() >= {"trials": 2, "leg": "left", "by": "Ben S."}.items()
    assert "rung" not in changed["changed"][drills(first)[0]]
    assert [one["state"] for one in plans.versions("P-7")] == ["accepted", *["proposed"] * 4]
    assert accepted["changed"] == changed["changed"]
    lines = [(one["who"], one["what"]) for one in AuditLog(records).newest(10) if one["what"].startswith("plan")]
    assert lines == [
        ("Ada K.", "plan-made"),
        ("Ben S.", "plan-struck"),
        ("Ben S.", "plan-restored"),
        ("Ben S.", "plan-changed"),
        ("Ada K.", "plan-accepted"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda plans: plans.strike("P-7", "D01", "  ", ""), "plan-by-nobody"),
        (lambda plans: plans.strike("P-7", "D99", "A", ""), "there-are"),
        (lambda plans: plans.change("P-7", "G5", "A", {"trials": 2}), "plan-has-no"),
        (lambda plans: plans.accept("P-8", "A"), "plan-there-is-none"),
    ],
)
def test_what_cannot_be_changed_says_why_and_changes_nothing(plans, change, reason):
    made(plans)
    with pytest.raises(InputError) as caught:
        change(plans)
    assert [one.reason for one in caught.value.problems] == [reason]
    assert len(plans.versions("P-7")) == 1


def test_nobody_whose_age_is_not_known_has_a_plan(plans, records):
    with pytest.raises(InputError, match="no-birth-year"):
        made(plans, {})
    assert plans.current("P-7") is None


def test_the_screening_is_asked_now_and_a_red_flag_stops_the_plan(plans, records):
    from station.clinic.screening.items import RED_FLAG, shipped

    clear = {one.id: "no" for one in shipped().item} | {"mass-kg": 70.0, "dizziness": 0, "pain": 1}
    Screenings(records).add("P-7", "Ada K.", clear, {}, NOW)
    # The records' own clock wrote the row: the day of the answers is its.
    assert made(plans)["found"]["vibration_allowed"]["value"] is True
    flag = next(one.id for one in shipped().item if one.kind == RED_FLAG)
    Screenings(records).add("P-7", "Ada K.", {**clear, flag: "yes"}, {}, NOW)
    row = made(plans)
    assert row["found"]["red_flag"]["value"] is True
    assert drills(row) == []
    assert row["plan"]["stop"]


def test_a_plan_goes_over_to_the_right_code(plans, records):
    made(plans)
    Sessions(records).begin(new(1, "P-8"))
    Patients(records).correct_code("P-7", "P-8", "Ada K.", "mistyped")
    assert plans.current("P-7") is None
    assert plans.current("P-8")["patient"] == "P-8"
