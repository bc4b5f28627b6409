"""The pipelines on real recordings: the vendor's figures, the data set's own, and what station-1 does to them."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy import stats

from station.measures import PIPELINES, RecordedCells, RecordedCop, Request, compute, compute_cells
from station.measures.pipelines import KEYS, cop_of_cells
from station.measures.signal import low_pass, to_grid
from station.measures.sway.extent import f95

GEOMETRY_MM = (138.0, 293.0)


def test_raw_gives_the_vendors_figures_of_a_four_cell_plate(plates):
    assert len(plates) == 2
    for plate in plates:
        found = compute(RecordedCells(plate.t_s, plate.cells_n, GEOMETRY_MM), Request("raw")).values
        assert found["path_length_mm"] == pytest.approx(plate.vendor["Total Displacement (mm)"], rel=1e-4)
        assert found["ellipse_area_mm2"] == pytest.approx(plate.vendor["Ellipse Surface (mm²)"], rel=5e-4)
        assert found["mean_velocity_mm_s"] == pytest.approx(plate.vendor["Mean Velocity (mm/s)"], rel=1e-4)
        lasting_s = plate.t_s[-1] - plate.t_s[0]
        assert found["mean_velocity_mm_s"] == pytest.approx(found["path_length_mm"] / lasting_s, rel=1e-12)
        assert found["rms_ap_mm"] == pytest.approx(plate.vendor["Longitudinal Standard Deviation (mm)"], rel=1e-3)
        assert found["range_ml_mm"] == pytest.approx(plate.vendor["Lateral Amplitude (mm/s)"], rel=1e-3)


def test_raw_gives_the_published_figures_of_48_trials(trials, shared_data):
    with (shared_data / "bds" / "reference_duarte.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        ml, ap = trials[row["trial"]]
        found = compute(RecordedCop(None, ml, ap, rate_hz=100.0), Request("raw")).values
        assert found["duarte_area_cm2"] == pytest.approx(float(row["ref_area_cm2"]), rel=1e-9)
        assert found["duarte_mean_velocity_cm_s"] == pytest.approx(float(row["ref_mv_cm_s"]), rel=1e-9)
        assert found["duarte_mean_frequency_hz"] == pytest.approx(float(row["ref_mfreq_hz"]), rel=1e-9)


def test_station_1_filters_force_and_moment_before_it_divides(plates):
    plate = plates[0]
    t, cells = plate.t_s[:5000], plate.cells_n[:5000]
    ml, ap, force = cop_of_cells(cells, GEOMETRY_MM)
    # By hand, on the even grid that the recording already has: M and F through the filter, then M / F.
    columns = low_pass(to_grid(t, np.column_stack((ml * force, force)), 250.0), 250.0)
    by_hand = float(np.std(columns[:, 0] / columns[:, 1]))
    of_cells = compute(RecordedCells(t, cells, GEOMETRY_MM)).values
    assert of_cells["rms_ml_mm"] == pytest.approx(by_hand, rel=1e-12)
    assert compute(RecordedCop(t, ml, ap, force)).values == pytest.approx(of_cells, rel=1e-12)


def test_station_1_takes_only_a_little_of_a_real_path(plates):
    for plate in plates:
        raw = compute(RecordedCells(plate.t_s, plate.cells_n, GEOMETRY_MM), Request("raw")).values
        ours = compute(RecordedCells(plate.t_s, plate.cells_n, GEOMETRY_MM)).values
        assert 0.96 < ours["path_length_mm"] / raw["path_length_mm"] < 0.995
        assert ours["ellipse_area_mm2"] == pytest.approx(raw["ellipse_area_mm2"], rel=2e-3)


def test_the_grid_makes_the_rate_of_the_recording_nearly_irrelevant(plates):
    plate = plates[0]
    full = compute(RecordedCells(plate.t_s, plate.cells_n, GEOMETRY_MM)).values
    halved = compute(RecordedCells(plate.t_s[::2], plate.cells_n[::2], GEOMETRY_MM)).values
    for key in ("path_length_mm", "ellipse_area_mm2", "rms_ap_mm", "range_ml_mm"):
        assert halved[key] == pytest.approx(full[key], rel=5e-3)


def test_the_filter_is_of_eighth_order_and_halves_its_cut_off():
    t = np.arange(5000) / 250.0
    for hz in (1.0, 5.0, 10.0, 20.0):
        # The bilinear transform bends the frequency axis as tan(pi f / fs).
        expected = 1.0 / (1.0 + (np.tan(np.pi * hz / 250.0) / np.tan(np.pi * 10.0 / 250.0)) ** 8)
        out = low_pass(np.sin(2 * np.pi * hz * t)[:, None], 250.0)[1000:4000, 0]
        assert np.ptp(out) / 2.0 == pytest.approx(expected, rel=0.01)


def test_closed_quantile_of_f():
    for freedom in (1, 5, 748, 5998):
        assert f95(freedom) == pytest.approx(stats.f.ppf(0.95, 2, freedom), rel=1e-9)


def test_keys_and_reasons_cover_each_other(sway):
    t, ml, ap = sway
    for name, pipeline in PIPELINES.items():
        found = compute(RecordedCop(t, ml, ap), Request(name))
        assert tuple(found.values) == pipeline.keys
        assert {key for key, value in found.values.items() if np.isnan(value)} == set(found.reasons)
        assert found.pipeline == name
    assert set(KEYS) == {
        "path_length_mm",
        "mean_velocity_mm_s",
        "ellipse_area_mm2",
        "rms_ml_mm",
        "rms_ap_mm",
        "range_ml_mm",
        "range_ap_mm",
        "mean_force_n",
    }
    assert set(KEYS) <= set(PIPELINES["raw"].keys) & set(PIPELINES["station-1"].keys)


def test_the_same_samples_give_the_same_figures_to_the_last_bit(plates):
    plate = plates[1]
    first, second = (
        compute(RecordedCells(plate.t_s.copy(), plate.cells_n.copy(), GEOMETRY_MM), Request(everything=True)).values
        for _ in range(2)
    )
    assert {k: v.hex() for k, v in first.items()} == {k: v.hex() for k, v in second.items()}


def test_cells_have_a_name_of_their_own_for_the_same_figures(plates):
    plate = plates[0]
    recorded = RecordedCells(plate.t_s[:2500], plate.cells_n[:2500], GEOMETRY_MM)
    assert compute_cells(recorded, Request("raw")) == compute(recorded, Request("raw"))


def test_an_unknown_pipeline_is_named():
    with pytest.raises(ValueError, match=r"station-2.*quijoux-2021"):
        compute(RecordedCop([0, 1], [0, 1], [0, 1]), Request("station-2"))
