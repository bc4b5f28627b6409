"""Live sway: the figures of the trial that runs and of the last ten seconds, sample by sample from the ring."""

import math

import numpy as np
import pytest

from drills.values import Phase
from station.measures.sway import extent as sway
from station.wire.sample import Sample
from web_ui.compose import sway_figures
from web_ui.sway import SWAY_WINDOW_S, LiveSway, degraded

RATE_HZ = 250
EMPTY = dict.fromkeys(Sample._fields[:-1], 0)


class Stance:
    """A person on the plate, and the samples that the ring would hold."""

    def __init__(self) -> None:
        self.sway = LiveSway()
        self.points: list[tuple[float, float]] = []
        self._seq = 0

    def stand(self, seconds, *, cop=True, **fields):
        """So many samples; the points that were added."""
        begin = len(self.points)
        for _ in range(round(seconds * RATE_HZ)):
            t = self._seq / RATE_HZ
            point = (
                (6 * math.sin(2.1 * t) + math.sin(9 * t), 9 * math.cos(1.7 * t) + math.sin(7 * t))
                if cop
                else (math.nan, math.nan)
            )
            self.points.append(point)
            values = {"seq": self._seq, "t_ns": self._seq * 4_000_000, "cop_ml_mm": point[0], "cop_ap_mm": point[1]}
            self.sway.step(Sample(**{**EMPTY, **values, **fields}))
            self._seq += 1
        return self.points[begin:]

    def lose(self, seconds):
        """Samples that nobody read."""
        self._seq += round(seconds * RATE_HZ)


@pytest.fixture
def stance() -> Stance:
    return Stance()


def check(figures, points):
    """The figures are those of these points, by the batch formulas."""
    ml, ap = np.array(points).T
    path = sway.path_length(ml, ap)
    assert figures.samples == len(points)
    assert figures.path_length_mm == pytest.approx(path, rel=1e-9)
    assert figures.mean_velocity_mm_s == pytest.approx(path * RATE_HZ / (len(points) - 1), rel=1e-9)
    assert figures.rms_ml_mm == pytest.approx(sway.rms(ml), rel=1e-9)
    assert figures.range_ap_mm == pytest.approx(sway.spread(ap), rel=1e-9)
    assert figures.ellipse_area_mm2 == pytest.approx(sway.ellipse_chi2(ml, ap), rel=1e-9)


def test_the_trial_is_its_hold_and_stays_until_the_next(stance):
    stance.stand(3.0, session=1, trial=1, phase=Phase.SETTLE)
    assert stance.sway.trial.figures().samples == 0
    first = stance.stand(12.0, session=1, trial=1, phase=Phase.HOLD)
    check(stance.sway.trial.figures(), first)
    stance.stand(2.0, session=1, trial=1, phase=Phase.REST)
    check(stance.sway.trial.figures(), first)
    second = stance.stand(4.0, session=1, trial=2, phase=Phase.HOLD)
    check(stance.sway.trial.figures(), second)
    stance.stand(0.1)
    assert stance.sway.trial.figures().samples == 0


def test_the_same_trial_of_another_session_begins_again(stance):
    stance.stand(2.0, session=1, trial=1, phase=Phase.HOLD)
    again = stance.stand(1.0, session=2, trial=1, phase=Phase.HOLD)
    check(stance.sway.trial.figures(), again)


def test_the_window_is_the_last_ten_seconds_whatever_runs(stance):
    stance.stand(9.0)
    stance.stand(7.0, session=1, trial=1, phase=Phase.SETTLE)
    check(stance.sway.window.figures(), stance.points[-round(SWAY_WINDOW_S * RATE_HZ) - 1 :])


def test_who_steps_off_begins_again(stance):
    stance.stand(5.0)
    stance.stand(0.2, cop=False)
    assert stance.sway.window.figures().samples == 0
    points = stance.stand(1.0)
    check(stance.sway.window.figures(), points)


def test_a_hole_in_the_hold_begins_the_trial_again(stance):
    hold = {"session": 1, "trial": 1, "phase": Phase.HOLD}
    stance.stand(3.0, **hold)
    stance.stand(0.2, cop=False, **hold)
    points = stance.stand(2.0, **hold)
    check(stance.sway.trial.figures(), points)
    check(stance.sway.window.figures(), points)
    stance.lose(1.0)
    points = stance.stand(1.0, **hold)
    check(stance.sway.trial.figures(), points)


def test_another_control_program_begins_again(stance):
    stance.stand(2.0, session=1, trial=1, phase=Phase.HOLD)
    stance.sway.clear()
    assert stance.sway.trial.figures().samples == stance.sway.window.figures().samples == 0
    points = stance.stand(1.0, session=1, trial=1, phase=Phase.HOLD)
    check(stance.sway.trial.figures(), points)


def test_the_next_trial_has_no_figures_before_its_own_hold(stance):
    stance.stand(2.0, session=1, trial=1, phase=Phase.HOLD)
    stance.stand(1.0, session=1, trial=1, phase=Phase.REST)
    assert stance.sway.trial.figures().samples > 0
    stance.stand(1.0, session=1, trial=2, phase=Phase.SETTLE)
    assert stance.sway.trial.figures().samples == 0


def test_one_sample_is_no_figure(stance):
    stance.stand(0.004, session=1, trial=1, phase=Phase.HOLD)
    assert set(sway_figures(stance.sway.trial).model_dump().values()) == {None}


@pytest.mark.parametrize(
    ("kg", "acceleration_g", "is_degraded"),
    [
        (10.0, 1.0, True),
        (10.0, 0.5, True),
        (35.0, 1.0, True),
        (35.0, 0.5, False),
        (70.0, 1.0, False),
        (120.0, 1.0, False),
        (10.0, 0.0, False),
        (0.0, 1.0, False),
        (math.nan, 1.0, False),
        (70.0, math.nan, False),
    ],
)
def test_who_is_too_light_for_the_vibration_is_told_that_the_point_shakes(kg, acceleration_g, is_degraded) -> None:
    assert degraded(kg * 9.80665, acceleration_g) is is_degraded
