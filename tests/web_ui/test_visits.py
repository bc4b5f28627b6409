"""Who is here today, a swap in three taps, effort and pain in two, a fall in one, a visit signed and seen."""

import re
import time
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from drills.values import Phase
from station.clock import this_moment
from station.recording.layout import RECORDS_FILE
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.ids import session_id
from station.records.incidents import Incidents
from station.records.levels import Levels
from station.records.patients import Patients
from station.records.screenings import Screenings
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.records.visits import Visits
from station.wire.messages import Start, Stop
from tests.moments import earlier_today_ns

pytestmark = pytest.mark.browser

TAP = "0123456789abcdef" * 2
DOSE = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}


class Thumb:
    """That counts its taps."""

    def __init__(self) -> None:
        self.count = 0

    def tap(self, target: Locator) -> None:
        target.tap()
        self.count += 1


def clean(page: Page, part: str = "main") -> None:
    """Nothing that a screen reader or a thumb stumbles over."""
    found = Axe().run(page, context=part).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def enter(folder: Path, *codes: str) -> None:
    records = open_records(folder / RECORDS_FILE)
    for code in codes:
        if Patients(records).find(code) is None:
            Patients(records).enter(code, {"initials": "M. R."}, "ab12", sure=True)
    records.close()


def begun(folder: Path, code: str, ring: tuple[int, int], drill: str = "single-leg-vibration") -> str:
    """The row that the recorder writes when this session begins; its name."""
    at_ns = earlier_today_ns(40)
    name = session_id(at_ns, *ring)
    records = open_records(folder / RECORDS_FILE)
    asked = {"hold_s": 20.0, "frequency_hz": 25.0, "displacement_pp_mm": 0.23}
    facts = (drill, "left", asked, at_ns, "boot", *ring, f"recordings/{name}.mcap")
    Sessions(records).begin(NewSession(name, code, *facts))
    records.close()
    return name


def ended(folder: Path, name: str, paused_s: float | None = None, **dose: float) -> None:
    """What it writes at its end, with the figures of one trial, and how long the drill was paused after it."""
    records = open_records(folder / RECORDS_FILE)
    Sessions(records).end(name, SessionEnd("done", "completed", time.time_ns(), None))
    trial = {"trial": 1, "leg": "left", "outcome": "held", "hold_s": 20.0, "measures": {"mean_velocity_mm_s": 41.5}}
    trial |= {"reasons": {}, "baseline_measures": None, "vibration": {}}
    result = {"pipeline": "station-1", "pipeline_version": 1, "trials": [trial], "dose": {**DOSE, **dose}}
    if paused_s is not None:
        result["exercised"] = {"1": {"paused_s": paused_s}}
    Sessions(records).store_results(name, result)
    records.close()


def ring_of(patient) -> tuple[int, int]:
    return patient.epoch, patient.now["session"]


def test_effort_and_pain_are_two_taps_after_a_set(visit, patient, served):
    enter(served.data, "P21")
    page, thumb = visit("/therapist/drill", has_touch=True), Thumb()
    expect(page.locator("#said")).to_be_hidden()
    patient.begin("P21", "left", "single-leg-vibration")
    name = begun(served.data, "P21", ring_of(patient))
    patient.go(Phase.HOLD)
    patient.end_trial("held", 20.0)
    patient.end("completed")
    ended(served.data, name)
    expect(page.locator("#said-whose")).to_contain_text("P21 · LEFT")
    thumb.tap(page.get_by_role("button", name="some effort"))
    with page.expect_response("**/said"):
        thumb.tap(page.get_by_role("button", name="6", exact=True))
    expect(page.get_by_role("button", name="6", exact=True)).to_have_attribute("aria-pressed", "true")
    assert thumb.count == 2
    expect(page.locator("#said-kept")).to_have_text("Saved.")
    expect(page.locator("#said-again")).to_be_visible()
    expect(page.locator("#said-next")).to_be_hidden()  # there is no plan
    clean(page, "#said")
    records = open_records(served.data / RECORDS_FILE)
    expect(page.locator("#said-problem")).to_be_empty()
    page.reload()  # what was said is shown again, and may be put right
    expect(page.get_by_role("button", name="some effort")).to_have_attribute("aria-pressed", "true")
    assert Sessions(records).detail(name)["said"] == {"effort_rpe": 13.0, "pain": 6.0}
    with page.expect_response("**/said"):  # the next page reads what this one has said
        page.get_by_role("button", name="2", exact=True).tap()
    page.goto(f"{served.url}/therapist/after/{name}")
    expect(page.get_by_role("button", name="2", exact=True)).to_have_attribute("aria-pressed", "true")
    said = [one for one in AuditLog(records).newest(9) if one["what"] == "set-said"]
    assert (len(said), {one["who"] for one in said} != {""}) == (3, True)
    assert page.request.post(f"{served.url}/api/v1/sessions/{name}/said", data={"pain": 4}).ok  # another phone
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="4", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="some effort")).to_have_attribute("aria-pressed", "true")
    records.close()
    patient.begin("P21", "left", "single-leg-vibration")
    page.goto(f"{served.url}/therapist/drill")
    expect(page.locator("#marks, #countdown").first).to_be_visible()
    expect(page.locator("#said")).to_be_hidden()


def test_what_could_not_be_kept_is_not_marked(visit, patient, served):
    enter(served.data, "P22")
    name = begun(served.data, "P22", (70, 1))
    ended(served.data, name)
    page = visit(f"/therapist/after/{name}")
    page.get_by_role("button", name="very easy").click()
    expect(page.get_by_role("button", name="very easy")).to_have_attribute("aria-pressed", "true")
    page.route("**/said", lambda route: route.fulfill(status=503, content_type="application/problem+json", body="{}"))
    page.get_by_role("button", name="very hard").click()
    expect(page.get_by_role("button", name="very easy")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="very hard")).to_have_attribute("aria-pressed", "false")


def test_a_fall_told_after_a_set_is_of_that_set_and_ends_its_day(visit, patient, served):
    enter(served.data, "P24", "P25")
    name, before = begun(served.data, "P24", (74, 1)), begun(served.data, "P25", (75, 1))
    ended(served.data, name)
    with closing(open_records(served.data / RECORDS_FILE)) as records:
        Sessions(records).end(before, SessionEnd("done", "completed", 10**18, None))  # years ago
        page = visit(f"/therapist/after/{name}")
        page.get_by_role("button", name="Fall or near fall").click()
        expect(page).to_have_url(re.compile(r"/therapist/fall\?of="))
        expect(page.locator("#ran")).to_contain_text("Nothing ran. Last: One-legged stance with vibration, LEFT")
        expect(page.locator("#whose")).to_have_text("P24")
        expect(page.get_by_role("button", name="Near fall", exact=True)).to_be_visible()
        (one,) = Incidents(records).of("P24")
        assert (one["session"], one["ran"]["running"], one["ran"]["drill"]) == (name, False, "single-leg-vibration")
        body = {"request": TAP, "session": before}
        told = page.request.post(f"{served.url}/api/v1/fall", data=body).json()["incident"]
        assert (told["session"], told["at_ms"]) == (before, 1e12)
        said = [Screenings(records).of(code, this_moment()).ended for code in ("P24", "P25")]
        assert said == [True, False]
        # Who runs is who has fallen, whatever the page is about.
        patient.begin("P25", "left", "single-leg-vibration")
        expect(page.locator("#running")).to_contain_text("P25")  # the pages know of it
        body = {"request": TAP[::-1], "session": name}
        told = page.request.post(f"{served.url}/api/v1/fall", data=body).json()["incident"]
        assert (told["patient"], told["ran"]["running"]) == ("P25", True)


def test_the_next_of_a_group_is_three_taps_away_and_each_visit_is_signed_by_name(visit, patient, served):
    enter(served.data, "P31", "P32")
    page = visit("/therapist/today", has_touch=True)
    for code in ("P31", "P32"):
        page.get_by_label("Code of who has come").fill(code)
        page.get_by_role("button", name="Open a visit").tap()
        expect(page.locator("#rows")).to_contain_text(code)
    row = page.locator("#rows .item", has_text="P32")
    expect(row).to_contain_text("Questions first")  # on another phone, while somebody else is on the plate
    expect(row.locator(".next")).to_have_attribute("href", "/therapist/p/P32/questions")
    patient.begin("P31", "left", "single-leg-vibration")
    first = page.locator("#rows .item").first
    expect(first).to_contain_text("On the plate")
    expect(first).to_contain_text("P31")
    clean(page)
    refused = page.request.post(
        f"{served.url}/api/v1/visits/{_visit(served.data, 'P31')}/sign", data={"name": "Ada K."}
    )
    assert (refused.status, refused.json()["code"]) == (409, "visit-runs")
    patient.end("completed")
    page.route("**/api/v1/today", lambda route: _answered(route, questions="allowed", plan=True))
    page.route("**/patients/P32/plan", lambda route: route.fulfill(json=PLAN))
    page.goto(f"{served.url}/therapist/p/P31")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    thumb = Thumb()
    thumb.tap(page.get_by_role("link", name="P31: who is here today"))
    thumb.tap(page.get_by_role("link", name="P32: Next"))
    expect(page.locator("#confirm")).to_contain_text("P32")
    expect(page.locator("#confirm-leg")).to_have_text("LEFT")
    thumb.tap(page.get_by_role("button", name="Confirm and start"))
    expect(page).to_have_url(f"{served.url}/therapist/drill")
    assert thumb.count == 3
    assert [one.patient for one in patient.asked(Start)][-1:] == ["P32"]
    patient.reset()
    page.goto(f"{served.url}/therapist/today")
    end = page.locator("#rows .item", has_text="P31")
    end.get_by_text("End visit …").tap()
    end.get_by_role("button", name="Sign the visit").tap()
    expect(end.locator(".problem")).not_to_be_empty()
    end.get_by_label("Your name").fill("Ada K.")
    page.unroute("**/api/v1/today")
    end.get_by_role("button", name="Sign the visit").tap()
    expect(page.locator("#rows .item", has_text="P31")).to_contain_text("signed by Ada K.")


PLAN_DRILL = {
    "drill": "D03",
    "title": "One leg",
    "document": "quick-one-leg",
    "minutes": 4,
    "dose": "3 x 20 s",
    "start": None,
    "reasons": [],
    "changed": {},
    "legs": ["left"],
    "levels": [],
    "today": [],
}
PLAN = {
    "code": "P32",
    "plan": {
        "version": 1,
        "day": "2026-11-29",
        "by": "Ada K.",
        "state": "accepted",
        "proposed": False,
        "stop": [],
        "drills": [PLAN_DRILL],
        "left_out": [],
        "notes": [],
        "dose": None,
        "review": None,
        "found": [],
    },
}


def _answered(route: Route, **fields: object) -> None:
    lines = route.fetch().json()
    route.fulfill(json={"visits": [{**one, **fields} for one in lines["visits"]]})


def _visit(folder: Path, code: str) -> str:
    records = open_records(folder / RECORDS_FILE)
    try:
        return Visits(records).newest(code)[0]["id"]
    finally:
        records.close()


def test_the_form_of_signing_stays_while_the_rest_goes_on_and_after_a_visit_the_next_form_is_empty(
    visit, patient, served
):
    enter(served.data, "P33", "P34")
    page = visit("/therapist/today")
    page.evaluate("sessionStorage.setItem('form-kept', JSON.stringify({state: {patient: 'P33'}, at: Date.now()}))")
    page.get_by_label("Code of who has come").fill("P33")
    page.get_by_role("button", name="Open a visit").click()
    row = page.locator("#rows .item", has_text="P33")
    row.get_by_text("End visit …").click()
    name = row.get_by_label("Your name")
    name.fill("Ada K.")
    page.get_by_label("Code of who has come").fill("P34")
    page.get_by_role("button", name="Open a visit").click()
    other = page.locator("#rows .item", has_text="P34")
    expect(other).to_be_visible()
    name.focus()
    patient.begin("P34")
    expect(other).to_contain_text("On the plate")
    expect(name).to_be_focused()
    expect(name).to_have_value("Ada K.")
    patient.reset()
    expect(other).not_to_contain_text("On the plate")
    row.get_by_role("button", name="Sign the visit").click()
    expect(page.locator("#rows .item", has_text="P33")).to_contain_text("signed by Ada K.")
    page.goto(f"{served.url}/therapist/drill")
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#patient")).to_have_value("")


def test_a_fall_is_one_tap_that_stops_and_records_and_shows_what_to_do(visit, patient, served, until):
    enter(served.data, "P41")
    page, thumb = visit("/therapist/patients", has_touch=True), Thumb()
    patient.begin("P41", "left", "single-leg-vibration")
    name = begun(served.data, "P41", ring_of(patient))
    patient.go(Phase.HOLD)
    thumb.tap(page.get_by_role("button", name="Fall or near fall"))
    expect(page.locator("#off-words")).to_have_text("The plate is off. It stays off.")
    expect(page.locator("#content")).to_contain_text("Do not lift them at once.")
    assert thumb.count == 1
    assert patient.asked(Stop)
    expect(page).to_have_url(re.compile(r"/therapist/fall\?of="))
    expect(page.locator("#whose")).to_have_text("P41")
    expect(page.locator("#ran")).to_contain_text("What ran")
    expect(page.locator("#samples")).to_have_text("What the plate recorded is kept: the last 30 s too.")
    clean(page)
    page.get_by_role("button", name="First: What was it?").tap()  # says what is missing, and leads to it
    expect(page.locator("[data-kind=fall]")).to_be_focused()
    page.get_by_role("button", name="Near fall", exact=True).tap()
    expect(page.get_by_role("button", name="Near fall", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="First: Your name").tap()
    expect(page.get_by_label("Your name")).to_be_focused()
    page.get_by_label("Your name").fill("Ada K.")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator("#problem")).to_have_text("First: Note")
    page.get_by_label("Note").fill("caught by the rail")
    page.get_by_role("button", name="Save the note").tap()
    expect(page.locator("#noted")).to_contain_text("Note by Ada K. Saved, ")
    page.get_by_role("button", name="P41 is safe").tap()
    expect(page.locator("#safe")).to_contain_text("Safe, says Ada K")
    page.reload()
    expect(page.locator("#note")).to_have_value("caught by the rail")
    records = open_records(served.data / RECORDS_FILE)
    (one,) = Incidents(records).of("P41")  # also after the reload
    assert (one["ran"]["drill"], one["ran"]["leg"], one["ran"]["phase"]) == ("single-leg-vibration", "left", "hold")
    assert Sessions(records).detail(name)["said"]["near_fall"] is True
    records.close()
    ended(served.data, name)
    page.goto(f"{served.url}/therapist/p/P41")
    expect(page.locator("#incidents")).to_contain_text("Near fall")
    expect(page.locator("#incidents")).to_contain_text("caught by the rail")


def test_a_fall_that_nothing_answers_is_told_again_until_it_is(visit, patient, served):
    patient.begin("P42", "left", "single-leg-vibration")
    enter(served.data, "P42")
    name = begun(served.data, "P42", ring_of(patient))
    page = visit("/therapist/patients")
    page.route("**/api/v1/fall", lambda route: route.fulfill(status=503, json={}))
    page.get_by_role("button", name="Fall or near fall").click()
    expect(page.locator("#off-words")).to_have_text("Not confirmed. Press the red button.")
    expect(page.locator("#kept")).to_contain_text("Not recorded yet.")
    page.unroute("**/api/v1/fall")
    expect(page.locator("#kept")).to_contain_text("Recorded:")
    records = open_records(served.data / RECORDS_FILE)
    assert len(Incidents(records).of("P42")) == 1
    records.close()
    ended(served.data, name)  # else it waits for its acknowledgement


def test_an_earlier_visit_opens_with_figures_and_note(visit, patient, served):
    enter(served.data, "P51")
    name = begun(served.data, "P51", (71, 1))
    ended(served.data, name, paused_s=205.4, vibration_s=30.0)
    records = open_records(served.data / RECORDS_FILE)
    Levels(records).say(name, "Ada K.", {"effort_rpe": 13})
    records.close()
    page = visit("/therapist/p/P51")
    page.locator("#visits a").click()
    expect(page.locator("#sets")).to_contain_text("1 of 1 held")
    expect(page.locator("#sets")).to_contain_text("held, 20.0 s · sway 41.5 mm/s · Pause of 3:25 min after try 1")
    expect(page.locator("#sets")).not_to_contain_text(name)  # a file's name says nothing to a therapist
    expect(page.locator("#state")).to_have_text(re.compile("^Running, not signed yet"))
    expect(page.locator("#norm")).to_have_text(re.compile("^No norm for this sway"))
    expect(page.locator("#simulated")).to_be_hidden()  # of a recording that is gone nobody knows
    page.get_by_label("Note").fill("slept badly")
    page.get_by_label("Your name").fill("Ada K.")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#kept")).to_have_text("Saved.")
    records = open_records(served.data / RECORDS_FILE)
    Visits(records).note(page.url.rpartition("/")[2], "Ben S.", "knee hurts")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#note-problem")).to_contain_text("written meanwhile: knee hurts.")
    expect(page.get_by_label("Note")).to_have_value("slept badly")
    page.get_by_role("button", name="Save the note").click()  # it is meant
    expect(page.locator("#kept")).to_have_text("Saved.")
    page.get_by_role("button", name="Sign the visit").click()
    expect(page.locator("#state")).to_contain_text("Signed by Ada K")
    expect(page.locator("#one-to-one")).to_have_text(re.compile(r"^One to one: \d+ min\. Counted: .* up to 10 min "))
    page.evaluate("() => { navigator.clipboard.writeText = async (text) => { window.copied = text; }; }")
    page.get_by_role("button", name="Copy as a note").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    whole = page.evaluate("copied").split("\n")
    assert re.fullmatch(r"P51 · \d{4}-\d\d-\d\d \d\d:\d\d", whole[0])
    assert whole[1] == page.locator("#one-to-one").inner_text()
    done = "One-legged stance with vibration, LEFT · completed · 1 of 1 held"
    assert whole[2:] == [
        f"{done} · vibration 0:30 min at 25 Hz, 0.23 mm · Effort 13 of 20",
        "Note · slept badly",
        page.locator("#state").inner_text(),
    ]
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # as over plain HTTP
    page.get_by_role("button", name="Copy as a note").click()
    expect(page.locator("#copied")).to_contain_text("copy the text that is selected")
    assert page.evaluate("getSelection().toString()").split("\n") == whole
    clean(page)
    page.reload()
    expect(page.get_by_label("Note")).to_have_value("slept badly")
    expect(page.locator("#sign")).to_be_hidden()
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("printed")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#printed-note")).to_have_text("slept badly")
    for shown in ("#whose", "#sets", "#state", "#printed-note"):
        expect(page.locator(shown)).to_be_visible()
    tapped = page.locator("button, .button, .strip, .dock, textarea, .home")
    assert [one for one in tapped.evaluate_all("all => all.map((one) => one.checkVisibility())") if one] == []
    page.emulate_media(media="screen")
    expect(page.locator("#state")).not_to_contain_text("Changed")
    page.get_by_label("Note").fill("slept well")
    page.get_by_label("Your name").fill("Eve")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#state")).to_contain_text("Signed by Ada K")
    expect(page.locator("#state")).to_contain_text("Changed after that, last by Eve")


def test_where_there_is_nothing_it_is_said(client, feeder):
    for path in ("/visits/none", "/incidents/none"):
        assert client.get(f"/api/v1{path}").status_code == 404
    for path, body in (
        ("/visits", {"patient": "P99"}),
        ("/visits/none/sign", {"name": "Ada K."}),
        ("/visits/none/note", {"name": "Ada K.", "note": "x"}),
        ("/incidents/none", {"kind": "fall"}),
    ):
        assert client.post(f"/api/v1{path}", json=body).status_code == 404
    told = client.post("/api/v1/fall", json={"request": TAP}).json
    assert told == {"stopped": True, "incident": None}  # there are no records: the stop waits for nothing
    assert client.get("/api/v1/today").json == {"visits": []}
