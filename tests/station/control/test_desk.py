"""The desk: what control answers. Starts are refused for a reason that a person can act on; stops never are."""

from __future__ import annotations

import inspect
import json
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from hw.errors import HardwareError, saw
from station.control.desk import Desk
from station.faults import StationError, from_json
from station.safety.arming import Arming
from station.texts import Texts
from station.texts.problems import detail
from station.wire.messages import FaultVerb
from tests.station.conftest import CommittingServer

if TYPE_CHECKING:
    from tests.station.conftest import Bench


@pytest.fixture
def desk(
    bench: Bench, tmp_path: Path
) -> Iterator[tuple[Callable[[], socket.socket], Callable[..., dict[str, object]]]]:
    server = CommittingServer(tmp_path / "control.sock", bench.published.events)
    bench.station.companions = Desk(bench.station, server)
    clients = []

    def connect():
        client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        client.settimeout(5)
        client.connect(str(server.path))
        clients.append(client)
        return client

    def ask(client, **message):
        if message["type"] == "start" and "seen" not in message:
            seen = ask(client, type="describe")["facts"]["seen"]
            message = {"request": secrets.token_hex(4), "seen": seen, **message}
        client.send(json.dumps({"id": 1, **message}).encode())
        bench.run_s(0.012)
        return json.loads(client.recv(9999))

    yield connect, ask
    for client in clients:
        client.close()
    server.close()


def _start(**changes):
    document = load_shipped("single-leg-vibration")
    prescription = prescribe(document, Asked(Leg.LEFT, hold_s=10.0, trials=1)).model_dump(mode="json")
    return {
        "type": "start",
        "patient": "P01",
        "document": document.model_dump(mode="json", by_alias=True),
        "prescription": {**prescription, **changes},
    }


def in_words(refused):
    """What is wrong, in English."""
    problems = map(from_json, refused["problems"])
    return detail(Texts(), StationError(refused["code"], refused["where"], *problems))


def _ready(ask, client):
    assert ask(client, type="recorder-status", ready=True)["ok"]


def test_without_a_recorder_nothing_starts(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    assert ask(client, **_start())["code"] == "recorder-not-ready"
    assert ask(client, type="recorder-status", ready=False, why="disk-full")["ok"]
    refused = ask(client, **_start())
    assert (refused["code"], in_words(refused)) == ("recorder-not-ready", "disk-full")
    _ready(ask, client)
    started = {"id": 1, "ok": True, "code": "", "where": "", "problems": [], "session": 1, "facts": None}
    assert ask(client, **_start()) == started
    assert bench.station.safety.arming is Arming.ARMED


def test_a_second_start_is_refused_while_a_drill_runs_and_a_stop_is_not(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    ask(client, **_start())
    assert ask(client, **_start())["code"] == "not-ready"
    assert ask(connect(), type="stop", by="somebody else")["ok"]
    assert bench.station.safety.arming is Arming.DISARMED
    assert [e["outcome"] for e in bench.published.events if e["kind"] == "drill-ended"] == ["stopped"]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"displacement_pp_mm": 0.9}, "input-invalid", "must be at most 0.5 g"),
        ({"hold_s": 59.0}, "limit-exceeded", "with vibration the limit is 56.5 s"),
        ({"frequency_hz": 36.0}, "input-invalid", "must be from 5 to 35"),
        ({"rest_s": 1e300}, "input-invalid", "must be at most 3600"),
        ({"trials": 0}, "input-invalid", "must be at least 1"),
        ({"leg": "middle"}, "input-invalid", "must be left, right or both"),
        ({"drill": "another"}, "input-invalid", "must be"),
    ],
)
def test_a_prescription_beyond_a_limit_is_refused_with_the_bound(desk, changes, code, words) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    refused = ask(client, **_start(**changes))
    assert refused["code"] == code
    assert words in in_words(refused)


@pytest.mark.parametrize(
    "recorded",
    [
        {"vibration_s": 601.0},  # the day's 10 min
        {"e2_m2_s3": 0.5**2 * 28_800.0},  # A(8) of 0.5 m/s2
        {"e4_m4_s7": 9.1**4},  # VDV of 9.1 m/s^1.75
    ],
    ids=["time", "A(8)", "VDV"],
)
def test_what_was_vibrated_today_counts(desk, recorded) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    refused = ask(client, **{**_start(), "dose_today": recorded})
    assert refused["code"] == "dose-used-up"
    assert ask(client, **{**_start(), "dose_today": {name: 0.9 * dose for name, dose in recorded.items()}})["ok"]


def test_two_spellings_of_a_code_are_one_patient(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    assert ask(client, **{**_start(), "patient": "ab-1"})["ok"]
    assert bench.station.session.patient == "AB-1"


def test_nobody_can_say_that_a_patient_has_had_less_than_control_remembers(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    for day_s in (0.0, 30.0):
        _ready(ask, client)
        answer = ask(client, **{**_start(), "dose_today": {"vibration_s": day_s}})
        assert answer["ok"], answer
        while bench.station.safety.ledger.session_s < 5:
            bench.run_s(1.0)
            _ready(ask, client)
        ask(client, type="stop")
        bench.run_s(2.0)  # until the plate is still: before that a start is refused
    remembered = bench.station.had.since("P01", 0)
    assert remembered.day_s >= 35.0
    assert remembered.bouts == 2
    _ready(ask, client)
    assert ask(client, **{**_start(), "dose_today": {"vibration_s": 0.0}})["ok"]
    assert bench.station.safety.ledger.day_s >= remembered.day_s
    assert bench.station.safety.ledger.e4_m4_s7 >= remembered.e4_m4_s7


def test_a_recorder_that_is_lost_or_full_in_the_drill_takes_the_vibration(desk, bench) -> None:
    connect, ask = desk
    recorder, phone = connect(), connect()
    _ready(ask, recorder)
    assert ask(phone, **_start())["ok"]
    bench.run_s(1.0)
    assert bench.station.safety.trip == ""
    recorder.close()
    bench.run_s(0.02)
    assert bench.station.safety.trip == "recorder-lost"


def test_a_recorder_that_falls_silent_counts_as_lost_after_two_seconds(desk, bench) -> None:
    connect, ask = desk
    recorder, phone = connect(), connect()
    _ready(ask, recorder)
    assert ask(phone, **_start())["ok"]
    bench.run_s(1.9)
    assert bench.station.safety.trip == ""
    bench.run_s(0.2)
    assert bench.station.safety.trip == "recorder-lost"


@pytest.mark.parametrize("silent", [True, False])
def test_a_web_process_that_the_session_depends_on_is_missed(desk, bench, silent) -> None:
    connect, ask = desk
    recorder, web = connect(), connect()
    _ready(ask, recorder)
    assert ask(web, type="heartbeat")["ok"]
    assert ask(web, **{**_start(), "needs_web": True})["ok"]
    for _ in range(3):
        bench.run_s(1.0)
        _ready(ask, recorder)
        if not silent:
            assert ask(web, type="heartbeat")["ok"]
    assert bench.station.safety.trip == ("web-lost" if silent else "")
    if not silent:
        web.close()
        bench.run_s(0.02)
        assert bench.station.safety.trip == "web-lost"


def test_an_acknowledgement_clears_a_trip_once_and_is_reported(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    assert ask(client, type="acknowledge")["ok"]
    bench.rig.faults["estop"](True)
    bench.run_s(0.02)
    assert ask(client, type="acknowledge")["code"] == "estop-open"
    bench.rig.faults["estop"](False)
    bench.run_s(0.02)
    assert ask(client, type="acknowledge", by="therapist")["ok"]
    assert bench.station.safety.arming is Arming.DISARMED
    events = [e for e in bench.published.events if e["kind"] == "acknowledged"]
    assert [(e["code"], e["by"]) for e in events] == [("estop-open", "therapist")]


def test_faults_can_be_said_on_a_simulated_rig_only_by_its_own_verbs(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    assert ask(client, type="fault", verb="nack", arguments={"cell": 1})["ok"]
    bench.run_s(0.1)
    assert bench.published.last.front_right_status == 4
    assert "estop" in in_words(ask(client, type="fault", verb="explode"))
    assert not ask(client, type="fault", verb="nack", arguments={"corner": 1})["ok"]
    assert not ask(client, type="fault", verb="nack", arguments={"cell": 9})["ok"]


def test_only_a_simulated_person_is_leaned_from_the_desk_and_any_other_rig_refuses(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    lean = {"ml_mm": 60.0, "ap_mm": -20.0, "up": False}
    bench.rig.tell("get_on")
    bench.run_s(6.0)
    before_mm = bench.published.last.cop_ml_mm
    assert ask(client, type="describe")["facts"]["leads"] is True
    assert ask(client, type="fault", verb="stand_for_me", arguments=lean)["ok"]
    bench.run_s(1.2)
    assert bench.published.last.cop_ml_mm == pytest.approx(before_mm + 60.0, abs=12.0)
    bench.run_s(3.0)
    assert bench.published.last.cop_ml_mm == pytest.approx(before_mm, abs=12.0)
    for wrong in ({"ml_mm": 500.0}, {"ap_mm": float("nan")}, {"ml_mm": "left"}):
        assert not ask(client, type="fault", verb="stand_for_me", arguments=lean | wrong)["ok"]
    bench.rig.faults.clear()  # as every rig but the simulated one is
    assert ask(client, type="describe")["facts"]["leads"] is False
    refused = ask(client, type="fault", verb="stand_for_me", arguments=lean)
    assert (refused["ok"], refused["code"]) == (False, "bad-message")
    bench.run_s(1.2)
    assert bench.published.last.cop_ml_mm == pytest.approx(before_mm, abs=12.0)


def test_a_person_who_acknowledges_makes_an_ill_drive_try_again_and_hears_what_is_still_wrong(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    drive, tried = bench.rig.drive, []
    recover = drive.recover
    drive.recover = lambda: (tried.append(True), recover())
    assert ask(client, type="acknowledge")["ok"]
    assert tried == [], "a drive that is well is left alone"
    bench.rig.faults["drive_fault"]()
    bench.run_s(0.02)
    refused = ask(client, type="acknowledge")
    assert (refused["ok"], refused["code"]) == (False, "drive-fault")
    assert "motor driver" in in_words(refused)
    assert tried == [True]
    bench.rig.faults["drive_fault"](False)
    bench.run_s(0.02)
    assert ask(client, type="acknowledge")["ok"]


@pytest.mark.parametrize(("said", "code"), [("drive-fault", "drive-fault"), ("on-fire", "internal-error")])
def test_a_drive_that_refuses_to_arm_is_a_refusal_and_leaves_safety_disarmed(
    desk, bench, monkeypatch, said, code
) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)

    def refuse():
        raise HardwareError(said, "the drive", saw("daemon-silent"))

    monkeypatch.setattr(bench.rig.drive, "arm", refuse)
    refused = ask(client, **_start())
    assert (refused["code"], refused["where"]) == (code, "the drive")
    assert "It does not answer." in in_words(refused)
    assert bench.station.safety.arming is Arming.DISARMED
    assert bench.station.session is None


def test_the_visit_that_a_start_names_is_handed_on_and_nothing_where_it_names_none(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    visit = "01a1bf89-2a80-72a0-8890-f6aa11a82b2e"
    assert ask(client, **_start(), visit="of yesterday")["code"] == "input-invalid"
    assert ask(client, **_start(), visit=visit)["ok"]
    bench.run_s(0.1)
    assert next(event for event in bench.published.events if event["kind"] == "session-started")["visit"] == visit
    assert ask(client, type="stop")["ok"]
    bench.run_until(lambda: bench.station.session is None)
    _ready(ask, client)
    assert ask(client, **_start())["ok"]
    started = [event for event in bench.published.events if event["kind"] == "session-started"]
    assert [event.get("visit", "none") for event in started] == [visit, "none"]


NO_ARGUMENTS = (None, -1, 4, 9, 10**9, -0.5, float("nan"), float("inf"), 1e308, "", "x", "K1", [], {}, [1], True)


def test_no_verb_ends_control_whatever_it_is_given(bench, tmp_path) -> None:
    """Refused, or done; and the loop goes on. A number that is none may hide until a later tick."""
    server = CommittingServer(tmp_path / "control.sock", bench.published.events)
    desk = bench.station.companions = Desk(bench.station, server)
    assert len(bench.rig.faults) > 20
    for verb, does in sorted(bench.rig.faults.items()):
        for asked in inspect.signature(does).parameters:
            for value in NO_ARGUMENTS:
                others = dict.fromkeys(inspect.signature(does).parameters, 0)
                answer = desk._answer(FaultVerb(type="fault", verb=verb, arguments={**others, asked: value}))
                assert answer.ok or answer.code == "bad-message", (verb, asked, value)
                bench.run_s(0.012)
    server.close()


def test_a_verb_with_a_bad_number_is_refused_by_name(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    for verb, arguments in (("swap", {"one": 0, "other": 9}), ("dead_weight", {"grams": 1e400})):
        refused = ask(client, type="fault", verb=verb, arguments=arguments)
        assert (refused["ok"], refused["code"], refused["where"]) == (False, "bad-message", f"fault {verb}")
    bench.run_s(0.1)
    assert ask(client, type="describe")["ok"]


@pytest.mark.parametrize("wish", ["start", "acknowledge", "recorder-status"])
def test_a_defect_in_the_way_of_a_wish_is_its_refusal_with_vibration_off(desk, bench, monkeypatch, wish) -> None:
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    assert ask(client, **_start())["ok"]
    assert bench.station.safety.arming is Arming.ARMED

    def broken(*_):
        raise StopIteration("a defect")

    monkeypatch.setattr(Desk, "_" + wish.replace("-", "_"), broken)
    message = {"start": _start(), "recorder-status": {"type": wish, "ready": True}}.get(wish, {"type": wish})
    refused = ask(client, **message)
    assert (refused["ok"], refused["code"]) == (False, "internal-error")
    assert "a defect" in str(refused["problems"])
    assert bench.station.safety.arming is Arming.DISARMED
    assert bench.station.session.drill.finished
    monkeypatch.undo()
    assert ask(client, type="stop")["ok"], "and the station goes on"


def test_after_a_stop_both_relays_drop_and_the_drive_is_disarmed(desk, bench) -> None:
    """While it vibrates K1 and K2 are pulled; a second and a half after the stop neither is, and none comes back."""
    connect, ask = desk
    client = connect()
    _ready(ask, client)
    assert ask(client, **_start())["ok"]
    bench.run_s(0.3)
    assert bench.rig.panel.read().relays == (True, True)
    assert ask(client, type="stop", by="therapist")["ok"]
    bench.run_s(1.5)
    assert bench.rig.panel.read().relays == (False, False)
    for _ in range(20):
        bench.run_s(0.1)
        assert bench.rig.panel.read().relays == (False, False)
        assert not bench.rig.drive._armed


def test_control_is_maintained_only_while_nothing_runs_and_nothing_waits(desk, bench) -> None:
    connect, ask = desk
    client = connect()
    order = {"type": "maintain", "what": "selftest", "by": "Ada"}
    assert ask(client, type="recorder-status", ready=True)["ok"]
    assert ask(client, **_start())["ok"]
    assert (ask(client, **order)["code"], bench.station.companions.maintain) == ("drill-runs", None)
    ask(client, type="stop")
    bench.run_s(8.0)
    assert bench.station.session is None
    bench.rig.faults["estop"]()
    bench.run_s(0.5)
    assert bench.station.safety.trip == "estop-open"
    refused = ask(client, **order)
    assert (refused["code"], bench.station.companions.maintain) == ("not-ready", None), "a trip is no way round"
    bench.rig.faults["estop"](False)
    bench.run_s(0.5)
    assert ask(client, type="acknowledge")["ok"]
    assert ask(client, **order)["ok"]
    assert bench.station.companions.maintain.what == "selftest"
    assert bench.published.events[-1]["kind"] == "maintenance"


@pytest.mark.parametrize("wrong", [{"what": "format"}, {"what": "restart", "limits": 9}, {}])
def test_a_maintenance_that_is_none_makes_no_sense(desk, bench, wrong) -> None:
    connect, ask = desk
    assert ask(connect(), type="maintain", **wrong)["code"] == "bad-message"
    assert bench.station.companions.maintain is None
