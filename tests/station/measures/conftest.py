"""Recordings for the tests of the measures: real ones from the shared data, and made ones of known shape."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

GEOMETRY_MM = (138.0, 293.0)
PLATE_MM = (191.0, 346.0)


class Plate(NamedTuple):
    t_s: np.ndarray
    cells_n: np.ndarray
    vendor: dict[str, float]


def read_trial(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """ML and AP in mm at 100 Hz."""
    ap, ml = np.loadtxt(folder / f"{name}.csv.gz", delimiter=",", skiprows=1).T * 10.0
    return ml, ap


@pytest.fixture(scope="session")
def trials(shared_data: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The 48 trials by name."""
    folder = shared_data / "bds"
    with (folder / "reference_duarte.csv").open(newline="") as text:
        names = [row["trial"] for row in csv.DictReader(text)]
    return {name: read_trial(folder, name) for name in names}


@pytest.fixture(scope="session")
def plates(shared_data: Path) -> list[Plate]:
    """The two single-leg recordings of a four-cell plate, with what its vendor prints."""
    return read_plates(shared_data)


def read_plates(shared_data: Path) -> list[Plate]:
    """The same, where no test asks for them."""
    found = []
    for path in sorted((shared_data / "kinvent_single_leg").glob("*.csv.gz")):
        rows = np.loadtxt(path, delimiter=",", skiprows=1)
        meta = json.loads(path.with_name(path.name.replace(".csv.gz", ".meta.json")).read_text(encoding="utf-8"))
        numbers = {key: float(value[0]) for key, value in meta.items() if _number(value[0])}
        found.append(Plate(rows[:, 0], rows[:, 1:5] * 9.80665, numbers))
    return found


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def sway() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A made sway of 30 s at 100 Hz: (t, ML, AP) in mm, with power where people have it."""
    rng = np.random.default_rng(3)
    t = np.arange(3000) / 100.0
    kick = rng.standard_normal((3000, 2))
    cop = np.zeros((3000, 2))
    velocity = np.zeros(2)
    for k in range(1, 3000):
        velocity += 0.01 * (-4.0 * velocity - 6.0 * cop[k - 1]) + 3.0 * kick[k] * (0.8, 1.2)
        cop[k] = cop[k - 1] + 0.01 * velocity
    return t, cop[:, 0] + 3.0, cop[:, 1] - 11.0
