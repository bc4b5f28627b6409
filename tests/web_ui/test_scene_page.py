"""The patient's page shows the scene of the samples that come: picture, words, seconds and score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.scene import (
    ClockKind,
    Dot,
    Eyes,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
)
from drills.values import Phase
from drills.words import Word
from station.wire.scene import pack_scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCREEN = {"width": 1920, "height": 1080}
TARGETS = Scene(
    View.LEAN,
    dot=Dot.LIVE,
    outcome=SceneOutcome.IN_GOAL,
    word=Word.TO_THE_PLACE,
    clock_kind=ClockKind.LEFT,
    clock_ds=123,
    clock_of_ds=200,
    score=6,
    goal=16,
    slots=(
        Slot(SlotKind.PLACE, 0, PlaceLook.HOME, SlotState.WAITING, 0, 0, 150),
        Slot(SlotKind.PLACE, 1, PlaceLook.RING, SlotState.DONE, 0, 800, 150),
        Slot(SlotKind.PLACE, 2, PlaceLook.RING, SlotState.NOW, 900, 0, 150, 640),
    ),
)
LIT = """([red, green, blue]) => {
  const canvas = document.getElementById("plate");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) found += 1;
  }
  return found;
}"""
ADVICE = """async ([child]) => {
  const { meanwhileWords } = await import("/static/js/meanwhile.js");
  return Array.from({ length: 12 }, (_, at) => meanwhileWords({ stage: "free", message: at + 1, child }));
}"""
"""Each piece of advice between two drills."""
WRITTEN_AGAIN = """() => new Promise((done) => {
  const again = new Set();
  new MutationObserver((changes) => {
    for (const { target, attributeName: name, oldValue } of changes) {
      if (oldValue === target.getAttribute(name)) again.add(`${target.id || target.tagName} ${name}`);
    }
  }).observe(document, { subtree: true, attributes: true, attributeOldValue: true });
  let frames = 0; // of a stream beside the page's own
  new WebSocket(`${location.origin.replace("http", "ws")}/live`).addEventListener("message", () => {
    frames += 1;
    if (frames === 8) done([...again]);
  });
})"""
WHITE, YELLOW = (255, 255, 255), (0xF0, 0xE4, 0x42)


@pytest.fixture
def showing(visit: Callable[..., Page], patient: Any) -> Callable[..., Page]:
    """`showing(scene, phase)`: the patient's page while the samples carry this scene."""

    def show(scene: Scene, phase: Phase = Phase.HOLD, path: str = "/patient", **options: Any) -> Page:
        patient.begin("P01")
        patient.go(phase)
        patient.now["scene"] = pack_scene(scene)
        return visit(path, SCREEN, **options)

    return show


def lit(page: Page, colour: tuple[int, int, int]) -> int:
    """How many points of the picture have exactly this colour."""
    found: int = page.evaluate(LIT, list(colour))
    return found


def test_words_seconds_score_and_picture_are_the_scenes(showing):
    page = showing(TARGETS)
    expect(page.locator("#instruction")).to_have_text("Touch the thick ring.")
    expect(page.locator("#countdown")).to_have_text("13")
    expect(page.locator(".score")).to_have_text("6 of 16")
    assert page.locator(".ring .fill").get_attribute("stroke-dasharray").startswith("615 ")
    expect(page.locator("#plate")).to_be_visible()
    assert any(lit(page, WHITE) > 300 for _ in range(200)), "the ring of the dwell is white"
    assert any(lit(page, YELLOW) > 500 for _ in range(200)), "the dot is there"


def test_the_picture_follows_the_scene_at_once(showing, patient):
    page = showing(TARGETS)
    assert any(lit(page, WHITE) > 300 for _ in range(200))
    patient.now["scene"] = pack_scene(TARGETS._replace(score=7, word=Word.TO_THE_MIDDLE, slots=TARGETS.slots[:2]))
    expect(page.locator(".score")).to_have_text("7 of 16")
    expect(page.locator("#instruction")).to_have_text("Back to the middle.")
    assert any(lit(page, WHITE) == 0 for _ in range(200))


@pytest.mark.parametrize("path", ["/patient", "/therapist/drill", "/technician"])
def test_a_snapshot_writes_nothing_that_stands_there_already(showing, path):
    """Each is a look of the browser through the whole page's style, sixty times a second."""
    assert showing(TARGETS, path=path).evaluate(WRITTEN_AGAIN) == []


def test_with_the_eyes_closed_the_screen_is_dark_and_stop_stays(showing):
    page = showing(TARGETS._replace(eyes=Eyes.CLOSED, word=Word.CLOSE_EYES))
    expect(page.locator("body")).to_have_attribute("data-eyes", "closed")
    expect(page.locator("#instruction")).to_be_hidden()
    expect(page.locator("#plate")).to_be_hidden()
    expect(page.get_by_role("button", name="STOP")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"


def test_where_the_browser_forces_its_colours_the_picture_keeps_its_own_ground(showing):
    page = showing(TARGETS, forced_colors="active")
    expect(page.locator("#plate")).to_be_visible()
    ground = page.locator("#plate").evaluate("(place) => getComputedStyle(place).backgroundColor")
    assert ground == "rgb(11, 17, 24)", "a white gate would be gone on a white page"


def test_a_hidden_dot_is_hidden_from_the_patient_and_not_from_the_therapist(showing, visit):
    page = showing(TARGETS._replace(dot=Dot.HIDDEN))
    assert any(lit(page, WHITE) > 300 for _ in range(200))
    assert lit(page, YELLOW) == 0
    phone = visit("/therapist/drill", color_scheme="dark")
    expect(phone.locator("#plate")).to_be_visible()
    assert any(lit(phone, YELLOW) > 30 for _ in range(200))
    expect(phone.locator("#reached")).to_have_text("6 of 16 reached")
    expect(phone.locator("#patient-reads")).to_have_text("The patient reads: “Touch the thick ring.”")


def test_after_a_trip_the_scene_is_gone(showing, patient):
    page = showing(TARGETS)
    expect(page.locator(".score")).to_be_visible()
    patient.trip(4)
    expect(page.locator(".score")).to_be_hidden()
    expect(page.locator("#plate")).to_have_accessible_name("The plate from above. Your front is up.")
    assert any(lit(page, YELLOW) == 0 for _ in range(200))
    expect(page.locator("#instruction")).to_contain_text("Stopped.")


def test_without_a_new_sample_the_dot_is_hollow_and_then_all_is_grey(showing, patient):
    page = showing(TARGETS._replace(slots=()))
    assert any(lit(page, YELLOW) > 1000 for _ in range(200))
    patient.pause()
    expect(page.locator("body")).to_have_attribute("data-freshness", "stale")
    assert any(0 < lit(page, YELLOW) < 1400 for _ in range(200)), "a ring, and no disc"
    expect(page.locator("body")).to_have_attribute("data-freshness", "dead")
    assert any(lit(page, YELLOW) == 0 for _ in range(200))
    patient.resume()


def test_who_is_too_light_for_the_vibration_sees_a_hollow_dot_and_a_word(showing, patient):
    page = showing(TARGETS)
    word = page.locator("#unsure")
    expect(word).to_be_hidden()
    assert any(lit(page, YELLOW) > 500 for _ in range(200))
    full = lit(page, YELLOW)
    patient.now |= {"force_n": 35.0 * 9.81, "peak_acceleration_g": 1.0}
    expect(word).to_have_text("Inexact")
    assert any(0 < lit(page, YELLOW) < 0.8 * full for _ in range(200)), "a ring, and no disc"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box, picture = word.bounding_box(), page.locator("#plate").bounding_box()
    assert box["height"] >= 60
    assert box["y"] + box["height"] <= picture["y"] + picture["height"] + 1
    patient.now["scene"] = pack_scene(TARGETS._replace(dot=Dot.HIDDEN))
    expect(word).to_be_hidden()


def test_without_a_scene_the_page_is_as_it_was(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.now["scene"] = pack_scene(Scene())
    page = visit("/patient", SCREEN)
    expect(page.locator("#instruction")).to_contain_text("inside the box")
    expect(page.locator(".score")).to_be_hidden()
    expect(page.locator("#plate")).to_be_visible()


IN_VIEW = """() => {
  const room = document.querySelector("main").getBoundingClientRect();
  const shown = [...document.querySelectorAll(".say > *")].filter((one) => one.offsetParent !== null);
  const boxes = shown.map((one) => one.getBoundingClientRect());
  return boxes.every((one) => one.top >= room.top && one.bottom <= room.bottom);
}"""


def test_before_a_try_stands_what_to_do_then_what_to_look_at_and_what_is_always_allowed(visit, patient):
    patient.begin("P01", "both", "lean-from-memory", hold_s=None)
    patient.go(Phase.SETTLE)
    page = visit("/patient", SCREEN)
    expect(page.locator("#instruction")).to_have_text("Stand on both legs.")
    goal = "Lean, then find the same lean with closed eyes."
    expect(page.locator("#script li")).to_have_count(3)
    expect(page.locator("#script li").first).to_have_text(goal)
    look = "When it starts: Look at the ring while it is shown."  # there are soles now, and no ring
    expect(page.locator("#script li").nth(1)).to_have_text(look)
    assert page.evaluate(IN_VIEW)
    patient.go(Phase.HOLD)
    expect(page.locator("#script")).to_be_hidden()


def test_of_too_long_a_script_of_an_own_drill_what_to_look_at_gives_way(visit, patient):
    shipped = load_shipped("lean-from-memory")
    line = "This is a line of a script, and it is longer than anybody reads who stands on a plate and waits."
    script = dict.fromkeys(type(shipped.script).model_fields, line) | {"look": f"Look: {line}"}
    own = {"own": {"version": 1, "copied_from": shipped.name}, "name": "long-lean", "script": script}
    patient.begin("P01", "both", DrillDocument.model_validate(shipped.model_dump(by_alias=True) | own), hold_s=None)
    patient.go(Phase.SETTLE)
    page = visit("/patient", SCREEN)
    expect(page.locator("#script li")).to_have_text([line, line])
    assert page.evaluate(IN_VIEW)


def test_a_rest_says_why_the_try_ended_and_which_comes(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    patient.end_trial("foot-down", 12.0)
    patient.go(Phase.REST)
    resting = Scene(View.PLATE, outcome=SceneOutcome.REST, word=Word.REST)
    patient.now["scene"] = pack_scene(resting)
    page = visit("/patient", SCREEN)
    expect(page.locator("#instruction")).to_have_text("Rest. Both feet down.")
    expect(page.locator("#result-words")).to_have_text("Your other foot came down. That happens.")
    expect(page.locator("#tries")).to_have_text("Next: try 2 of 3")
    assert page.evaluate(IN_VIEW)


def test_a_phone_sets_the_screen_for_who_is_there(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    screen, phone = visit("/patient", SCREEN), visit("/therapist/screen")
    dot = lit(screen, YELLOW)
    phone.get_by_role("button", name="Large", exact=True).click()
    expect(phone.get_by_role("button", name="Large", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(screen.locator("body")).to_have_attribute("data-large", "")
    assert any(lit(screen, YELLOW) > 1.5 * dot for _ in range(200)), "the dot is larger"
    phone.get_by_role("button", name="For a child").click()
    expect(screen.locator("#instruction")).to_have_text("You are a tree in the wind. Keep the dot inside the box.")
    advice = screen.evaluate(ADVICE, [True])
    assert len(set(advice)) == 7
    assert not {one for one in advice if "medicines" in one or "Practise at home" in one}, "what is for grown-ups"
    assert len(set(screen.evaluate(ADVICE, [False]))) == 12
    phone.get_by_role("button", name="Louder").click()
    expect(phone.locator("#volume")).to_have_text("Loud: 80 %")
    for name in ("Large", "For a child"):
        phone.get_by_role("button", name=name, exact=True).click()
    expect(screen.locator("#instruction")).to_have_text("Keep the dot inside the box.")


def test_who_stands_on_the_plate_reads_of_no_program_that_does_not_answer(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit("/patient", SCREEN)
    expect(page.locator("body")).to_have_attribute("data-busy", "")
    patient.pause()
    expect(page.locator("#halt h2")).to_have_count(1)
    expect(page.locator("#halt")).to_be_hidden()
    expect(page.locator("#instruction")).to_have_text("No picture now. Hold the handrail and look at your therapist.")
    page.reload()  # a page that knows of nobody
    expect(page.locator("#halt h2")).to_be_visible()
    letters = page.locator("#halt p").evaluate_all(
        "all => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(letters) >= 24
    patient.resume()


def test_for_low_sight_the_ring_of_now_stands_alone_among_many(showing, visit):
    rings = [Slot(SlotKind.PLACE, 9, PlaceLook.RING, SlotState.WAITING, x, 800, 150) for x in (-900, -300, 300)]
    screen = showing(TARGETS._replace(slots=(*TARGETS.slots[1:], *rings)))
    waiting = tuple(
        screen.evaluate("""() => {
      const hex = getComputedStyle(document.getElementById("plate")).getPropertyValue("--line-strong").trim();
      return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    }""")
    )
    assert any(lit(screen, waiting) > 300 for _ in range(200))
    phone = visit("/therapist/screen")
    phone.get_by_role("button", name="Large", exact=True).click()
    assert any(lit(screen, waiting) == 0 for _ in range(500)), "rings that wait, or were touched"
    assert lit(screen, WHITE) > 300, "the one of now"
    phone.get_by_role("button", name="Large", exact=True).click()


def test_for_low_sight_the_words_in_the_picture_are_larger_too(visit, patient):
    patient.begin("P01")
    patient.go(Phase.SETTLE)
    page, phone = visit("/patient", SCREEN), visit("/therapist/screen")
    page.evaluate("""() => {
      const fill = CanvasRenderingContext2D.prototype.fillText;
      window.written = {};
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        const letters = this.font.split(" ").find((part) => part.endsWith("px"));
        written[text] = [parseFloat(letters), this.measureText(text).width];
        return fill.call(this, text, ...place);
      };
    }""")
    size = "([text]) => new Promise((done) => requestAnimationFrame(() => done(written[text] ?? [0, 0])))"
    plain = {}
    for text in ("LEFT foot here", "front"):
        plain[text] = next(found for _ in range(500) if (found := page.evaluate(size, [text]))[0])
    phone.get_by_role("button", name="Large", exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-large", "")
    for text, (before, _) in plain.items():
        assert any(page.evaluate(size, [text])[0] > 1.5 * before for _ in range(500)), text
        assert page.evaluate(size, [text])[1] < page.evaluate("document.getElementById('plate').clientWidth")
    phone.get_by_role("button", name="Large", exact=True).click()


def test_a_game_ends_with_a_warm_word_where_the_own_best_was_beaten(showing, patient):
    page = showing(TARGETS._replace(score=14, goal=16, best=12))
    expect(page.locator(".score small")).to_have_text("Best 12")
    patient.end_trial("held", 60.0, score=(14, 16))
    patient.now["scene"] = pack_scene(Scene())
    patient.end("completed")
    expect(page.locator("#result-words")).to_have_text("Well done. New best: 14.")
