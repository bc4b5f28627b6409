"""The patient's weight and foot, as safety judges loss and fall by them."""

import math

import pytest

from drills.library import load_shipped
from station.control.loop import RATE_HZ
from station.control.stance import KnownStance
from station.sensing.balance import Balance, Occupancy


def standing(force_n: float = 700.0, ml_mm: float = 0.0, ap_mm: float = 0.0) -> Balance:
    return Balance(force_n, force_n, force_n, ml_mm, ap_mm, Occupancy.OCCUPIED)


EMPTY = Balance(0.0, 0.0, 0.0, math.nan, math.nan, Occupancy.EMPTY)


def after(stance: KnownStance, balance: Balance, seconds: float) -> KnownStance:
    for _ in range(round(seconds * RATE_HZ)):
        stance.learn(balance, 0.0)
    return stance


def test_a_weight_counts_after_a_second_of_standing_and_is_forgotten_when_the_plate_is_left() -> None:
    stance = after(KnownStance(), standing(), 0.98)
    assert stance.weight_n == 0.0
    assert after(stance, standing(), 0.1).weight_n == 700.0
    assert after(stance, standing(800.0), 1.0).weight_n == pytest.approx(800.0 - 100.0 * math.exp(-1.0), abs=1.0)
    assert after(stance, EMPTY, 0.004).weight_n == 0.0
    assert after(stance, standing(), 0.9).weight_n == 0.0, "a new second has begun"


def test_the_base_is_round_the_foot_where_it_has_been_learnt() -> None:
    stance = after(KnownStance(), standing(ml_mm=60.0, ap_mm=-20.0), 1.1)
    assert not stance.left_by(standing(ml_mm=139.0, ap_mm=139.0))
    assert stance.left_by(standing(ml_mm=141.0))
    assert stance.left_by(standing(ml_mm=60.0, ap_mm=141.0))
    assert stance.left_by(EMPTY), "nobody is there to have a centre of pressure"


def test_a_place_that_is_not_known_is_not_learnt() -> None:
    stance = after(KnownStance(), standing(ml_mm=10.0), 1.1)
    after(stance, Balance(700.0, 700.0, 700.0, math.nan, math.nan, Occupancy.OCCUPIED), 2.0)
    assert not stance.left_by(standing(ml_mm=89.0))


def test_a_drill_may_only_make_the_base_tighter() -> None:
    stance = KnownStance()
    document = load_shipped("single-leg-vibration")
    foot_down = document.thresholds.foot_down
    assert foot_down is not None
    stance.begin(document)
    edge_mm = min(80.0, foot_down.base_half_ml_mm + 15.0)
    assert edge_mm < 80.0
    assert not stance.left_by(standing(ml_mm=edge_mm))
    assert stance.left_by(standing(ml_mm=edge_mm + 0.1))
    stance.begin(load_shipped("quiet-stance"))
    assert not stance.left_by(standing(ml_mm=80.0)), "another drill without such a threshold"


def test_while_the_platform_moves_nothing_is_learnt_and_nothing_forgotten() -> None:
    stance = after(KnownStance(), standing(), 1.1)
    for moving_hz in (1.0, 25.0, math.nan):
        for _ in range(round(2.0 * RATE_HZ)):
            stance.learn(standing(300.0, ml_mm=70.0), moving_hz)
        stance.learn(EMPTY, moving_hz)
    assert stance.weight_n == 700.0
    assert stance.left_by(standing(ml_mm=81.0)), "the foot is where it was"


@pytest.mark.parametrize(("orientation", "half_ap_mm"), [("right", 80.0), ("left", 80.0), ("back", 160.0)])
def test_who_stands_turned_a_quarter_has_a_narrow_base_either_way(orientation, half_ap_mm) -> None:
    """What is the length of the plate is the width of their foot."""
    document = load_shipped("one-behind-the-other")
    turned = document.model_copy(update={"stance": document.stance.model_copy(update={"orientation": orientation})})
    stance = KnownStance()
    stance.begin(turned)
    assert not stance.left_by(standing(ml_mm=80.0, ap_mm=half_ap_mm))
    assert stance.left_by(standing(ap_mm=half_ap_mm + 0.1))
    assert stance.left_by(standing(ml_mm=80.1)), "never wider than for who looks ahead"
