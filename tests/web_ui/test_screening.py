"""The screening over the API: what is asked, what was answered, by whom, and what nobody may write down."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from station.clinic.screening.items import ABSOLUTE, RED_FLAG, RELATIVE, shipped
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.wire.messages import Start, Stop
from web_ui.service import service_of

ITEMS = shipped()
CLEAR = {one.id: "no" for one in ITEMS.item} | {"mass-kg": 70, "dizziness": 0, "pain": 1.5}
KINDS = {one.id: one.kind for one in ITEMS.item}
LOCKING = [one.id for one in ITEMS.item if one.kind in (ABSOLUTE, RED_FLAG)]
PATH = "/api/v1/patients/P01/screening"


@pytest.fixture
def asked(client: FlaskClient, data: Path) -> FlaskClient:
    """The API over records that are there."""
    open_records(data / RECORDS_FILE).close()
    return client


def answer(client, answers, by="Eva", **further):
    now = client.get(PATH).json
    body = {"by": by, "answers": answers, "screening": now["screening"], "version": now["version"], **further}
    return client.post(PATH, json=body)


def override(client, item, by="Dr. Gruber", reason="seen today", **further):
    body = {"item": item, "by": by, "reason": reason, "screening": client.get(PATH).json["screening"], **further}
    return client.post(f"{PATH}/override", json=body)


def test_what_is_asked_has_words_and_a_screen_each(asked):
    view = asked.get(PATH, headers={"Accept-Language": "de"}).json
    assert (view["vibration"], view["session"], view["fault"]) == (False, True, "screening-lacking")
    assert (view["screening"], view["until_ms"], view["required"], view["proposed"]) == ("", None, False, True)
    assert [one["field"] for one in view["why"]] == ["body"]
    items = {one["id"]: one for one in view["items"]}
    assert [name for one in view["screens"] for name in one["items"] if name in items] != []
    assert sorted(name for one in view["screens"] for name in one["items"]) == sorted(items)
    assert {one["state"] for one in items.values()} == {"not-asked"}
    # Nobody has signed the German words yet: the authored ones stand beside them.
    assert (items["epilepsy"]["words"], items["epilepsy"]["words_authored"]) == ("Epilepsie", "Epilepsy")
    assert asked.get(PATH).json["items"][0]["words_authored"] == ""
    assert "word." not in json.dumps(view)


def test_on_real_hardware_it_is_said_to_be_needed(asked, feeder):
    feeder.screens = True
    assert asked.get(PATH).json["required"] is True


def test_answered_by_name_it_holds_for_twelve_hours(asked, data):
    view = answer(asked, CLEAR, by=" Eva ").json
    assert (view["vibration"], view["fault"], view["why"], view["asked_by"]) == (True, "", [], "Eva")
    assert 0 < 12 * 3600 - view["left_s"] < 600
    assert view["until_ms"] - view["asked_at_ms"] == 12 * 3600 * 1000
    assert {one["id"]: one["answer"] for one in view["items"]} == CLEAR
    (line,) = AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(9)
    assert (line["who"], line["what"], line["detail"]["answers"]) == ("Eva", "screened", CLEAR)


def test_yes_unknown_and_silence_lock_and_the_item_is_named(asked):
    for item in (LOCKING[0], "mass-kg", LOCKING[-1]):  # all of them: tests/station/clinic/test_screening.py
        yes = {"mass-kg": 34.9, "dizziness": 6, "pain": 10}.get(item, "yes")
        for said in (yes, "unknown", None):
            given = {name: one for name, one in (CLEAR | {item: said}).items() if one is not None}
            view = answer(asked, given).json
            assert (view["vibration"], view["fault"], [one["field"] for one in view["why"]]) == (
                False,
                "screening-locked",
                [item],
            )
            assert view["session"] is (said != yes or KINDS[item] != RED_FLAG)
        refused = override(asked, item)
        assert (refused.status_code, refused.json["fields"][0]["field"]) == (422, item)
        assert asked.get(PATH).json["vibration"] is False


def test_a_relative_item_needs_a_name_and_a_reason(asked):
    relative = next(one.id for one in ITEMS.item if one.kind == RELATIVE)
    assert override(asked, relative).json["code"] == "screening-lacking"
    assert answer(asked, CLEAR | {relative: "yes"}).json["vibration"] is False
    for lacking in ({"by": " "}, {"reason": ""}, {"reason": "x" * 201}):
        assert override(asked, relative, **lacking).status_code == 422
    view = override(asked, relative, reason="glucose 6.1").json
    assert view["vibration"] is True
    item = next(one for one in view["items"] if one["id"] == relative)
    assert (item["state"], item["override"]) == ("overridden", {"by": "Dr. Gruber", "reason": "glucose 6.1"})
    # Asked again, it is overridden again.
    again = answer(asked, CLEAR | {relative: "yes"}).json
    assert again["vibration"] is False


def test_who_only_looks_on_overrides_nothing(asked, live_app):
    relative = next(one.id for one in ITEMS.item if one.kind == RELATIVE)
    answer(asked, CLEAR | {relative: "yes"})
    other = live_app.test_client()
    assert other.post("/api/v1/lease", json={"take": True}).json["yours"]
    refused = override(asked, relative)
    assert (refused.status_code, refused.json["code"]) == (423, "lease-held")
    assert answer(asked, CLEAR).json["vibration"] is True  # to ask needs no control


def test_what_is_no_answer_is_refused_by_its_item(asked):
    for item, wrong in {"pregnancyy": "no", "pregnancy": 0, "mass-kg": "no", "pain": 11, "dizziness": 10.5}.items():
        refused = answer(asked, CLEAR | {item: wrong})
        assert (refused.status_code, refused.json["code"]) == (422, "input-invalid")
        assert refused.json["fields"][0]["field"] == item
        assert "{" not in refused.json["detail"]
    for wrong in (True, None, [], "maybe", "NO", -1, 1e9, {}):
        assert answer(asked, {"pregnancy": wrong}).status_code == 422
    assert asked.get(PATH).json["screening"] == ""


def test_two_phones_do_not_speak_over_each_other(asked):
    before = asked.get(PATH).json
    first = answer(asked, CLEAR | {"epilepsy": "yes"}, by="Ben")
    assert first.json["why"][0]["field"] == "epilepsy"
    late = answer(asked, CLEAR, screening=before["screening"])
    assert (late.status_code, late.json["code"]) == (409, "screening-changed")
    assert "Ben" in late.json["detail"]
    assert asked.get(PATH).json["vibration"] is False
    assert answer(asked, CLEAR).json["vibration"] is True  # who has read it may answer again


def test_a_tap_that_came_twice_is_written_once(asked, data):
    before = asked.get(PATH).json
    once, twice = (answer(asked, CLEAR, screening=before["screening"]) for _ in range(2))
    assert once.json["screening"] == twice.json["screening"] != ""
    assert len(AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(9)) == 1
    relative = next(one.id for one in ITEMS.item if one.kind == RELATIVE)
    seen = answer(asked, CLEAR | {relative: "yes"}).json["screening"]
    assert [override(asked, relative, screening=seen).json["vibration"] for _ in range(2)] == [True, True]
    assert len(AuditLog(open_records(data / RECORDS_FILE, read_only=True)).newest(9)) == 3


def test_answers_to_another_list_of_questions_are_refused(asked):
    refused = answer(asked, CLEAR, version="0123456789ab")
    assert (refused.status_code, refused.json["fields"][0]["field"]) == (422, "items")


def test_where_the_recorder_has_made_no_records_nothing_is_written(client, data):
    refused = answer(client, CLEAR)
    assert (refused.status_code, refused.json["code"]) == (503, "recorder-not-ready")
    assert not (data / RECORDS_FILE).exists()


def test_an_answer_that_forbids_what_runs_stops_it(asked, feeder, until, live_app):
    live = service_of(live_app).live
    relative = next(one.id for one in ITEMS.item if one.kind == RELATIVE)
    for required, said, stops in (
        (True, {}, 0),
        (False, {relative: "yes"}, 0),  # nobody stands on a simulated plate
        (True, {relative: "yes"}, 1),
        (False, {LOCKING[-1]: "yes"}, 1),
    ):
        feeder.reset()
        feeder.screens = required
        feeder.begin("P01")
        running = feeder.now["session"]  # the one before may be what is seen yet
        until(lambda now=running: live.sample.session == live.story.session == now)
        assert answer(asked, CLEAR | said).status_code == 200
        assert len(feeder.asked(Stop)) == stops, said
    feeder.begin("P02")
    until(lambda: live.story.patient == "P02")
    answer(asked, CLEAR | {LOCKING[-1]: "unknown"})
    assert feeder.running


def test_after_a_red_flag_no_page_and_no_program_starts_over_the_api(asked, feeder):
    answer(asked, CLEAR | {LOCKING[-1]: "yes"})
    for millimetres in (0, 0.23):
        body = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left", "displacement_pp_mm": millimetres}
        refused = asked.post("/api/v1/drill/start", json=body)
        assert (refused.status_code, refused.json["code"]) == (409, "screening-locked")
    assert feeder.asked(Start) == []
