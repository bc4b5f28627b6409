"""Practice: what earns "trained", who may run what there, that every page says so, and that nobody real is reached."""

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from flask_openapi3 import OpenAPI

from station.access.phones import KnownPhone
from station.access.rights import Holder, Role, Transport
from station.claim import claim
from station.cli import main
from station.faults import InputError, StationError, StorageError
from station.recording.layout import RECORDS_FILE
from station.records.file import open_records
from station.records.patients import Patients
from station.records.visits import Visits
from station.settings import Settings, dump_settings, load_settings, practice_settings, runtime_folder
from station.wire.messages import FaultVerb
from station.wire.peers import SUPERVISOR
from station.wire.places import PRACTICE_WANTED
from web_ui.app import create_app
from web_ui.occupied import occupied
from web_ui.practice import FILE, GAP_S, NEEDED_S, STEPS, Practice, Practised
from web_ui.service import service_of

UNTRAINED = Holder(Role.THERAPIST, False)
HERE = "192.168.7.1"
HEADERS = {
    "Host": f"{HERE}:8081",
    "X-Station-Door": f"access-point {HERE} 192.168.7.40",
    "Origin": f"http://{HERE}:8081",
    "Accept": "text/html, application/json",
}


class Phones:
    """Who is trained by now."""

    def __init__(self) -> None:
        self.trained: list[tuple[str, str]] = []
        self.fails = False

    def set_trained(self, phone: str, by: str, *, trained: bool) -> None:
        if self.fails:
            raise StationError("records-busy")
        assert trained
        self.trained.append((phone, by))


class Access:
    """What practice asks of the real station."""

    def __init__(self) -> None:
        self.phones = Phones()


@pytest.fixture
def access() -> Access:
    """Of a station whose phones are these."""
    return Access()


class Clock:
    """Seconds that a test moves on."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def phone(role: Role = Role.THERAPIST, trained: bool = False) -> KnownPhone:
    return KnownPhone("p1", "Ada", Holder(role, trained), False)


def practise(practice: Practice, clock: Clock, steps: tuple[str, ...], minutes: int, who: KnownPhone) -> None:
    """These steps, then a touch a minute."""
    for step in steps:
        practice.stop("browser") if step == "stop" else None
        practice.touch(who, "browser", None if step == "stop" else step)
    for _ in range(minutes):
        clock.now_s += 60
        practice.touch(who, "browser", None)


def test_twenty_minutes_with_every_step_make_somebody_trained_and_less_does_not(tmp_path, access):
    clock = Clock()
    practice = Practice(tmp_path, access, clock)
    practise(practice, clock, STEPS, 19, phone())
    assert not access.phones.trained
    practise(practice, clock, (), 1, phone())
    assert access.phones.trained == [("p1", "practice")]


@pytest.mark.parametrize("left_out", STEPS)
def test_no_step_may_be_left_out(left_out):
    assert Practised(NEEDED_S, frozenset(STEPS)).whole
    assert not Practised(NEEDED_S, frozenset(STEPS) - {left_out}).whole


@pytest.mark.parametrize("who", [phone(Role.VIEWER), phone(Role.TECHNICIAN), phone(trained=True)])
def test_nothing_is_earned_where_nothing_is_to_be_earned(tmp_path, access, who):
    clock = Clock()
    practise(Practice(tmp_path, access, clock), clock, STEPS, 25, who)
    assert not access.phones.trained


def test_a_long_pause_is_no_practising_and_a_restart_forgets_nothing(tmp_path, access):
    clock = Clock()
    practice = Practice(tmp_path, access, clock)
    practise(practice, clock, STEPS, 10, phone())
    clock.now_s += 3600
    practice.touch(phone(), "browser", None)
    assert practice.of("p1").seconds == 600 + GAP_S
    again = Practice(tmp_path, access, clock)
    assert again.of("p1") == practice.of("p1")
    practise(again, clock, (), 9, phone())
    assert access.phones.trained == [("p1", "practice")]


def test_whom_the_manager_takes_it_from_earns_it_anew(tmp_path, access):
    """Not by one touch more: what they did is what the manager did not find enough."""
    clock = Clock()
    practice = Practice(tmp_path, access, clock)
    practise(practice, clock, STEPS, 20, phone())
    assert len(access.phones.trained) == 1
    practise(practice, clock, (), 5, phone(trained=True))
    assert practice.of("p1").whole
    again = Practice(tmp_path, access, clock)  # the station began anew meanwhile
    practise(again, clock, (), 19, phone())
    assert not again.of("p1").whole
    practise(again, clock, STEPS, 1, phone())
    assert len(access.phones.trained) == 1
    practise(again, clock, (), 1, phone())
    assert len(access.phones.trained) == 2


def test_two_people_practise_beside_each_other_and_each_for_themselves(tmp_path, access):
    clock, other = Clock(), KnownPhone("p2", "Ben", UNTRAINED, False)
    practice = Practice(tmp_path, access, clock)
    practice.touch(other, "other", None)
    practise(practice, clock, STEPS, 20, phone())
    practice.touch(other, "other", "sign")
    assert access.phones.trained == [("p1", "practice")]
    assert practice.of("p2") == Practised(GAP_S, frozenset({"sign"}))


def test_what_cannot_be_read_begins_anew_and_records_that_are_busy_are_asked_again(tmp_path, access):
    (tmp_path / FILE).write_text('{"p1": [1]}')
    clock = Clock()
    practice = Practice(tmp_path, access, clock)
    assert practice.of("p1").seconds == 0
    access.phones.fails = True
    with pytest.raises(StationError):
        practise(practice, clock, STEPS, 20, phone())
    access.phones.fails = False
    practise(practice, clock, (), 1, phone())
    assert access.phones.trained
    assert json.loads((tmp_path / FILE).read_text())["p1"]["seconds"] >= NEEDED_S


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """The data folder of the real station."""
    folder = tmp_path / "real"
    folder.mkdir()
    open_records(folder / RECORDS_FILE).close()
    return folder


@pytest.fixture
def practised(live_app: OpenAPI, real: Path) -> OpenAPI:
    """The application where people practise for the real station."""
    service_of(live_app).practise(real)
    return live_app


@pytest.fixture
def paired(practised: OpenAPI) -> dict[str, str]:
    """The headers of a phone of an untrained therapist, paired with the real station."""
    token = service_of(practised).access.phones.pair("Ada", Role.THERAPIST, Transport.ACCESS_POINT)
    return {**HEADERS, "Cookie": f"station_phone={token}; station_client={'ab' * 16}"}


def test_every_page_says_it_and_none_of_the_real_station_does(
    practised: OpenAPI, paired: dict[str, str], tmp_path: Path
):
    shown = 0
    for rule in practised.url_map.iter_rules():
        if rule.endpoint.startswith("pages.") and "GET" in rule.methods and not rule.endpoint.endswith("authority"):
            path = rule.rule.replace("<string:code>", "P01")
            address = path.split("<", maxsplit=1)[0] + ("x" if "<" in path else "")
            answer = practised.test_client().get(address, headers={"Accept": "text/html"})
            assert 'class="practises"' in answer.text, address
            shown += answer.status_code == 200
    assert shown > 30
    own = create_app(tmp_path / "other-runtime", tmp_path / "other")
    try:
        assert "practises" not in own.test_client().get("/therapist/today").text
    finally:
        service_of(own).close()


def test_an_untrained_therapist_runs_drills_there_alone_and_what_is_done_counts(
    practised: OpenAPI, paired: dict[str, str], feeder, until: Callable, real: Path
):
    client, own = practised.test_client(use_cookies=False), service_of(practised)
    open_records(own.data / RECORDS_FILE).close()

    def post(path: str, **body: object) -> int:
        return client.post(f"/api/v1{path}", json=body, headers=paired).status_code

    feeder.leads = True
    assert post("/practice/red-button", pressed=True) == 200
    assert feeder.asked(FaultVerb)[-1].arguments == {"pressed": True}
    assert post("/patients", code="P01") == 200
    view = client.get("/api/v1/practice", headers=paired).json
    assert (view["practises"], view["earns"], view["trained"]) == (True, True, False)
    assert post("/drill/start", patient="P01", drill="quiet-stance", leg="left") == 200
    assert post("/drill/start", patient="P01", drill="no-drill", leg="right") == 422
    assert post("/acknowledge") == 200
    feeder.begin("P01", "left", "quiet-stance")
    until(own.drill_runs)
    assert post("/stop") == 200
    (line,) = own.access.phones.listed()
    assert own.practice.of(line["id"]).steps == {"patient", "left", "trip"}
    assert post("/me/lock") == 200  # a touch, and with it the STOP before
    assert own.practice.of(line["id"]).steps == {"patient", "left", "trip", "stop"}
    own.practice = None  # the same phone at the real station
    refused = client.post("/api/v1/practice/red-button", json={"pressed": True}, headers=paired)
    assert (refused.status_code, refused.json["code"]) == (403, "pin-due")
    records = open_records(real / RECORDS_FILE, read_only=True)
    with records.reading() as transaction:
        for table in ("patient", "visit", "session", "dose", "committed", "screening", "incident"):
            (count,) = transaction.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").one()
            assert count == 0, table
    records.close()


def test_at_the_real_station_there_is_no_button_to_press(client):
    refused = client.post("/api/v1/practice/red-button", json={"pressed": True})
    assert (refused.status_code, refused.json["code"]) == (409, "simulated-only")
    assert client.get("/api/v1/practice").json["practises"] is False


def test_its_settings_keep_what_could_reach_a_patient_away(tmp_path):
    stick = {"folder": str(tmp_path / "stick"), "encrypted": False}
    theirs = {"station": {"rig": "pi", "data": str(tmp_path / "data")}, "backup": stick, "retention": {"years": 3}}
    asked = Settings.model_validate({**theirs, "limits": {"max_frequency_hz": 20}})
    file = tmp_path / "practice.toml"
    file.write_text(dump_settings(practice_settings(asked)))
    own = load_settings(file)
    assert (own.station.rig, own.station.screen_simulated) == ("simulated", True)
    assert own.station.data == tmp_path / "data" / ".practice"
    assert own.station.practice_of == tmp_path / "data"
    assert own.station.runtime != runtime_folder(asked)
    assert (own.backup.folder, own.retention.years, own.limits.max_frequency_hz) == (None, None, 20)
    file.write_text(dump_settings(own).replace('rig = "simulated"', 'rig = "pi"'))
    with pytest.raises(InputError) as refused:
        load_settings(file)
    assert refused.value.code == "settings-invalid"


def test_it_does_not_start_beside_the_real_station(tmp_path, free_port, capsys):
    asked = Settings.model_validate({"station": {"data": str(tmp_path)}})
    with claim(runtime_folder(asked), "control.lock"), pytest.raises(SystemExit) as ended:
        main(["practice", "--data", str(tmp_path), "--port", str(free_port())], standalone_mode=False)
    assert ended.value.code == 5
    assert "already-running" in capsys.readouterr().err


def screen(app: OpenAPI, method: str, path: str):
    """A request of the station's own screen."""
    return app.test_client().open(f"/api/v1/practice{path}", method=method, json={} if method == "POST" else None)


def test_practice_begins_where_nothing_is_in_the_way_and_is_asked_for_by_a_file(
    live_app, feeder, data, runtime, until, tmp_path, monkeypatch
):
    assert screen(live_app, "GET", "").json["may_begin"] is False  # a desk
    assert screen(live_app, "POST", "/begin").json["code"] == "practice-busy"
    unit = tmp_path / "station-practice.path"
    unit.touch()
    monkeypatch.setattr("web_ui.api.practice.PRACTICE_SERVICE", unit)
    assert screen(live_app, "GET", "").json["may_begin"] is True
    records = open_records(data / RECORDS_FILE)
    Patients(records).enter("P01", {}, "Ada")
    visit = Visits(records).open("P01", "Ada")

    def in_the_way() -> str:
        answer = screen(live_app, "POST", "/begin")
        return "" if answer.status_code == 200 else answer.json["where"]

    assert in_the_way() == "visit"
    Visits(records).close(visit, "Ada")
    feeder.begin("P01")
    until(lambda: in_the_way() == "drill")
    feeder.end("completed")
    feeder.reset()
    until(lambda: in_the_way() == "")
    (runtime / PRACTICE_WANTED).unlink()
    feeder.now["stance"] = 1
    until(lambda: in_the_way() == "plate")
    feeder.now.pop("stance")
    feeder.trip(4)
    until(lambda: in_the_way() in ("acknowledgement", "drill"))
    feeder.reset()
    until(lambda: in_the_way() == "")
    assert (runtime / PRACTICE_WANTED).exists()
    assert screen(live_app, "POST", "/end").json["code"] == "practice-busy"  # it is the real one


def test_a_station_that_says_nothing_is_not_taken_for_empty(app):
    assert occupied(service_of(app)) == "control"


def test_practice_is_ended_by_the_program_that_runs_it(app, tmp_path, monkeypatch):
    ended: list[tuple[int, int]] = []
    monkeypatch.setattr("os.kill", lambda *said: ended.append(said))
    service_of(app).practise(tmp_path)
    monkeypatch.delenv(SUPERVISOR, raising=False)
    assert screen(app, "GET", "").json["may_end"] is False
    assert screen(app, "POST", "/end").status_code == 409
    monkeypatch.setenv(SUPERVISOR, "4711")
    assert screen(app, "GET", "").json["may_end"] is True
    assert screen(app, "POST", "/end").status_code == 200
    assert ended == [(4711, signal.SIGTERM)]


def test_a_lock_that_another_user_of_the_group_made_is_held_all_the_same(tmp_path, monkeypatch):
    claim(tmp_path, "control.lock").close()
    as_owner = Path.open

    def as_group(path: Path, mode: str = "r") -> IO[bytes]:
        if mode != "rb":
            raise PermissionError(13, "Permission denied")
        return as_owner(path, mode)

    monkeypatch.setattr(Path, "open", as_group)
    with claim(tmp_path, "control.lock"), pytest.raises(StationError) as refused:
        claim(tmp_path, "control.lock")
    assert refused.value.code == "already-running"
    with pytest.raises(StorageError):
        claim(tmp_path, "of-nobody")
