"""Whatever comes in: a reason for every figure that is missing, no crash, and no plausible wrong figure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from station.measures import PIPELINES, RecordedCells, RecordedCop, Request, compute
from tests.words import all_said, said


def refused(found, *words):
    """All figures are missing, and every reason says the words."""
    assert all(np.isnan(value) for value in found.values.values())
    assert set(found.reasons) == set(found.values)
    for reason in all_said(found.reasons.values()):
        assert all(word in reason for word in words), reason


@pytest.fixture(params=sorted(PIPELINES))
def pipeline(request: pytest.FixtureRequest) -> str:
    return request.param


def test_nan_for_a_moment_is_bridged_and_for_longer_refused(sway, pipeline):
    t, ml, ap = sway
    whole = compute(RecordedCop(t, ml, ap), Request(pipeline)).values
    holed = ml.copy()
    holed[1500:1505] = np.nan
    name = "rms_ML" if pipeline == "quijoux-2021" else "rms_ml_mm"
    assert compute(RecordedCop(t, holed, ap), Request(pipeline)).values[name] == pytest.approx(whole[name], rel=0.01)
    holed[1500:1530] = np.nan
    refused(compute(RecordedCop(t, holed, ap), Request(pipeline)), "no centre of pressure", "0.30 s", "15.00 s")


def test_many_small_holes_are_refused(sway, pipeline):
    t, ml, ap = sway
    holed = ml.copy()
    holed[::20] = np.nan
    refused(compute(RecordedCop(t, holed, ap), Request(pipeline)), "5%", "missing")


def test_a_constant_signal(sway, pipeline):
    t, ml, ap = sway
    refused(compute(RecordedCop(t, np.full_like(ml, 3.0), np.full_like(ap, 1.0)), Request(pipeline)), "constant")
    refused(compute(RecordedCop(t, np.zeros_like(ml), ap), Request(pipeline)), "ML", "constant")


def test_a_frozen_stretch(sway, pipeline):
    t, ml, ap = (x.copy() for x in sway)
    ml[1000:1100], ap[1000:1100] = ml[1000], ap[1000]
    refused(compute(RecordedCop(t, ml, ap), Request(pipeline)), "stands still", "10.0")


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_samples(sway, pipeline, count):
    refused(compute(RecordedCop(*(x[:count] for x in sway)), Request(pipeline)), f"{count} sample")


def test_too_short(sway, pipeline):
    refused(compute(RecordedCop(*(x[:150] for x in sway)), Request(pipeline)), "at least")


def test_a_gap_in_time(sway, pipeline):
    keep = np.r_[0:1000, 1050:3000]
    refused(compute(RecordedCop(*(x[keep] for x in sway)), Request(pipeline)), "gap of 0.51 s at 9.99 s")


def test_a_dropout_of_the_load(sway, pipeline):
    t, ml, ap = sway
    force = np.full_like(t, 700.0)
    force[2000:2040] = 0.0
    refused(compute(RecordedCop(t, ml, ap, force), Request(pipeline)), "load fell below", "20.00 s")
    moved = ml.copy()
    moved[2000:2040] = np.nan  # what division by no force gives
    refused(compute(RecordedCop(t, moved, ap, force), Request(pipeline)))


def test_a_person_who_steps_off_half_way(sway, pipeline):
    t, ml, ap = sway
    force = np.where(t < 15.0, 700.0, 1.0)
    refused(compute(RecordedCop(t, ml, ap, force), Request(pipeline)), "load fell below", "15.00 s")
    refused(compute(RecordedCop(t, np.where(t < 15.0, ml, np.nan), ap), Request(pipeline)), "no centre of pressure")


def test_nobody_on_the_plate(sway, pipeline):
    t, ml, ap = sway
    refused(compute(RecordedCop(t, ml, ap, np.full_like(t, 0.4)), Request(pipeline)), "nobody")


def test_a_plate_100_m_wide(sway, pipeline):
    t, ml, ap = sway
    refused(compute(RecordedCop(t, ml * 1e4, ap), Request(pipeline)), "units")


def test_metres_taken_for_millimetres_are_pointed_out(sway):
    t, ml, ap = sway
    assert "units" in said(compute(RecordedCop(t, ml / 1e3, ap / 1e3)).suspicions[0])


def test_swapped_axes_are_pointed_out_and_right_ones_are_not(trials, plates):
    suspected = 0
    for ml, ap in trials.values():
        assert compute(RecordedCop(None, ml, ap, rate_hz=100.0), Request("raw")).warnings == ()
        warnings = compute(RecordedCop(None, ap, ml, rate_hz=100.0), Request("raw")).warnings
        suspected += any("swapped" in warning for warning in all_said(warnings))
    assert suspected > len(trials) // 2
    # On one leg people sway nearly as much sideways.
    for plate in plates:
        assert compute(RecordedCells(plate.t_s, plate.cells_n, (138.0, 293.0))).warnings == ()


def test_timestamps_that_stand_or_go_back(sway, pipeline):
    t, ml, ap = sway
    doubled, back = t.copy(), t.copy()
    doubled[700] = doubled[699]
    back[700] = back[690]
    refused(compute(RecordedCop(doubled, ml, ap), Request(pipeline)), "duplicated", "700")
    refused(compute(RecordedCop(back, ml, ap), Request(pipeline)), "decreasing", "700")
    back[700] = np.nan
    refused(compute(RecordedCop(back, ml, ap), Request(pipeline)), "timestamp")


def test_rates_below_24_hz_and_rates_that_contradict(sway, pipeline):
    t, ml, ap = sway
    refused(compute(RecordedCop(t * 5.0, ml, ap), Request(pipeline)), "20.0 Hz", "24 Hz")
    refused(compute(RecordedCop(t, ml, ap, rate_hz=250.0), Request(pipeline)), "100.0 Hz", "250.0 Hz")
    refused(compute(RecordedCop(None, ml, ap), Request(pipeline)), "no sampling rate")


def test_columns_of_different_length_or_of_no_numbers(sway, pipeline):
    t, ml, ap = sway
    refused(compute(RecordedCop(t, ml[:-1], ap), Request(pipeline)), "one length")
    refused(compute(RecordedCop(t, ["a"] * 3000, ap), Request(pipeline)), "not a number")
    refused(compute(RecordedCells(t, np.ones((3000, 3)), (100.0, 100.0)), Request(pipeline)), "one length")


def test_cells_without_load_give_no_centre_of_pressure():
    found = compute(RecordedCells(np.arange(1000) / 250.0, np.zeros((1000, 4)), (138.0, 293.0)))
    refused(found, "nobody")


NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(
    hnp.arrays(float, st.tuples(st.integers(0, 80), st.just(4)), elements=NUMBERS), st.sampled_from(sorted(PIPELINES))
)
def test_no_array_of_numbers_crashes_it(rows, pipeline):
    found = compute(RecordedCop(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rate_hz=100.0), Request(pipeline))
    assert {key for key, value in found.values.items() if not np.isfinite(value)} == set(found.reasons)


@given(hnp.arrays(float, (2, 600), elements=st.floats(-500.0, 500.0)), st.sampled_from(sorted(PIPELINES)))
def test_no_recording_of_any_shape_crashes_it(cop, pipeline):
    found = compute(RecordedCop(None, cop[0], cop[1], rate_hz=100.0), Request(pipeline, everything=True))
    assert {key for key, value in found.values.items() if not np.isfinite(value)} == set(found.reasons)


@pytest.mark.parametrize("shape", ["line", "circle", "steps", "spike", "slow"])
def test_degenerate_sway_gives_figures_or_reasons(pipeline, shape):
    t = np.arange(3000) / 100.0
    made = {
        "line": (t, 2.0 * t),
        "circle": (np.cos(t), np.sin(t)),
        "steps": (np.floor(10 * t), np.sin(7 * t)),
        "spike": (np.where(t == 5.0, 300.0, 0.01 * np.sin(t)), np.sin(3 * t)),
        "slow": (1e-9 * t, 1e-9 * np.sin(t)),
    }
    found = compute(RecordedCop(t, *made[shape]), Request(pipeline, everything=True))
    assert {key for key, value in found.values.items() if not np.isfinite(value)} == set(found.reasons)
