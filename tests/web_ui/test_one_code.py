"""A refusal has one code, whether it comes from a page, the command socket or the command line."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import drills.library
from drills.library import load_shipped
from drills.prescription import Asked, fill_in
from drills.values import Leg
from hw.registry import open_rig
from hw.settings import RigSettings
from station.cli import main
from station.clock import VirtualClock
from station.control.admission import limits_of
from station.control.desk import Desk
from station.control.loop import run_loop
from station.control.tick import HouseRules, Station
from station.faults import StationError
from station.processes.live_rings import LiveRings
from station.settings import LimitSettings
from station.wire.client import ControlLink
from station.wire.server import CommandServer

LIMITS = "[limits]\nmax_frequency_hz = 26\n"
DRILL = "single-leg-vibration"
REFUSED = [
    ("input-invalid", {"hold_s": 61.0}),
    ("input-invalid", {"hold_s": 4.9}),
    ("input-invalid", {"frequency_hz": 36.0}),
    ("input-invalid", {"displacement_pp_mm": 2.0}),
    ("input-invalid", {"trials": 0}),
    ("input-invalid", {"trials": 6}),
    ("input-invalid", {"leg": "both"}),
    ("input-invalid", {"patient": "P 1"}),
    ("limit-exceeded", {"frequency_hz": 27.0}),
    ("limit-exceeded", {"hold_s": 60.0}),
]


@pytest.fixture
def control(runtime: Path) -> Iterator[Station]:
    """A control whose clinic allows 26 Hz, in a thread of its own; every refusal here comes before anything moves."""
    clock = VirtualClock()
    rig = open_rig("simulated", RigSettings(), clock, seed=1)
    rings, server, ended = LiveRings(runtime), CommandServer(runtime / "control.sock"), threading.Event()
    station = Station(rig, clock, HouseRules(limits_of(LimitSettings(max_frequency_hz=26))), rings)
    station.companions = Desk(station, server)
    thread = threading.Thread(target=run_loop, args=(station, clock, lambda: not ended.wait(0.001)))
    thread.start()
    yield station
    ended.set()
    thread.join()
    server.close()
    rings.close()
    rig.close()


def page(app, asked):
    answer = app.test_client().post("/api/v1/drill/start", json=asked)
    assert answer.status_code == 422
    return answer.json["code"]


def socket(runtime, asked):
    numbers = {key: value for key, value in asked.items() if key not in ("patient", "drill", "leg")}
    document = load_shipped(DRILL)
    prescription = fill_in(document, Asked(Leg(asked["leg"]), **numbers))
    message = {
        "document": document.model_dump(mode="json", by_alias=True),
        "prescription": prescription.model_dump(mode="json"),
    }
    return sent(runtime, patient=asked["patient"], **message)


def sent(runtime, **message):
    link = ControlLink(runtime / "control.sock", 10.0)
    with pytest.raises(StationError) as refused:
        link.request("start", request="one", seen=link.request("describe")["facts"]["seen"], **message)
    link.close()
    return refused.value.code


def command(folder, asked):
    (folder / "clinic.toml").write_text(LIMITS)
    options = [f"--{key.replace('_', '-')}={value}" for key, value in asked.items() if key != "drill"]
    arguments = ["drill", asked["drill"], *options, "--settings", str(folder / "clinic.toml"), "--json"]
    ended = CliRunner().invoke(main, [*arguments, "--data", str(folder / "kept")])
    assert ended.exit_code == 2, ended.output
    return json.loads(ended.stdout)["error"]["code"]


@pytest.mark.parametrize(("code", "changes"), REFUSED)
def test_a_prescription_is_refused_with_one_code_on_every_way_in(control, app, runtime, tmp_path, code, changes):
    asked = {"patient": "P01", "drill": DRILL, "leg": "left", **changes}
    assert (page(app, asked), socket(runtime, asked), command(tmp_path, asked)) == (code, code, code)


def test_a_damaged_drill_is_refused_with_one_code_on_every_way_in(control, app, runtime, tmp_path, monkeypatch):
    sound = load_shipped(DRILL)
    damaged = {**sound.model_dump(mode="json", by_alias=True), "surprise": 1}
    text = (drills.library._folder() / f"{DRILL}.toml").read_text(encoding="utf-8")
    prescription = fill_in(sound, Asked(Leg.LEFT)).model_dump(mode="json")
    assert sent(runtime, patient="P01", document=damaged, prescription=prescription) == "drill-invalid"
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "damaged.toml").write_text(f"surprise = 1\n{text}", encoding="utf-8")
    monkeypatch.setattr(drills.library, "_folder", lambda: tmp_path / "catalogue")
    asked = {"patient": "P01", "drill": "damaged", "leg": "left"}
    assert (page(app, asked), command(tmp_path, asked)) == ("drill-invalid", "drill-invalid")
    asked["drill"] = "absent"
    assert (page(app, asked), command(tmp_path, asked)) == ("drill-unknown", "drill-unknown")
