"""The technician's page: what is wrong comes first; what is done about it is done by name and never in a drill."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import VirtualClock
from station.control.loop import PERIOD_NS
from station.faults import StationError, as_json, because
from station.keeping.care import DAY_NS
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records
from station.safety.limits import CLINICIAN
from station.settings import Settings
from station.wire.doors import DoorState, show_doors
from station.wire.places import BACKUP_WANTED, CLOCK_WANTED
from web_ui.service import service_of
from web_ui.snapshot import ProcessesView, ProcessView

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web_ui.conftest import Server
    from tests.web_ui.feeder import Feeder

PATH = "/api/v1/technician"
ACTIONS = {
    "doors": {},
    "backup": {},
    "care": {"task": "bolts"},
    "clock": {"wall_ms": 1.8e12},
}


DOCTOR = "**/api/v1/technician/doctor"


def lines(data: Path) -> list[tuple[str, str]]:
    """Who did what, by the audit log."""
    records = open_records(records_path(data), read_only=True)
    try:
        return [(line["who"], line["what"]) for line in AuditLog(records).newest(9)]
    finally:
        records.close()


def test_maintenance_is_due_until_somebody_notes_it(client, data):
    seen = client.get(PATH).json
    assert {"care-bolts", "care-straps", "care-estop", "backup-none"} <= {card["code"] for card in seen["red"]}
    assert all(card["level"] == "amber" for card in seen["red"] if card["group"] == "care")
    assert "care" not in seen["fine"]
    house = client.post(f"{PATH}/care", json={"name": "Ada K.", "task": "bolts"}).json
    bolts = next(one for one in house["care"] if one["task"] == "bolts")
    assert (bolts["by"], bolts["due"], bolts["days_left"]) == ("Ada K.", False, Settings().care.bolts_days - 1)
    assert "care-bolts" not in {card["code"] for card in client.get(PATH).json["red"]}
    assert lines(data) == [("Ada K.", "care-done")]


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_a_name_or_in_a_drill(client, feeder, live_app, action, until):
    assert client.post(f"{PATH}/{action}", json=ACTIONS[action]).status_code == 422
    feeder.begin("P01")
    until(service_of(live_app).drill_runs)
    refused = client.post(f"{PATH}/{action}", json={**ACTIONS[action], "name": "Ada"})
    assert (refused.status_code, refused.json["code"]) == (409, "drill-runs")
    refused = client.post(f"{PATH}/doctor")
    assert (refused.status_code, refused.json["code"]) == (409, "drill-runs")
    assert client.get(PATH).json["drill_runs"]


def test_the_card_of_what_locks_the_station_says_which_part(client, feeder: Feeder, live_app, until):
    feeder.trip(82, seen=as_json(because("relay", relay="K2")))
    until(lambda: client.get(PATH).json["red"][0]["code"] == "relay-welded")
    assert client.get(PATH).json["red"][0]["where"] == "K2"
    assert client.get("/api/v1/snapshot").json["trip"]["seen"]["values"] == {"relay": "K2"}


def test_doors_of_which_nobody_has_said_how_they_are_are_not_called_fine(client, runtime):
    assert "doors" not in client.get(PATH).json["fine"]
    show_doors(runtime, [DoorState("tls", 8443)])
    assert "doors" in client.get(PATH).json["fine"]


@pytest.mark.parametrize(("ended", "fine"), [(None, False), (False, False), (True, True)])
def test_a_self_test_that_nobody_has_run_to_its_end_is_not_called_fine(
    client, data: Path, ended: bool | None, fine: bool
):
    if ended is not None:
        state = {"at_ns": time.time_ns(), "by": "Ada", "ended": ended, "to_do": None, "parts": [], "learned": None}
        (data / "selftest.json").write_text(json.dumps(state))
    assert ("selftest" in client.get(PATH).json["fine"]) is fine


def test_the_doctor_looks_in_a_process_of_his_own(client, live_app, until):
    assert client.get(PATH).json["doctor"]["state"] == "none"
    assert "doctor" not in client.get(PATH).json["fine"], "nobody has looked"
    client.post(f"{PATH}/doctor")
    until(lambda: client.get(PATH).json["doctor"]["state"] != "running")
    doctor = client.get(PATH).json["doctor"]
    assert (doctor["state"], doctor["problem"]) == ("done", "")
    names = {check["name"] for check in doctor["checks"]}
    assert {"disk", "clock", "memory"} <= names
    german = client.get(PATH, headers={"Accept-Language": "de"}).json["doctor"]
    assert "Arbeitsspeicher" in {check["name"] for check in german["checks"]}
    amber = [check["to_do"] for check in doctor["checks"] if check["state"] == "warn" and "texts" not in check["name"]]
    told = {card["to_do"] for card in client.get(PATH).json["red"]}
    assert set(amber) <= told, "what he warns of is on the list"


def test_a_backup_is_asked_of_the_recorder_where_there_is_a_place(client, live_app, runtime, data, tmp_path):
    refused = client.post(f"{PATH}/backup", json={"name": "Ada"})
    assert (refused.status_code, refused.json["code"]) == (409, "backup-place")
    assert not (runtime / BACKUP_WANTED).exists()
    file = tmp_path / "station.toml"
    file.write_text(f"[backup]\nfolder = '{tmp_path}'\nencrypted = false\n")
    live_app.config["STATION_SETTINGS"] = file
    assert client.post(f"{PATH}/backup", json={"name": "Ada"}).status_code == 200
    assert (runtime / BACKUP_WANTED).exists()
    assert lines(data) == [("Ada", "backup-asked")]


def test_a_clock_that_nothing_may_set_is_left(client, runtime, data):
    refused = client.post(f"{PATH}/clock", json={"name": "Ada", "wall_ms": 1.8e12})
    assert (refused.status_code, refused.json["code"]) == (409, "clock-not-set")
    assert not (runtime / CLOCK_WANTED).exists()
    assert lines(data) == []


def test_a_wish_that_nobody_grants_is_told(client, runtime, tmp_path, monkeypatch, data):
    """The service is installed and does not come to it."""
    monkeypatch.setattr("web_ui.housekeeping.CLOCK_SERVICE", tmp_path)
    monkeypatch.setattr("web_ui.housekeeping._CLOCK_PATIENCE_S", 0.0)
    refused = client.post(f"{PATH}/clock", json={"name": "Ada", "wall_ms": 1.8e12})
    assert (refused.status_code, refused.json["code"]) == (409, "clock-not-set")
    assert json.loads((runtime / CLOCK_WANTED).read_text())["wall_ns"] == 1_800_000_000_000_000_000
    assert lines(data) == [("Ada", "clock-set")], "that it was tried is written down"
    now = client.post(f"{PATH}/clock", json={"name": "Ada", "wall_ms": time.time() * 1e3})
    assert now.status_code == 200, "the clock agrees"


def test_a_clock_that_was_set_has_nobody_who_vouches_for_it(client, tmp_path, monkeypatch):
    monkeypatch.setattr("web_ui.housekeeping.CLOCK_SERVICE", tmp_path)
    before = client.get("/api/v1/day").json["clock"]["voucher"]
    client.post(f"{PATH}/clock", json={"name": "Ada", "wall_ms": time.time() * 1e3})
    assert client.get("/api/v1/day").json["clock"]["voucher"] == before


@pytest.mark.browser
def test_a_fault_stands_first_with_its_place_and_its_button(visit, served: Server, patient: Feeder, until):
    busy = StationError("port-in-use", "", because("system-said", said="Address already in use"))
    show_doors(served.runtime, [DoorState("tls", 8443, busy)])
    (served.data / "care.json").write_text(
        json.dumps({task: {"at_ns": time.time_ns() - DAY_NS, "by": "Ada"} for task in ("bolts", "straps", "estop")})
    )
    page = visit("/technician")
    first = page.locator("#red article").first
    expect(first).to_contain_text("tls 8443")
    expect(page.locator("#verdict")).to_have_text("1 fault")
    box = until(first.bounding_box)  # none while the page puts a newer list in its place
    assert box["y"] + box["height"] < 844 - 80, "whole on the first screen, above STOP"
    first.get_by_role("button").click()
    expect(page.locator("#problem")).to_contain_text("name")
    page.fill("#name", "Ada K.")
    first.get_by_role("button").click()
    expect(page.locator("#problem")).to_contain_text("nothing starts the pages again here")
    expect(page.locator("#doctor tr").first).to_be_visible()
    found = Axe().run(page)
    assert [one["id"] for one in found.response["violations"]] == []
    show_doors(served.runtime, [])
    page.click("#again")
    expect(page.locator("#red [data-group=doors]")).to_have_count(0)


def test_what_was_repaired_is_checked_again(visit, served: Server, patient: Feeder):
    page = visit("/technician")
    expect(page.locator("#doctor tr").first).to_be_visible()
    page.route(DOCTOR, lambda route: route.fulfill(status=202, json={}))
    page.fill("#name", "Ada K.")
    with page.expect_request(DOCTOR):
        page.locator("#calendar button").first.click()
    expect(page.locator("#answer")).not_to_be_empty()
    page.add_init_script("sessionStorage.setItem('repaired', 'selftest')")  # as a card's way to another page leaves it
    with page.expect_request(DOCTOR):
        page.reload()


SHOWN = """async (words) => {
  const { setText } = await import(document.querySelector("script[type=module]").src.replace(/[^/]*$/, "values.js"));
  const place = document.createElement("p");
  const seen = words.map((each) => { setText(place, each); return place.innerHTML; });
  const code = place.firstElementChild;
  setText(place, words.at(-1));
  place.translate = false;
  return [...seen, code !== null && code === place.firstElementChild, (setText(place, words[0]), place.textContent)];
}"""


def test_a_command_is_code_and_never_markup(visit, served: Server, patient: Feeder):
    page = visit("/technician")
    expect(page.locator("#faults code").first).to_have_count(1)
    expect(page.locator("#faults, #red")).not_to_contain_text(["`", "`"])
    words = ["Run `<b>x</b> -n` as `root`.", "A `lone one.", "Run `it`."]
    code = '<code dir="ltr" translate="no">{}</code>'.format
    first = f"Run {code('&lt;b&gt;x&lt;/b&gt; -n')} as {code('root')}."
    assert page.evaluate(SHOWN, words) == [first, words[1], f"Run {code('it')}.", True, words[0]]


def test_the_support_file_is_described_made_by_name_and_fetched(client, data, until):
    holds = client.get(f"{PATH}/support").json
    assert (holds["state"], holds["ready"], len(holds["holds"])) == ("none", False, 8)
    assert all(one["what"] and one["bytes"] is None for one in holds["holds"])
    assert client.get(f"{PATH}/support/file").status_code == 404
    assert client.post(f"{PATH}/support", json={"name": "Ada"}).status_code == 200
    until(lambda: client.get(f"{PATH}/support").json["state"] != "running")
    made = client.get(f"{PATH}/support").json
    assert (made["state"], made["problem"], made["ready"]) == ("done", "", True)
    assert all(one["bytes"] is not None for one in made["holds"])
    fetched = client.get(f"{PATH}/support/file")
    assert (fetched.mimetype, fetched.data[:2]) == ("application/zip", b"PK")
    fetched.close()
    assert lines(data) == [("Ada", "support-file-made")]


def test_a_step_of_the_calibration_wants_control_and_says_so(client, data, until):
    """The feeder in the place of control describes no plate of its own."""
    refused = client.post(f"{PATH}/calibration", json={"action": "begin", "masses_kg": [20, 40]})
    assert (refused.status_code, [one["field"] for one in refused.json["fields"]]) == (422, ["name"])
    assert client.post(f"{PATH}/calibration", json={"action": "format"}).status_code == 422
    assert client.get(f"{PATH}/calibration").json["state"] == "none"
    assert lines(data) == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("cells", "[data-cell='3'] [data-figures]:has-text('rms')"),
        ("selftest", "#verdict"),
        ("calibrate", "#problem:not(:empty), #in-use:not(:empty)"),
        ("logs", "#holds li"),
    ],
)
def test_each_page_of_the_technicians_reads_fits_and_stops(visit, served: Server, patient: Feeder, path, shown):
    page = visit(f"/technician/{path}")
    expect(page.locator(shown).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    expect(page.locator("#stop")).to_be_visible()


@pytest.mark.browser
def test_nothing_begins_on_the_calibration_page_before_it_knows_the_state(visit, served: Server, patient: Feeder):
    """What was tapped while it waited was done first, and the answer to its own question took its place."""
    page = visit("/technician")
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route("**/api/v1/technician/calibration", hold)
    page.goto(f"{served.url}/technician/calibrate")
    expect(page.locator("body")).to_have_attribute("data-freshness", "live")
    for button in ("#zero", "#begin"):
        expect(page.locator(button)).to_be_disabled()
    for route in waiting:
        route.fulfill(status=503, json={"code": "control-unreachable", "detail": "Nobody answers."})
    expect(page.locator("#problem")).to_have_text("Nobody answers.")
    expect(page.locator("#zero")).to_be_enabled()  # asked again, it says so again


THEIRS = """new MutationObserver((_, watch) => {
  if (document.body === null) return;
  document.body.dataset.called = "Ada K.";
  watch.disconnect();
}).observe(document, { childList: true, subtree: true });"""
"""As the page comes to a phone of hers."""


@pytest.mark.browser
def test_the_zero_is_two_taps_on_a_phone_that_is_somebodys(visit, served: Server, patient: Feeder):
    """Their name stands there; one that was typed in this tab goes before it."""
    page = visit("/technician")
    page.add_init_script(THEIRS)
    zero = {"state": "done", "action": "zero", "problem": "", "known": True, "rig": "pi", "in_use": None, "steps": 0}
    zero |= {"next": None, "to_do": "", "wait_s": 0.0, "step": None, "checks": {}, "kept": False, "weighed_at": None}
    asked: list[dict[str, object]] = []

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            asked.append(route.request.post_data_json)
        moved = [{"cell": "front-left", "zero_n": 0.4, "span_percent": 0.0}]
        now = asked[-1]["action"]
        route.fulfill(
            json=zero | {"moved": moved if now != "status" else [], "action": now, "kept": now == "keep-zero"}
        )

    page.route("**/api/v1/technician/calibration", answer)
    page.goto(f"{served.url}/technician/calibrate")
    expect(page.locator("#name")).to_have_value("Ada K.")
    for button in ("#zero", "#go"):
        expect(page.locator(button)).to_be_enabled()
        page.click(button)
    expect(page.locator("#use")).to_be_visible()
    assert [one["action"] for one in asked] == ["status", "zero", "keep-zero"]
    assert {one["name"] for one in asked} == {"Ada K."}
    page.evaluate("sessionStorage.setItem('signed-by', 'Tom')")
    page.reload()
    expect(page.locator("#name")).to_have_value("Tom")


@pytest.mark.browser
def test_the_self_test_shows_what_failed_first_and_asks_who_stands_there(visit, served: Server, patient: Feeder):
    parts = [
        {"name": "start-up test", "passed": True, "seen": {"field": "", "reason": "start-test-passed", "values": {}}},
        {
            "name": "sweep",
            "passed": False,
            "seen": {"field": "", "reason": "swept", "values": {"asked_hz": 20.0, "tach_hz": 15.0}},
            "fault": "frequency-off",
        },
    ]
    state = {"at_ns": time.time_ns(), "by": "Ada", "ended": True, "to_do": None, "parts": parts}
    (served.data / "selftest.json").write_text(json.dumps(state))
    page = visit("/technician/selftest")
    first = page.locator("#parts article").first
    expect(first).to_contain_text("The platform does not run at the frequency")
    expect(first).to_contain_text("15")
    page.fill("#name", "Ada K.")
    page.click("#retry")
    expect(page.locator("#problem")).to_contain_text("Look at the plate first")
    page.goto(f"{served.url}/technician")
    expect(page.locator("#red [data-group=selftest]")).to_contain_text("sweep")
    (served.data / "selftest.json").unlink()


@pytest.mark.browser
def test_an_answer_that_breaks_off_is_none(visit, served):
    """A slow line ends an answer in its middle: the page said nothing, and asked no more."""
    page = visit("/")
    page.route("**/api/v1/technician", lambda route: route.fulfill(body='{"red": [', content_type="application/json"))
    page.goto(f"{served.url}/technician")
    expect(page.locator("#verdict")).to_contain_text("The station does not answer")


def test_what_keeps_the_station_from_working_says_whether_somebody_ordered_it(client, live_app, monkeypatch):
    health, well = service_of(live_app).health, ProcessView(ok=True, age_s=0.1)
    seen = {}
    for code in ("selftest-runs", "i2c-bus-missing"):
        waits = ProcessView(ok=False, age_s=0.1, why="fault", fault=code)
        processes = ProcessesView(control=waits, recorder=well, web=well)
        monkeypatch.setattr(health, "processes", lambda live, now_ns, processes=processes: processes)
        (fault,) = client.get("/api/v1/faults/now").json["faults"]
        seen[code] = fault["at_work"]
    assert seen == {"selftest-runs": True, "i2c-bus-missing": False}


HALTED = """async (code) => {
  const { showHalt } = await import(document.querySelector("script[type=module]").src.replace(/[^/]*$/, "halt.js"));
  showHalt({ control: { ok: false, why: "fault", fault: code, where: "", problems: [] }, recorder: { ok: true } });
}"""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "code", "at_work", "look"),
    [
        ("", "i2c-bus-missing", False, "bad"),
        ("", "selftest-runs", True, "warn"),
        ("/selftest", "selftest-runs", True, None),
        ("/selftest", "i2c-bus-missing", False, "bad"),
    ],
)
def test_a_self_test_that_runs_is_no_red_box(visit, served: Server, patient: Feeder, path, code, at_work, look):
    words = {"what": "It is so.", "cause": "why", "remedy": "Wait.", "where": "", "detail": "", "number": 1}
    fault = {**words, "code": code, "process": "control", "at_work": at_work}
    page = visit(f"/technician{path}")
    page.route("**/api/v1/faults/now", lambda route: route.fulfill(json={"faults": [fault]}))
    page.route_web_socket("**", lambda stream: None)  # nothing comes that says otherwise
    page.reload()
    with page.expect_response("**/api/v1/faults/now"):
        page.evaluate(HALTED, code)
    box = page.locator("#halt")
    if look is None:
        expect(box).to_be_hidden()
    else:
        expect(box).to_be_visible()
        expect(box).to_have_class(f"notice {look}")
        expect(box.locator("p.small")).to_have_count(0 if at_work else 2)  # no number, and nothing is tried again


@pytest.mark.browser
def test_the_large_button_of_the_self_test_is_the_one_that_leads_on(visit, served: Server, patient: Feeder):
    seen = {"field": "", "reason": "start-test-passed", "values": {}}
    passed = {"name": "start-up test", "passed": True, "seen": seen}
    failed = passed | {"name": "relays", "passed": False, "fault": "relay-dead"}

    def shown(**more: object) -> list[str]:
        state = {"at_ns": time.time_ns(), "by": "Ada", "ended": True, "to_do": None, "parts": [passed]}
        (served.data / "selftest.json").write_text(json.dumps(state | more))
        page.reload()
        expect(page.locator("#verdict")).not_to_contain_text("Looking")
        large = page.locator(".dock > .main:visible")
        return [large.nth(at).get_attribute("id") or "" for at in range(large.count())]

    page = visit("/technician/selftest")
    assert shown() == ["all"]
    assert page.locator("#retry").is_hidden()
    page.check("#learn")
    expect(page.locator("#retry")).to_be_visible()  # what has passed need not be tried again for it
    assert shown(parts=[passed, failed]) == ["retry"]
    expect(page.locator("#all")).to_be_enabled()
    assert shown(ended=False) == []
    expect(page.locator("#stop")).to_be_visible()
    (served.data / "selftest.json").unlink()


@pytest.mark.browser
def test_the_plots_are_held_against_their_limits(visit, served: Server, patient: Feeder):
    """Those that are near are in the picture; what can be read of a cell is far away, and said."""
    rig = open_rig("simulated", RigSettings(), VirtualClock(), seed=3)
    patient.plate = {"rig": rig.name, **rig.plate._asdict(), "delivered": rig.calibration._asdict()}
    page = visit("/technician/cells")
    said = page.request.get(f"{served.url}{PATH}/limits").json()
    assert (said["most_hz"], said["tick_us"]) == (CLINICIAN.max_hz, PERIOD_NS / 1e3)
    assert all(cell["low_n"] < 0.0 < 500.0 < cell["high_n"] for cell in said["cells"])
    words = {"cell='0'": f"{said['cells'][0]['high_n']:.0f}", "drive": "10 %", "loop": "4000"}
    for kind, part in words.items():
        expect(page.locator(f"figure[data-{kind}] p[data-limits]")).to_contain_text(part)
    expect(page.locator("figure[data-cell='0'] canvas")).to_have_attribute("data-lines", "2")  # noise of a still plate
    words = page.locator("#content [data-figures], #content p[data-limits], #content figcaption")
    assert words.evaluate_all("all => all.every((one) => one.dir === 'auto')")  # plots run on, words as they are read
    patient.now.update(output_hz=25.0, measured_hz=25.0)
    page.reload()
    expect(page.locator("figure[data-drive] canvas")).to_have_attribute("data-lines", "2")
    patient.plate = None
    assert page.request.get(f"{served.url}{PATH}/limits").json()["cells"] == []
