"""A film strip of the patient's screen for each drill: eight frames at 1920 x 1080, of a round that somebody does.

`make film` writes build/film/NAME.png for every drill that ships, `make film ARGS="slalom"` for one. A simulated
patient, who sees the screen and nothing else, does the drill in virtual time; what was on the screen is then shown to
the real page. `--kind frail` has it done by somebody else, `--to docs/pictures` writes there.
"""

from __future__ import annotations

import argparse
import base64
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from benchmarks.running import free_port
from drawings.gallery import HERE, tests_of_the_pages
from drawings.pictures import CHROMIUM
from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import NO_SCENE, Scene, shape_of
from drills.values import Event, Observation, Phase
from hw.settings import SimulationSettings
from hw.simulated.kinds import KINDS
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S
from station.wire.scene import pack_scene

FOLDER = HERE / "build" / "film"
SCREEN = ViewportSize(width=1920, height=1080)
COLUMNS, WIDTH, HEIGHT, GAP = 4, 640, 360, 8
"""Of the strip, in pixels; a frame is as large as its picture."""
PARTS = (0.06, 0.2, 0.35, 0.5, 0.65, 0.85)
"""Where in the exercise the frames between the first and the last are taken."""
TICK_NS = round(STEP_S * 1e9)
ON_N = 40.0
LONGEST_NS = 600 * 10**9
PATIENCE_MS = 60e3


class Frame(NamedTuple):
    """One moment of the drill."""

    phase: Phase
    scene: Scene
    ml_mm: float
    ap_mm: float


class Film(NamedTuple):
    """A trial that was done: its moments, fifty a second, and the shapes that were drawn."""

    frames: tuple[Frame, ...]
    shapes: tuple[Event, ...]

    def chosen(self) -> Iterator[Frame]:
        """Eight of them: getting on, six of the exercise, the end."""
        exercised = [frame for frame in self.frames if frame.phase is Phase.HOLD] or list(self.frames)
        yield self.frames[0]
        for part in PARTS:
            yield exercised[int(part * len(exercised))]
        yield self.frames[-1]


def filmed(document: DrillDocument, kind: str, seed: int) -> Film:
    """One trial by somebody of this kind, in virtual time; it ends with how it went, or with stepping off."""
    one = Patient(SimulationSettings.model_validate({"person": kind}), random.Random(f"{seed}/person"))  # noqa: S311  # a model
    prescription = fill_in(
        document, Asked(legs_of(document)[-1], trials=min(document.trials.max, max(2, document.trials.min)))
    )
    state, shown = begin(document, prescription, 0), NO_SCENE
    frames, shapes = list[Frame](), list[Event]()
    for now_ns in range(TICK_NS, LONGEST_NS, TICK_NS):
        one.step()
        place = (one.cop_ml_mm, one.cop_ap_mm) if one.force_n > ON_N else (float("nan"), float("nan"))
        state, _, scene, told = step(state, Observation(one.force_n, *place, 0.0, True), now_ns)
        for event in told:
            if event.kind == "shape":
                one.shape(*shape_of(event))
                shapes.append(event)
        if scene is not shown:
            one.look(scene)
            shown = scene
            frames.append(Frame(state.phase, scene, *place))
        if state.finished or (state.phase is Phase.REST and now_ns > state.phase_start_ns + 10**9):
            break
    return Film(tuple(frames), tuple(shapes))


def main(arguments: Sequence[str]) -> int:
    """Write the strips that are asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="drills by their names; else all")
    parser.add_argument("--kind", choices=sorted(KINDS), default="young")
    parser.add_argument("--language", default="en")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--to", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    asked.to.mkdir(parents=True, exist_ok=True)
    tests = tests_of_the_pages()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place, sync_playwright() as playwright:
        feeder = tests.Feeder(Path(place))
        feeder.start()
        server = tests.Server(Path(place), Path(place), free_port(), (asked.language, asked.language))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport=SCREEN, device_scale_factor=WIDTH / SCREEN["width"])
            page.goto(f"{server.url}/patient")
            for name in asked.name or catalogue_names():
                document = load_shipped(name)
                film = filmed(document, asked.kind, asked.seed)
                shots = [_shot(page, feeder, document, frame, film.shapes) for frame in film.chosen()]
                feeder.reset()
                _strip(browser, shots, asked.to / f"film-{name}.png")
        finally:
            browser.close()
            server.stop()
            feeder.close()
    return 0


def _shot(page: Page, feeder: Any, document: DrillDocument, frame: Frame, shapes: Sequence[Event]) -> bytes:  # noqa: ANN401
    """The page once it shows this frame. The samples are those of a drill that is as far; only its scene is put in."""
    leg = legs_of(document)[-1].value
    if not feeder.running:
        feeder.begin(
            "P01", leg, document.name, hold_s=document.exercise_step.time.default_s, trials=document.trials.min
        )
        for event in shapes:
            feeder.tell("shape", **event.data)
    place = {"cop_ml_mm": frame.ml_mm, "cop_ap_mm": frame.ap_mm}
    feeder.now |= {"phase": frame.phase, "scene": pack_scene(frame.scene), **place}
    expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_MS)
    page.wait_for_timeout(600)  # the page draws what came last
    return page.screenshot()


def _strip(browser: Browser, shots: Sequence[bytes], file: Path) -> None:
    """All frames in rows, in one picture."""
    rows = -(-len(shots) // COLUMNS)
    size = ViewportSize(width=COLUMNS * (WIDTH + GAP) + GAP, height=rows * (HEIGHT + GAP) + GAP)
    page = browser.new_page(viewport=size)
    images = "".join(f'<img src="data:image/png;base64,{base64.b64encode(shot).decode()}">' for shot in shots)
    grid = f"display: grid; gap: {GAP}px; grid-template-columns: repeat({COLUMNS}, {WIDTH}px)"
    page.set_content(f'<body style="margin: {GAP}px; background: #7c8d9b; {grid}">{images}</body>')
    page.screenshot(path=file)
    page.close()
    sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
