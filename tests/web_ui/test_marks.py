"""Marks from a phone: who may, where they go, and the buttons on the therapist's page while a trial runs."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from drills.values import Phase
from station.wire.messages import Marked, Stop
from tests.web_ui.test_api import start

LEAST_PX = 44.0
CHOSEN = "(mark) => { localStorage.setItem('clicker-mark', mark); dispatchEvent(new Event('storage')); }"
"""On another page of the same phone."""


def test_only_who_controls_marks_and_the_same_name_is_passed_on_as_it_is(client, live_app, feeder):
    assert client.post("/api/v1/marks", json={"mark": "heel"}).status_code == 423
    assert start(client).status_code == 200
    feeder.go(Phase.HOLD)
    for _ in range(2):
        answer = client.post("/api/v1/marks", json={"mark": "heel", "request": "one"})
        assert answer.status_code == 200, answer.json
    assert [(one.mark, one.request) for one in feeder.asked(Marked)] == [("heel", "one")] * 2
    assert live_app.test_client().post("/api/v1/marks", json={"mark": "heel"}).json["code"] == "lease-held"
    assert client.post("/api/v1/marks", json={"mark": "Heel!"}).status_code in (400, 422)
    assert client.post("/api/v1/marks", json={}).status_code in (400, 422)


def test_what_control_refuses_is_said_in_words(client):
    assert start(client).status_code == 200
    answer = client.post("/api/v1/marks", json={"mark": "heel"})
    assert (answer.status_code, answer.json["code"]) == (409, "nothing-to-mark")
    assert answer.json["remedy"] == "Mark while the patient does the exercise."


@pytest.mark.browser
def test_the_therapist_taps_what_they_see_while_the_trial_runs(visit, patient, until):
    page = visit("/therapist/drill")
    expect(page.locator("#marks")).to_be_hidden()
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    patient.go(Phase.SETTLE)
    expect(page.locator("#clicker")).to_have_text("Clicker: Not good")  # the first, as nobody has chosen another
    button = page.locator("[data-mark=heel]")
    expect(button).to_be_disabled()
    patient.go(Phase.HOLD)
    expect(button).to_be_enabled()
    sizes = page.locator("#mark-buttons button").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert len(sizes) == 7
    assert min(sizes) >= LEAST_PX
    button.click()
    expect(page.locator("#marked")).to_have_text("Heel up: noted, 1 so far.")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#marked")).to_have_text("Heel up: noted, 2 so far.")
    first, second = patient.asked(Marked)
    assert (first.mark, second.mark) == ("heel", "heel")
    assert first.request != second.request
    assert Axe().run(page).response["violations"] == []
    patient.end("completed")
    expect(page.locator("#marks")).to_be_hidden()


@pytest.mark.browser
def test_a_clickers_forward_key_sets_the_mark_that_was_chosen_for_this_phone(visit, patient, until):
    page = visit("/me")
    page.get_by_role("button", name="Test: tap here").click()
    page.keyboard.press("PageUp")
    expect(page.locator("#clicker-heard")).to_have_text("Heard PageUp: that is not the forward key.")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#clicker-heard")).to_have_text("Heard: the clicker works with this phone.")
    arms = page.get_by_role("button", name="Arms")
    arms.click()
    expect(arms).to_have_attribute("aria-pressed", "true")
    page.goto(page.url.replace("/me", "/therapist/drill"))
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    patient.go(Phase.SETTLE)
    expect(page.locator("#clicker")).to_have_text("Clicker: Arms")
    page.keyboard.press("PageDown")  # nothing to mark yet: the page scrolls, as ever
    until(lambda: page.evaluate("scrollY") > 0)
    patient.go(Phase.HOLD)
    expect(page.locator("[data-mark=arms]")).to_be_enabled()
    page.keyboard.down("PageDown")
    page.keyboard.down("PageDown")  # a key that is held repeats itself, and is one mark
    page.keyboard.up("PageDown")
    expect(page.locator("#marked")).to_have_text("Arms: noted, 1 so far.")
    page.evaluate("document.getElementById('marks').append(document.createElement('input'))")
    page.locator("#marks input").focus()
    for key in ("PageDown", "ArrowRight"):  # somebody types
        page.keyboard.press(key)
    page.locator("[data-mark=heel]").focus()
    for key in ("ArrowLeft", "PageUp", "b", "Control+ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#marked")).to_have_text("Arms: noted, 2 so far.")
    assert [one.mark for one in patient.asked(Marked)] == ["arms", "arms"]
    page.evaluate(CHOSEN, "right")
    expect(page.locator("#clicker")).to_have_text(
        'Clicker: this drill has no mark "Right answer", so its forward key marks nothing.'
    )
    page.keyboard.press("PageDown")
    page.keyboard.press("Escape")
    until(lambda: patient.asked(Stop))
    assert len(patient.asked(Marked)) == 2
