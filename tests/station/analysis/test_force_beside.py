"""A force that a table's format does not name is weighed, and leaves every figure of the sway as it is."""

from pathlib import Path

import numpy as np
import pytest

from station.analysis.reading import AS_IT_IS, measured, part_of_file, read_file
from station.measures import Request
from station.measures.pipelines import PIPELINES

RATE_HZ = 100.0
N = 2000


@pytest.fixture(scope="module")
def stance(shared_data: Path) -> tuple[np.ndarray, np.ndarray]:
    """(2000, 2) ML and AP in mm of a real trial, and (2000,) N of a weight that changes a little."""
    cop = 10.0 * np.loadtxt(shared_data / "bds" / "BDS00265.csv.gz", delimiter=",", skiprows=1)[:N, ::-1]
    return cop, 700.0 + 5.0 * np.sin(np.arange(N) / 17.0)


def found(path, stance, name, force, pipeline="station-1", **known):
    cop, _ = stance
    rows = [f"{k / RATE_HZ},{ml:.5f},{ap:.5f}" for k, (ml, ap) in enumerate(cop.tolist())]
    if name:
        rows = [f"{row},{value}" for row, value in zip(rows, force, strict=True)]
    path.write_text("\n".join(["time_s,cop_ml_mm,cop_ap_mm" + (f",{name}" if name else ""), *rows]))
    file = read_file(path, AS_IT_IS._replace(**known))
    return measured(part_of_file(file, pipeline), Request(pipeline, everything=pipeline == "station-1"))


def of_sway(result):
    return {key: repr(value) for key, value in result.values.items() if key != "mean_force_n"}


@pytest.mark.parametrize("pipeline", PIPELINES)
@pytest.mark.parametrize("name", ["fz_n", "vGRF (N)", "Force [N]"])
def test_it_changes_no_figure_to_the_last_bit(tmp_path, stance, name, pipeline):
    alone = found(tmp_path / "a.csv", stance, "", (), pipeline)
    beside = found(tmp_path / "b.csv", stance, name, stance[1], pipeline)
    assert of_sway(beside) == of_sway(alone)
    assert beside.suspicions == alone.suspicions == ()
    if "mean_force_n" in beside.values:
        assert beside.values["mean_force_n"] == pytest.approx(stance[1].mean(), abs=0.01)
        assert {*alone.reasons} - {*beside.reasons} == {"mean_force_n"}


def test_the_force_that_the_format_names_is_filtered_with_the_sway(tmp_path, stance):
    alone, named = (found(tmp_path / f"{name}.csv", stance, name, stance[1]) for name in ("", "force_n"))
    assert of_sway(named) != of_sway(alone)
    assert named.values["path_length_mm"] == pytest.approx(alone.values["path_length_mm"], rel=1e-3)


def test_where_it_is_seldom_written_no_sample_is_missing(tmp_path, stance):
    seldom = [f"{value:.3f}" if k % 10 == 0 else "" for k, value in enumerate(stance[1])]
    alone, beside = (found(tmp_path / f"{name}.csv", stance, name, seldom) for name in ("", "fz_n"))
    assert of_sway(beside) == of_sway(alone)
    assert beside.warnings == alone.warnings
    assert beside.values["mean_force_n"] == pytest.approx(700.0, abs=1.0)


def test_it_is_weighed(tmp_path, stance):
    kg = found(tmp_path / "kg.csv", stance, "fz_n", stance[1] / 9.80665)
    assert [one.reason for one in kg.suspicions] == ["odd-force"]
    nobody = found(tmp_path / "kn.csv", stance, "fz", stance[1] / 1000.0)
    assert [one.reason for one in nobody.suspicions] == ["odd-force"], "in kN without a unit: the plate is not empty"
    other = found(tmp_path / "other.csv", stance, "fz_n", stance[1], weight_kg=90.0)
    assert [one.reason for one in other.suspicions] == ["weight-differs"]
    for name, force, why in (
        ("minus", -stance[1], "force-negative"),
        ("gone", np.where(np.arange(N) > 1500, 3.0, stance[1]), "load-fell"),
    ):
        refused = found(tmp_path / f"{name}.csv", stance, "fz_n", force)
        assert {one.reason for one in refused.reasons.values()} == {why}
