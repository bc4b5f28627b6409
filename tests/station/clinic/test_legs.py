"""Both legs of one test: the formulas, what is said of a difference, and that nothing is said without reason."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.clinic.legs import Attempt, asymmetry_percent, compare

NUMBER = st.floats(allow_nan=False, allow_infinity=False, min_value=0.0, max_value=600.0)
TRIES = st.lists(st.builds(Attempt, NUMBER, st.none() | NUMBER | st.just(float("nan"))), max_size=5)


def tries(*pairs):
    return [Attempt(hold_s, sway) for hold_s, sway in pairs]


LOW = tries((4.1, 66.0), (5.8, 61.0), (7.2, 59.0))
HIGH = tries((10.0, 48.0), (10.0, 50.0), (10.0, 46.0))


def test_best_mean_and_asymmetry_are_those_of_the_fact_sheet():
    both = compare(LOW, HIGH)
    assert (both.left.best_s, both.right.best_s) == (7.2, 10.0)
    assert both.left.mean_s == pytest.approx(5.7)
    assert both.left.sway_mm_s == pytest.approx(62.0)
    assert both.asymmetry_best_percent == pytest.approx(100 * (7.2 - 10) / 10)
    assert both.asymmetry_mean_percent == pytest.approx(100 * (5.7 - 10) / 10)
    assert both.asymmetry_sway_percent == pytest.approx(100 * (62 - 48) / 62)


@pytest.mark.parametrize(
    ("left", "right", "less_steady", "by"),
    [
        (LOW, HIGH, "left", ("time", "sway")),
        (HIGH, LOW, "right", ("time", "sway")),
        (tries((10, 60), (10, 61), (10, 62)), HIGH, "left", ("sway",)),
        (tries((10, 60), (10, 61), (10, 49)), HIGH, "", ()),
        (tries((9, 40), (9.9, 41), (8, 42)), HIGH, "", ("time", "sway")),
        (tries((4, None), (5, None), (3, None)), HIGH, "left", ("time",)),
        (LOW[:2], HIGH, "", ()),
        ([], HIGH, "", ()),
        (HIGH, HIGH, "", ()),
    ],
)
def test_which_leg_is_less_steady(left, right, less_steady, by):
    both = compare(left, right)
    assert (both.less_steady, both.by) == (less_steady, by)
    assert both.enough is (min(len(left), len(right)) >= 3)


def test_how_often_chance_does_it_is_counted():
    values = range(6)
    apart = sum(
        max(c) < min(set(values) - set(c)) or min(c) > max(set(values) - set(c))
        for c in itertools.combinations(values, 3)
    )
    assert compare(LOW, HIGH).chance_one_in == len(list(itertools.combinations(values, 3))) / apart == 10


@given(TRIES, TRIES)
def test_legs_that_change_places_are_said_so_and_nothing_raises(left, right):
    both, turned = compare(left, right), compare(right, left)
    assert turned.less_steady == {"left": "right", "right": "left", "": ""}[both.less_steady]
    assert turned.by == both.by
    for name in ("asymmetry_best_percent", "asymmetry_mean_percent", "asymmetry_sway_percent"):
        one, other = getattr(both, name), getattr(turned, name)
        assert (one is None) == (other is None)
        assert one is None or (-100.0 <= one <= 100.0 and one == pytest.approx(-other))
    assert not both.less_steady or both.enough


def test_nothing_held_has_no_asymmetry():
    assert asymmetry_percent(0.0, 0.0) is None
    assert asymmetry_percent(None, 3.0) is None
    assert asymmetry_percent(0.0, 3.0) == -100.0
