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
