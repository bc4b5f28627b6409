"""The fuzzer over a few real trials: each wrong kind is said in each, each harmless one changes nothing."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import spoiling, spoiling_times, stated, suspicions
from benchmarks.spoiling_cells import CELL_KINDS, STANDING_CELL_KINDS
from station.measures.suspicions.scale import ONE_LEG

FEW = 4
SEED = 7


@pytest.fixture(scope="module")
def stances(shared_data: Path) -> list[np.ndarray]:
    """(6000, 2) ML and AP in mm of some trials, far apart from each other."""
    folder = shared_data / "bds"
    paths = sorted(folder.glob("BDS*.csv.gz"))[:: 48 // FEW]
    return [10.0 * np.loadtxt(path, delimiter=",", skiprows=1)[:, ::-1] for path in paths]


@pytest.fixture(scope="module")
def plates(shared_data: Path) -> list[np.ndarray]:
    """(5000, 4) N of four cells under one leg, 20 s."""
    assert (shared_data / "kinvent_single_leg").is_dir()
    return [cells[start : start + 5000] for cells in suspicions.plates() for start in (1000, 8000)]


TELLING = [name for name, kind in spoiling.KINDS.items() if not kind.beyond_telling]
CELLS = CELL_KINDS | STANDING_CELL_KINDS
CELLS_TELLING = [name for name, kind in CELLS.items() if not kind.beyond_telling]


@pytest.mark.parametrize("name", TELLING)
def test_a_wrong_cop_does_not_stay_silent(stances, name) -> None:
    rng = np.random.default_rng(SEED)
    assert [suspicions.noticed(suspicions.of_cop(spoiling.KINDS[name].spoil(cop, rng))) for cop in stances] == [
        True
    ] * FEW


@pytest.mark.parametrize("name", CELLS_TELLING)
def test_wrong_cells_do_not_stay_silent(plates, name) -> None:
    rng = np.random.default_rng(SEED)
    spoilt = [CELLS[name].spoil(cells, rng) for cells in plates]
    assert [suspicions.noticed(suspicions.of_cells(cells)) for cells in spoilt] == [True] * len(plates)


@pytest.mark.parametrize("name", [one for one, kind in spoiling_times.TIME_KINDS.items() if not kind.beyond_telling])
def test_wrong_times_do_not_stay_silent(stances, name) -> None:
    rng, spoil = np.random.default_rng(SEED), spoiling_times.TIME_KINDS[name].spoil
    found = [spoiling_times.of_times(spoil(spoiling_times.timed(cop), rng)).suspicions for cop in stances[:2]]
    assert [[one.reason for one in own] for own in found] == [["times-stretched"]] * 2


@pytest.mark.parametrize("name", spoiling_times.CLOCKS)
def test_what_a_clock_does_is_not_suspected(stances, name) -> None:
    rng, clock = np.random.default_rng(SEED), spoiling_times.CLOCKS[name]
    timed = [clock(spoiling_times.timed(cop), rng) for cop in stances[:2]]
    assert not any(np.array_equal(one.t_s, spoiling_times.timed(stances[0]).t_s) for one in timed)
    assert [spoiling_times.of_times(one).suspicions for one in timed] == [(), ()]


def test_what_is_wrong_beside_a_cop_does_not_stay_silent(stances) -> None:
    rows, silent = suspicions.wrong_files(stances[:2])
    assert len(rows) == len(spoiling.WRONG_FILES) == 4
    assert set(silent.values()) == {0.0}


def test_what_is_right_stays_as_it_is(stances, plates) -> None:
    assert not any(suspicions.noticed(suspicions.of_cop(cop)) for cop in stances)
    assert not any(suspicions.noticed(suspicions.of_cells(cells)) for cells in plates)
    rows, largest = suspicions.written_otherwise([stances[0][:1500]])
    assert len(rows) == len(spoiling.WRITTEN)
    assert largest < 1e-9


@pytest.mark.parametrize("length_s", [20, 30, 40])
def test_no_part_of_a_stance_on_one_leg_is_suspected(shared_data, length_s) -> None:
    """One in twenty parts of 30 s was once taken for a smoothed random walk."""
    assert (shared_data / "kinvent_single_leg").is_dir()
    count = round(length_s * spoiling.RATE_HZ)
    for whole in stated.one_leg(suspicions.plates(), suspicions.GEOMETRY_MM, suspicions.PLATE_HZ):
        parts = {start: whole[start : start + count] for start in range(0, len(whole) - count + 1, 50)}
        assert [start for start, part in parts.items() if stated.suspected(part, ONE_LEG)] == []


def test_another_rate_changes_no_figure_by_more_than_is_stated(stances) -> None:
    differ = suspicions.resampled(stances[:2])
    assert {key for key, one in differ.items() if one > suspicions.TOLERANCE_PERCENT[key]} == set()
