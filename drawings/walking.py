"""What the walks of `drawings.walks` are done with: a station for practice with three browsers, and who counts."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from benchmarks.running import Server, practice_station
from drawings.small import smaller

PATIENT = "P01"
MANAGER_PIN, THERAPIST_PIN = "731946", "285047"
PHONE = ViewportSize(width=390, height=844)
PATIENCE_S = 120.0
WEIGHT_KG = "70"
SETTLED_MS = 500
"""A second tap of the same finger is none: the page takes no answer for so long after one."""
TAP_S = 3.0
"""Of a trained thumb, looking included (design/pages.md 3): what a tap or a key counts in virtual time."""


class Step(NamedTuple):
    """One thing that was done or waited for."""

    words: str
    taps: int
    waited_s: float


def waited_s(words: str, until: Callable[[], object]) -> float:
    """Wait until it is so; for how long, in s. Raises TimeoutError with these words."""
    begun_s = time.monotonic()
    while not until():
        if time.monotonic() - begun_s > PATIENCE_S:
            raise TimeoutError(words)
        time.sleep(0.05)  # a real station, outside this process
    return time.monotonic() - begun_s


class Walk:
    """Counts one task. `folder`: where its pictures go; None: none is taken."""

    def __init__(self, name: str, folder: Path | None) -> None:
        self.name, self._folder = name, folder
        self.steps: list[Step] = []
        self.pictures: list[str] = []

    @property
    def taps(self) -> int:
        """Touches and keys."""
        return sum(step.taps for step in self.steps)

    @property
    def seconds(self) -> float:
        """Virtual: the taps of a trained thumb, and what the station and the patient took."""
        return self.taps * TAP_S + sum(step.waited_s for step in self.steps)

    def tap(self, target: Locator | None, words: str) -> None:
        """One touch of the page; of something that is no page where `target` is None."""
        if target is not None:
            expect(target).to_be_visible()
            target.click()
        self.steps.append(Step(words, 1, 0.0))

    def go(self, page: Page, *words: str) -> None:
        """By links, as they are called on the page, one after the other; each leads to a page with live data."""
        for said in words:
            link = page.get_by_role(
                "link", name=re.compile(rf"(?!{said}:){said}")
            ).first  # not the code in the top line
            expect(link).to_be_visible(timeout=PATIENCE_S * 1e3)
            page.wait_for_timeout(SETTLED_MS)
            before = page.url
            link.click()
            expect(page).not_to_have_url(before, timeout=PATIENCE_S * 1e3)
            expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_S * 1e3)
            self.steps.append(Step(said, 1, 0.0))

    def type(self, field: Locator, text: str) -> None:
        """Each key is a tap; the page has led to the field, or one tap more does."""
        field.fill(text)
        self.steps.append(Step(f"type {len(text)} letters", len(text), 0.0))

    def retype(self, field: Locator, text: str) -> None:
        """What stood there goes with one touch."""
        field.fill(text)
        self.steps.append(Step(f"type {text}", len(text), 0.0))

    def choose(self, field: Locator, value: str) -> None:
        """Of a list: one touch opens it, one chooses."""
        field.select_option(value)
        self.steps.append(Step("choose the drill", 2, 0.0))

    def answer_all(self, page: Page) -> None:
        """Nothing is the matter: one answer a screen, until what holds is said."""
        asked = 0
        while not page.locator("#verdict").is_visible():
            if page.locator("#number-field").is_visible():
                page.locator("#number").fill(WEIGHT_KG)
                asked += len(WEIGHT_KG)
            well(page).click()  # where not all was seen yet, it scrolls
            asked += 1
            page.wait_for_timeout(SETTLED_MS)
        self.steps.append(Step("answer the questions", asked, 0.0))

    def wait(self, words: str, until: Callable[[], bool]) -> None:
        """For the station or the patient. Raises TimeoutError."""
        self.steps.append(Step(f"wait: {words}", 0, waited_s(f"{self.name}: {words}", until)))

    def require(self, held: bool, words: str) -> None:
        """What must be so at the end. Raises RuntimeError."""
        if not held:
            raise RuntimeError(f"{self.name}: not so: {words}")

    def picture(self, page: Page, name: str) -> None:
        """What is on the page now."""
        if self._folder is None:
            return
        file = self._folder / f"{self.name}-{name}.png"
        page.mouse.move(0, 0)
        page.screenshot(path=file)
        file.write_bytes(smaller(file.read_bytes()))
        self.pictures.append(file.name)


def well(page: Page) -> Locator:
    """The answer to a question by which nothing is the matter; of a number the button that takes it."""
    if page.locator("#number-field").is_visible():
        return page.get_by_role("button", name="Use this number")
    return page.locator("#answers button").first


class Clinic:
    """A station on which people practise, and who looks at it: a therapist, the station's own screen, a new phone."""

    def __init__(self, server: Server, phone_url: str, browser: Browser) -> None:
        self.url, self.phone_url = server.url, phone_url
        self.therapist, self.screen, self.phone = (browser.new_context(viewport=PHONE).new_page() for _ in range(3))

    def begin(self, page: Page) -> None:
        """At the station's start page: every way of a task begins there."""
        page.goto(f"{self.url}/")
        expect(page.locator("body")).to_have_attribute("data-freshness", "live", timeout=PATIENCE_S * 1e3)

    def post(self, path: str, **body: object) -> None:
        """As somebody at the station's own screen. Raises RuntimeError for a refusal."""
        headers = {"Content-Type": "application/json"}
        answer = self.screen.request.post(f"{self.url}/api/v1{path}", data=json.dumps(body), headers=headers)
        if not answer.ok:
            raise RuntimeError(answer.text())

    def done_by(self, code: str, drill: str) -> None:
        """Somebody new began the drill on the left leg and was stopped: they have a visit. Nobody controls the station
        then. Raises TimeoutError.
        """
        self.post("/patients", code=code)
        self.post("/lease", take=True, confirm=True)  # a page that is open keeps it
        self.post("/drill/start", patient=code, drill=drill, leg="left")
        waited_s(f"{code} stands", lambda: self.snapshot()["phase"]["name"] == "hold")
        self.post("/stop")
        waited_s(f"the end of the drill of {code}", lambda: self.snapshot()["session"] == 0)
        path = f"{self.url}/api/v1/patients/{code}/visits"
        waited_s(f"the visit of {code}", lambda: self.screen.request.get(path).json()["visits"])
        self.post("/lease", take=False)

    def snapshot(self) -> dict[str, Any]:
        """The whole state now."""
        seen: dict[str, Any] = self.screen.request.get(f"{self.url}/api/v1/snapshot").json()
        return seen

    def still(self) -> bool:
        """Nothing vibrates."""
        return bool(self.snapshot()["vibration"]["output_hz"] == 0)

    def press_red_button(self, *, pressed: bool) -> None:
        """A finger at the panel, which is none of the page's."""
        self.post("/practice/red-button", pressed=pressed)


@contextmanager
def clinic_at_work(browser: Browser) -> Iterator[Clinic]:
    """A station with one patient, and PINs for a manager and a therapist."""
    with practice_station() as (server, phone_url):
        server.pages_after_s("/therapist")
        clinic = Clinic(server, phone_url, browser)
        begun_s = time.monotonic()
        while True:  # its recorder makes the records when it starts
            try:
                clinic.post("/patients", code=PATIENT)
                break
            except RuntimeError:
                if time.monotonic() - begun_s > PATIENCE_S:
                    raise
                time.sleep(0.2)
        for role, pin in (("manager", MANAGER_PIN), ("therapist", THERAPIST_PIN)):
            clinic.post("/pins", role=role, pin=pin)
        yield clinic
