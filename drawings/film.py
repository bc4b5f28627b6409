"""A film strip of the patient's screen for each drill: eight frames at 1920 x 1080, of a round that somebody does.

`make film` writes build/film/film-NAME.png for every drill that ships, and build/film/index.html, all strips on a sheet
to choose a drill by; `make film ARGS="slalom"` makes one. A simulated patient, who sees the screen and nothing else,
does the drill in virtual time; what was on the screen is then shown to the real page. `--kind frail` has it done by
somebody else; `--size 1024x768`, `--look large` and `--language de` show it otherwise; `--to` writes elsewhere.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from benchmarks.running import free_port
from drawings.acting import Trial, acted, kinds
from drawings.film_sheet import write_sheet
from drawings.gallery import HERE, tests_of_the_pages
from drawings.pictures import CHROMIUM
from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.prescription import legs_of
from station.wire.scene import pack_scene

FOLDER = HERE / "build" / "film"
COLUMNS, WIDTH, GAP = 4, 640, 8
"""Of the strip, in pixels; a frame is as large as its picture."""
BEFORE = 30
"""Points of the centre of pressure before each frame, which its trail is drawn from."""
POINT_MS, EMPTY_MS = 20, 120
PATIENCE_MS = 60e3
LOOKS: dict[str, dict[str, Any]] = {
    "usual": {},
    "large": {"screen": {"large": True}},
    "child": {"screen": {"child": True}},
    "calm": {"context": {"reduced_motion": "reduce"}},
    "forced-colours": {"context": {"forced_colors": "active"}},
}
"""How the screen is set, and what the browser is asked for."""


def main(arguments: Sequence[str]) -> int:
    """Write the strips that are asked for, and the sheet of all that are there. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="drills by their names; else all")
    parser.add_argument("--kind", choices=kinds(), default="young")
    parser.add_argument("--language", default="en")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--look", choices=LOOKS, default="usual")
    parser.add_argument("--to", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    width, height = map(int, asked.size.split("x"))
    asked.to.mkdir(parents=True, exist_ok=True)
    tests, look = tests_of_the_pages(), LOOKS[asked.look]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place, sync_playwright() as playwright:
        feeder = tests.Feeder(Path(place))
        feeder.start()
        server = tests.Server(Path(place), Path(place), free_port(), (asked.language, asked.language))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            size = ViewportSize(width=width, height=height)
            page = browser.new_page(viewport=size, device_scale_factor=WIDTH / width, **look.get("context", {}))
            page.goto(f"{server.url}/patient")
            for name in asked.name or catalogue_names():
                document = load_shipped(name)
                trial = acted(document, asked.kind, asked.seed)
                _begin(feeder, document, trial)
                _set(page, server.url, look.get("screen", {}))
                shots = [_shot(page, feeder, trial, at) for at in trial.chosen()]
                feeder.reset()
                _strip(browser, shots, WIDTH * height // width, asked.to / f"film-{name}.png")
        finally:
            browser.close()
            server.stop()
            feeder.close()
    write_sheet(asked.to)
    return 0


def _begin(feeder: Any, document: DrillDocument, trial: Trial) -> None:  # noqa: ANN401
    """The samples are those of a drill that is as far; only its scene is put in. One by an order does not begin without
    one: then the samples are another's.
    """
    if document.by_order:
        parts = {name: getattr(document, name) for name in ("name", "title", "summary", "script")}
        document = load_shipped("one-leg").model_copy(update=parts)
    hold_s = document.exercise_step.time.default_s
    feeder.begin("P01", legs_of(document)[-1].value, document, hold_s=hold_s, trials=trial.trials)
    for event in trial.shapes:
        feeder.tell("shape", **event.data)


def _set(page: Page, url: str, screen: dict[str, bool]) -> None:
    """The screen as a phone sets it; and it is live."""
    if screen:
        answer = page.request.post(f"{url}/api/v1/screen", data=screen)
        expect(answer).to_be_ok()
    expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_MS)


def _shot(page: Page, feeder: Any, trial: Trial, at: int) -> bytes:  # noqa: ANN401
    """The page once it shows this moment, and before it what led there."""
    nowhere = float("nan")
    feeder.now |= {"cop_ml_mm": nowhere, "cop_ap_mm": nowhere}
    page.wait_for_timeout(EMPTY_MS)  # no trail is left of another moment
    for moment in trial.moments[max(0, at - BEFORE) : at + 1]:
        place = {"cop_ml_mm": moment.ml_mm, "cop_ap_mm": moment.ap_mm}
        feeder.now |= {"phase": moment.phase, "scene": pack_scene(moment.scene), **place}
        page.wait_for_timeout(POINT_MS)
    page.wait_for_timeout(EMPTY_MS)  # the page draws what came last
    return page.screenshot()


def _strip(browser: Browser, shots: Sequence[bytes], high: int, file: Path) -> None:
    """All frames in rows, in one picture."""
    rows = -(-len(shots) // COLUMNS)
    size = ViewportSize(width=COLUMNS * (WIDTH + GAP) + GAP, height=rows * (high + GAP) + GAP)
    page = browser.new_page(viewport=size)
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots)
    grid = f"display: grid; gap: {GAP}px; grid-template-columns: repeat({COLUMNS}, {WIDTH}px)"
    page.set_content(f'<body style="margin: {GAP}px; background: #7c8d9b; {grid}">{images}</body>')
    page.screenshot(path=file)
    page.close()
    sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
