"""A calibrated plate is as right as was promised, one that was not is not, and the noise is small."""

import random

import numpy as np
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
from station.calibrating.run import calibration_of
from station.calibration import Calibrator
from station.loop import PERIOD_NS
from station.measures import compute_cells
from station.measures.vibration import phase_of


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


@pytest.mark.parametrize(("hz", "pp_mm"), [(25.0, 0.23), (25.0, 0.39), (10.0, 2.0), (35.0, 0.12)])
def test_a_dead_weight_on_the_running_plate_hardly_moves(plate, hz, pp_mm) -> None:
    """As prescribed, and near the most that a clinician may set; what remains at 35 Hz is the converters' own beat."""
    plate.put(70_000, 30.0, -20.0)
    calibrator = Calibrator(plate.rig.calibration)
    plate.rig.panel.power(True)
    plate.rig.drive.arm()
    t_s, cells, tach = [], [], []
    for tick in range(3500):
        plate.clock.sleep_until_ns(plate.clock.now_ns() // PERIOD_NS * PERIOD_NS + PERIOD_NS)
        frame = plate.rig.load_cells.read()
        plate.rig.panel.heartbeat()
        plate.rig.drive.apply(hz, pp_mm)
        if tick >= 1000:
            t_s.append(frame.t_ns / 1e9)
            cells.append(calibrator.newtons(frame.volts))
            tach.append(plate.rig.drive.feedback().measured_hz)
    assert tach[-1] == pytest.approx(hz, rel=0.01)
    found = compute_cells(t_s, cells, plate.rig.plate, drive_hz=hz, drive_phase=phase_of(np.array(t_s), tach))
    shaken = compute_cells(t_s, cells, plate.rig.plate, pipeline="raw")
    assert 0.0 < found.values["rms_ml_mm"] < 0.3
    assert 0.0 < found.values["rms_ap_mm"] < 0.3
    assert shaken.values["rms_ml_mm"] + shaken.values["rms_ap_mm"] > 0.5
