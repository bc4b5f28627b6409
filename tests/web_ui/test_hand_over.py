"""A visit that is handed from one therapist to another."""

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
