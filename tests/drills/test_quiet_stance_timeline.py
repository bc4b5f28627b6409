"""Quiet stance, to the tick: nearly all of the time on the plate is measured."""

import pytest

from drills.prescription import Asked, prescribe
from drills.state import hold_s
from drills.values import NO_DEMAND, DrillOutcome, Leg, Observation, Phase, TrialOutcome


def on_between(person, start_s, end_s):
    return lambda t: person(700 if start_s <= t < end_s else 0)


def test_from_step_on_to_step_off(drive, person, quiet):
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), on_between(person, 1, 61), 100)
    assert run.phases() == [("get-on", 0.0, 1), ("hold", 1.02, 1), ("done", 61.02, 1)]
    assert run.instructions() == ["stand_on_both", "hold_still", "get_off"]
    last = run.of("instruction")[-1]
    assert last.t_ns == 31_000_000_000
    result = run.state.results[0]
    assert result.outcome is TrialOutcome.HELD
    assert result.hold_start_ns == 1_000_000_000  # the first sample with somebody on the plate
    assert result.hold_end_ns == 60_980_000_000  # 40 ms before the step-off showed
    assert result.hold_s == pytest.approx(59.98)
    assert run.of("drill-ended")[0].data == {"outcome": "completed", "success": True, "held": 1, "trials": 1}
    assert all(tick.demand is NO_DEMAND for tick in run.ticks)


def test_stepping_off_too_early_is_not_held(drive, person, quiet):
    run = drive(quiet, prescribe(quiet, Asked(Leg.LEFT)), on_between(person, 1, 20), 100)
    assert run.instructions()[0] == "stand_on_left"
    result = run.state.results[0]
    assert (result.outcome, result.hold_s) == (TrialOutcome.STEP_OFF, pytest.approx(18.98))
    assert run.state.outcome is DrillOutcome.COMPLETED
    assert not run.state.success


def test_whoever_never_steps_off_is_measured_up_to_the_limit(drive, person, quiet):
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), on_between(person, 1, 900), 700)
    assert run.ticks[-1].t_s == 601.0
    assert run.state.hold_start_ns == 1_000_000_000
    result = run.state.results[0]
    assert (result.outcome, result.hold_s) == (TrialOutcome.HELD, 600.0)


def test_the_countdown_goes_to_the_target_and_then_has_no_end(drive, person, quiet):
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH, hold_s=10)), lambda t: person(), 20)
    at = {round(tick.t_s, 3): tick.state for tick in run.ticks}
    assert at[5.0].phase_ends_ns == 10_000_000_000
    assert at[15.0].phase_ends_ns is None
    assert at[15.0].phase is Phase.HOLD
    assert hold_s(at[15.0], 15_000_000_000) == 15.0


def test_a_touch_of_the_plate_is_not_getting_on(drive, person, quiet):
    script = lambda t: person(700 if 1 <= t < 1.02 or t >= 2 else 0)  # noqa: E731
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), script, 3)
    assert run.phases()[-1] == ("hold", 2.02, 1)
    assert run.state.hold_start_ns == 2_000_000_000


def test_a_dip_of_the_force_is_not_stepping_off(drive, person, quiet):
    script = lambda t: person(100 if 5 <= t < 5.02 else 700)  # noqa: E731
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), script, 20)
    assert run.state.phase is Phase.HOLD
    assert run.state.stance.force_n == pytest.approx(700)


def test_without_a_centre_of_pressure_the_place_of_the_foot_is_left_open(drive, quiet):
    nowhere = Observation(700.0, float("nan"), 0.0, 0.0, True)
    run = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), lambda t: nowhere, 1)
    started = run.of("trial-started")[0].data
    assert (started["reference_n"], started["foot_ml_mm"], started["foot_ap_mm"]) == (700.0, None, None)
