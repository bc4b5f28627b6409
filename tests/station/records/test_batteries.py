"""Batteries in the records: the sessions of today's visit, and what a patient does not want, by name."""

from datetime import timedelta

import pytest

from station.faults import InputError
from station.records.audit import AuditLog
from station.records.batteries import UnwantedTest, attempted, attempted_today, refuse, refused
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns, result

NO = UnwantedTest("romberg", "tandem-open", "Ada K.", "too frightening")


def test_only_the_visit_of_today_counts(records):
    sessions = Sessions(records)
    for number in (1, 2):
        sessions.begin(new(number, at=NOON + timedelta(minutes=number)))
    sessions.end(new(2).name, SessionEnd("done", "completed", ns(NOON), None))
    assert [one.end for one in attempted_today(records, "p-7", ns(NOON))] == ["interrupted", "interrupted"]
    assert attempted_today(records, "P-7", ns(NOON + timedelta(days=1))) == []
    assert attempted_today(records, "nobody", ns(NOON)) == []


def test_what_was_stood_before_a_hand_helped_counts_and_nothing_of_a_try_on_both_feet(records):
    rows = Sessions(records)
    rows.begin(new())
    told = result()
    told["trials"] = [
        {**told["trials"][0], "trial": one, "measures": {"mean_velocity_mm_s": 9.0}} for one in range(1, 5)
    ]
    told["trials"][0]["hold_s"] = 600.0
    told["trials"][3]["reasons"] = {"suspect": {}}
    rows.store_results(new().name, {**told, "exercised": {"2": {"alone_s": 12.0}, "3": {"feet": {"seen": "both"}}}})
    (session,) = attempted(records, "P-7")[1]
    assert session.tested == (
        {"held_s": 30.0, "sway_mm_s": 9.0},
        {"held_s": 12.0, "sway_mm_s": None},
        {},
        {"held_s": 30.0, "sway_mm_s": None},
    )


def test_what_is_not_wanted_is_written_down_by_name_for_the_day_and_can_be_wanted_after_all(records):
    sessions, now_ns = Sessions(records), records.now_ns()
    sessions.begin(new())
    refuse(records, "p-7", NO)
    assert refused(records, "P-7", "romberg", now_ns) == {"tandem-open": "too frightening"}
    assert refused(records, "P-7", "four-stage", now_ns) == {}
    assert refused(records, "P-7", "romberg", now_ns + 86_400 * 10**9) == {}, "tomorrow it is asked again"
    line = AuditLog(records).newest(1)[0]
    assert (line["who"], line["what"]) == ("Ada K.", "test-refused")
    assert "frightening" not in str(line["detail"]), "the audit log says what was done, not what was said"
    refuse(records, "P-7", NO._replace(why=" "))
    assert refused(records, "P-7", "romberg", now_ns) == {}
    assert AuditLog(records).newest(1)[0]["what"] == "test-wanted"


@pytest.mark.parametrize(
    ("patient", "wrong", "code"),
    [
        ("nobody", NO, "patient-unknown"),
        ("P-7", NO._replace(test="tandem"), "input-invalid"),
        ("P-7", NO._replace(battery="rombergs"), "input-invalid"),
        ("P-7", NO._replace(by="  "), "input-invalid"),
    ],
)
def test_nothing_is_written_of_who_is_not_there_nor_without_a_name(records, patient, wrong, code):
    Sessions(records).begin(new())
    with pytest.raises(InputError) as caught:
        refuse(records, patient, wrong)
    assert caught.value.code == code
    assert refused(records, "P-7", "romberg", records.now_ns()) == {}


def test_a_newer_word_counts_although_the_clock_was_set_back(records, monkeypatch):
    Sessions(records).begin(new())
    monkeypatch.setattr(records, "now_ns", lambda: ns(NOON))
    refuse(records, "P-7", NO)
    monkeypatch.setattr(records, "now_ns", lambda: ns(NOON - timedelta(hours=1)))
    refuse(records, "P-7", NO._replace(why=""))
    assert refused(records, "P-7", "romberg", ns(NOON)) == {}


def test_what_is_not_wanted_goes_with_its_patient_to_the_right_code(records):
    for number, code in enumerate(("P-7", "P-70"), 1):
        Sessions(records).begin(new(number, code))
    refuse(records, "P-70", NO)
    Patients(records).correct_code("P-70", "P-7", "Ada K.", "mistyped")
    assert refused(records, "P-7", "romberg", records.now_ns()) == {"tandem-open": "too frightening"}
