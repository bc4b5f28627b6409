"""A recording in one file: it holds what the patient saw, asks no network for anything, and plays in a browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import expect

from drills.scene import Dot, Eyes, Scene, View
from drills.words import Word
from station.cli import main as station
from station.recording.reader import Recording, read_recording
from station.texts import Texts
from station.wire.scene import SCENE_BYTES, SCENE_FIELDS, pack_scene
from web_ui.scene import scene_view
from web_ui.viewer import viewer_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

LIT = """() => {
  const { width, height } = document.getElementById("plate");
  const { data } = document.getElementById("plate").getContext("2d").getImageData(0, 0, width, height);
  return data.filter((one) => one > 0).length;
}"""
FIRST = Scene(view=View.QUIET, dot=Dot.LIVE, word=Word.HOLD_STILL, clock_kind=1, clock_ds=100, clock_of_ds=300)
SECOND = FIRST._replace(clock_ds=110, score=3, goal=9)


@pytest.fixture(scope="module")
def recording(project: Path) -> Recording:
    """A kept recording, as if its screen had shown nothing, then two scenes."""
    kept = read_recording(project / "tests" / "data" / "calibrated.mcap")
    return showing(kept, (slice(500, 1000), FIRST), (slice(1000, None), SECOND))


def showing(kept: Recording, *scenes: tuple[slice, Scene]) -> Recording:
    """The recording with these scenes in these of its samples."""
    samples = kept.samples.copy()
    start = samples.dtype.fields[SCENE_FIELDS[0].name][1]
    block = samples.view(np.uint8).reshape(len(samples), -1)
    for rows, scene in scenes:
        block[rows, start : start + SCENE_BYTES] = np.frombuffer(pack_scene(scene), np.uint8)
    return kept._replace(samples=samples)


def inside(page: str, name: str) -> dict:
    return json.loads(re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', page, re.DOTALL)[1])


def test_it_holds_each_scene_and_the_point_of_the_recording(recording):
    played = inside(viewer_of(recording, Texts("de")), "recording")
    assert played["scenes"][0][1] is None
    (_, first), (_, change) = played["scenes"][1:]
    assert first == scene_view(pack_scene(FIRST), {}).model_dump(mode="json")
    assert change == {"clock_ds": 110, "score": 3, "goal": 9}, "a scene says only what is other than before"
    at = [(int(recording.samples["t_ns"][row]) - int(recording.samples["t_ns"][0])) // 1_000_000 for row in (500, 1000)]
    assert [one[0] for one in played["scenes"][1:]] == at
    point = played["points"][200]
    row = np.searchsorted(recording.samples["t_ns"], recording.samples["t_ns"][0] + 4_000_000_000, side="right") - 1
    assert point == pytest.approx([recording.samples[name][row] for name in ("cop_ml_mm", "cop_ap_mm")], abs=0.006)
    assert [one["number"] for one in played["tries"]] == [1]


def test_nothing_in_it_leads_anywhere_and_what_somebody_wrote_is_no_markup(recording):
    header = {**recording.header, "patient": "</script><script>alert(1)</script>"}
    page = viewer_of(recording._replace(header=header), Texts())
    assert re.findall(r'(?:src|href)=|url\(|import\("', page) == []
    assert "<script>alert" not in page
    assert "default-src 'none'" in page


def test_the_command_writes_it_and_says_what_is_no_recording(tmp_path, project):
    out = tmp_path / "a.html"
    made = CliRunner().invoke(
        station, ["export", str(project / "tests/data/calibrated.mcap"), "--format", "viewer", "--out", str(out)]
    )
    assert (made.exit_code, out.exists()) == (0, True), made.output
    other = CliRunner().invoke(station, ["export", str(out), "--format", "viewer", "--out", str(tmp_path / "b.html")])
    assert (other.exit_code, (tmp_path / "b.html").exists()) == (2, False)


@pytest.mark.browser
def test_it_plays_from_the_disk_without_a_network(browser: Browser, recording, tmp_path):
    path = tmp_path / "a.html"
    path.write_text(viewer_of(recording, Texts()), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    page.goto(path.as_uri())
    expect(page.locator("#no-scene")).to_contain_text("no picture here")
    place = page.get_by_role("slider")
    place.evaluate("(one) => { one.value = one.max; one.dispatchEvent(new Event('input')); }")
    expect(page.locator("#clock")).to_have_text("11 s")
    expect(page.locator("#score")).to_have_text("3 of 9")
    expect(page.locator("#word")).not_to_be_empty()
    expect(page.locator("#no-scene")).to_be_empty()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("button", name="Try 1").click()
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    path.write_text(viewer_of(showing(recording, (slice(None), SECOND._replace(eyes=Eyes.CLOSED))), Texts()))
    page.reload()
    expect(page.locator("#no-scene")).to_have_text("Eyes closed: the patient's screen was dark.")
    assert [page.locator(f"#{name}").text_content() for name in ("word", "clock", "score", "foot")] == [""] * 4
    assert page.evaluate(LIT) == 0
    context.close()
    assert wrong == []
