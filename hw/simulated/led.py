"""Somebody at the desk who leans the simulated person, so that an exercise can be tried without a plate.

What is asked for is done as people do it: the person goes there in about half a second, and rises on to the toes and
comes down again. Who is not told anything for two seconds goes back to the middle, and is on their own again.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from hw.screen import INSTRUCTED, Shown, ShownSlot, View
from hw.simulated.abilities import Ability
from hw.simulated.kinds import KINDS
from hw.simulated.leaning import Leaning
from hw.simulated.lifting import Lifting
from hw.simulated.sway import STEP_S

MOST_ML_MM, MOST_AP_MM = 120.0, 100.0
"""Nobody leans farther."""
LED_LEAN_S = 0.45
MOST_MM_S = 350.0
"""A hand on a mouse leaps; somebody who leans does not: where they are to go moves no faster."""
LED_S = 2.0
"""So long after the last word somebody is led."""


class LedPerson:
    """The leaning and rising of one person who is led. `step` once each `STEP_S`."""

    def __init__(self, rng: random.Random) -> None:
        self._ml, self._ap = Leaning(LED_LEAN_S), Leaning(LED_LEAN_S)
        ability: Ability = KINDS["young"]._replace(raises=math.inf)  # who leads all afternoon tires nobody
        self._lifting = Lifting(ability, rng)
        self._t_s = 0.0
        self._until_s = -1.0
        self._asked_mm = self._goal_mm = (0.0, 0.0)
        self.ml_mm = self.ap_mm = 0.0
        """What this adds to where the person presses."""
        self.factor = 1.0
        """And what their force is multiplied by."""

    @property
    def active(self) -> bool:
        """Whether somebody leads now."""
        return self._t_s < self._until_s

    @property
    def rests(self) -> bool:
        """Whether nobody does, and the person is back in the middle."""
        return not self.active and self._ml.still() and self._ap.still()

    def lean(self, ml_mm: float, ap_mm: float, up: bool) -> None:
        """To there, from where the person stands, and up on the toes or not. Raises ValueError for what is no place."""
        if not (abs(ml_mm) <= MOST_ML_MM and abs(ap_mm) <= MOST_AP_MM):
            raise ValueError(f"{ml_mm}, {ap_mm} mm: within {MOST_ML_MM:g} and {MOST_AP_MM:g} mm")
        self._until_s = self._t_s + LED_S
        self._asked_mm = ml_mm, ap_mm
        self._lifting.begin("toes")
        self._lifting.go(up, self._t_s)

    def step(self) -> None:
        """Let `STEP_S` pass."""
        self._t_s += STEP_S
        if not self.active:
            self._asked_mm = 0.0, 0.0
            self._lifting.go(False, self._t_s)
        self._go()
        self.factor, forward_mm = self._lifting.step(self._t_s)
        self.ml_mm = self._ml.step(-MOST_ML_MM, MOST_ML_MM)
        self.ap_mm = self._ap.step(-MOST_AP_MM, MOST_AP_MM) + forward_mm

    def _go(self) -> None:
        """The goal comes to where it is asked for as fast as a person can mean to."""
        (ml_mm, ap_mm), (to_ml_mm, to_ap_mm) = self._goal_mm, self._asked_mm
        way_mm = math.hypot(to_ml_mm - ml_mm, to_ap_mm - ap_mm)
        share = 1.0 if way_mm <= MOST_MM_S * STEP_S else MOST_MM_S * STEP_S / way_mm
        ml_mm, ap_mm = ml_mm + share * (to_ml_mm - ml_mm), ap_mm + share * (to_ap_mm - ap_mm)
        self._goal_mm = ml_mm, ap_mm
        self._ml.aim(ml_mm)
        self._ap.aim(ap_mm)


class Unlit:
    """The screen as somebody sees it who is led: only what says where to stand."""

    def __init__(self, shown: Shown) -> None:
        self.view = shown.view if shown.word in INSTRUCTED else View.NONE
        self.dot = shown.dot
        self.eyes = shown.eyes
        self.word = shown.word if shown.word in INSTRUCTED else 0
        self.slots: Sequence[ShownSlot] = ()
