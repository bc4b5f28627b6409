"""The sessions of the API, from records that the recorder's own store wrote."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.faults import as_json, because
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions

RESULT = {
    "pipeline": "station-1",
    "pipeline_version": 1,
    "trials": [
        {
            "trial": 1,
            "outcome": "held",
            "hold_s": 20.0,
            "measures": {"mean_velocity_mm_s": 41.2, "ellipse_area_mm2": 512.0},
            "baseline_measures": None,
            "reasons": {},
            "vibration": {"asked_hz": 25.0, "measured_hz": 24.9},
            "suspicions": [as_json(because("zero-is-none", cell="front_left", force_n=41.0))],
        },
        {
            "trial": 2,
            "outcome": "foot-down",
            "hold_s": 7.5,
            "measures": {"mean_velocity_mm_s": None},
            "baseline_measures": None,
            "reasons": {
                "mean_velocity_mm_s": "too short",
                "path_length_mm": as_json(because("too-short-recording", length_s=7.5, least_s=10.0)),
            },
            "vibration": {"asked_hz": 25.0, "measured_hz": 24.8},
        },
    ],
    "dose": {
        "vibration_s": 27.5,
        "a8_m_s2": 0.05,
        "vdv_m_s175": 1.9,
        "peak_acceleration_g": 0.29,
        "source": "estimated",
    },
}
START = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left"}


@pytest.fixture
def store(data: Path) -> Iterator[Sessions]:
    from station.recording.layout import RECORDS_FILE

    records = open_records(data / RECORDS_FILE)
    yield Sessions(records)
    records.close()


def begin(store: Sessions, patient: str, number: int = 1, started_ns: int = 1_700_000_000_000_000_000) -> str:
    """Another session; returns its name."""
    epoch = 9_000_000_000_000_000_001
    name = session_id(started_ns, epoch, number)
    store.begin(
        NewSession(
            name,
            patient,
            "single-leg-vibration",
            "left",
            {"hold_s": 20.0},
            started_ns,
            "boot",
            epoch,
            number,
            f"recordings/{name}.mcap",
        )
    )
    return name


def test_a_session_with_its_measures(client, store):
    name = begin(store, "P01")
    store.end(name, SessionEnd("done", "completed", 1_700_000_090_000_000_000, "ab" * 32))
    store.store_results(name, RESULT)
    (line,) = client.get("/api/v1/sessions?patient=P01").json["sessions"]
    assert (line["id"], line["trials_held"], line["trials_count"]) == (name, 1, 2)
    assert line["ring_epoch"] == "9000000000000000001"  # a text: JavaScript's numbers end at 2 ** 53
    detail = client.get(f"/api/v1/sessions/{name}").json
    assert client.get(f"/api/v1/sessions/{line['uuid']}").json == detail
    assert detail["trials"][0]["measures"]["mean_velocity_mm_s"] == 41.2
    english = {
        "mean_velocity_mm_s": "too short",
        "path_length_mm": "the recording lasts 7.50 s, at least 10 s are needed",
    }
    assert detail["trials"][1]["reasons"] == english
    german = client.get(f"/api/v1/sessions/{name}", headers={"Accept-Language": "de"}).json
    assert german["trials"][1]["reasons"] == {
        "mean_velocity_mm_s": "too short",  # of an earlier release: as it is
        "path_length_mm": "die Aufzeichnung dauert 7,50 s, nötig sind mindestens 10 s",
    }
    assert detail["trials"][0]["reasons"] == {}
    assert detail["trials"][0]["suspect"].startswith("the front left cell shows 41 N on the empty plate")
    assert german["trials"][0]["suspect"].startswith("die Zelle vorn links zeigt")
    assert detail["trials"][1]["suspect"] == ""
    assert detail["dose"]["vibration_s"] == 27.5
    assert detail["damaged"] is False


def test_a_session_with_a_damaged_recording_says_so(client, store):
    trials, dose = RESULT["trials"], RESULT["dose"]
    for result in (
        {**RESULT, "dose": {**dose, "source": "assumed"}},
        {**RESULT, "trials": [{**trials[0], "outcome": "damaged"}, *trials[1:]]},
    ):
        name = begin(store, "P01")
        store.store_results(name, result)
        assert client.get(f"/api/v1/sessions/{name}").json["damaged"] is True


def test_only_the_patient_that_was_asked_for(client, store):
    begin(store, "P01", number=1)
    second = begin(store, "P02", number=2)
    assert [one["id"] for one in client.get("/api/v1/sessions?patient=P02").json["sessions"]] == [second]
    assert len(client.get("/api/v1/sessions").json["sessions"]) == 2
    assert len(client.get("/api/v1/sessions?limit=1").json["sessions"]) == 1


def test_todays_vibration_goes_with_the_start(client, store, feeder):
    import time

    from station.wire.messages import Start

    name = begin(store, "P01", started_ns=time.time_ns())
    store.store_results(name, RESULT)
    store.end(name, SessionEnd("done", "completed", time.time_ns(), None))
    answer = client.post("/api/v1/drill/start", json=START)
    assert answer.status_code == 200
    assert feeder.asked(Start)[0].dose_today.vibration_s == pytest.approx(27.5)


def test_damaged_records_are_a_problem_and_not_an_empty_list(client, data, feeder):
    from station.recording.layout import RECORDS_FILE
    from station.wire.messages import Start

    (data / RECORDS_FILE).write_bytes(b"no database at all " * 300)
    answer = client.get("/api/v1/sessions")
    assert answer.status_code == 503
    assert answer.json["code"] == "records-unreadable"
    started = client.post("/api/v1/drill/start", json=START)
    assert started.status_code == 503
    assert feeder.asked(Start) == []


def test_records_of_an_earlier_program_are_a_problem_until_the_recorder_has_run(client, data, project, feeder):
    import shutil

    from station.recording.layout import RECORDS_FILE
    from station.wire.messages import Start

    shutil.copy(project / "tests" / "data" / "records-b6890f1.sqlite", data / RECORDS_FILE)
    answer = client.get("/api/v1/sessions")
    assert (answer.status_code, answer.json["code"]) == (503, "records-older")
    assert client.post("/api/v1/drill/start", json=START).status_code == 503
    assert feeder.asked(Start) == []
    open_records(data / RECORDS_FILE).close()  # as the recorder does
    sessions = client.get("/api/v1/sessions?patient=p-7").json["sessions"]
    assert [one["patient"] for one in sessions] == ["P-7"] * 4
