"""Behind a recorded step-on no wrong cells stay silent, in any task or exercise, and right ones raise nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import stepped
from station.analysis.reading import AS_IT_IS
from station.analysis.step_ons import waits_from_s
from station.analysis.tasks import TaskFacts, task_of
from station.recording.raw import of_cells

SEED = 5
ASKED = AS_IT_IS._replace(geometry=stepped.GEOMETRY)


@pytest.fixture(scope="module")
def recordings(shared_data: Path) -> list[stepped.Recorded]:
    """Each task once, and two of the exercises."""
    cop = 10.0 * np.loadtxt(shared_data / "bds" / "BDS00022.csv.gz", delimiter=",", skiprows=1)[:, ::-1]
    return stepped.recordings([cop], (("young", SEED),), SEED, ("quarter-squat", "share-the-weight"))


def test_right_ones_raise_nothing(recordings) -> None:
    assert {one.name: stepped.said(one) for one in recordings} == {one.name: [] for one in recordings}


@pytest.mark.parametrize("name", stepped.KINDS)
def test_wrong_cells_do_not_stay_silent(recordings, name) -> None:
    silent = [one.name for one, said in stepped.spoilt(recordings, stepped.KINDS[name].spoil, SEED) if not said]
    assert silent == []


def test_a_task_begins_behind_a_foot_that_leaves_the_last_corner_late() -> None:
    """A tenth of a second of the last step is behind where the corners end, and the task is behind both."""
    t_s = np.arange(0.0, 12.0, 1.0 / stepped.RATE_HZ)
    load = np.interp(t_s, (0.0, 1.0, 1.25, 3.0, 3.4, 12.0), (300.0, 300.0, 0.0, 0.0, 700.0, 700.0))
    cells_n = stepped.loads_of(load, np.zeros((len(t_s), 2)), False)
    for from_s, begin_s in ((0.9, 3.4), (1.3, 3.4), (0.0, None)):
        found = waits_from_s(of_cells(t_s, cells_n, stepped.GEOMETRY, "late"), from_s)
        assert (None if found is None else round(found, 1)) == begin_s


@pytest.mark.parametrize("name", [name for name, one in stepped.FORCE_KINDS.items() if not one.beyond_telling])
def test_a_spike_in_the_force_that_decides_a_task_is_said(recordings, name) -> None:
    forced = [one for one in recordings if one.name in stepped.FORCED]
    found = stepped.spoilt(forced * 4, stepped.FORCE_KINDS[name].spoil, SEED)
    assert {(one.name, tuple(said)) for one, said in found} == {(task, ("force-jumps",)) for task in stepped.FORCED}


def test_a_hard_landing_is_no_spike() -> None:
    """Four times the weight within a hundredth of a second, as from a box on to the heels."""
    t_s = np.arange(0.0, 14.0, 1.0 / stepped.RATE_HZ)
    weights = np.interp(
        t_s, (0.0, 1.0, 1.008, 1.03, 1.06, 1.075, 1.15, 1.6, 2.2), (0, 0, 4.0, 0.8, 1.1, 3.0, 0.6, 1.2, 1)
    )
    for spike in (0.0, 0.4):
        force_n = 700.0 * weights + 700.0 * spike * (np.arange(len(t_s)) == 1000)
        landed = stepped.Recorded("stabilisation", stepped.loads_of(force_n, np.full((len(t_s), 2), 5.0), False), 0.0)
        assert ("force-jumps" in stepped.said(landed)) == (spike > 0.0)


@pytest.mark.parametrize("name", [name for name, one in stepped.PLACE_KINDS.items() if not one.beyond_telling])
def test_a_place_that_no_foot_comes_to_so_quickly_is_said(recordings, name) -> None:
    rng = np.random.default_rng(SEED)
    for one in recordings[-2:] * 4:
        found = stepped.of_exercise(stepped.PLACE_KINDS[name].spoil(one, rng))
        assert [problem.reason for problem in found.suspicions] == ["jumps"]


def write(path: Path, cells_n: np.ndarray) -> Path:
    rows = "".join(f"{at / stepped.RATE_HZ},{','.join(map(repr, row))}\n" for at, row in enumerate(cells_n.tolist()))
    path.write_text("time_s,front_left_n,front_right_n,back_right_n,back_left_n\n" + rows)
    return path


@pytest.mark.parametrize("name", ["sit-to-stand", "push", "stabilisation", "distribution"])
def test_a_task_begins_behind_the_step_on_and_is_what_it_is_without(recordings, tmp_path, name) -> None:
    one = next(each for each in recordings if each.name == name)
    facts = TaskFacts(weight_kg=one.weight_kg)
    whole = task_of(write(tmp_path / "a.csv", one.cells_n), name, facts, ASKED)
    begun = next(said["values"]["from_s"] for said in whole["warnings"] if said["reason"].endswith("-of-table"))
    cut = write(tmp_path / "b.csv", one.cells_n[round(begun * stepped.RATE_HZ) :])
    alone = task_of(cut, name, facts, ASKED)
    assert whole["suspicions"] == alone["suspicions"] == []
    assert "error" not in whole
    if name != "distribution":  # of which the end is cut off by neither
        assert whole["measures"] == pytest.approx(alone["measures"], rel=1e-9)
    wrong = task_of(write(tmp_path / "c.csv", one.cells_n[:, [3, 2, 1, 0]]), name, facts, ASKED)
    assert "corners-stepped-on" in json.dumps(wrong["suspicions"])
