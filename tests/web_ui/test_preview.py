"""What a prescription would do, asked of the API: the form adds nothing up by itself."""

import re
from pathlib import Path

import pytest

import web_ui
from drills.dose import peak_acceleration_g
from drills.errors import PrescriptionError
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.wire.messages import Start
from tests.moments import earlier_today_ns

MASS = {
    "min_hz": 12.0,
    "max_hz": 40.0,
    "slew_hz_per_s": 40.0,
    "displacement_pp_mm": [[12.0, 0.55], [20.0, 0.41], [35.0, 0.3]],
}
SCRIPTS = Path(web_ui.__file__).parent / "static" / "js"


def preview(client, drill="single-leg-vibration", **asked):
    return client.get(f"/api/v1/drills/{drill}/preview", query_string=asked)


def test_a_preview_says_what_the_plate_would_do_and_starts_nothing(client, feeder):
    would = preview(client, frequency_hz=20, displacement_pp_mm=0.3).json
    assert would == {
        "vibrates": True,
        "frequency_hz": 20,
        "displacement_pp_mm": 0.3,
        "peak_acceleration_g": pytest.approx(peak_acceleration_g(20, 0.3)),
        "peak_acceleration_max_g": 0.5,
        "hold_most_s": 56.5,
        "strength": "medium",
        "too_hard": False,
        "dose": None,
        "fields": [],
    }
    assert feeder.asked(Start) == []


def test_it_says_what_is_left_of_the_patients_day_and_refuses_where_nothing_is(client, data):
    records = open_records(data / RECORDS_FILE)

    def shaken(ring: int, **dose: float) -> None:
        at_ns = earlier_today_ns(1000)
        name = session_id(at_ns, 5, ring)
        new = NewSession(name, "P01", "single-leg-vibration", "left", {}, at_ns, "boot", 5, ring, f"{name}.mcap")
        Sessions(records).begin(new)
        given = {"a8_m_s2": 0.1, "vdv_m_s175": 2.0, "peak_acceleration_g": 0.3, "source": "estimated", **dose}
        made = {"pipeline": "station-1", "pipeline_version": 1, "trials": [], "dose": given}
        Sessions(records).store_results(name, made)
        Sessions(records).end(name, SessionEnd("done", "completed", at_ns + 90 * 10**9, None))

    whole = {"patient": "p01", "leg": "left", "hold_s": 20, "trials": 3}
    before = preview(client, **whole).json
    asks_s = before["dose"].pop("asks_s")
    assert 3 * 20 < asks_s < 3 * 30  # with its ramps
    assert before["dose"] == {"used_s": 0.0, "most_s": 600.0, "share": 0.0, "too_much": False, "used_up": False}
    assert before["fields"] == []
    shaken(1, vibration_s=560.0)
    short = preview(client, **whole).json
    assert (short["dose"]["used_s"], short["dose"]["too_much"], short["dose"]["used_up"]) == (560.0, True, False)
    assert short["fields"] == []  # the therapist decides: the station stops it when nothing is left
    assert not preview(client, **{**whole, "trials": 1}).json["dose"]["too_much"]
    shaken(2, vibration_s=40.0)
    (refused,) = preview(client, **whole).json["fields"]
    assert (refused["field"], refused["message"][:42]) == ("dose", "Today's vibration is used up for this pati")
    assert preview(client, **{**whole, "patient": "P02"}).json["fields"] == []
    assert preview(client, **whole, displacement_pp_mm=0).json["dose"] is None
    records.close()


def test_what_is_left_out_is_the_drills_default(client):
    would = preview(client).json
    assert (would["frequency_hz"], would["displacement_pp_mm"], would["fields"]) == (25, 0.23, [])
    quiet = preview(client, "quiet-stance").json
    assert (quiet["vibrates"], quiet["peak_acceleration_max_g"], quiet["too_hard"]) == (False, None, False)


def test_a_platform_answers_with_its_own_displacement(client, feeder):
    feeder.platform = MASS
    assert preview(client, frequency_hz=16).json["displacement_pp_mm"] == pytest.approx(0.48)
    hard = preview(client, frequency_hz=30).json
    assert hard["too_hard"]
    assert [field["field"] for field in hard["fields"]] == ["frequency_hz"]
    assert not preview(client, displacement_pp_mm=0).json["vibrates"]


def test_everything_that_is_wrong_is_named_at_once(client):
    would = preview(client, patient="P 1", leg="both", frequency_hz=36, hold_s=4, trials=9).json
    assert [field["field"] for field in would["fields"]] == ["patient", "leg", "hold_s", "trials", "frequency_hz"]
    messages = [field["message"] for field in would["fields"]]
    assert messages[0].startswith("Patient code may have letters")
    assert messages[2] == "Hold must be from 5 to 60 s."
    assert messages[4] == "Frequency must be from 5 to 35 Hz."
    low = preview(client, displacement_pp_mm=0.01).json["fields"]
    assert low == [{"field": "displacement_pp_mm", "message": "Displacement must be from 0.02 to 2 mm."}]
    assert preview(client, displacement_pp_mm=1).json["too_hard"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"frequency_hz": ""}, "Frequency must be a number."),
        ({"trials": "2.5"}, "Tries must be a whole number."),
        ({"colour": "red"}, "Colour is not a field of this request."),
    ],
)
def test_what_is_no_value_is_refused(client, asked, message):
    answer = preview(client, **asked)
    assert (answer.status_code, answer.json["code"]) == (422, "input-invalid")
    assert [field["message"] for field in answer.json["fields"]] == [message]


def test_a_hold_is_no_longer_than_its_ramps_leave_of_the_longest_vibration(client, feeder):
    drills = {drill["name"]: drill for drill in client.get("/api/v1/drills").json["drills"]}
    shaking, quiet = drills["single-leg-vibration"], drills["quiet-stance"]
    assert (shaking["hold_s"]["max"], shaking["hold_vibrating_s"]["max"]) == (60, 56.5)
    assert quiet["hold_vibrating_s"] is None
    assert preview(client, displacement_pp_mm=0).json["hold_most_s"] == 60
    (wrong,) = preview(client, hold_s=58).json["fields"]
    assert wrong == {"field": "hold_s", "message": "Hold must be at most 56.5 s."}
    assert preview(client, hold_s=56.5).json["fields"] == []
    assert preview(client, hold_s=58, displacement_pp_mm=0).json["fields"] == []
    feeder.platform = MASS
    assert preview(client, frequency_hz=16).json["hold_most_s"] == 56.5


def test_the_clinics_own_limits_are_the_ranges_of_the_form(client, feeder):
    feeder.limits = feeder.limits._replace(max_hz=22.0, displacement_pp_mm=0.3, acceleration_g=0.2, bout_s=20.0)
    (drill,) = [one for one in client.get("/api/v1/drills").json["drills"] if one["name"] == "single-leg-vibration"]
    assert drill["frequency_hz"] == {"min": 5, "max": 22, "default": 22}
    assert drill["displacement_pp_mm"]["max"] == 0.3
    assert drill["peak_acceleration_max_g"] == 0.2
    assert drill["hold_vibrating_s"] == {"min": 5, "max": 16.5, "default": 16.5}
    fields = preview(client, frequency_hz=25, displacement_pp_mm=0.35, hold_s=17).json["fields"]
    assert {field["field"] for field in fields} == {"frequency_hz", "displacement_pp_mm", "hold_s"}


@pytest.mark.parametrize("hz", [0, 0.001, 4, 36, 10_000])
@pytest.mark.parametrize("platform", [None, MASS])
def test_a_frequency_that_there_is_not_has_a_longest_hold_all_the_same(client, feeder, hz, platform):
    feeder.platform = platform
    would = preview(client, frequency_hz=hz, displacement_pp_mm=0.2)
    assert would.status_code == 200
    assert 5 <= would.json["hold_most_s"] <= 60


def test_a_drill_that_there_is_not(client):
    answer = preview(client, "quiet-stanse")
    assert (answer.status_code, answer.json["code"]) == (404, "drill-unknown")


def test_a_prescription_beyond_its_drill_has_the_drills_own_code(client, feeder):
    asked = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left", "hold_s": 300}
    answer = client.post("/api/v1/drill/start", json=asked)
    assert (answer.status_code, answer.json["code"]) == (422, PrescriptionError.code)


def test_the_list_says_what_each_number_is_called_and_its_unit(client):
    assert client.get("/api/v1/drills").json["quantities"] == {
        "frequency_hz": {"label": "Frequency", "unit": "Hz"},
        "displacement_pp_mm": {"label": "Displacement", "unit": "mm"},
        "hold_s": {"label": "Hold", "unit": "s"},
        "trials": {"label": "Tries", "unit": ""},
    }


def test_the_list_says_what_is_called_mild_and_medium_and_that_it_is_proposed(client):
    said = client.get("/api/v1/drills").json["strength"]
    assert said == {"mild_most_g": 0.2, "medium_most_g": 0.3, "proposed": True}


def test_no_script_holds_physics_or_a_bound_of_a_drill():
    """Gravity, the peak of a sine, the letters of a patient's code: the API knows them."""
    typed = re.compile(r"9\.8|PI\s*\*\*|PI\s*\*\s*Math\.PI|A-Za-z0-9|mm p-p|\bHz\b")
    for path in SCRIPTS.glob("*.js"):
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        assert not typed.search(code), path.name
