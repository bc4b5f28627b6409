"""The weight that swings on the simulated plate: energy, period and forces as of a pendulum of any angle."""

import math
from itertools import pairwise

import pytest

from hw.simulated.hung_weight import Hanging, HungWeight
from hw.units import STANDARD_GRAVITY_M_S2

STEP_S = 0.004
SMALL = Hanging(10_000.0, 6000.0, 600.0, 900.0, 12.0)


def places(hung: HungWeight, seconds: float) -> list[tuple[float, float, float]]:
    found = []
    for _ in range(round(seconds / STEP_S)):
        found.append(hung.pressing())
        hung.step(STEP_S)
    return found


def test_it_begins_pulled_out_at_rest_and_swings_with_the_period_of_its_rope() -> None:
    period_s = 2.0 * math.pi * math.sqrt(0.6 / STANDARD_GRAVITY_M_S2)
    ml = [one[1] for one in places(HungWeight(SMALL), 4.0 * period_s)]
    assert ml[0] == max(ml) == pytest.approx(900.0 * 10.0 / 16.0 * 12.0 / 600.0, rel=0.001)
    crossings = [index for index, (one, other) in enumerate(pairwise(ml)) if one > 0.0 >= other]
    turns = (crossings[-1] - crossings[0]) * STEP_S / (len(crossings) - 1)
    assert turns == pytest.approx(period_s, rel=0.002)


def test_the_rope_pulls_harder_at_the_bottom_and_less_at_the_ends() -> None:
    """m g + M g cos^2 a at the ends; at the bottom M (3 - 2 cos a) g, by the energy, and m g."""
    wide = SMALL._replace(out_mm=200.0)
    angle = math.asin(200.0 / 600.0)
    forces = [one[0] for one in places(HungWeight(wide), 0.5)]
    assert forces[0] == pytest.approx((6.0 + 10.0 * math.cos(angle) ** 2) * STANDARD_GRAVITY_M_S2)
    assert max(forces) == pytest.approx((6.0 + 10.0 * (3.0 - 2.0 * math.cos(angle))) * STANDARD_GRAVITY_M_S2, rel=2e-3)


def test_it_swings_forward_where_it_is_turned_and_fades_slowly() -> None:
    force_n, ml, ap = HungWeight(SMALL._replace(forward=True)).pressing()
    assert (ml, ap) == (0.0, HungWeight(SMALL).pressing()[1])
    assert force_n == HungWeight(SMALL).pressing()[0]
    swings = [one[1] for one in places(HungWeight(SMALL), 16.0)]
    assert 0.8 < max(swings[-400:]) / swings[0] < 0.95


@pytest.mark.parametrize(
    "wrong", [{"weight_g": 0.0}, {"rope_mm": 0.0}, {"hook_mm": 500.0}, {"out_mm": 600.0}, {"trestle_g": -1.0}]
)
def test_what_cannot_hang_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="cannot hang"):
        HungWeight(SMALL._replace(**wrong))
