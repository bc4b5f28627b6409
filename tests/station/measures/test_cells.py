"""Four cells of four times are brought to one, and left as they are where their times are not known."""

import numpy as np
import pytest

from station.measures.cells import aligned

T_S = np.arange(4000) / 250.0
RNG = np.random.default_rng(8)
AGES_S = 0.6e-3 + 1.16e-3 * ((np.arange(4000)[:, None] * (0.44, 0.39, 0.47, 0.52)) % 1.0)
HZ = 30.0


def force(t_s):
    """A slow sway, the same at each cell, and the plate's movement with a harmonic that the rows alias."""
    turn = 2.0 * np.pi * HZ * t_s
    return 175.0 + 10.0 * np.sin(2.0 * np.pi * 0.5 * t_s) + 40.0 * np.sin(turn) + 6.0 * np.sin(4.0 * turn + 1.0)


def slow(t_s):
    return 175.0 + 10.0 * np.sin(2.0 * np.pi * 0.5 * t_s)


def test_what_was_converted_at_other_times_is_brought_to_one_and_the_drive_is_gone():
    cell_t_s = T_S[:, None] - AGES_S
    cells = force(cell_t_s)
    assert np.std(cells[:, 0] - cells[:, 1]) > 1.0
    found = aligned(T_S, cells, cell_t_s, HZ * T_S)
    common_s = T_S - AGES_S.mean()
    assert np.abs(found - slow(common_s)[:, None])[250:-250].max() < 0.1


def test_without_the_drives_phase_the_times_alone_align():
    cell_t_s = T_S[:, None] - AGES_S
    found = aligned(T_S, slow(cell_t_s), cell_t_s, None)
    assert np.abs(found - slow(T_S - AGES_S.mean())[:, None])[5:-5].max() < 1e-3


@pytest.mark.parametrize("bad", [np.nan, 0.5, -3.0])
def test_a_cell_whose_times_are_not_known_stays_as_it_is_and_the_others_do_not(bad):
    cell_t_s = T_S[:, None] - AGES_S
    cells = force(cell_t_s)
    cell_t_s[:, 2] = T_S - bad
    found = aligned(T_S, cells, cell_t_s, HZ * T_S)
    assert np.array_equal(found[:, 2], cells[:, 2])
    assert np.std(found[:, 0]) < 0.3 * np.std(cells[:, 0])


def test_recordings_without_times_are_left_to_the_bit():
    cells = force(T_S[:, None] - AGES_S)
    for cell_t_s in (np.full((4000, 4), np.nan), T_S[:, None] - 1.0 + 0.0 * AGES_S):
        assert aligned(T_S, cells, cell_t_s, HZ * T_S) is cells
    backward = T_S.copy()
    backward[7] = backward[5]
    assert aligned(backward, cells, T_S[:, None] - AGES_S, None) is cells


def test_some_voltages_that_did_not_come_spoil_nothing():
    """A converter that does not answer for five frames keeps its last voltage, with the time of that."""
    cell_t_s = T_S[:, None] - AGES_S
    cells = force(cell_t_s)
    for begin in (700, 1900, 3300):
        cell_t_s[begin : begin + 5, 1] = cell_t_s[begin - 1, 1]
        cells[begin : begin + 5, 1] = cells[begin - 1, 1]
    found = aligned(T_S, cells, cell_t_s, HZ * T_S)
    common_s = T_S - AGES_S.mean()
    assert np.abs(found[:, 1] - slow(common_s))[250:-250].max() < 0.5
