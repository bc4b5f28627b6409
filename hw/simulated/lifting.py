"""Up and down, and how hard: rising from a chair and sitting down, on to the toes, squatting, pressing, sharing a load.

Heights go on the smooth path of limbs (minimum jerk); the force on the plate is the part of the weight that the feet
carry and the mass times its acceleration. Who stands presses with the balls of the feet, which brings the CoP forward;
who sits, with the leg, on top of what the feet carry. Who tires becomes slower, and no longer gets to the top.
"""

from __future__ import annotations

import random
from math import sqrt
from typing import NamedTuple

from hw.simulated.abilities import Ability
from hw.simulated.seeing import Wish
from hw.simulated.sway import STEP_S
from hw.units import STANDARD_GRAVITY_M_S2

SEATED_SHARE, STEPPED_SHARE = 0.19, 0.15
"""Of body weight on the plate: under the feet of somebody who sits with their lower legs upright (feet, shanks and a
part of the thighs), and under the one foot that stays while the other stands beside the plate."""
SEAT_OFF = 0.3
"""The part of the height at which the seat is left."""
TOES_MM = 78.0
"""How far forward the CoP goes on to the balls of the feet: past 70 % of the foot's length."""
TIRED_PER_REP = 0.012
TIRED_MOST = 0.5
"""How much slower each repetition makes, and all of them."""
RESTED_S = 60.0
FADES_OVER = 5.0
"""Calf raises over which the height is lost once the calf has tired."""
PRESS_SHARE_OF_LIMIT = 0.65
"""How far the best press of the balls of the feet brings the CoP forward while one stands, of how far one leans."""
MOST_TRIM = 0.6
EFFORT_S = 0.18
"""Rise of a muscle's force."""
HAND_OVER_S = 0.35
"""In which somebody brings their weight on to the other foot or back."""
QUIVER_S = 0.15


class _LiftingWay(NamedTuple):
    """From the bottom of a movement to its top."""

    share: float
    """What is on the plate at the bottom, of the weight; 1.0 at the top."""
    taken_at: float
    """The part of the height from which on the feet carry all."""
    rise_m: float
    """How far the body's centre goes up."""
    forward_mm: float = 0.0


_WAYS = {
    "chair": _LiftingWay(SEATED_SHARE, SEAT_OFF, 0.34),
    "step": _LiftingWay(STEPPED_SHARE, 0.6, 0.20),
    "squat": _LiftingWay(1.0, 1.0, 0.14),
    "toes": _LiftingWay(1.0, 1.0, 0.07, TOES_MM),
}


class Lifting:
    """One person's. `step` gives what their force is multiplied by, and how far the CoP goes forward."""

    def __init__(self, ability: Ability, rng: random.Random) -> None:
        self._ability = ability
        self._draw = rng.gauss
        self.movement = "stand"
        """"stand", "chair", "step", "toes" or "squat": what the body does."""
        self._height = self._from = self._to = 1.0
        self._began_s = -1.0e9
        self._lasts_s = 1.0
        self.repetitions = 0
        self._tired = 0.0
        self._effort = self._effort_wanted = self._trim = 0.0
        self._load = self._load_wanted = 1.0
        self._quiver = 0.0

    @property
    def seated(self) -> bool:
        """Whether the chair carries them."""
        return self.movement == "chair" and self._height < SEAT_OFF

    @property
    def height(self) -> float:
        """How far up they are: 0.0 on the seat, the heels or with bent knees, 1.0 at the top."""
        return self._height

    def begin(self, movement: str) -> None:
        """From standing upright, which is the top of all but a raise on to the toes."""
        if movement == self.movement:
            return
        self.movement = movement
        self.repetitions = 0
        self._height = self._from = self._to = 0.0 if movement == "toes" else 1.0
        self._began_s = -1.0e9
        self._load = self._load_wanted = 1.0

    def go(self, up: bool, now_s: float) -> None:
        """Up to the top, or down; once what is under way is done."""
        ability = self._ability
        if now_s < self._began_s + self._lasts_s + ability.pause_s:
            return
        to = self._top() if up else 0.0
        if (to > 0.0) == (self._to > 0.0):
            return
        self._from, self._to, self._began_s = self._height, to, now_s
        once_s = ability.raise_s if self.movement == "toes" else ability.rise_s
        self._lasts_s = once_s * (1.0 + self._tired) * max(0.7, 1.0 + self._draw(0.0, 0.06))
        if up:
            self.repetitions += 1
            self._tired = min(TIRED_MOST, self._tired + TIRED_PER_REP * ability.rise_s)

    def turn(self, now_s: float) -> None:
        """To the other end, at their own pace, once what is under way is done."""
        self.go(self._to <= 0.0, now_s)

    def _top(self) -> float:
        ability = self._ability
        if self.movement == "toes":
            beyond = self.repetitions + 1 - ability.raises
            return 1.0 if beyond <= 0.0 else max(0.15, 1.0 - 0.5 * beyond / FADES_OVER)
        return ability.rises if self.movement == "chair" else 1.0

    def press(self, goal: float, error: float | None = None) -> None:
        """A share of the own best press. What is seen to be missing is added bit by bit, and kept for the next one."""
        if error is not None and goal > 0.05:
            trim = self._trim + STEP_S * self._ability.correction_per_s * error
            self._trim = max(-MOST_TRIM, min(trim, MOST_TRIM))
        self._effort_wanted = max(0.0, min(goal * (1.0 + self._trim), 1.0))

    def carry(self, wish: Wish, weight_n: float) -> None:
        """So many newtons of the weight on this foot; the rest on the other, which is not on the plate."""
        wanted = wish.goal / weight_n
        if wish.shown is not None and abs(wanted - self._load_wanted) <= 0.1:
            wanted = self._load_wanted + STEP_S * self._ability.correction_per_s * (wish.goal - wish.shown) / weight_n
        self._load_wanted = max(0.0, min(wanted, 1.0))

    def let_go(self) -> None:
        """Press no longer, and carry all of the weight again."""
        self._effort_wanted = 0.0
        self._load_wanted = 1.0

    def step(self, now_s: float) -> tuple[float, float]:
        """Go on by `STEP_S`: what the force is multiplied by, and mm by which the CoP goes forward."""
        self._tired = max(0.0, self._tired - STEP_S / RESTED_S * self._tired)
        self._load += STEP_S / HAND_OVER_S * (self._load_wanted - self._load)
        if self._effort_wanted or self._effort > 0.001:
            self._strain()
        pressed = self._effort * (1.0 + self._quiver)
        forward_mm = 0.0 if self.seated else PRESS_SHARE_OF_LIMIT * self._ability.limits_mm[0] * pressed
        if self.movement == "stand":
            return self._load, forward_mm
        way = _WAYS[self.movement]
        push = max(0.0, 1.0 + way.rise_m * self._rise(now_s) / STANDARD_GRAVITY_M_S2)
        part = min(1.0, self._height / way.taken_at)
        feet = way.share + (1.0 - way.share) * part * part * (3.0 - 2.0 * part)
        feet = self._load * feet * push + (self._ability.press_share * pressed if self.seated else 0.0)
        return feet, way.forward_mm * self._height + forward_mm

    def _strain(self) -> None:
        """A muscle's force goes to what is wanted, and is never quite steady."""
        self._effort += STEP_S / EFFORT_S * (self._effort_wanted - self._effort)
        keep = 1.0 - STEP_S / QUIVER_S
        self._quiver = keep * self._quiver + self._draw(0.0, self._ability.steadiness * sqrt(1.0 - keep * keep))

    def _rise(self, now_s: float) -> float:
        """The height a step later; its acceleration in heights a second squared."""
        done = (now_s - self._began_s) / self._lasts_s
        if done >= 1.0:
            self._height = self._to
            if self.movement == "chair" and 0.0 < self._to < 1.0:  # could not: back on to the seat
                self._from, self._to, self._began_s, self._lasts_s = self._to, 0.0, now_s, 0.8 * self._lasts_s
            return 0.0
        path = done * done * done * (10.0 - done * (15.0 - 6.0 * done))
        change = self._to - self._from
        self._height = self._from + path * change
        return change * done * (60.0 - done * (180.0 - 120.0 * done)) / (self._lasts_s * self._lasts_s)
