"""The control law behind the real drive on modelled motors: the issue's figures over speeds, loads and platforms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.vibration_drive import Bench, learned, measure
from hw.settings import DriveSettings
from hw.speed_loop import AUTHORITY, CROSSING_HZ_PER_S, SpeedLoop
from hw.speed_map import SpeedMap

SETTINGS = DriveSettings()
MAP = SpeedMap(SETTINGS.speed_map, SETTINGS.spin_up_s)
TICK_NS = 4_000_000


@pytest.fixture(scope="module")
def maps() -> list[DriveSettings]:
    return [learned(seed, SETTINGS) for seed in range(3)]


@pytest.mark.parametrize("load_kg", [0.0, 35.0, 120.0])
@pytest.mark.parametrize("hz", [15.0, 22.5, 35.0])
@pytest.mark.parametrize("seed", range(3))
def test_steady_within_a_percent_little_overshoot_soon_settled(maps, seed, hz, load_kg):
    seen = measure(seed, maps[seed], hz, load_kg)
    assert seen.steady <= 0.01
    assert seen.overshoot <= 0.05
    assert seen.settled_s <= 1.5
    assert seen.in_band_s <= 0.5
    assert seen.step_off <= 0.10


@pytest.mark.parametrize("pulses", [2, 12, 64])
def test_any_tach(pulses):
    settings = learned(1, DriveSettings(pulses_per_revolution=pulses))
    seen = measure(1, settings, 25.0, 120.0)
    assert seen.steady <= 0.01
    assert seen.overshoot <= 0.05
    assert seen.settled_s <= 1.5
    assert seen.step_off <= 0.10


@pytest.mark.parametrize("off", [0.9, 1.1])
def test_a_map_that_is_a_tenth_off_is_corrected(maps, off):
    stretched = maps[0].model_copy(update={"speed_map": tuple((duty, hz * off) for duty, hz in maps[0].speed_map)})
    seen = measure(0, stretched, 25.0, 60.0)
    assert seen.steady <= 0.01
    assert seen.overshoot <= 0.06


def test_without_the_loop_it_would_be_far_off(maps):
    assert measure(1, maps[1], 30.0, 120.0).loose > 0.1


def test_from_speed_to_speed_within_the_slew_limit(maps):
    bench = Bench(0, maps[0])
    bench.run(0.1, 0.0)
    bench.drive.arm()
    bench.run(2.0, 35.0)
    down_hz = bench.run(2.0, 15.0)
    assert min(down_hz) > 15.0 * 0.9
    assert down_hz[-1] == pytest.approx(15.0, rel=0.01)
    steepest = max(before - after for before, after in zip(down_hz, down_hz[100:], strict=False)) / 0.1
    assert steepest < 1.5 * maps[0].slew_hz_per_s


def test_the_resonance_is_crossed_fast_however_slowly_the_speed_may_change():
    settings = DriveSettings(slew_hz_per_s=5.0)
    seen = measure(0, learned(0, settings), 15.0, 60.0)
    assert seen.steady <= 0.01
    assert 0.0 < seen.in_band_s <= 0.2


class Law:
    """The law alone, with a tach that says what the test wants."""

    def __init__(self):
        self.loop = SpeedLoop(SETTINGS, MAP)
        self.now_ns = 1_000_000_000

    def run(self, seconds, demand_hz, tach_hz):
        duties = []
        for _ in range(round(seconds * 250)):
            self.now_ns += TICK_NS
            duties.append(self.loop.step(self.now_ns, demand_hz, tach_hz))
        return duties


def test_a_tach_that_lies_cannot_take_more_than_its_authority():
    law = Law()
    assert max(law.run(10.0, 20.0, 5.0)) <= MAP.duty(20.0) + AUTHORITY + CROSSING_HZ_PER_S * MAP.spin_up_s / 50.0 + 1e-9
    assert law.run(1.0, 20.0, 5.0)[-1] <= MAP.duty(20.0) + AUTHORITY + 1e-9
    law = Law()
    law.run(3.0, 20.0, 20.0)
    assert law.run(10.0, 20.0, 60.0)[-1] >= max(0.0, MAP.duty(20.0) - AUTHORITY) - 1e-9


def test_what_was_saturated_for_long_lets_go_at_once():
    law = Law()
    law.run(20.0, 35.0, 20.0)
    after = law.run(1.0, 35.0, 36.0)
    assert after[0] < MAP.duty(35.0), "no wound-up integral pushes on"


def test_off_is_off_at_once_and_forgets():
    law = Law()
    fresh = law.run(1.0, 20.0, 15.0)
    assert law.run(0.1, 0.0, 15.0) == [0.0] * 25
    assert law.loop.reference_hz == 0.0
    again = Law()
    again.now_ns = law.now_ns
    assert law.run(0.5, 20.0, 15.0) == again.run(0.5, 20.0, 15.0)
    assert fresh[-1] > 0.0


@given(st.lists(st.tuples(st.floats(0.0, 40.0), st.floats(0.0, 400.0), st.integers(0, 10**9)), max_size=60))
def test_whatever_comes_the_duty_is_a_duty(steps):
    loop = SpeedLoop(SETTINGS, MAP)
    now_ns = 1
    for demand_hz, measured_hz, gap_ns in steps:
        now_ns += gap_ns
        duty = loop.step(now_ns, demand_hz, measured_hz)
        assert 0.0 <= duty <= 1.0
        assert demand_hz > 0.0 or duty == 0.0
