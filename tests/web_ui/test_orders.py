"""Orders of partial load over the API and on the phone: entered, seen beside the patient, withdrawn by name."""

import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drills.values import Phase
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.wire.messages import Stop

PATH = "/api/v1/patients/P01/orders"
UNTIL = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
ORDER = {"by": "Eva", "leg": "left", "kg": 20.0, "percent_bw": 25.0, "ordered_by": "Dr. Novak", "until": UNTIL}


@pytest.fixture
def records(data: Path) -> None:
    open_records(data / RECORDS_FILE).close()


def test_an_order_is_entered_seen_and_withdrawn(client, records):
    found = client.get(PATH).json
    assert (found["full_load"], found["standing"], found["why"]) == (True, [], [])
    one = "018f0000-0000-7000-8000-000000000001"
    found = client.post(PATH, json={**ORDER, "id": one}).json
    assert (found["full_load"], found["standing"][0]["limit_kg"], found["standing"][0]["state"]) == (
        False,
        24.0,
        "valid",
    )
    assert "Dr. Novak" in found["why"][0]["message"]
    assert len(client.post(PATH, json={**ORDER, "id": one}).json["standing"]) == 1  # sent again, it is one
    assert client.get("/api/v1/patients/P1/orders").json["full_load"] is False  # nobody has that code
    for wrong in (
        {"kg": 44.0, "percent_bw": 5.0},
        {"until": "2020-01-01"},
        {"kg": 0.0},
        {"until": "soon"},
        {"by": " "},
    ):
        answer = client.post(PATH, json={**ORDER, **wrong})
        assert (answer.status_code, bool(answer.json["fields"])) == (422, True), wrong
    assert client.post(f"{PATH}/withdraw", json={"order": one, "by": "Eva", "reason": " "}).status_code == 422
    other = client.post("/api/v1/patients/P02/orders/withdraw", json={"order": one, "by": "Eva", "reason": "x"})
    assert other.status_code == 404
    found = client.post(f"{PATH}/withdraw", json={"order": one, "by": "Eva", "reason": "full load"}).json
    assert (found["full_load"], [one["reason"] for one in found["earlier"]]) == (True, ["full load"])


@pytest.mark.browser
def test_on_the_phone(visit, patient, served):
    records = open_records(served.data / RECORDS_FILE)
    if Patients(records).find("P41") is None:
        Patients(records).enter("P41", {"initials": "A. B."}, "ab12", sure=True)
    page = visit("/therapist/p/P41/orders", has_touch=True)
    expect(page.locator("#none")).to_be_visible()
    page.get_by_role("radio", name="LEFT").check()
    page.locator("#percent_bw").fill("25")
    page.locator("#kg").fill("2")
    expect(page.locator("#means")).to_contain_text("a body of 8 kg")
    page.locator("#kg").fill("20")
    expect(page.locator("#means")).to_contain_text("stopped from 24.0 kg on")
    page.locator("#ordered_by").fill("Dr. Novak")
    page.locator("#by").fill("Eva")
    page.locator("#save").tap()
    expect(page.locator("#until-problem, #body-problem").filter(has_text=" ").first).to_be_visible()  # no last day
    page.locator("#until").fill(UNTIL)
    patient.begin("P41", "left", "one-leg")
    patient.go(Phase.HOLD)
    page.locator("#save").tap()
    expect(page.locator("#standing")).to_contain_text("LEFT leg: 25 % (20 kg)")
    expect(page.locator("#order")).to_contain_text("Dr. Novak")
    assert patient.asked(Stop)  # it was not begun by this order
    found = Axe().run(page, context="main").response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#standing button").tap()
    page.locator("#away-reason").fill("full load from today")
    page.locator("#away-name").fill("Eva")
    page.locator("#away-form button").tap()
    expect(page.locator("#none")).to_be_visible()
    expect(page.locator("#order")).to_be_hidden()
    expect(page.locator("#earlier")).to_contain_text("full load from today")
