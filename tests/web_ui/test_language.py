"""Which language a page has, and how numbers and dates are written in it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from web_ui.app import create_app
from web_ui.language import COOKIE, PAGE_TEXTS, Languages
from web_ui.service import service_of

PAGES = ("/", "/therapist/drill", "/therapist/patients", "/therapist/day", "/patient", "/technician")
ADDRESS = {
    "therapist": "/therapist/drill",
    "patients": "/therapist/patients",
    "new-patient": "/therapist/patients/new",
    "change-patient": "/therapist/p/P01/change",
    "consent": "/therapist/p/P01/consent",
    "person": "/therapist/p/P01",
    "erase": "/therapist/p/P01/erase",
    "marks-later": "/therapist/marks/01",
    "papers": "/therapist/p/P01/papers",
    "trends": "/therapist/p/P01/trends",
    "day": "/therapist/day",
    "screen": "/therapist/screen",
    "today": "/therapist/today",
    "visit": "/therapist/visit/01",
    "after": "/therapist/after/01",
    "fall": "/therapist/fall",
    "drills": "/therapist/drills",
    "own": "/therapist/drills/mine",
    "orders": "/therapist/p/P01/orders",
    "plan": "/therapist/p/P01/plan",
    "tests": "/therapist/p/P01/tests",
    "quick": "/therapist/quick",
    "result": "/therapist/result/01",
    "questions": "/therapist/p/P01/questions",
    "join": "/pair/01",
    "people": "/technician/people",
    "manager": "/technician/manager",
    "selftest": "/technician/selftest",
    "cells": "/technician/cells",
    "logs": "/technician/logs",
    "update": "/technician/update",
    "calibrate": "/technician/calibrate",
}
"""Of the pages that are not at their own name."""


def language(answer) -> str:
    return re.search(r'<html lang="([^"]+)"', answer.text)[1]


@pytest.fixture
def german(runtime: Path, data: Path) -> Iterator[FlaskClient]:
    """A browser without pages, on a German station with an English patient's screen."""
    app = create_app(runtime, data, Languages("de", "en"))
    yield app.test_client()
    service_of(app).close()


@pytest.mark.parametrize("path", PAGES)
def test_without_a_wish_a_page_has_the_stations_language(client, path):
    assert language(client.get(path)) == "en"


def test_the_browsers_own_language_goes_before_the_stations(german):
    wish = {"Accept-Language": "sv;q=0.9, en-GB;q=0.8, de;q=0.1"}
    assert language(german.get("/therapist/drill", headers=wish)) == "en"
    assert language(german.get("/therapist/drill", headers={"Accept-Language": "sv"})) == "de"


def test_the_choice_goes_before_both_and_is_kept(german):
    answer = german.post("/language", data={"language": "en"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert language(german.get("/therapist/drill", headers={"Accept-Language": "de"})) == "en"
    assert f"{COOKIE}=en" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]


def test_the_patients_screen_has_its_own_whoever_opens_it(german):
    german.post("/language", data={"language": "de"})
    assert language(german.get("/patient", headers={"Accept-Language": "de"})) == "en"


@pytest.mark.parametrize("asked", ["", "sv", "../de", "de; Path=/x", "x" * 300])
def test_a_language_that_there_is_not_cannot_be_chosen(client, asked):
    answer = client.post("/language", data={"language": asked})
    assert answer.status_code == 400
    assert COOKIE not in answer.headers.get("Set-Cookie", "")


def test_a_strange_cookie_is_no_language(client):
    client.set_cookie(COOKIE, "<script>")
    assert language(client.get("/")) == "en"


@pytest.mark.parametrize("path", PAGES)
def test_an_unconfirmed_language_is_marked(german, path):
    marked = 'class="unconfirmed"' in german.get(path, headers={"Accept-Language": "de"}).text
    assert marked == (path != "/patient")  # which is in English here


@pytest.mark.parametrize("page", [page for page in PAGE_TEXTS if page not in ("home", "error")])
def test_a_page_carries_the_words_that_it_may_say_and_no_others(client, page):
    answer = client.get(ADDRESS.get(page, f"/{page}"))
    block = json.loads(re.search(r'id="texts">(.*?)</script>', answer.text)[1])
    assert all(key.startswith(("page.all.", *PAGE_TEXTS[page])) for key in block["texts"])
    assert (block["forms"][1], block["forms"][2]) == (0, 1)
    assert len(answer.text) < 90_000


@pytest.mark.browser
def test_numbers_are_written_as_in_german_and_the_form_still_works(visit, patient):
    page = visit("/therapist/drill", extra_http_headers={"Accept-Language": "de"})
    expect(page.locator("#drill")).to_be_enabled()
    page.locator("#drill").select_option("single-leg-vibration")
    expect(page.locator("#displacement_pp_mm-range")).to_have_text("0,02 bis 2\u00a0mm")
    expect(page.locator("#displacement_pp_mm")).to_have_value("0.23")
    assert page.locator("#displacement_pp_mm").evaluate("input => input.validity.valid")
    expect(page.locator("#peak")).to_have_text("Spitzenbeschleunigung 0,29 g; höchstens 0,5 g.")
    page.locator("#patient").fill("P01")
    page.locator("label.leg").first.click()
    page.locator("#start").click()
    expect(page.locator("#summary")).to_contain_text("LINKES Bein")
    expect(page.locator("#summary")).to_contain_text("25 Hz, 0,23 mm")
    said = page.evaluate(
        "import('/static/js/texts.js').then(({ dateTime }) => dateTime(Date.UTC(2026, 10, 28, 12, 5)))"
    )
    assert re.fullmatch(r"28\.11\.2026 \d\d:05", said)


@pytest.mark.browser
def test_the_language_is_chosen_on_the_first_page(visit):
    page = visit("/")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Wer sind Sie?")).to_be_visible()
    expect(page.get_by_role("button", name="STOPP")).to_be_visible()
