"""The one-legged drill, to the tick."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from drills.prescription import Asked, prescribe
from drills.state import VIBRATING, hold_s
from drills.values import NO_DEMAND, DrillOutcome, Leg, Observation, Phase, TrialOutcome

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from tests.drills.conftest import Timeline


@pytest.fixture(scope="module")
def whole(drive: Callable[..., Timeline], person: Callable[..., Observation], single_leg: DrillDocument) -> Timeline:
    """Two trials, both held: on the plate from 1.000 s on, and never off."""
    prescription = prescribe(single_leg, Asked(Leg.LEFT, hold_s=20, trials=2))
    return drive(single_leg, prescription, lambda t: person(700 if t >= 1 else 0, 40, 10), 200)


def test_every_phase_begins_on_its_tick(whole):
    first = [
        ("get-on", 0.0, 1),
        ("settle", 1.5, 1),
        ("baseline", 6.5, 1),
        ("ramp-up", 16.5, 1),
        ("hold", 18.5, 1),
        ("ramp-down", 38.5, 1),
        ("rest", 40.0, 1),
    ]
    second = [
        ("get-on", 70.0, 2),
        ("settle", 70.504, 2),
        ("baseline", 75.504, 2),
        ("ramp-up", 85.504, 2),
        ("hold", 87.504, 2),
        ("ramp-down", 107.504, 2),
        ("done", 109.004, 2),
    ]
    assert whole.phases() == first + second


def test_the_patient_is_instructed(whole):
    trial = ["get_on", "stand_on_left", "hold_still", "vibration_starts", "hold_still", "vibration_stops"]
    assert whole.instructions() == [*trial, "rest", *trial, "get_off"]


def test_both_trials_are_held_and_the_drill_completes(whole):
    assert [result.outcome for result in whole.state.results] == [TrialOutcome.HELD] * 2
    assert [result.hold_s for result in whole.state.results] == [20.0, 20.0]
    assert whole.state.outcome is DrillOutcome.COMPLETED
    assert whole.of("drill-ended")[0].data == {"outcome": "completed", "success": True, "held": 2, "trials": 2}


def test_a_trial_can_be_measured_from_its_event(whole):
    data = whole.of("trial-ended")[0].data
    assert data == {
        "trial": 1,
        "outcome": "held",
        "hold_s": 20.0,
        "start_ns": 0,
        "baseline_start_ns": 6_500_000_000,
        "baseline_end_ns": 16_500_000_000,
        "hold_start_ns": 18_500_000_000,
        "hold_end_ns": 38_500_000_000,
    }
    started = whole.of("trial-started")[0].data
    assert started == {
        "trial": 1,
        "leg": "left",
        "start_ns": 0,
        "reference_n": 700.0,
        "foot_ml_mm": 40.0,
        "foot_ap_mm": 10.0,
    }
    for event in whole.events:
        assert json.loads(json.dumps(event.data, allow_nan=False)) == event.data


def test_the_plate_vibrates_only_in_its_phases(whole):
    for tick in whole.ticks:
        if tick.phase is Phase.HOLD:
            assert tick.demand == (25.0, 0.23)
        elif tick.phase not in VIBRATING:
            assert tick.demand is NO_DEMAND
    up = [tick.demand.displacement_pp_mm for tick in whole.ticks if tick.phase is Phase.RAMP_UP and tick.t_s < 20]
    assert len(up) == 500
    assert up == sorted(up)
    assert up[250] == pytest.approx(0.115)
    down = [tick.demand for tick in whole.ticks if tick.phase is Phase.RAMP_DOWN and tick.t_s < 40]
    assert len(down) == 375
    assert down == sorted(down, reverse=True)
    assert down[250] == pytest.approx((12 + 13 / 3, 0.23 * 0.25))


def test_a_phase_ends_when_it_said_it_would(whole):
    for before, after in itertools.pairwise(whole.ticks):
        if after.phase is not before.phase and before.phase is not Phase.GET_ON:
            assert before.state.phase_ends_ns == round(after.t_s * 1e9)


def test_hold_time_and_phase_end_are_reported_at_each_tick(whole):
    at = {round(tick.t_s, 3): tick.state for tick in whole.ticks}
    assert hold_s(at[18.0], 18_000_000_000) == 0.0
    assert hold_s(at[28.5], 28_500_000_000) == 10.0
    assert hold_s(at[50.0], 50_000_000_000) == 20.0
    assert hold_s(at[70.0], 70_000_000_000) == 0.0
    assert at[28.5].phase_ends_ns == 38_500_000_000
    assert at[0.0].phase_ends_ns == 60_000_000_000
    assert (at[28.5].trial, at[28.5].trials) == (1, 2)


@pytest.mark.parametrize(
    ("change", "outcome", "held_s", "seen_after_s"),
    [
        ((100, 40, 10), TrialOutcome.STEP_OFF, 9.98, 0.08),
        ((0, 0, 0), TrialOutcome.STEP_OFF, 9.98, 0.08),
        ((590, 40, 10), TrialOutcome.FOOT_DOWN, 9.98, 0.14),
        ((700, 86, 10), TrialOutcome.FOOT_DOWN, 9.98, 0.152),
        ((700, -6, 10), TrialOutcome.FOOT_DOWN, 9.98, 0.152),
        ((700, 40, 111), TrialOutcome.FOOT_DOWN, 9.98, 0.152),
        ((700, 40, -91), TrialOutcome.FOOT_DOWN, 9.98, 0.152),
    ],
)
def test_a_lost_stance_ends_the_trial_and_the_vibration_at_once(
    drive, person, single_leg, change, outcome, held_s, seen_after_s
):
    script = lambda t: person(700, 40, 10) if t < 27.5 else person(*change)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), script, 60)
    hold_start_s = next(t for name, t, _ in run.phases() if name == "hold")
    assert hold_start_s == 17.5
    result = run.state.results[0]
    assert result.outcome is outcome
    assert result.hold_s == pytest.approx(held_s)
    end = next(tick for tick in run.ticks if tick.phase is Phase.REST)
    assert end.t_s == pytest.approx(27.5 + seen_after_s)
    assert end.demand is NO_DEMAND
    before = run.ticks[run.ticks.index(end) - 1]
    assert before.demand == (25.0, 0.23)


@pytest.mark.parametrize("change", [(595, 85, 110), (595, -5, -90), (340, 40, 10), (700, 86, 10)])
def test_what_passes_quickly_or_stays_within_the_bounds_is_no_loss(drive, person, single_leg, change):
    def script(t):
        inside = change[0] >= 595 and change[1] <= 85
        back_s = 20.07 if change[0] < 350 else 20.13
        return person(*change) if (t >= 20 and inside) or 20 <= t < back_s else person(700, 40, 10)

    run = drive(single_leg, prescribe(single_leg, Asked(Leg.RIGHT, trials=1)), script, 60)
    assert run.state.results[0].outcome is TrialOutcome.HELD


@pytest.mark.parametrize(("leaves_s", "phase"), [(10.0, "baseline"), (16.5, "ramp-up")])
def test_leaving_before_the_hold_ends_the_trial_without_one(drive, person, single_leg, leaves_s, phase):
    script = lambda t: person(700 if t < leaves_s else 0)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT, trials=1)), script, 60)
    assert run.phases()[-2][0] == phase
    result = run.state.results[0]
    assert result.outcome is TrialOutcome.STEP_OFF
    assert (result.hold_s, result.hold_start_ns, result.hold_end_ns) == (0.0, None, None)
    assert result.baseline_end_ns == round(min(leaves_s - 0.02, 15.5) * 1e9)
    assert run.state.outcome is DrillOutcome.COMPLETED
    assert not run.state.success


def test_leaving_while_the_vibration_fades_stops_it_but_keeps_the_hold(drive, person, single_leg):
    script = lambda t: person(700 if t < 48 else 0)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), script, 60)
    assert run.state.results[0].outcome is TrialOutcome.HELD
    rest = next(tick for tick in run.ticks if tick.phase is Phase.REST)
    assert rest.t_s == 48.08
    assert rest.demand is NO_DEMAND
    assert len(run.of("trial-ended")) == 1


def test_stepping_off_while_settling_asks_on_again_but_not_for_ever(drive, person, single_leg):
    # Four seconds on, one off: never settled.
    script = lambda t: person(700 if t % 5 < 4 else 0)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), script, 200)
    assert {name for name, _, _ in run.phases()} == {"get-on", "settle", "done"}
    assert run.state.outcome is DrillOutcome.ABANDONED
    assert run.state.results[0].outcome is TrialOutcome.NOT_STARTED
    assert 60 <= run.ticks[-1].t_s < 66


def test_being_on_again_whenever_it_is_asked_does_not_keep_a_drill_open(drive, person, single_leg):
    # Off for 84 ms in each second: asked on again at the last of them, and on again at the next tick.
    script = lambda t: person(700 if round(t * 1000) % 1000 < 916 else 0)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), script, 200)
    assert run.state.outcome is DrillOutcome.ABANDONED
    assert run.state.results[0].outcome is TrialOutcome.NOT_STARTED
    assert 60 <= run.ticks[-1].t_s < 61


def test_without_a_place_of_the_foot_nobody_has_settled(drive, single_leg):
    nowhere = Observation(700.0, float("nan"), float("nan"), 0.0, True)
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: nowhere, 12)
    assert run.phases() == [
        ("get-on", 0.0, 1),
        ("settle", 0.5, 1),
        ("get-on", 5.5, 1),
        ("settle", 6.004, 1),
        ("get-on", 11.004, 1),
        ("settle", 11.508, 1),
    ]


def test_nobody_gets_on(drive, person, single_leg):
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(0), 100)
    assert run.ticks[-1].t_s == 60.0
    assert run.phases() == [("get-on", 0.0, 1), ("done", 60.0, 1)]
    assert run.of("trial-ended")[0].data["outcome"] == "not-started"
    assert run.of("drill-ended")[0].data == {"outcome": "abandoned", "success": False, "held": 0, "trials": 3}


def test_without_vibration_the_same_drill_runs_to_the_same_clock(drive, person, single_leg):
    with_, without = (
        drive(
            single_leg, prescribe(single_leg, Asked(Leg.LEFT, displacement_pp_mm=mm, trials=1)), lambda t: person(), 100
        )
        for mm in (0.23, 0.0)
    )
    assert with_.phases() == without.phases()
    assert with_.state.results == without.state.results
    assert all(tick.demand is NO_DEMAND for tick in without.ticks)
    assert "vibration_starts" not in without.instructions()


def test_the_weight_and_place_of_the_foot_are_learnt_when_the_other_is_up(drive, person, single_leg):
    # Both feet on the plate for three seconds, then the right one is lifted and the CoP goes 60 mm to the left.
    script = lambda t: person(700, 0 if t < 3.4 else -60)  # noqa: E731
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT, trials=1)), script, 100)
    assert run.of("trial-started")[0].data["foot_ml_mm"] == pytest.approx(-60)
    assert run.state.results[0].outcome is TrialOutcome.HELD
