"""The platform: it reaches what is asked, feels the load, brakes, stalls, and its tach tells of it."""

import random
from itertools import pairwise
from math import pi, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.simulated.platform import PLATE_HARMONICS, ModelledPlatform, ripple

STEP_S = 0.004


def run(platform: ModelledPlatform, seconds: float, load_kg: float = 72.0) -> list[float]:
    seen_hz = []
    for _ in range(round(seconds / STEP_S)):
        platform.step(STEP_S, load_kg)
        seen_hz.append(platform.frequency_hz)
    return seen_hz


def platform(seed: int = 1) -> ModelledPlatform:
    return ModelledPlatform(random.Random(seed))


@pytest.mark.parametrize("frequency_hz", [5.0, 12.0, 25.0, 40.0])
@pytest.mark.parametrize("load_kg", [0.0, 72.0, 120.0])
def test_it_is_within_a_percent_of_the_demand_after_a_second_and_a_half(frequency_hz: float, load_kg: float) -> None:
    for seed in range(4):
        one = platform(seed)
        one.demand(frequency_hz, 2.0)
        run(one, 1.5, load_kg)
        assert run(one, 3.0, load_kg) == pytest.approx([frequency_hz] * 750, rel=0.01)
        assert one.tach_hz == pytest.approx(frequency_hz, rel=0.01)


def test_it_spins_up_with_its_time_constant() -> None:
    one = platform()
    one.demand(25.0, 2.0)
    seen_hz = run(one, 0.3)
    assert seen_hz[0] < 1.0
    assert 0.5 < seen_hz[-1] / 25.0 < 0.72


def test_load_pulls_the_speed_down_at_first_and_lowers_the_displacement() -> None:
    empty, heavy = platform(), platform()
    for one, load_kg in ((empty, 0.0), (heavy, 110.0)):
        one.demand(25.0, 2.0)
        run(one, 0.3, load_kg)
    assert heavy.frequency_hz < 0.97 * empty.frequency_hz
    run(empty, 3.0, 0.0)
    run(heavy, 3.0, 110.0)
    assert 0.85 < heavy.displacement_pp_mm / empty.displacement_pp_mm < 0.985


def test_losing_the_load_disturbs_the_speed_and_the_loop_corrects_it() -> None:
    one = platform()
    one.demand(25.0, 2.0)
    run(one, 4.0, 100.0)
    seen_hz = run(one, 2.0, 0.0)
    assert 25.2 < max(seen_hz) < 27.5
    assert seen_hz[-1] == pytest.approx(25.0, rel=0.005)


@given(frequency_hz=st.floats(5.0, 40.0), seed=st.integers(0, 1000))
def test_it_stands_still_within_0_6_s(frequency_hz: float, seed: int) -> None:
    one = platform(seed)
    one.demand(frequency_hz, 2.0)
    run(one, 2.0)
    one.demand(0.0, 0.0)
    slowing_hz = run(one, 0.6)
    assert all(b <= a for a, b in pairwise(slowing_hz))
    assert slowing_hz[-1] < 0.5
    run(one, 0.2)
    assert one.frequency_hz == one.tach_hz == one.acceleration_m_s2() == 0.0


def test_the_angle_never_jumps_whatever_is_asked() -> None:
    one = platform()
    before = one.phase
    for demand in (25.0, 40.0, 0.0, 10.0, 0.0):
        one.demand(demand, 1.0)
        for _ in range(150):
            speed_hz = one.frequency_hz
            one.step(STEP_S, 72.0)
            turned = one.phase - before
            before = one.phase
            assert turned == pytest.approx(pi * (speed_hz + one.frequency_hz) * STEP_S, abs=1e-9)


def test_a_stalled_motor_stops_soon_in_spite_of_the_demand_and_runs_again_when_freed() -> None:
    one = platform()
    one.demand(25.0, 2.0)
    run(one, 2.0)
    one.stall()
    run(one, 0.4)
    assert one.frequency_hz == one.tach_hz == 0.0
    run(one, 1.0)
    assert one.frequency_hz == 0.0
    one.stall(on=False)
    run(one, 2.0)
    assert one.tach_hz == pytest.approx(25.0, rel=0.01)


def test_the_tach_reads_once_each_half_turn() -> None:
    one = platform()
    one.demand(10.0, 2.0)
    run(one, 3.0)
    readings = []
    for _ in range(1000):
        one.step(STEP_S, 72.0)
        readings.append(one.tach_hz)
    changes = sum(a != b for a, b in pairwise(readings))
    assert 70 <= changes <= 82  # 80 half turns in 4 s
    assert readings == pytest.approx([10.0] * 1000, rel=0.01)


def test_peak_acceleration_is_that_of_the_sine() -> None:
    one = platform()
    one.demand(30.0, 1.0)
    run(one, 4.0)
    expected = (2.0 * pi * one.frequency_hz) ** 2 * one.displacement_pp_mm / 2000.0
    assert one.acceleration_m_s2() == pytest.approx(expected, rel=1e-9)
    assert 15.0 < expected < 19.0
    assert one.effective_kg == pytest.approx(10.0 + 0.2 * 72.0)


@given(st.floats(-50.0, 50.0))
def test_ripple_is_the_sine_with_its_harmonics(phase: float) -> None:
    expected = sin(phase) + sum(share * sin((n + 2) * phase) for n, share in enumerate(PLATE_HARMONICS))
    assert ripple(phase) == pytest.approx(expected, abs=1e-9)


def test_the_moving_mass_presses_20_mm_beside_the_cop() -> None:
    for seed in range(5):
        one = platform(seed)
        assert sqrt(one.offset_ml_mm**2 + one.offset_ap_mm**2) == pytest.approx(20.0)


def test_negative_demands_are_none() -> None:
    one = platform()
    one.demand(-10.0, -1.0)
    run(one, 1.0)
    assert one.frequency_hz == 0.0
