"""Somebody must be there while it shakes: a page that is looked at says so, and without it the vibration is ended."""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg, Phase
from hw.settings import DriveSettings, RigSettings, SimulationSettings
from station.control.desk import Desk
from station.faults import StationError, from_json
from station.safety.arming import Arming
from station.texts import Texts
from station.texts.problems import detail
from tests.station.conftest import CommittingServer

if TYPE_CHECKING:
    from tests.station.conftest import Bench


class Clinic:
    """The station with its desk: a recorder and a web process that live, and a page that is seen or not."""

    def __init__(self, bench, folder) -> None:
        self.bench = bench
        self.server = CommittingServer(folder / "control.sock", bench.published.events)
        bench.station.companions = Desk(bench.station, self.server)
        self.client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.client.settimeout(5)
        self.client.connect(str(self.server.path))

    def close(self) -> None:
        self.client.close()
        self.server.close()

    def ask(self, **message):
        if message["type"] == "start":
            seen = self.ask(type="describe")["facts"]["seen"]
            message = {"request": secrets.token_hex(4), "seen": seen, **message}
        self.client.send(json.dumps({"id": 1, **message}).encode())
        self.bench.run_s(0.008)
        return json.loads(self.client.recv(9999))

    def start(self, *, needs_presence=True, **asked):
        document = load_shipped("single-leg-vibration")
        prescription = prescribe(document, Asked(Leg.LEFT, **{"hold_s": 50.0, "trials": 2, **asked}))
        self.live(0.1)
        answer = self.ask(
            type="start",
            patient="P01",
            needs_web=True,
            needs_presence=needs_presence,
            document=document.model_dump(mode="json", by_alias=True),
            prescription=prescription.model_dump(mode="json"),
        )
        assert answer["ok"], answer

    def live(self, seconds: float, *, seen_every_s: float = 0.0) -> None:
        """Let time pass, with the page seen so often, or not at all."""
        station = self.bench.station
        end_ns = self.bench.clock.now_ns() + round(seconds * 1e9)
        seen_ns = self.bench.clock.now_ns()
        while self.bench.clock.now_ns() < end_ns and (station.session is not None or seconds < 1):
            self.ask(type="recorder-status", ready=True)
            present = bool(seen_every_s) and self.bench.clock.now_ns() - seen_ns >= seen_every_s * 1e9
            seen_ns = self.bench.clock.now_ns() if present else seen_ns
            self.ask(type="heartbeat", present=present)
            self.bench.run_s(min(0.25, max(0.0, (end_ns - self.bench.clock.now_ns()) * 1e-9)))

    def published(self, kind):
        return [event for event in self.bench.published.events if event["kind"] == kind]


@pytest.fixture
def clinic(bench: Bench, tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic(bench, tmp_path)
    yield clinic
    clinic.close()


def test_a_page_that_is_seen_every_15_s_keeps_the_vibration_on(clinic) -> None:
    clinic.start()
    clinic.live(60.0, seen_every_s=15.0)
    assert clinic.bench.published.last.phase == Phase.HOLD
    assert clinic.bench.vibrating()
    assert clinic.published("stop") == []


def test_30_s_after_the_page_was_last_seen_the_vibration_goes_down_by_its_ramp_and_the_drill_ends(clinic) -> None:
    clinic.start()
    started_ns = clinic.bench.clock.now_ns()
    clinic.live(60.0)
    samples = clinic.bench.published.samples
    down = [s for s in samples if s.phase == Phase.RAMP_DOWN]
    assert (down[0].t_ns - started_ns) * 1e-9 == pytest.approx(30.0, abs=0.02)
    assert [s.phase for s in samples if s.t_ns < down[0].t_ns][-1] == Phase.HOLD
    fading = [s.output_pp_mm for s in down]
    assert fading[0] == pytest.approx(0.23)
    assert fading == sorted(fading, reverse=True)
    assert (down[-1].t_ns - down[0].t_ns) * 1e-9 == pytest.approx(1.5, abs=0.01)
    assert not any(s.output_hz for s in samples if s.t_ns > down[-1].t_ns)
    assert [(e["by"], e["code"]) for e in clinic.published("stop")] == [("", "presence-lost")]
    assert [e["outcome"] for e in clinic.published("trial-ended")] == ["stopped"]
    assert [e["outcome"] for e in clinic.published("drill-ended")] == ["stopped"]
    # Nothing is latched: nothing went wrong, and only a person at a page can start again.
    assert clinic.published("trip") == []
    assert clinic.bench.station.safety.arming is Arming.DISARMED


def test_in_a_rest_it_ends_at_once_so_that_no_trial_begins_alone(clinic) -> None:
    clinic.start(hold_s=5.0, trials=2)
    clinic.live(20.0, seen_every_s=5.0)
    while clinic.bench.published.last.phase != Phase.REST:
        clinic.live(1.0, seen_every_s=0.5)
    clinic.live(60.0)
    assert [e["code"] for e in clinic.published("stop")] == ["presence-lost"]
    after = [s for s in clinic.bench.published.samples if s.trial == 2]
    assert not any(s.output_hz for s in after)
    assert [e["outcome"] for e in clinic.published("drill-ended")] == ["stopped"]


@pytest.mark.parametrize("asked", [{"displacement_pp_mm": 0.0}, {"needs_presence": False}], ids=["still", "headless"])
def test_without_vibration_and_without_pages_nobody_need_be_seen(clinic, asked) -> None:
    clinic.start(**asked)
    clinic.live(45.0)
    assert clinic.bench.published.last.phase == Phase.HOLD
    assert clinic.published("stop") == []


def test_a_drill_that_does_not_end_itself_is_tripped_two_seconds_later(clinic, monkeypatch) -> None:
    import station.control.tick

    monkeypatch.setattr(station.control.tick, "fade", lambda drill, now_ns: (drill._replace(fading=True), ()))
    clinic.start()
    began_ns = clinic.bench.clock.now_ns()
    clinic.live(60.0)
    (trip,) = clinic.published("trip")
    assert trip["code"] == "presence-lost"
    assert (trip["t_ns"] - began_ns) * 1e-9 == pytest.approx(32.0, abs=0.02)
    assert clinic.bench.station.safety.arming is Arming.TRIPPED


def test_on_a_platform_with_its_own_displacement_it_goes_down_by_frequency(make_bench, tmp_path) -> None:
    settings = RigSettings(
        drive=DriveSettings(displacement_pp_mm=((25.0, 0.23),)), simulation=SimulationSettings(fixed_displacement=True)
    )
    clinic = Clinic(make_bench(3, settings), tmp_path)
    described = clinic.ask(type="describe")
    assert described["facts"]["platform"] == {
        "min_hz": 12.0,
        "max_hz": 40.0,
        "slew_hz_per_s": 40.0,
        "displacement_pp_mm": [[25.0, 0.23]],
    }
    clinic.start()
    clinic.live(60.0)
    down = [s for s in clinic.bench.published.samples if s.phase == Phase.RAMP_DOWN and s.output_hz]
    assert {round(s.output_pp_mm, 3) for s in down} == {0.23}
    assert (down[0].output_hz, down[-1].output_hz) == (pytest.approx(25.0), pytest.approx(12.0, abs=0.1))
    clinic.close()


def test_a_platform_that_is_free_is_described_as_such(clinic) -> None:
    assert clinic.ask(type="describe")["facts"]["platform"] is None


def test_a_start_that_the_platform_cannot_do_is_refused_before_anything_is_armed(make_bench, tmp_path) -> None:
    settings = RigSettings(
        drive=DriveSettings(displacement_pp_mm=((25.0, 0.62),)), simulation=SimulationSettings(fixed_displacement=True)
    )
    clinic = Clinic(make_bench(3, settings), tmp_path)
    document = load_shipped("single-leg-vibration")
    for hz, words in ((25.0, "choose at most 20 Hz"), (15.0, "does 0.62 mm at 15 Hz and no other")):
        asked = prescribe(document, Asked(Leg.LEFT, frequency_hz=hz))
        refused = clinic.ask(
            type="start",
            patient="P01",
            document=document.model_dump(mode="json", by_alias=True),
            prescription=asked.model_dump(mode="json"),
        )
        assert refused["code"] == "input-invalid"
        assert words in detail(Texts(), StationError(refused["code"], "", *map(from_json, refused["problems"])))
    assert clinic.bench.station.safety.arming is Arming.DISARMED
    clinic.close()
