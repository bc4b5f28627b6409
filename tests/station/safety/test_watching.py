"""The watch: each of its times counts while one thing is wrong, and starts again when it is not."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

import pytest

from station.safety.dose import displacement_for_g
from station.safety.limits import Limits
from station.safety.values import OFF, Output
from station.safety.watching import FIRST, LONGEST_STEP_NS, PLATFORM_STILL_HZ, PLAUSIBLE_G, PLAUSIBLE_HZ, Watch, watch

if TYPE_CHECKING:
    from station.safety.values import Evidence

TWENTY = Output(20.0, 0.4)
PAST = Watch(
    t_ns=100,
    cells_bad_ns=1000,
    load_low_ns=2000,
    cop_out_ns=3000,
    hz_off_ns=4000,
    hz_astray_ns=5000,
    given=TWENTY,
    moving_hz=20.0,
    moving_pp_mm=0.7,
)


@pytest.fixture
def turning(good: Evidence) -> Evidence:
    return good._replace(t_ns=110, measured_hz=20.0)


def test_the_constants():
    assert (PLATFORM_STILL_HZ, PLAUSIBLE_HZ, PLAUSIBLE_G, LONGEST_STEP_NS) == (2.0, 200.0, 16.0, 60 * 10**9)


def test_all_well_starts_every_time_again(turning):
    assert watch(PAST, turning, TWENTY) == Watch(
        t_ns=110, step_ns=10, clock_ok=True, vibrating=True, given=TWENTY, moving_hz=20.0, moving_pp_mm=0.4
    )


def test_the_first_tick_has_no_step(turning):
    assert FIRST == (0, 0, True, False, 0, 0, 0, 0, 0, OFF, 0.0, 0.0, 0)
    first = watch(FIRST, turning, OFF)
    assert (first.t_ns, first.step_ns, first.clock_ok) == (110, 0, True)


@pytest.mark.parametrize(
    ("step_ns", "expected"),
    [
        (1, (1, True)),
        (0, (0, False)),
        (-1, (0, False)),
        (LONGEST_STEP_NS, (LONGEST_STEP_NS, True)),
        (LONGEST_STEP_NS + 1, (0, False)),
        (10**400, (0, False)),
        (-(10**400), (0, False)),
    ],
)
def test_time_must_rise_and_not_leap(turning, step_ns, expected):
    seen = watch(PAST, turning._replace(t_ns=100 + step_ns), TWENTY)
    assert (seen.step_ns, seen.clock_ok) == expected
    assert seen.t_ns == 100 + step_ns


@pytest.mark.parametrize(
    ("given", "measured_hz", "expected"),
    [
        (OFF, 0.0, False),
        (OFF, 1.999, False),
        (OFF, 2.0, True),
        (OFF, 200.0, True),
        (OFF, 200.001, False),
        (OFF, nan, False),
        (OFF, inf, False),
        (TWENTY, 0.0, True),
        (TWENTY, nan, True),
        (Output(0.5, 0.1), 0.0, True),
    ],
)
def test_what_counts_as_vibration(good, given, measured_hz, expected):
    assert watch(FIRST, good._replace(measured_hz=measured_hz), given).vibrating is expected


@pytest.mark.parametrize(
    ("force_n", "reference_force_n", "low"),
    [
        (420.0, 700.0, False),
        (419.99, 700.0, True),
        (0.0, 700.0, True),
        (nan, 700.0, True),
        (700.0, nan, True),
        (700.0, 0.0, True),
        (700.0, -1.0, True),
        (1.0, 0.001, False),
    ],
)
def test_low_load_is_less_than_six_tenths_of_a_known_weight(turning, force_n, reference_force_n, low):
    seen = watch(PAST, turning._replace(force_n=force_n, reference_force_n=reference_force_n), TWENTY)
    assert seen.load_low_ns == (2010 if low else 0)


def test_a_stricter_load_fraction_counts(turning):
    strict = Limits(load_fraction=0.9)
    assert watch(PAST, turning._replace(force_n=629.0), TWENTY, strict).load_low_ns == 2010
    assert watch(PAST, turning._replace(force_n=631.0), TWENTY, strict).load_low_ns == 0


def test_cop_out_of_base_counts(turning):
    assert watch(PAST, turning._replace(cop_out_of_base=True), TWENTY).cop_out_ns == 3010


def test_bad_cells_count_also_without_vibration(good, turning):
    assert watch(PAST, turning._replace(cells_ok=False), TWENTY).cells_bad_ns == 1010
    assert watch(PAST, good._replace(t_ns=110, cells_ok=False), OFF).cells_bad_ns == 1010


def test_a_plate_that_only_coasts_needs_nobody_on_it(turning):
    """The drill has stopped it already, say because the other foot came down: the trial ends, nothing trips."""
    nobody = turning._replace(force_n=0.0, cop_out_of_base=True)
    coasting = watch(PAST, nobody, OFF)
    assert (coasting.vibrating, coasting.load_low_ns, coasting.cop_out_ns) == (True, 0, 0)
    slow = watch(PAST, nobody, Output(0.5, 0.4))
    assert (slow.load_low_ns, slow.cop_out_ns) == (2010, 3010)


def test_without_vibration_nobody_needs_to_stand(good):
    nobody = good._replace(t_ns=110, force_n=0.0, cop_out_of_base=True)
    assert watch(PAST, nobody, OFF) == Watch(t_ns=110, step_ns=10, given=OFF)


@pytest.mark.parametrize(
    ("measured_hz", "off"),
    [(18.0, False), (22.0, False), (17.999, True), (22.001, True), (0.0, True), (nan, True), (300.0, True)],
)
def test_frequency_off_by_more_than_a_tenth_counts(turning, measured_hz, off):
    seen = watch(PAST, turning._replace(measured_hz=measured_hz), TWENTY)
    assert (seen.hz_off_ns, seen.hz_astray_ns) == ((4010, 5010) if off else (0, 0))


def test_a_stricter_frequency_error_counts(turning):
    strict = Limits(frequency_error=0.05)
    assert watch(PAST, turning._replace(measured_hz=18.9), TWENTY, strict).hz_off_ns == 4010
    assert watch(PAST, turning._replace(measured_hz=19.1), TWENTY, strict).hz_off_ns == 0


def test_a_changed_demand_starts_one_time_again_and_not_the_other(turning):
    seen = watch(PAST, turning._replace(measured_hz=20.0), Output(25.0, 0.4))
    assert (seen.hz_off_ns, seen.hz_astray_ns) == (0, 5010)
    seen = watch(PAST, turning._replace(measured_hz=17.0), Output(20.0, 0.1))
    assert seen.hz_off_ns == 4010


def test_motion_that_was_not_given_is_off(turning):
    seen = watch(PAST._replace(given=OFF), turning._replace(measured_hz=2.0), OFF)
    assert (seen.hz_off_ns, seen.hz_astray_ns) == (4010, 5010)


@pytest.mark.parametrize(
    ("measured_hz", "expected"), [(19.0, 19.0), (2.0, 2.0), (1.999, 20.0), (0.0, 20.0), (nan, 20.0), (300.0, 20.0)]
)
def test_the_ledger_counts_the_tach_or_else_what_was_given(turning, measured_hz, expected):
    assert watch(PAST, turning._replace(measured_hz=measured_hz), TWENTY).moving_hz == expected


def test_a_coasting_plate_keeps_its_displacement_until_it_is_still(turning):
    coasting = watch(PAST, turning, OFF)
    assert (coasting.moving_hz, coasting.moving_pp_mm) == (20.0, 0.7)
    still = watch(coasting, turning._replace(t_ns=120, measured_hz=0.0), OFF)
    assert (still.moving_hz, still.moving_pp_mm) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("measured_g", "expected_g"),
    [(None, 0.0), (0.8, 0.8), (16.0, 16.0), (16.1, 0.0), (inf, 0.0), (nan, 0.0), (-3.0, 0.0)],
)
def test_the_accelerometer_may_only_raise_the_dose(turning, measured_g, expected_g):
    seen = watch(PAST, turning._replace(measured_g=measured_g), TWENTY)
    assert seen.moving_pp_mm == max(0.4, displacement_for_g(20.0, expected_g))
