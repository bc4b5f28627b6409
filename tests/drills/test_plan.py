"""The ramps: gentle, above the plate's resonance, never above the prescription."""

import itertools

import pytest

from drills.dose import peak_acceleration_g
from drills.plan import make_plan, ramp
from drills.prescription import prescribe
from drills.values import OFF, Leg

STEPS = 500


def strongest_mm(frequency_hz: float) -> float:
    return min(2.0, 0.49999 / peak_acceleration_g(frequency_hz, 1.0))


def test_peak_acceleration_is_that_of_a_sinusoid():
    # D for 0.5 g at 20 and 30 Hz: 0.621 and 0.276 mm.
    assert peak_acceleration_g(20, 0.621) == pytest.approx(0.5, abs=5e-4)
    assert peak_acceleration_g(30, 0.276) == pytest.approx(0.5, abs=5e-4)


@pytest.mark.parametrize("frequency_hz", [5, 8, 12, 13.5, 20, 25, 30, 35])
def test_the_strongest_ramp_of_any_frequency_is_gentle(single_leg, frequency_hz):
    asked = prescribe(single_leg, Leg.LEFT, frequency_hz=frequency_hz, displacement_pp_mm=strongest_mm(frequency_hz))
    plan = make_plan(single_leg, asked)
    path = [ramp(plan, step / STEPS) for step in range(STEPS + 1)]
    assert path[0] is OFF
    assert path[-1] == pytest.approx(plan.demand)
    shortest_s = single_leg.phases.ramp_down_s
    for before, after in itertools.pairwise(path[1:]):
        assert 0 <= after.frequency_hz - before.frequency_hz <= 10.0 * shortest_s / STEPS + 1e-9
        assert after.displacement_pp_mm >= before.displacement_pp_mm
    g = [peak_acceleration_g(*demand) for demand in path]
    steepest_g_per_s = max(b - a for a, b in itertools.pairwise(g)) * STEPS / single_leg.phases.ramp_up_s
    assert steepest_g_per_s <= 0.5
    assert min(demand.frequency_hz for demand in path[1:]) >= min(frequency_hz, 12.0)


@pytest.mark.parametrize(("frequency_hz", "start_hz"), [(8, 8), (25, 12), (30, 15), (35, 20)])
def test_the_ramp_begins_as_low_as_the_slew_and_the_resonance_allow(single_leg, frequency_hz, start_hz):
    asked = prescribe(single_leg, Leg.LEFT, frequency_hz=frequency_hz, displacement_pp_mm=0.1)
    assert make_plan(single_leg, asked).start_hz == start_hz


def test_without_vibration_there_is_nothing_to_ramp(single_leg):
    plan = make_plan(single_leg, prescribe(single_leg, Leg.LEFT, displacement_pp_mm=0))
    assert plan.demand is OFF
    assert all(ramp(plan, step / 10) is OFF for step in range(11))
