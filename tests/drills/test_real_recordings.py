"""The foot-down and step-off rules on a real person who stands on one leg on a plate with four load cells."""

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from drills.prescription import Asked, prescribe
from drills.values import Leg, Observation, Phase, TrialOutcome

WIDTH_MM, LENGTH_MM, G_M_S2 = 191.0, 346.0, 9.80665
TICKS_PER_S = 250


@pytest.fixture(scope="module")
def recording(kinvent: Path) -> Callable[[str], list[Observation]]:
    """`recording(name)`: one observation a row, the CoP from the plate's centre."""

    def read(name):
        with gzip.open(kinvent / f"{name}.csv.gz", "rt") as lines:
            return [
                Observation(
                    sum(float(row[f"ch{cell}_kg"]) for cell in (1, 2, 3, 4)) * G_M_S2,
                    (float(row["cop_ml_norm"]) - 0.5) * WIDTH_MM,
                    (float(row["cop_ap_norm"]) - 0.5) * LENGTH_MM,
                    0.0,
                    True,
                )
                for row in csv.DictReader(lines)
            ]

    return read


def played(rows, person):
    return lambda t: rows[row] if (row := round(t * TICKS_PER_S)) < len(rows) else person(0)


def test_the_foot_that_came_down_in_the_left_trial_is_seen(recording, drive, person, single_leg):
    # At 33.56 s the plate loses a third of the weight for 0.4 s and no rebound gives the impulse back (-0.1 s of body
    # weight, a fall of 1 m/s were it free): something else carried the patient, so the other foot was down.
    rows = recording("sub01_EC_block0_Left")
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT, trials=1)), played(rows, person), 80)
    assert run.state.results[0].outcome is TrialOutcome.FOOT_DOWN
    assert run.ticks[-1].t_s == pytest.approx(33.70, abs=0.05)


def test_the_sway_of_the_right_trial_is_no_foot_down(recording, drive, person, single_leg):
    rows = recording("sub01_EC_block1_Right")
    run = drive(single_leg, prescribe(single_leg, Asked(Leg.RIGHT, trials=1)), played(rows, person), 80)
    assert run.state.results[0].outcome is TrialOutcome.HELD
    assert run.state.results[0].hold_s == 30.0


@pytest.mark.parametrize("name", ["sub01_EC_block0_Left", "sub01_EC_block1_Right"])
def test_quiet_stance_measures_all_but_the_last_20_ms_of_the_recording(recording, drive, person, quiet, name):
    rows = recording(name)
    run = drive(quiet, prescribe(quiet, Asked(Leg.LEFT)), played(rows, person), 80)
    assert run.state.phase is Phase.DONE
    result = run.state.results[0]
    assert result.outcome is TrialOutcome.HELD
    assert result.hold_start_ns == 0
    assert result.hold_end_ns == (len(rows) - 5) * 4_000_000
