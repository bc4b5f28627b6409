"""What the kinds of people can do who stand on the simulated plate: how they sway, reach, rise, remember and tire.

Each person of a kind is drawn from it: nobody is the mean of their kind.
"""

from __future__ import annotations

from typing import NamedTuple

from hw.simulated.profiles import Profile
from hw.simulated.sway import Gains

FEET_APART_MM = 280.0
"""What a share of the load is in millimetres of CoP: the feet of somebody who stands well apart."""


class SwayAbility(NamedTuple):
    """How a kind of people sways, on both feet by what is under them and by what they see, and on one."""

    firm_open: tuple[Gains, Gains]
    """ML and AP."""
    firm_closed: tuple[Gains, Gains]
    foam_open: tuple[Gains, Gains]
    foam_closed: tuple[Gains, Gains]
    one_leg: tuple[Gains, Gains]

    def on_two(self, foam: bool, closed: bool) -> tuple[Gains, Gains]:
        """The controllers of this condition."""
        if foam:
            return self.foam_closed if closed else self.foam_open
        return self.firm_closed if closed else self.firm_open


class Ability(NamedTuple):
    """One person's abilities."""

    sway: SwayAbility
    reaction_s: float = 0.6
    """To a thing on the screen; to an instruction twice that."""
    follow_delay_s: float = 0.25
    foresight: float = 0.7
    """How much of that delay is guessed away where a thing moves evenly."""
    aim_error: float = 0.08
    """Error of a first reach as a part of its way (rms)."""
    correction_per_s: float = 1.2
    """How fast an error that is seen is taken back."""
    lean_s: float = 0.9
    """Time of a reach of half of the limits."""
    limits_mm: tuple[float, float, float] = (115.0, 65.0, 110.0)
    """How far they dare to lean: front, back, side."""
    share_right: float = 0.5
    """The share of the weight on the right foot when they feel even."""
    rise_s: float = 1.0
    """Time of a stand-up; sitting down takes as long."""
    pause_s: float = 0.15
    """Between two of them."""
    rises: float = 1.0
    """Share of the height that they can rise to without hands: below 1.0 they fall back."""
    raises: float = 33.0
    """Calf raises on one leg until the height is lost."""
    raise_s: float = 0.45
    press_share: float = 0.7
    """Force of one leg at its best, of body weight."""
    steadiness: float = 0.03
    """Unsteadiness of a pressed force (rms), as a part of it."""
    memory_mm: float = 4.0
    memory_share: float = 0.05
    """Error of a remembered place, and of a remembered load as a part of it, just after it was shown (rms)."""
    memory_s: float = 10.0
    """Time in which the square of that error doubles."""
    learns: float = 0.4
    """What practice takes of the errors in the end."""
    false_alarms: float = 0.05
    """How often they go to what was to be left alone."""
    rail: float = 0.0
    """How often they catch the rail where they would set the foot down."""
    rail_share: float = 0.06
    """What the rail then carries of their weight."""
    hypometria: float = 1.0
    """The part of a way that a first reach goes."""
    loads: float = 1.0
    """What they put on a foot that may carry a part of the weight, of what is asked; above 1.0 they mind no bar."""
    only_foot: str = ""
    """"left" or "right" for who has one; they stand on it, whatever is asked."""
    feet_apart_mm: float = FEET_APART_MM
    """How they stand on two feet, until they are asked for more."""
    tire_per_min: float = 0.06
    slip_per_s: float = 2.0e-4
    slip_per_s2: float = 1.0e-5
    varies: float = 0.04
    """How people of this kind differ in their sway (standard deviation of its logarithm)."""

    def profile(self, foam: bool, closed: bool) -> Profile:
        """How this person stands in this condition."""
        two_ml, two_ap = self.sway.on_two(foam, closed)
        one_ml, one_ap = self.sway.one_leg
        if closed:
            one_ml, one_ap = louder(one_ml, ONE_LEG_CLOSED), louder(one_ap, ONE_LEG_CLOSED)
        slips = SLIPS_CLOSED if closed else 1.0
        return Profile(
            two_ml,
            two_ap,
            one_ml,
            one_ap,
            2.0 * self.reaction_s,
            self.tire_per_min,
            slips * self.slip_per_s,
            slips * self.slip_per_s2,
        )


ONE_LEG_CLOSED = 1.9
"""Velocity on one leg with eyes closed over that with eyes open: 86 to 91 over 45 mm/s (protocols.md 1.5, S114)."""
SLIPS_CLOSED = 30.0
"""Mean times of one-legged stance fall from 45 s to 13 s between 18 and 39 years (Springer 2007)."""


def louder(gains: Gains, slow: float, fast: float | None = None) -> Gains:
    """The same controller with its noises multiplied: the slow ones, and the fast one."""
    fast = slow if fast is None else fast
    return gains._replace(slow_mm=slow * gains.slow_mm, wander_mm=slow * gains.wander_mm, fast_mm=fast * gains.fast_mm)
