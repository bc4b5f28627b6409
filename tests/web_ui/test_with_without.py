"""With vibration beside without it: kept from everybody while it runs, then said with what it is worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from drills.values import Phase
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions
from tests.moments import earlier_today_ns
from tests.web_ui.test_quick import DOSE

ORDER = (True, False, False, True, False, True, True, False)
DRILL = "with-and-without"
WORSE = {True: (9.0, 8.0, 10.0, 9.0), False: (30.0, 30.0, 30.0, 29.0)}
ALIKE = {True: (30.0, 30.0, 30.0, 30.0), False: (30.0, 30.0, 30.0, 30.0)}


def write(folder: Path, ring: tuple[int, int], times: dict[bool, Any], *, done: bool = True, hz: float = 25.0) -> str:
    """The rows that the recorder writes of such a session; the later its number, the later it was."""
    epoch, number = ring
    at_ns = earlier_today_ns(1000) + number * 10**10
    name = session_id(at_ns, epoch, number)
    records = open_records(folder / RECORDS_FILE)
    rows, left = Sessions(records), {kind: iter(kept) for kind, kept in times.items()}
    asked = {"hold_s": 30.0, "frequency_hz": hz, "displacement_pp_mm": 0.23}
    rows.begin(NewSession(name, "P07", DRILL, "left", asked, at_ns, "boot", epoch, number, f"{name}.mcap"))
    trials = []
    for number, vibrated in enumerate(ORDER, 1):
        hold_s = next(left[vibrated])
        held = hold_s == 30.0
        trials.append(
            {
                "trial": number,
                "outcome": "held" if held else "foot-down",
                "hold_s": hold_s,
                "measures": {"mean_velocity_mm_s": 40.0 + number, "ellipse_area_mm2": 900.0} if held else {},
                "reasons": {},
                "baseline_measures": None,
                "vibration": {"asked_hz": hz if vibrated else 0.0},
            }
        )
    if done:
        rows.end(name, SessionEnd("done", "completed", at_ns + 10**11, None))
    said = {str(one["trial"]): {"with_without": {"order": "abba", "seed": 77}} for one in trials}
    rows.store_results(
        name, {"pipeline": "station-1", "pipeline_version": 1, "trials": trials, "dose": DOSE, "exercised": said}
    )
    records.close()
    return name


def compared(client: FlaskClient, name: str) -> dict[str, Any]:
    return client.get(f"/api/v1/sessions/{name}/with-without").json


def test_the_api_says_what_differs_and_the_running_estimate_of_what_is_alike(client: FlaskClient, data: Path):
    first = write(data, (7, 1), ALIKE)
    write(data, (7, 2), WORSE, hz=30.0)  # another vibration: it is no part of the estimate
    last = write(data, (7, 3), WORSE)
    alone = compared(client, first)
    assert (alone["now"]["verdict"], alone["estimate"]) == ("none", None)
    assert (alone["order"], alone["seed"], alone["vibrated"]) == ("abba", 77, list(ORDER))
    found = compared(client, last)
    assert (found["now"]["verdict"], found["estimate"]["sessions"]) == ("one-without", 2)
    time_held = found["now"]["differences"][0]
    assert (time_held["name"], time_held["differs"], time_held["better"]) == ("hold_s", True, "without")
    assert time_held["low"] < time_held["difference"] < time_held["high"] < 0.0
    sway = found["now"]["differences"][2]
    assert sway["differs"] is None
    assert "0 turn(s) with vibration and 3 without it were held to the end" in sway["why"]
    assert found["estimate"]["differences"][0]["with_turns"] == 8


def test_the_api_says_nothing_of_one_that_runs_or_that_is_none(client: FlaskClient, data: Path):
    running = compared(client, write(data, (8, 1), WORSE, done=False))
    assert (running["ready"], running["now"], running["vibrated"], running["seed"]) == (False, None, [], None)
    assert client.get("/api/v1/sessions/nothing/with-without").status_code == 404


@pytest.mark.browser
def test_the_page_keeps_it_until_the_end_and_says_no_difference_plainly(visit, patient, shared):
    write(shared[0].runtime, (9, 1), ALIKE)
    page = visit("/therapist/drill")
    patient.begin("P07", drill=DRILL, hold_s=30.0)
    patient.go(Phase.HOLD)
    patient.end_trial("foot-down", 3.0)
    expect(page.locator("#blind")).to_be_visible()
    expect(page.locator("#result")).to_be_hidden()
    expect(page.locator("#held")).to_have_text("–")
    ring = (patient.epoch, patient.now["session"])
    patient.end("completed")
    expect(page.locator("#result-rows tr")).to_have_count(1)
    expect(page.locator("#blind")).to_be_hidden()
    name = write(shared[0].runtime, ring, ALIKE)
    expect(page.locator("#compared-verdict")).to_have_text(
        "No difference seen between the turns with vibration and those without it."
    )
    rows = page.locator("#compared-now li")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text(
        "Time held: no difference seen.With 30.0 s, without 30.0 s. All turns were alike in this."
    )
    expect(page.locator("#compared-over")).to_have_text("All 2 like comparisons together")
    expect(page.locator("#compared-order")).to_contain_text("with, without, without, with")
    page.goto(page.url.replace("/therapist/drill", f"/therapist/result/{name}"))
    expect(page.locator("#compared-verdict")).to_contain_text("No difference seen")
    expect(page.locator("#legs")).to_be_hidden()
    expect(page.locator(".who")).to_have_text("P07")
