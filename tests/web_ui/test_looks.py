"""How the pages look and age, in Debian's Chromium. Waiting is by `expect`: a page that never gets there fails."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from drawings.shown import BROKEN
from drills.values import Phase

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1920, "height": 1080}
PAGES = ("/", "/therapist/drill", "/patient", "/technician")


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("phase", [None, Phase.HOLD], ids=["idle", "hold"])
def test_a_page_fits_reads_and_stops(visit, patient, path, size, phase):
    if phase is not None:
        patient.begin("P01")
        patient.go(phase)
    page = visit(path, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stop = page.get_by_role("button", name="STOP")
    box = stop.bounding_box()
    assert box["width"] == size["width"]
    assert box["height"] >= 72
    assert box["y"] + box["height"] == size["height"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
@pytest.mark.parametrize(("path", "where"), [("/therapist/drill", "#inside"), ("/technician", "#point")])
def test_a_point_that_is_no_longer_exact_is_marked_in_words(visit, patient, path, where, size):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit(path, size)
    expect(page.locator(where)).not_to_contain_text("Too light")
    patient.now |= {"force_n": 35.0 * 9.81, "peak_acceleration_g": 1.0}
    expect(page.locator(where)).to_contain_text("Too light for this vibration")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/therapist/drill", "/technician"])
def test_what_is_old_looks_so_and_can_still_be_read(visit, patient, path, scheme):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit(path, color_scheme=scheme)
    # As the page ages it: a second without anything new, until the third.
    page.evaluate("""() => { const { body } = document, old = () => {
      if (body.dataset.freshness !== "stale") body.dataset.freshness = "stale"; };
      new MutationObserver(old).observe(body, { attributes: true }); old(); }""")
    seen = page.locator(".values [data-value]").first
    expect(seen).to_have_css("font-style", "italic")
    found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_trip_and_the_confirmation_read_well(visit, patient, scheme):
    page = visit("/therapist/drill", color_scheme=scheme)
    page.get_by_label("Patient code").fill("P01")
    page.get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    expect(page.get_by_role("heading", name="Start this?")).to_be_visible()
    patient.trip(4)
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found] == []


@pytest.mark.parametrize("path", ["/technician/calibrate", "/technician/selftest", "/technician/people"])
def test_no_word_on_a_button_is_broken_where_words_are_long(visit, path):
    page = visit(path, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_is_tapped_is_small(visit, path):
    page = visit(path)
    small = page.evaluate("""() => [...document.querySelectorAll("button, a:not(.skip), select, input, summary")]
        .filter((element) => element.offsetParent !== null)
        .map((element) => [(element.closest("label") ?? element).getBoundingClientRect(), element.outerHTML])
        .filter(([box]) => box.height < 48 || box.width < 48).map(([, html]) => html)""")
    assert small == []


def test_values_grey_at_one_second_and_blank_at_three(visit, patient):
    page = visit("/technician")
    force = page.locator("[data-value=force_n]")
    expect(force).to_have_text(re.compile(r"\d"))
    page.evaluate("""() => {
        window.seen = [];
        const look = () => {
            const force = document.querySelector("[data-value=force_n]");
            seen.push([document.body.dataset.freshness, getComputedStyle(force).fontStyle, force.textContent !== "–"]);
        };
        new MutationObserver(look).observe(document.body, { attributeFilter: ["data-freshness"] });
    }""")
    patient.pause()
    expect(page.locator("body")).to_have_attribute("data-freshness", "dead")
    expect(page.locator("#freshness")).to_have_text(re.compile(r"No live data for \d+ s"))
    expect(force).to_have_text("–")
    patient.resume()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(force).to_have_text(re.compile(r"\d"))
    seen = page.evaluate("seen")  # a busy machine may make a frame late before: then it was grey for a moment
    at = [one[0] for one in seen].index("dead")
    (stale, *grey), (dead, *blank), (fresh, *_) = seen[at - 1], seen[at], seen[-1]
    assert (stale, dead, fresh) == ("stale", "dead", "live")
    assert (grey, blank) == (["italic", True], ["italic", False])


AGE = """import(document.querySelector("script[type=module]").src.replace(/[^/]*$/, "freshness.js"))
    .then((module) => module.ageS())"""


def test_it_is_one_second_and_three_by_the_pages_own_clock(browser, served):
    """On a clock that only the test moves, from a frame that was new when it was sent, however busy the machine is."""
    context = browser.new_context()
    page = context.new_page()
    cut = []

    def pass_on(socket):
        upstream = socket.connect_to_server()
        new = re.compile(r'"age_s":[\d.]+')
        upstream.on_message(lambda message: cut or socket.send(new.sub('"age_s":0.0', message)))

    page.route_web_socket("**/live*", pass_on)
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.goto(served.url + "/technician")
    body = page.locator("body")
    expect(body).to_have_attribute("data-freshness", "live")
    cut.append(True)
    age_s = page.evaluate(AGE)
    assert age_s == 0.0
    for until_s, level in ((0.85, "live"), (1.15, "stale"), (2.85, "stale"), (3.15, "dead")):
        page.clock.run_for(round((until_s - age_s) * 1000))
        age_s = page.evaluate(AGE)
        assert age_s == pytest.approx(until_s, abs=1e-3)
        assert (body.get_attribute("data-freshness"), level) == (level, level)
    assert page.locator("[data-value=force_n]").text_content() == "–"
    context.close()


def test_what_to_do_without_a_picture_is_not_greyed(visit, patient):
    page = visit("/patient", SCREEN)
    patient.pause()
    said = page.locator("#instruction")
    expect(said).to_have_text("No picture now. Hold the handrail and look at your therapist.")
    expect(said).to_have_css("opacity", "1")
    expect(page.locator(".say")).to_have_css("filter", "none")


def test_a_page_that_never_got_anything_does_not_look_live(visit, served, browser):
    page = browser.new_context().new_page()
    page.route("**/live*", lambda route: route.abort())
    page.route_web_socket("**/live*", lambda _socket: None)  # accepts, and never says a word
    page.goto(served.url + "/patient")
    expect(page.locator("#freshness")).to_contain_text("Waiting for the station")
    expect(page.locator("body")).to_have_attribute("data-freshness", "dead")
    page.context.close()


def test_a_picture_that_moves(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit("/patient", SCREEN)
    canvas = page.locator("#plate")
    expect(canvas).to_be_visible()
    shot = "canvas => canvas.toDataURL()"
    first = canvas.evaluate(shot)
    moved = "first => document.getElementById('plate').toDataURL() !== first"
    assert any(page.evaluate(moved, first) for _ in range(2000))


def test_a_cell_that_is_open_is_marked(visit, patient):
    page = visit("/technician")
    patient.now["back_left_status"] = 3
    cell = page.locator(".cell[data-cell='3']")  # the notice of the fault names it too
    expect(cell).to_have_attribute("data-bad", "true")
    expect(cell).to_contain_text("unplugged")


def test_faults_can_be_searched(visit):
    page = visit("/technician")
    page.get_by_label("Find a fault").fill("load-loss")
    expect(page.locator("#faults details:visible")).to_have_count(1)
    expect(page.locator("#fault-count")).to_have_text(re.compile("1 of "))


def test_a_restarted_server_is_found_again_and_the_page_knows_all(browser, server, feeder):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(server.url + "/therapist/drill")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    server.kill()
    expect(page.locator("body")).to_have_attribute("data-freshness", "dead")
    expect(page.locator("#freshness")).to_have_text(
        re.compile(r"No connection for \d+ s\. Look at the patient: .* ends by itself\. Connecting again")
    )
    expect(page.locator("#start")).to_be_disabled()
    feeder.begin("P08")
    server.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(page.locator(".who #whose")).to_have_text("P08")
    context.close()


@pytest.mark.parametrize("size", [(844, 390), (390, 844), (320, 480)])
@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_on_a_phone_a_fall_and_a_pause_are_in_reach(visit, patient, language: str, size: tuple[int, int]):
    page = visit("/therapist/drill", {"width": size[0], "height": size[1]}, locale=language)
    page.locator("#lease button").first.click()
    patient.begin("P01")
    patient.go(Phase.HOLD)
    expect(page.locator("#inside")).not_to_be_empty()
    expect(page.locator(".pausing button").first).to_be_visible()
    places = {}
    for name in ("#stop", "#fall", ".pausing button", "#inside", "#plate"):
        expect(page.locator(name).first).to_be_visible()
        places[name] = page.locator(name).first.bounding_box()
    fall = places.pop("#fall")
    assert fall is not None
    assert fall["height"] >= 44
    assert fall["y"] >= (0 if size == (844, 390) else size[1] / 2), "where the thumb is"
    assert fall["y"] + fall["height"] <= places["#stop"]["y"]
    assert page.evaluate(BROKEN) == []
    for name, place in places.items():
        assert place is not None
        beside = fall["x"] + fall["width"] <= place["x"] or place["x"] + place["width"] <= fall["x"]
        apart = fall["y"] + fall["height"] <= place["y"] or place["y"] + place["height"] <= fall["y"]
        assert beside or apart, name
    assert places[".pausing button"]["y"] + places[".pausing button"]["height"] <= places["#stop"]["y"]


def test_reduced_motion_stops_the_trail_and_keeps_the_dot(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit("/patient", SCREEN, reduced_motion="reduce")
    count = """(name) => { const canvas = document.getElementById('plate');
        const [r, g, b] = name;
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let found = 0; for (let at = 0; at < data.length; at += 4)
          if (data[at] === r && data[at + 1] === g && data[at + 2] === b) found += 1; return found; }"""
    expect(page.locator("#plate")).to_be_visible()
    assert any(page.evaluate(count, [0xF0, 0xE4, 0x42]) > 500 for _ in range(200))
    assert page.evaluate(count, [0x56, 0xB4, 0xE9]) == 0


def test_no_page_asks_for_anything_from_elsewhere(browser, served):
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    context = browser.new_context()
    context.route(re.compile(".*"), note)
    for path in PAGES:
        page = context.new_page()
        page.goto(served.url + path)
        expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith(served.url)] == []


def test_the_sole_is_drawn_the_same_everywhere(project: Path):
    """The outline is data of two files: the canvas and the therapist's form."""
    texts = [(project / "web_ui" / name).read_text() for name in ("static/js/foot.js", "templates/therapist.html")]
    outlines = ["".join(re.findall(r'"(M40 6[^"]*)"(?: \+\s*"([^"]*)")?', text)[0]) for text in texts]
    assert outlines[0] == outlines[1]


def test_left_and_right_are_told_apart_by_where_the_sole_is(visit, patient):
    """One sole is much like its mirror image, as large as a thumb: of two the one that is meant is filled."""
    page = visit("/therapist/drill")
    beside = """(icon) => {
      const middle = (one) => { const { left, width } = one.getBoundingClientRect(); return left + width / 2; };
      const [meant, other] = ["use:not(.other)", ".other"].map((one) => icon.querySelector(one));
      const filled = [meant, other].map((one) => getComputedStyle(one).fill !== "none");
      return [Math.sign(middle(meant) - middle(other)), ...filled];
    }"""
    for leg, side in (("left", -1), ("right", 1)):
        icon = page.locator(f"label.leg:has([value={leg}]) svg")
        assert icon.evaluate(beside) == [side, True, False]
        assert icon.evaluate("(one) => one.getBoundingClientRect().width") >= 40


def test_the_technician_sees_the_supply_of_the_computer(visit, patient):
    """As the recorder leaves it in the runtime folder; nothing there is nothing known."""
    page, place = visit("/technician"), patient.runtime / "supply"
    shown = page.locator("#supply")
    expect(shown).to_have_text("Not known on this computer")
    for now, past, words in (
        ([], [], "Well"),
        (["under-voltage", "throttled"], ["under-voltage", "throttled"], "Now: under-voltage, throttled"),
        ([], ["under-voltage"], "Well now. Since its start: under-voltage"),
    ):
        place.write_text(json.dumps({"now": now, "past": past}))
        expect(shown).to_have_text(words)
    place.unlink()
    expect(shown).to_have_text("Not known on this computer")
