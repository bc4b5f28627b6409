"""What is heard of the patient's screen: which sound and which phrase between two snapshots, and that it is heard."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from drills.values import Phase
from drills.words import Cue
from tests.conftest import CHROMIUM, FLAGS
from web_ui.scene import name_of

pytestmark = pytest.mark.browser

SCREEN = {"width": 1920, "height": 1080}
HEARD = """async ([before, after]) => {
  const { heardBetween } = await import("/static/js/heard.js");
  return heardBetween(before, after);
}"""
SCENE = {
    "cue": "none",
    "cue_count": 0,
    "tone_hz": 0,
    "clock_kind": "none",
    "clock_ds": 0,
    "clock_of_ds": 0,
    "outcome": "none",
    "eyes": "open",
}


def moment(phase="hold", *, scene=None, **own):
    """What counts of a snapshot."""
    return {"phase": {"name": phase}, "trip": None, "notice": None, "scene": {**SCENE, **(scene or {})}, **own}


@pytest.fixture(scope="module")
def page(shared: tuple[Any, Any], browser: Browser) -> Iterator[Page]:
    """Any page of the station: only its modules are used."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(shared[1].url + "/stop")
    yield page
    context.close()


def clock(kind, tenths, of=100):
    return {"clock_kind": kind, "clock_ds": tenths, "clock_of_ds": of}


CASES = {
    "nothing changes": (moment(), moment(), [], []),
    "a cue": (moment(), moment(scene={"cue": "hit", "cue_count": 1}), ["hit"], []),
    "the same cue again": (
        moment(scene={"cue": "hit", "cue_count": 1}),
        moment(scene={"cue": "hit", "cue_count": 2}),
        ["hit"],
        [],
    ),
    "a phrase": (moment("rest"), moment("rest", scene={"cue": "say-get-ready", "cue_count": 1}), [], [4]),
    "the hold begins": (moment("baseline"), moment(scene={"cue": "start", "cue_count": 1}), ["start"], []),
    "three": (moment(scene=clock("left", 31)), moment(scene=clock("left", 30)), ["last"], []),
    "four": (moment(scene=clock("left", 41)), moment(scene=clock("left", 40)), [], []),
    "over": (moment(scene=clock("left", 1)), moment(scene=clock("left", 0)), [], []),
    "frames were dropped": (moment(scene=clock("left", 80)), moment(scene=clock("left", 12)), ["last"], []),
    "get ready": (
        moment("settle", scene=clock("get-ready", 21, 50)),
        moment("settle", scene=clock("get-ready", 19, 50)),
        ["ready"],
        [],
    ),
    "held": (moment(), moment("ramp-down", scene={"outcome": "held"}), ["goal"], []),
    "unsafe": (moment(), moment("rest", scene={"outcome": "unsafe"}), ["stop"], []),
    "a trip": (moment(), moment(trip={"code": "x"}), ["stop"], [9]),
    "a trip of who may put a part on a leg": (
        moment(),
        moment(trip={"code": "x"}, instruction=["stopped-part", "foot-off"]),
        ["stop"],
        [10],
    ),
    "still tripped": (moment(trip={"code": "x"}), moment(trip={"code": "x"}), [], []),
    "eyes close": (moment(), moment(scene={"eyes": "closed"}), ["eyes-close"], [5]),
    "eyes open": (moment(scene={"eyes": "closed"}), moment(), ["eyes-open"], [6]),
    "the page has just come": (None, moment(scene={"cue": "hit", "cue_count": 9}), [], []),
    "done": (
        moment(),
        moment("done", scene={"cue": "say-step-off", "cue_count": 1, "outcome": "held"}),
        ["goal"],
        [8, 10],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_change_has_its_sound_once(page, name):
    before, after, notes, phrases = CASES[name]
    heard = page.evaluate(HEARD, [before, after])
    assert (heard["notes"], heard["phrases"]) == (notes, phrases)


def test_the_error_is_a_pitch_and_a_line_that_is_crossed_a_warning(page):
    def lasting(**own):
        heard = page.evaluate(HEARD, [moment(), moment(**own)])
        return heard["toneHz"], heard["warning"]

    assert lasting(scene={"tone_hz": 480}) == (480, "")
    assert lasting(scene={"cue": "warn"}) == (0, "warn")
    assert lasting(scene={"cue": "over-line"}) == (0, "stop")
    assert lasting(load_warning="stop") == (0, "stop")
    assert lasting(load_warning=None, scene={"cue": "warn"}) == (0, "")
    assert lasting(trip={"code": "x"}, scene={"tone_hz": 480}) == (0, "")


def test_every_cue_of_the_drills_is_a_sound_a_phrase_or_a_warning(page):
    for cue in Cue:
        heard = page.evaluate(HEARD, [moment(), moment(scene={"cue": name_of(Cue, cue), "cue_count": 1})])
        assert (cue is Cue.NONE) == (not heard["notes"] and not heard["phrases"] and not heard["warning"]), cue


LISTEN = """() => {
  window.heard = [];
  const begin = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at = 0) {
    window.heard.push(this.frequency.value);
    return begin.call(this, at);
  };
}"""


@pytest.fixture
def with_policy(browser: Browser, served: Any) -> Iterator[Callable[[str], Page]]:
    """`with_policy(words)`: the patient's page in a browser of its own whose rule for sounds is this."""
    opened = []

    def open_page(policy):
        own = browser.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, f"--autoplay-policy={policy}"])
        opened.append(own)
        page = own.new_page(viewport=SCREEN)
        page.goto(served.url + "/patient")
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
        return page

    yield open_page
    for own in opened:
        own.close()


def test_a_try_is_heard_without_a_gesture_by_the_flag_of_the_stations_screen(with_policy, patient, project):
    """By the real engine: the tones that the page starts while a try begins and is stopped."""
    flags = (project / "systemd" / "station_install" / "kiosk.py").read_text()
    (policy,) = re.findall(r"--autoplay-policy=([a-z-]+)", flags)
    page = with_policy(policy)
    expect(page.locator("#silent")).to_be_empty()
    page.evaluate(LISTEN)
    patient.begin("P01")
    patient.go(Phase.BASELINE)
    expect(page.locator("#tries")).not_to_be_empty()
    patient.go(Phase.HOLD)
    page.wait_for_function("() => heard.includes(880)")
    patient.trip(4)
    page.wait_for_function("() => heard.includes(523)")
    assert page.evaluate("heard.filter((hz) => hz === 523).length") == 1


def test_a_browser_that_wants_a_gesture_says_so_until_it_has_one(with_policy):
    page = with_policy("document-user-activation-required")
    expect(page.locator("#silent")).to_have_text("No sound: touch the screen once")
    letters = page.locator("#silent").evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    assert letters >= 46.0, "16 minutes of arc at 2.5 m"
    page.mouse.click(400, 400)
    expect(page.locator("#silent")).to_be_empty()
