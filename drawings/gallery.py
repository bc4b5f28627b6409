"""Pictures of every page in every state, in the languages and sizes asked for, to look at before a release.

`make gallery` writes them into build/gallery, a folder a language and size: English, German and the long
pseudo-language, each as a phone and as a screen. `ARGS="--language xx-rtl --only patient"` chooses.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import sys
import tempfile
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
MOST_HIGH = 2400
"""Of a picture: the technician's list of faults goes on for longer."""


def main(arguments: list[str]) -> int:
    """Take the pictures that are asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", action="append", help="a language tag; may be given again")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--only", default="", help="the beginning of the states' names")
    asked = parser.parse_args(arguments)
    for language in asked.language or LANGUAGES:
        for size in asked.size or SIZES:
            _photograph(language, size, asked.only)
    return 0


def _photograph(language: str, size: str, only: str) -> None:
    states, tests = _load("states"), _load("conftest")
    folder = FOLDER / language / size
    shutil.rmtree(folder, ignore_errors=not only)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place, sync_playwright() as playwright:
        feeder = tests.Feeder(Path(place))
        feeder.start()
        server = tests.Server(Path(place), Path(place), free_port(), (language, language))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for state in states.STATES:
                if state.name.startswith(only):
                    feeder.reset()
                    _shoot(browser, states, state, (feeder, server.url, language, SIZES[size], folder))
        finally:
            browser.close()
            server.stop()
            feeder.close()
    sys.stdout.write(f"{folder.relative_to(HERE)}: {len(list(folder.iterdir()))} pictures\n")


def _shoot(browser: Browser, states: ModuleType, state: Any, where: tuple[Any, str, str, ViewportSize, Path]) -> None:  # noqa: ANN401
    """The page whole: in a window as high as it is, so that STOP lies at its end."""
    feeder, url, language, size, folder = where
    context = browser.new_context(viewport=size)
    context.set_default_timeout(50e3)
    context.add_cookies([{"name": "station_language", "value": language, "url": url}])
    page = context.new_page()
    states.visit(states.Scene(page, feeder, url), state)
    page.wait_for_timeout(300)  # for a figure or two
    high = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(ViewportSize(width=size["width"], height=min(max(high, size["height"]), MOST_HIGH)))
    page.screenshot(path=folder / f"{state.name}.png")
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
