"""What keeps a patient's drills from starting stands on Today, on the patient's page and beside Start before a tap."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from station.clinic.plan.measuring import Known
from station.clock import local_date, this_moment
from station.recording.layout import RECORDS_FILE
from station.records.dose import Statement
from station.records.file import Records, open_records
from station.records.incidents import Incidents, NewIncident
from station.records.levels import Levels
from station.records.moving import move_visit
from station.records.patients import Patients
from station.records.plans import Plans, PlanWish
from station.records.visits import Visits
from tests.station.records.made import NOON
from tests.station.records.test_levels import do

if TYPE_CHECKING:
    from tests.web_ui.conftest import Server

FELL = "f" * 32


def enter(records: Records, code: str) -> str:
    """A patient with a plan that has the stance on one leg, and a visit of today."""
    now = this_moment()
    Patients(records).enter(code, {"birth_year": local_date(now.wall_ns).year - 72}, "Ada K.", sure=True)
    day = local_date(now.wall_ns).isoformat()
    held_s = {"one_leg_left_s": 12.0, "one_leg_right_s": 14.0}
    typed = {name: Known(value, "typed", day, "Ada K.") for name, value in held_s.items()}
    Plans(records).make(code, PlanWish("Ada K.", now, typed))
    Visits(records).take_up(code, "Ada K.")
    return code


def fall(records: Records, code: str) -> None:
    Incidents(records).tell(NewIncident(FELL, code, time.time_ns(), "ab12cd", 0, 0, {}))


def yesterday(records: Records, code: str) -> str:
    """A set on the left leg; its session's name."""
    days = (local_date(this_moment().wall_ns) - NOON.date()).days - 1
    return str(do(records, 1, ["held"] * 3, 7.5, days=days, patient=code)[0])


@pytest.fixture
def records(data: Path) -> Iterator[Records]:
    opened = open_records(data / RECORDS_FILE)
    yield opened
    opened.close()


@pytest.fixture
def shown(served: "Server") -> Iterator[Records]:
    """Records of the pages."""
    opened = open_records(served.data / RECORDS_FILE)
    yield opened
    opened.close()


def said_of(client: FlaskClient, code: str) -> list[bool]:
    """Whether Today, the patient's page and the form say that the day has ended."""
    rows = {one["patient"]: one for one in client.get("/api/v1/today").json["visits"]}
    today = client.get(f"/api/v1/patients/{code}").json["patient"]["today"]
    return [rows[code]["ended"], today["ended"], client.get(f"/api/v1/patients/{code}/screening").json["ended"]]


def test_the_end_of_the_day_is_said_as_a_start_is_refused(client, records):
    code, other = enter(records, "P-61"), enter(records, "P-62")
    assert said_of(client, code) == [False] * 3
    fall(records, code)
    assert (said_of(client, code), said_of(client, other)) == ([True] * 3, [False] * 3)
    Incidents(records).describe(FELL, "Ada K.", "mistake", None)
    assert said_of(client, code) == [False] * 3


def test_a_visit_that_is_moved_takes_the_end_of_the_day_with_it(client, records):
    wrong, right = enter(records, "P-63"), enter(records, "P-64")
    days = (local_date(this_moment().wall_ns) - NOON.date()).days
    name, _ = do(records, 1, ["held"], 7.5, days=days, patient=wrong)
    assert client.post(f"/api/v1/sessions/{name}/said", json={"near_fall": True}).status_code == 200
    assert (said_of(client, wrong), said_of(client, right)) == ([True] * 3, [False] * 3)
    visit = client.get(f"/api/v1/sessions/{name}").json["visit"]
    move_visit(records, visit, right, Statement("Ada K.", "P-64 stood there"), this_moment())
    assert said_of(client, right) == [True] * 3


def test_what_is_locked_is_said_with_its_leg_until_it_is_unlocked(client, records):
    code = enter(records, "P-65")
    name = yesterday(records, code)
    said = f"/api/v1/sessions/{name}/said"
    assert client.post(said, json={"pain": 1}).json["locked"] == ""
    told = client.post(said, json={"pain": 8}).json
    assert (told["locked"], "lock-pain" in [one["reason"] for one in told["decisions"]]) == ("planned", True)
    (lock,) = client.get(f"/api/v1/patients/{code}").json["patient"]["today"]["locks"]
    assert (lock["leg"], lock["leg_word"]) == ("left", "left")
    assert "stopped and locked" in lock["text"]
    assert client.get(said).json == told  # by whoever asks later
    assert [one["locked"] for one in client.get("/api/v1/today").json["visits"]] == [True]
    body = {"patient": code, "drill": "one-leg", "displacement_pp_mm": 0}
    assert client.post("/api/v1/drill/start", json={**body, "leg": "left"}).json["code"] == "drill-locked"
    assert client.post("/api/v1/drill/start", json={**body, "leg": "right"}).status_code == 200
    Levels(records).unlock(code, "D03", "left", "Ada K.", "it was the shoe")
    assert client.get(f"/api/v1/patients/{code}").json["patient"]["today"]["locks"] == []
    assert [one["locked"] for one in client.get("/api/v1/today").json["visits"]] == [False]


def test_what_no_plan_has_is_not_called_refused(client, records):
    Patients(records).enter("P-66", {}, "Ada K.", sure=True)
    name = yesterday(records, "P-66")
    assert client.post(f"/api/v1/sessions/{name}/said", json={"pain": 8}).json["locked"] == "unplanned"
    assert client.get("/api/v1/patients/P-66").json["patient"]["today"]["locks"] == []
    body = {"patient": "P-66", "drill": "one-leg", "leg": "left", "displacement_pp_mm": 0}
    assert client.post("/api/v1/drill/start", json=body).status_code == 200


def clean(page: Page, part: str = "main") -> None:
    assert [one["id"] for one in Axe().run(page, context=part).response["violations"]] == []


@pytest.mark.browser
def test_after_a_fall_the_pages_say_so_and_lead_to_no_drill(visit, shown, served):
    code = enter(shown, "P-71")
    page = visit("/therapist/today")
    row = page.locator("#rows .item", has_text=code)
    expect(row).not_to_contain_text("Training ended")
    fall(shown, code)
    page.reload()
    expect(row.locator(".state")).to_have_text("Training ended for today: a fall or near fall")
    expect(row.locator(".next")).to_have_attribute("href", f"/therapist/p/{code}")
    row.locator(".next").click()
    expect(page.locator("#ended")).to_contain_text("Training ended for today: a fall or near fall")
    expect(page.locator(".dock .main")).to_have_attribute("href", f"/therapist/p/{code}/questions")
    expect(page.locator("#shake")).to_be_hidden()
    clean(page)
    page.goto(f"{served.url}/therapist/drill?patient={code}")
    expect(page.locator("#start-why")).to_contain_text("A fall or near fall has ended today’s training.")
    expect(page.locator("#screened-words")).to_contain_text("No drill today")
    expect(page.locator("#start")).not_to_have_class("main")
    page.locator("label.leg", has_text="LEFT").click()
    page.locator("#start").click()
    expect(page.locator("#screened-problem")).to_contain_text("A fall or near fall")
    expect(page.locator("#confirm")).to_be_hidden()
    Incidents(shown).describe(FELL, "Ada K.", "mistake", None)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#start-why")).to_be_empty()
    expect(page.locator("#start")).to_have_class("main")


@pytest.mark.browser
def test_pain_that_locks_says_what_until_when_and_where_it_is_lifted(visit, shown, served):
    code = enter(shown, "P-72")
    name = yesterday(shown, code)
    page = visit(f"/therapist/after/{name}")
    expect(page.locator("#said-lock")).to_be_hidden()
    page.get_by_role("button", name="8", exact=True).click()
    expect(page.locator("#said-lock")).to_contain_text("Locked: One leg, LEFT. It starts again")
    expect(page.locator("#said-unlock")).to_have_attribute("href", f"/therapist/p/{code}/plan")
    clean(page)
    decided = page.locator("#said-decided").inner_text()
    page.reload()  # or looked at on another phone
    expect(page.locator("#said-lock")).to_contain_text("Locked: One leg, LEFT. It starts again")
    expect(page.locator("#said-decided")).to_have_text(decided)
    expect(page.locator("#said-unlock")).to_be_visible()
    page.goto(f"{served.url}/therapist/today")
    expect(page.locator("#rows .item", has_text=code)).to_contain_text("▲ A drill is locked")
    page.goto(f"{served.url}/therapist/p/{code}")
    lock = page.locator("#locks a")
    expect(lock).to_contain_text("Locked: One leg, LEFT")
    expect(lock).to_contain_text("only once a therapist unlocks it in the plan")
    expect(lock).to_have_attribute("href", f"/therapist/p/{code}/plan")
    clean(page)
    page.goto(f"{served.url}/therapist/drill?patient={code}&drill=one-leg&leg=left")
    expect(page.locator("#start-why")).to_contain_text("This drill is locked on this leg")
    expect(page.locator("#to-unlock")).to_have_attribute("href", f"/therapist/p/{code}/plan")
    expect(page.locator("#start")).not_to_have_class("main")
    clean(page, "#setup")
    page.locator("label.leg", has_text="RIGHT").click()
    expect(page.locator("#start-why")).to_be_empty()
    page.locator("label.leg", has_text="LEFT").click()
    expect(page.locator("#start-why")).to_contain_text("This drill is locked on this leg")
    Levels(shown).unlock(code, "D03", "left", "Ada K.", "it was the shoe")
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#start-why")).to_be_empty()
    expect(page.locator("#to-unlock")).to_be_hidden()
