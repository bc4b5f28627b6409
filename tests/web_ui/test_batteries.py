"""The batteries on the phone and in the API: how far each is, what is not wanted, and a Start of the next test."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from station.clinic.batteries.documents import names
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import Patients
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.wire.messages import Start

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

PATH = "/api/v1/patients/P51/batteries"
DOSE = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}
YES = {"name": "Ada K."}


ROMBERG = ("feet-together-open", 30.0)
"""The first test of "romberg"."""


def stood(folder: Path, *outcomes: str, end: str = "completed", of=ROMBERG, tested=None) -> None:
    """A session of this test with these tries."""
    at_ns, (drill, hold_s) = time.time_ns(), of
    name = session_id(at_ns, 7, at_ns % 10**9)
    records = open_records(folder / RECORDS_FILE)
    rows = Sessions(records)
    ring = ("boot", 7, at_ns % 10**9, f"recordings/{name}.mcap")
    rows.begin(NewSession(name, "P51", drill, "both", {"hold_s": hold_s}, at_ns, *ring))
    rows.end(name, SessionEnd("done", end, at_ns + 10**9, None))
    trials = [
        {
            "trial": number,
            "leg": "both",
            "outcome": outcome,
            "hold_s": 30.0 if outcome == "held" else 4.0,
            "measures": {},
            "reasons": {},
            "baseline_measures": None,
            "vibration": {},
        }
        for number, outcome in enumerate(outcomes, 1)
    ]
    done = {str(number): {"exercise": "stand", "tested": tested or {}} for number in range(1, 1 + len(outcomes))}
    found = {"pipeline": "station-1", "pipeline_version": 1, "trials": trials, "dose": DOSE, "exercised": done}
    rows.store_results(name, found)
    records.close()


def of(client: FlaskClient, name: str, **headers: str):
    found = client.get(PATH, headers=headers).json["batteries"]
    return next(one for one in found if one["name"] == name)


def test_a_battery_is_as_far_as_its_recordings_and_its_refusals_say(client: FlaskClient, data: Path):
    stood(data, "held", "held", end="stopped")
    found = of(client, "romberg")
    assert (found["state"], found["next"], found["proposed"]) == ("partly", "together-open", True)
    assert [one["leg_word"] for one in found["tests"]] == ["both", "both", "right-front"]
    first = found["tests"][0]
    assert (first["state"], first["done"], first["of"], first["trials"]) == ("stopped", 2, 3, 1)
    assert first["why"] == "somebody stopped it"
    refused = client.post(f"{PATH}/romberg/tests/together-open", json={**YES, "why": "tired"}).json["batteries"]
    found = next(one for one in refused if one["name"] == "romberg")
    assert (found["tests"][0]["state"], found["tests"][0]["why"]) == ("refused", "tired")
    assert found["next"] == "together-closed"
    stood(data, "held")
    assert of(client, "romberg")["tests"][0]["state"] == "done", "what was done counts, whatever was said before"
    german = of(client, "romberg", **{"Accept-Language": "de"})
    assert german["title"] == "Romberg und Tandem"


def test_a_test_that_was_done_says_what_it_found_and_what_is_usual_at_the_age(client: FlaskClient, data: Path):
    stood(data, "held", of=("five-stands", 75.0), tested={"five_stands_s": 13.2, "rises": 5.0, "chair_stands": 5.0})
    records = open_records(data / RECORDS_FILE)
    born = datetime.now(UTC).year - 65
    Patients(records).change("P51", {"birth_year": born}, "Ada K.")
    records.close()
    test = of(client, "chair")["tests"][1]
    assert (test["state"], test["results"]) == ("done", ["five rises in 13.2 s, 5 rises seen"])
    assert test["usual"][0] == "women, 60 to 69 years: up to 11.4 s"
    assert "13.2 is longer, worse than average (men)" in test["usual"]
    assert "Bohannon 2006" in test["usual"][-1]
    german = of(client, "chair", **{"Accept-Language": "de"})["tests"][1]
    assert german["results"][0] == "fünfmal aufgestanden in 13,2 s, 5-mal aufgestanden"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("romberg/tests/no-such", {**YES, "why": "x"}, 422),
        ("no-such/tests/open", {**YES, "why": "x"}, 422),
        ("romberg/tests/together-open", {"name": " ", "why": "x"}, 422),
        ("romberg/tests/together-open", {**YES, "why": "x" * 201}, 422),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_written(client: FlaskClient, data: Path, path, body, status):
    stood(data, "held")
    assert client.post(f"{PATH}/{path}", json=body).status_code == status
    assert of(client, "romberg")["state"] == "partly"
    nobody = "/api/v1/patients/P52/batteries"
    assert client.get(nobody).json["batteries"][0]["state"] == "not-done"
    unknown = client.post(f"{nobody}/romberg/tests/together-open", json={**YES, "why": "x"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "patient-unknown")


@pytest.mark.browser
def test_from_the_list_to_the_next_test_in_three_taps_and_what_is_not_wanted(visit, served: Server, patient: Feeder):
    stood(served.data, "held", "foot-down")
    page = visit("/therapist/p/P51/tests")
    rows = page.locator("#rows [role=listitem]")
    expect(rows).to_have_count(len(names()))
    expect(rows.filter(has_text="Romberg and tandem")).to_contain_text("0 of 3 tests")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_role("button", name="Romberg and tandem").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Romberg and tandem")
    expect(rows.first).to_contain_text("2 of 3")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.get_by_text("Patient does not want it").click()
    form = page.locator("#refuse-form")
    form.get_by_label("Your name").fill("Ada K.")
    form.get_by_role("button").click()
    expect(form.get_by_role("alert")).to_have_text("Say why it is not wanted.")
    form.get_by_label("Reason").fill("tired")
    form.get_by_role("button").click()
    expect(rows.first).to_contain_text("not wanted: tired")
    expect(page.locator("#next")).to_contain_text("Feet together, eyes closed")
    rows.first.get_by_role("button").click()
    expect(rows.first).to_contain_text("2 of 3")
    page.locator("#next").click()
    card = page.locator("#confirm")
    expect(card).to_contain_text("P51")
    expect(card).to_contain_text("1 try of 30 s")
    page.get_by_role("button", name="Confirm and start").click()
    page.wait_for_url(re.compile(r"/therapist/drill$"))
    begun = patient.asked(Start)[-1]
    assert (begun.patient, begun.prescription["hold_s"], begun.prescription["trials"]) == ("P51", 30.0, 1)
