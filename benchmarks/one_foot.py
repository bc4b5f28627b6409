"""How often both feet are found that stand on the plate where one leg was asked for, and how often wrongly.

Simulated people stand ten seconds as in the quick test, on one leg, on both, and on both with the weight leant over to
the side; real people stood quietly on both legs (Santos & Duarte 2016) and one stood on one (kinvent, four load cells),
cut into stretches of ten seconds. Of the real ones nobody knows where they stood before: their shift is not known, and
only the speed tells.
"""

from __future__ import annotations

import csv
import gzip
import lzma
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Verdict, at_least, at_most, table
from benchmarks.people import RATE_HZ, path, patient, standing, wait
from station.measures import RecordedCells, RecordedCop, compute
from station.measures.pipelines import compute_cells
from station.measures.tasks.one_foot import BOTH, ONE, UNSURE, StoodOn, feet_of

Array = NDArray[np.float64]

DATA = Path(__file__).parents[1] / ".." / "shared" / "data"
PEOPLE = 40
STRETCH_S = 10.0
LEANT_MM = 70.0
EVERY = 10
"""Of the real trials on two legs each tenth is taken."""
PLATE_MM = (138.0, 293.0)
"""Cells of the plate of the real recordings on one leg (ML, AP)."""
G_N_KG = 9.80665


class Told(NamedTuple):
    """What was said of many stretches of one kind."""

    who: str
    on_one: bool
    said: Counter[str]

    def percent(self, what: str) -> float:
        """How many of them were told so, in %."""
        return 100.0 * self.said[what] / max(1, self.said.total())


def simulated(kind: str, seed: int, how: str) -> StoodOn | None:
    """One person's ten seconds; None who puts the foot down within five."""
    one = standing(patient(kind, seed), settle_s=4.0)
    middle_mm = float(np.mean(path(one, 4.0)[:, 1]))
    if how == "one leg":
        one.follow("stand_on_left")
    elif how == "both, leant over":
        one.lean(middle_mm - LEANT_MM, 0.0)
    wait(one, 4.0)
    rows: list[tuple[float, float]] = []
    while len(rows) < STRETCH_S * RATE_HZ and not (how == "one leg" and (one.foot_is_down or one.on_rail)):
        one.step()
        rows.append((one.cop_ml_mm, one.cop_ap_mm))
    if len(rows) < 5.0 * RATE_HZ:
        return None
    stood = np.array(rows)
    return feet_of(_speed(stood[:, 0], stood[:, 1], RATE_HZ), middle_mm - float(np.mean(stood[:, 0])))


def on_two(data: Path, surface: str, vision: str, every: int) -> Iterator[StoodOn | None]:
    """Real people on both legs: each of their stretches."""
    with (data / "bds" / "all_trials.csv").open(newline="") as file:
        kept = [
            at for at, row in enumerate(csv.DictReader(file)) if (row["surface"], row["vision"]) == (surface, vision)
        ]
    steps = _steps(data)
    for at in kept[::every]:
        ap_ml_mm = np.cumsum(steps[at], axis=0, dtype=int) / 100.0
        yield from told_of(ap_ml_mm[:, 1], ap_ml_mm[:, 0], 100.0)


@cache
def _steps(data: Path) -> NDArray[np.int16]:
    with lzma.open(data / "bds" / "all_trials_delta_int16.npy.xz") as packed:
        return np.asarray(np.load(packed))


def told_of(ml_mm: Array, ap_mm: Array, rate_hz: float) -> Iterator[StoodOn | None]:
    """What is told of each stretch of this path of the centre of pressure."""
    for part in _stretches(np.column_stack((ml_mm, ap_mm)), rate_hz):
        yield feet_of(_speed(part[:, 0], part[:, 1], rate_hz), None)


def on_one(data: Path) -> Iterator[StoodOn | None]:
    """A real person on one leg, on four cells."""
    for name in sorted((data / "kinvent_single_leg").glob("*.csv.gz")):
        with gzip.open(name, "rt") as file:
            rows = np.genfromtxt(file, delimiter=",", names=True)
        # Its channels are front left, front right, back right, back left.
        cells_n = np.column_stack([rows[f"ch{number}_kg"] for number in (1, 2, 3, 4)]) * G_N_KG
        for part in _stretches(cells_n, RATE_HZ):
            found = compute_cells(RecordedCells(None, part, PLATE_MM, rate_hz=RATE_HZ))
            yield feet_of(found.values["mean_velocity_mm_s"], None)


def _stretches(rows: Array, rate_hz: float) -> Iterator[Array]:
    length = round(STRETCH_S * rate_hz)
    for begin in range(0, len(rows) - length + 1, length):
        yield rows[begin : begin + length]


def _speed(ml_mm: Array, ap_mm: Array, rate_hz: float) -> float:
    return compute(RecordedCop(None, ml_mm, ap_mm, rate_hz=rate_hz)).values["mean_velocity_mm_s"]


def told(who: str, found: Iterator[StoodOn | None], *, on_one_leg: bool) -> Told:
    """Counted; what says nothing is left out."""
    return Told(who, on_one_leg, Counter(one.seen for one in found if one is not None))


def simulated_rows(people: int = PEOPLE) -> list[Told]:
    """Each kind of simulated people and each way to stand."""
    return [
        told(
            f"simulated {kind}, {how}",
            (simulated(kind, seed, how) for seed in range(people)),
            on_one_leg=how == "one leg",
        )
        for kind in ("young", "old")
        for how in ("one leg", "both", "both, leant over")
    ]


def real_rows(data: Path = DATA, every: int = EVERY) -> list[Told]:
    """The real recordings; none where they are not here."""
    if not (data / "bds").is_dir():
        return []
    rows = [told("a real person, one leg, four cells", on_one(data), on_one_leg=True)]
    for surface, vision in (("Firm", "Open"), ("Firm", "Closed"), ("Foam", "Open")):
        who = f"real people, both, {surface.lower()}, {vision.lower()}"
        rows.append(told(who, on_two(data, surface, vision, every), on_one_leg=False))
    return rows


def main(*, short: bool = False) -> list[Verdict]:
    """Print who was told what."""
    rows = [*simulated_rows(2 if short else PEOPLE), *real_rows(every=200 if short else EVERY)]
    head = ["who stood, and how", "stretches", "told both feet, %", "cannot tell, %", "told one leg, %"]
    print(
        table(head, [[one.who, one.said.total(), *(one.percent(each) for each in (BOTH, UNSURE, ONE))] for one in rows])
    )
    firm = [one for one in rows if "foam" not in one.who and "leant" not in one.who]
    return [
        at_most("one leg that is taken for both feet", max(one.percent(BOTH) for one in firm if one.on_one), 0.0, "%"),
        at_least("both feet that are found, firm", min(one.percent(BOTH) for one in firm if not one.on_one), 90.0, "%"),
        at_most(
            "both feet that pass for one leg, firm", max(one.percent(ONE) for one in firm if not one.on_one), 3.0, "%"
        ),
    ]
