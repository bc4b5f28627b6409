"""What is judged of a trial beside its figures, at its bounds: doubts, better or worse, loads, units and shifts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from drills.problems import Problem
from station.faults import because
from station.measures.doubts import doubt
from station.measures.norms import quotient_norms
from station.measures.norms.directions import direction_of
from station.measures.quijoux import variables
from station.measures.signal import Refusal, Signal, check_beside
from station.measures.suspicions.course import course_of
from station.measures.suspicions.load import odd_load
from station.measures.suspicions.scale import WEIGHTS, shape, size_of, wrong_scale
from station.measures.sway.rambling import figures, rambling_trembling
from station.measures.values import MeasureSet

# --- doubts, directions and quotients -------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["axes-swapped", "says-otherwise", "zero-not-seen"])
def test_what_may_well_be_so_and_stands_in_the_way_of_a_verdict(reason) -> None:
    odd, doubtful, other = because("tiny-sway"), because(reason), because("rise-too-short")
    assert doubt(MeasureSet("station-1", 1, {}, warnings=(other,))) is None
    assert doubt(MeasureSet("station-1", 1, {}, warnings=(other, doubtful))) is doubtful
    assert doubt(MeasureSet("station-1", 1, {}, warnings=(doubtful,), suspicions=(odd,))) is odd


LESS = """path_length_mm mean_velocity_mm_s mean_velocity_ml_mm_s mean_velocity_ap_mm_s ellipse_area_mm2 rms_ml_mm
rms_ap_mm range_ml_mm range_ap_mm sway_area_rate_mm2_s hull_area_mm2 duarte_area_cm2 duarte_mean_velocity_cm_s
mean_velocity_ML mean_velocity_AP mean_velocity_ML_AND_AP confidence_ellipse_area_ML_AND_AP los_reaction_time_s
rise_transfer_time_s time_to_stabilisation_s"""
MORE = """los_movement_velocity_deg_s los_endpoint_excursion_percent los_maximum_excursion_percent
los_directional_control_percent rise_index_percent push_force_max_n push_rfd_100ms_n_s push_rfd_150ms_n_s
push_rfd_200ms_n_s push_rfd_250ms_n_s single_leg_stance_time_s"""


def test_less_sway_and_time_and_more_reach_and_force_are_better() -> None:
    for names, of_less, of_more in ((LESS, "better", "worse"), (MORE, "worse", "better")):
        for name in names.split():
            assert (direction_of(name, -0.5), direction_of(name, 0.5)) == (of_less, of_more), name
            assert direction_of(name, 0.0) is None
    assert direction_of("sample_entropy_ap", 0.5) is None


def test_the_table_of_quotients_has_the_columns_that_are_written() -> None:
    with quotient_norms.TABLE.open() as text:
        header = next(line for line in text if not line.startswith("#"))
    assert header.strip().split(",") == list(quotient_norms.COLUMNS)


# --- loads, shifts and units ----------------------------------------------------------------------------------------


def test_a_load_of_nobody_and_one_of_somebody_else() -> None:
    for force_n, odd in ((250.0, False), (249.9, True), (1800.0, False), (1800.1, True)):
        why = odd_load(force_n, None)
        assert (None if why is None else why.reason) == ("odd-force" if odd else None)
    why = odd_load(196.133, None)
    assert why is not None
    assert why.values == {"force_n": 196.133, "kg": pytest.approx(20.0)}
    for percent, differs in ((4.9, False), (5.1, True), (-4.9, False), (-5.1, True)):
        why = odd_load(9.80665 * 70.0 * (1.0 + percent / 100.0), 70.0)
        assert (why is not None) == differs
    assert why is not None
    assert (why.reason, why.values) == (
        "weight-differs",
        {"kg": pytest.approx(66.43), "weight_kg": 70.0, "percent": pytest.approx(-5.1)},
    )


def test_drift_and_shift_of_a_straight_way_and_of_a_step() -> None:
    """4 s on a way of 0.05 mm in each tenth of a second, and 10 s with a step of 13 mm in their midst."""
    straight = np.arange(40.0)[:, None] * (0.03, 0.04) + (50.0, -20.0)
    assert course_of(straight) == pytest.approx({"drift_mm": 2.0, "largest_shift_mm": 1.0})
    assert course_of(straight[:39]) == {}
    step = np.where(np.arange(100)[:, None] < 50, 0.0, (5.0, -12.0))
    slope = np.hypot(*np.polyfit(np.arange(100), step, 1)[0])
    assert course_of(step) == pytest.approx({"drift_mm": 100.0 * slope, "largest_shift_mm": 13.0})


LIMITS_S = (10, 20, 30, 40, 60)
LIMITS = {
    "": ((-1.7713, -1.6804, -1.5735, -1.4588, -1.2857), (1.5021, 1.3969, 1.2087, 1.2197, 1.1438)),
    "open-foam": ((-1.19, -0.93, -0.80, -0.71, -0.64), (1.50, 1.40, 1.21, 1.22, 1.14)),
    "closed-foam": ((-0.95, -0.50, -0.59, -0.55, -0.61), (1.50, 1.40, 1.21, 1.22, 1.14)),
    "closed-firm": ((-1.77, -1.68, -1.57, -1.46, -1.29), (1.42, 1.39, 1.21, 1.22, 1.14)),
    "one-leg": ((-1.00, -0.95, -0.90, -0.85, -0.85), (1.60, 1.55, 1.50, 1.45, 1.45)),
}
"""As `benchmarks.derive_scale` made them, and as proposed of one leg: of trials as long as `LIMITS_S`."""


@pytest.mark.parametrize("stood", LIMITS)
def test_a_sway_is_too_large_and_too_small_at_the_limit_of_how_it_was_stood(stood) -> None:
    """A swing of two tones on each axis is made so large that its size is a hundredth within and beyond the limit."""
    for at, length_s in enumerate(LIMITS_S):
        t_s = np.arange(length_s * 10)[:, None] / 10.0
        tones = 30.0 * np.sin(0.7 * t_s + (0.0, 1.0)) + 10.0 * np.sin((3.1, 2.9) * t_s)
        size = size_of(shape(tones), length_s)
        for limit, beyond, reason in ((LIMITS[stood][0][at], -0.01, "small"), (LIMITS[stood][1][at], 0.01, "large")):
            within = wrong_scale(tones * math.exp(limit - size - beyond), stood)
            over = wrong_scale(tones * math.exp(limit - size + beyond), stood)
            assert within is None, (length_s, limit)
            assert over is not None
            assert over.reason == f"sway-too-{reason}"
            assert over.values["times"] == pytest.approx(math.exp(abs(limit + beyond)), rel=1e-3)


def test_a_size_is_a_logarithm_of_times_and_hangs_on_the_length() -> None:
    """The weights of a shape add up to 1 but for what four digits leave: ten times the sway is ten times the size."""
    assert len(WEIGHTS) == 28
    assert math.fsum(WEIGHTS[:26]) == pytest.approx(0.9999, abs=1e-9)
    nothing = np.zeros(26)
    assert size_of(nothing, 60.0) == pytest.approx(-2.5401)
    assert size_of(nothing, 60.0 / math.e) == pytest.approx(-2.5401 + 0.1797)


# --- signals --------------------------------------------------------------------------------------------------------


def test_a_force_that_is_recorded_beside_takes_no_sample_of_the_cop_away() -> None:
    t_s = np.arange(100) / 100.0
    ml, ap = np.sin(t_s), np.cos(t_s)
    force = np.full(100, math.nan)
    force[::10] = np.linspace(600.0, 690.0, 10)

    def still(newtons: float) -> Signal | Refusal:
        return check_beside(t_s, np.zeros(100), np.zeros(100), np.full(100, newtons), None)

    def beside(force_n: np.ndarray | None) -> Signal:
        signal = check_beside(t_s, ml, ap, force_n, None)
        assert isinstance(signal, Signal)
        assert (len(signal.t_s), signal.missing) == (100, 0)
        return signal

    known = beside(force).force_n
    assert known is not None
    assert known == pytest.approx(np.interp(np.arange(100), np.arange(0, 100, 10), force[::10]))
    assert beside(None).force_n is None
    assert beside(np.full(100, math.nan)).force_n is None
    assert np.array_equal(beside(np.full(100, 3.0)).force_n, np.full(100, 3.0))  # type: ignore[arg-type]  # nobody's
    assert beside(force[1:]).force_n is None, "of another length it is no force of this recording"
    for wrong, reason in ((check_beside(t_s, ml, ap[1:], force, None), "columns-unequal"), (still(3.0), "constant")):
        assert isinstance(wrong, Refusal)
        assert reason in wrong.why.reason


@pytest.mark.parametrize(("until_s", "long"), [(19.96, True), (19.94, False)])
def test_the_72_variables_need_20_s_for_spectrum_and_diffusion(until_s, long) -> None:
    t_s = np.arange(round(until_s * 100.0) + 1) / 100.0
    found = variables(t_s, 5.0 * np.sin(3.0 * t_s), 4.0 * np.cos(2.0 * t_s) + np.sin(9.0 * t_s))
    assert ("total_power_Power_Spectrum_Density_ML" in found) == long
    assert any("Diffusion" in name for name in found) == long


# --- rambling -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "equilibria"),
    [
        ((3.0, -1.0, -3.0, 1.0), (0.75, 2.75)),
        ((3.0, 0.0, 3.0, -2.0, -2.0, -2.0), (1.0, 2.6, 5.4)),  # it only touches nothing: one equilibrium
    ],
)
def test_rambling_goes_through_the_cop_where_no_force_acts(pattern, equilibria) -> None:
    """The force has a mean of its own; between two samples it goes through nothing in a straight line."""
    repeated = 5
    force = np.tile(pattern, repeated)
    cop = np.random.default_rng(4).standard_normal(len(force)).cumsum()
    at = np.array([k * len(pattern) + one for k in range(repeated) for one in equilibria])
    at = at[at < len(force) - 1]
    through = np.interp(at, np.arange(len(force)), cop)
    found = rambling_trembling(cop, force + 7.0, 50.0)
    assert not isinstance(found, Problem)
    places = np.arange(math.ceil(at[0]), math.floor(at[-1]) + 1)
    assert found[0] == pytest.approx(CubicSpline(at, through)(places), abs=1e-9)
    assert sum(found) == pytest.approx(cop[places])
    values, reasons = figures(cop, force, 50.0, "ap")
    assert reasons == {}
    assert values == pytest.approx(
        dict(zip(("rambling_rms_ap_mm", "trembling_rms_ap_mm"), np.std(found, axis=1), strict=True))
    )


def test_four_equilibria_make_a_rambling() -> None:
    force = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    assert not isinstance(rambling_trembling(np.arange(5.0), force[:5], 50.0), Problem)
    assert rambling_trembling(np.arange(4.0), force[:4], 50.0) == because("few-equilibria")
