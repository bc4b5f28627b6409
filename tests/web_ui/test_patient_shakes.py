"""The patient reads that the plate will vibrate, and that it does, where looking there spoils nothing."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.scene import Dot, Eyes, PlaceLook, Scene, SceneOutcome, Slot, SlotKind, SlotState, View
from drills.values import Phase
from drills.words import Word
from station.wire.scene import pack_scene
from tests.web_ui.test_scene_page import WRITTEN_AGAIN
from web_ui import wording
from web_ui.story import Story

SCREEN = {"width": 1920, "height": 1080}
NOW = "The plate vibrates: that is meant to be."
DOT = Scene(View.FOOT, dot=Dot.LIVE, word=Word.KEEP_THE_DOT_INSIDE)
BESIDE = """() => {
  const box = (one) => document.querySelector(one).getBoundingClientRect();
  const [line, stop, plate, say] = ["#shakes", "#stop", "#plate", ".say"].map(box), room = box("main");
  const inside = say.top >= room.top && say.bottom <= room.bottom;
  return inside && line.height > 0 && line.bottom <= stop.top && line.right <= plate.left;
}"""
"""Whether the line stands beside the picture, above STOP, and all that is said has room."""
AT = """() => ["#instruction", "#countdown-block", "#plate", "#stop"].map((one) => {
  const { x, y, width, height } = document.querySelector(one).getBoundingClientRect();
  return [x, y, width, height];
})"""
SIZES = """() => {
  const probe = Object.assign(document.createElement("p"), { className: "next" });
  document.querySelector(".say").append(probe);
  const sizes = [document.querySelector("#shakes"), probe].map((one) => getComputedStyle(one).fontSize);
  probe.remove();
  return sizes;
}"""
"""Of the line, and of the least text of the screen."""


def told(drill: str, hz: float = 25.0) -> Story:
    """The story of this drill's beginning."""
    document = load_shipped(drill).model_dump(mode="json")
    prescription = {"frequency_hz": hz, "displacement_pp_mm": 0.23 if hz else 0.0}
    return Story({"kind": "session-started", "session": 1, "document": document, "prescription": prescription})


@pytest.mark.parametrize(
    ("story", "foreseen"),
    [
        (told("single-leg-vibration"), True),
        (told("single-leg-in-blocks"), True),
        (told("single-leg-vibration", 0.0), False),
        (told("catch-the-bursts"), False),
        (told("feel-the-hum"), False),
        (told("with-and-without"), False),
        (Story({"session": 1}), False),
    ],
    ids=["fixed", "blocks", "none", "drawn", "felt for", "compared", "unknown"],
)
def test_only_what_is_no_secret_is_foreseen(story, foreseen):
    assert wording.is_foreseen(story) is foreseen
    assert math.isnan(wording.until_vibration_s(story, Phase.BASELINE, 3.0)) is not foreseen


@pytest.mark.browser
def test_the_last_seconds_before_a_vibration_are_counted_and_then_it_is_meant_to_be(visit, patient):
    patient.begin("P01", hold_s=12.5)
    patient.go(Phase.BASELINE)
    patient.now["phase_left_s"] = 6.2
    page = visit("/patient", SCREEN)
    line = page.locator("#shakes")
    expect(page.locator("#instruction")).to_have_text("Keep the dot inside the box.")
    expect(line).to_have_text("")
    still = page.evaluate(AT)
    for left_s, seconds in ((5.0, 5), (2.4, 3), (0.0, 1)):
        patient.now["phase_left_s"] = left_s
        expect(line).to_have_text(f"The plate vibrates in {seconds}")
    assert page.evaluate(AT) == still, "nothing moves for it"
    assert page.evaluate(BESIDE)
    line_px, least_px = page.evaluate(SIZES)
    assert line_px == least_px
    assert page.evaluate(WRITTEN_AGAIN) == []
    del patient.now["phase_left_s"]
    patient.go(Phase.HOLD)
    expect(line).to_have_text(NOW)
    assert page.evaluate(BESIDE)
    patient.go(Phase.RAMP_DOWN)
    expect(page.locator("#instruction")).to_contain_text("The shaking stops now.")
    expect(line).to_have_text("")
    patient.end_trial("held", 12.5)
    patient.go(Phase.REST)
    expect(line).to_be_hidden()


@pytest.mark.browser
def test_where_the_try_begins_with_it_the_seconds_are_counted_beside_the_feet(visit, patient):
    shipped = load_shipped("single-leg-vibration").model_dump(by_alias=True)
    own = {"own": {"version": 1, "copied_from": shipped["name"]}, "name": "at-once"}
    own["steps"] = [one for one in shipped["steps"] if one["step"] != "baseline"]
    patient.begin("P01", drill=DrillDocument.model_validate(shipped | own))
    patient.go(Phase.SETTLE)
    patient.now["phase_left_s"] = 1.5
    page = visit("/patient", SCREEN)
    expect(page.locator("#shakes")).to_have_text("The plate vibrates in 2")
    expect(page.locator("#script li").first).to_be_visible()
    assert page.evaluate(BESIDE)


@pytest.mark.browser
@pytest.mark.parametrize(
    "scene",
    [
        DOT._replace(eyes=Eyes.CLOSED),
        DOT._replace(eyes=Eyes.DARK),
        DOT._replace(dot=Dot.HIDDEN, word=Word.LOOK_AT_THE_STAR),
        DOT._replace(dot=Dot.TRAIL_AFTER),
        Scene(),
    ],
    ids=["closed", "dark", "star", "trail", "no picture"],
)
def test_it_draws_no_eye_that_is_to_look_elsewhere(visit, patient, scene):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    page = visit("/patient", SCREEN)
    expect(page.locator("#shakes")).to_have_text(NOW)
    patient.now["scene"] = pack_scene(scene)
    expect(page.locator("#shakes")).to_have_text("")
    expect(page.locator("#shakes")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("drill", ["with-and-without", "one-leg"])
def test_where_a_turn_is_a_secret_or_nothing_vibrates_it_says_nothing(visit, patient, drill):
    """Also where the plate moves, and the dot is there to look at."""
    patient.begin("P01", drill=drill, hold_s=30.0)
    patient.go(Phase.HOLD)
    patient.now |= {"output_pp_mm": 0.23, "measured_hz": 25.0, "scene": pack_scene(DOT)}
    page, phone = visit("/patient", SCREEN), visit("/therapist/drill")
    expect(phone.locator("#shakes")).to_contain_text("VIBRATING")
    expect(page.locator("#instruction")).to_have_text("Keep the dot inside the box.")
    expect(page.locator("#shakes")).to_be_hidden()
    expect(page.locator("#shakes")).to_have_text("")


@pytest.mark.browser
def test_a_child_is_told_too_and_large_letters_have_room(visit, patient):
    patient.begin("P01")
    patient.go(Phase.BASELINE)
    patient.now["phase_left_s"] = 2.4
    page, phone = visit("/patient", SCREEN), visit("/therapist/screen")
    line = page.locator("#shakes")
    for name in ("Large", "For a child"):
        phone.get_by_role("button", name=name, exact=True).click()
    expect(line).to_have_text("Soon the plate vibrates.")
    assert page.evaluate(BESIDE)
    patient.go(Phase.HOLD)
    expect(line).to_have_text(NOW)
    assert page.evaluate(BESIDE)
    for name in ("Large", "For a child"):
        phone.get_by_role("button", name=name, exact=True).click()
    expect(page.locator("body:not([data-large], [data-child])")).to_be_attached()


@pytest.mark.browser
def test_the_therapist_reads_of_a_box_only_where_one_is_drawn(visit, patient):
    patient.begin("P01")
    patient.go(Phase.HOLD)
    box = Slot(SlotKind.PLACE, 0, PlaceLook.BOX, SlotState.NOW, 0, 0, 400, 600)
    patient.now["scene"] = pack_scene(DOT._replace(outcome=SceneOutcome.IN_GOAL, slots=(box,)))
    phone = visit("/therapist/drill")
    expect(phone.locator("#inside")).to_have_text("● inside the box")
    patient.now["scene"] = pack_scene(DOT._replace(outcome=SceneOutcome.IN_GOAL, dot=Dot.HIDDEN))
    expect(phone.locator("#inside")).to_have_text("")
