"""Somebody at the desk leads the simulated person, and goes on for as long as they like."""

import random

from hw.simulated.led import LedPerson
from hw.simulated.lifting import TOES_MM
from hw.simulated.sway import STEP_S


def rise(one: LedPerson) -> float:
    """Up for a second and a half and down for as long: how far forward the load goes, in mm."""
    forward_mm = 0.0
    for up in (True, False):
        for _ in range(round(1.5 / STEP_S)):
            one.lean(0.0, 0.0, up)
            one.step()
            forward_mm = max(forward_mm, one.ap_mm)
    return forward_mm


def test_the_sixtieth_rise_is_as_high_as_the_first():
    """The page tells without a pause: after the 33 rises of a calf nobody got up any more, until it was reloaded."""
    one = LedPerson(random.Random(3))
    heights_mm = [rise(one) for _ in range(60)]
    assert min(heights_mm) > 0.95 * TOES_MM


def test_a_hand_that_leaps_with_the_mouse_moves_the_person_as_people_move():
    """A leap of 240 mm missed the cubic of its neighbours by 18 mm, and no person does by 5: the game was suspect."""
    one = LedPerson(random.Random(1))
    way_mm = []
    for step in range(round(4.0 / STEP_S)):
        one.lean(120.0 if round(step * STEP_S / 0.5) % 2 else -120.0, 0.0, False)
        one.step()
        way_mm.append(one.ml_mm)
    nearby = zip(way_mm, way_mm[1:], way_mm[2:], way_mm[3:], way_mm[4:], strict=False)
    missed_mm = max(abs(here - (4.0 * (last + then) - first - end) / 6.0) for first, last, here, then, end in nearby)
    assert 0.1 < missed_mm < 2.0
    assert max(way_mm) > 50.0  # it still comes where the hand is
