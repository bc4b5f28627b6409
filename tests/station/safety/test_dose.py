"""Dose: the formulas against published figures, and the ledger's book-keeping."""

from __future__ import annotations

from math import inf, nan, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.safety.dose import (
    BOUT_GAP_S,
    STANDARD_GRAVITY_M_S2,
    Ledger,
    a8_m_s2,
    add,
    displacement_for_g,
    new_session,
    peak_acceleration_g,
    peak_acceleration_m_s2,
    vdv_m_s175,
    weighting_k,
)

# docs/sources/vibration.md#wk: ISO 2631-1's table of thirds of an octave, and figures between.
THIRDS = [
    0.418,
    0.459,
    0.477,
    0.482,
    0.484,
    0.494,
    0.531,
    0.631,
    0.804,
    0.967,
    1.039,
    1.054,
    1.036,
    0.988,
    0.902,
    0.768,
    0.636,
    0.513,
    0.405,
    0.314,
    0.246,
    0.186,
    0.132,
]
NOMINAL_HZ = [
    0.5,
    0.63,
    0.8,
    1.0,
    1.25,
    1.6,
    2.0,
    2.5,
    3.15,
    4.0,
    5.0,
    6.3,
    8.0,
    10.0,
    12.5,
    16.0,
    20.0,
    25.0,
    31.5,
    40.0,
    50.0,
    63.0,
    80.0,
]
BETWEEN = {
    4: 0.967,
    5: 1.039,
    6.3: 1.054,
    8: 1.036,
    10: 0.988,
    12.5: 0.902,
    16: 0.769,
    18: 0.698,
    20: 0.636,
    22: 0.581,
    25: 0.513,
    26: 0.493,
    27: 0.474,
    28: 0.457,
    30: 0.426,
    32: 0.398,
    35: 0.362,
    37: 0.342,
    40: 0.314,
    45: 0.277,
}
# 1.1: D in mm peak to peak for a peak g.
DISPLACEMENTS = [
    (0.3, 5, 5.96),
    (0.3, 20, 0.373),
    (0.5, 10, 2.48),
    (0.5, 30, 0.276),
    (1.0, 20, 1.242),
    (2.0, 40, 0.621),
]


@pytest.mark.parametrize(("frequency_hz", "expected"), list(zip(NOMINAL_HZ, THIRDS, strict=True)))
def test_wk_is_the_standards_table(frequency_hz, expected):
    assert weighting_k(frequency_hz) == pytest.approx(expected, abs=0.0011)


@pytest.mark.parametrize(("frequency_hz", "expected"), list(BETWEEN.items()))
def test_wk_between_the_bands(frequency_hz, expected):
    assert weighting_k(frequency_hz) == pytest.approx(expected, abs=0.0006)


def test_wk_is_not_shifted_by_three_bands():
    assert weighting_k(20.0) == pytest.approx(0.636, abs=0.0005)
    assert weighting_k(1.0) == pytest.approx(0.4825, abs=0.0001)
    assert weighting_k(0.0) == 0.0


@pytest.mark.parametrize("frequency_hz", [0.1, 0.7, 2.9, 20.0, 180.0, 900.0])
def test_wk_to_many_digits(frequency_hz):
    """Against the complex transfer function as it is printed (the station computes with magnitudes)."""
    w1, w2, w3, w5, w6 = (2 * pi * f for f in (0.4, 100.0, 12.5, 2.37, 3.35))
    s = 2j * pi * frequency_hz
    high = s**2 / (s**2 + sqrt(2) * w1 * s + w1**2)
    low = 1 / (1 + sqrt(2) * s / w2 + (s / w2) ** 2)
    transition = (1 + s / w3) / (1 + s / (0.63 * w3) + (s / w3) ** 2)
    step = (1 + s / (0.91 * w5) + (s / w5) ** 2) / (1 + s / (0.91 * w6) + (s / w6) ** 2) * (w5 / w6) ** 2
    assert weighting_k(frequency_hz) == pytest.approx(abs(high * low * transition * step), rel=1e-12)


@pytest.mark.parametrize(("peak_g", "frequency_hz", "displacement_pp_mm"), DISPLACEMENTS)
def test_displacement_is_peak_to_peak(peak_g, frequency_hz, displacement_pp_mm):
    assert displacement_for_g(frequency_hz, peak_g) == pytest.approx(displacement_pp_mm, rel=0.006)
    assert peak_acceleration_g(frequency_hz, displacement_pp_mm) == pytest.approx(peak_g, rel=0.006)


def test_peak_acceleration_is_that_of_the_sinusoid():
    assert peak_acceleration_m_s2(30.0, 4.0) == pytest.approx(2 * pi**2 * 900 * 0.004)
    assert peak_acceleration_g(30.0, 4.0) == pytest.approx(2 * pi**2 * 900 * 0.004 / 9.80665)
    assert STANDARD_GRAVITY_M_S2 == 9.80665
    assert displacement_for_g(0.0, 1.0) == inf
    assert displacement_for_g(1.0, 1.0) == pytest.approx(1000 * 9.80665 / (2 * pi**2))


# 3.3: settings scored for five minutes: Hz, mm, A(8), VDV.
@pytest.mark.parametrize(
    ("frequency_hz", "displacement_pp_mm", "a8", "vdv"),
    [
        (30.0, 0.166, 0.09, 4.1),
        (6.0, 6.0, 0.32, 14.6),
        (20.0, 0.62, 0.23, 10.2),
        (20.0, 1.242, 0.45, 20.3),
        (30.0, 4.0, 2.18, 98.0),
    ],
)
def test_five_minutes_score_as_published(frequency_hz, displacement_pp_mm, a8, vdv):
    ledger = add(Ledger(), frequency_hz, displacement_pp_mm, 300.0)
    assert a8_m_s2(ledger) == pytest.approx(a8, abs=0.006)
    assert vdv_m_s175(ledger) == pytest.approx(vdv, rel=0.01)


def test_vdv_of_a_sine_is_1_107_times_its_rms_and_the_fourth_root_of_time():
    ledger = add(Ledger(), 20.0, 1.0, 60.0)
    weighted_rms = peak_acceleration_m_s2(20.0, 1.0) / sqrt(2.0) * weighting_k(20.0)
    assert vdv_m_s175(ledger) == pytest.approx(1.5**0.25 * weighted_rms * 60.0**0.25, rel=1e-9)
    assert a8_m_s2(ledger) == pytest.approx(weighted_rms * sqrt(60.0 / 28800.0), rel=1e-9)
    assert ledger.e2_m2_s3 == pytest.approx(weighted_rms**2 * 60.0, rel=1e-9)
    assert ledger.e4_m4_s7 == pytest.approx(1.5 * weighted_rms**4 * 60.0, rel=1e-9)


@given(st.floats(2.0, 100.0))
def test_the_ledgers_grid_of_weights_is_close(frequency_hz):
    ledger = add(Ledger(), frequency_hz, 1.0, 2.0)
    exact = (peak_acceleration_m_s2(frequency_hz, 1.0) * weighting_k(frequency_hz)) ** 2
    assert ledger.e2_m2_s3 == pytest.approx(exact, rel=0.008)


@pytest.mark.parametrize(
    ("frequency_hz", "nearest"), [(30.01, 30.02), (30.009, 30.0), (29.99, 30.0), (29.9899994, 29.98)]
)
def test_the_grid_takes_the_nearest_weight(frequency_hz, nearest):
    ledger = add(Ledger(), frequency_hz, 1.0, 2.0)
    exact = (peak_acceleration_m_s2(frequency_hz, 1.0) * weighting_k(nearest)) ** 2
    assert ledger.e2_m2_s3 == pytest.approx(exact, rel=1e-9)


def test_beyond_the_grid_the_last_weight_overstates():
    ledger = add(Ledger(), 150.0, 1.0, 2.0)
    assert ledger.e2_m2_s3 == pytest.approx((peak_acceleration_m_s2(150.0, 1.0) * weighting_k(100.0)) ** 2, rel=1e-9)


def test_a_tick_of_vibration_is_booked_everywhere():
    ledger = add(Ledger(), 20.0, 1.0, 0.25)
    assert ledger[:5] == (0.25, 0.0, 0.25, 0.25, 1)
    assert ledger.peak_g == pytest.approx(peak_acceleration_g(20.0, 1.0))
    again = add(ledger, 20.0, 0.5, 0.5)
    assert again[:5] == (0.75, 0.0, 0.75, 0.75, 1)
    assert again.peak_g == ledger.peak_g


def test_a_bout_ends_after_a_stillness_that_is_no_block_of_a_hold():
    assert BOUT_GAP_S == 12.0
    ledger = add(add(Ledger(), 20.0, 1.0, 0.5), 0.0, 0.0, 11.75)
    assert (ledger.bout_s, ledger.rest_s, ledger.bouts, ledger.session_s) == (12.25, 11.75, 1, 0.5)
    ended = add(ledger, 0.0, 0.0, 0.25)
    assert (ended.bout_s, ended.rest_s, ended.bouts, ended.session_s) == (0.0, 12.0, 1, 0.5)
    resting = add(ended, 0.0, 0.0, 0.5)
    assert (resting.bout_s, resting.rest_s) == (0.0, 12.5)
    assert add(resting, 20.0, 1.0, 0.5)[:5] == (0.5, 0.0, 1.0, 1.0, 2)


def test_a_short_pause_belongs_to_its_bout():
    ledger = add(add(add(Ledger(), 20.0, 1.0, 0.5), 0.0, 0.0, 0.75), 20.0, 1.0, 0.5)
    assert ledger[:5] == (1.75, 0.0, 1.0, 1.0, 1)


def test_slow_and_small_is_vibration_too():
    assert add(Ledger(), 0.5, 0.01, 0.25)[:5] == (0.25, 0.0, 0.25, 0.25, 1)


def test_rest_before_any_vibration_is_no_bout():
    assert add(Ledger(), 0.0, 0.0, 0.25) == Ledger(rest_s=0.25)


@pytest.mark.parametrize(
    ("frequency_hz", "displacement_pp_mm"), [(20.0, 0.0), (0.0, 1.0), (nan, 1.0), (20.0, nan), (-1, 1)]
)
def test_half_a_vibration_is_stillness(frequency_hz, displacement_pp_mm):
    assert add(Ledger(), frequency_hz, displacement_pp_mm, 0.25) == Ledger(rest_s=0.25)


@pytest.mark.parametrize("duration_s", [0.0, -1.0, nan, inf])
def test_a_time_that_is_none_books_nothing(duration_s):
    assert add(Ledger(), 20.0, 1.0, duration_s) == Ledger()


def test_estimated_stays_estimated():
    measured = add(Ledger(), 20.0, 1.0, 0.5, measured=True)
    assert not measured.estimated
    both = add(measured, 20.0, 1.0, 0.5)
    assert both.estimated
    assert add(both, 20.0, 1.0, 0.5, measured=True).estimated
    assert not add(measured, 0.0, 0.0, 0.5).estimated
    assert add(both, 0.0, 0.0, 0.5).estimated


def test_a_new_session_keeps_the_day():
    ledger = Ledger(1.0, 2.0, 3.0, 4.0, 5, 6.0, 7.0, 8.0, True)
    assert new_session(ledger) == Ledger(0.0, 0.0, 0.0, 4.0, 5, 6.0, 7.0, 8.0, True)


any_number = st.floats()


@given(any_number, any_number, any_number)
def test_no_number_shrinks_the_ledger_or_raises(frequency_hz, displacement_pp_mm, duration_s):
    before = add(Ledger(), 20.0, 1.0, 10.0)
    after = add(before, frequency_hz, displacement_pp_mm, duration_s)
    for name in ("session_s", "day_s", "bouts", "e2_m2_s3", "e4_m4_s7", "peak_g"):
        assert getattr(after, name) >= getattr(before, name)
