"""A film strip of the patient's screen: one `targets` drill on the simulated rig, in real time, frame by frame.

`make film` writes docs/pictures/film-targets.png. Each frame is the page of a running station at 1920 x 1080, taken
when what it is to show is there.
"""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.running import Server, station
from drawings.pictures import CHROMIUM, FOLDER, PATIENCE_S, Shot, open_page, start_drill

DRILL = {"patient": "P01", "drill": "reach-the-targets", "leg": "both", "trials": 1}
SHOT = Shot("patient", 1920, 1080, 1.0 / 3.0)
COLUMNS, WIDTH, HEIGHT, GAP = 3, 640, 360, 8
"""Of the strip, in pixels; a frame is as large as its picture."""
Snapshot = dict[str, Any]


class Frame(NamedTuple):
    """What a frame waits for, by the snapshot."""

    name: str
    shows: Callable[[Snapshot], bool]


def _places(seen: Snapshot, state: str) -> list[dict[str, Any]]:
    scene = seen["scene"] or {"slots": []}
    return [slot for slot in scene["slots"] if slot["kind"] == "place" and slot["state"] == state]


def _dwells(seen: Snapshot) -> bool:
    """The dot is in a place that is no home, and its ring has begun to close."""
    return any(slot["look"] == "ring" and 250 <= slot["value"] < 1000 for slot in _places(seen, "now"))


FRAMES = (
    Frame("getting on", lambda seen: bool(seen["phase"]["name"] == "get-on")),
    Frame("standing still", lambda seen: bool(seen["phase"]["name"] in ("settle", "baseline"))),
    Frame("the first place", lambda seen: any(slot["look"] == "ring" for slot in _places(seen, "now"))),
    Frame("staying in it", _dwells),
    Frame("some reached", lambda seen: len(_places(seen, "done")) >= 3 and _dwells(seen)),
    Frame("at the end", lambda seen: bool(seen["session"] == 0 and seen["result"])),
)


def main() -> int:
    """Run the drill and write the strip. Returns the exit code."""
    FOLDER.mkdir(exist_ok=True)
    with station() as server, sync_playwright() as playwright:
        server.pages_after_s("/therapist")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = open_page(browser, server, SHOT)
        start_drill(page, server, DRILL)
        shots = [_taken(page, server, frame) for frame in FRAMES]
        _strip(browser, shots)
        browser.close()
    return 0


def _taken(page: Page, server: Server, frame: Frame) -> bytes:
    """The page once it shows this. Raises TimeoutError."""
    give_up_s = time.monotonic() + 6.0 * PATIENCE_S
    while time.monotonic() < give_up_s:
        if frame.shows(page.request.get(f"{server.url}/api/v1/snapshot").json()):
            sys.stdout.write(f"{frame.name}\n")
            return page.screenshot()
        page.wait_for_timeout(50)
    raise TimeoutError(f"the drill did not show: {frame.name}")


def _strip(browser: Browser, shots: list[bytes]) -> None:
    """All frames in rows, in one picture."""
    rows = -(-len(shots) // COLUMNS)
    size = ViewportSize(width=COLUMNS * (WIDTH + GAP) + GAP, height=rows * (HEIGHT + GAP) + GAP)
    page = browser.new_page(viewport=size)
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots)
    grid = f"display: grid; gap: {GAP}px; grid-template-columns: repeat({COLUMNS}, {WIDTH}px)"
    page.set_content(f'<body style="margin: {GAP}px; background: #7c8d9b; {grid}">{images}</body>')
    file = FOLDER / "film-targets.png"
    page.screenshot(path=file)
    sys.stdout.write(f"docs/pictures/{file.name}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
