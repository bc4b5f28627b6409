"""A visit under the wrong patient's code: moved from its page in four taps and what is typed; and by the API."""

import re
import urllib.request
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.visits import Visits
from tests.web_ui.conftest import PATIENCE_S
from tests.web_ui.test_codes import enter

MOST_TAPS = 4


def visit_of(folder, code: str) -> str:
    with closing(open_records(folder / RECORDS_FILE, read_only=True)) as records:
        return str(Visits(records).newest(code)[0]["id"])


@pytest.mark.browser
def test_a_visit_goes_to_whose_it_was_in_four_taps(visit, served):
    enter(served.data, "P71", drill="one-leg")
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Patients(records).enter("P72", {"initials": "M. R."}, "ab12", sure=True)
    with urllib.request.urlopen(f"{served.url}/api/v1/patients/P71", timeout=PATIENCE_S):
        pass  # the server has loaded what reads the records: a page waits 5 s for that
    page, taps = visit("/therapist/drill?patient=P71"), []

    def tap(target) -> None:
        target.click()
        taps.append(target)

    page.locator("#correct-title").click()
    page.locator("#correct").get_by_role("button", name="Wrong patient …").click()
    expect(page).to_have_url(re.compile(r"/therapist/visit/.*#move$"))
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(page.locator("#move-part")).to_be_focused()
    page.goto(f"{served.url}/therapist/visit/{visit_of(served.data, 'P71')}")
    expect(page.locator("#whose")).to_have_text("P71")
    page.get_by_label("Your name").fill("Ada K.")
    tap(page.locator("#move summary"))
    page.get_by_role("textbox", name="Whose visit is it?").fill("p7")
    expect(page.locator("#move-list button")).to_have_count(1)  # of whom else it could be
    tap(page.get_by_role("button", name="P72 · M. R."))
    expect(page.locator("#move-sure")).to_have_text("From P71 to P72. Drills: 1. Legs: BOTH.")
    expect(page.locator("#move-reason")).to_be_focused()
    page.locator("#move-reason").fill("P72 stood there")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    tap(page.get_by_role("button", name="Move the visit"))
    expect(page.locator("#whose")).to_have_text("P72 · M. R.")
    expect(page.locator("#moved")).to_contain_text("Moved from P71 to P72. Ask both the questions again")
    assert len(taps) <= MOST_TAPS
    with closing(open_records(served.data / RECORDS_FILE, read_only=True)) as records:
        assert [len(Sessions(records).newest(code)) for code in ("P71", "P72")] == [0, 1]


@pytest.mark.browser
def test_a_code_that_is_typed_whole_is_taken_and_one_of_nobody_is_said(visit, served):
    enter(served.data, "P73", drill="one-leg")
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Patients(records).enter("P74", {}, "ab12", sure=True)
    page = visit(f"/therapist/visit/{visit_of(served.data, 'P73')}")
    expect(page.locator("#whose")).to_have_text("P73")
    page.get_by_label("Your name").fill("Ada K.")
    page.locator("#move summary").click()
    page.locator("#move-reason").fill("P74 stood there")
    whose, move = (
        page.get_by_role("textbox", name="Whose visit is it?"),
        page.get_by_role("button", name="Move the visit"),
    )
    whose.fill("p99")
    expect(page.locator("#move-list button")).to_have_count(0)
    move.click()
    expect(page.locator("#move-problem")).to_contain_text("Tap whose visit it is in the list above.")
    whose.fill("p74")
    expect(page.locator("#move-problem")).to_be_empty()
    expect(page.locator("#move-list button")).to_have_count(1)
    move.click()  # says what it would do, and does it with the next one
    expect(page.locator("#move-sure")).to_have_text("From P73 to P74. Drills: 1. Legs: BOTH.")
    move.click()
    expect(page.locator("#moved")).to_contain_text("Moved from P73 to P74.")


def test_a_visit_is_moved_by_name_and_not_while_either_is_on_the_plate(client, feeder, data, until):
    enter(data, "P01", "P02")
    visit = visit_of(data, "P01")
    path, body = f"/api/v1/visits/{visit}/move", {"patient": "p02", "name": "Ada", "reason": "P02 stood there"}
    for lacking in body:
        assert client.post(path, json={**body, lacking: ""}).status_code == 422
    assert client.post(path, json={**body, "patient": "P99"}).json["code"] == "patient-unknown"
    same = client.post(path, json={**body, "patient": "P01"})
    assert (same.status_code, same.json["code"]) == (422, "input-invalid")
    assert client.post("/api/v1/visits/nowhere/move", json=body).json["code"] == "visit-unknown"
    for code in ("P01", "P02"):
        feeder.begin(code)
        until(lambda code=code: client.get("/api/v1/snapshot").json["patient"] == code)
        refused = client.post(path, json=body)
        assert (refused.status_code, refused.json["code"]) == (409, "visit-runs")
        feeder.end("completed")
        until(lambda: client.get("/api/v1/snapshot").json["session"] == 0)
    assert client.get(f"/api/v1/visits/{visit}").json["patient"] == "P01"
    moved = client.post(path, json=body)
    assert (moved.status_code, moved.json["patient"], len(moved.json["sessions"])) == (200, "P02", 1)
    assert client.get("/api/v1/patients/P01/visits").json["visits"] == []
