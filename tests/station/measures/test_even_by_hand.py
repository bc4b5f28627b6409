"""A signal brought to even times and tenths of a second, at its bounds: answers that are known by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from station.measures.suspicions.even import blocks, evenly, longest_run, resolution


def test_uneven_times_are_brought_to_even_ones_from_the_first_to_the_last():
    t_s = np.array([10.0, 10.01, 10.03, 10.04, 10.05])
    signal = SimpleNamespace(even=False, t_s=t_s, rate_hz=100.0, ml_mm=3.0 * t_s, ap_mm=-t_s)
    found = evenly(signal)
    grid = 10.0 + np.arange(6) / 100.0
    np.testing.assert_allclose(found, np.column_stack((3.0 * grid, -grid)))
    signal.even = True
    np.testing.assert_array_equal(evenly(signal), np.column_stack((3.0 * t_s, -t_s)))


def test_tenths_are_means_and_what_is_shorter_is_left_out():
    columns = np.column_stack((np.arange(25.0), np.full(25, 2.0), -np.arange(25.0)))
    np.testing.assert_allclose(blocks(columns, 100.0), [[4.5, 2.0, -4.5], [14.5, 2.0, -14.5]])
    assert blocks(columns[:9], 100.0).shape == (0, 3)
    assert blocks(columns[:0], 100.0).shape == (0, 3)
    np.testing.assert_allclose(blocks(columns[:10], 100.0), [[4.5, 2.0, -4.5]])
    np.testing.assert_allclose(blocks(columns[:5, :1], 25.0), [[0.5], [3.0]], err_msg="2 and 3 of 2.5 samples each")


@pytest.mark.parametrize(
    ("flags", "run"),
    [([], (0, 0)), ([0, 0], (0, 0)), ([1], (0, 1)), ([0, 1, 1, 0, 1], (1, 2)), ([1, 0, 1, 1, 1], (2, 3))],
)
def test_the_longest_run(flags, run):
    assert longest_run(np.array(flags, dtype=bool)) == run


def test_the_smallest_step_is_none_of_a_divisions_errors():
    assert resolution(np.full(5, 3.0)) == 0.0
    assert resolution(np.array([0.0, 1e-10, 0.3, 0.3, 0.1])) == pytest.approx(0.2)
    assert resolution(np.array([0.0, 1.5e-9, 0.3])) == pytest.approx(1.5e-9)
    assert resolution(np.array([0.0, 0.8e-9, 0.3])) == pytest.approx(0.3), "of 1 mm where all is smaller"
    assert resolution(np.array([1000.0, 1000.0 + 5e-7, 999.0])) == pytest.approx(1.0)
