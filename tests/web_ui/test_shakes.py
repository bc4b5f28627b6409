"""Whether the plate vibrates now, and when it will: read on a phone at a glance, while the hands guard somebody."""

import re

import pytest
from playwright.sync_api import expect

from drills.library import load_shipped
from drills.values import Phase
from web_ui import wording
from web_ui.story import Story

PHONE = {"width": 390, "height": 844}
AT = """() => ["#shakes", "#plate", "#countdown"]
    .map((one) => document.querySelector(one).getBoundingClientRect().top)"""
LOUD = "() => document.querySelector('#shakes').closest('[aria-live], [role=status], [role=alert]')"


@pytest.mark.browser
def test_the_live_page_says_whether_it_vibrates_and_moves_nothing_for_it(visit, patient):
    page = visit("/therapist/drill", PHONE)
    words = page.locator("#shakes")
    patient.begin("P01", hold_s=12.5)
    patient.go(Phase.BASELINE)
    expect(words).to_have_text(re.compile(r"Still\. Vibration in ([1-9]|10) s"))
    still = page.evaluate(AT)
    patient.go(Phase.HOLD)
    expect(words).to_have_text("VIBRATING 25\u00a0Hz · 0.23\u00a0mm medium (proposed)")
    expect(words).to_have_attribute("data-state", "moves")
    assert page.evaluate(AT) == still
    at, stop = words.bounding_box(), page.locator("#stop").bounding_box()
    assert at["y"] > 0
    assert at["y"] + at["height"] < stop["y"]
    assert page.evaluate(LOUD) is None
    patient.now["hold_s"] = 12.5
    expect(page.locator("#held")).to_have_text("12.5 of 12.5 s")
    patient.end_trial("held", 12.5)
    patient.go(Phase.REST)
    expect(words).to_have_text("Still. Vibration comes next")
    assert page.evaluate(AT) == still
    patient.end("completed")
    # What has just ended comes first; who comes for the next drill sees its form first, and whose it is.
    expect(page.locator("#result + #compared + #said + #setup")).to_be_attached()
    expect(page.locator("#whose")).to_have_text("P01")
    page.goto(page.url + "?patient=P02")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    expect(page.locator("#setup + #result + #compared + #said")).to_be_attached()
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#whose")).to_have_text("P02")
    expect(page.locator("#when-shakes")).to_have_text("no vibration")
    page.locator("#drill").select_option("single-leg-vibration")
    expect(page.locator("#when-shakes")).to_have_text("First 15 s still, then vibration")
    patient.begin("P01", drill="one-leg")
    expect(words).to_have_text("no vibration")
    expect(words).to_have_attribute("data-state", "none")


@pytest.mark.parametrize(
    ("drill", "phase", "seconds"),
    [
        ("single-leg-vibration", Phase.SETTLE, 13.0),
        ("single-leg-vibration", Phase.BASELINE, 3.0),
        ("single-leg-vibration", Phase.REST, None),
        ("single-leg-in-blocks", Phase.SETTLE, None),
        ("catch-the-bursts", Phase.SETTLE, None),
        ("with-and-without", Phase.SETTLE, None),
        ("one-leg", Phase.SETTLE, None),
    ],
)
def test_seconds_are_said_only_where_they_are_known(drill, phase, seconds):
    document = load_shipped(drill)
    baseline_s = document.baseline_s
    prescription = {"frequency_hz": 25.0, "displacement_pp_mm": 0.23 if document.shaken else 0.0}
    told = {"document": document.model_dump(mode="json"), "prescription": prescription}
    story = Story({"kind": "session-started", **told})
    if drill == "single-leg-in-blocks":
        seconds = 3.0 + baseline_s  # its first block begins with the hold
    left_s = wording.until_vibration_s(story, phase, 3.0)
    assert left_s == seconds or (seconds is None and left_s != left_s)
