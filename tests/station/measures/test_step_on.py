"""A recorded step-on decides what no stance shows: the zeros, and orders of the cells that turn or mirror the plate."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from station.analysis.file_figures import Job, report_of
from station.analysis.reading import AS_IT_IS, measured, part_of_file, read_file
from station.measures import Request
from station.measures.doubts import doubt
from station.measures.suspicions.step_on import corners_of, stepped_on, suspicions_of_steps, wrong_corners
from tests.station.measures.conftest import GEOMETRY_MM, Plate

RATE_HZ = 250.0
SEED = 12
ASKED = AS_IT_IS._replace(geometry=GEOMETRY_MM)


def piece(seconds: float, *newtons: float) -> np.ndarray:
    return np.tile(newtons, (round(seconds * RATE_HZ), 1)).astype(float)


@pytest.fixture(scope="module")
def stance(plates: list[Plate]) -> np.ndarray:
    return plates[0].cells_n[:5000]


@pytest.fixture(scope="module")
def corners() -> np.ndarray:
    """Somebody steps on each corner with all the weight, first the front left one, and round the plate."""
    empty, steps = piece(1.0, 0, 0, 0, 0), []
    for cell in range(4):
        on = piece(1.5, 50, 50, 50, 50)
        on[:, cell] = 550.0
        steps += [empty, on]
    whole = np.concatenate([*steps, empty])
    return whole + np.random.default_rng(SEED).normal(0.0, 0.5, whole.shape)


def test_who_steps_on_the_corners_shows_every_wrong_order(corners, stance):
    recorded = np.concatenate((corners, stance))
    for order in itertools.permutations(range(4)):
        found = stepped_on(recorded.sum(axis=1), RATE_HZ, recorded[:, order])
        assert found.first == len(corners)
        wrong = wrong_corners(found.steps.corners)
        assert (wrong is None) == (order == (0, 1, 2, 3)), order
        assert found.steps.corners == tuple(order.index(cell) for cell in range(4))


def test_who_only_steps_on_shows_the_zeros(stance):
    untared = np.array((12.0, 2.0, -1.0, 60.0))
    empty = np.random.default_rng(SEED).normal(0.0, 0.5, (500, 4))
    recorded = np.concatenate((empty, stance)) + untared
    found = stepped_on(recorded.sum(axis=1), RATE_HZ, recorded)
    assert found.empty_n == pytest.approx(untared, abs=0.2)
    assert found.steps.corners == ()
    assert stepped_on(stance.sum(axis=1), RATE_HZ, stance) is None
    assert stepped_on(np.zeros(1000), RATE_HZ, None) is None


def test_a_step_on_one_corner_twice_or_between_two_decides_nothing(corners):
    assert corners_of(corners[: len(corners) // 2], RATE_HZ, None) == ()
    assert corners_of(np.concatenate((corners, corners)), RATE_HZ, None) == ()
    assert corners_of(piece(8.0, 300, 300, 0, 0), RATE_HZ, None) == ()


def write(path: Path, cells_n: np.ndarray) -> Path:
    rows = "".join(f"{at / RATE_HZ},{','.join(map(repr, row))}\n" for at, row in enumerate(cells_n.tolist()))
    path.write_text("time_s,front_left_n,front_right_n,back_right_n,back_left_n\n" + rows)
    return path


def of_file(path: Path):
    file = read_file(path, AS_IT_IS._replace(geometry=GEOMETRY_MM))
    found = measured(part_of_file(file, "station-1"), Request())
    return found, [one.reason for one in found.suspicions], {one.reason for one in found.warnings}


def test_a_file_with_a_step_on_is_measured_from_the_stance_on(tmp_path, corners, stance):
    off = piece(1.0, 0, 0, 0, 0)
    found, suspect, noted = of_file(write(tmp_path / "a.csv", np.concatenate((corners, stance, off))))
    assert (suspect, noted) == ([], {"stance-of-table"})
    assert found.duration_s == pytest.approx(20.0 - 2.0 - 1.5, abs=0.02)
    mirrored = np.concatenate((corners, stance))[:, [1, 0, 3, 2]]
    assert of_file(write(tmp_path / "b.csv", mirrored))[1] == ["corners-stepped-on"]
    untared = np.concatenate((off, stance)) + np.array((0.0, 0.0, -40.0, 0.0))
    _, suspect, noted = of_file(write(tmp_path / "c.csv", untared))
    assert suspect == ["zero-is-none"]
    assert noted == {"stance-of-table", "order-not-seen"}


def test_zeros_that_nobody_saw_give_no_norm_and_no_verdict_unless_the_weight_is_known(tmp_path, stance):
    """All four alike 5 % of the weight too low: the sway is a quarter too large, and nothing in it tells."""
    weight_kg = float(stance.sum(axis=1).mean()) / 9.80665
    untared = write(tmp_path / "a.csv", stance - 0.05 * 9.80665 * weight_kg)
    found, suspect, _ = of_file(untared)
    assert suspect == []
    assert doubt(found).reason == "zero-not-seen"
    assert report_of(Job(untared, ASKED, age_years=40.0))["norms"]["mean_velocity_mm_s"]["percentile"] is None
    options = ASKED._replace(weight_kg=weight_kg)
    assert [one["reason"] for one in report_of(Job(untared, options))["suspicions"]] == ["weight-differs"]
    tared = report_of(Job(write(tmp_path / "b.csv", stance), options))
    assert tared["suspicions"] == []
    assert "zero-by-weight" in {one["reason"] for one in tared["warnings"]}


def test_plates_that_do_not_look_empty_because_nobody_tared_them(corners, stance):
    gap = piece(1.0, 0, 0, 0, 0)
    untared = np.array((-90.0, -90.0, -90.0, -90.0))
    for offset in (untared, -untared):
        recorded = np.concatenate((corners, gap, stance)) + offset
        found = stepped_on(recorded.sum(axis=1), RATE_HZ, recorded)
        assert found.empty_n == pytest.approx(offset, abs=0.5)
        assert found.steps.corners == (0, 1, 2, 3)


def test_who_walks_over_the_corners_to_the_middle_is_measured_from_there_on(corners, stance):
    loaded = corners.sum(axis=1) > 300.0
    walked = np.concatenate((piece(1.0, 0, 0, 0, 0), corners[loaded], stance))
    found = stepped_on(walked.sum(axis=1), RATE_HZ, walked)
    assert found.steps.corners == (0, 1, 2, 3)
    assert found.first == pytest.approx(RATE_HZ + loaded.sum(), abs=0.1 * RATE_HZ)


@pytest.mark.parametrize("times", [2.0, 0.5, 0.0])
def test_a_cell_that_counts_otherwise_than_the_others_on_their_corners(corners, times):
    stood = piece(8.0, 170, 180, 175, 175)
    recorded = np.concatenate((corners, stood)) * (1.0, 1.0, times, 1.0)
    found = stepped_on(recorded.sum(axis=1), RATE_HZ, recorded)
    (said,) = suspicions_of_steps(found.steps, recorded[-500:].mean(axis=0))
    assert said.values["cell"] == "back_right"
    assert said.reason == ("cell-counts-times" if times else "cell-feels-nothing")
    if times:
        assert said.values["times"] == pytest.approx(times, rel=0.05)


def test_corners_that_were_only_pressed_say_nothing_of_the_scale(corners):
    stood = piece(8.0, 340, 360, 350, 350)
    recorded = np.concatenate((corners * 0.4, stood))
    found = stepped_on(recorded.sum(axis=1), RATE_HZ, recorded)
    assert found.steps.corners == (0, 1, 2, 3)
    assert suspicions_of_steps(found.steps, stood[-500:].mean(axis=0)) == ()
