"""Pictures of the three pages for README.md, of a station that runs: one drill on the simulated rig, in real time.

`make pictures` writes docs/pictures/*.png, half a minute into a drill with vibration.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from benchmarks.running import Server, station

CHROMIUM = "/usr/bin/chromium"
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
DRILL = {"patient": "P01", "drill": "single-leg-vibration", "leg": "left", "hold_s": 40, "trials": 1}
INTO_HOLD_S = 12.0
"""So long after the hold began the pictures are taken: the figures of the last ten seconds are those of the hold."""
PATIENCE_S = 60.0


class Shot(NamedTuple):
    """One page in a window of this size, in CSS pixels; the picture is `scale` times as large."""

    page: str
    width: int
    height: int
    scale: float


SHOTS = (
    Shot("therapist", 390, 844, 1.0),
    Shot("patient", 1920, 1080, 0.5),
    Shot("technician", 1280, 1060, 0.75),
)
PATHS = {"therapist": "therapist/drill"}
"""Of pages whose address is not their name."""


def main() -> int:
    """Start a station, run the drill, and write a picture of each page. Returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    with station() as server, sync_playwright() as playwright:
        server.pages_after_s("/therapist")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pages = {shot: open_page(browser, server, shot) for shot in SHOTS}
        start_drill(pages[SHOTS[0]], server, DRILL)
        _wait_for_hold(pages[SHOTS[0]], server)
        for shot, page in pages.items():
            file = FOLDER / f"{shot.page}.png"
            page.screenshot(path=file)
            sys.stdout.write(f"docs/pictures/{file.name}: {file.stat().st_size // 1000} kB\n")
        browser.close()
    return 0


def open_page(browser: Browser, server: Server, shot: Shot) -> Page:
    """The page with live data on it."""
    size = ViewportSize(width=shot.width, height=shot.height)
    context = browser.new_context(viewport=size, device_scale_factor=shot.scale)
    page = context.new_page()
    page.goto(f"{server.url}/{PATHS.get(shot.page, shot.page)}")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_S * 1e3)
    return page


def start_drill(page: Page, server: Server, drill: dict[str, Any]) -> None:
    """Start this drill as this page's browser, as soon as the station is ready. Raises TimeoutError."""
    give_up_s = time.monotonic() + PATIENCE_S
    answer = "no answer"
    while time.monotonic() < give_up_s:
        response = page.request.post(
            f"{server.url}/api/v1/drill/start", data=json.dumps(drill), headers={"Content-Type": "application/json"}
        )
        if response.ok:
            return
        answer = response.text()
        page.wait_for_timeout(500)
    raise TimeoutError(f"the drill did not start: {answer}")


def _wait_for_hold(page: Page, server: Server) -> None:
    """Until the patient has held for `INTO_HOLD_S`. Raises TimeoutError."""
    give_up_s = time.monotonic() + 2.0 * PATIENCE_S
    while time.monotonic() < give_up_s:
        seen: dict[str, Any] = page.request.get(f"{server.url}/api/v1/snapshot").json()
        if seen["phase"]["name"] == "hold" and (seen["hold_s"] or 0.0) >= INTO_HOLD_S:
            return
        page.wait_for_timeout(200)
    raise TimeoutError("the patient did not hold: run it again")


if __name__ == "__main__":
    sys.exit(main())
