"""A prescription is within its drill's ranges, or is refused with every value and bound that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.dose import peak_acceleration_g
from drills.errors import PrescriptionError
from drills.library import load_shipped
from drills.machine import begin
from drills.prescription import Asked, Prescription, check, default_leg, prescribe
from drills.problems import Problem
from drills.values import Leg


def test_what_is_left_out_is_the_documents_default(single_leg):
    assert prescribe(single_leg, Asked(Leg.LEFT)) == Prescription(
        drill="single-leg-vibration",
        leg=Leg.LEFT,
        frequency_hz=25.0,
        displacement_pp_mm=0.23,
        hold_s=30.0,
        trials=3,
        rest_s=30.0,
    )


def test_the_rest_is_as_long_as_a_vibrated_hold(single_leg):
    assert prescribe(single_leg, Asked(Leg.LEFT, hold_s=60)).rest_s == 60
    assert prescribe(single_leg, Asked(Leg.LEFT, hold_s=5)).rest_s == 30
    assert prescribe(single_leg, Asked(Leg.LEFT, hold_s=60, displacement_pp_mm=0)).rest_s == 30


@pytest.mark.parametrize(
    ("leg", "asked", "problem"),
    [
        (Leg.BOTH, {}, "leg=both not-one-of choices=left,right"),
        (Leg.LEFT, {"frequency_hz": 40}, "frequency_hz=40 out-of-range least=5 most=35"),
        (Leg.LEFT, {"frequency_hz": float("nan")}, "frequency_hz=nan out-of-range least=5 most=35"),
        (
            Leg.LEFT,
            {"frequency_hz": 10, "displacement_pp_mm": 2.1},
            "displacement_pp_mm=2.1 out-of-range least=0.02 most=2",
        ),
        (Leg.LEFT, {"displacement_pp_mm": -0.1}, "displacement_pp_mm=-0.1 out-of-range least=0.02 most=2"),
        (
            Leg.LEFT,
            {"frequency_hz": 30, "displacement_pp_mm": 0.5},
            "displacement_pp_mm=0.5 too-hard hz=30 peak_g=0.905778 most_g=0.5",
        ),
        (Leg.LEFT, {"hold_s": 61}, "hold_s=61 out-of-range least=5 most=60"),
        (Leg.LEFT, {"trials": 0}, "trials=0 out-of-range least=1 most=5"),
        (
            Leg.LEFT,
            {"trials": 6, "hold_s": 1},
            "hold_s=1 out-of-range least=5 most=60; trials=6 out-of-range least=1 most=5",
        ),
    ],
)
def test_a_refusal_names_the_value_and_the_bound(single_leg, leg, asked, problem):
    with pytest.raises(PrescriptionError) as caught:
        prescribe(single_leg, Asked(leg, **asked))
    assert str(caught.value) == f"input-invalid prescription: {problem}"
    assert isinstance(caught.value, ValueError)


def test_a_drill_without_vibration_cannot_be_given_any(quiet):
    with pytest.raises(PrescriptionError) as caught:
        prescribe(quiet, Asked(Leg.BOTH, frequency_hz=20, displacement_pp_mm=0.1))
    assert caught.value.problems == (Problem("frequency_hz", 20, 0, 0), Problem("displacement_pp_mm", 0.1, 0, 0))


def test_quiet_stance_is_for_either_leg_or_both(single_leg, quiet):
    assert [prescribe(quiet, Asked(leg)).leg for leg in Leg] == list(Leg)
    assert default_leg(quiet) is Leg.BOTH
    assert default_leg(single_leg) is None


def test_a_prescription_of_another_kind_is_not_let_pass(single_leg, quiet):
    with pytest.raises(PrescriptionError, match="drill=quiet-stance not-one-of choices=single-leg-vibration"):
        check(single_leg, prescribe(quiet, Asked(Leg.LEFT)))
    forged = prescribe(single_leg, Asked(Leg.LEFT)).model_copy(update={"displacement_pp_mm": 1.9, "rest_s": 1.0})
    with pytest.raises(PrescriptionError, match=r"rest_s=1 out-of-range least=30; displacement_pp_mm=1.9 too-hard"):
        check(single_leg, forged)


@pytest.mark.parametrize("text", ['{"drill": "x"}', '{"leg": "middle"}', '{"surprise": 1}', "[]"])
def test_json_that_is_no_prescription_is_refused(text):
    with pytest.raises(ValueError, match="validation error"):
        Prescription.model_validate_json(text)


@given(
    st.sampled_from([Leg.LEFT, Leg.RIGHT]),
    st.one_of(st.floats(5, 35), st.floats(0, 45)),
    st.one_of(st.floats(0, 0.3), st.floats(0, 3)),
    st.one_of(st.floats(5, 60), st.floats(0, 90)),
    st.integers(-1, 8),
)
def test_what_is_not_refused_is_within_every_bound(leg, frequency_hz, displacement_pp_mm, hold_s, trials):
    document = load_shipped("single-leg-vibration")
    asked = {"frequency_hz": frequency_hz, "displacement_pp_mm": displacement_pp_mm, "hold_s": hold_s, "trials": trials}
    allowed = (
        5 <= frequency_hz <= 35
        and 5 <= hold_s <= 60
        and 1 <= trials <= 5
        and (displacement_pp_mm == 0 or 0.02 <= displacement_pp_mm <= 2)
        and peak_acceleration_g(frequency_hz, displacement_pp_mm) <= 0.5
    )
    if not allowed:
        with pytest.raises(PrescriptionError):
            prescribe(document, Asked(leg, **asked))
        return
    prescription = prescribe(document, Asked(leg, **asked))
    assert {key: getattr(prescription, key) for key in asked} == asked
    assert Prescription.model_validate_json(prescription.model_dump_json()) == prescription
    begin(document, prescription, 0)


@pytest.mark.parametrize(("key", "value"), [("trials", "3"), ("trials", 3.0), ("hold_s", "20"), ("drill", 1)])
def test_what_was_kept_as_another_kind_of_value_is_not_guessed_at(single_leg, key, value):
    """A record whose numbers are words was not written by a station."""
    kept = prescribe(single_leg, Asked(Leg.LEFT)).model_dump() | {key: value}
    with pytest.raises(ValueError, match=key):
        Prescription.model_validate(kept)
