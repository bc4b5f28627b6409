"""A recording that is wrong is suspect while the plate vibrates too, and one that is right is not."""

import math

import numpy as np
import pytest

from benchmarks import vibrated
from station.measures import PlateMotion, RecordedCells, Request, compute
from station.measures.spectrum.vibration import told_apart
from tests.station.measures.conftest import GEOMETRY_MM, Plate

SEED = 12
RATE_HZ = 250.0


@pytest.fixture(scope="module", params=[5.0, 12.0, 25.0])
def shaken(request: pytest.FixtureRequest, plates: list[Plate]) -> RecordedCells:
    """20 s of a real stance of one leg, on a plate that shakes each cell by up to a tenth of its load."""
    cells_n = plates[0].cells_n[:5000]
    t_s = np.arange(len(cells_n)) / RATE_HZ
    phase = request.param * t_s + 0.02 * np.sin(0.7 * t_s)
    waves = sum(0.1 / k**2 * np.sin(2.0 * math.pi * k * phase + k) for k in range(1, 5))
    shaken_n = cells_n * (1.0 + waves[:, None] * (1.0, 0.6, 0.8, 0.9))
    return RecordedCells(t_s, shaken_n, GEOMETRY_MM, motion=PlateMotion(request.param, phase), axes_known=True)


def reasons(recorded: RecordedCells, pipeline: str = "station-1") -> list[str]:
    return [one.reason for one in compute(recorded, Request(pipeline)).suspicions]


def test_nothing_is_suspected_of_a_real_stance_that_is_shaken(shaken):
    for pipeline in ("station-1", "raw"):
        assert reasons(shaken, pipeline) == []
    assert reasons(shaken._replace(motion=PlateMotion(shaken.motion.frequency_hz))) == []


def test_nothing_is_suspected_where_the_plate_starts_and_stops(plates):
    """4 s on, 4 s off, half a second from the one to the other: a harmonic is in every band then."""
    cells_n = plates[0].cells_n[:6000]
    t_s = np.arange(len(cells_n)) / RATE_HZ
    on = np.clip(8.0 * np.sin(2.0 * math.pi * t_s / 8.0), 0.0, 1.0)
    phase = np.cumsum(20.0 * on) / RATE_HZ
    waves = on * sum(0.1 / k**2 * np.sin(2.0 * math.pi * k * phase + k) for k in range(1, 5))
    shaken_n = cells_n * (1.0 + waves[:, None] * (1.0, 0.6, 0.8, 0.9))
    assert reasons(RecordedCells(t_s, shaken_n, GEOMETRY_MM, motion=PlateMotion(20.0, phase), axes_known=True)) == []


def test_what_is_exactly_alike_is_found_before_cells_are_brought_to_one_moment(shaken):
    cells_n, ages_s = shaken.cells_n.copy(), np.array((0.0002, 0.0009, 0.0014, 0.0005))
    cells_n[:, 2] = cells_n[:, 1]
    timed = shaken._replace(cells_n=cells_n, cell_t_s=shaken.t_s[:, None] - ages_s)
    assert "cells-alike" in reasons(timed)
    again = shaken.cells_n.copy()
    again[3000:4000] = again[1000:2000]
    assert "piece-twice" in reasons(timed._replace(cells_n=again))


@pytest.mark.parametrize(
    ("mass_kg", "hz", "seed", "part"), [(35.0, 25.0, 5, 1), (35.0, 25.0, 5, 6), (70.0, 250.0 / 9.0, 110, 4)]
)
def test_harmonics_that_appear_at_one_place_are_no_noise(mass_kg, hz, seed, part):
    """Each was called noisy for a while: no fit could tell the fourth harmonic from the sixth, or from the fifth. Real
    noise is found there as before.
    """
    ride = list(vibrated.parts(vibrated.stood("stand_on_left", mass_kg, hz, seed)))[part]
    assert reasons(ride) == []
    for kind in ("white noise of 2 mm", "a cell with noise of 10 N", "rows shuffled for a while"):
        wrong = vibrated.KINDS.get(kind, vibrated.Kind(vibrated.shuffled(4.0)))
        assert reasons(wrong.spoil(ride, np.random.default_rng(SEED)))[0].startswith("white-noise")


@pytest.mark.parametrize(
    ("hz", "count"), [(5.0, 6), (30.0, 6), (25.0, 4), (250.0 / 9.0, 4), (250.0 / 11.0, 5), (250.0 / 7.0, 3), (50.0, 2)]
)
def test_how_many_harmonics_a_fit_can_tell_apart(hz, count):
    assert told_apart(hz, 250.0, 6) == count


EXPECTED = {
    "cells in an order that mixes the diagonals": {"cells-in-other-order"},
    "a cell counts double": {"weight-sways"},
    "a cell counts half": {"weight-sways"},
    "a cell in two columns": {"cells-alike"},
    "a cell never tared, the empty plate seen": {"zero-is-none"},
    "a cell shows 20 % of the weight too little": {"corners-cannot-be", "cell-negative"},
    "white noise of 2 mm": {"white-noise"},
    "rows shuffled": {"white-noise", "white-noise-for-a-while"},
    "5 s of rows shuffled": {"white-noise-for-a-while"},
    "a spike of 40 mm, 5 samples": {"jumps"},
    "the foot 12 to 40 mm elsewhere": {"jumps"},
    "1 to 5 s twice": {"piece-twice"},
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_is_said(shaken, kind):
    spoilt = vibrated.KINDS[kind].spoil(shaken, np.random.default_rng(SEED))
    found = compute(spoilt)
    said = {one.reason for one in found.suspicions} | {one.reason for one in found.reasons.values()}
    assert EXPECTED[kind] & said, said
