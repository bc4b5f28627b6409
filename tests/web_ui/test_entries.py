"""What a therapist types, in the API and on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from station.access.rights import Role, Transport
from station.recording.layout import RECORDS_FILE
from station.records.entries import Entered, enter
from station.records.file import open_records
from station.records.models import EntryRow
from tests.web_ui.test_batteries import stood
from tests.web_ui.test_rights import came
from web_ui.callers import PHONE_COOKIES
from web_ui.service import service_of

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


def goals(client: FlaskClient, **body: object):
    return client.post(f"{PATH}/goals", json={"by": "Ada K.", **body})


def of_goals(answer) -> dict:
    return next(one for one in answer.json["forms"] if one["id"] == "goals")


def test_who_saves_second_is_told_what_the_first_wrote_and_nothing_is_lost(client: FlaskClient, data: Path):
    stood(data, "held")
    seen = of_goals(client.get(PATH))["seen"]
    assert seen == ""
    first = of_goals(goals(client, answers={"first": "stairs", "now-first": 3}, seen=seen))
    late = goals(client, by="Ben S.", answers={"first": "stairs", "now-first": 5}, seen=seen)
    assert (late.status_code, late.json["code"]) == (409, "changed-meanwhile")
    assert "Ada K." in late.json["detail"]
    assert [(one["field"], one["message"].endswith("Ada K. wrote 3")) for one in late.json["fields"]] == [
        ("now-first", True)
    ]
    assert of_goals(client.get(PATH))["answers"]["now-first"] == 3
    again = goals(client, by="Ben S.", answers={"first": "stairs", "now-first": 5}, seen=first["seen"])
    assert (of_goals(again)["answers"]["now-first"], of_goals(again)["by"]) == (5, "Ben S.")
    assert goals(client, answers={"now-first": 4}).status_code == 200, "a program that says nothing of it has its way"


def test_a_form_of_another_day_is_in_nobodys_way(client: FlaskClient, data: Path):
    stood(data, "held")
    records = open_records(data / RECORDS_FILE)
    enter(records, "P51", Entered("pain", "Ada K.", {"now": 3}))
    with records.writing() as transaction:
        transaction.scalars(select(EntryRow)).one().day = "2026-01-01"
    answer = client.post(f"{PATH}/pain", json={"by": "Ben S.", "answers": {"now": 4}, "seen": ""})
    assert answer.status_code == 200


def test_words_that_were_not_shown_on_the_access_point_stay(app, data: Path):
    stood(data, "held")
    records = open_records(data / RECORDS_FILE)
    enter(records, "P51", Entered("goals", "Ada K.", {"first": "stairs", "now-first": 3}))
    client, phones = app.test_client(use_cookies=False), service_of(app).access.phones
    token = phones.pair("Ada", Role.THERAPIST, Transport.ACCESS_POINT)
    headers = {**came(Transport.ACCESS_POINT), "Cookie": f"{PHONE_COOKIES[Transport.ACCESS_POINT]}={token}"}
    body = {"by": "Ada K.", "answers": {"first": "", "now-first": 6}}
    hidden = client.post(f"{PATH}/goals", json=body, headers=headers)
    assert (hidden.status_code, of_goals(hidden)["answers"]) == (200, {"first": "", "now-first": 6})
    assert of_goals(app.test_client().get(PATH))["answers"] == {"first": "stairs", "now-first": 6}


@pytest.mark.browser
def test_the_second_phone_keeps_what_was_typed_and_may_put_it_on_top(visit, served: Server):
    stood(served.data, "held")
    phones = [visit("/therapist/p/P51/tests") for _ in range(2)]
    for number, phone in enumerate(phones):
        phone.get_by_role("button", name="Pain").click()
        phone.locator("#entry-now").fill(str(number + 3))
        phone.locator("#entry-name").fill(("Ada K.", "Ben S.")[number])
    for phone in phones:
        phone.get_by_role("button", name="Write it down").click()
    late = phones[1]
    expect(late.locator("#entry-problem")).to_contain_text("Ada K. wrote 3")
    expect(late.locator("#entry-now")).to_have_value("4")
    late.get_by_role("button", name="Write it down").click()
    expect(late.locator("#entry-form")).to_be_hidden()
    expect(late.locator("#entry-rows")).to_contain_text("Ben S.")
