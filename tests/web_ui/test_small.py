"""Little room: a phone on its side, half a screen, text at 200 %. Plate and STOP stay, and nothing goes sideways."""

import pytest
from playwright.sync_api import expect

from drawings.shown import BROKEN
from drills.values import Phase
from tests.web_ui.layout import LAID_OUT, LEAST_PLATE_PX, SIZES
from tests.web_ui.test_visits import PLAN, PLAN_DRILL, enter

pytestmark = pytest.mark.browser
LEAST_LIST_PX = 100
"""Of a page, between the strip and the buttons above STOP."""


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("path", ["/", "/therapist/drill", "/patient", "/technician"])
def test_nothing_is_cut_and_the_plate_and_stop_stay(visit, patient, path, name):
    width, height = SIZES[name]
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit(path, {"width": width, "height": height})
    laid = page.evaluate(LAID_OUT)
    assert laid["sideways"] <= 0
    assert laid["outside"] == []
    stop = laid["stop"]
    assert (stop["width"], round(stop["bottom"])) == (width, height)
    assert stop["height"] >= (48 if name == "half a screen" else 64)
    if path not in ("/therapist/drill", "/patient"):
        return
    plate = laid["plate"]
    assert min(plate["width"], plate["height"]) >= LEAST_PLATE_PX
    if name != "200 %" and (path, name) != ("/patient", "two apps"):  # there one may scroll to it
        assert plate["top"] >= laid["strip"]["bottom"] - 1
        assert plate["bottom"] <= stop["top"] + 1
    if path == "/patient" and name not in ("200 %", "two apps"):
        assert not laid["scrolls"]


@pytest.mark.parametrize("name", ["200 %", "two apps"])
def test_numbers_and_soles_of_the_form_can_be_read(visit, patient, name):
    width, height = SIZES[name]
    page = visit("/therapist/drill", {"width": width, "height": height})
    expect(page.locator("#hold_s")).to_be_enabled()
    fits = "all => all.map((one) => [one.clientWidth >= 40, one.scrollWidth <= one.clientWidth])"
    shown = page.locator(".stepper:visible :is(input, output)").evaluate_all(fits)
    assert shown
    assert all(map(all, shown))
    soles = page.locator("label.leg:visible svg").evaluate_all("all => all.map((one) => one.clientWidth)")
    assert min(soles) >= 36


@pytest.mark.parametrize("name", ["200 %", "two apps"])
def test_a_drill_with_a_long_name_leaves_room_for_the_plan(visit, patient, served, name):
    enter(served.data, "P32")
    width, height = SIZES[name]
    line = {**PLAN_DRILL, "title": "One-legged stance with vibration"}
    plan = {**PLAN, "plan": {**PLAN["plan"], "drills": [line] * 10}}
    page = visit("/therapist/today", {"width": width, "height": height})
    page.route("**/patients/P32/plan", lambda route: route.fulfill(json=plan))
    page.goto(f"{served.url}/therapist/p/P32/plan")
    expect(page.locator("#next")).to_contain_text("with vibration, LEFT")
    bottom, top = page.evaluate("""() => [document.querySelector(".strip"), document.querySelector(".dock")]
      .map((one, at) => one.getBoundingClientRect()[["bottom", "top"][at]])""")
    assert top - bottom >= LEAST_LIST_PX
    assert page.evaluate(BROKEN) == []


@pytest.mark.parametrize("name", ["two apps", "on its side"])
def test_what_is_asked_before_a_pause_ends_is_in_sight(visit, patient, name):
    width, height = SIZES[name]
    page = visit("/therapist/drill", {"width": width, "height": height})
    page.get_by_role("button", name="Take control").click()
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.end_trial("held", 20.0)
    patient.go(Phase.REST)
    patient.now |= {"phase": int(Phase.PAUSE), "phase_left_s": 500.0}
    expect(page.locator("#waits")).to_have_text("If nobody goes on, the drill ends in 9 min.")
    page.locator("#go-on").click()
    expect(page.locator("#go-on-go")).to_be_visible()
    low, stop = (page.locator(one).bounding_box() for one in ("#go-on-go", "#stop"))
    assert low["y"] + low["height"] <= stop["y"]


@pytest.mark.parametrize("name", ["on its side", "200 %", "half a screen", "two apps"])
def test_the_longest_words_to_a_patient_are_whole(visit, patient, name):
    width, height = SIZES[name]
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.trip(4)
    page = visit("/patient", {"width": width, "height": height})
    page.wait_for_selector("body.halted")
    laid = page.evaluate(LAID_OUT)
    assert laid["outside"] == []
    assert laid["instruction"]["top"] >= laid["strip"]["bottom"] - 1
    assert laid["instruction"]["bottom"] <= laid["stop"]["top"] + 1
