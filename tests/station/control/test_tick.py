"""The whole tick on the simulated rig: a drill runs through, and every kind of trouble takes the vibration away."""

import math

import pytest

from drills.values import DrillOutcome, Phase
from hw.values import CellStatus, DriveFeedback
from station.control.loop import PERIOD_NS
from station.faults import CATALOGUE
from station.safety.arming import Arming


def test_it_boots_disarmed_and_still(bench) -> None:
    assert bench.published.last.arming == Arming.DISARMED
    assert not bench.vibrating()
    assert bench.published.last.stance == 0
    assert math.isnan(bench.published.last.cop_ml_mm)


def test_a_drill_runs_from_getting_on_to_the_end(bench) -> None:
    assert bench.start(hold_s=8.0, trials=1) is None
    bench.run_until(lambda: bench.station.session is None)
    published = bench.published
    phases = [event["phase"] for event in published.events if event["kind"] == "phase"]
    assert phases[:2] == ["get-on", "settle"]
    assert phases[-1] == "done"
    assert published.kinds()[0] == "session-started"
    assert published.kinds().count("trial-ended") == published.kinds().count("drill-ended") == 1
    hold = [s for s in published.samples if s.phase == Phase.HOLD]
    steady = hold[len(hold) // 2 :]
    assert all(s.output_hz == pytest.approx(25.0) for s in steady)
    assert sum(s.measured_hz for s in steady) / len(steady) == pytest.approx(25.0, rel=0.02)
    assert all(s.force_n > 500 for s in steady)
    quiet = [s for s in published.samples if s.phase in (Phase.GET_ON, Phase.SETTLE, Phase.BASELINE, Phase.DONE)]
    assert quiet
    assert not any(s.output_hz or s.output_pp_mm for s in quiet)
    assert published.last.arming == Arming.DISARMED
    assert [s.seq for s in published.samples] == list(range(1, len(published.samples) + 1))
    assert {s.late_ticks for s in published.samples} == {0}


def _to_the_vibration(bench) -> None:
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD and bench.vibrating(), 40)
    bench.run_s(0.5)
    assert bench.vibrating()


@pytest.mark.parametrize(
    ("verb", "arguments", "trip", "within_s"),
    [
        ("estop", (), "estop-open", 0.005),
        ("nack", (2,), "samples-stale", 0.08),
        ("freeze", (1,), None, 0.25),
        ("saturate", (0,), None, 0.08),
        ("open_cell", (3,), None, 0.08),
        ("stall", (), "frequency-off", 2.2),
    ],
)
def test_trouble_takes_the_vibration_away_and_stays_named(bench, verb, arguments, trip, within_s) -> None:
    _to_the_vibration(bench)
    bench.rig.faults[verb](*arguments)
    begin_ns = bench.clock.now_ns()
    bench.run_until(lambda: not bench.vibrating(), within_s + 0.02)
    took_s = (bench.clock.now_ns() - begin_ns) * 1e-9
    assert took_s <= within_s + 0.008  # two ticks: one to read, one that was under way
    assert bench.station.safety.trip
    if trip is not None:
        assert bench.station.safety.trip == trip
    assert bench.published.last.trip == CATALOGUE[bench.station.safety.trip].number
    ended = [e for e in bench.published.events if e["kind"] == "drill-ended"]
    assert [e["outcome"] for e in ended] == [DrillOutcome.TRIPPED.value]
    bench.run_s(3.0)
    assert bench.station.safety.trip  # nothing but a person clears it
    assert not bench.vibrating()


@pytest.mark.parametrize("verb", ["step_off", "fall"])
def test_a_patient_who_leaves_stops_the_plate(bench, verb) -> None:
    _to_the_vibration(bench)
    bench.rig.faults[verb]()
    bench.run_until(lambda: not bench.vibrating(), 2.0)
    left = next(s for s in reversed(bench.published.samples) if s.output_hz > 0)
    weight_n = 72 * 9.81
    unloaded = [s for s in bench.published.samples if s.t_ns >= left.t_ns - 10**9 and s.force_n < 0.3 * weight_n]
    assert not unloaded or unloaded[0].t_ns >= left.t_ns - 100_000_000


def test_a_foot_that_comes_down_ends_the_trial_but_not_the_drill(bench) -> None:
    assert bench.start(hold_s=30.0, trials=2) is None
    bench.run_until(lambda: bench.published.last.phase == Phase.HOLD, 40)
    bench.run_s(0.5)
    bench.rig.faults["foot_down"]()
    bench.run_until(lambda: "trial-ended" in bench.published.kinds(), 5.0)
    ended = next(e for e in bench.published.events if e["kind"] == "trial-ended")
    assert ended["outcome"] == "foot-down"
    assert not bench.vibrating()
    assert bench.station.safety.trip == ""
    assert bench.published.last.arming == Arming.ARMED
    assert "drill-ended" not in bench.published.kinds()


def test_after_the_emergency_stop_only_release_acknowledge_and_a_new_start_bring_vibration_back(bench) -> None:
    _to_the_vibration(bench)
    bench.rig.faults["estop"](True)
    bench.run_s(1.0)
    assert bench.start() == ("not-ready", "start", "")
    refused = bench.station.safeguard.acknowledge(bench.station.evidence)
    assert refused == "estop-open"
    bench.rig.faults["estop"](False)
    bench.run_s(1.0)
    assert bench.station.safety.arming == Arming.ESTOP_RELEASED
    assert bench.start() is not None
    refused = bench.station.safeguard.acknowledge(bench.station.evidence)
    assert refused == ""
    bench.run_s(5.0)
    assert not bench.vibrating()
    assert bench.start(hold_s=5.0, trials=1) is None
    bench.run_until(bench.vibrating, 60)


def test_a_stop_ends_the_drill_at_once_and_leaves_it_disarmed(bench) -> None:
    _to_the_vibration(bench)
    bench.station.end_drill(DrillOutcome.STOPPED)
    bench.run_s(0.004)
    assert not bench.vibrating()
    assert bench.station.safety.arming == Arming.DISARMED
    bench.run_until(lambda: bench.station.session is None, 1.0)
    assert [e["outcome"] for e in bench.published.events if e["kind"] == "drill-ended"] == ["stopped"]


def test_three_late_ticks_in_a_row_stop_the_vibration_and_two_do_not(bench) -> None:
    _to_the_vibration(bench)
    for run in (2, 3):
        for _ in range(run):
            bench.clock.spend_ns(3 * PERIOD_NS)
            bench.station.tick(bench.clock.now_ns(), 2 * PERIOD_NS + 1, 2)
        if run == 2:
            assert bench.vibrating()
            bench.run_s(0.1)
    assert not bench.vibrating()
    assert bench.station.safety.trip == "deadline-missed"
    assert bench.published.last.late_ticks == 5
    assert bench.published.last.missed_ticks == 10


def test_a_rig_whose_drive_refuses_is_a_refusal_and_nothing_is_armed(bench, monkeypatch) -> None:
    from hw.errors import HardwareError, saw

    def refuse() -> None:
        raise HardwareError("drive-fault", "pigpiod", saw("daemon-ended"))

    monkeypatch.setattr(bench.rig.drive, "arm", refuse)
    assert bench.start() == ("drive-fault", "pigpiod", "It has ended.")
    assert bench.station.safety.arming == Arming.DISARMED
    assert bench.station.session is None


def test_statuses_of_broken_cells_are_in_the_samples(bench) -> None:
    bench.rig.faults["nack"](0)
    bench.rig.faults["saturate"](1)
    bench.rig.faults["open_cell"](2)
    bench.rig.faults["freeze"](3)
    bench.run_s(0.5)
    last = bench.published.last
    assert last.front_left_status == CellStatus.NO_ANSWER
    assert last.front_right_status == CellStatus.SATURATED
    assert last.back_right_status == CellStatus.OPEN
    assert last.back_left_status == CellStatus.STALE


@pytest.mark.parametrize("stall_s", [0.07, 0.3, 1.0])
def test_after_a_stall_the_plate_does_not_start_again_by_itself(bench, stall_s) -> None:
    _to_the_vibration(bench)
    bench.clock.spend_ns(round(stall_s * 1e9))
    woken_ns = bench.clock.now_ns()
    bench.run_s(2.0)
    assert bench.station.safety.trip == "deadline-missed"
    after = [s for s in bench.published.samples if s.trip]
    assert after
    assert not any(s.output_hz for s in after)
    assert not any(s.output_hz for s in bench.published.samples if s.t_ns >= woken_ns)  # not for one tick


def test_somebody_who_has_just_stepped_on_has_no_weight_to_judge_by_yet(bench) -> None:
    bench.rig.tell("get_on")
    bench.run_until(lambda: bench.published.last.stance == 1, 10)
    bench.run_s(0.9)
    assert bench.station.evidence.reference_force_n == 0.0
    bench.run_s(0.5)
    assert bench.station.evidence.reference_force_n == pytest.approx(72 * 9.81, rel=0.05)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("pigpiod-lost", "pigpiod-lost"),
        ("tach-lost", "tach-lost"),
        ("dead-man-tripped", "dead-man-tripped"),
        ("vibration-impossible", "vibration-impossible"),
        ("drive-fault", "drive-fault"),
        ("", "drive-fault"),
        ("something else", "drive-fault"),
    ],
)
def test_what_is_wrong_with_the_drive_is_named_by_the_drive(bench, monkeypatch, said, code) -> None:
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(bench.vibrating, 60)
    monkeypatch.setattr(bench.rig.drive, "feedback", lambda: DriveFeedback(20.0, False, said))
    bench.run_s(0.004)
    assert bench.station.safety.trip == code
    assert bench.published.last.trip == CATALOGUE[code].number
    assert not bench.vibrating()
    trip = next(event for event in bench.published.events if event["kind"] == "trip")
    assert (trip["code"], trip["number"]) == (code, CATALOGUE[code].number)


def test_force_and_cop_go_without_the_plates_movement_and_the_load_rules_with_it(bench, monkeypatch) -> None:
    assert bench.start(hold_s=30.0, trials=1) is None
    bench.run_until(bench.vibrating, 60)
    bench.run_s(1.0)
    monkeypatch.setattr(bench.station.senses.ripple, "step", lambda cells_n, *_: (150.0, 150.0, 150.0, 150.0))
    bench.run_s(1.0)
    last = bench.published.last
    assert (last.force_n, last.cop_ml_mm, last.cop_ap_mm) == pytest.approx((600.0, 0.0, 0.0), abs=0.5)
    assert bench.station.evidence.force_n > 650.0, "safety sees the forces as they are"
    assert last.front_left_n != 150.0, "so does the recording"


@pytest.mark.parametrize(
    ("verb", "cell", "name"),
    [
        ("nack", 2, "back_right"),
        ("freeze", 1, "front_right"),
        ("saturate", 0, "front_left"),
        ("open_cell", 3, "back_left"),
    ],
)
def test_a_trip_for_a_cell_names_the_cell(bench, verb, cell, name) -> None:
    _to_the_vibration(bench)
    bench.rig.faults[verb](cell)
    bench.run_until(lambda: bench.station.safety.trip, 0.5)
    (trip,) = [event for event in bench.published.events if event["kind"] == "trip"]
    assert trip["code"] in ("samples-stale", "cell-fault")
    assert trip["cells"] == [name]


def test_a_trip_for_no_cell_names_none(bench) -> None:
    _to_the_vibration(bench)
    bench.rig.faults["estop"]()
    bench.run_until(lambda: bench.station.safety.trip, 0.5)
    (trip,) = [event for event in bench.published.events if event["kind"] == "trip"]
    assert "cells" not in trip
