"""The control law behind the real drive on modelled motors: the issue's figures over speeds, loads and platforms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.vibration_drive import Bench, learned, measure
from hw.settings import DriveSettings
from hw.speed_loop import SpeedLoop
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


GAIN_HZ = 50.0
"""A map that is one straight line, so that every figure can be said: 50 Hz at full duty."""
LINE = SpeedMap(((0.0, 0.0), (1.0, GAIN_HZ)), 0.3)
WIDE = DriveSettings(slew_hz_per_s=10.0, resonance_hz=(5.0, 12.0), pulses_per_revolution=2)
STEP_S = 0.004


class Line(Law):
    """The law on that line."""

    def __init__(self, settings=WIDE):
        super().__init__()
        self.loop = SpeedLoop(settings, LINE)

    def steady(self, hz, seconds=3.0):
        """As on a motor that does exactly as the map says: what the tach should show is what it shows."""
        for _ in range(round(seconds / STEP_S)):
            self.step(hz, self.loop._seen_hz)
        self.loop._integral = 0.0  # of this tach's own lag of one step
        return self

    def step(self, demand_hz, tach_hz, dt_s=STEP_S):
        self.now_ns += round(dt_s * 1e9)
        return self.loop.step(self.now_ns, demand_hz, tach_hz)


def test_a_motor_that_does_as_its_map_says_is_given_the_maps_duty():
    law = Line().steady(20.0)
    assert law.loop.reference_hz == 20.0
    assert law.step(20.0, 20.0) == pytest.approx(20.0 / GAIN_HZ, abs=1e-9)


def test_the_reference_crosses_the_resonance_at_80_hz_a_second_and_then_follows_as_it_may():
    law, seen = Line(), []
    assert law.step(30.0, 0.0) == 0.0, "nothing is known of the time before the first step"
    for _ in range(60):
        was_hz = law.loop.reference_hz
        duty = law.step(30.0, law.loop._seen_hz)
        slope_hz_per_s = (law.loop.reference_hz - was_hz) / STEP_S
        seen.append((was_hz, slope_hz_per_s))
        ahead = law.loop.reference_hz / GAIN_HZ + slope_hz_per_s * 0.3 / GAIN_HZ
        assert duty == pytest.approx(ahead, abs=0.05), "what the acceleration needs is added to the map's"
    for was_hz, slope_hz_per_s in seen:
        assert slope_hz_per_s == pytest.approx(80.0 if was_hz < 14.0 else 10.0)
    assert seen[-1][0] > 14.0
    law = Line()
    for _ in range(2):
        law.step(30.0, 14.0)
    assert law.loop.reference_hz == pytest.approx(14.0 + 10.0 * STEP_S), "14 Hz is beyond it"
    law.steady(30.0)
    was_hz = law.loop.reference_hz
    law.step(20.0, was_hz)
    assert law.loop.reference_hz == pytest.approx(was_hz - 10.0 * STEP_S), "down as well"


def test_a_long_pause_counts_as_20_ms():
    for dt_s, moved_s in ((0.02, 0.02), (0.03, 0.02), (5.0, 0.02), (0.01, 0.01)):
        law = Line()
        law.step(30.0, 0.0)
        law.step(30.0, 0.0, dt_s)
        assert law.loop.reference_hz == pytest.approx(80.0 * moved_s)


@pytest.mark.parametrize(("tach_hz", "begins_hz"), [(18.0, 18.0), (25.0, 20.0), (0.0, 0.0), (0.4, 0.4)])
def test_a_motor_that_still_turns_is_taken_up_where_it_is(tach_hz, begins_hz):
    law = Line()
    duty = law.step(20.0, tach_hz)
    assert law.loop.reference_hz == begins_hz
    assert law.loop._seen_hz == begins_hz
    assert duty == pytest.approx(max(0.0, (begins_hz - 2.8 * (tach_hz - begins_hz)) / GAIN_HZ))


@pytest.mark.parametrize(("pulses", "hz", "tau_s"), [(2, 20.0, 0.75 / 20 + 0.004), (64, 40.0, 0.5078125 / 40 + 0.004)])
def test_the_reference_is_compared_as_late_as_the_tach_shows_it(pulses, hz, tau_s):
    law = Line(WIDE.model_copy(update={"pulses_per_revolution": pulses})).steady(hz, 6.0)
    law.loop._seen_hz = hz - 1.0
    law.step(hz, hz)
    assert law.loop._seen_hz == pytest.approx(hz - 1.0 + STEP_S / tau_s)
    law.loop._seen_hz = hz - 1.0
    law.step(hz, hz, 0.02)
    assert law.loop._seen_hz == pytest.approx(hz - 1.0 + min(1.0, 0.02 / tau_s))


def test_an_error_is_answered_at_once_by_2_8_of_it_and_then_as_fast_as_the_motor_is():
    law = Line().steady(20.0)
    duties = [law.step(20.0, 19.0) for _ in range(3)]
    assert duties[0] == pytest.approx((20.0 + 2.8) / GAIN_HZ)
    grows = 2.8 * STEP_S / (GAIN_HZ * 0.3)
    assert [after - before for before, after in pairwise(duties)] == pytest.approx([grows, grows])
    law = Line().steady(20.0)
    duties = [law.step(20.0, 23.0) for _ in range(3)]
    assert duties[0] == pytest.approx((20.0 - 3 * 2.8) / GAIN_HZ)
    falls = [after - before for before, after in pairwise(duties)]
    assert falls == pytest.approx([-2.0 * grows, -2.0 * grows]), "more than 2 Hz are integrated as 2 Hz"


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_tach_that_lies_cannot_take_more_than_its_authority(sign):
    law = Line().steady(20.0)
    duties = [law.step(20.0, 20.0 - sign * 15.0) for _ in range(2500)]
    assert duties == [pytest.approx(max(0.0, 20.0 / GAIN_HZ + sign * 0.35))] * 2500
    law = Line().steady(20.0)
    lies = [law.step(20.0, 20.0 - sign) for _ in range(5000)]
    assert max(abs(duty - 20.0 / GAIN_HZ) for duty in lies) == pytest.approx(0.35)


@pytest.mark.parametrize(("hz", "tach_hz"), [(20.0, 14.0), (20.0, 26.0), (40.0, 36.0), (15.0, 19.5)])
def test_what_was_at_its_end_for_long_lets_go_at_once(hz, tach_hz):
    """By the authority or by the duty's own end: not more was integrated than the output could give."""
    law = Line().steady(hz, 6.0)
    for _ in range(5000):
        law.step(hz, tach_hz)
    after = law.step(hz, hz + 0.5 * (hz - tach_hz))
    assert after == pytest.approx((hz - 1.4 * (hz - tach_hz)) / GAIN_HZ, abs=0.05)


def test_at_its_end_it_still_integrates_what_leads_away_from_it():
    law = Line().steady(20.0)
    law.loop._integral = 0.5
    assert law.step(20.0, 21.0) == pytest.approx(20.0 / GAIN_HZ + 0.35)
    assert law.loop._integral == pytest.approx(0.5 - 2.8 * STEP_S / (GAIN_HZ * 0.3))
    law.loop._integral = -0.5
    law.step(20.0, 19.0)
    assert law.loop._integral == pytest.approx(-0.5 + 2.8 * STEP_S / (GAIN_HZ * 0.3))


def test_a_motor_that_has_given_no_two_pulses_yet_is_no_slow_one_for_350_ms():
    law = Line()
    duties = [law.step(20.0, 0.0) for _ in range(100)]
    jumps = [at for at, (before, after) in enumerate(pairwise(duties), 1) if after - before > 0.2 and at > 5]
    assert jumps == [88], "0.352 s after the first"
    law = Line().steady(20.0, 1.0)
    assert law.step(20.0, 0.0) == pytest.approx(law.loop.reference_hz / GAIN_HZ + 0.35), "it had run: this is an error"
    law = Line()
    law.step(20.0, 0.0)
    law.step(20.0, 0.0)
    blind = law.step(20.0, 0.0)
    law = Line()
    law.step(20.0, 0.0)
    law.step(20.0, 0.0)
    assert law.step(20.0, 0.1) != blind, "slow is not blind"


def test_off_is_off_at_once_and_forgets():
    law = Law()
    fresh = law.run(1.0, 20.0, 15.0)
    assert law.run(0.1, 0.0, 15.0) == [0.0] * 25
    assert Law().run(0.1, 1.0, 0.0)[-1] > 0.0, "as little as 1 Hz is not off"
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
