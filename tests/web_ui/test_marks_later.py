"""Marks that a therapist sets after a set, on the trace of a try: by the API and on the page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.analysis.results import stored_result_of
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import new

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

RECORDING = Path(__file__).parents[1] / "data" / "calibrated.mcap"
"""One try on both feet of 6.4 s, held."""


def put(data: Path, patient: str, *, recording: bool = True) -> str:
    """A set of this patient's, as the recorder leaves it; its name."""
    (data / "recordings").mkdir(parents=True, exist_ok=True)
    records = open_records(data / RECORDS_FILE)
    sessions = Sessions(records)
    session = new(ord(patient[-1]), patient)._replace(leg="both", ring_epoch=1000)
    if recording:
        shutil.copy(RECORDING, data / session.recording)
    sessions.begin(session)
    sessions.end(session.name, SessionEnd("done", "completed", session.started_ns + 10**11, None))
    sessions.store_results(session.name, stored_result_of(RECORDING))
    records.close()
    return session.name


def test_a_mark_is_set_shown_and_taken_back(client: FlaskClient, data: Path):
    name = put(data, "P-A")
    path = f"/api/v1/sessions/{name}/marks"
    found = client.get(path).json
    assert (found["ready"], found["patient"], found["kinds"][:2]) == (True, "P-A", ["not-good", "arms"])
    assert [(one["hold_s"], one["counts"], one["marks"]) for one in found["tries"]] == [(6.404, True, [])]
    mark: dict[str, Any] = {"number": 1, "mark": "arms", "at_s": 2.5, "request": "one", "name": "Ada K."}
    for _ in range(2):  # the same again marks nothing
        (shown,) = client.post(path, json=mark).json["tries"]
        assert shown["marks"] == [{"id": "one", "mark": "arms", "at_s": 2.5, "by": "Ada K."}]
    visit = client.get(f"/api/v1/visits/{found['visit']}").json
    (trial,) = visit["sessions"][0]["trials"]
    assert (trial["marked"], visit["sessions"][0]["can_be_marked"]) == ([{"mark": "arms", "at_s": 2.5}], True)
    assert (visit["simulated"], client.get(f"/api/v1/sessions/{name}").json["simulated"]) == (True, True)
    for wrong, said in (({"mark": "dance"}, "arms"), ({"at_s": 60.0}, "7.4"), ({"number": 7}, "no try 7")):
        refused = client.post(path, json={**mark, "request": "two", **wrong})
        assert refused.status_code == 422
        assert said in refused.json["detail"]
    assert client.post(path, json={**mark, "at_s": -1}).status_code == 422
    (shown,) = client.post(f"{path}/take-back", json={"number": 1, "id": "one"}).json["tries"]
    assert shown["marks"] == []
    for nothing in (client.get, client.post):
        assert nothing("/api/v1/sessions/NONE/marks", json=mark).status_code == 404


@pytest.mark.browser
def test_a_mark_is_set_on_the_trace_and_on_the_slider_alone(visit, shared: tuple[Feeder, Server], patient: Feeder):
    """With the picture, and where there is none: the recording is gone."""
    data = shared[1].data
    name, without = put(data, "P-B"), put(data, "P-C", recording=False)
    page = visit("/therapist/p/P-B")
    page.locator("#visits a").first.click()
    page.get_by_role("link", name="Mark afterwards").click()
    card = page.locator(".traced")
    expect(card.locator("svg polyline")).to_have_count(2)
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    card.locator("svg").click()  # in its middle
    expect(card.locator(".at")).to_have_text("At 3.2 s")
    expect(card.locator("svg text").first).to_have_text(re.compile(r"^±\d+ mm$"))
    card.get_by_role("button", name="Arms").click()
    expect(card.locator(".told")).to_have_text("✓ Arms at 3.2 s")
    expect(card.locator(".marks li")).to_contain_text(["Arms at 3.2 s"])
    expect(card.locator("line.marked")).to_have_count(1)
    card.get_by_role("slider").press("Home")
    card.get_by_role("slider").press("ArrowRight")
    card.get_by_role("button", name="Rail").click()
    expect(card.locator(".marks li")).to_contain_text(["Rail at 0.1 s", "Arms at 3.2 s"])
    card.get_by_role("button", name="Take back: Rail").click()
    expect(card.locator(".marks li")).to_contain_text(["Arms at 3.2 s"])
    page.get_by_role("link", name="Visit").last.click()
    expect(page.locator("#sets")).to_contain_text("Arms at 3.2 s")
    expect(page.locator("#simulated")).to_have_text("SIMULATED: nobody stood on the plate")
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    page.get_by_role("button", name="Copy as a note").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    note = page.evaluate("copied").split("\n")
    assert note[1] == "SIMULATED: nobody stood on the plate"
    assert any("try 1: Arms at 3.2 s" in line for line in note)
    page = visit(f"/therapist/marks/{without}")
    expect(page.locator("#picture-problem")).to_contain_text("There is no picture")
    page.get_by_role("button", name="Eyes").click()
    expect(page.locator(".traced .marks li")).to_contain_text(["Eyes at 0.0 s"])
    assert Sessions(open_records(data / RECORDS_FILE)).detail(name)["trials"][0]["marked"][0]["mark"] == "arms"
