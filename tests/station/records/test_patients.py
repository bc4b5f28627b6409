"""A mistyped code is corrected: the patient stays who they are, their sessions and their day follow."""

from datetime import timedelta

import pytest

from station.clock import this_moment
from station.faults import InputError
from station.records.audit import AuditLog
from station.records.dose import Doses, Statement
from station.records.erasing import Erasures
from station.records.models import PatientRow
from station.records.patients import Consent, Patients
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


GIVEN = {
    "initials": "M. R.",
    "birth_year": 1959,
    "height_cm": 168,
    "foot_length_mm": 245,
    "goals": "To the shop",
    "notes": "knee",
}
AGREED = Consent("MR", "de/0123456789ab")


def test_a_patient_is_entered_with_what_is_known_of_them(records):
    patients = Patients(records)
    patients.enter("p01", {**GIVEN, "consent": AGREED}, "ab12")
    found = patients.find("P01")
    assert GIVEN.items() <= found.items()
    assert (found["consent_initials"], found["consent_words"]) == AGREED
    assert found["consent_ns"] > 0
    patients.enter("P02", {}, "ab12")
    assert (patients.find("P02")["initials"], patients.find("P02")["consent_ns"]) == ("", None)


def test_a_code_that_somebody_has_is_refused_and_one_that_is_nearly_theirs_is_asked(records):
    patients = Patients(records)
    patients.enter("P01", GIVEN, "ab12")
    with pytest.raises(InputError) as known:
        patients.enter("p01", {"initials": "X"}, "ab12")
    assert known.value.code == "patient-known"
    with pytest.raises(InputError) as near:
        patients.enter("P1", {}, "ab12")
    assert near.value.code == "patient-code-near"
    assert near.value.problems[0].values == {"code": "P1", "near": "P01"}
    assert patients.find("P01")["initials"] == "M. R."
    assert patients.find("P1") is None
    patients.enter("P1", {}, "ab12", sure=True)
    assert sorted(patients.all_codes()) == ["P01", "P1"]


def test_each_changed_field_is_a_line_of_the_audit_log_and_no_line_says_who_a_patient_is(records):
    """Lines can never be taken out again; a patient must be."""
    patients = Patients(records)
    patients.enter("P01", {**GIVEN, "consent": AGREED}, "ab12")
    patients.change("p01", {**GIVEN, "height_cm": 170, "goals": "To the market", "birth_year": None}, "cd34")
    patients.change("P01", {"consent": None}, "cd34")
    patients.change("P01", {"consent": None, "height_cm": 170}, "cd34")
    lines = AuditLog(records).newest(9)
    assert [(one["who"], one["what"], one["detail"].get("field")) for one in lines] == [
        ("ab12", "patient-entered", None),
        ("ab12", "patient-agreed", None),
        ("cd34", "patient-changed", "birth_year"),
        ("cd34", "patient-changed", "height_cm"),
        ("cd34", "patient-changed", "goals"),
        ("cd34", "patient-withdrew", None),
    ]
    height = lines[3]["detail"]
    assert (height["from"], height["to"]) == (168, 170)
    told = str(lines)
    assert not any(str(one) in told for one in ("M. R.", "MR", 1959, "shop", "market", "knee"))
    assert AuditLog(records).first_broken() is None
    found = patients.find("P01")
    assert (found["birth_year"], found["goals"], found["consent_ns"]) == (None, "To the market", None)


def test_nobody_is_changed_under_a_code_that_nobody_has(records):
    with pytest.raises(InputError) as refusal:
        Patients(records).change("P01", {"height_cm": 170}, "ab12")
    assert refusal.value.code == "patient-unknown"
    assert AuditLog(records).newest(9) == []


def test_the_list_begins_with_who_was_here_last_and_is_searched_by_code_and_initials(records):
    patients = Patients(records)
    patients.enter("P07", {"initials": "A. B."}, "ab12")
    patients.enter("P10", {"initials": "C"}, "ab12")
    for minute, code in enumerate(("P01", "P02")):
        Sessions(records).begin(new(minute, code, NOON + timedelta(minutes=minute)))
    rows, count = patients.listed()
    assert [one["code"] for one in rows] == ["P02", "P01", "P07", "P10"]
    assert (rows[0]["last_ns"], rows[2]["last_ns"]) == (ns(NOON + timedelta(minutes=1)), None)
    assert count == 4
    assert [patients.listed(part)[0][0]["code"] for part in ("p1", "1", "ab", "a.b", "P10")] == [
        "P01",
        "P01",
        "P07",
        "P07",
        "P10",
    ]
    assert patients.listed("p", 1)[1] == 4
    assert patients.listed("%") == ([], 0)
    assert patients.listed("Z") == ([], 0)


def test_where_two_codes_are_one_person_what_either_knows_is_kept(records):
    patients = Patients(records)
    patients.enter("P07", {"initials": "MR", "height_cm": 170}, "ab12")
    patients.enter("P70", {**GIVEN, "consent": AGREED}, "ab12")
    keep = {"initials": "P07", "height_cm": "P07"}
    patients.correct_code("P70", "P07", "Ada K.", "two digits changed over", keep)
    found = patients.find("P07")
    assert (found["initials"], found["height_cm"], found["birth_year"]) == ("MR", 170, 1959)
    assert (found["consent_initials"], found["goals"]) == ("MR", "To the shop")
    assert [one["code"] for one in patients.listed()[0]] == ["P07"]


def test_a_session_under_a_new_code_makes_a_patient_of_whom_nothing_else_is_known(records):
    Sessions(records).begin(new(1, "P-7"))
    with records.reading() as transaction:
        (row,) = transaction.query(PatientRow).all()
        assert (row.goals, row.notes, row.consent_initials, row.consent_words) == ("", "", "", "")


def test_where_two_codes_contradict_each_field_is_decided_by_a_person(records):
    patients = Patients(records)
    patients.enter("P07", GIVEN, "ab12")
    other = {**GIVEN, "height_cm": 170, "notes": "hip", "goals": ""}
    patients.enter("P70", other, "ab12")
    with pytest.raises(InputError) as refused:
        patients.correct_code("P70", "P07", "Ada K.", "one person")
    assert refused.value.code == "codes-contradict"
    assert [one.field for one in refused.value.problems] == ["height_cm", "notes"]
    assert refused.value.problems[0].values == {"wrong": "P70", "right": "P07", "one": 170, "other": 168}
    with pytest.raises(InputError) as half:
        patients.correct_code("P70", "P07", "Ada K.", "one person", {"notes": "p70"})
    assert [one.field for one in half.value.problems] == ["height_cm"]
    for wrong in ({"notes": "P99", "height_cm": "P07"}, {"shoes": "P07", "notes": "P07", "height_cm": "P07"}):
        with pytest.raises(InputError) as unknown:
            patients.correct_code("P70", "P07", "Ada K.", "one person", wrong)
        assert unknown.value.code == "input-invalid"
    assert patients.find("P70")["notes"] == "hip", "nothing was written"
    patients.correct_code("P70", "P07", "Ada K.", "one person", {"notes": "p70", "height_cm": "P07"})
    found = patients.find("P07")
    assert (found["notes"], found["height_cm"], found["goals"]) == ("hip", 168, "To the shop")
    detail = AuditLog(records).newest(1)[0]["detail"]
    assert detail["kept"] == {"height_cm": "P07", "notes": "P70"}, "which code, and never what it says"
    assert "hip" not in str(detail)


def test_a_code_that_was_corrected_leads_to_who_had_it(records):
    """Whoever types it again means them; it can still be somebody new's."""
    patients = Patients(records)
    for code in ("K1", "M5", "ZEBRA"):
        patients.enter(code, {}, "ab12")
    patients.correct_code("K1", "M5", "Ada K.", "one person")
    patients.correct_code("M5", "QUAX", "Ada K.", "mistyped")
    assert patients.like("k1") == (False, ["QUAX"])
    assert patients.like("M5") == (False, ["QUAX"])
    with pytest.raises(InputError) as refused:
        patients.enter("K1", {}, "ab12")
    assert (refused.value.code, refused.value.problems[0].values["near"]) == ("patient-code-near", "QUAX")
    Erasures(records).erase("QUAX", Statement("Ada K.", "asked for it"), this_moment())
    assert patients.like("K1") == (False, []), "who was erased is nobody"
    patients.enter("K1", {}, "ab12")
    assert patients.like("K1") == (True, [])
