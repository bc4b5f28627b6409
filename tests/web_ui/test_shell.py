"""The shell of the pages below /therapist: STOP first, the one most urgent thing, what runs, and whose page it is."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import WebSocketRoute, expect

from drills.values import Phase
from station.texts import Texts
from station.wire.messages import Stop
from tests.web_ui.layout import LAID_OUT, SIZES

pytestmark = pytest.mark.browser

PATH = "/therapist/patients"


def test_nothing_is_cut_in_any_room(visit, patient):
    """Dark and in German it is tried with the pages of patients."""
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit(PATH)
    expect(page.locator("#running")).to_contain_text("P01")
    for name, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        laid = page.evaluate(LAID_OUT)
        assert (laid["sideways"] <= 0, laid["outside"]) == (True, []), name
        stop = laid["stop"]
        assert (stop["width"], round(stop["bottom"])) == (width, height)
        assert stop["height"] >= 64
    page.set_viewport_size({"width": 390, "height": 844})
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []


def test_stop_is_the_first_of_the_tab(browser, served):
    context = browser.new_context()
    page = context.new_page()
    for path in ("/", "/therapist/drill", PATH, "/patient", "/technician", "/nothing-here"):
        page.goto(served.url + path)
        page.keyboard.press("Tab")
        assert (path, page.evaluate("document.activeElement.id")) == (path, "stop")
    context.close()


def test_what_goes_on_sideways_is_reached_and_scrolled_by_the_keyboard(project: Path):
    """In one language a table fits, in another its last column is out of sight: a finger alone would come to it."""
    tags = re.findall(r'<[a-z]+ class="[^"]*\bscroll\b[^>]*>', "".join(read(project, "templates", "*.html")))
    assert len(tags) > 5
    assert [one for one in tags if 'tabindex="0"' not in one or 'role="group"' not in one] == []
    assert re.findall(r"[^\n]*overflow-x: auto", "".join(read(project, "static/css", "*.css"))) == [
        ".scroll { overflow-x: auto"
    ]


def read(project: Path, folder: str, names: str) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((project / "web_ui" / folder).glob(names))]


OFF = """(forMs) => {
  const main = document.querySelector("main");
  main.insertAdjacentHTML("beforeend", '<section id="around"><button id="once">.</button></section>');
  const button = document.getElementById("once");
  button.focus();
  button.disabled = true;
  if (forMs !== null) setTimeout(() => { button.disabled = false; }, forMs);
}"""


@pytest.mark.parametrize(("for_ms", "focused"), [(150, "#once"), (None, "#around")])
def test_a_button_that_is_off_gives_the_keyboard_back_or_leaves_it_beside_itself(visit, for_ms, focused):
    page = visit(PATH)
    page.keyboard.press("Tab")
    page.evaluate(OFF, for_ms)
    expect(page.locator(focused)).to_be_focused()
    expect(page.locator("#once")).to_be_enabled(enabled=for_ms is not None)


def test_tab_leaves_the_page_behind_its_last_thing(visit):
    """Who keeps the focus must not hold anybody: a browser's own buttons come next, and then STOP again."""
    page = visit(PATH)
    page.clock.install()
    stops = page.evaluate(
        "() => [...document.querySelectorAll('a, button, input')].filter((one) => one.checkVisibility()).length"
    )
    came = []
    for _ in range(stops + 2):
        page.keyboard.press("Tab")
        page.clock.run_for(1000)
        came.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert came[0] == "stop"
    assert "stop" in came[1:]


BAND = """(words) => {
  const strip = document.querySelector(".strip");
  strip.insertAdjacentHTML("afterend", `<section class="practises"><a href="/practice">${words}</a></section>`);
  const band = document.querySelector(".practises");
  const [range, box, edge] = [document.createRange(), band.getBoundingClientRect(), band.clientTop];
  range.selectNodeContents(band.firstElementChild);
  const lines = [...range.getClientRects()];
  return [lines.length, lines[0].top - box.top - edge, box.bottom - edge - lines.at(-1).bottom];
}"""


def test_the_band_of_practice_has_room_round_two_lines(visit, patient):
    page = visit(PATH, {"width": 320, "height": 844})
    words = Texts("de").say("page.all.practice")
    lines, above, below = page.evaluate(BAND, words)
    assert lines == 2
    assert min(above, below) >= 4


UNSEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const { left, top, width, height } = one.getBoundingClientRect();
  const middle = (Math.max(0, top) + Math.min(innerHeight, top + height)) / 2; // of what of it is in sight
  const over = document.elementFromPoint(Math.min(innerWidth - 1, Math.max(0, left + width / 2)), middle);
  const room = one.closest("label") ?? one;
  const isCovered = over === null || !(room.contains(over) || over.contains(room));
  return [one.outerHTML.slice(0, 80), isCovered ? `under ${over?.id} ${over?.className}` : "", one.id];
}"""
"""What has the focus, and what lies over it."""


@pytest.mark.parametrize("size", ["phone", "on its side"])
@pytest.mark.parametrize("path", ["/therapist/drill", "/therapist/p/P41/tests", "/technician", "/me"])
def test_what_the_keyboard_comes_to_is_never_under_stop_or_the_dock(visit, path, size):
    width, height = SIZES[size]
    page = visit(path, {"width": width, "height": height})
    covered = []
    page.keyboard.press("Tab")
    for _ in range(40):
        page.keyboard.press("Tab")
        what = page.evaluate(UNSEEN)
        if what is None or what[2] == "stop":
            break
        covered += [what] if what[1] else []
    assert covered == []


@pytest.mark.parametrize("tapped", ["STOP", "Escape", "a button"])
def test_a_tap_before_the_pages_script_is_there_is_not_lost(visit, patient, until, tapped):
    """A phone on a bad network shows the page a while before it can be used."""
    page = visit("/")
    held = []
    page.route("**/js/erase.js", lambda route: held.append(route))  # noqa: PLW0108  # a list's own method is refused
    with page.expect_request("**/js/erase.js"):
        page.goto(page.url + "therapist/p/P-7/erase", wait_until="commit")
    page.get_by_label("Type the code again").fill("P-7")
    before = len(patient.asked(Stop))
    if tapped == "a button":
        page.get_by_role("button", name="Erase P-7 for good").click()
    elif tapped == "STOP":
        page.get_by_role("button", name="STOP").click()
    else:
        page.keyboard.press(tapped)
    if tapped != "a button":
        until(lambda: len(patient.asked(Stop)) > before)  # at once
    held.pop().continue_()
    if tapped == "a button":
        expect(page.locator("#reason-problem")).to_have_text("Say why.")
        expect(page.get_by_label("Type the code again")).to_have_value("P-7")
    else:
        expect(page.locator("#stop")).to_have_attribute("data-state", re.compile("stopped|ready"))
        until(lambda: len(patient.asked(Stop)) > before + 1)  # and until it is confirmed


@pytest.mark.parametrize("key", ["Escape", "s"])
def test_stop_has_keys(visit, patient, key):
    """A letter is meant when it is held, and never in a field."""
    page = visit("/therapist/drill")
    page.clock.install()
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    before = len(patient.asked(Stop))
    code = page.get_by_label("Patient code")
    code.focus()
    if key == "s":
        page.keyboard.down(key)
        page.clock.run_for(1000)
        page.keyboard.up(key)
        expect(code).to_have_value("s")
        assert len(patient.asked(Stop)) == before
        code.blur()
    page.keyboard.down(key)
    page.clock.run_for(1000)
    expect(page.get_by_role("button", name="STOPPED")).to_be_visible()
    page.keyboard.up(key)
    assert len(patient.asked(Stop)) > before


def test_what_runs_is_one_tap_away_and_the_most_urgent_thing_is_said(visit, patient):
    page = visit(PATH)
    bar, urgent = page.locator("#running"), page.locator("#urgent")
    expect(bar).to_be_hidden()
    patient.begin("P07")
    patient.go(Phase.HOLD)
    expect(bar).to_have_text(re.compile(r"P07 · LEFT · Hold \d+ s"))
    expect(urgent).to_have_text(re.compile(r"\d+ Hz on"))
    patient.trip(4)
    expect(urgent).to_have_text("Vibration locked")
    expect(bar).to_have_text("Vibration is locked. See why.")
    page.get_by_role("link", name="Vibration is locked").click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()


def test_the_list_is_one_tap_from_the_form_and_names_the_way_back(visit):
    page = visit("/therapist/drill")
    page.get_by_role("link", name="Patients").click()
    expect(page.get_by_role("heading", name="Patients")).to_be_visible()
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    page.get_by_role("link", name="New drill").click()
    expect(page.get_by_label("Patient code")).to_be_visible()


def test_a_page_that_is_open_when_practice_begins_is_loaded_anew(visit, until):
    """It has no band, and shows the real station's patients: it would be taken for the real one."""
    page, opened = visit("/stop"), []

    def answer(socket: WebSocketRoute) -> None:
        opened.append(socket)
        if len(opened) == 1:
            socket.send(json.dumps({"type": "welcome", "you": "x", "practice": True}))
        else:
            socket.connect_to_server()

    page.route_web_socket("**/live*", answer)
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    assert len(opened) == 2


@pytest.mark.parametrize(
    "back",
    [
        "document.dispatchEvent(new Event('visibilitychange'))",
        "dispatchEvent(new Event('online'))",
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
    ],
)
def test_a_page_that_comes_back_asks_for_all_and_calls_nothing_live_before_it_has_come(visit, until, back: str):
    page = visit("/stop")
    said: list[dict[str, Any]] = []
    asleep: list[bool] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def up(message: str | bytes) -> None:
            said.append(json.loads(message))
            server.send(message)

        def down(message: str | bytes) -> None:
            if not (asleep and json.loads(message).get("full")):  # what changes goes on coming
                socket.send(message)

        socket.on_message(up)
        server.on_message(down)

    page.route_web_socket("**/live*", between)
    page.goto(page.url.replace("/stop", "/therapist/drill"))
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    assert {"type": "resync"} not in said
    asleep.append(True)
    page.evaluate(back)
    until(lambda: {"type": "resync"} in said)
    expect(page.locator("body")).not_to_have_attribute("data-freshness", "live")
    asleep.clear()
    page.evaluate(back)
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")


@pytest.mark.parametrize(
    ("path", "asked"),
    [("/pair", "**/api/v1/pairing"), ("/therapist/p/P41/orders", "**/api/v1/patients/P41/orders")],
)
def test_a_page_that_got_no_answer_asks_until_there_is_one(visit, path, asked):
    page = visit("/stop")
    page.route(asked, lambda route: route.fulfill(body="{"))  # it breaks off
    page.goto(page.url.removesuffix("/stop") + path)
    problem = page.locator("#problem")
    expect(problem).to_contain_text("The station does not answer.")
    page.unroute(asked)
    expect(problem).to_be_empty()
