"""A calibrated plate is as right as was promised, one that was not is not, and the noise is small."""

import random

import pytest

from benchmarks.calibration_accuracy import (
    CENTRE_MM,
    DESIGNED,
    EDGE_MM,
    NOISE_MM,
    calibrated,
    is_edge,
    places,
    seen,
)
from benchmarks.dead_weight import DEAD_MM, stood_on
from station.commissioning.calibrating.run import calibration_of


@pytest.mark.parametrize("seed", [1, 5])
def test_seventy_kilograms_anywhere_on_a_calibrated_plate(make_plate, seed) -> None:
    plate = make_plate(seed)
    run = calibrated(plate.rig, plate.clock, random.Random(seed))
    own = calibration_of(run.finish("", "2000-01-01T00:00:00Z")["calibration"])
    pairs = [seen(plate.rig, plate.clock, [DESIGNED, own], *place, count=250) for place in places(plate.rig)]
    designed, found = zip(*pairs, strict=True)
    assert max(one.error_mm for one in found if not is_edge(plate.rig, one)) <= CENTRE_MM
    assert max(one.error_mm for one in found if is_edge(plate.rig, one)) <= EDGE_MM
    assert 0.005 < max(one.noise_mm for one in found) <= NOISE_MM
    assert max(abs(one.force_percent) for one in found) < 0.3
    assert max(one.error_mm for one in designed) > EDGE_MM


def test_with_exact_weights_the_matrix_is_found(plate) -> None:
    run = plate.calibrate()
    own = calibration_of(run.finish("", "2000-01-01T00:00:00Z")["calibration"])
    found = [seen(plate.rig, plate.clock, [own], *place, count=250)[0] for place in places(plate.rig)]
    assert max(one.error_mm for one in found) < 0.4
    assert max(abs(own.matrix[i][j]) for i in range(4) for j in range(4) if i != j) < 0.01


@pytest.mark.parametrize("seed", [3, 6])
@pytest.mark.parametrize(
    ("hz", "pp_mm", "mass_kg"),
    [
        (10.0, 2.0, 70.0), (25.0, 0.23, 70.0), (25.0, 0.39, 70.0), (35.0, 0.2, 70.0), (40.0, 0.3, 70.0),
        (25.0, 0.39, 10.0), (35.0, 0.2, 10.0), (35.0, 0.2, 120.0),
    ],
)  # fmt: skip
def test_a_dead_weight_on_the_running_plate_hardly_moves(make_plate, seed, hz, pp_mm, mass_kg) -> None:
    """As prescribed, at the most that a clinician may set (0.5 g), and at the hard limit (1.0 g); recorded and live."""
    plate = make_plate(seed)
    row = stood_on(plate.rig, plate.clock, mass_kg, hz, pp_mm)
    assert row.measured_hz == pytest.approx(hz, rel=0.01)
    assert 0.0 < max(row.timed_mm) < DEAD_MM
    assert 0.0 < max(row.live_mm) < DEAD_MM
    assert sum(row.raw_mm) > 0.5
    if hz >= 35.0:
        assert max(row.timed_mm) < 0.6 * max(row.untimed_mm)
