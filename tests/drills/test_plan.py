"""The ramps: gentle, above the plate's resonance, never above the prescription."""

import itertools

import pytest

from drills.dose import peak_acceleration_g
from drills.plan import Plan, make_plan
from drills.platform import Platform
from drills.prescription import Asked, prescribe
from drills.values import NO_DEMAND, Demand, Leg

STEPS = 500


CRANK = Platform(12.0, 40.0, 40.0, ((25.0, 0.2),))
MASS = Platform(12.0, 40.0, 40.0, ((12.0, 0.55), (20.0, 0.41), (35.0, 0.37)))


def ramp_up(plan: Plan, share: float) -> Demand:
    """The demand at this share (0..1) of the ramp up."""
    return plan.form.demand(plan.vibration, round(share * plan.ramp_up_ns))


def ramp_down(plan: Plan, share: float) -> Demand:
    """The demand when this share (1..0) of the ramp down is left, and at the last moment of it for 0."""
    left_ns = max(1, round(share * plan.ramp_down_ns))
    return plan.form.demand(plan.vibration, sum(plan.vibration.timing) - left_ns)


def strongest_mm(frequency_hz: float) -> float:
    return min(2.0, 0.49999 / peak_acceleration_g(frequency_hz, 1.0))


def test_peak_acceleration_is_that_of_a_sinusoid():
    # D for 0.5 g at 20 and 30 Hz: 0.621 and 0.276 mm.
    assert peak_acceleration_g(20, 0.621) == pytest.approx(0.5, abs=5e-4)
    assert peak_acceleration_g(30, 0.276) == pytest.approx(0.5, abs=5e-4)


@pytest.mark.parametrize("frequency_hz", [5, 8, 12, 13.5, 20, 25, 30, 35])
def test_the_strongest_ramp_of_any_frequency_is_gentle(single_leg, frequency_hz):
    asked = prescribe(
        single_leg, Asked(Leg.LEFT, frequency_hz=frequency_hz, displacement_pp_mm=strongest_mm(frequency_hz))
    )
    plan = make_plan(single_leg, asked)
    path = [ramp_up(plan, step / STEPS) for step in range(STEPS + 1)]
    assert path[0] is NO_DEMAND
    assert path[-1] == pytest.approx(plan.demand)
    up_s, shortest_s = single_leg.form.ramps_s(single_leg.exercise_step.vibration)
    for before, after in itertools.pairwise(path[1:]):
        assert 0 <= after.frequency_hz - before.frequency_hz <= 10.0 * shortest_s / STEPS + 1e-9
        assert after.displacement_pp_mm >= before.displacement_pp_mm
    g = [peak_acceleration_g(*demand) for demand in path]
    steepest_g_per_s = max(b - a for a, b in itertools.pairwise(g)) * STEPS / up_s
    assert steepest_g_per_s <= 0.5
    assert min(demand.frequency_hz for demand in path[1:]) >= min(frequency_hz, 12.0)


@pytest.mark.parametrize(("frequency_hz", "start_hz"), [(8, 8), (25, 12), (30, 15), (35, 20)])
def test_the_ramp_begins_as_low_as_the_slew_and_the_resonance_allow(single_leg, frequency_hz, start_hz):
    asked = prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=frequency_hz, displacement_pp_mm=0.1))
    assert make_plan(single_leg, asked).vibration.start_hz == start_hz


def test_without_vibration_there_is_nothing_to_ramp(single_leg):
    plan = make_plan(single_leg, prescribe(single_leg, Asked(Leg.LEFT, displacement_pp_mm=0)))
    assert plan.demand is NO_DEMAND
    assert all(ramp_up(plan, step / 10) is NO_DEMAND is ramp_down(plan, step / 10) for step in range(11))


@pytest.mark.parametrize("platform", [CRANK, MASS], ids=["crank", "mass"])
@pytest.mark.parametrize("frequency_hz", [12, 15, 20, 23])
def test_a_platform_with_its_own_displacement_is_asked_for_nothing_else(single_leg, platform, frequency_hz):
    asked = prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=frequency_hz), platform)
    plan = make_plan(single_leg, asked, platform)
    for way, ramp_ns in ((ramp_up, plan.ramp_up_ns), (ramp_down, plan.ramp_down_ns)):
        path = [way(plan, step / STEPS) for step in range(STEPS + 1)]
        assert path[-1] == plan.demand == (frequency_hz, platform.at(frequency_hz))
        for before, after in itertools.pairwise(path):
            assert 12.0 <= before.frequency_hz <= after.frequency_hz
            assert after.frequency_hz - before.frequency_hz <= 10.0 * ramp_ns / 1e9 / STEPS + 1e-9
            assert before.displacement_pp_mm == platform.at(before.frequency_hz)
    assert ramp_up(plan, 0.0).frequency_hz == 12.0


def test_the_way_up_takes_as_long_as_the_slew_needs_and_the_way_down_no_longer_than_prescribed(single_leg):
    platform = Platform(12.0, 40.0, 40.0, ((25.0, 0.1),))
    asked = prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=35), platform)
    plan = make_plan(single_leg, asked, platform)
    assert (plan.vibration.start_hz, plan.ramp_up_ns) == (12.0, 2_300_000_000)
    assert (plan.vibration.end_hz, plan.ramp_down_ns) == (20.0, 1_500_000_000)
    slow = make_plan(single_leg, asked, platform._replace(slew_hz_per_s=4.0))
    assert (slow.ramp_up_ns, slow.vibration.end_hz) == (5_750_000_000, 29.0)
    assert make_plan(single_leg, asked).ramp_up_ns == 2_000_000_000


@pytest.mark.parametrize("platform", [None, Platform(12.0, 40.0, 40.0, ((25.0, 0.1),))], ids=["free", "crank"])
def test_from_the_way_up_to_the_way_down_nothing_jumps_up(single_leg, platform):
    plan = make_plan(
        single_leg, prescribe(single_leg, Asked(Leg.LEFT, frequency_hz=35, displacement_pp_mm=0.1)), platform
    )
    for step in range(STEPS + 1):
        up = ramp_up(plan, step / STEPS)
        leaves_ns = plan.form.leave(plan.vibration, round(step / STEPS * plan.ramp_up_ns))
        down = plan.form.demand(plan.vibration, leaves_ns)
        assert down.displacement_pp_mm <= up.displacement_pp_mm + 1e-9
        if up.frequency_hz >= plan.vibration.end_hz:
            assert down.frequency_hz == pytest.approx(up.frequency_hz)
    without = make_plan(single_leg, prescribe(single_leg, Asked(Leg.LEFT, displacement_pp_mm=0)), platform)
    assert ramp_up(without, 0.5) is NO_DEMAND is ramp_down(without, 0.5)
