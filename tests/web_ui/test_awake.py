"""What keeps a phone's screen on while a drill runs, and what the page says where nothing does."""

import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from drills.values import Phase
from station.wire.messages import Start

pytestmark = pytest.mark.browser


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
