"""A visit that is handed from one therapist to another, and one that the practice asked for."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.visits import Visits


def opened_visit(folder: Path, code: str = "P81") -> str:
    records = open_records(folder / RECORDS_FILE)
    visit = Visits(records).open(code, "ab12")
    records.close()
    return visit


def test_it_is_handed_over_by_name_and_every_phone_knows(client, data):
    path = f"/api/v1/visits/{opened_visit(data)}/hand-over"
    assert client.post(path, json={"name": "Ada K.", "to": "Ben S."}).json["held_by"] == "Ben S."
    assert [one["held_by"] for one in client.get("/api/v1/today").json["visits"]] == ["Ben S."]
    assert client.post(path, json={"name": "Ada K.", "to": " "}).status_code == 422
    assert client.post(path, json={"name": "Ada K.", "to": "Ada K."}).json["held_by"] == "Ada K."
    log = AuditLog(open_records(data / RECORDS_FILE))
    lines = [one for one in log.newest(9) if one["what"] == "visit-handed-over"]
    assert [(one["who"], one["detail"]["from"], one["detail"]["to"]) for one in lines] == [
        ("Ada K.", "", "Ben S."),
        ("Ada K.", "Ben S.", "Ada K."),
    ]
    assert log.first_broken() is None


def test_what_is_signed_is_handed_to_nobody(client, data):
    visit = opened_visit(data)
    assert client.post(f"/api/v1/visits/{visit}/sign", json={"name": "Ada K."}).status_code == 200
    for one in (visit, "01"):
        refused = client.post(f"/api/v1/visits/{one}/hand-over", json={"name": "Ada K.", "to": "Ben S."})
        assert refused.status_code == 404


@pytest.mark.browser
def test_who_takes_over_is_named_on_the_other_phone(visit, served):
    opened = opened_visit(served.data)
    other = visit("/therapist/today")
    page = visit(f"/therapist/visit/{opened}")
    hands = page.locator("#hands")
    expect(hands).to_contain_text("Nobody has handed it over.")
    hands.get_by_label("You are").fill("Ada K.")
    hands.get_by_role("button", name="Hand over").click()
    expect(page.locator("#hands-problem")).to_have_text("Say who takes over.")
    hands.get_by_label("Who takes over").fill("Ben S.")
    hands.get_by_role("button", name="Hand over").click()
    expect(page.locator("#held")).to_have_text("Ben S. has this visit.")
    expect(other.locator("#rows")).to_contain_text("with Ben S.")
    hands.get_by_role("button", name="I take over").click()
    expect(page.locator("#held")).to_have_text("Ada K. has this visit.")


@pytest.mark.browser
def test_today_shows_who_was_sent_and_opens_their_visit(visit, served):
    sent = {"exchange": True, "problem": "", "waiting": [{"patient": "P77", "since_ms": 1.8e12}], "refused": []}
    sent["refused"] = [{"file": "BALAPRAX.001", "at_ms": 1.8e12, "problem": "Line 3 is cut off."}]
    opened = []
    page = visit("/stop")
    page.route("**/api/v1/waiting", lambda route: route.fulfill(body=json.dumps(sent), content_type="application/json"))
    page.route(
        "**/api/v1/visits", lambda route: (opened.append(route.request.post_data_json), route.fulfill(body="{}"))
    )
    page.goto(f"{served.url}/therapist/today")
    expect(page.locator("#refused")).to_have_text("File BALAPRAX.001 was not taken. Line 3 is cut off.")
    page.get_by_role("button", name="P77: Open a visit").click()
    expect(page.locator("#sent-problem")).to_be_empty()
    assert opened == [{"patient": "P77"}]
