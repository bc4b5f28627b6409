"""A patient's code: new or known, what may have been meant, corrected, and gone from the form after the drill."""

import itertools
import re
import threading
from contextlib import closing

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from drills.values import Phase
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.ids import session_id
from station.records.patients import CORRECTED, Patients
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.records.visits import Visits
from station.wire.messages import Start

pytestmark = pytest.mark.browser


NUMBERS = itertools.count(900)


def enter(folder, *codes: str, drill: str = "quiet-stance", prescription: dict | None = None) -> None:
    """A session of each of these patients, which has ended."""
    records = open_records(folder / RECORDS_FILE)
    for code in codes:
        number = next(NUMBERS)
        name = session_id(10**18 + number, 5, number)
        new = NewSession(
            name, code, drill, "both", prescription or {}, 10**18 + number, "boot", 5, number, f"{name}.mcap"
        )
        Sessions(records).begin(new)
        Sessions(records).end(name, SessionEnd("done", "completed", 10**18 + number, None))
    records.close()


def test_a_new_code_is_called_new_and_the_one_that_was_meant_is_offered(visit, served):
    enter(served.data, "P01")
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P1")
    page.get_by_label("Patient code").press("Tab")
    expect(page.locator("#patient-new")).to_have_text("P1 is new. Did you mean one of these?")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("P1 is new: nobody has this code yet.")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Use P01").click()
    expect(page.get_by_label("Patient code")).to_have_value("P01")
    expect(page.locator("#patient-new")).to_be_empty()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).not_to_contain_text("new")
    expect(page.locator("#summary")).not_to_contain_text("signed")
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Visits(records).close(Visits(records).open("P01", "Ada"), "Ada")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Start …").click()
    expect(page.locator("#summary")).to_contain_text("Today's visit is signed. This begins another one.")


def test_digits_of_another_script_are_those_of_the_code_where_they_are_typed(visit, served):
    """As Arabic, Persian and Chinese keyboards write them, and with marks that a copied code may carry."""
    enter(served.data, "P01")
    page = visit("/therapist/drill")
    code = page.get_by_label("Patient code")
    for typed in ("P\u0660\u0661", "P\u06f0\u06f1", "\uff30\uff10\uff11", "\u200fP01\u200e"):
        code.fill(typed)
        expect(code).to_have_value("P01")
    code.press("Tab")
    expect(page.locator("#patient-new")).to_be_empty()
    code.fill("P1")
    code.press("ArrowLeft")
    for digit in "\u0660\u0662":
        page.keyboard.insert_text(digit)
    expect(code).to_have_value("P021")
    pin = visit("/technician/people").locator("input[name=pin]:visible").first
    pin.fill("\u0662\u0665\u0668\u0660")
    expect(pin).to_have_value("2580")


def test_the_form_begins_with_what_was_trained_last_and_vibrates_only_as_that_did(visit, served):
    enter(served.data, "T1", drill="single-leg-vibration", prescription={"displacement_pp_mm": 1.0})
    enter(served.data, "T2", drill="single-leg-vibration", prescription={"displacement_pp_mm": 0.0})
    enter(served.data, "T3", drill="quick-one-leg")  # a test: nobody trains with it
    enter(served.data, "T4", drill="gone-since")
    page = visit("/therapist/drill")
    drill, code = page.locator("#drill"), page.get_by_label("Patient code")
    expect(drill).to_have_value("one-leg")
    for patient, chosen, vibrates in (
        ("T1", "single-leg-vibration", True),
        ("T3", "one-leg", None),
        ("T2", "single-leg-vibration", False),
        ("T4", "one-leg", None),
    ):
        code.fill(patient)
        code.press("Tab")
        expect(page.locator("#correct-title")).to_contain_text(patient)
        expect(drill).to_have_value(chosen)
        if vibrates is not None:
            expect(page.locator("#vibration")).to_be_checked(checked=vibrates)
    drill.select_option("stand-tall")
    code.fill("T1")
    code.press("Tab")
    expect(drill).to_have_value("single-leg-vibration")  # what was chosen by hand was for the one before
    enter(served.data, "T5", drill="stand-tall")
    for patient in ("T2", "T5"):  # a drill with vibration is asked for, and stays
        with page.expect_response("**/api/v1/sessions/*"):
            page.goto(f"{served.url}/therapist/drill?patient={patient}&vibration")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        expect(drill).to_have_value("single-leg-vibration")
        expect(page.locator("#vibration")).to_be_checked()


def test_a_drill_is_found_by_three_letters_and_by_its_group(visit, served):
    page = visit("/therapist/drill", extra_http_headers={"Accept-Language": "de"})
    search, drill, found = (
        page.get_by_label("Übung suchen"),
        page.locator("#drill"),
        page.locator("#drill-found button"),
    )
    expect(search).to_be_enabled()
    search.press_sequentially("spi")
    expect(page.locator("#drill-count")).to_contain_text(re.compile(r"^\d+ von \d\d$"))
    expect(found.first).to_be_visible()
    titles = page.locator("#drill-found b").all_inner_texts()
    shown = found.all_inner_texts()
    assert all("spi" in words.lower() for words in shown), shown
    assert {"Spiele"} < {one for words in shown for one in words.splitlines()}  # the group of the games
    search.fill("")
    expect(found).to_have_count(0)
    search.fill(titles[-1].upper())  # however it is typed
    expect(found).to_have_count(1)
    search.press("Enter")  # chooses it, and starts nothing
    expect(drill).to_be_focused()
    expect(drill.locator("option:checked")).to_have_text(titles[-1])
    expect(search).to_have_value("")
    expect(page.locator("#drill-summary")).not_to_be_empty()
    expect(page.locator("#patient-problem")).to_be_empty()
    search.fill("xyzzy")
    expect(page.locator("#drill-count")).to_contain_text("0 von ")
    search.press("Enter")
    expect(search).to_be_focused()
    search.fill("e")
    expect(found).to_have_count(8)
    assert Axe().run(page, context="#setup").response["violations"] == []
    for name in ("label[for=patient]", "#leg-asked", "label[for=correct-name]"):
        expect(page.locator(name)).to_have_attribute("data-must", "(Pflichtfeld)")
    expect(page.locator("[data-must]")).to_have_count(5)  # not what is filled in already


def test_a_mistyped_code_is_corrected_by_name_with_a_reason(visit, served):
    enter(served.data, "P71", "P17")
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P71")
    page.get_by_label("Patient code").press("Tab")
    page.get_by_text("Wrong patient? Correct P71 …").click()
    page.get_by_label("Right code").fill("P17")
    page.get_by_role("button", name="Correct the code").click()
    expect(page.locator("#correct-problem")).not_to_be_empty()
    page.locator("#correct-form").get_by_label("Your name").fill("Ada K.")
    page.locator("#correct-form").get_by_label("Reason").fill("two digits changed over")
    page.get_by_role("button", name="Correct the code").click()
    expect(page.get_by_label("Patient code")).to_have_value("P17")
    expect(page.locator("#history-rows tr")).to_have_count(2)
    records = open_records(served.data / RECORDS_FILE, read_only=True)
    (line,) = [one for one in AuditLog(records).newest(50) if one["what"] == CORRECTED]
    assert (line["who"], line["detail"]["from"], line["detail"]["to"]) == ("Ada K.", "P71", "P17")
    assert line["detail"]["reason"] == "two digits changed over"
    assert Sessions(records).newest("P71") == []


def test_after_a_drill_its_patient_is_filled_in_and_no_leg(visit, patient):
    page = visit("/therapist/drill")
    page.get_by_label("Patient code").fill("P07")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_label("Hold in seconds").fill("20")
    page.get_by_role("button", name="Start …").click()
    page.get_by_role("button", name="Confirm and start").click()
    expect(page.get_by_role("heading", name="Getting on")).to_be_visible()
    patient.end("completed")
    expect(page.locator("#setup")).to_be_visible()
    expect(page.get_by_label("Patient code")).to_have_value("P07")
    assert page.locator("[name=leg]:checked").count() == 0
    expect(page.get_by_label("Hold in seconds")).to_have_value("20")


LOCKS = """() => { window.locks = []; Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
  const lock = new EventTarget();
  lock.release = () => { window.locks.pop(); lock.dispatchEvent(new Event("release")); };
  window.locks.push(lock);
  return lock;
} } }); }"""


AHEAD = """() => { const began = performance.now(); window.ahead = 0; performance.now = () => began + window.ahead; }"""
"""A page's own clock goes only as a test says: `window.ahead`, in ms."""


def test_the_therapists_screen_stays_on_while_a_drill_runs(visit, patient, until):
    page = visit("/therapist/drill")
    for script in (LOCKS, AHEAD):
        page.context.add_init_script(f"({script})()")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(page.locator("#may-lock")).to_be_hidden()
    assert page.evaluate("locks.length") == 0
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    until(lambda: page.evaluate("locks.length") == 1)
    patient.go(Phase.HOLD)
    page.evaluate("window.ahead = 20_000")  # nobody has touched it for so long, and nobody need
    # The browser takes it back when the page is hidden; then the page is seen again.
    page.evaluate("""() => { locks.pop().dispatchEvent(new Event("release"));
        document.dispatchEvent(new Event("visibilitychange")); }""")
    until(lambda: page.evaluate("locks.length") == 1)
    expect(page.locator("#locking")).to_be_hidden()
    patient.end("completed")
    until(lambda: page.evaluate("locks.length") == 0)
    page.goto(page.url.replace("/therapist/drill", "/me"))
    expect(page.locator("#awake")).to_have_text("Screen stays on while a drill runs.")


IN_STRIP = """(bar) => {
  const [own, strip] = [bar, document.querySelector(".strip")].map((one) => one.getBoundingClientRect());
  const under = [...document.querySelectorAll("button, a, input")].filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return right > own.left && left < own.right && bottom > own.top && top < own.bottom;
  });
  const whole = bar.scrollHeight <= bar.clientHeight;
  return own.top >= strip.top && own.bottom <= strip.bottom && whole && under.length === 0;
}"""
NO_LOCK = "Object.defineProperty(navigator, 'wakeLock', { value: undefined });"
NO_VIDEO = "HTMLMediaElement.prototype.canPlayType = () => '';"


def test_where_the_browser_cannot_keep_the_screen_on_the_page_says_so_before_the_start(visit, patient, until):
    page = visit("/therapist/drill")
    page.context.add_init_script(NO_LOCK + NO_VIDEO)
    page.context.add_init_script(f"({AHEAD})(); window.shaken = 0; navigator.vibrate = () => {{ window.shaken += 1; }}")
    page.reload()
    expect(page.locator("#may-lock")).to_contain_text("may lock its screen")
    expect(page.locator("#video-only")).to_be_hidden()
    expect(page.locator("#lock-badge")).to_have_text("Screen may lock")
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    patient.go(Phase.HOLD)
    bar = page.locator("#locking")
    expect(page.locator("#inside")).not_to_be_empty()
    expect(bar).to_be_hidden()
    expect(page.locator("#lock-badge")).to_have_text("Screen may lock")
    page.evaluate("window.ahead += 12_000")
    expect(bar).to_have_text("Screen may lock in 18 s. Keep touching.")
    for width, height in ((390, 844), (320, 480), (844, 390), (195, 422)):
        page.set_viewport_size({"width": width, "height": height})
        assert bar.evaluate(IN_STRIP), f"{width} x {height}: it covers what is tapped, or is cut"
    assert page.evaluate("shaken") == 0
    page.locator("#live-title").click()  # a touch anywhere
    expect(bar).to_be_hidden()
    page.evaluate("window.ahead += 60_000")
    expect(bar).to_have_text("Screen may lock at any moment. Touch it.")
    until(lambda: page.evaluate("shaken") == 1)
    patient.end("completed")
    expect(bar).to_be_hidden()
    page.goto(page.url.replace("/therapist/drill", "/me"))
    expect(page.locator("#awake")).to_contain_text("the browser refuses to keep it on")
    page.context.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    page.reload()
    expect(page.locator("#awake")).to_contain_text("this page came over plain HTTP, and browsers")


PLAYS = """() => { window.plays = []; const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    plays.push(navigator.userActivation.isActive); return play.call(this); }; }"""
"""Each time that something is to play: whether a touch allows it, as an iPhone wants it."""
SOUND_ONLY = """() => { window.width = 0;
  Object.defineProperty(HTMLVideoElement.prototype, "videoWidth", { get: () => width }); }"""
HIDE = """(hidden) => { const state = { value: hidden ? "hidden" : "visible", configurable: true };
  Object.defineProperty(document, "visibilityState", state);
  document.dispatchEvent(new Event("visibilitychange")); }"""


def hold_starts(page: Page) -> list[Route]:
    """Where each Start of this page gets to, instead of the station."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/drill/start", hold)
    return held


def test_where_no_page_may_ask_a_silent_video_keeps_the_screen_on(visit, patient, until):
    page = visit("/therapist/drill")
    page.context.add_init_script(NO_LOCK)
    page.context.add_init_script(f"({PLAYS})()")
    page.reload()
    expect(page.locator("#video-only")).to_contain_text("A silent video")
    expect(page.locator("#may-lock")).to_be_hidden()
    expect(page.locator("#lock-badge")).to_be_hidden()
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    video, badge = page.locator("video.awake"), page.locator("#lock-badge")
    expect(video).to_have_count(0)  # whose music plays on the phone hears it until a drill starts
    page.get_by_label("Patient code").fill("P01")
    page.locator("#setup").get_by_text("LEFT", exact=True).click()
    page.get_by_role("button", name="Start …").click()
    held = hold_starts(page)
    page.get_by_role("button", name="Confirm and start").click()
    expect(video).to_have_count(1)
    until(lambda: held and page.evaluate("plays.length") == 1)
    assert page.evaluate("plays") == [True]  # by the tap itself: what an iPhone lets the page play later
    assert patient.asked(Start) == []  # and not by what the stream says of a drill
    held.pop().continue_()
    patient.begin("P01")
    expect(badge).to_have_text("Screen kept on by a video")
    # What the engines ask of it: pictures and a sound that plays, not silenced, on the page, without an end.
    seen = "({ muted, loop, volume, videoWidth, error }) => ({ muted, loop, volume, videoWidth, error })"
    assert video.evaluate(seen) == {"muted": False, "loop": False, "volume": 1, "videoWidth": 16, "error": None}
    until(lambda: video.evaluate("one => one.webkitAudioDecodedByteCount > 0"))
    expect(page.locator("#confirm")).to_be_hidden()
    expect(page.locator("#live-title")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    box, size = video.bounding_box(), page.viewport_size
    assert box is not None
    assert size is not None
    assert box["x"] >= 0
    assert box["y"] + box["height"] <= size["height"]
    video.evaluate(
        "one => { window.ends = 0; one.addEventListener('ended', () => { ends += 1; }); one.currentTime = 3.1; }"
    )
    until(lambda: video.evaluate("one => one.currentTime") < 3)
    assert page.evaluate("ends") == 0
    video.evaluate("one => { one.currentTime = one.duration; }")  # told too late
    until(lambda: video.evaluate("one => !one.paused && one.currentTime < 3"))
    video.evaluate("one => one.pause()")  # as browsers do where the page is not seen
    expect(badge).to_have_text("Screen may lock")
    page.evaluate(HIDE, False)
    expect(badge).to_have_text("Screen kept on by a video")
    patient.end("completed")
    until(lambda: video.evaluate("one => one.paused"))
    expect(badge).to_be_hidden()
    page.goto(page.url.replace("/therapist/drill", "/me"))
    expect(page.locator("#awake")).to_contain_text("a silent video does it")
    page.goto(page.url.replace("/me", "/therapist/today"))
    patient.begin("P01")
    until(lambda: page.evaluate("plays.length") == 1)  # where the browser remembers a touch of the page before
    page.locator("h1").click()
    expect(page.locator("#urgent")).to_have_text("Screen kept on by a video")


def test_a_video_is_trusted_only_on_a_phone_that_has_stayed_on_by_it(visit, patient, until):
    page = visit("/therapist/drill")
    page.context.add_init_script(NO_LOCK)
    page.context.add_init_script(f"({AHEAD})()")
    page.reload()
    badge, bar = page.locator("#lock-badge"), page.locator("#locking")
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    patient.go(Phase.HOLD)
    expect(badge).to_have_text("Screen kept on by a video")
    page.evaluate("window.ahead += 12_000")
    expect(bar).to_contain_text("Screen may lock in 18 s")  # nobody knows yet whether this phone obeys a video
    page.evaluate("window.ahead += 180_000")
    page.evaluate(HIDE, True)
    page.evaluate("window.ahead += 10_000")
    page.evaluate(HIDE, False)  # it was dark for a while: what is proved begins anew
    page.evaluate("window.ahead += 200_000")
    expect(bar).to_contain_text("at any moment")
    page.evaluate("window.ahead += 120_000")
    expect(bar).to_be_hidden()  # phones that lock by themselves would have
    page.locator("#live-title").click()
    page.evaluate("window.ahead += 25_000")
    expect(badge).to_have_text("Screen kept on by a video")
    expect(bar).to_be_hidden()
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)
    expect(bar).to_contain_text("Screen may lock")  # it went dark by itself: it does not
    patient.end("completed")


def test_the_tap_that_starts_the_quick_test_plays_the_video(visit, patient, until):
    page = visit("/therapist/quick")
    page.context.add_init_script(NO_LOCK)
    page.context.add_init_script(f"({PLAYS})()")
    page.reload()
    page.locator("#code").fill("P01")
    page.locator("#rows [data-code=P01]").click()
    page.get_by_role("button", name="Nothing new").click()
    held = hold_starts(page)
    page.get_by_role("button", name="Confirm and start").click()
    until(lambda: held and page.evaluate("plays.length") == 1)
    assert page.evaluate("plays") == [True]
    assert patient.asked(Start) == []
    held.pop().abort("internetdisconnected")


def test_a_video_of_which_only_the_sound_plays_holds_nothing(visit, patient):
    page = visit("/therapist/drill")
    page.context.add_init_script(NO_LOCK)
    page.context.add_init_script(f"({SOUND_ONLY})()")
    page.reload()
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    patient.begin("P01")
    video, badge = page.locator("video.awake"), page.locator("#lock-badge")
    expect(video).to_have_js_property("paused", False)
    video.evaluate("one => new Promise(played => one.addEventListener('timeupdate', played, { once: true }))")
    expect(badge).to_have_text("Screen may lock")
    video.evaluate("one => { width = 16; one.dispatchEvent(new Event('resize')); }")
    expect(badge).to_have_text("Screen kept on by a video")
    patient.end("completed")


def test_a_video_that_does_not_come_holds_nothing_and_is_fetched_again(visit, patient):
    page = visit("/therapist/drill")
    page.context.add_init_script(NO_LOCK)
    page.reload()
    page.get_by_role("button", name="Take control").click()
    expect(page.locator("#lease-words")).to_contain_text("You control")
    waiting: list[Route] = []
    there = threading.Event()

    def hold(route: Route) -> None:
        if there.is_set():
            route.continue_()
        else:
            waiting.append(route)

    page.route("**/awake.mp4", hold)
    patient.begin("P01")
    expect(page.locator("video.awake")).to_have_js_property("paused", False)
    expect(page.locator("#lock-badge")).to_have_text("Screen may lock")  # it is to play, and has nothing to show
    there.set()
    waiting[0].abort("internetdisconnected")
    expect(page.locator("video.awake")).to_have_count(0)
    page.locator("#live-title").click()
    expect(page.locator("#lock-badge")).to_have_text("Screen kept on by a video")
    patient.end("completed")


def test_a_hidden_page_calls_back_half_of_the_time_before_the_end(visit, patient, until):
    page = visit("/therapist/drill")
    take = """() => fetch("/api/v1/lease", { method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ take: true, confirm: true }) }).then((answer) => answer.ok)"""
    assert page.evaluate(take)
    patient.begin("P01")
    patient.go(Phase.HOLD)
    expect(page.locator("#inside")).not_to_be_empty()
    title = page.title()
    page.evaluate("""() => {
      window.shaken = 0;
      window.ahead = 0;
      const now = performance.now.bind(performance);
      performance.now = () => now() + window.ahead;
      navigator.vibrate = (parts) => { window.shaken += parts.length === 5; }; // that of the lock has three
      Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert (page.title(), page.evaluate("shaken")) == (title, 0)
    page.evaluate("window.ahead = 16000")
    until(lambda: page.title() != title)
    assert page.evaluate("shaken") == 1


def test_what_is_known_of_a_code_moves_nothing_under_a_finger(visit, served):
    enter(served.data, "P01", "P02", "P03")
    page = visit("/therapist/drill", {"width": 390, "height": 844})
    page.get_by_label("Patient code").fill("P1")
    page.locator("#setup").get_by_text("LEFT", exact=True).hover()
    with page.expect_response("**/patients/P1"):
        page.mouse.down()  # leaves the field, which asks
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    page.mouse.up()
    expect(page.locator("#patient-new")).to_have_text("P1 is new. Did you mean one of these?")
    expect(page.locator("#setup [name=leg][value=left]")).to_be_checked()


def test_two_codes_of_one_person_that_contradict_are_decided_field_by_field(visit, served):
    patients = Patients(open_records(served.data / RECORDS_FILE))
    patients.enter("Q1", {"height_cm": 168, "notes": "knee"}, "x", sure=True)
    patients.enter("Q22", {"height_cm": 170, "notes": "hip"}, "x", sure=True)
    page = visit("/therapist/drill")
    page.locator("#patient").fill("Q22")
    page.locator("#patient").blur()
    page.locator("#correct summary").click()
    for name, value in (("right", "q1"), ("name", "Ada K."), ("reason", "one person")):
        page.locator(f"#correct-{name}").fill(value)
    do = page.locator("#correct-form button[type=submit]")
    do.click()
    height = page.get_by_label("Height: 170 under Q22, 168 under Q1. Which is right?")
    expect(height).to_be_focused()
    height.select_option("Q22")
    do.click()
    notes = page.get_by_label("Notes: hip under Q22, knee under Q1.")
    expect(notes).to_be_focused()
    expect(height).to_have_value("Q22")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    notes.select_option("Q1")
    do.click()
    expect(page.locator("#correct-which select")).to_have_count(0)
    found = patients.find("Q1")
    assert (found["height_cm"], found["notes"]) == (170, "knee")
