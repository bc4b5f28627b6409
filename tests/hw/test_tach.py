"""The tach: exact while it turns, zero when it does not, whatever time its pulses come at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.tach import TACH_STILL_HZ, Tach

WRAP = 1 << 32


def feed(tach, ticks_us, heard_after_us=1500):
    for tick_us in ticks_us:
        tach.pulse(tick_us % WRAP, (tick_us + heard_after_us) * 1000)
    return (ticks_us[-1] + heard_after_us) * 1000


def test_nothing_is_known_before_two_pulses():
    tach = Tach(2)
    assert tach.hz(0) == 0.0
    now_ns = feed(tach, [1_000_000])
    assert tach.hz(now_ns) == 0.0
    assert tach.hz(feed(tach, [1_020_000])) == pytest.approx(25.0)


@given(
    hz=st.floats(2.0, 60.0),
    pulses=st.integers(2, 64),
    start_us=st.one_of(st.integers(0, WRAP - 1), st.integers(WRAP - 200_000, WRAP - 1)),
    late_us=st.integers(0, 40_000),
)
def test_it_is_exact_however_late_the_pulses_are_heard_and_over_the_wrap(hz, pulses, start_us, late_us):
    tach = Tach(pulses)
    ticks_us = [start_us + round(1e6 * k / (hz * pulses)) for k in range(3 * pulses)]
    now_ns = feed(tach, ticks_us, late_us)
    assert tach.hz(now_ns) == pytest.approx(hz, rel=3e-6 * hz + 1e-4)


def test_slots_that_stand_unevenly_do_not_matter_over_a_whole_turn():
    tach = Tach(2)
    ticks_us, at = [], 0
    for turn in range(10):
        ticks_us += [turn * 40_000, turn * 40_000 + 22_000]
    for tick_us in ticks_us:
        at = feed(tach, [tick_us])
        if tick_us > 100_000:
            assert tach.hz(at) == pytest.approx(25.0, abs=1e-9)


def test_it_falls_by_itself_when_pulses_stay_away_and_is_still_in_the_end():
    tach = Tach(2)
    now_ns = feed(tach, list(range(0, 400_000, 20_000)))
    seen = [tach.hz(now_ns + ms * 1_000_000) for ms in range(700)]
    assert seen[:20] == [25.0] * 20
    assert seen == sorted(seen, reverse=True)
    assert seen[100] == pytest.approx(5.0)
    assert seen[-1] == 0.0
    assert min(hz for hz in seen if hz) >= TACH_STILL_HZ


def test_the_pause_before_a_new_start_is_no_period():
    tach = Tach(2)
    feed(tach, [0, 20_000, 40_000])
    now_ns = feed(tach, [5_000_000])
    assert tach.hz(now_ns) == 0.0
    assert tach.hz(feed(tach, [5_020_000])) == pytest.approx(25.0)


def test_forgetting():
    tach = Tach(2)
    now_ns = feed(tach, [0, 20_000])
    tach.forget()
    assert tach.hz(now_ns) == 0.0


def test_two_pulses_at_one_time_are_no_speed():
    tach = Tach(2)
    assert tach.hz(feed(tach, [7, 7])) == 0.0
