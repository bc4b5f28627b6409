"""A self-test that a page orders: control does it between two lives, answers meanwhile, and STOP ends it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.vibration_drive import Bench as MotorBench
from hw.registry import open_rig
from hw.settings import DriveSettings, RigSettings
from hw.speed_map import SpeedMap
from station.clock import NS_PER_S, VirtualClock
from station.plate.speed_maps import decide, decided, newest
from station.processes.housework import Housework
from station.processes.ordered_selftest import run_ordered_selftest
from station.settings import Settings
from station.wire.messages import Maintain
from station.wire.places import CONTROL_SOCKET, SELFTEST
from station.wire.testing import KEPT_FILE, SelfTestState, TriedPart, joined, newest_state, read_state, write_state

PARTS = ["start-up test", "emergency stop", "corners", "sweep", "standstill"]


class AppointedClock(VirtualClock):
    """A virtual clock that does one thing once so much of its time has passed."""

    def __init__(self, at_s: float, then: Callable[[], None]) -> None:
        super().__init__()
        self._at_ns, self._then = self.now_ns() + round(at_s * NS_PER_S), then

    def sleep_until_ns(self, deadline_ns: int) -> None:
        super().sleep_until_ns(deadline_ns)
        if deadline_ns >= self._at_ns:
            self._at_ns = 1 << 62
            self._then()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings.model_validate({"station": {"data": tmp_path / "data"}})


def order(*, retry: bool = False, learn: bool = False) -> Maintain:
    return Maintain(type="maintain", what="selftest", by="Ada K.", retry=retry, learn=learn)


def asked(runtime: Path, told: list[dict[str, object]], *types: str) -> Callable[[], None]:
    """Asks control this, on lines of their own; what it answers comes into `told` with the ticks that follow."""

    def hear(line: socket.socket, kind: str) -> None:
        with line:
            said = line.recv(9999)
        if said:  # else the test had ended before it was asked
            told.append({**json.loads(said), "to": kind})

    def ask() -> None:
        for kind in types:
            line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            line.connect(str(runtime / CONTROL_SOCKET))
            line.send(json.dumps({"id": 1, "type": kind}).encode())
            threading.Thread(target=hear, args=(line, kind)).start()

    return ask


def test_its_parts_are_told_and_kept(tmp_path: Path, settings: Settings) -> None:
    run_ordered_selftest(order(), settings, tmp_path, VirtualClock(), threading.Event())
    state = read_state(tmp_path / SELFTEST)
    assert state is not None
    assert (state.ended, state.by, [part.name for part in state.parts]) == (True, "Ada K.", PARTS)
    assert state.failed == []
    housework = Housework(settings.station.data, selftest=tmp_path / SELFTEST)
    housework.poll()
    assert read_state(settings.station.data / KEPT_FILE) == state
    assert newest_state(tmp_path / "elsewhere", settings.station.data) == state


def test_a_stop_ends_it_and_all_else_is_refused(tmp_path: Path, settings: Settings) -> None:
    told: list[dict[str, object]] = []
    clock = AppointedClock(2.0, asked(tmp_path, told, "acknowledge", "describe", "stop"))
    run_ordered_selftest(order(), settings, tmp_path, clock, threading.Event())
    state = read_state(tmp_path / SELFTEST)
    assert state is not None
    assert state.parts[-1].fault == "selftest-stopped"
    assert len(state.parts) < len(PARTS)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(5.0)
    answers = {str(one["to"]): (one["ok"], one["code"]) for one in told}
    assert answers["stop"] == (True, "")
    assert {answers[kind] for kind in ("acknowledge", "describe") if kind in answers} <= {(False, "selftest-runs")}


def test_a_station_that_is_shut_down_does_not_go_on(tmp_path: Path, settings: Settings) -> None:
    stop = threading.Event()
    run_ordered_selftest(order(), settings, tmp_path, AppointedClock(1.0, stop.set), stop)
    state = read_state(tmp_path / SELFTEST)
    assert state is not None
    assert state.parts[-1].fault == "selftest-stopped"


def test_a_retry_tries_what_failed_and_keeps_the_rest(tmp_path: Path, settings: Settings) -> None:
    seen = {"field": "", "reason": "channels-together", "values": {}}
    before = [TriedPart(name, True, seen) for name in PARTS[:3]] + [TriedPart("sweep", False, seen, "frequency-off")]
    write_state(settings.station.data / KEPT_FILE, SelfTestState(5, "Ben", True, None, before))
    run_ordered_selftest(order(retry=True), settings, tmp_path, VirtualClock(), threading.Event())
    state = read_state(tmp_path / SELFTEST)
    assert state is not None
    assert [(part.name, part.passed) for part in state.parts] == [(name, True) for name in PARTS]
    assert state.parts[1].seen == seen, "it was not tried again"


def test_parts_of_two_tests_are_joined_in_their_order() -> None:
    def part(name: str, passed: bool) -> TriedPart:
        return TriedPart(name, passed, {})

    before = SelfTestState(1, "", True, None, [part("a", True), part("b", False)])
    assert joined(before, [part("b", True), part("c", True)]) == [part("a", True), part("b", True), part("c", True)]
    assert joined(None, [part("b", True)]) == [part("b", True)]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"parts": 3}', '{"parts": [{"name": "a"}]}'])
def test_a_damaged_state_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / SELFTEST).write_text(content)
    assert read_state(tmp_path / SELFTEST) is None


def test_a_speed_map_that_it_learns_is_told_and_kept_by_nobody_yet(
    tmp_path: Path, settings: Settings, monkeypatch
) -> None:
    """The real drive of the rig `pi` on a modelled motor."""
    modelled = MotorBench(1, DriveSettings())
    rig = replace(open_rig("simulated", RigSettings(), modelled.clock, seed=2), drive=modelled.drive, interlocked=False)
    monkeypatch.setattr("station.processes.ordered_selftest.opened_rig", lambda *_: closing(rig))
    run_ordered_selftest(order(learn=True), settings, tmp_path, modelled.clock, threading.Event())
    state = read_state(tmp_path / SELFTEST)
    assert state is not None
    assert state.failed == []
    assert state.parts[-1].name == "speed map"
    part = next(part for part in state.parts if part.name == "speed map")
    assert part.seen["reason"] == "speeds-learned"
    assert state.learned is not None
    speeds = SpeedMap(state.learned["speed_map"], state.learned["spin_up_s"])
    for _ in range(6000):
        modelled.motor.step(0.001, speeds.duty(25.0), enabled=True, load_kg=0.0)
    assert modelled.motor.frequency_hz == pytest.approx(25.0, rel=0.02)
    assert newest(settings.station.data, "simulated") is None
    write_state(settings.station.data / KEPT_FILE, state)
    assert read_state(settings.station.data / KEPT_FILE) == state


@pytest.mark.parametrize(
    "learned",
    [
        1,
        {},
        {"speed_map": [[0.1, "x"]], "spin_up_s": 1},
        {"speed_map": [[0.1, 2.0]]},
        {"speed_map": [[0.1, float("nan")], [0.9, 40.0]], "spin_up_s": 1},
        {"speed_map": [[0.1, 2.0], [0.9, 40.0]], "spin_up_s": float("inf")},
        {"speed_map": [[0.1, 2.0], [0.9, 10**400]], "spin_up_s": 1},
    ],
)
def test_a_speed_map_that_is_none_makes_no_state(tmp_path: Path, learned: object) -> None:
    state = {"at_ns": 1, "by": "", "ended": True, "to_do": None, "parts": []}
    (tmp_path / "state").write_text(json.dumps(state))
    assert read_state(tmp_path / "state") is not None
    (tmp_path / "state").write_text(json.dumps(state | {"learned": learned}))
    assert read_state(tmp_path / "state") is None


def test_what_was_decided_needs_no_decision_any_more(tmp_path: Path) -> None:
    assert decided(tmp_path) == 0
    decide(tmp_path, 17)
    assert decided(tmp_path) == 17
    assert newest(tmp_path, "pi") is None  # its file is no map
    (tmp_path / "speed_maps" / "decided.json").write_text('{"at_ns": "x"}')
    assert decided(tmp_path) == 0
