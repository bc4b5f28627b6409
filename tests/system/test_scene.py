"""A second exercise from end to end: reaching places, from the plate to the patient's screen and into the file."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from drills.scene import SlotKind, SlotState, View
from station.recording.reader import read_recording
from station.recording.scenes import scenes_of
from station.wire.scene import pack_scene
from web_ui.scene import scene_view

pytestmark = pytest.mark.browser

SCREEN = {"width": 1920, "height": 1080}
DRILL = {"patient": "P09", "drill": "reach-the-targets", "leg": "both", "trials": 1}
SEEN_AS_SENT = 20
"""So many frames of the page are held against the recording."""
WHITE = """() => {
  const canvas = document.getElementById("plate");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) found += data[at] === 255 && data[at + 1] === 255 && data[at + 2] === 255;
  return found;
}"""


@pytest.fixture
def screen(browser: Browser) -> Page:
    """The patient's screen, as large as it is."""
    return browser.new_page(viewport=SCREEN)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.timeout(300)
def test_places_are_reached_on_the_patients_screen_and_a_recording_replays_it(
    start_station: Callable[..., Any], wait_for: Callable[..., Any], screen: Page
) -> None:
    station = start_station()
    station.wait_until_healthy()
    screen.goto(f"{station.url}/patient")
    expect(screen.locator("body")).to_have_attribute("data-freshness", "live")
    station.ask_to_start(DRILL)

    expect(screen.locator("#instruction")).to_contain_text("Touch the thick ring")
    expect(screen.locator(".score")).to_contain_text("0 of 16")
    wait_for("the dwell ring on the glass", lambda: screen.evaluate(WHITE) > 300)
    expect(screen.locator(".score")).to_contain_text("2 of 16")
    frames = [_get(f"{station.url}/api/v1/snapshot") for _ in range(SEEN_AS_SENT)]
    screen.get_by_role("button", name="STOP").click()
    wait_for("the end", lambda: _get(f"{station.url}/api/v1/snapshot")["session"] == 0)
    expect(screen.locator(".score")).to_be_hidden()

    def recorded() -> Any:
        sessions = _get(f"{station.url}/api/v1/sessions?patient=P09")["sessions"]
        return sessions and sessions[0]["outcome"] and next((station.data / "recordings").glob("*.mcap"))

    samples = read_recording(wait_for("the recording", recorded)).samples
    scenes = scenes_of(samples)
    reached = [
        found.scene
        for found in scenes
        if sum(slot.kind == SlotKind.PLACE and slot.state == SlotState.DONE for slot in found.scene.slots) >= 2
    ]
    assert reached
    assert all(scene.view == View.LEAN for scene in reached)
    for frame in frames:
        (sent,) = [
            one.scene
            for one, after in zip(scenes, [*scenes[1:], None], strict=True)
            if one.seq <= frame["seq"] and (after is None or frame["seq"] < after.seq)
        ]
        view = scene_view(pack_scene(sent), {})
        assert view is not None
        assert frame["scene"] == json.loads(view.model_dump_json())
