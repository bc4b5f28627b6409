"""No way over the API, and no battery at the terminal, past an absolute item: a real control, a real recorder's clerk.

The pages ask for a drill by one request only; what they may ask it for is tried here with real records.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from drills.changing import copy_of
from drills.document import digest_of
from drills.library import load_shipped
from drills.prescription import legs_of
from hw.settings import RigSettings
from station.cli import main
from station.clinic.batteries.documents import BatteryTest, names, shipped
from station.clinic.plan.measuring import Known
from station.clock import this_moment
from station.own_drills.folder import OwnDrills
from station.own_drills.tried import keep_trial
from station.recording.layout import records_path
from station.records.batteries import attempted
from station.records.file import Records, open_records
from station.records.ids import session_id
from station.records.plans import Plans, PlanWish
from station.records.sessions import NewSession, SessionEnd, Sessions
from station.settings import NO_SWITCHES
from tests.station.conftest import Bench
from tests.station.processes.test_screened_start import CLEAR, LOCKING, SHAKING, Clinic
from tests.station.records.test_vibrated import visit
from web_ui.app import create_app
from web_ui.plans import current, legs_of_line
from web_ui.service import service_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

START = "/api/v1/drill/start"
STARTS = {"therapist.js", "plan.js", "quick.js", "tests.js"}
"""The pages that start a drill: by the form, from the plan, by the quick test, and in a battery."""


class OverTheApi(Clinic):
    """Control and clerk with the pages' process before them, in this one."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        super().__init__(bench, folder)
        self.app = create_app(folder, folder)
        self.browser = self.app.test_client()
        self.pool = ThreadPoolExecutor(1)
        self.known = len(bench.published.events)
        self.screened = False

    def close(self) -> None:
        service_of(self.app).close()
        self.pool.shutdown()
        for one in (self.phone, self.recorder, self.server, self.clerk, self.records):
            one.close()

    def post(self, **body: object) -> "TestResponse":
        """Ask as a page does, and let control and the recorder work until it has its answer."""
        waiting = self.pool.submit(self.browser.post, START, json={"patient": "P01", **body})
        # Once a session is on, control's time stands still: else a slow answer of the page is a page that is lost.
        while not waiting.done() and self.bench.station.session is None:
            self.ready()
            self.known, known = len(self.bench.published.events), self.known
            self.asked(known)
            self.clerk.work()
            self.commitments.step(0, 7, self.link)
        return waiting.result()


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OverTheApi]:
    monkeypatch.setattr("web_ui.link.START_TIMEOUT_S", 120.0)  # of the computer, which may be busy
    bench = Bench(3, RigSettings(), NO_SWITCHES)
    clinic = OverTheApi(bench, tmp_path)
    yield clinic
    clinic.close()
    bench.rig.close()


def answered(clinic: OverTheApi, item: str, answer: str | None) -> None:
    given: dict[str, Any] = {**CLEAR, item: answer}
    if answer is None:
        del given[item]
    clinic.screenings.add("P01", "Eva", given, {}, this_moment())


def by_form(name: str) -> Callable[[OverTheApi], dict[str, object]]:
    return lambda _: {"drill": name, "leg": legs_of(load_shipped(name))[0].value}


def by_own(clinic: OverTheApi) -> dict[str, object]:
    kept = OwnDrills(clinic.folder).keep(copy_of("single-leg-vibration", "mine"))
    keep_trial(clinic.folder, kept, {"digest": digest_of(kept), "ok": True})
    return {"drill": "mine", "leg": "left"}


def by_plan(clinic: OverTheApi) -> dict[str, object]:
    """As the plan's page asks for a drill of the plan: the comparison that is due after three visits with vibration,
    in a plan that was made while the screening allowed it.
    """
    for number in range(3):
        visit(clinic.records, number, patient="P01")
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    clinic.screened = True
    typed = {"age_years": Known(25, "typed", "2026-06-01", "Eva")}
    typed["population"] = Known("ankle", "typed", "2026-06-01", "Eva")
    Plans(clinic.records).make("P01", PlanWish("Eva", this_moment(), typed))
    row = current(clinic.folder, "P01") or {}
    line = next(one for one in row["plan"]["drills"] if one["drill"] == "D32")
    return {"drill": line["document"], "leg": legs_of_line(line, row)[0]}


def by_battery(clinic: OverTheApi) -> dict[str, object]:
    """As the page of the tests asks for the next test of a battery: the one that vibrates, the others being done."""
    document = shipped("sensing")
    for number, test in enumerate(one for one in document.test if one.drill not in SHAKING):
        write_done(clinic.records, number, test)
    batteries = clinic.browser.get("/api/v1/patients/P01/batteries").json["batteries"]
    found = next(one for one in batteries if one["name"] == document.name)
    line = next(one for one in found["tests"] if one["id"] == found["next"])
    assert line["drill"] in SHAKING
    return {name: line[name] for name in ("drill", "leg", "hold_s", "trials")}


WAYS = {**{name: by_form(name) for name in SHAKING}, "own drill": by_own, "plan": by_plan, "battery": by_battery}
ANSWERS = ("yes", "unknown", None)
WORDED = [item for item in LOCKING if CLEAR[item] == "no"]
"""Those that are answered in words; numbers are tried where they are judged."""


@pytest.mark.parametrize("way", WAYS)
def test_no_start_over_the_api_is_a_way_past_an_absolute_item(clinic, way):
    body = WAYS[way](clinic)
    wrong = list(zip(ANSWERS, (WORDED * 3)[3 * list(WAYS).index(way) :], strict=False))
    for answer, item in wrong:
        answered(clinic, item, answer)
        for _ in range(1 + (answer == "yes")):  # asked again as the same wish, it is not another one
            found = clinic.post(**body, request=f"{way}-{answer}")
            assert (found.status_code, found.json["code"]) == (409, "screening-locked"), (item, answer, found.json)
            assert (clinic.armed(), clinic.bench.station.session) == (False, None)
    assert len(wrong) == len(ANSWERS)


@pytest.mark.parametrize("way", WAYS)
def test_the_same_start_is_taken_once_everything_was_answered_with_no(clinic, way):
    body = WAYS[way](clinic)
    if clinic.screened:  # the plan was made after one
        answered(clinic, LOCKING[0], "unknown")
    assert clinic.post(**body).json["code"] in ("screening-lacking", "screening-locked")
    clinic.screenings.add("P01", "Eva", CLEAR, {}, this_moment())
    found = clinic.post(**body)
    assert (found.status_code, clinic.armed()) == (200, True), found.json


def test_the_pages_know_no_other_way(project):
    """One request of the API starts, and one place of the pages' process asks control to."""
    scripts = {path: path.read_text(encoding="utf-8") for path in (project / "web_ui/static/js").glob("*.js")}
    assert {path.name for path, text in scripts.items() if 'post("/drill/start"' in text} == STARTS
    asks = [
        str(path.relative_to(project))
        for path in (project / "web_ui").rglob("*.py")
        for _ in re.findall(r"\.request\(\s*[\"']start[\"']", path.read_text(encoding="utf-8"))
    ]
    assert asks == ["web_ui/api/drill.py"]


VIBRATED = [name for name in names() if any(test.drill in SHAKING for test in shipped(name).test)]


@pytest.mark.parametrize("battery", VIBRATED)
def test_a_battery_at_the_terminal_stops_before_its_vibrated_test(tmp_path, battery):
    """The tests before it are done already: the next one is the one that vibrates."""
    settings = tmp_path / "station.toml"
    settings.write_text("[station]\nscreen_simulated = true\n")
    document = shipped(battery)
    before = list(takewhile(lambda one: one.drill not in SHAKING, document.test))
    records = open_records(records_path(tmp_path))
    for number, test in enumerate(before):
        write_done(records, number, test)
    asked = ["battery", battery, "--patient", "P01", "--clock", "real", "--settings", str(settings)]
    done = CliRunner().invoke(main, [*asked, "--data", str(tmp_path)])
    assert (done.exit_code, "screening-lacking" in done.output) == (2, True), done.output
    assert [one.drill for one in attempted(records, "P01")[1]] == [one.drill for one in before]
    records.close()


def write_done(records: Records, number: int, test: BatteryTest) -> None:
    """The rows of a session in which all tries of this test were made."""
    rows, at_ns = Sessions(records), this_moment().wall_ns - 10**11 + number * 10**9
    name = session_id(at_ns, 9, number)
    said = (test.drill, test.leg, {"hold_s": test.hold_s}, at_ns, "boot", 9, number, f"{name}.mcap")
    rows.begin(NewSession(name, "P01", *said))
    figures = {"hold_s": test.hold_s, "measures": {}, "reasons": {}, "baseline_measures": None, "vibration": {}}
    trials = [{**figures, "trial": one + 1, "leg": test.leg, "outcome": "held"} for one in range(test.trials)]
    seen = {str(one + 1): {"tested": dict.fromkeys(test.figures, 1.0)} for one in range(test.trials)}
    dose = {"vibration_s": 0.0, "a8_m_s2": 0.0, "vdv_m_s175": 0.0, "peak_acceleration_g": 0.0, "source": "estimated"}
    rows.store_results(
        name, {"pipeline": "station-1", "pipeline_version": 1, "trials": trials, "dose": dose, "exercised": seen}
    )
    rows.end(name, SessionEnd("done", "completed", at_ns + 10**8, None))
