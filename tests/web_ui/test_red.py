"""The technician's red list: each thing that is wrong once, the worst first, with its cell, place and what to do."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station.faults import CATALOGUE, StationError, as_json, because
from station.texts import Texts
from web_ui.red import GROUPS, RedCard, StationSeen, cards, fault_card, plain_card, unseen, worst_first
from web_ui.snapshot import CellView, FaultName, ProcessView, Snapshot, SupplyView

WIRING = ((0x48, 0), (0x49, 0), (0x4A, 0), (0x4B, 0))
WELL = ProcessView(ok=True, age_s=0.1)
NAMES = ("front-left", "front-right", "back-right", "back-left")
TEXTS = Texts("en")


def cell(name: str, state: str = "ok") -> CellView:
    return CellView(name=name, volts=1.0, newtons=0.0, status=0, usable=state in ("ok", "repeated"), state=state)


@pytest.fixture
def snapshot(client: FlaskClient) -> Snapshot:
    """Of a station that is well, by the pages themselves."""
    well = {"control": WELL, "recorder": WELL, "web": WELL}
    seen = Snapshot.model_validate(client.get("/api/v1/snapshot").json | {"processes": well, "trip": None})
    return seen.model_copy(update={"cells": [cell(name) for name in NAMES], "supply": None})


def told(snapshot: Snapshot, doors=(), checks=(), texts: Texts = TEXTS) -> list[RedCard]:
    return worst_first(cards(texts, StationSeen(snapshot, doors, checks, WIRING)))


def check(area: str, code: str, state: str, remedy: str = "", **values: object) -> dict[str, object]:
    words = {"area": area, "part": "", "keys": [f"doctor.{area}.{code}", remedy], "values": values}
    return {"name": area, "state": state, "code": code, "seen": "", "remedy": "", "words": words}


def test_a_station_that_is_well_has_no_card(snapshot):
    assert told(snapshot) == []


@pytest.mark.parametrize("number", range(4))
def test_a_cell_is_named_with_its_converter(snapshot, number):
    cells = [cell(name, "no-answer" if at == number else "ok") for at, name in enumerate(NAMES)]
    (card,) = told(snapshot.model_copy(update={"cells": cells}))
    assert (card.cell, card.group, card.level, card.code) == (number, "cells", "red", "chip-no-answer")
    assert TEXTS.say(f"cell.{NAMES[number]}") in card.where
    assert f"0x4{'89AB'[number]}".lower() in card.where.lower()
    assert card.to_do


def test_a_cell_that_a_trip_names_is_told_once(snapshot):
    cells = [cell(name, "open" if name == "back-left" else "ok") for name in NAMES]
    trip = FaultName(code="cell-fault", number=3, cells=["back-left"])
    (card,) = told(snapshot.model_copy(update={"cells": cells, "trip": trip}))
    assert (card.code, card.cell, card.number) == ("cell-fault", 3, 3)


def test_a_fault_that_locks_can_be_tested_again(snapshot):
    (card,) = told(snapshot.model_copy(update={"trip": FaultName(code="relay-welded", number=82)}))
    assert (card.level, card.repair) == ("red", "restart")
    (card,) = told(snapshot.model_copy(update={"trip": FaultName(code="estop-open", number=1)}))
    assert card.repair == ""


@pytest.mark.parametrize(
    ("code", "seen", "where"),
    [
        ("relay-welded", because("relay", relay="K2"), "K2"),
        ("relay-crossed", because("relay", relay=["K1", "K2"]), "K1, K2"),
        ("estop-discrepancy", because("channel-open", channel="B"), "channel B is open and the other is not"),
        ("cell-dead", because("cell-constant", cell="back_left"), "back left: the same voltage all the time"),
        ("relay-dead", None, ""),
    ],
)
def test_what_locks_the_station_names_the_part(snapshot, code, seen, where):
    trip = FaultName(code=code, number=CATALOGUE[code].number, seen=None if seen is None else as_json(seen))
    (card,) = told(snapshot.model_copy(update={"trip": trip}))
    assert (card.code, card.where) == (code, where)
    assert card.cause


def test_a_process_that_waits_says_for_what(snapshot):
    missing = because("system-said", said="no such device")
    waits = ProcessView(ok=False, age_s=0.1, why="fault", fault="i2c-bus-missing", where="/dev/i2c-1")
    waits = waits.model_copy(
        update={"problems": [{"field": "", "reason": missing.reason, "values": dict(missing.values)}]}
    )
    processes = snapshot.processes.model_copy(update={"control": waits})
    (card,) = told(snapshot.model_copy(update={"processes": processes}))
    assert (card.group, card.where, card.level) == ("control", "/dev/i2c-1", "red")
    assert "no such device" in card.cause
    lost = snapshot.processes.model_copy(update={"recorder": ProcessView(ok=False, age_s=9.0, why="no-sign")})
    (card,) = told(snapshot.model_copy(update={"processes": lost}))
    assert (card.group, card.where) == ("recorder", "recorder")


def control_says(snapshot: Snapshot, fault: str) -> Snapshot:
    """Of a control that waits, and says for what."""
    waits = ProcessView(ok=False, age_s=0.1, why="fault", fault=fault, where="control")
    return snapshot.model_copy(update={"processes": snapshot.processes.model_copy(update={"control": waits})})


def test_a_self_test_that_runs_is_no_fault_and_leads_to_its_page(snapshot):
    (card,) = told(control_says(snapshot, "selftest-runs"))
    assert (card.level, card.number, card.where, card.repair) == ("amber", None, "", "selftest")
    (card,) = told(control_says(snapshot, "selftest-stopped"))
    assert (card.level, card.number) == ("red", 221)


def test_nothing_is_called_fine_where_nobody_could_look(snapshot):
    supplied = snapshot.model_copy(update={"supply": SupplyView(now=[], past=[])})
    well = check("memory", "ok", "ok", free_mib=900.0, total_mib=1000.0)
    assert unseen(StationSeen(supplied, (), [well], WIRING)) == set()
    assert unseen(StationSeen(supplied, (), [], WIRING)) == {"doctor"}
    assert unseen(StationSeen(snapshot, (), [well], WIRING)) == {"power"}
    for state, power in (("na", {"power"}), ("ok", set())):
        assert unseen(StationSeen(snapshot, (), [well, check("supply", "ok", state)], WIRING)) == power
    away = control_says(supplied, "i2c-bus-missing")
    assert unseen(StationSeen(away, (), [well], WIRING)) == {"cells"}
    passing = ProcessView(ok=False, age_s=0.1, why="fault", fault="recorder-not-ready")
    idle = away.model_copy(update={"processes": away.processes.model_copy(update={"recorder": passing})})
    assert unseen(StationSeen(idle, (), [well], WIRING)) == {"cells", "recorder"}


def test_the_supply_is_red_now_and_amber_afterwards(snapshot):
    levels = {}
    for now, past in ((["under-voltage"], ["under-voltage"]), ([], ["under-voltage"]), ([], [])):
        found = told(snapshot.model_copy(update={"supply": SupplyView(now=now, past=past)}))
        levels[len(now), len(past)] = [card.level for card in found]
    assert levels == {(1, 1): ["red"], (0, 1): ["amber"], (0, 0): []}


def test_a_door_names_its_port_and_can_be_opened_again(snapshot):
    closed = StationError("port-in-use", "tls 8443", because("system-said", said="address in use"))
    (card,) = told(snapshot, doors=[closed])
    assert (card.group, card.where, card.repair, card.level) == ("doors", "tls 8443", "doors", "red")
    assert "address in use" in card.cause


def test_the_doctors_failures_are_red_and_his_warnings_amber(snapshot):
    checks = [
        check("governor", "slow", "warn", "doctor.to-do.set-governor", governor="ondemand"),
        check("disk", "full", "fail", "doctor.to-do.free-disk", gib=0.1, folder="/var/lib"),
        check("memory", "ok", "ok", free_mib=900.0, total_mib=1000.0),
        check("texts", "unconfirmed", "warn", "doctor.to-do.sign-texts"),
    ]
    found = told(snapshot, checks=checks)
    assert [(card.level, card.group) for card in found] == [("red", "disk"), ("amber", "doctor")]
    assert "/var/lib" in found[0].what
    assert all(card.to_do for card in found)


def test_what_is_told_live_is_not_told_again_by_the_doctor(snapshot):
    ill = snapshot.model_copy(update={"supply": SupplyView(now=["under-voltage"], past=[])})
    checks = [check("supply", "low-now", "fail", "doctor.to-do.use-official-supply")]
    assert [card.code for card in told(ill, checks=checks)] == ["supply-now"]
    assert [card.code for card in told(snapshot, checks=checks)] == ["supply.low-now"]


def test_red_comes_before_amber_and_the_heart_before_the_rest():
    mixed = [
        plain_card(TEXTS, "care", "care-bolts", "amber", days=90),
        fault_card(TEXTS, "doors", StationError("port-in-use", "shared 80")),
        fault_card(TEXTS, "control", StationError("drive-fault")),
        plain_card(TEXTS, "power", "supply-past", "amber", what="x"),
    ]
    assert [card.group for card in worst_first(mixed)] == ["control", "doors", "power", "care"]


def test_every_fault_can_be_a_card_in_both_languages():
    for code in CATALOGUE:
        for language in ("en", "de"):
            card = fault_card(Texts(language), GROUPS[0], StationError(code, "here"))
            assert (bool(card.what), bool(card.to_do), card.where) == (True, True, "here")
