"""What a therapist types, in the API and on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.web_ui.test_batteries import stood

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web_ui.conftest import Server

PATH = "/api/v1/patients/P51/entries"


def test_a_form_is_written_down_and_says_what_it_comes_to(client: FlaskClient, data: Path):
    stood(data, "held")
    first = client.get(PATH).json
    assert (first["proposed"], len(first["forms"])) == (True, 11)
    assert {one["state"] for one in first["forms"]} == {"not-done"}
    answers = {"first": "climb the stairs", "now-first": 3}
    forms = client.post(f"{PATH}/goals", json={"by": "Ada K.", "answers": answers}).json["forms"]
    goals = next(one for one in forms if one["id"] == "goals")
    assert (goals["state"], goals["by"], goals["answers"], goals["results"]) == (
        "done",
        "Ada K.",
        answers,
        ["mean of 1: 3.0 of 10"],
    )
    assert next(one for one in forms if one["id"] == "joints")["fields"][0]["title"] == "Ankle, foot up (°), left leg"
    refused = client.post(f"{PATH}/pain", json={"by": "Ada K.", "refused": "no time"}).json["forms"]
    assert next((one["state"], one["why"]) for one in refused if one["id"] == "pain") == ("refused", "no time")
    plan = client.get(PATH, headers={"Accept-Language": "de"}).json["forms"]
    assert plan[6]["title"] == "Ziele, in eigenen Worten"


@pytest.mark.parametrize(
    ("form", "body", "status"),
    [
        ("goals", {"by": "Ada K.", "answers": {"now-first": 12}}, 422),
        ("goals", {"by": " ", "answers": {"now-first": 2}}, 422),
        ("goals", {"by": "Ada K."}, 422),
        ("fes-i", {"by": "Ada K.", "answers": {"now": 2}}, 422),
        ("pain", {"by": "Ada K.", "answers": {"now": "NaN"}}, 422),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_written(client: FlaskClient, data: Path, form, body, status):
    stood(data, "held")
    assert client.post(f"{PATH}/{form}", json=body).status_code == status
    assert {one["state"] for one in client.get(PATH).json["forms"]} == {"not-done"}


@pytest.mark.browser
def test_a_fall_asks_for_more_and_the_risk_stands_in_the_list(visit, served: Server):
    stood(served.data, "held")
    page = visit("/therapist/p/P51/tests")
    page.get_by_role("button", name="Falls").click()
    form = page.locator("#entry-form")
    expect(form.get_by_label("Two falls or more?")).to_be_hidden()
    for question in ("fallen in the last year", "Unsteady", "Worried", "Frail"):
        form.get_by_label(question).select_option("yes" if "fallen" in question else "no")
    expect(form.get_by_label("Two falls or more?")).to_be_visible()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    form.get_by_role("button", name="Write it down").click()
    expect(form.get_by_role("alert")).to_have_text("Write your name.")
    form.get_by_label("Two falls or more?").select_option("yes")
    form.get_by_label("Your name").fill("Ada K.")
    form.get_by_role("button", name="Write it down").click()
    rows = page.locator("#entry-rows [role=listitem]")
    expect(rows.filter(has_text="Falls")).to_contain_text("risk of falls by the three key questions: high")
    expect(rows.filter(has_text="Falls")).to_contain_text("5 of 8")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
