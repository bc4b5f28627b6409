"""With vibration and without it: the difference, between what it lies, and "no difference" said as plainly."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtrit

from benchmarks.with_without import MOST_OF_A_PERSON, MOST_PERCENT, moved
from drills.with_without import draw_turns
from station.clinic.with_without import (
    FIGURES,
    LEAST_TURNS,
    TIME,
    UNSAFE,
    Turn,
    compare,
    t_975,
    verdict,
)
from station.measures.norms.change import own_spread
from station.measures.values import MeasureSet

HELD_S = 30.0


def turns(*times, vibrated, sways=()):
    """Of these times; 30 s are held to the end, with these speeds of sway."""
    sways = iter(sways)
    return [
        Turn(
            vibrated,
            "held" if hold_s == HELD_S else "foot-down",
            hold_s,
            {"mean_velocity_mm_s": next(sways, 40.0)} if hold_s == HELD_S else {},
        )
        for hold_s in times
    ]


def of(found, name):
    return next(one for one in found if one.name == name)


def test_no_difference_is_none_and_says_between_what_it_lies():
    found = compare([turns(12.0, 20.0, 30.0, 9.0, vibrated=True) + turns(15.0, 30.0, 8.0, 21.0, vibrated=False)])
    time = of(found, TIME)
    assert (time.differs, time.better) == (False, "")
    assert time.difference == pytest.approx(17.75 - 18.5)
    assert time.low < time.difference < time.high
    assert verdict(found) == "none"


def test_a_difference_is_one_and_says_for_which_side():
    found = compare([turns(5.0, 6.0, 4.0, 5.0, vibrated=True) + turns(30.0, 30.0, 28.0, 30.0, vibrated=False)])
    assert [(one.differs, one.better) for one in (of(found, TIME), of(found, UNSAFE))] == [
        (True, "without"),
        (False, ""),  # four of four against one of four is still chance
    ]
    assert verdict(found) == "one-without"


def test_two_figures_of_one_mind_make_a_verdict_and_two_that_are_not_none():
    slow, fast = (
        [
            one._replace(figures=dict.fromkeys(FIGURES, base + at))
            for at, one in enumerate(turns(*[HELD_S] * 4, vibrated=of_kind))
        ]
        for base, of_kind in ((40.0, True), (80.0, False))
    )
    assert verdict(compare([slow + fast])) == "with"
    mixed = [one._replace(figures={**one.figures, FIGURES[1]: -one.figures[FIGURES[1]]}) for one in slow + fast]
    assert verdict(compare([mixed])) == "contrary"


def test_like_turns_are_told_apart_by_chance_in_one_comparison_of_twelve_at_most():
    draw, one, more = random.Random(1), 0, 0
    for _ in range(300):
        sways = [(draw.gauss(0.0, 1.0), draw.gauss(0.0, 1.0)) for _ in range(8)]
        visit = [
            Turn(
                vibrated, "held", HELD_S, {FIGURES[0]: 40.0 + 5.0 * a, FIGURES[1]: 800.0 + 250.0 * (0.6 * a + 0.8 * b)}
            )
            for vibrated, (a, b) in zip(draw_turns("abba", 8, draw.randrange(2**31)), sways, strict=True)
        ]
        said = verdict(compare([visit]))
        one, more = one + said.startswith("one-"), more + (said in ("with", "without", "contrary"))
    assert 0 < one < 300 / 10
    assert more < 300 / 50


def test_of_four_turns_each_only_all_against_none_is_beyond_chance():
    for unsafe in range(5):
        times = [5.0] * unsafe + [HELD_S] * (4 - unsafe)
        found = of(compare([turns(*times, vibrated=True) + turns(*[HELD_S] * 4, vibrated=False)]), UNSAFE)
        assert found.differs is (unsafe == 4)
        assert found.difference == unsafe / 4


def test_turns_that_are_all_alike_differ_in_nothing():
    found = compare([turns(*[HELD_S] * 4, vibrated=True) + turns(*[HELD_S] * 4, vibrated=False)])
    assert [(one.differs, one.difference) for one in found[:3]] == [(False, 0.0)] * 3
    assert of(found, TIME).why.reason == "all-alike"
    assert verdict(found) == "none"


def test_sway_is_compared_of_turns_that_were_held_to_the_end_only_and_too_few_are_said():
    few = turns(30.0, 30.0, 5.0, 6.0, vibrated=True) + turns(*[HELD_S] * 4, vibrated=False)
    sway = of(compare([few]), FIGURES[0])
    assert (sway.differs, sway.with_turns, sway.without_turns) == (None, 2, 4)
    assert (sway.why.reason, sway.why.values["least"]) == ("few-turns-held", LEAST_TURNS)
    stopped = [one._replace(outcome="stopped") for one in few]
    assert verdict(compare([stopped])) == "unknown"
    assert verdict(compare([])) == verdict(compare([[]])) == "unknown"


SPEEDS = st.lists(st.floats(5.0, 80.0), min_size=3, max_size=6)


@given(SPEEDS, SPEEDS)
def test_the_reach_is_that_of_every_other_comparison(with_speeds, without_speeds):
    visit = turns(*[HELD_S] * len(with_speeds), vibrated=True, sways=with_speeds)
    visit += turns(*[HELD_S] * len(without_speeds), vibrated=False, sways=without_speeds)
    found = of(compare([visit]), "mean_velocity_mm_s")
    sets = [
        [MeasureSet("station-1", "1", {"mean_velocity_mm_s": one}, {}) for one in speeds]
        for speeds in (with_speeds, without_speeds)
    ]
    reach = own_spread(*sets, "mean_velocity_mm_s")
    assert found.high - found.low == pytest.approx(2.0 * reach, rel=1e-3, abs=1e-9)


def test_students_t_is_the_one_of_the_books():
    assert [t_975(freedom) for freedom in range(1, 31)] == [
        pytest.approx(stdtrit(freedom, 0.975), abs=6e-4) for freedom in range(1, 31)
    ]
    assert t_975(400) == t_975(30) > stdtrit(400, 0.975)


def test_over_the_visits_a_good_day_is_one_of_both_kinds():
    """Each visit 2 s worse with vibration, on days that lie far apart: alone chance, together not."""
    visits = [
        turns(*(base - 2.0 + at for at in (0.0, 1.0, 0.0, 1.0)), vibrated=True)
        + turns(*(base + at for at in (0.0, 1.0, 1.0, 0.0)), vibrated=False)
        for base in (8.0, 14.0, 21.0)
    ]
    whole = of(compare(visits), TIME)
    assert (whole.differs, whole.better) == (True, "without")
    assert whole.difference == pytest.approx(-2.0)
    assert (whole.with_turns, whole.without_turns) == (12, 12)
    one = of(compare(visits[:1]), TIME)
    assert whole.high - whole.low < one.high - one.low


def test_visits_that_do_not_agree_keep_the_estimate_wide():
    def visit(apart):
        return turns(10.0 + apart, 10.1 + apart, 10.0 + apart, vibrated=True) + turns(10.0, 10.1, 10.0, vibrated=False)

    whole = of(compare([visit(apart) for apart in (-3.0, 0.0, 6.0)]), TIME)
    assert whole.differs is False
    assert whole.high - whole.low > 10.0


ANY = st.builds(
    Turn,
    st.booleans(),
    st.sampled_from(["held", "foot-down", "step-off", "stopped", "not-started", "damaged"]),
    st.floats(0.0, 600.0),
    st.dictionaries(st.sampled_from(FIGURES), st.floats(allow_nan=True), max_size=2),
)


@given(st.lists(st.lists(ANY, max_size=9), max_size=4))
def test_whatever_the_turns_it_says_something_or_why_not(visits):
    for one in compare(visits):
        assert (one.differs is None) == (one.difference is None)
        if one.differs is not None:
            assert one.low <= one.difference + 1e-9 or one.name == UNSAFE
            assert math.isfinite(one.low)
            assert math.isfinite(one.high)
        else:
            assert one.why is not None


def test_what_is_compared_is_not_moved_by_the_vibration_itself():
    """A simulated person on one leg and a dead weight, with one seed once with vibration and once without it."""
    for one in moved(25.0, 0):
        assert abs(one.percent) < MOST_PERCENT, one
        assert abs(one.dead) < MOST_OF_A_PERSON, one
