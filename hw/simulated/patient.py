"""A simulated patient: somebody who reads the screen and does what it asks, as well as people of their kind can.

The body is `hw.simulated.person`'s: it sways, steps on and off, lifts a foot, loses balance. Added is what an exercise
asks for: leaning, sharing the weight, rising, pressing, finding again; with eyes closed or on foam another sway; and a
rail to catch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from hw.screen import Eyes, Shown, View, Word
from hw.settings import SimulationSettings
from hw.simulated.abilities import FEET_APART_MM
from hw.simulated.kinds import drawn
from hw.simulated.leaning import Leaning
from hw.simulated.lifting import Lifting
from hw.simulated.part_loading import PartLoading
from hw.simulated.person import REACH_AP_MM, REACH_ONE_ML_MM, REACH_TWO_ML_MM, Person, Stance
from hw.simulated.profiles import Profile
from hw.simulated.seeing import Wish, instruction_of, sees_own
from hw.simulated.sway import STEP_S
from hw.simulated.will import Will

ONE_LEG_LEANS_MM = (18.0, 35.0)
"""How far somebody on one leg dares to lean, ML and AP."""
SEATED_SWAY = 0.3
ALONE = 0.96
"""How much of the way to one foot the weight goes while the other still touches."""
RAIL_S = (2.0, 4.0)
RAIL_STEADIES = 0.985
"""What a hand on the rail leaves of a tilt at each step."""
RAIL_CATCHES_S = 0.2
HEEL_MM = 150.0
"""What all of the load on the heels is against none, in millimetres of CoP."""


class Patient(Person):
    """One patient. `look` is all that they learn of an exercise."""

    __slots__ = (
        "_ability",
        "_ap_lean",
        "_apart_mm",
        "_closed",
        "_even_mm",
        "_foam",
        "_lifting",
        "_ml_lean",
        "_part",
        "_rail_held",
        "_rail_s",
        "_reads",
        "_steers",
        "_will",
        "_word",
    )

    def __init__(self, settings: SimulationSettings, rng: random.Random) -> None:
        self._ability = ability = drawn(settings.person, rng)
        self._foam = settings.surface == "foam"
        super().__init__(settings, rng, ability.profile(self._foam, closed=False))
        self._will = Will(ability, rng)
        self._ml_lean, self._ap_lean = Leaning(ability.lean_s), Leaning(ability.lean_s)
        self._will.lag_s = self._ml_lean.lag_s
        self._lifting = Lifting(ability, rng)
        self._part = PartLoading(ability, rng, settings.mass_kg)
        self._apart_mm = ability.feet_apart_mm
        self._even_mm = (ability.share_right - 0.5) * self._apart_mm
        self._closed = self._reads = self._steers = False
        self._word = 0
        self._rail_s = self._rail_held = 0.0

    @property
    def on_rail(self) -> bool:
        """Whether a hand is on the rail."""
        return self._rail_s > 0.0

    @property
    def height(self) -> float:
        """How far up they are, 0.0 to 1.0 (`Lifting.height`)."""
        return self._lifting.height

    def follow(self, instruction: str) -> None:
        """As `Person.follow`, for as long as the screen says nothing: then it alone counts."""
        if not self._reads:
            super().follow(self._by_own_feet(instruction))

    def shape(self, number: int, points: Sequence[tuple[float, float]]) -> None:
        """A line is drawn on the screen (mm)."""
        self._will.shape(number, points)

    def look(self, shown: Shown) -> None:
        """The screen shows this from now on."""
        self._reads = shown.view != View.NONE
        closed = shown.eyes == Eyes.CLOSED
        if closed is not self._closed:
            self._closed = closed
            self._stand_as(self._ability.profile(self._foam, closed))
        self._steers = sees_own(shown)
        self._part.look(shown)
        if self._part.active:
            self.step_off()
        if shown.word != self._word:
            self._word = shown.word
            self._read(shown)
        self._will.see(shown, (self.cop_ml_mm, self.cop_ap_mm), self._t_s)

    def _by_own_feet(self, instruction: str) -> str:
        """What comes nearest to this with the feet that they have; "" where they stay as they are."""
        foot = self._ability.only_foot
        if not foot or instruction == "get_off":
            return instruction
        return "" if instruction in ("rest", "change_legs") else f"stand_on_{foot}"

    def _read(self, shown: Shown) -> None:
        """Another word than before stands there."""
        instruction = instruction_of(shown)
        if instruction:
            super().follow(self._by_own_feet(instruction))
            self._lifting.begin("stand")
        if shown.word == Word.FEET_APART and self._apart_mm < FEET_APART_MM:
            self._apart_mm = FEET_APART_MM
            self._even_mm = (self._ability.share_right - 0.5) * FEET_APART_MM
        if shown.word == Word.STEP_ON:
            self._will.forget()

    def step(self, vibration_g: float = 0.0) -> None:
        """Let `STEP_S` pass on a plate that vibrates with this peak acceleration."""
        if self._part.active and self._stance is Stance.OFF and not self._moves:
            self._load_a_part()
            return
        wish = self._will.step(self._t_s)
        self._act(wish)
        super().step(vibration_g)
        if self.share <= 0.0:
            return
        factor, forward_mm = self._lifting.step(self._t_s)
        ml_mm, ap_mm = self.cop_ml_mm, self.cop_ap_mm
        if self._lifting.seated:
            ml_mm = self._feet_ml_mm + SEATED_SWAY * (ml_mm - self._feet_ml_mm)
            ap_mm = self._feet_ap_mm + SEATED_SWAY * (ap_mm - self._feet_ap_mm)
        ml_mm += self._even_mm * (1.0 - self._on_one)
        limits_ml, limits_ap = self._limits_mm()
        self.cop_ml_mm = ml_mm + self._ml_lean.step(*limits_ml)
        self.cop_ap_mm = ap_mm + self._ap_lean.step(*limits_ap) + forward_mm
        if self._rail_s > 0.0 or self._rail_held > 0.0:
            factor *= self._hold_rail()
        self.force_n *= factor

    def _load_a_part(self) -> None:
        """Beside the plate, with one foot on it or not."""
        part = self._part
        self._t_s += STEP_S
        part.step()
        self.force_n, self.cop_ml_mm, self.cop_ap_mm = part.force_n, part.cop_ml_mm, part.cop_ap_mm

    def _limits_mm(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Least and most lean, ML and AP."""
        if self._stance is not Stance.BOTH:
            ml_mm, ap_mm = ONE_LEG_LEANS_MM
            return (-ml_mm, ml_mm), (-ap_mm, ap_mm)
        front_mm, back_mm, side_mm = self._ability.limits_mm
        if self._will.shown.what == "alone":
            side_mm = self._apart_mm
        return (-side_mm, side_mm), (-back_mm, front_mm)

    def _act(self, wish: Wish) -> None:
        """Set about what is wanted."""
        if self._moves or self._stance is Stance.OFF or self._foot_is_down:
            self._ml_lean.aim(0.0)
            self._ap_lean.aim(0.0)
            return
        if wish.movement not in ("", "press"):
            self._lifting.begin(wish.movement)
        if wish.up is not None:
            self._lifting.go(wish.up, self._t_s)
        elif self._word == Word.UP_AND_DOWN:
            self._lifting.turn(self._t_s)
        what = wish.what
        if what == "nothing":
            self._ml_lean.aim(0.0)
            self._ap_lean.aim(0.0)
            self._lifting.let_go()
        elif what == "body" and wish.movement == "squat":
            self._ml_lean.aim(0.0)
            self._ap_lean.aim(0.0)
        elif what == "place":
            self._go_to(wish)
        elif what == "alone":
            self._ml_lean.aim(ALONE * 0.5 * self._apart_mm * wish.goal - self._even_mm)
        elif what == "force":
            seen = self._seen_as(wish)
            error = None if seen.shown is None else self._will.shown.goal - seen.shown
            self._lifting.press(wish.goal, error)
        elif what == "load":
            self._lifting.carry(self._seen_as(wish), self._weight_n)
        elif what in ("share", "heel"):
            self._shift(wish)

    def _seen_as(self, wish: Wish) -> Wish:
        """The wish with what its bar shows at this moment, where it is still shown."""
        seen = self._will.shown
        return wish._replace(shown=seen.shown) if seen.number == wish.number else wish

    def _go_to(self, wish: Wish) -> None:
        """Bring the dot to a place; by eye where it is seen."""
        seen, ability = self._will.shown, self._ability
        home_ml_mm = self._feet_ml_mm + self._even_mm * (1.0 - self._on_one)
        for lean, to_mm, seen_mm, own_mm, home_mm in (
            (self._ml_lean, wish.ml_mm, seen.ml_mm, self.cop_ml_mm, home_ml_mm),
            (self._ap_lean, wish.ap_mm, seen.ap_mm, self.cop_ap_mm, self._feet_ap_mm),
        ):
            if to_mm is None:
                continue
            lean.aim(ability.hypometria * (to_mm - home_mm))
            if self._steers and seen_mm is not None and seen.number == wish.number:
                lean.see(own_mm, seen_mm, ability.correction_per_s, wish.near_mm)

    def _shift(self, wish: Wish) -> None:
        """Bring a share of the load to the right foot, or to the heels."""
        seen, per_s = self._seen_as(wish), self._ability.correction_per_s
        right = wish.what == "share"
        lean, long_mm = (self._ml_lean, self._apart_mm) if right else (self._ap_lean, -HEEL_MM)
        lean.aim((wish.goal - 0.5) * long_mm)
        if seen.shown is not None:
            lean.see(seen.shown * long_mm, wish.goal * long_mm, per_s, 0.3 * wish.near_mm * abs(long_mm))

    def _lose_one_leg(self) -> None:
        """Catch the rail, or set the foot down."""
        if self._rng.random() < self._ability.rail:
            self._rail_s = self._rng.uniform(*RAIL_S)
            self._endurance = self._rng.expovariate(1.0)
        else:
            super()._lose_one_leg()

    def _keep_balance(self) -> None:
        """Nobody falls off a chair, or with a hand on the rail."""
        if self._rail_s <= 0.0 and not self._lifting.seated:
            super()._keep_balance()

    def _hold_rail(self) -> float:
        """A step with a hand on the rail, or on its way: what the force is multiplied by."""
        holds = self._rail_s > 0.0
        self._rail_s -= STEP_S
        held = self._rail_held + (STEP_S if holds else -STEP_S) / RAIL_CATCHES_S
        self._rail_held = held = max(0.0, min(held, 1.0))
        if holds:
            self._ml.com_mm *= RAIL_STEADIES
            self._ap.com_mm *= RAIL_STEADIES
        return 1.0 - held * self._ability.rail_share

    def _stand_as(self, profile: Profile) -> None:
        """From now on in another condition."""
        self._profile = profile
        self._ml.become((profile.two_ml, REACH_TWO_ML_MM), (profile.one_ml, REACH_ONE_ML_MM), self._on_one)
        self._ap.become((profile.two_ap, REACH_AP_MM), (profile.one_ap, REACH_AP_MM), self._on_one)
