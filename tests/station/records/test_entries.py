"""Entries in the records: a new row each, the newest counts, by name, and gone with the person."""

from datetime import timedelta

import pytest

from station.faults import InputError
from station.records.audit import AuditLog
from station.records.entries import Entered, enter, entries_of, findings_in
from station.records.patients import Patients
from station.records.sessions import Sessions
from tests.station.records.made import NOON, new, ns

PAIN = Entered("pain", "Ada K.", {"now": 3.0, "worst": 5.0, "least": 1.0})


def test_the_newest_of_each_counts_and_what_speaks_of_a_day_on_it_alone(records):
    Sessions(records).begin(new())
    now_ns = records.now_ns()
    enter(records, "p-7", PAIN)
    enter(records, "P-7", PAIN._replace(answers={"now": 4.0}, by=" Bo L. "))
    enter(records, "P-7", Entered("history", "Ada K.", {"problem": "falls", "since": "May"}))
    found = entries_of(records, "P-7", now_ns)
    assert (found["pain"]["answers"], found["pain"]["by"]) == ({"now": 4.0}, "Bo L.")
    assert {name: one.value for name, one in findings_in(found).items()} == {"pain": 4.0}
    later = now_ns + 86_400 * 10**9 * 2
    assert set(entries_of(records, "P-7", later)) == {"history"}
    assert entries_of(records, "nobody", now_ns) == {}
    line = AuditLog(records).newest(1)[0]
    assert (line["who"], line["what"]) == ("Ada K.", "entry-written")
    assert "falls" not in str(line["detail"]), "the audit log says what was done, not what was said"


def test_a_newer_entry_counts_although_the_clock_was_set_back(records, monkeypatch):
    Sessions(records).begin(new())
    monkeypatch.setattr(records, "now_ns", lambda: ns(NOON))
    enter(records, "P-7", PAIN)
    monkeypatch.setattr(records, "now_ns", lambda: ns(NOON - timedelta(hours=1)))
    enter(records, "P-7", PAIN._replace(answers={}, refused="tired"))
    assert entries_of(records, "P-7", ns(NOON))["pain"]["refused"] == "tired"


@pytest.mark.parametrize(
    ("patient", "wrong", "code"),
    [
        ("nobody", PAIN, "patient-unknown"),
        ("P-7", PAIN._replace(form="fes-i"), "input-invalid"),
        ("P-7", PAIN._replace(by="  "), "input-invalid"),
        ("P-7", PAIN._replace(answers={}), "input-invalid"),
        ("P-7", PAIN._replace(answers={"now": 12.0}), "input-invalid"),
    ],
)
def test_nothing_is_written_that_is_wrong(records, patient, wrong, code):
    Sessions(records).begin(new())
    with pytest.raises(InputError) as caught:
        enter(records, patient, wrong)
    assert caught.value.code == code
    assert entries_of(records, "P-7", records.now_ns()) == {}


def test_entries_go_with_their_patient_to_the_right_code(records):
    for number, code in enumerate(("P-7", "P-70"), 1):
        Sessions(records).begin(new(number, code))
    enter(records, "P-70", PAIN)
    Patients(records).correct_code("P-70", "P-7", "Ada K.", "mistyped")
    assert entries_of(records, "P-7", records.now_ns())["pain"]["answers"]["now"] == 3.0
