"""What four cells contradict each other by, each at its bounds: made plates whose answer is known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hw.values import CELL_NAMES
from station.measures.suspicions.plate import (
    _alike,
    _always_alike,
    _apart,
    _leak,
    _order,
    _order_of_shares,
    _tare,
    same_cells,
)

T = np.arange(200) / 10.0
ML, AP = 60.0 * np.sin(1.1 * T), 80.0 * np.sin(0.7 * T + 0.4)
WAVE = np.sin(2.3 * T + 1.0)
FORCE = 700.0 + 2.0 * np.sin(3.1 * T)


def cells(force, ml, ap, twist):
    """Tenths of four cells with this force, these moments and this twist, all in N."""
    of_cell = force - ml + ap + twist, force + ml + ap - twist, force + ml - ap + twist, force - ml - ap - twist
    return np.column_stack(of_cell) / 4.0


def plate(force=FORCE, ml=ML, ap=AP, twist=0.0):
    """Of a load at one place, with so much twist besides."""
    return cells(force, ml, ap, twist - ml * ap / force)


def times(found):
    return None if found is None else (found.reason, pytest.approx(found.values["times"], rel=0.01))


def test_a_load_at_one_place_contradicts_nothing():
    own = plate()
    for look in (_alike, _order, _leak, _tare, _apart, _always_alike, _order_of_shares):
        assert look(own) is None, look.__name__
    assert same_cells(own) is None


def test_twist_beside_the_lesser_of_the_moments_is_another_order():
    lesser = min(float(np.std(ML)), float(np.std(AP))) / float(np.std(WAVE))
    assert _order(plate(twist=0.88 * lesser * WAVE)) is None
    assert times(_order(plate(twist=0.92 * lesser * WAVE))) == ("cells-in-other-order", 0.92)


def test_twist_of_who_moves_counts_beside_the_load_too():
    heavy = 700.0 + 300.0 * np.sin(0.9 * T)
    ml, ap, wave = 0.08 * np.sin(1.1 * T), 0.1 * np.sin(0.7 * T + 0.4), WAVE / float(np.std(WAVE))
    least = min(float(np.std(ml)), float(np.std(ap)))

    def of(part):
        return cells(heavy, heavy * ml, heavy * ap, heavy * (part * wave - ml * ap))

    assert _order_of_shares(of(1.17 * least)) is None
    assert times(_order_of_shares(of(1.23 * least))) == ("cells-in-other-order", 1.23)
    straight = cells(heavy, 0.001 * heavy * WAVE, 0.001 * heavy * np.cos(T), 0.029 * heavy * wave)
    assert _order_of_shares(straight) is None
    assert _order_of_shares(cells(heavy, 0.001 * heavy * WAVE, 0.001 * heavy * np.cos(T), 0.032 * heavy * wave))
    assert _order_of_shares(of(3.0)[:9]) is None
    assert _order_of_shares(of(3.0)[:10]) is not None


@pytest.mark.parametrize("corner", range(4))
def test_a_cell_that_counts_double_or_half_is_named_by_its_corner(corner):
    for gain, first, second in ((2.0, corner, (corner + 2) % 4), (0.5, (corner + 2) % 4, corner)):
        spoilt = plate(force=0.0 * T + 700.0)
        spoilt[:, corner] *= gain
        found = _leak(spoilt)
        assert found is not None
        assert (found.values["cell"], found.values["other"]) == (CELL_NAMES[first], CELL_NAMES[second])
        assert found.values["percent"] == pytest.approx(100.0, abs=5.0)
        assert found.reason == "weight-sways"


def test_a_weight_that_hardly_sways_leaks_nothing():
    changes = float(np.std((ML + AP)[5:] - (ML + AP)[:-5]))
    other = np.sin(6.0 * T)
    other *= changes / float(np.std(other[5:] - other[:-5]))
    assert _leak(plate(force=700.0 + 0.06 * (ML + AP))) is None, "less than a tenth of a moment"
    assert _leak(plate(force=700.0 + 0.08 * (ML + AP))) is not None
    assert _leak(plate(force=700.0 + 0.2 * (ML + AP) + 0.2 * other)) is None, "half of it is the sway's"
    found = _leak(plate(force=700.0 + 0.2 * (ML + AP) + 0.12 * other))
    assert found is not None
    assert 60.0 < found.values["percent"] < 85.0
    assert _leak(plate(force=0.0 * T + 700.0)) is None


def test_two_cells_alike_are_named_and_four_are_no_plate():
    own = plate()
    for one, other in ((0, 1), (1, 3), (2, 3)):
        copied = own.copy()
        copied[:, other] = 0.7 * own[:, one] + 3.0
        found = _alike(copied)
        assert found is not None
        assert (found.reason, found.values["cell"], found.values["other"]) == (
            "cells-alike",
            CELL_NAMES[one],
            CELL_NAMES[other],
        )
        assert found.values["correlation"] == pytest.approx(1.0)
        same = own.copy()
        same[:, other] = own[:, one]
        said = same_cells(same)
        assert said is not None
        assert (said.values["cell"], said.values["other"], said.values["correlation"]) == (
            CELL_NAMES[one],
            CELL_NAMES[other],
            1.0,
        )
        moved = _always_alike(same)
        assert moved is not None
        assert (moved.values["cell"], moved.values["other"]) == (CELL_NAMES[one], CELL_NAMES[other])
        assert moved.values["correlation"] == pytest.approx(1.0)
        assert said.reason == moved.reason == "cells-alike"
    assert _alike(np.column_stack([FORCE] * 4)) is None
    still = own.copy()
    still[:, 2] = 5.0
    assert _alike(still) is None


def test_cells_of_who_moves_are_alike_to_a_five_hundredth_of_the_load():
    own = plate()
    load = float(np.mean(own.sum(axis=1)))
    for share, alike in ((0.0019, True), (0.0021, False)):
        near = own.copy()
        near[:, 1] = own[:, 0] + share * load * WAVE / float(np.std(WAVE))
        found = _always_alike(near)
        assert (found is not None) is alike
        if found is not None:
            assert found.values["correlation"] == pytest.approx(np.corrcoef(near[:, 0], near[:, 1])[0, 1])
            assert found.values["correlation"] < 0.9999
    little = np.column_stack([load / 4.0 + 0.0099 * load * WAVE / float(np.std(WAVE))] * 2 + [own[:, 2], own[:, 3]])
    assert _always_alike(little) is None, "a cell that hardly moves may be as another"
    assert _always_alike(own[:1]) is None


@pytest.mark.parametrize(("share", "found"), [(0.09, False), (0.11, True)])
def test_a_wrong_zero_is_told_by_a_tenth_of_the_weight(share, found):
    for sign in (1.0, -1.0):
        said = _tare(plate(twist=sign * share * FORCE))
        assert (said is not None) is found
        if said is not None:
            assert said.reason == "corners-cannot-be"
            assert said.values["percent"] == pytest.approx(100.0 * share, abs=0.5)
            assert said.values["kg"] == pytest.approx(said.values["percent"] * 7.0 / 9.80665, rel=0.01)
    assert _tare(plate()[:0]) is None


def test_a_zero_that_drifts_is_told_by_its_worst_third():
    for sign in (1.0, -1.0):
        for end, found in ((0.125, True), (0.115, False)):
            drift = plate(ml=0.0 * T + 5.0, ap=0.0 * T, twist=sign * np.linspace(0.0, end, 200) * FORCE)
            assert (_tare(drift) is not None) is found, end
    drift = cells(700.0, np.zeros(150), 0.0, 700.0 * np.linspace(0.0, 0.125, 150))
    assert _tare(drift) is not None
    assert _tare(drift[1:]) is None, "too short for thirds"


def test_a_load_beside_the_middle_is_no_wrong_zero():
    assert _tare(plate(ml=ML + 250.0, ap=AP + 250.0)) is None
    assert _tare(plate(ml=ML + 250.0, ap=AP - 250.0)) is None
