"""A simulated person on the plate: where they stand, how they come and go, and the force with which they do it.

They do what they are asked after a reaction time, sway as `hw.simulated.sway` says, breathe, tire on one leg, and lose
their balance: rarely by chance and always when the body leans further than the foot can hold.

Stepping about is a queue of moves. Each takes the share of the weight on the plate, the place of the feet and the way
of standing from what they are to what is meant, on the smooth path that limbs take (minimum jerk, Flash & Hogan 1985).
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum
from math import cos, exp, pi, sin, sqrt
from typing import NamedTuple

from hw.screen import Shown
from hw.settings import SimulationSettings
from hw.simulated.normals import normals
from hw.simulated.profiles import PROFILES, Profile
from hw.simulated.seeing import wish_of
from hw.simulated.sway import STEP_S, Pendulum
from hw.units import STANDARD_GRAVITY_M_S2

INSTRUCTIONS = ("get_on", "stand_on_left", "stand_on_right", "stand_on_both", "rest", "change_legs", "get_off")

REACH_TWO_ML_MM = 180.0
REACH_ONE_ML_MM = 42.0
REACH_AP_MM = 105.0
"""How far the CoP can go from the middle of the feet: half of a stance, of a foot's width, of its length."""
LOST_ONE_LEG_MM = (38.0, 60.0)
"""CoM (ML, AP) from the foot beyond which the other foot comes down."""
LOST_TWO_LEGS_MM = 90.0

LEANS = 0.75
"""How far of that they dare to lean, and in which time they do."""
LEAN_S = 0.9

BREATH_HZ = 0.25
BREATH_SHARE = 0.004
HEART_HZ = 1.15
HEART_SHARE = 0.004
"""Breathing and the beating heart move some 0.5 % of body weight up and down."""
QUIVER_TWO = 0.0015
QUIVER_ONE = 0.006
"""Unsteadiness of the knees as a share of body weight (rms). With breath and heart the vertical force varies by 0.5 %
on two feet and 0.8 % on one; 0.8 % and 2.2 % were recorded on one."""
BOUNCE_HZ = 2.6
BOUNCE_DAMPING = 0.35
"""The body on its knees: what a step's jolt sets swinging."""
VIBRATION_UNSTEADINESS_PER_G = 0.15


SKEW = (0.06, 0.15)
"""Nobody sways straight: how much of the AP sway shows as ML. The main direction of people's sway is 2 to 45 degrees
off (BDS)."""
_QUIVER_PER_STEP = sqrt(4.0 * BOUNCE_DAMPING * (2.0 * pi * BOUNCE_HZ) ** 3 * STEP_S)
"""Random speed a step that keeps a damped spring (w, d) at a rms of 1: variance is its intensity over 4 d w^3."""


_HEART_RATE, _BREATH_RATE, _BOUNCE_RATE = 2.0 * pi * HEART_HZ, 2.0 * pi * BREATH_HZ, 2.0 * pi * BOUNCE_HZ
_BOUNCE_A_STEP, _BOUNCE_LOSS = STEP_S * _BOUNCE_RATE, 2.0 * BOUNCE_DAMPING
_QUIVER_MORE = QUIVER_ONE - QUIVER_TWO


class Stance(Enum):
    """Which feet carry the person on the plate."""

    OFF = "off"
    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


_ONE_LEG = (Stance.LEFT, Stance.RIGHT)
_SIDE = {Stance.LEFT: -1.0, Stance.RIGHT: 1.0, Stance.BOTH: 1.0, Stance.OFF: 1.0}
_INSTRUCTED = {
    "get_on": Stance.BOTH,
    "stand_on_both": Stance.BOTH,
    "rest": Stance.BOTH,
    "change_legs": Stance.BOTH,
    "stand_on_left": Stance.LEFT,
    "stand_on_right": Stance.RIGHT,
    "get_off": Stance.OFF,
}


class _Move(NamedTuple):
    """From what is to this, within `duration_s`."""

    duration_s: float
    share: float
    ml_mm: float
    ap_mm: float
    on_one: float
    swing_mm: float = 0.0
    """How far the CoP first goes the other way, to throw the body over the foot that stays (ML)."""
    bounce_per_s: float = 0.0
    """The jolt at the end of the move."""


class Person:
    """One person, beside the plate at first. `step` lets `STEP_S` pass; the attributes say what the plate feels."""

    __slots__ = (
        "_aim",
        "_ap",
        "_bounce",
        "_bounce_speed",
        "_endurance",
        "_feet_ap_mm",
        "_feet_ml_mm",
        "_foot_is_down",
        "_from",
        "_heart_phase",
        "_home_ap_mm",
        "_lean_mm",
        "_lean_s",
        "_ml",
        "_moves",
        "_moving_s",
        "_next",
        "_normal",
        "_on_one",
        "_profile",
        "_react_s",
        "_rng",
        "_single_s",
        "_skew",
        "_stance",
        "_t_s",
        "_weight_n",
        "cop_ap_mm",
        "cop_ml_mm",
        "force_n",
        "mass_kg",
        "share",
    )

    def __init__(self, settings: SimulationSettings, rng: random.Random, profile: Profile | None = None) -> None:
        profile = PROFILES[settings.person] if profile is None else profile
        self._normal = normals(rng).__next__
        noise = exp(min(0.14, max(-0.14, self._normal() * 0.08)))
        self._profile = profile
        self._rng = rng
        height_m = settings.height_m
        self._ml = Pendulum(
            (profile.two_ml, REACH_TWO_ML_MM), (profile.one_ml, REACH_ONE_ML_MM), height_m, noise, self._normal
        )
        self._ap = Pendulum((profile.two_ap, REACH_AP_MM), (profile.one_ap, REACH_AP_MM), height_m, noise, self._normal)
        self.mass_kg = settings.mass_kg
        self._weight_n = settings.mass_kg * STANDARD_GRAVITY_M_S2
        self._home_ap_mm = -15.0 + self._normal() * 5.0
        self._skew = rng.choice((-1.0, 1.0)) * rng.uniform(*SKEW)
        self._heart_phase = rng.uniform(0.0, 2.0 * pi)
        self.force_n = self.cop_ml_mm = self.cop_ap_mm = 0.0
        """What the plate feels: vertical force and where it presses, from the plate's centre."""
        self.share = 0.0
        """The share of the body's weight on the plate."""
        self._stance = Stance.OFF
        self._foot_is_down = False
        self._moves: deque[_Move] = deque()
        self._from = _Move(0.0, 0.0, 0.0, 0.0, 0.0)
        self._feet_ml_mm = self._feet_ap_mm = self._on_one = 0.0
        self._moving_s = self._t_s = self._single_s = self._react_s = 0.0
        self._next: str | None = None
        self._lean_mm: tuple[float, float] | None = None
        self._lean_s = 0.0
        self._bounce = self._bounce_speed = 0.0
        self._endurance = 1.0
        self._aim: int | None = None

    @property
    def stance(self) -> Stance:
        """Where the person stands, or is about to when still moving."""
        return self._stance

    @property
    def foot_is_down(self) -> bool:
        """True while the other foot helps, beside the plate."""
        return self._foot_is_down

    def follow(self, instruction: str) -> None:
        """Hear one of `INSTRUCTIONS` and do it after the reaction time; any other means: stay as you are."""
        if instruction not in _INSTRUCTED:
            return
        self._next = instruction
        self._react_s = max(0.4, self._profile.reaction_s + self._normal() * 0.15)

    def shape(self, number: int, points: Sequence[tuple[float, float]]) -> None:
        """Lines on the screen mean nothing to them."""

    def look(self, shown: Shown) -> None:
        """See which place on the screen the dot is to go to, where there is a new one, and lean there."""
        wish = wish_of(shown, {}, (self.cop_ml_mm, self.cop_ap_mm))
        if wish.what != "place" or wish.leave:
            self._aim = None
        elif wish.number != self._aim:
            self._aim = wish.number
            ml_mm = self.cop_ml_mm if wish.ml_mm is None else wish.ml_mm
            self.lean(ml_mm, self.cop_ap_mm if wish.ap_mm is None else wish.ap_mm)

    def lean(self, ml_mm: float, ap_mm: float) -> None:
        """Bring the centre of pressure there, as far as the feet reach, after half of a reaction time."""
        self._lean_mm = (ml_mm, ap_mm)
        self._lean_s = max(0.25, 0.5 * self._profile.reaction_s + self._normal() * 0.1)

    def foot_down(self, on: bool = True) -> None:
        """Put the other foot down beside the plate, which takes 20 to 40 % of the weight; or lift it again."""
        if self._stance not in _ONE_LEG or on == self._foot_is_down:
            return
        self._foot_is_down = on
        self._single_s = 0.0
        if on:
            share = self._rng.uniform(0.62, 0.78)
            medial_mm = self._feet_ml_mm - 22.0 * _SIDE[self._stance]
            self._start(_Move(0.15, share, medial_mm, self._feet_ap_mm, 0.3, bounce_per_s=-0.4))
        else:
            self._start(_onto_one_leg(self._stance, 0.5, self._normal))

    def step_off(self) -> None:
        """Leave the plate in half a second, the free foot first."""
        if self._stance is Stance.OFF:
            return
        outward_mm = self._feet_ml_mm - 40.0 * _SIDE[self._stance]
        ap_mm = self._feet_ap_mm
        self._leave(_Move(0.15, 0.65, outward_mm, ap_mm, 0.3), _Move(0.3, 0.0, outward_mm, ap_mm, 0.0))

    def fall(self) -> None:
        """Topple: within half a second the CoP runs to an edge and the plate is empty."""
        if self._stance is Stance.OFF:
            return
        way = self._rng.uniform(0.0, 2.0 * pi)
        ml_mm = self._feet_ml_mm + 90.0 * cos(way)
        ap_mm = self._feet_ap_mm + 110.0 * sin(way)
        tilt = _Move(0.35, 0.9, ml_mm, ap_mm, self._on_one, bounce_per_s=-2.0)
        self._leave(tilt, _Move(0.15, 0.0, ml_mm, ap_mm, 0.0))

    def step(self, vibration_g: float = 0.0) -> None:
        """Let `STEP_S` pass on a plate that vibrates with this peak acceleration."""
        self._t_s += STEP_S
        if self._next is not None:
            self._react_s -= STEP_S
            if self._react_s <= 0.0:
                self._obey(self._next)
        if self._lean_mm is not None:
            self._lean_s -= STEP_S
            if self._lean_s <= 0.0:
                self._lean_to(*self._lean_mm)
        swing_mm = self._move() if self._moves else 0.0
        if self.share <= 0.0:
            self.force_n = 0.0
            return
        unsteadiness = 1.0 + VIBRATION_UNSTEADINESS_PER_G * vibration_g
        if self._stance in _ONE_LEG and not self._foot_is_down:
            self._single_s += STEP_S
            unsteadiness *= 1.0 + self._profile.tire_per_min * self._single_s / 60.0
        ap_mm = self._ap.step(unsteadiness)
        self.cop_ml_mm = self._feet_ml_mm + swing_mm + self._ml.step(unsteadiness) + self._skew * ap_mm
        self.cop_ap_mm = self._feet_ap_mm + ap_mm
        self._press()
        self._keep_balance()

    def _press(self) -> None:
        """The vertical force: weight, breath, heart and the jolts of stepping."""
        t_s = self._t_s
        heart = _HEART_RATE * t_s + self._heart_phase
        lift = BREATH_SHARE * sin(_BREATH_RATE * t_s) + HEART_SHARE * (sin(heart) + 0.5 * sin(2.0 * heart))
        quiver = _QUIVER_PER_STEP * (QUIVER_TWO + self._on_one * _QUIVER_MORE)
        speed = self._bounce_speed
        speed += self._normal() * quiver - _BOUNCE_A_STEP * (_BOUNCE_RATE * self._bounce + _BOUNCE_LOSS * speed)
        self._bounce_speed = speed
        self._bounce = bounce = self._bounce + STEP_S * speed
        self.force_n = max(0.0, self._weight_n * self.share * (1.0 + lift + bounce))

    def _keep_balance(self) -> None:
        """Put the foot down, or step off, where balance is lost. Nothing is lost in the middle of a move."""
        if self._moves:
            return
        ml_mm = abs(self._ml.com_mm)
        ap_mm = abs(self._ap.com_mm)
        if self._stance in _ONE_LEG and not self._foot_is_down:
            profile = self._profile
            self._endurance -= STEP_S * (profile.slip_per_s + profile.slip_per_s2 * self._single_s)
            if self._endurance <= 0.0 or ml_mm > LOST_ONE_LEG_MM[0] or ap_mm > LOST_ONE_LEG_MM[1]:
                self._lose_one_leg()
        elif ml_mm > LOST_TWO_LEGS_MM or ap_mm > LOST_TWO_LEGS_MM:
            self.step_off()

    def _lose_one_leg(self) -> None:
        """Balance on one leg is lost."""
        self.foot_down()

    def _obey(self, instruction: str) -> None:
        """Begin what was asked for."""
        self._next = None
        before = self._stance
        stance = _INSTRUCTED[instruction]
        if instruction in ("rest", "change_legs") and before is Stance.OFF:
            return
        if stance is before and not self._foot_is_down:
            return
        if stance is Stance.OFF:
            side_mm = self._feet_ml_mm + 60.0 * _SIDE[before]
            ap_mm = self._feet_ap_mm
            self._leave(_Move(0.5, 0.6, side_mm, ap_mm, 0.3), _Move(0.5, 0.0, side_mm, ap_mm, 0.0))
            return
        self._stance = stance
        self._foot_is_down = False
        moves = (
            [_onto_one_leg(stance, 0.9, self._normal)]
            if stance in _ONE_LEG
            else [_onto_both(self._home_ap_mm, self._normal)]
        )
        if before is Stance.OFF:
            self._ml.reset()
            self._ap.reset()
            first = moves[0]
            self._feet_ml_mm, self._feet_ap_mm = first.ml_mm + 50.0 * _SIDE[stance], first.ap_mm
            moves = [
                _Move(0.45, 0.35, self._feet_ml_mm, first.ap_mm, 0.0),
                _Move(0.45, 1.0, first.ml_mm, first.ap_mm, 0.5 * first.on_one, bounce_per_s=4.5),
                first._replace(duration_s=0.6, swing_mm=0.0),
            ]
        self._single_s = 0.0
        self._endurance = self._rng.expovariate(1.0)
        self._start(*moves)

    def _lean_to(self, ml_mm: float, ap_mm: float) -> None:
        """Shift the weight there; nobody leans who is about to step, or does not stand."""
        self._lean_mm = None
        if self._stance is Stance.OFF or self._foot_is_down or self.share < 1.0:
            return
        reach_ml_mm = REACH_ONE_ML_MM if self._stance in _ONE_LEG else REACH_TWO_ML_MM
        ml_mm = max(-LEANS * reach_ml_mm, min(ml_mm, LEANS * reach_ml_mm))
        ap_mm = max(-LEANS * REACH_AP_MM, min(ap_mm, LEANS * REACH_AP_MM))
        self._start(_Move(LEAN_S, 1.0, ml_mm, ap_mm, self._on_one))

    def _leave(self, *moves: _Move) -> None:
        """Go from the plate, whatever was being done or about to be done."""
        self._stance = Stance.OFF
        self._foot_is_down = False
        self._next = None
        self._start(*moves)

    def _start(self, *moves: _Move) -> None:
        """Drop the moves that were under way and begin these."""
        self._moves.clear()
        self._moves.extend(moves)
        self._begin()

    def _begin(self) -> None:
        """The next move starts from what is."""
        self._moving_s = 0.0
        self._from = _Move(0.0, self.share, self._feet_ml_mm, self._feet_ap_mm, self._on_one)

    def _move(self) -> float:
        """Carry the move under way on by one step; give the sideways swing of the CoP that goes with it, in mm."""
        move = self._moves[0]
        start = self._from
        self._moving_s += STEP_S
        done = min(1.0, self._moving_s / move.duration_s)
        path = done * done * done * (10.0 - done * (15.0 - 6.0 * done))
        self.share = start.share + path * (move.share - start.share)
        self._feet_ml_mm = start.ml_mm + path * (move.ml_mm - start.ml_mm)
        self._feet_ap_mm = start.ap_mm + path * (move.ap_mm - start.ap_mm)
        if move.on_one != self._on_one:
            self._on_one = start.on_one + path * (move.on_one - start.on_one)
            self._ml.blend(self._on_one)
            self._ap.blend(self._on_one)
        if done >= 1.0:
            self._bounce_speed += move.bounce_per_s
            self._moves.popleft()
            self._begin()
            return 0.0
        return move.swing_mm * sin(2.0 * pi * done) ** 2 if done < 0.5 else 0.0


def _onto_one_leg(stance: Stance, duration_s: float, normal: Callable[[], float]) -> _Move:
    """Shift onto this foot, which stands in the middle of the plate as well as people manage."""
    swing_mm = -30.0 * _SIDE[stance]
    return _Move(duration_s, 1.0, normal() * 3.0, normal() * 5.0, 1.0, swing_mm, bounce_per_s=0.6)


def _onto_both(home_ap_mm: float, normal: Callable[[], float]) -> _Move:
    """Stand on both feet across the plate's middle."""
    return _Move(0.6, 1.0, normal() * 4.0, home_ap_mm + normal() * 2.0, 0.0, bounce_per_s=0.8)
