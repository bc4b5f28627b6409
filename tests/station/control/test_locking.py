"""The start-up test inside the station: nothing can be armed before it has passed, and a failure locks by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from drills.values import DrillOutcome
from hw.registry import open_rig
from hw.settings import AccelerometerSettings, ReplaySignal, RigSettings
from hw.values import DriveFeedback, PlateGeometry
from station.clock import VirtualClock
from station.control.loop import run_loop
from station.control.tick import Station
from station.faults import CATALOGUE
from station.faults.blink import beacon_lit
from station.safety.arming import Arming

if TYPE_CHECKING:
    from tests.station.conftest import Bench


@pytest.fixture
def fresh(bench: Bench) -> Bench:
    """A bench whose station has just been started, as control starts it."""
    bench.published.payloads.clear()
    bench.published.events.clear()
    bench.station = Station(bench.rig, bench.clock, bench.station.rules, bench.published, start_test=True)
    return bench


def _passed(bench) -> None:
    run_loop(bench.station, bench.clock, lambda: bench.station.lock.testing)


def test_nothing_can_be_armed_before_the_test_has_passed(fresh) -> None:
    fresh.run_s(0.5)
    assert fresh.station.lock.testing
    assert fresh.start()[0] == "start-test-running"
    assert fresh.station.safety.arming is Arming.DISARMED
    _passed(fresh)
    fresh.run_s(0.01)
    assert fresh.start() is None
    fresh.run_until(fresh.vibrating, 60)


def test_it_needs_no_acknowledgement_and_says_nothing_when_all_is_well(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    assert fresh.published.kinds() == []
    assert {s.trip for s in fresh.published.samples} == {0}
    assert not fresh.rig.panel.read().relays[0]


@pytest.mark.parametrize(
    ("verb", "arguments", "code", "where"),
    [
        ("weld_relay", (1,), "relay-welded", "K2"),
        ("kill_relay", (0,), "relay-dead", "K1"),
        ("stick_one_shot", (), "heartbeat-stuck", "permit"),
        ("creep", (), "plate-moves", "tach"),
        ("open_cell", (3,), "cell-dead", "back_left"),
        ("drive_fault", (), "drive-fault", "drive-reports-fault"),
        ("cut_estop", (1,), "estop-discrepancy", "channel=B"),
    ],
)
def test_a_failure_locks_the_station_by_name(fresh, verb, arguments, code, where) -> None:
    fresh.rig.faults[verb](*arguments)
    fresh.run_s(2.0)
    station = fresh.station
    assert station.safety.trip == code
    assert fresh.published.last.trip == CATALOGUE[code].number
    trip = [event for event in fresh.published.events if event["kind"] == "trip"][-1]
    assert trip["code"] == code
    assert where in trip["where"]
    assert trip["where"].startswith(trip["seen"]["reason"])  # a technician's page says it in words
    assert fresh.start() is not None
    refused = station.safeguard.acknowledge(station.evidence)
    assert refused == code, "nobody can acknowledge it away"
    fresh.run_s(1.0)
    assert station.safety.trip == code
    assert not fresh.rig.panel.read().relays[0]


def test_a_fault_while_it_runs_takes_the_vibration_and_locks(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    assert fresh.start(hold_s=30.0, trials=1) is None
    fresh.run_until(fresh.vibrating, 60)
    fresh.run_s(1.0)
    assert fresh.rig.panel.read().relays == (True, True)
    fresh.rig.faults["short_estop"](0)
    fresh.rig.faults["estop"]()
    fresh.run_s(0.004)
    assert not fresh.vibrating(), "one channel is enough"
    fresh.run_s(0.1)
    assert fresh.station.safety.trip == "estop-discrepancy"
    fresh.rig.faults["estop"](False)
    fresh.run_s(0.5)
    station = fresh.station
    refused = station.safeguard.acknowledge(station.evidence)
    assert refused == "estop-discrepancy"
    fresh.rig.faults["short_estop"](0, False)
    fresh.rig.faults["estop"]()
    fresh.run_s(0.1)
    fresh.rig.faults["estop"](False)
    fresh.run_s(0.1)
    refused = station.safeguard.acknowledge(station.evidence)
    assert refused == ""
    assert station.safety.arming is Arming.DISARMED


def test_a_relay_that_welds_in_use_locks_when_the_drill_ends(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    assert fresh.start(hold_s=5.0, trials=1) is None
    fresh.run_until(fresh.vibrating, 60)
    fresh.rig.faults["weld_relay"](0)
    fresh.run_until(lambda: fresh.station.session is None)
    fresh.run_s(1.0)
    assert (fresh.station.safety.trip, str(fresh.station.lock.finding)) == ("relay-welded", "relay relay=K1")


def test_a_planned_stop_leaves_k1_closed_until_the_plate_stands_and_a_trip_does_not(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    for planned in (True, False):
        assert fresh.start(hold_s=30.0, trials=1) is None
        fresh.run_until(fresh.vibrating, 60)
        fresh.run_s(1.0)
        if planned:
            fresh.station.end_drill(DrillOutcome.STOPPED)
        else:
            fresh.rig.faults["nack"](1)
            fresh.run_until(lambda: bool(fresh.station.safety.trip), 1.0)
        fresh.run_s(0.03)
        assert fresh.published.last.measured_hz > 10.0
        assert fresh.rig.panel.read().relays[0] is planned
        fresh.run_s(2.0)
        assert fresh.rig.panel.read().relays == (False, False)
        assert fresh.station.lock.fault == ""


def test_the_motor_has_its_supply_only_in_a_session_that_vibrates(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    assert fresh.start(displacement_pp_mm=0.0, hold_s=5.0, trials=1) is None
    seen = set()
    while fresh.station.session is not None:
        fresh.run_s(0.1)
        seen.add(fresh.rig.panel.read().relays)
    assert seen == {(False, False)}


def test_a_pressed_emergency_stop_and_a_full_plate_are_waited_for(fresh) -> None:
    fresh.rig.tell("stand_on_both")
    fresh.run_s(8.0)
    fresh.station = Station(fresh.rig, fresh.clock, fresh.station.rules, fresh.published, start_test=True)
    fresh.run_s(2.0)
    assert (fresh.station.lock.waits, fresh.station.lock.testing) == ("plate-not-empty", False)
    assert fresh.start()[0] == "plate-not-empty"
    fresh.rig.faults["step_off"]()
    fresh.run_until(lambda: not fresh.station.lock.waits, 20.0)
    assert fresh.station.lock.fault == ""


def test_the_beacon_blinks_what_locks(fresh) -> None:
    fresh.rig.faults["weld_relay"](0)
    pin = fresh.rig.panel._outputs[1].pin
    fresh.run_s(1.0)
    seen = set()
    for _ in range(3000):
        fresh.run_s(0.004)
        assert pin.state == beacon_lit(CATALOGUE["relay-welded"].number, fresh.published.last.t_ns)
        seen.add(pin.state)
    assert seen == {True, False}


def test_a_replayed_recording_has_somebody_on_the_plate_and_no_test(bench) -> None:
    clock = VirtualClock()
    signal = ReplaySignal([0.0, 10.0], [(180.0,) * 4] * 2, PlateGeometry(138.0, 293.0))
    rig = open_rig("replay", RigSettings(), clock, replay=signal)
    assert not rig.interlocked
    rig.close()


def test_a_stall_of_the_computer_is_no_broken_relay(fresh) -> None:
    _passed(fresh)
    fresh.run_s(0.1)
    assert fresh.start(hold_s=30.0, trials=1) is None
    fresh.run_until(fresh.vibrating, 60)
    for stall_ms in (20, 140, 300, 1000):
        fresh.clock.spend_ns(stall_ms * 1_000_000)
        fresh.run_s(1.0)
        assert fresh.station.lock.fault == ""


@pytest.fixture
def with_accelerometer(make_bench: Callable[..., Bench]) -> Bench:
    bench = make_bench(3, RigSettings(accelerometer=AccelerometerSettings(fitted=True)))
    bench.station = Station(bench.rig, bench.clock, bench.station.rules, bench.published, start_test=True)
    return bench


def test_the_accelerometer_passes_the_test_too(with_accelerometer) -> None:
    _passed(with_accelerometer)
    with_accelerometer.run_s(0.1)
    assert with_accelerometer.station.safety.trip == ""
    assert with_accelerometer.start() is None


@pytest.mark.parametrize(
    ("verb", "words"), [("accel_freeze", "accelerometer-constant"), ("accel_nack", "accelerometer-silent")]
)
def test_an_accelerometer_that_does_not_live_locks(with_accelerometer, verb, words) -> None:
    with_accelerometer.rig.faults[verb]()
    with_accelerometer.run_s(2.0)
    assert with_accelerometer.station.safety.trip == "accelerometer-dead"
    assert words in str(with_accelerometer.station.lock.finding)


def test_a_plate_that_moves_while_its_tach_is_dead_is_felt(with_accelerometer, monkeypatch) -> None:
    drive = with_accelerometer.rig.drive
    monkeypatch.setattr(drive, "feedback", lambda: DriveFeedback(0.0, True))
    with_accelerometer.rig.faults["creep"]()
    with_accelerometer.run_s(2.0)
    assert with_accelerometer.station.safety.trip == "plate-moves"
    assert "accelerometer" in str(with_accelerometer.station.lock.finding)
