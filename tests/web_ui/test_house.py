"""The manager's page: who is proposed for erasing, who confirms it, and how much the plate is used."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from playwright.sync_api import expect
from sqlalchemy import update

from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.models import PatientRow, VisitRow
from station.records.visits import Visits

LONG_AGO_NS = 946_728_000 * 10**9
"""1 January 2000."""


@pytest.fixture
def kept(app: OpenAPI, data: Path, tmp_path: Path) -> Callable[[str], FlaskClient]:
    """`kept(settings)`: pages of a station with P01 and P02 of long ago, and P03 of today."""
    records = open_records(data / RECORDS_FILE)
    visits = Visits(records)
    old = [visits.open(code, "Ada") for code in ("P01", "P02")]
    visits.open("P03", "Ada")
    with records.writing() as transaction:
        transaction.execute(update(VisitRow).where(VisitRow.id.in_(old)).values(opened_ns=LONG_AGO_NS))
        theirs = update(PatientRow).where(PatientRow.code.in_(("P01", "P02")))
        transaction.execute(theirs.values(changed_ns=LONG_AGO_NS))

    def pages(settings: str) -> FlaskClient:
        file = tmp_path / "station.toml"
        file.write_text(settings)
        app.config["STATION_SETTINGS"] = file
        client = app.test_client()
        shown = client.get("/api/v1/day").json["clock"]
        client.post("/api/v1/day/clock", json={"name": "Ada", "wall_ms": shown["wall_ms"]})
        return client

    return pages


TEN = "[retention]\nyears = 10\n"


def test_nobody_is_proposed_unless_the_clinic_says_how_long(kept):
    assert kept("").get("/api/v1/retention").json == {"years": None, "vouched": True, "patients": []}


def test_the_old_are_proposed_and_nothing_goes_by_itself(kept):
    client = kept(TEN)
    first = client.get("/api/v1/retention").json
    assert [(one["code"], one["last"][:4]) for one in first["patients"]] == [("P01", "2000"), ("P02", "2000")]
    assert client.get("/api/v1/retention").json == first
    assert {one["code"] for one in client.get("/api/v1/patients").json["patients"]} == {"P01", "P02", "P03"}


def test_a_person_confirms_each_by_name_and_the_log_stays_whole(kept, data):
    client = kept(TEN)
    done = client.post("/api/v1/retention", json={"name": "Mia M.", "codes": ["P02"]})
    assert (done.status_code, done.json["erased"]) == (200, ["P02"])
    assert [one["code"] for one in done.json["patients"]] == ["P01"]
    assert not client.get("/api/v1/patients/P02").json["known"]
    log = AuditLog(open_records(data / RECORDS_FILE))
    assert log.first_broken() is None
    (line,) = [one for one in log.newest(20) if one["what"] == "patient-erased"]
    assert (line["who"], line["detail"]["reason"]) == ("Mia M.", "kept for 10 years")


@pytest.mark.parametrize("codes", [["P03"], ["P01", "P03"], ["P77"]])
def test_who_is_not_proposed_is_not_erased_and_nobody_with_them(kept, codes):
    client = kept(TEN)
    refused = client.post("/api/v1/retention", json={"name": "Mia M.", "codes": codes})
    assert (refused.status_code, refused.json["code"]) == (409, "retention-not-due")
    assert {one["code"] for one in client.get("/api/v1/patients").json["patients"]} == {"P01", "P02", "P03"}


def test_a_clock_for_which_nobody_vouches_proposes_nobody(kept, monkeypatch):
    client = kept(TEN)
    monkeypatch.setattr("web_ui.records.day", lambda _data: ({"voucher": "", "by": ""}, []))
    assert client.get("/api/v1/retention").json == {"years": 10, "vouched": False, "patients": []}


@pytest.mark.browser
def test_two_taps_and_a_name_erase_and_the_use_is_shown(visit, served):
    page = visit("/technician/manager")
    kept = {"years": 10, "vouched": True, "patients": [{"code": "P01", "last": "2000-01-01", "sessions": 3}]}
    use = {"week": date.today().isoformat(), "title": "Quiet stance", "patients": 2, "vibration_s": 0.0}
    page.route(
        "**/api/v1/use",
        lambda route: route.fulfill(json={"weeks": 12, "lines": [{**use, "sessions": 4, "hours": 0.5}]}),
    )
    asked = []

    def answer(route):
        if route.request.method == "GET":
            route.fulfill(json=kept)
            return
        asked.append(route.request.post_data_json)
        route.fulfill(json={**kept, "patients": [], "erased": ["P01"], "remains": [], "not_told": []})

    page.route("**/api/v1/retention", answer)
    page.reload()
    expect(page.locator(".use tbody")).to_have_text(re.compile("Quiet stance.*4.*2.*0.5"))
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Erase …").click()
    expect(page.locator("#codes-problem")).to_have_text("Choose whose records are to be erased.")
    page.get_by_label(re.compile("P01: last on")).check()
    page.get_by_role("button", name="Erase …").click()
    expect(page.locator("#name-problem")).to_have_text("Say who you are.")
    page.get_by_label("Your name", exact=True).fill("Mia M.")
    page.get_by_role("button", name="Erase …").focus()
    for _ in range(3):
        page.keyboard.down("Enter")  # it is held down: the second and the third are repeated
    page.keyboard.up("Enter")
    expect(page.get_by_role("button", name="Tap again to erase P01")).to_be_visible()
    assert asked == []
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Tap again to erase P01").click()
    expect(page.locator("#rest")).to_have_text("Erased: P01")
    assert asked == [{"name": "Mia M.", "codes": ["P01"]}]
