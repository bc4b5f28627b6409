"""Patients over the API: listed, entered, shown, changed, corrected; and nothing of them for anybody else."""

import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from station.faults import StationError
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import Patients
from station.records.sessions import NewSession, SessionEnd, Sessions
from tests.moments import earlier_today_ns

PATH = "/api/v1/patients"
GIVEN = {"initials": "M. R.", "birth_year": 1959, "height_cm": 168, "foot_length_mm": 245, "goals": "To the shop"}


@pytest.fixture
def known(client: FlaskClient, data: Path) -> FlaskClient:
    """The API over records that are there."""
    open_records(data / RECORDS_FILE).close()
    return client


def enter(client, code="P01", **fields):
    return client.post(PATH, json={"code": code, **fields})


def test_a_new_patient_is_entered_listed_and_shown(known):
    assert known.get(PATH).json == {"patients": [], "count": 0, "next_code": "P01"}
    answer = enter(known, "p01", **GIVEN, notes=" knee \n left", consent_initials="MR").json
    assert (answer["code"], answer["known"], answer["near"]) == ("P01", True, [])
    shown = answer["patient"]
    assert GIVEN.items() <= shown.items()
    assert (shown["notes"], shown["consent_initials"]) == ("knee \n left", "MR")
    assert shown["consent_ms"] == pytest.approx(time.time() * 1000, abs=60_000)
    assert shown["today"]["questions"] == {"state": "lacking", "at_ms": None, "by": "", "until_ms": None}
    assert shown["today"]["dose"] == {"used_s": 0.0, "most_s": 600.0, "share": 0.0}
    assert shown["today"]["last"] is None
    listed = known.get(PATH).json
    assert listed["patients"] == [{"code": "P01", "initials": "M. R.", "birth_year": 1959, "last_ms": None}]
    assert listed["next_code"] == "P02"
    assert known.get(f"{PATH}?q=p1").json["count"] == 1
    assert known.get(f"{PATH}?q=zz").json["count"] == 0


def test_a_code_that_is_somebodys_or_nearly_is_refused_at_its_field(known):
    enter(known, **GIVEN)
    taken = enter(known, "P01")
    assert (taken.status_code, taken.json["code"]) == (409, "patient-known")
    near = enter(known, "P1")
    assert (near.status_code, near.json["code"]) == (409, "patient-code-near")
    assert [one["field"] for one in near.json["fields"]] == ["code"]
    assert "P1 is new. Did you mean P01?" in near.json["fields"][0]["message"]
    assert enter(known, "P1", sure=True).json["known"] is True


YEAR = time.gmtime().tm_year
WRONG = [
    ("birth_year", 1899, "1900"),
    ("birth_year", YEAR + 2, "1900 to 20"),
    ("height_cm", 49, "50"),
    ("height_cm", 251, "250 cm"),
    ("height_cm", "tall", "number"),
    ("foot_length_mm", 24, "100"),
    ("initials", "M" * 13, "12"),
    ("initials", "M\nR", "letters"),
    ("goals", "x" * 1001, "1000"),
    ("notes", "\u0000", "signs"),
    ("consent_initials", "", "missing"),
    ("weight_kg", 70, "not a field"),
    ("code", "P 1", "letters"),
]


def test_a_refusal_names_the_field_and_the_bound_and_nothing_is_written(known):
    enter(known, "P07")
    for field, value, bound in WRONG:
        answers = [enter(known, **{"code": "P08", field: value})]
        if field != "code":
            answers.append(known.patch(f"{PATH}/P07", json={field: value}))
        for answer in answers:
            assert answer.status_code == 422, field
            assert [one["field"] for one in answer.json["fields"]] == [field]
            assert bound in answer.json["fields"][0]["message"]
    assert known.get(f"{PATH}/P08").json["known"] is False
    kept = known.get(f"{PATH}/P07").json["patient"]
    assert (kept["height_cm"], kept["birth_year"], kept["initials"], kept["goals"], kept["notes"]) == (
        None,
        None,
        "",
        "",
        "",
    )


def test_half_a_letter_is_no_text(known):
    answer = known.post(PATH, data='{"code": "P07", "goals": "\\ud800"}', content_type="application/json")
    assert answer.status_code == 422
    assert known.get(f"{PATH}/P07").json["known"] is False


def test_what_is_given_is_changed_and_null_takes_it_away(known, data):
    enter(known, **GIVEN, consent_initials="MR")
    answer = known.patch(f"{PATH}/p01", json={"height_cm": 170, "birth_year": None, "goals": None}).json["patient"]
    assert (answer["height_cm"], answer["birth_year"], answer["goals"], answer["initials"]) == (170, None, "", "M. R.")
    assert answer["consent_ms"] is not None
    assert known.patch(f"{PATH}/P01", json={"consent_initials": None}).json["patient"]["consent_ms"] is None
    lines = [one["what"] for one in AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(20)]
    assert lines == ["patient-entered", "patient-agreed", *["patient-changed"] * 3, "patient-withdrew"]
    nobody = known.patch(f"{PATH}/P99", json={"height_cm": 170})
    assert (nobody.status_code, nobody.json["code"]) == (404, "patient-unknown")


def test_of_two_who_change_one_field_the_second_is_told_and_nothing_of_theirs_is_half_written(known):
    enter(known, **GIVEN)
    seen = {"height_cm": 168, "goals": "To the shop"}
    assert known.patch(f"{PATH}/P01", json={"height_cm": 170, "before": seen}).status_code == 200
    second = known.patch(f"{PATH}/P01", json={"height_cm": 172, "goals": "To the sea", "before": seen})
    assert (second.status_code, second.json["code"]) == (409, "changed-meanwhile")
    assert [one["field"] for one in second.json["fields"]] == ["height_cm"]
    shown = known.get(f"{PATH}/P01").json["patient"]
    assert (shown["height_cm"], shown["goals"]) == (170, "To the shop")
    assert known.patch(f"{PATH}/P01", json={"height_cm": 170, "before": seen}).status_code == 200  # the same words
    newer = {"height_cm": 172, "goals": "", "before": {"height_cm": 170, "goals": "To the shop"}}
    assert known.patch(f"{PATH}/P01", json=newer).json["patient"]["height_cm"] == 172
    late = known.patch(f"{PATH}/P01", json={"goals": "Dance", "before": {"goals": "To the shop"}})
    assert late.status_code == 409
    assert "To the" not in late.text  # what another wrote is told by the patient's page, which hides what it must


def test_of_two_who_write_a_visits_note_the_second_is_told(known):
    enter(known, **GIVEN)
    path = f"/api/v1/visits/{known.post('/api/v1/visits', json={'patient': 'P01'}).json['id']}"

    def write(note: str, before: str | None) -> int:
        return known.post(f"{path}/note", json={"name": "Ada K.", "note": note, "before": before}).status_code

    assert write("slept badly", "") == 200
    assert write("knee hurts", "") == 409
    assert known.get(path).json["note"] == "slept badly"
    assert write("slept badly", "") == 200
    assert write("slept badly, knee hurts", "slept badly") == 200
    assert write("whatever it says", None) == 200


def test_to_which_words_they_agreed_is_kept(known, data):
    """The same words of another language are others."""
    seen = set()
    for code, language in (("P01", "en"), ("P02", "de"), ("P03", "de")):
        body = {"code": code, "consent_initials": "MR"}
        known.post(PATH, json=body, headers={"Accept-Language": language})
        seen.add(Patients(open_records(data / RECORDS_FILE, read_only=True)).find(code)["consent_words"])
    assert sorted(one[:3] for one in seen) == ["de/", "en/"]


def test_the_last_visit_and_todays_dose_are_shown_in_the_readers_language(known, data, feeder):
    records = open_records(data / RECORDS_FILE)
    at_ns = earlier_today_ns(1000)
    name = session_id(at_ns, 5, 900)
    leg = NewSession(name, "P01", "single-leg-vibration", "left", {}, at_ns, "boot", 5, 900, f"{name}.mcap")
    Sessions(records).begin(leg)
    trial = {"trial": 1, "outcome": "held", "hold_s": 20.0, "measures": {}, "reasons": {}}
    trial |= {"baseline_measures": None, "vibration": {}}
    dose = {"vibration_s": 150.0, "a8_m_s2": 0.1, "vdv_m_s175": 2.0, "peak_acceleration_g": 0.3, "source": "estimated"}
    made = {"pipeline": "station-1", "pipeline_version": 1, "trials": [trial], "dose": dose}
    Sessions(records).store_results(name, made)
    Sessions(records).end(name, SessionEnd("done", "completed", at_ns + 90 * 10**9, None))
    records.close()
    today = known.get(f"{PATH}/P01", headers={"Accept-Language": "de"}).json["patient"]["today"]
    (visit,) = known.get(f"{PATH}/P01/visits").json["visits"]
    assert (visit["running"], visit["id"]) == (True, today["last"].pop("running"))
    assert today["last"] | {"at_ms": 0} == {
        "at_ms": 0,
        "drills": 1,
        "seconds": 90.0,
        "title": "Einbeinstand mit Vibration",
        "leg": "left",
        "leg_word": "left",
        "outcome": "completed",
        "trials_held": 1,
        "trials_count": 1,
    }
    assert (today["dose"]["used_s"], today["dose"]["most_s"], today["dose"]["share"]) == (150.0, 600.0, 0.25)
    assert today["week"] == {"days": 1, "drills": 1, "vibration_s": 150.0}
    assert today["left"] == {"state": "none", "days": 0, "minutes": 0, "ends_on": None, "proposed": False}


def test_while_control_does_not_answer_the_days_allowance_is_not_known(app, data):
    open_records(data / RECORDS_FILE).close()
    client = app.test_client()
    dose = enter(client, **GIVEN).json["patient"]["today"]["dose"]
    assert dose == {"used_s": 0.0, "most_s": None, "share": None}


def test_until_the_recorder_has_made_the_records_nobody_is_entered(client, data):
    answer = enter(client, **GIVEN)
    assert (answer.status_code, answer.json["code"]) == (503, StationError("recorder-not-ready").code)
    assert list(data.iterdir()) == []
    assert client.get(PATH).json["patients"] == []


@pytest.mark.parametrize(
    "headers", [{"Host": "192.168.1.20:8080"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_nothing_of_a_patient_leaves_this_computer_and_no_other_page_changes_one(known, headers):
    """A browser lets no other page read what a GET from elsewhere brings; another name is not even answered."""
    enter(known, **GIVEN)
    answers = [
        known.post(PATH, json={"code": "P03"}, headers=headers),
        known.patch(f"{PATH}/P01", json={"notes": "x"}, headers=headers),
        known.post(f"{PATH}/P01/correct", json={"right": "P9", "name": "x", "reason": "x"}, headers=headers),
    ]
    if "Sec-Fetch-Site" not in headers:
        pages = ("/therapist/patients", PATH, f"{PATH}/P01")
        answers += [known.get(path, headers=headers) for path in pages]
    assert {one.status_code for one in answers} == {403}
    assert not any("M. R." in one.text for one in answers)


def test_no_code_is_corrected_while_a_drill_of_either_runs(known, feeder, until):
    """Control goes on calling it by the code that was typed, and the next drill would make a patient of that again."""
    for code in ("P70", "P07"):
        enter(known, code, sure=True)
    body = {"right": "p07", "name": "Ada", "reason": "mistyped"}
    for code in ("P70", "P07"):
        feeder.begin(code)
        until(lambda code=code: known.get("/api/v1/snapshot").json["patient"] == code)
        refused = known.post(f"{PATH}/p70/correct", json=body)
        assert (refused.status_code, refused.json["code"]) == (409, "visit-runs")
        feeder.end("completed")
        until(lambda: known.get("/api/v1/snapshot").json["session"] == 0)
    feeder.begin("P99")
    until(lambda: known.get("/api/v1/snapshot").json["patient"] == "P99")
    assert known.post(f"{PATH}/p70/correct", json=body).status_code == 200, "another's drill is nothing to them"
    assert known.get(f"{PATH}/P70").json["known"] is False
