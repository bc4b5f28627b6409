"""The HTTP API over a real ring and a real command socket."""

import pytest

from drills.values import Phase
from station.faults import CATALOGUE
from station.texts import Texts
from station.texts.faults import fault_words
from station.wire.messages import Acknowledge, Answer, Start, Stop

START = {
    "patient": "P01",
    "drill": "single-leg-vibration",
    "leg": "left",
    "frequency_hz": 25,
    "displacement_pp_mm": 0.2,
    "hold_s": 20,
    "trials": 3,
}
GIVES_NO_SAMPLES = "no-samples"


def start(client, **changes):
    return client.post("/api/v1/drill/start", json={**START, **changes})


def test_health_says_which_process_is_well(client, until):
    answer = until(lambda: (got := client.get("/healthz")).status_code == 200 and got)  # the first look is in a thread
    well = {name: state["ok"] for name, state in answer.json.items()}
    assert well == {"control": True, "recorder": True, "web": True}


def test_a_recorder_with_a_fault_is_not_well_and_says_why(client, feeder, until):
    feeder.recorder_fault = "disk-full"
    until(lambda: client.get("/healthz").json["recorder"]["fault"] == "disk-full")
    assert client.get("/healthz").status_code == 503
    feeder.recorder_fault = "of-a-newer-release"
    until(lambda: client.get("/healthz").json["recorder"]["fault"] == "of-a-newer-release")
    feeder.recorder_fault = ""
    until(lambda: client.get("/healthz").status_code == 200)


def test_health_without_control_is_503_and_names_it(app):
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert not answer.json["control"]["ok"]
    assert answer.json["control"]["why"] == "no-answer"
    assert not answer.json["recorder"]["ok"]


def test_a_loop_that_hangs_differs_from_a_control_that_is_gone(client, feeder, until):
    feeder.pause()
    health = until(lambda: (got := client.get("/healthz")).json["control"]["why"] == GIVES_NO_SAMPLES and got)
    assert health.status_code == 503


def test_snapshot_holds_the_running_drill(client, feeder, until):
    feeder.begin("P07", "right")
    feeder.go(Phase.HOLD)
    snapshot = until(lambda: (got := client.get("/api/v1/snapshot").json)["phase"]["name"] == "hold" and got)
    assert (snapshot["patient"], snapshot["leg"], snapshot["trial"], snapshot["trials"]) == ("P07", "right", 1, 3)
    assert 0 <= snapshot["age_s"] < 10
    sample = feeder.published(snapshot["seq"])
    assert snapshot["vibration"]["measured_hz"] == pytest.approx(sample.measured_hz, abs=0.01)
    assert snapshot["vibration"]["measured_hz"] > 20.0
    assert snapshot["force_n"] == pytest.approx(sample.force_n, abs=0.1)
    assert snapshot["force_n"] > 600.0
    assert [cell["state"] for cell in snapshot["cells"]] == ["ok"] * 4
    assert snapshot["epoch"] == str(feeder.epoch)


def test_snapshot_has_null_where_a_sample_has_no_number(client, feeder):
    snapshot = client.get("/api/v1/snapshot")
    assert b"NaN" not in snapshot.data
    assert snapshot.json["cop_ml_mm"] is None
    assert snapshot.json["countdown_s"] is None


def test_start_sends_the_whole_prescription(client, feeder):
    answer = start(client)
    assert (answer.status_code, answer.json) == (200, {"session": 1})
    (asked,) = feeder.asked(Start)
    assert asked.patient == "P01"
    assert asked.needs_web is True
    assert asked.document["schema"] == 2
    assert asked.document["name"] == "single-leg-vibration"
    assert asked.prescription["hold_s"] == 20
    assert asked.prescription["leg"] == "left"


def test_vibration_off_is_displacement_nought(client, feeder):
    assert start(client, displacement_pp_mm=0).status_code == 200
    assert feeder.asked(Start)[0].prescription["displacement_pp_mm"] == 0


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"patient": "P 1"}, "patient", "Patient code"),
        ({"patient": ""}, "patient", "Patient code"),
        ({"leg": "both"}, "leg", "left or right"),
        ({"leg": "up"}, "leg", "must be"),
        ({"hold_s": 4.9}, "hold_s", "Hold must be from 5 to 60 s."),
        ({"hold_s": 61}, "hold_s", "Hold must be from 5 to 60 s."),
        ({"trials": 0}, "trials", "at least 1"),
        ({"trials": 6}, "trials", "from 1 to 5"),
        ({"trials": 2.5}, "trials", "whole number"),
        ({"frequency_hz": 36}, "frequency_hz", "Frequency must be from 5 to 35 Hz."),
        ({"displacement_pp_mm": 2}, "displacement_pp_mm", "0.5 g"),
        ({"drill": "sinlge-leg-vibration"}, "drill", "did you mean"),
        ({"colour": "red"}, "colour", "not a field"),
    ],
)
def test_a_bad_prescription_names_its_field_in_our_words(client, feeder, changes, field, words):
    answer = start(client, **changes)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [one["field"] for one in answer.json["fields"]] == [field]
    assert words in answer.json["fields"][0]["message"]
    assert feeder.asked(Start) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b'{"patient": NaN}'])
def test_a_body_that_is_no_object_is_refused(client, body):
    answer = client.post("/api/v1/drill/start", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["code"] == "input-invalid"


def test_a_form_post_never_starts(client, feeder):
    assert client.post("/api/v1/drill/start", data=START).status_code == 422
    assert feeder.asked(Start) == []


def test_what_control_refuses_comes_with_the_catalogues_words(client, feeder):
    feeder.refusal = Answer(False, "dose-used-up", "P01")
    answer = start(client)
    assert answer.status_code == 409
    fault = fault_words(Texts(), "dose-used-up")
    assert (answer.json["what"], answer.json["cause"], answer.json["remedy"]) == (fault.what, fault.cause, fault.remedy)


def test_without_control_start_and_stop_say_so(app):
    client = app.test_client()
    for answer in (start(client), client.post("/api/v1/stop"), client.post("/api/v1/acknowledge")):
        assert answer.status_code == 503
        assert answer.json["code"] == "control-unreachable"


def test_stop_needs_no_lease(live_app, feeder):
    holder, other = live_app.test_client(), live_app.test_client()
    assert start(holder).status_code == 200
    assert other.post("/api/v1/stop").json == {"ok": True}
    assert len(feeder.asked(Stop)) == 1


def test_stop_reaches_a_control_that_was_restarted(client, feeder, make_feeder, runtime, until):
    client.post("/api/v1/stop")
    feeder.close()
    second = make_feeder(runtime)
    second.start()
    try:
        assert client.post("/api/v1/stop").status_code == 200
        assert len(second.asked(Stop)) == 1
    finally:
        second.close()


def test_acknowledge_reaches_control(client, feeder):
    feeder.trip(4)
    assert client.post("/api/v1/acknowledge").status_code == 200
    assert len(feeder.asked(Acknowledge)) == 1


def test_a_trip_is_in_the_snapshot_by_its_code(client, feeder, until):
    feeder.trip(4)
    trip = until(lambda: client.get("/api/v1/snapshot").json["trip"])
    assert trip == {"code": "load-loss", "number": 4, "cells": [], "seen": None}


def test_one_phone_controls_and_the_other_may_take_over(live_app, feeder):
    first, second = live_app.test_client(), live_app.test_client()
    assert first.post("/api/v1/lease", json={"take": True}).json["yours"]
    refused = start(second)
    assert (refused.status_code, refused.json["code"]) == (423, "lease-held")
    assert second.post("/api/v1/lease", json={"take": True}).status_code == 423
    assert feeder.asked(Start) == []
    assert second.post("/api/v1/lease", json={"take": True, "confirm": True}).json["yours"]
    assert not first.get("/api/v1/lease").json["yours"]
    assert start(second).status_code == 200
    assert start(first).status_code == 423


def test_a_lease_given_back_is_free(live_app):
    first, second = live_app.test_client(), live_app.test_client()
    first.post("/api/v1/lease", json={"take": True})
    assert first.post("/api/v1/lease", json={"take": False}).json["holder"] == ""
    assert second.post("/api/v1/lease", json={"take": True}).json["yours"]


def test_drills_come_with_ranges(client):
    answer = client.get("/api/v1/drills").json
    drills = {drill["name"]: drill for drill in answer["drills"]}
    groups = {one["title"]: one["drills"] for one in answer["groups"]}
    assert sorted(name for names in groups.values() for name in names) == sorted(drills)
    assert "one-leg" in groups["One leg"]
    assert groups["Tests: One leg, 45 s"] == ["one-leg-closed", "one-leg-open"]
    assert set(groups["Vibration"]) == {name for name, one in drills.items() if one["frequency_hz"]}
    assert [one["title"] for one in answer["groups"] if not one["tests"]] == [
        *("One leg", "On both feet", "Strength and everyday movement", "Games", "Vibration"),
    ]
    drill = drills["single-leg-vibration"]
    assert drill["legs"] == drill["leg_words"] == ["left", "right"]
    assert drills["semi-tandem"]["leg_words"] == ["left-front", "right-front"]
    assert drill["hold_s"] == {"min": 5.0, "max": 60.0, "default": 30.0}
    assert drills["quiet-stance"]["frequency_hz"] is None


def test_all_faults_are_listed(client):
    assert {fault["code"] for fault in client.get("/api/v1/faults").json["faults"]} == set(CATALOGUE)


def test_sessions_before_there_are_any(client):
    assert client.get("/api/v1/sessions").json == {"sessions": []}
    missing = client.get("/api/v1/sessions/2026-nothing")
    assert (missing.status_code, missing.json["code"]) == (404, "session-unknown")
    assert client.get("/api/v1/sessions?limit=0").status_code == 422


def test_the_type_of_a_problem_leads_to_its_explanation_in_the_language_that_is_asked_for(client, feeder):
    feeder.refusal = Answer(False, "dose-used-up", "P01")
    german = {"Accept-Language": "de-AT, en;q=0.5", "Accept": "application/json"}
    answer = client.post("/api/v1/drill/start", json=START, headers=german)
    assert (answer.json["code"], answer.headers["Content-Language"]) == ("dose-used-up", "de")
    assert answer.json["title"] == fault_words(Texts("de"), "dose-used-up").what
    told = client.get(answer.json["type"], headers=german)
    assert (told.status_code, told.json["remedy"]) == (200, fault_words(Texts("de"), "dose-used-up").remedy)
    page = client.get(answer.json["type"], headers={"Accept-Language": "de", "Accept": "text/html"}).text
    assert fault_words(Texts("de"), "dose-used-up").cause in page
    assert client.get("/problems/no-such-fault", headers=german).status_code == 404


def test_what_is_wrong_with_a_field_is_said_in_german(client):
    answer = client.post("/api/v1/drill/start", json={**START, "hold_s": 900}, headers={"Accept-Language": "de"})
    assert [field["message"] for field in answer.json["fields"]] == ["Haltezeit muss zwischen 5 und 60 s liegen."]
