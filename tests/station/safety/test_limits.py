"""The limits: their numbers, and that no set of them can be laxer than the hard one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.safety.limits import CLINICIAN, DEFAULT, HARD, LOW_FREQUENCY_HZ, Limits, tightest

LARGER_IS_STRICTER = {"min_hz", "load_fraction"}
NAMES = [field.name for field in fields(Limits)]
numbers = st.floats(0.0, allow_nan=False)
any_limits = st.builds(Limits, **dict.fromkeys(NAMES, numbers))

# The safety envelope, docs/sources/vibration.md#envelope, written out a second time on purpose.
HARD_NUMBERS = {
    "min_hz": 2.0,
    "max_hz": 40.0,
    "displacement_pp_mm": 6.0,
    "low_displacement_pp_mm": 6.0,
    "acceleration_g": 1.0,
    "bout_s": 120.0,
    "session_s": 900.0,
    "day_s": 900.0,
    "a8_m_s2": 1.15,
    "vdv_m_s175": 17.0,
    "frequency_error": 0.1,
    "frequency_error_s": 2.0,
    "load_fraction": 0.6,
    "load_loss_s": 0.15,
    "cop_out_s": 0.2,
    "sample_age_ms": 60.0,
    "missed_run": 3.0,
    "recorder_age_s": 2.0,
    "web_age_s": 2.0,
    "presence_age_s": 30.0,
    "let_go_s": 0.05,
}
CLINICIAN_NUMBERS = HARD_NUMBERS | {
    "min_hz": 5.0,
    "max_hz": 35.0,
    "displacement_pp_mm": 2.0,
    "acceleration_g": 0.5,
    "bout_s": 60.0,
    "session_s": 600.0,
    "day_s": 600.0,
    "a8_m_s2": 0.5,
    "vdv_m_s175": 9.1,
}
DEFAULT_NUMBERS = HARD_NUMBERS | {
    "min_hz": 20.0,
    "max_hz": 30.0,
    "displacement_pp_mm": 0.4,
    "low_displacement_pp_mm": 0.4,
    "acceleration_g": 0.3,
    "bout_s": 30.0,
    "session_s": 300.0,
    "day_s": 300.0,
    "a8_m_s2": 0.35,
    "vdv_m_s175": 6.4,
    "frequency_error": 0.03,
}


def stricter_or_equal(one: float, other: float, name: str) -> bool:
    return one >= other if name in LARGER_IS_STRICTER else one <= other


@pytest.mark.parametrize(
    ("limits", "numbers"), [(HARD, HARD_NUMBERS), (CLINICIAN, CLINICIAN_NUMBERS), (DEFAULT, DEFAULT_NUMBERS)]
)
def test_the_numbers_are_those_of_the_safety_envelope(limits, numbers):
    assert asdict(limits) == numbers


def test_the_low_frequency_band_ends_at_eight_hertz():
    assert LOW_FREQUENCY_HZ == 8.0


@given(any_limits)
def test_no_limits_are_laxer_than_the_hard_ones(limits):
    assert all(stricter_or_equal(getattr(limits, name), getattr(HARD, name), name) for name in NAMES)


@given(st.lists(any_limits, max_size=3))
def test_tightest_is_one_of_the_given_numbers_and_stricter_than_all(several):
    result = tightest(*several)
    for name in NAMES:
        candidates = [getattr(one, name) for one in (HARD, *several)]
        assert getattr(result, name) in candidates
        assert all(stricter_or_equal(getattr(result, name), other, name) for other in candidates)


def test_tightest_of_nothing_is_hard():
    assert tightest() == HARD


def test_a_stricter_number_is_kept():
    assert Limits(acceleration_g=0.25, min_hz=12.0, load_fraction=0.8).acceleration_g == 0.25
    assert Limits(min_hz=12.0).min_hz == 12.0
    assert Limits(bout_s=0.0).bout_s == 0.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [float("nan"), -0.001, float("-inf")])
def test_a_limit_that_is_no_number_is_refused_by_name(name, value):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        Limits(**{name: value})
    assert str(refused.value) == f"limit {name} is {value}: give a number that is not negative"


def test_limits_cannot_be_changed_afterwards():
    assert not hasattr(HARD, "__dict__")
    with pytest.raises(FrozenInstanceError):
        HARD.acceleration_g = 5.0  # type: ignore[misc]
