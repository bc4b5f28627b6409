"""Loading one foot with a part of the weight, the other one on a block beside the plate: pressing, and stepping on.

Who sees the bar brings it into the band; who does not goes by what they remember of it. How much people put on a foot
that they do not see is a proposal of this model, and no norm of patients.
"""

from __future__ import annotations

import random
from math import exp, pi, sin

from hw.screen import LOADS, UNLOADS, Axis, PlaceLook, Shown, SlotKind, SlotState, Word
from hw.simulated.abilities import Ability
from hw.simulated.sway import STEP_S
from hw.units import STANDARD_GRAVITY_M_S2

FOOT_ML_MM, FOOT_AP_MM = 150.0, -15.0
"""Where the foot stands: on the half of the plate beside the block."""
SETS_DOWN_S, LIFTS_S = 0.5, 0.35
PRESSES_S = 0.45
"""How fast a foot is set down by a step, lifted, and how slowly it is pressed."""
STEP_AIMS = 0.75
"""Who steps on stays so far below the line."""
TRIMS = 0.6
"""A part of the ability to correct what is seen: nobody chases a bar as they chase a dot."""
LESS = 0.9
"""What is left of what was aimed at, after "a little less"."""
LOAD_QUIVER = 0.012
LOAD_QUIVER_S = 0.15
SWAY_MM = 2.5


class PartLoading:
    """One person's. `look` when the screen changes, `step` once each `STEP_S`; force and CoP are what comes of it."""

    def __init__(self, ability: Ability, rng: random.Random, mass_kg: float) -> None:
        self._ability = ability
        self._rng = rng
        self._body_n = mass_kg * STANDARD_GRAVITY_M_S2
        self._word = 0
        self._side = 1.0
        self._goal_n = self._shown_n = 0.0
        self._sees = self._steps = False
        self._wait_s = self._aim_n = self._wanted_n = self._n = self._quiver = self._t_s = 0.0
        self._pending = False
        self.active = False
        """Whether the screen asks for a part of the weight."""
        self.force_n = self.cop_ml_mm = self.cop_ap_mm = 0.0

    def look(self, shown: Shown) -> None:
        """The screen shows this from now on."""
        self.active = shown.word in LOADS or shown.word in UNLOADS or (self.active and shown.word == Word.A_LITTLE_LESS)
        if not self.active:
            return
        band = next((one for one in shown.slots if one.kind == SlotKind.BAND and one.look == Axis.LOAD), None)
        bar = next((one for one in shown.slots if one.kind == SlotKind.BAR and one.look == Axis.LOAD), None)
        soles = [one.look for one in shown.slots if one.kind == SlotKind.PLACE]
        self._side = -1.0 if PlaceLook.SOLE_RIGHT in soles else 1.0
        self._sees = bar is not None and bar.state == SlotState.NOW
        self._shown_n = 0.0 if bar is None else float(bar.x)
        if band is not None:
            self._goal_n = 0.5 * (band.x + band.y)
        if shown.word == self._word:
            return
        self._word = shown.word
        ability, draw = self._ability, self._rng.gauss
        if shown.word == Word.A_LITTLE_LESS:
            if ability.loads <= 1.0:
                self._aim_n *= LESS
            return
        self._wait_s = max(0.2, draw(ability.reaction_s, 0.15 * ability.reaction_s))
        self._pending = True
        if shown.word in UNLOADS:
            self._wanted_n = 0.0
            return
        self._steps = shown.word in (Word.STEP_ON_SOFTLY, Word.STEP_ON_FROM_MEMORY)
        blur = draw(0.0, ability.memory_share)
        aimed = self._goal_n / 0.9 * STEP_AIMS if self._steps else self._goal_n
        self._wanted_n = ability.loads * aimed * (1.0 + blur * (1.0 if self._steps or not self._sees else 0.3))

    def step(self) -> None:
        """Let `STEP_S` pass."""
        self._t_s += STEP_S
        self._wait_s -= STEP_S
        if self._pending and self._wait_s <= 0.0:
            self._aim_n, self._pending = self._wanted_n, False
        keeps = self._sees and not self._steps and self._aim_n > 0.0 and self._ability.loads <= 1.0
        if keeps and self._n > 0.5 * self._goal_n:
            self._aim_n += STEP_S * TRIMS * self._ability.correction_per_s * (self._goal_n - self._shown_n)
        takes_s = LIFTS_S if self._aim_n < self._n else SETS_DOWN_S if self._steps else PRESSES_S
        self._n += (1.0 - exp(-3.0 * STEP_S / takes_s)) * (min(self._aim_n, self._body_n) - self._n)
        keep = 1.0 - STEP_S / LOAD_QUIVER_S
        self._quiver = keep * self._quiver + self._rng.gauss(0.0, LOAD_QUIVER * (1.0 - keep * keep) ** 0.5)
        self.force_n = max(0.0, self._n * (1.0 + self._quiver)) if self._n > 0.5 else 0.0
        sway = sin(2.0 * pi * 0.4 * self._t_s)
        self.cop_ml_mm, self.cop_ap_mm = self._side * FOOT_ML_MM + SWAY_MM * sway, FOOT_AP_MM - SWAY_MM * sway
