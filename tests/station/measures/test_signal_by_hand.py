"""What of a recording is used, and why it is refused, at its bounds: a sway at 128 Hz, whose times have no rounding."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from station.measures.signal import Refusal, Signal, check, check_beside, leap, low_pass, to_grid

RATE = 128.0
T = np.arange(1000) / RATE
ML, AP = 10.0 * np.sin(3.0 * T) + 40.0, 12.0 * np.cos(2.0 * T) - 50.0


def used(*given: object) -> Signal:
    found = check(*given)  # type: ignore[arg-type]
    assert isinstance(found, Signal)
    return found


def refused(*given: object) -> tuple[str, dict[str, object]]:
    """Why, and with which figures."""
    found = check(*given)  # type: ignore[arg-type]
    assert isinstance(found, Refusal)
    return found.why.reason, dict(found.why.values)


def without(column: np.ndarray, *samples: int, value: float = math.nan) -> np.ndarray:
    found = column.copy()
    found[list(samples)] = value
    return found


def test_a_recording_as_it_is() -> None:
    found = used(T, ML, AP, None, None)
    assert (found.rate_hz, found.missing, found.even, found.force_n) == (RATE, 0, True, None)
    assert found.kept.all()
    assert np.array_equal(used(None, ML, AP, None, RATE).t_s, T)
    assert np.array_equal(used(T, ML, AP, np.full(1000, 700.0), RATE).force_n, np.full(1000, 700.0))  # type: ignore[arg-type]
    assert len(used(T[:2], ML[:2], AP[:2], None, None).t_s) == 2
    assert refused(T[:1], ML[:1], AP[:1], None, None) == ("few-samples", {"samples": 1})
    for rate_hz in (None, math.nan, math.inf, 0.0, -5.0):
        assert refused(None, ML, AP, None, rate_hz) == ("no-times", {})
    assert refused(None, ML, AP, None, 0.5)[0] == "rate-of-milliseconds"
    assert refused(T, ["a"] * 1000, AP, None, None) == ("not-numbers", {})
    for given in (
        (T, ML[:-1], AP, None),
        (T[:-1], ML, AP, None),
        (T, ML, AP, np.full(999, 700.0)),
        (T, ML, AP[:1], None),
    ):
        assert refused(*given, None) == ("columns-unequal", {})
    square = np.ones((10, 10))
    assert refused(square, square, square, None, None) == ("columns-unequal", {})


def test_a_recording_lasts_from_its_first_time_to_its_last() -> None:
    gap = np.full(1000, math.nan)
    for begin_s in (0.0, 5.0, -3.0):
        found = check(T + begin_s, gap, AP, None, None)
        assert isinstance(found, Refusal)
        assert (found.rate_hz, found.duration_s) == (RATE, 999 / RATE)


def test_times_that_stand_go_back_or_are_none() -> None:
    assert refused(without(T, 700, value=T[699]), ML, AP, None, None) == (
        "time-duplicated",
        {"sample": 700, "at_s": T[699]},
    )
    assert refused(without(T, 700, value=0.5), ML, AP, None, None) == ("time-decreasing", {"sample": 700, "at_s": 0.5})
    assert refused(without(T, 700), ML, AP, None, None) == ("time-no-number", {})


@pytest.mark.parametrize(
    ("rate_hz", "reason"),
    [
        (49_900.0, None),
        (50_100.0, "rate-too-high"),
        (23.98, None),
        (23.97, "rate-too-low"),
        (2.01, "rate-too-low"),
        (1.99, "rate-of-milliseconds"),
    ],
)
def test_rates_that_no_plate_has(rate_hz, reason) -> None:
    found = check(T * RATE / rate_hz, ML, AP, None, None)
    if reason is None:
        assert isinstance(found, Signal)
        return
    assert isinstance(found, Refusal)
    assert found.why.reason == reason
    assert found.why.values["rate_hz"] == found.rate_hz == pytest.approx(rate_hz)
    assert found.duration_s == pytest.approx(999.0 / rate_hz)


def test_a_rate_that_is_told_may_be_two_percent_off() -> None:
    for told_hz in (RATE / 1.0199, RATE / 0.9801):
        assert used(T, ML, AP, None, told_hz).rate_hz == RATE
    for told_hz in (RATE / 1.0201, RATE / 0.9799):
        assert refused(T, ML, AP, None, told_hz) == ("rates-disagree", {"rate_hz": RATE, "given_hz": told_hz})


def test_holes_of_a_tenth_of_a_second_and_of_a_fiftieth_of_the_whole() -> None:
    """12 samples are 94 ms and 13 are 102 ms; 20 of 1000 are 2 %."""
    for column in (0, 1):
        for count in (12, 13):
            cop = [ML, AP]
            cop[column] = without(cop[column], *range(300, 300 + count))
            if count == 12:
                found = used(T, *cop, None, None)
                assert (found.missing, found.even, found.kept.sum()) == (12, False, 988)
                assert np.array_equal(found.t_s, np.delete(T, range(300, 312)))
            else:
                assert refused(T, *cop, None, None) == ("no-cop", {"length_s": 13.0 / RATE, "from_s": T[300]})
    for count in (12, 13):
        left = [np.delete(column, range(300, 300 + count)) for column in (T, ML, AP)]
        if count == 12:
            assert (used(*left, None, None).missing, used(*left, None, None).even) == (12, False)
        else:
            assert refused(*left, None, None) == ("gap", {"length_s": 14.0 / RATE, "at_s": T[299]})
    late = np.delete(T, range(300, 312)) + np.where(np.arange(988) < 300, 0.0, 0.004)
    assert used(late, np.delete(ML, range(12)), np.delete(AP, range(12)), None, None).missing == 13, "98 ms are no gap"
    assert used(T, without(ML, *range(10, 990, 49)), AP, None, None).missing == 20
    some = without(ML, *range(10, 990, 49), 5)
    assert refused(T, some, AP, None, None) == ("share-missing", {"percent": pytest.approx(2.1)})
    assert used(T, without(ML, 0, 1, 2, 998, 999), AP, None, None).missing == 5, "at both ends"
    assert refused(T, without(ML, *range(1000)), AP, None, None) == ("axis-empty", {"axis": "ML"})
    assert refused(T, ML, without(AP, *range(1000)), None, None) == ("axis-empty", {"axis": "AP"})
    assert refused(T, without(ML, *range(999)), AP, None, None) == ("few-numbers", {})
    assert refused(T, without(ML, *range(500)), without(AP, *range(500, 1000)), None, None) == ("few-numbers", {})


def test_times_that_jitter_have_no_sample_missing_by_a_long_step() -> None:
    """Steps of 1, 1, 1, 1.6 and 0.4 periods are none too long: of ten samples none is missing in the whole."""
    steps = np.resize((1.0, 1.0, 1.0, 1.6, 0.4), 995)
    t_s = np.concatenate(([0.0], np.cumsum(steps))) / RATE
    assert used(t_s, ML[:996], AP[:996], None, None).missing == 0
    once = np.ones(995)
    once[[100, 300]] = 1.6, 3.4
    assert used(np.concatenate(([0.0], np.cumsum(once))) / RATE, ML[:996], AP[:996], None, None).missing == 3


@pytest.mark.parametrize(("off", "of_25", "missing"), [(0.19, 8, 1), (0.21, 8, 0), (0.3, 4, 1), (0.3, 6, 0)])
def test_times_jitter_by_a_fifth_of_a_period_of_which_a_fifth_is(off, of_25, missing) -> None:
    """So many steps of 25 are that much longer or shorter; one of 1.6 is made up for by one of 0.4."""
    steps = np.ones(975)
    for at in range(0, of_25, 2):
        steps[at::25], steps[at + 1 :: 25] = 1.0 + off, 1.0 - off
    steps[[18, 19]] = 1.6, 0.4
    t_s = np.concatenate(([0.0], np.cumsum(steps))) / RATE
    assert used(t_s, ML[:976], AP[:976], None, None).missing == missing


def test_of_times_that_jitter_so_many_are_missing_as_the_whole_is_short_of() -> None:
    steps = np.tile([1.3, 0.7, 1.0], 200)
    steps[[302, 305, 308]] = 3.0, 1.6, 0.4
    t_s = np.concatenate(([0.0], np.cumsum(steps))) / RATE
    assert used(t_s, ML[:601], AP[:601], None, None).missing == 2
    fifth = np.ones(975)
    fifth[:192] = np.tile([1.3, 0.7], 96)
    fifth[[300, 400, 401]] = 1.3, 1.6, 0.4  # 195 of 975 are no more than a fifth
    t_s = np.concatenate(([0.0], np.cumsum(fifth))) / RATE
    assert used(t_s, ML[:976], AP[:976], None, None).missing == 1


def test_rates_at_the_bounds_themselves() -> None:
    for step_s, reason in ((1.0 / (24.0 * 0.999), None), (0.5, "rate-too-low")):
        found = check(np.array([0.0, step_s]), ML[:2], AP[:2], None, None)
        assert (found.why.reason if isinstance(found, Refusal) else None) == reason


def test_a_load_of_nobody_and_one_that_falls_for_a_moment() -> None:
    force = np.full(1000, 700.0)
    assert refused(T, ML, AP, np.full(1000, math.nan), None) == ("no-force-number", {})
    assert refused(T, ML, AP, np.full(1000, 19.9), None) == ("nobody-on-plate", {"force_n": pytest.approx(19.9)})
    assert refused(T, ML, AP, np.full(1000, -20.0), None)[0] == "nobody-on-plate"
    assert refused(T, ML, AP, np.full(1000, -20.1), None) == ("force-negative", {"force_n": pytest.approx(-20.1)})
    assert used(T, ML, AP, np.full(1000, 20.0), None).missing == 0
    assert used(T, ML, AP, without(force, 400), None).missing == 1
    fell = range(300, 312)
    assert used(T, ML, AP, without(force, *fell, value=139.0), None).missing == 0, "a twentieth of it tells the place"
    assert used(T, ML, AP, without(force, *fell, value=35.0), None).missing == 0
    assert used(T, ML, AP, without(force, *fell, value=34.9), None).missing == 12
    longer = range(300, 313)
    assert used(T, ML, AP, without(force, *longer, value=140.0), None).missing == 0
    assert refused(T, ML, AP, without(force, *longer, value=139.0), None) == (
        "load-fell",
        {"percent": 20.0, "length_s": 13.0 / RATE, "from_s": T[300]},
    )
    lighter = without(force, *range(890), value=600.0)
    lighter[300:313] = 139.0
    assert refused(T, ML, AP, lighter, None)[0] == "load-fell", "the weight is what stood for a tenth of the time"
    assert used(T, ML, AP, without(lighter, *range(890, 905), value=600.0), None).missing == 0


def test_a_place_that_no_plate_has_and_one_that_never_changes() -> None:
    for column in (0, 1):
        for sign in (1.0, -1.0):
            cop = [ML, AP]
            cop[column] = without(cop[column], 500, value=1000.0 * sign)
            assert used(T, *cop, None, None).missing == 0
            cop[column] = without(cop[column], 500, value=1001.0 * sign)
            assert refused(T, *cop, None, None) == ("cop-too-far", {"reach_mm": 1000.0})
    assert refused(T, ML, 0.0 * AP + 5.0, None, None) == ("axis-constant", {"axis": "AP"})
    assert refused(T, 0.0 * ML, AP, None, None) == ("axis-constant", {"axis": "ML"})
    assert refused(T, 0.0 * ML, 0.0 * AP, None, None) == ("signal-constant", {})
    stuck = [ML.copy(), AP.copy()]
    for column in stuck:
        column[200:265] = column[200]
    assert used(T, *stuck, None, None).missing == 0, "64 steps of 0 are half a second"
    for column in stuck:
        column[265] = column[200]
    assert refused(T, *stuck, None, None) == ("signal-frozen", {"length_s": 65.0 / RATE, "from_s": T[200]})
    late = [without(column, *range(934, 1000), value=column[934]) for column in (ML, AP)]
    assert refused(T, *late, None, None) == ("signal-frozen", {"length_s": 65.0 / RATE, "from_s": T[934]})
    stuck[0][:] = ML
    assert used(T, *stuck, None, None).missing == 0


def test_a_leap_is_further_than_noise_and_quicker_than_a_person() -> None:
    """50 mm at 128 samples a second, and at 25 samples a second the 100 mm that 2.5 m/s make of them."""
    for rate_hz, none_mm, some_mm in ((128.0, 49.9, 50.1), (25.0, 99.9, 100.1)):
        t_s = np.arange(200) / rate_hz
        ml, ap = np.sin(t_s), np.zeros(200)
        for by_mm, found_mm in ((none_mm, None), (some_mm, some_mm)):
            place = np.where(np.arange(200) < 120, 0.0, by_mm)
            found = leap(used(t_s, 0.6 * place + 1e-9 * ml, 0.8 * place + 1e-9 * ap, None, None))
            if found_mm is None:
                assert found is None
            else:
                assert found is not None
                assert found.reason == "cop-leaps"
                assert found.values == {"by_mm": pytest.approx(found_mm), "at_s": pytest.approx(119.0 / rate_hz)}
    for rate_hz, by in ((128.0, 10.0), (32.0, 15.625)):  # 50 and 78.125 mm to the bit
        place = np.where(np.arange(200) < 120, 0.0, by)
        assert leap(used(np.arange(200) / rate_hz, 3.0 * place, 4.0 * place + AP[:200] * 1e-9, None, None)) is None


def test_a_grid_goes_through_a_cubic_and_ends_at_the_last_sample() -> None:
    t_s = np.array([1.0, 1.3, 1.5, 1.9, 2.2, 2.6, 3.0])
    cubic = np.column_stack((t_s**3, 2.0 - t_s**2))
    grid = np.minimum(1.0 + np.arange(21) / 10.0, 3.0)
    found = to_grid(t_s, cubic, 10.0)
    assert found == pytest.approx(np.column_stack((grid**3, 2.0 - grid**2)))
    assert len(to_grid(t_s, cubic, 9.99)) == 20


def test_a_low_pass_halves_its_cut_off_and_keeps_the_mean() -> None:
    t_s = np.arange(2000) / 200.0
    tones = np.column_stack([np.sin(2.0 * math.pi * hz * t_s) for hz in (5.0, 10.0, 20.0)]) + 3.0
    for order, kept in ((4, (256.0 / 257.0, 0.5, 1.0 / 257.0)), (2, (16.0 / 17.0, 0.5, 1.0 / 17.0))):
        found = low_pass(tones, 200.0, 10.0, order) - 3.0
        amplitudes = np.ptp(found[600:1400], axis=0) / 2.0
        assert amplitudes == pytest.approx(kept, abs=0.012)
    assert low_pass(tones, 200.0) == pytest.approx(low_pass(tones, 200.0, 10.0, 4))
    straight = np.column_stack((t_s, -2.0 * t_s))
    assert low_pass(straight, 200.0) == pytest.approx(straight, abs=1e-6), "to both ends"
    assert low_pass(straight[:9], 200.0).shape == (9, 2)


@pytest.mark.parametrize(("cutoff_hz", "samples"), [(10.0, 200), (2.5, 800), (1.0, 999)])
def test_both_ends_go_on_for_ten_periods_of_the_cut_off_and_for_the_signal_at_most(cutoff_hz, samples) -> None:
    columns = np.random.default_rng(6).normal(size=(1000, 2)).cumsum(axis=0)
    sections = butter(4, cutoff_hz, fs=200.0, output="sos")
    expected = sosfiltfilt(sections, columns, axis=0, padlen=samples)
    assert np.array_equal(low_pass(columns, 200.0, cutoff_hz), expected), "to the bit: figures are kept so"


@pytest.mark.parametrize(("rate_hz", "most_s"), [(128.0, 1e-6), (2000.0, 0.5e-6)])
def test_times_are_even_to_a_microsecond_and_a_thousandth_of_a_period(rate_hz, most_s) -> None:
    for off_s, even in ((0.9 * most_s, True), (1.1 * most_s, False)):
        t_s = np.arange(1000) / rate_hz
        t_s[500] += off_s
        assert used(t_s, ML, AP, None, None).even is even


def test_a_force_beside_is_somebodys_from_20_n_on() -> None:
    fallen = np.where((np.arange(1000) < 300) | (np.arange(1000) > 320), 20.0, 3.0)
    assert isinstance(check_beside(T, ML, AP, fallen, None), Refusal)
    assert isinstance(check_beside(T, ML, AP, 0.99 * fallen, None), Signal)
    turned = check_beside(T, ML, AP, np.full(1000, -700.0), None)
    assert isinstance(turned, Refusal)
    assert turned.why.reason == "force-negative"
