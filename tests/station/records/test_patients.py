"""A mistyped code is corrected: the patient stays who they are, their sessions and their day follow."""

from datetime import timedelta

import pytest

from station.faults import InputError
from station.records.audit import AuditLog
from station.records.dose import Doses
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns, result


def test_capitals_do_not_make_another_patient(records):
    sessions, patients = Sessions(records), Patients(records)
    sessions.begin(new(1, "p-7"))
    sessions.begin(new(2, "P-7", NOON + timedelta(minutes=1)))
    assert {row["patient"] for row in sessions.newest("p-7")} == {"P-7"}
    assert len(sessions.newest("P-7")) == 2
    assert patients.find("p-7") == patients.find("P-7")
    assert patients.find("P-8") is None


def test_a_code_that_nobody_else_has_is_changed(records):
    sessions, patients = Sessions(records), Patients(records)
    sessions.begin(new(1, "P70"))
    who = patients.find("P70")["id"]
    patients.correct_code("p70", "p07", "ab12", "mistyped at the first visit ")
    assert patients.find("P70") is None
    assert patients.find("P07")["id"] == who
    assert [row["patient"] for row in sessions.newest()] == ["P07"]
    (line,) = AuditLog(records).newest(9)
    assert (line["who"], line["what"]) == ("ab12", "patient-code-corrected")
    assert (line["detail"]["from"], line["detail"]["to"], line["detail"]["reason"]) == (
        "P70",
        "P07",
        "mistyped at the first visit",
    )
    assert AuditLog(records).first_broken() is None


def test_a_code_that_is_a_patients_already_makes_both_one(records):
    """Sessions, visits and the day's dose follow; the mistyped one stays as a row that says who it is."""
    sessions, patients = Sessions(records), Patients(records)
    for number, code in enumerate(("P07", "P70"), 1):
        sessions.begin(new(number, code, NOON + timedelta(minutes=number)))
        sessions.store_results(new(number, code, NOON + timedelta(minutes=number)).name, result(vibration_s=10.0))
    right, wrong = patients.find("P07")["id"], patients.find("P70")["id"]
    patients.correct_code("P70", "P07", "ab12", "mistyped")
    assert [row["ring_session"] for row in sessions.newest("P07")] == [2, 1]
    assert len(Visits(records).newest("P07")) == 2
    assert Doses(records).today("P07", ns(NOON))["vibration_s"] == 20.0
    assert patients.find("P70") is None
    with records.reading() as transaction:
        asked = f"SELECT code, replaced_by FROM patient WHERE id = '{wrong}'"
        assert tuple(transaction.connection().exec_driver_sql(asked).one()) == (None, right)
    sessions.begin(new(3, "P70", NOON + timedelta(minutes=3)))  # the code is free for somebody else
    assert patients.find("P70")["id"] not in (right, wrong)


@pytest.mark.parametrize(
    ("code", "right", "reason", "refused"),
    [
        ("P70", "P07", " ", "input-invalid"),
        ("P70", "p70", "why", "input-invalid"),
        ("P71", "P07", "why", "patient-unknown"),
    ],
)
def test_a_correction_that_says_nothing_is_refused(records, code, right, reason, refused):
    Sessions(records).begin(new(1, "P70"))
    with pytest.raises(InputError) as caught:
        Patients(records).correct_code(code, right, "ab12", reason)
    assert caught.value.code == refused
    assert Patients(records).find("P70") is not None
    assert AuditLog(records).newest(9) == []


@pytest.mark.parametrize(
    ("code", "known", "near"),
    [
        ("P01", True, []),
        ("p01", True, []),
        ("P1", False, ["P01"]),
        ("P-001", False, ["P01"]),
        ("P10", False, ["P110"]),
        ("ZEBRA", False, []),
    ],
)
def test_a_new_code_is_told_from_a_known_one_and_those_like_it_are_named(records, code, known, near):
    for number, one in enumerate(("P01", "P110", "X777")):
        Sessions(records).begin(new(number=number + 1, patient=one))
    found, alike = Patients(records).like(code)
    assert (found, set(alike)) == (known, set(near))
