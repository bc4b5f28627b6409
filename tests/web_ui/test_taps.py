"""A finger that is down hits what it was aimed at: nothing moves under it, whatever comes from the station."""

import re

import pytest
from playwright.sync_api import Page, expect

from station.faults import CATALOGUE
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.wire.messages import Stop

pytestmark = pytest.mark.browser

TRIP = CATALOGUE["cell-fault"].number
NO_END = """() => {
  const real = setTimeout;
  window.setTimeout = (change, ms, ...more) => {
    if (ms !== 2000) return real(change, ms, ...more);
    window.restsTooLong = change;
    window.ends = (window.ends ?? 0) + 1;
    return 0;
  };
}"""
"""A finger that rests is no tap after two seconds: not before this test says so, however slow the machine."""
SEES_TRIP = """() => {
  const read = JSON.parse;
  window.tripCame = new Promise((done) => {
    JSON.parse = (text) => {
      const it = read(text);
      if (it?.trip) {
        it.processes.control.fault = "rig-lost";
        done();
      }
      return it;
    };
  });
}"""
"""Control cannot work either: then the form goes too."""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TRIPPED = "#trip:not([hidden]), body.halted"
HALTED = "body[data-halted]"


def pressed(page: Page, place: str) -> None:
    """A finger goes down on the middle of this, and stays."""
    page.locator(place).first.hover()
    page.evaluate(NO_END)
    page.mouse.down()


@pytest.mark.parametrize(
    ("path", "aimed"), [("/therapist/drill", "label.leg"), ("/technician", "#again"), ("/patient", "button.stand")]
)
def test_a_trip_moves_nothing_under_a_finger(visit, patient, path, aimed):
    patient.leads = True
    page = visit(path)
    page.evaluate(SEES_TRIP)
    pressed(page, aimed)
    patient.trip(TRIP)
    page.evaluate("() => window.tripCame")
    page.evaluate(PAINTED)
    assert [page.locator(one).count() for one in (TRIPPED, HALTED)] == [0, 0]
    page.locator(aimed).first.dispatch_event("pointerdown", {"pointerId": 9})
    assert page.evaluate("() => window.ends") == 1  # another finger makes it no longer
    page.evaluate("() => window.restsTooLong()")  # a finger that rests hides no trip
    expect(page.locator(TRIPPED)).to_have_count(1)
    expect(page.locator(HALTED)).to_have_count(1)
    page.mouse.up()


@pytest.mark.parametrize(
    ("path", "asked", "shown", "aimed"),
    [
        ("/therapist/patients", "**/api/v1/patients?q=*", "#content", "#new"),
        ("/technician", "**/api/v1/technician", "#red", "#again"),
    ],
)
def test_a_list_waits_for_the_tap(visit, patient, path, asked, shown, aimed):
    page = visit("/")
    held = []
    page.route(asked, lambda route: held.append(route))  # noqa: PLW0108  # a list's own method is refused
    with page.expect_request(asked):
        page.goto(page.url + path[1:])
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    before = page.locator(shown).inner_html()
    pressed(page, aimed)
    with page.expect_response(asked) as answered:
        for route in held:
            route.continue_()
    answered.value.finished()
    page.evaluate(PAINTED)
    assert page.locator(shown).inner_html() == before
    page.mouse.up()
    if path == "/technician":
        expect(page.locator(shown)).not_to_have_text("")
    else:
        expect(page).to_have_url(re.compile("/new$"))


def test_stop_under_a_finger_is_confirmed_at_once(visit, patient):
    page = visit("/therapist/drill")
    page.locator("#stop").hover()
    page.evaluate(NO_END)
    page.mouse.down()
    expect(page.locator("#stop")).to_have_attribute("data-state", "stopped")
    assert patient.asked(Stop)
    page.mouse.up()


def test_a_tap_that_comes_too_early_is_seen_to_be_lost(visit, patient):
    page = visit("/therapist/drill")
    page.evaluate(
        "() => { window.setTimeout = () => 0; document.getElementById('content').classList.add('settling'); }"
    )
    page.locator("#stop").click()
    expect(page.locator("#stop")).to_have_attribute("data-state", "stopped")
    expect(page.locator("#content")).not_to_have_class(re.compile("missed"))  # STOP is always taken
    box = page.locator("label.leg").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#content")).to_have_class(re.compile("missed"))
    assert page.locator("input[name=leg]:checked").count() == 0


def test_a_list_that_is_drawn_again_keeps_the_focus(visit, patient, served):
    records = open_records(served.data / RECORDS_FILE)
    Patients(records).enter("P01", {}, "ab12")
    records.close()
    page = visit("/therapist/patients")
    page.locator("#list a[href$='/P01']").focus()
    patient.begin("P01")
    expect(page.locator("#list .here")).to_have_count(1)
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == "/therapist/p/P01"
