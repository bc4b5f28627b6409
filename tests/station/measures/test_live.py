"""The live figures against the batch formulas, sample by sample, on real and on awkward input."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.measures.live import Rolling, Running
from station.measures.pipelines import cop_of_cells
from station.measures.sway import extent as batch

if TYPE_CHECKING:
    from tests.station.measures.conftest import Plate


def expected(t, ml, ap):
    path = batch.path_length(ml, ap)
    return (
        len(t),
        t[-1] - t[0],
        path,
        path / (t[-1] - t[0]),
        batch.ellipse_chi2(ml, ap),
        batch.rms(ml),
        batch.rms(ap),
        batch.spread(ml),
        batch.spread(ap),
    )


@pytest.fixture(scope="module")
def real(plates: list[Plate]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    plate = plates[0]
    ml, ap, _ = cop_of_cells(plate.cells_n, (138.0, 293.0))
    return plate.t_s, ml, ap


def test_running_equals_batch_on_a_real_trial(real):
    t, ml, ap = real
    running = Running()
    for k, sample in enumerate(zip(*(x.tolist() for x in real), strict=True)):
        running.update(*sample)
        if k in (1, 10, 777, 6000, len(t) - 1):
            assert running.figures() == pytest.approx(expected(t[: k + 1], ml[: k + 1], ap[: k + 1]), rel=1e-9)


def test_rolling_equals_batch_over_a_minute(real):
    t, ml, ap = real
    rolling = Rolling(5.0)
    for k, sample in enumerate(zip(*(x.tolist() for x in real), strict=True)):
        rolling.update(*sample)
        if k and k % 997 == 0:
            inside = slice(int(np.searchsorted(t, t[k] - 5.0)), k + 1)
            assert rolling.figures() == pytest.approx(expected(t[inside], ml[inside], ap[inside]), rel=1e-9)


def test_rolling_does_not_drift_in_an_hour_far_from_the_middle():
    rng = np.random.default_rng(2)
    rolling = Rolling(2.0)
    kept = []
    for k in range(60_000):
        sample = (k / 25.0, 900.0 + 1e-3 * k + rng.standard_normal(), -700.0 + rng.standard_normal())
        rolling.update(*sample)
        kept = [*kept[-60:], sample]
    t, ml, ap = np.array([one for one in kept if one[0] >= kept[-1][0] - 2.0]).T
    assert rolling.figures() == pytest.approx(expected(t, ml, ap), rel=1e-9)


POINT = st.tuples(st.floats(0.001, 0.9), st.floats(-400.0, 400.0), st.floats(-400.0, 400.0))


@settings(max_examples=40)
@given(st.lists(POINT, min_size=2, max_size=120), st.floats(0.5, 6.0))
def test_any_steps_in_time_and_place(points, window_s):
    running, rolling = Running(), Rolling(window_s)
    samples = []
    now = 0.0
    for step, ml, ap in points:
        now += step
        samples.append((now, ml, ap))
        running.update(now, ml, ap)
        rolling.update(now, ml, ap)
    t, ml, ap = np.array(samples).T
    assert running.figures()[:4] + running.figures()[5:] == pytest.approx(
        expected(t, ml, ap)[:4] + expected(t, ml, ap)[5:], rel=1e-9, abs=1e-9
    )
    inside = t >= now - window_s
    if inside.sum() > 1:
        t, ml, ap = t[inside], ml[inside], ap[inside]
        want = expected(t, ml, ap)
        assert rolling.figures()[:4] + rolling.figures()[5:] == pytest.approx(want[:4] + want[5:], rel=1e-9, abs=1e-6)
    else:
        assert math.isnan(rolling.figures().path_length_mm)


def test_what_is_not_a_sample_is_left_out():
    running, rolling = Running(), Rolling(1.0)
    for live in (running, rolling):
        assert math.isnan(live.figures().mean_velocity_mm_s)
        for sample in (
            (0.0, 1.0, 1.0),
            (0.1, math.nan, 1.0),
            (0.1, 2.0, 1.0),
            (0.1, 9.0, 9.0),
            (0.05, 9.0, 9.0),
            (0.2, 2.0, math.inf),
            (0.2, 2.0, 3.0),
        ):
            live.update(*sample)
        assert live.figures().path_length_mm == pytest.approx(3.0)
        assert live.figures().samples == 3
        live.clear()
        assert live.figures().samples == 0


def test_a_window_must_have_a_length():
    with pytest.raises(ValueError, match="window_s"):
        Rolling(0.0)


def test_the_work_of_an_update_does_not_grow():
    """Counts what the queues hold instead of the time: the last 100 updates go through no more than the first did."""
    rolling = Rolling(1.0)
    lengths = []
    for k in range(5000):
        rolling.update(k / 250.0, math.sin(0.01 * k), math.cos(0.013 * k))
        lengths.append(len(rolling._samples))
    assert max(lengths) <= 251


def test_live_needs_nothing_but_the_standard_library():
    code = "import sys, station.measures.live; assert not {'numpy', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
