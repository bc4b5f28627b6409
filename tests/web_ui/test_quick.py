"""The quick test of both legs on the phone: taps and seconds from the code to the result, and what is said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, prescribe
from drills.values import Leg, Observation, Phase
from station.recording.layout import RECORDS_FILE
from station.records.file import Records, open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.wire.messages import Start
from tests.moments import earlier_today_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

QUICK = "/therapist/quick"
TAP_S, RESULT_S = 3.0, 2.0
"""Of a trained thumb, and until both legs stand beside each other, as the blueprint of the pages counts."""
MOST_S, MOST_TAPS = 150.0, 8
KNOWN_TAPS = 4
"""Of a patient whom the station knows; a new one has `MOST_TAPS`, with a code of three characters."""
SWAY = {"left": (66.0, 61.0, 59.0), "right": (48.0, 50.0, 46.0)}
DOSE = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}


def trials_of(weak: Leg | None) -> tuple[list[dict[str, Any]], float]:
    """What a drill in virtual time says of its trials, and how many seconds it takes: of somebody who stands well, but
    sets the foot down after some seconds on one leg.
    """
    document = load_shipped("quick-one-leg")
    state, ended = begin(document, prescribe(document, Asked(Leg.LEFT)), 0), []
    for now_ns in range(0, 200 * 10**9, 20_000_000):
        held_s = (now_ns - state.phase_start_ns) / 1e9
        falls = state.phase is Phase.HOLD and state.leg is weak and held_s > 4.0 + state.trial
        state, _, _, events = step(state, Observation(500.0 if falls else 700.0, 0.0, 0.0, 0.0, True), now_ns)
        ended += [event.data for event in events if event.kind == "trial-ended"]
        if state.finished:
            return ended, now_ns / 1e9
    raise AssertionError(f"the drill never ends: {state}")


def write(folder: Path, ring: tuple[int, int], trials: list[dict[str, Any]], *, done: bool = True) -> str:
    """The rows that the recorder writes of this session."""
    epoch, number = ring
    at_ns = earlier_today_ns(100)
    name = session_id(at_ns, epoch, number)
    records = open_records(folder / RECORDS_FILE)
    rows = Sessions(records)
    facts = ("quick-one-leg", "each", {"hold_s": 10.0}, at_ns, "boot", epoch, number, f"{name}.mcap")
    rows.begin(NewSession(name, "P07", *facts))
    if done:
        rows.end(name, SessionEnd("done", "completed", at_ns + 10**11, None))
    store(records, name, trials)
    records.close()
    return name


def store(records: Records, name: str, trials: list[dict[str, Any]]) -> None:
    """The figures of this session, as they are made."""
    figures = [
        {
            **{key: one[key] for key in ("trial", "leg", "outcome", "hold_s")},
            "measures": {"mean_velocity_mm_s": SWAY[one["leg"]][(one["trial"] - 1) // 2]},
            "reasons": {},
            "baseline_measures": None,
            "vibration": {},
        }
        for one in trials
    ]
    seen = {str(one["trial"]): {"feet": one["feet"]} for one in trials if "feet" in one}
    Sessions(records).store_results(
        name, {"pipeline": "station-1", "pipeline_version": 1, "trials": figures, "dose": DOSE, "exercised": seen}
    )


class Taps:
    """A thumb that is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def tap(self, target: Locator) -> None:
        target.click()
        self.count += 1

    def type(self, target: Locator, keys: str) -> None:
        """One tap into the field, and one a key."""
        self.tap(target)
        target.press_sequentially(keys)
        self.count += len(keys)

    def confirm(self) -> None:
        """The question and the card, as for everybody."""
        self.tap(self.page.get_by_role("button", name="Nothing new"))
        expect(self.page.locator("#whose")).to_be_visible()
        self.tap(self.page.get_by_role("button", name="Confirm and start"))


@pytest.fixture
def folder(shared: tuple[Feeder, Server]) -> Path:
    """The served station's data."""
    return shared[0].runtime


@pytest.fixture
def taps(visit: Callable[..., Page], folder: Path) -> Taps:
    """At the therapist's page of a station that knows P07."""
    write(folder, (1, 1), [])
    return Taps(visit("/therapist/drill"))


def test_a_known_patient_takes_four_taps_and_two_minutes_to_the_result_of_both_legs(taps, patient: Feeder, folder):
    page, (trials, drill_s) = taps.page, trials_of(Leg.LEFT)
    taps.tap(page.get_by_role("link", name="Quick test"))
    taps.tap(page.get_by_role("button", name="P07"))
    taps.confirm()
    expect(page.locator("#runs")).to_be_visible()
    (start,) = patient.asked(Start)
    assert (start.patient, start.document["name"], start.prescription["trials"]) == ("P07", "quick-one-leg", 6)
    patient.go(Phase.HOLD)
    expect(page.locator("#runs .leg-now")).to_have_text("LEFT")
    for one in trials:
        patient.end_trial(one["outcome"], one["hold_s"], leg=one["leg"])
    ring = (patient.epoch, patient.now["session"])
    patient.end("completed")
    expect(page.locator("#left-best")).to_have_text("9.0 s")
    expect(page.locator("#right-tries")).to_have_text("✓ · ✓ · ✓")
    expect(page.locator("#left-sway")).to_have_text("follows")
    assert taps.count == KNOWN_TAPS
    assert taps.count * TAP_S + drill_s + RESULT_S <= MOST_S
    name = write(folder, ring, trials)
    expect(page.locator("#left-sway")).to_have_text("62 mm/s")
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("The LEFT leg is less steady")
    expect(verdict).to_contain_text("It held 9.0 s at best, the other 10.0 s. It sways 14 mm/s more.")
    expect(verdict).to_contain_text("Chance alone does that in 1 of 10 tests. This short test has no norms for age.")
    expect(page).to_have_url(re.compile(f"/therapist/result/{name}$"))
    page.reload()
    expect(page.locator("#right-best")).to_have_text("10.0 s")
    expect(page.locator(".who")).to_have_text("P07")


def test_a_new_patient_takes_eight_taps_at_most(taps, patient: Feeder):
    page = taps.page
    taps.tap(page.get_by_role("link", name="Quick test"))
    taps.type(page.get_by_label("Patient code"), "p15")
    taps.tap(page.get_by_role("button", name="Use P15, new"))
    taps.confirm()
    expect(page.locator("#runs")).to_be_visible()
    assert patient.asked(Start)[-1].patient == "P15"
    assert taps.count == MOST_TAPS


def test_the_document_says_taps_and_seconds_as_they_are_counted(project: Path):
    """Of who holds every try, which takes longest."""
    drill_s, text = trials_of(None)[1], " ".join((project / "docs/drills.md").read_text(encoding="utf-8").split())
    for taps, who in ((KNOWN_TAPS, "of a known patient"), (MOST_TAPS, "of a new one")):
        took_s = taps * TAP_S + drill_s + RESULT_S
        assert took_s <= MOST_S
        assert f"{taps} taps and {took_s:.0f} s {who}" in text


def test_a_code_like_another_is_asked_about_and_something_new_starts_nothing(taps, patient: Feeder):
    page = taps.page
    page.goto(page.url.replace("/drill", "/quick"))
    page.get_by_label("Patient code").fill("P7")
    page.get_by_role("button", name="Use P7, new").click()
    expect(page.locator("#code-problem")).to_have_text("P7 is new. Did you mean one of these?")
    page.get_by_role("button", name="P07").click()
    page.get_by_role("button", name="Something new").click()
    expect(page.locator("#something")).to_contain_text("Do not test yet.")
    expect(page.get_by_role("link", name="Ask the questions")).to_have_attribute("href", "/therapist/p/P07/questions")
    expect(page.get_by_role("button", name="Confirm and start")).to_be_hidden()
    assert patient.asked(Start) == []


def test_legs_that_overlap_are_not_told_apart_and_an_early_end_is_said(visit, folder):
    trials = trials_of(None)[0]
    name = write(folder, (3, 1), trials[:5])
    page = visit(f"/therapist/result/{name}")
    expect(page.locator("#verdict")).to_contain_text("Too few tries to compare")
    expect(page.locator("#verdict")).to_contain_text("no norms")


def test_the_api_gives_both_legs_and_says_what_is_not_there_yet(client: FlaskClient, data: Path):
    trials = trials_of(None)[0]
    open_records(data / RECORDS_FILE).close()
    assert client.get("/api/v1/sessions/nothing/legs").status_code == 404
    name = write(data, (5, 1), trials, done=False)
    found = client.get(f"/api/v1/sessions/{name}/legs").json
    assert (found["ready"], found["complete"]) == (False, False)
    name = write(data, (5, 2), trials)
    found = client.get(f"/api/v1/sessions/{name}/legs").json
    assert (found["ready"], found["complete"], found["enough"]) == (True, True, True)
    assert [one["number"] for one in found["right"]["tries"]] == [2, 4, 6]
    assert (found["left"]["best_s"], found["left"]["sway_mm_s"]) == (10.0, 62.0)
    assert (found["less_steady"], found["by"]) == ("left", ["sway"])
    assert found["asymmetry_best_percent"] == 0.0


def test_a_try_on_both_feet_counts_only_when_somebody_saw_one_leg(visit, folder: Path):
    """The plate's word first, then the therapist's, as often as they like; both stay in the records."""
    trials = trials_of(None)[0]
    trials[0]["feet"] = {"seen": "both", "speed_mm_s": 9.0, "aside_mm": 1.0}
    trials[1]["feet"] = {"seen": "unsure", "speed_mm_s": 24.0, "aside_mm": 1.0}
    name = write(folder, (7, 1), trials)
    page = visit(f"/therapist/result/{name}")
    rows, tries = page.locator("#feet-rows > div"), page.locator("#left-tries")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Try 1, LEFT: this looks like both feet on the plate. It does not count")
    expect(rows.last).to_contain_text("the plate cannot tell one leg from both here. It counts")
    expect(tries).to_have_text("both feet · ✓ · ✓")
    rows.first.get_by_role("button", name="One leg").click()
    expect(rows.first).to_contain_text("you saw one leg. It counts.")
    expect(tries).to_have_text("✓ · ✓ · ✓")
    rows.last.get_by_role("button", name="Both feet").click()
    expect(rows.last).to_contain_text("you saw both feet. It does not count.")
    expect(page.locator("#right-tries")).to_have_text("both feet · ✓ · ✓")
    page.reload()
    expect(rows.last).to_contain_text("you saw both feet")
    records = open_records(folder / RECORDS_FILE)
    assert [one["feet"] for one in Sessions(records).detail(name)["trials"][:3]] == ["one", "both", ""]
    store(records, name, trials)  # made again, the word still counts
    assert [one["feet"] for one in Sessions(records).detail(name)["trials"][:3]] == ["one", "both", ""]
    assert "suspect" in Sessions(records).detail(name)["trials"][1]["reasons"]
    records.close()


def test_a_word_on_a_try_that_there_is_not_is_refused(client: FlaskClient, data: Path):
    name = write(data, (8, 1), trials_of(None)[0])
    for path in (f"/api/v1/sessions/{name}/tries/9", "/api/v1/sessions/nothing/tries/1"):
        assert client.post(path, json={"one_leg": True}).status_code in (404, 422)
