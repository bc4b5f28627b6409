"""Pictures of every page in every state, in the languages and sizes asked for, to look at before a release.

`make gallery` writes them into build/gallery, a folder a language and size: English, German and the long
pseudo-language, each as a phone and as a screen. `ARGS="--language xx-rtl --only patient"` chooses. `ARGS="--docs"`
writes the small ones of docs/languages.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.running import free_port
from drawings.pictures import CHROMIUM

HERE = Path(__file__).resolve().parents[1]
FOLDER = HERE / "build" / "gallery"
SIZES = {"phone": ViewportSize(width=390, height=844), "screen": ViewportSize(width=1920, height=1080)}
LANGUAGES = ("en", "de", "xx-long")
DOCS = HERE / "docs" / "pictures" / "languages"
DOCS_LANGUAGES = ("de", "ar", "zh")
DOCS_STATES = {"home": "phone", "therapist-form": "phone", "technician": "phone", "patient-hold": "screen"}
DOCS_SCALE = {"phone": 0.75, "screen": 0.4}
MOST_HIGH = 2400
"""Of a picture: the technician's list of faults goes on for longer."""


def main(arguments: list[str]) -> int:
    """Take the pictures that are asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", action="append", help="a language tag; may be given again")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--only", action="append", help="the beginning of states' names; may be given again")
    parser.add_argument("--docs", action="store_true", help="the small pictures of docs/languages.md")
    asked = parser.parse_args(arguments)
    if asked.docs:
        DOCS.mkdir(parents=True, exist_ok=True)
        for language in DOCS_LANGUAGES:
            for size in sorted(SIZES):
                shown = [name for name, one in DOCS_STATES.items() if one == size]
                _photograph(language, size, shown, DOCS_SCALE[size])
        return 0
    for language in asked.language or LANGUAGES:
        for size in asked.size or SIZES:
            _photograph(language, size, asked.only or [""])
    return 0


def _photograph(language: str, size: str, only: Sequence[str], scale: float | None = None) -> None:
    """The states whose names begin so. `scale`: for the docs, as small as that, and no more than one sees at once."""
    states, tests = _load("states"), _load("conftest")
    folder = FOLDER / language / size
    if "" in only:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place, sync_playwright() as playwright:
        feeder = tests.Feeder(Path(place))
        feeder.start()
        server = tests.Server(Path(place), Path(place), free_port(), (language, language))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for state in states.STATES:
                if scale is not None and state.name in only:
                    feeder.reset()
                    file = DOCS / f"{language}-{state.name}.png"
                    _shoot(browser, states, state, (feeder, server.url, language, SIZES[size], file), scale)
                elif scale is None and state.name.startswith(tuple(only)):
                    feeder.reset()
                    file = folder / f"{state.name}.png"
                    _shoot(browser, states, state, (feeder, server.url, language, SIZES[size], file))
        finally:
            browser.close()
            server.stop()
            feeder.close()
    made = DOCS if scale is not None else folder
    sys.stdout.write(f"{made.relative_to(HERE)}: {len(list(made.iterdir()))} pictures\n")


def _shoot(
    browser: Browser,
    states: ModuleType,
    state: Any,  # noqa: ANN401
    where: tuple[Any, str, str, ViewportSize, Path],
    scale: float | None = None,
) -> None:
    """The page whole: in a window as high as it is, so that STOP lies at its end. With a scale as it is at first."""
    feeder, url, language, size, file = where
    context = browser.new_context(viewport=size, device_scale_factor=scale or 1.0)
    context.set_default_timeout(50e3)
    context.add_cookies([{"name": "station_language", "value": language, "url": url}])
    page = context.new_page()
    states.visit(states.Scene(page, feeder, url), state)
    page.wait_for_timeout(300)  # for a figure or two
    high = size["height"] if scale else page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(ViewportSize(width=size["width"], height=min(max(high, size["height"]), MOST_HIGH)))
    page.screenshot(path=file)
    context.close()


def tests_of_the_pages() -> ModuleType:
    """What the tests of the pages share: a feeder in the place of control, and a server of the pages."""
    return _load("conftest")


def _load(name: str) -> ModuleType:
    """A module of the pages' tests, which are no package."""
    spec = importlib.util.spec_from_file_location(name, HERE / "tests" / "web_ui" / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
