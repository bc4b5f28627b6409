"""The checks of the scale at their bounds: swings whose speeds, spreads and ranges are known by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from station.measures.suspicions.scale import change, figures, piece_sizes, shape, size_of, wrong_scale

SWING = 12.0 * np.sin(2.0 * math.pi * np.arange(25) / 25.0 + 0.3)
"""A period of 2.5 s: every piece of a swing is like any other."""


def swing(seconds: float, ml: float = 1.0, ap: float = 1.0) -> np.ndarray:
    """So many times as large on each axis, in tenths of a second."""
    return np.resize(SWING, round(seconds * 10.0))[:, None] * (ml, ap)


def reason(blocks_mm: np.ndarray, stood: str = "") -> str | None:
    found = wrong_scale(blocks_mm, stood)
    return None if found is None else found.reason


def test_figures_and_shape_of_a_way_that_gets_ever_faster() -> None:
    """k squares of 0.3 mm, and a straight way of 0.5 mm in each tenth: the curve over b tenths is 0.6 b^2, and none."""
    k = np.arange(100.0)
    blocks = np.column_stack((0.3 * k**2, 0.5 * k))
    spreads = [np.std(0.3 * k**2), 0.5 * np.std(k)]
    steps = [0.3 * np.mean((2.0 * k[:-1] + 1.0) ** 2) ** 0.5, 0.5]
    ranges = [0.3 * 99.0**2, 0.5 * 99.0]
    assert np.exp(figures(blocks)) == pytest.approx(np.array([steps, spreads, ranges]))
    ways = [[0.3 * by * np.mean((2.0 * k[:-by] + by) ** 2) ** 0.5, 0.5 * by] for by in (2, 3, 5, 8, 12, 20, 40)]
    curves = [[0.6 * by**2, 1e-9] for by in (2, 3, 4, 6)]
    assert np.exp(shape(blocks)) == pytest.approx(np.array([*ways, *curves, spreads, ranges]).ravel())


def test_sizes_of_pieces_of_two_and_a_half_seconds() -> None:
    """1 mm to and fro: steps of 2 mm, 13 on one side and 12 on the other; 4 times as much; the rest is no piece."""
    swings = np.resize((1.0, -1.0), 25)
    blocks = np.concatenate((swings, 4.0 * swings, np.zeros(10)))[:, None] * (1.0, 3.0)
    size = 0.5 * (math.log(2.0) + 0.5 * math.log(1.0 - 1.0 / 625.0))
    expected = size + np.log([[1.0, 3.0], [4.0, 12.0]])
    assert piece_sizes(blocks) == pytest.approx(expected)
    assert piece_sizes(np.zeros((25, 2))) == pytest.approx(np.full((1, 2), math.log(1e-9)))


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0], (1.0, 50, 125)),
        ([0.5, 0.5, 0.5, 0.5, -1.5, -1.5, -1.5], (2.0, 0, 100)),
        ([9.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0], (6.0, 0, 75)),  # two are too few for a part
        ([0.0, 0.0, 0.0, 2.0, 2.0, 2.0], (-2.0, 0, 75)),
        ([0.0, 0.0, 9.0, 9.0, 9.0], (0.0, 0, 0)),  # and two beside it for a rest
    ],
)
def test_a_part_is_larger_than_the_rest(sizes, found) -> None:
    assert change(np.array(sizes)) == pytest.approx(found)


def test_a_sway_of_less_than_a_millimetre_is_no_persons_however_short() -> None:
    assert reason(np.array([[0.0, 0.0], [0.2, 0.999]])) == "tiny-sway"
    assert reason(np.array([[0.0, 0.0], [0.2, 1.0]])) is None
    assert reason(np.zeros((1, 2))) is None
    assert reason(swing(9.9, 100.0, 100.0)) == "sway-too-large"
    assert reason(swing(9.8, 100.0, 100.0)) is None, "too short for all else"


@pytest.mark.parametrize(
    ("sideways", "stood", "larger"),
    [
        (1.19, "", None),
        (1.21, "", "ML"),
        (-1.74, "", None),
        (-1.76, "", "AP"),
        (-1.74, "open-foam", None),
        (-1.19, "one-leg", None),
        (-1.21, "one-leg", "AP"),
        (1.19, "one-leg", None),
        (1.21, "one-leg", "ML"),
    ],
)
def test_axes_of_two_scales(sideways, stood, larger) -> None:
    found = wrong_scale(swing(30.0, math.exp(sideways / 2.0), math.exp(-sideways / 2.0)), stood)
    if larger is None:
        assert found is None or found.reason != "axes-of-two-scales"
    else:
        assert found is not None
        assert found.reason == "axes-of-two-scales"
        assert found.values == {"axis": larger, "times": pytest.approx(math.exp(abs(sideways)))}


def changed(by_ml: float, by_ap: float, ml: float = 1.0, ap: float = 1.0) -> np.ndarray:
    """30 s, from 10 to 20 s by so much (logarithm) larger."""
    blocks = swing(30.0, ml, ap)
    blocks[100:200] *= np.exp((by_ml, by_ap))
    return blocks


def test_a_part_of_another_scale_is_said_with_its_times_and_how_much() -> None:
    for by, said in ((1.61, "scale-changes-larger"), (-1.61, "scale-changes-smaller")):
        found = wrong_scale(changed(by, by))
        assert found is not None
        assert found.reason == said
        assert found.values == {"times": pytest.approx(math.exp(1.61)), "from_s": 10.0, "until_s": 20.0}
        within = 1.59 if by > 0.0 else -1.59
        assert "changes" not in str(reason(changed(within, within)))


def test_a_part_of_one_axis_of_another_scale_is_said_with_the_axis() -> None:
    for by, axes, bases in ((1.76, ("ML", "AP"), (0.5, 1.0)), (-1.76, ("AP", "ML"), (1.0, 1.0))):
        own = (by, 0.0) if by > 0.0 else (0.0, -by)
        found = wrong_scale(changed(*own, *bases))
        assert found is not None
        assert found.reason == "axis-changes-scale"
        assert found.values == {
            "axis": axes[0],
            "other": axes[1],
            "times": pytest.approx(math.exp(1.76)),
            "from_s": 10.0,
            "until_s": 20.0,
        }
        within = (1.74, 0.0) if by > 0.0 else (0.0, 1.74)
        assert "changes" not in str(reason(changed(*within, *bases)))


def test_between_two_lengths_a_limit_goes_with_the_logarithm_of_the_length() -> None:
    """In 15 s, of -0.95 in 10 s and of -0.5 in 20 s. What is said is how fast and how far the trial goes."""
    limit = -0.95 + 0.45 * math.log(1.5) / math.log(2.0)
    blocks = swing(15.0, 1.0, 1.2)
    size = size_of(shape(blocks), 15.0)
    assert wrong_scale(blocks * math.exp(limit + 0.01 - size), "closed-foam") is None
    times = math.exp(limit - 0.01 - size)
    found = wrong_scale(blocks * times, "closed-foam")
    assert found is not None
    assert found.reason == "sway-too-small"
    small = times * blocks
    speed = 10.0 * math.hypot(*(np.mean(np.diff(column) ** 2) ** 0.5 for column in small.T))
    assert found.values["speed_mm_s"] == pytest.approx(speed)
    assert found.values["spread_mm"] == pytest.approx(math.hypot(*np.std(small, axis=0)))
