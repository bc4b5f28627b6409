"""The kinds of people who read the screen, and how one person is drawn from a kind.

Sway on two feet is fitted to the BDS data set (Santos & Duarte 2016, PeerJ 4:e2648), people under and over 60 on firm
ground and on foam, with eyes open and closed: to the medians of size and speed, to where the power of the sway lies
between 0.025 and 3.5 Hz, and to how much the trials of one person differ. The formula of the expected power is that of
`hw.simulated.sway`, which is linear until the foot ends. One person keeps one controller whatever is under the feet;
what differs between conditions is noise. On one leg the controllers are those of `hw.simulated.profiles`. Times of
rising, counts of calf raises and times on one leg follow the norms of `benchmarks.people`, which prints them side by
side; `benchmarks.people_apart` holds other figures against other people. Everything else is a proposal of this model.
"""

from __future__ import annotations

import random
from math import exp
from typing import NamedTuple

from hw.simulated.abilities import Ability, SwayAbility, louder
from hw.simulated.profiles import PROFILES
from hw.simulated.sway import Gains

MOST_DRAWN = 1.6
"""How many standard deviations somebody differs from their kind at most."""
REACTIONS_DIFFER, RISES_DIFFER, RAISES_DIFFER, LIMITS_DIFFER = 0.12, 0.10, 0.15, 0.08
SHARES_DIFFER = 0.02
ONE_LEG_DIFFERS = 0.08

Noises = tuple[float, float, float, float, float, float]
"""Slow, fast and wandering noise: rms in mm and time constant in s of each."""
_YOUNG, _OLD = PROFILES["young_adult"], PROFILES["older_adult"]


class Loop(NamedTuple):
    """What of `Gains` stays as it is whatever is under the feet and before the eyes."""

    proportional: float
    derivative_s: float
    integral_per_s: float
    stiffness: float
    damping_s: float
    muscle_s: float


def _with(loop: Loop, noises: Noises) -> Gains:
    slow_mm, slow_s, fast_mm, fast_s, wander_mm, wander_s = noises
    return Gains(
        loop.proportional,
        loop.derivative_s,
        loop.integral_per_s,
        loop.stiffness,
        loop.damping_s,
        slow_mm,
        slow_s,
        fast_mm,
        fast_s,
        loop.muscle_s,
        wander_mm,
        wander_s,
    )


def _sway(
    two: tuple[Loop, Loop], one: tuple[Gains, Gains], conditions: tuple[tuple[Noises, Noises], ...]
) -> SwayAbility:
    """Conditions as the fields of `SwayAbility`, ML and AP of each."""
    firm_open, firm_closed, foam_open, foam_closed = ((_with(two[0], ml), _with(two[1], ap)) for ml, ap in conditions)
    return SwayAbility(firm_open, firm_closed, foam_open, foam_closed, one)


YOUNG_SWAY = _sway(
    (Loop(1.46, 0.314, 0.00314, 0.0223, 0.267, 0.0462), Loop(1.16, 0.391, 0.000661, 0.0819, 0.00622, 0.0324)),
    (_YOUNG.one_ml, _YOUNG.one_ap),
    (
        ((0.666, 0.387, 0.175, 0.0498, 1.36, 39.4), (0.671, 0.243, 0.0687, 0.061, 1.12, 16.6)),
        ((0.672, 0.322, 0.0959, 0.0626, 1.25, 32.6), (0.73, 0.254, 0.0702, 0.0657, 1.44, 22.6)),
        ((2.82, 0.611, 0.186, 0.0633, 1.97, 18.2), (2, 0.365, 0.148, 0.0673, 1.9, 8)),
        ((3.29, 0.471, 0.274, 0.0514, 2.33, 41.8), (2.8, 0.345, 0.214, 0.0679, 1.79, 20.9)),
    ),
)
OLD_SWAY = _sway(
    (Loop(1.31, 0.43, 0.00548, 0.0597, 0.00977, 0.0263), Loop(1.43, 0.337, 0.0021, 0.0271, 0.278, 0.0482)),
    (_OLD.one_ml, _OLD.one_ap),
    (
        ((0.555, 0.489, 0.0677, 0.108, 1.55, 74.6), (1.41, 0.302, 0.106, 0.083, 1.56, 12.1)),
        ((0.539, 0.352, 0.0835, 0.129, 1.49, 68.8), (1.49, 0.278, 0.139, 0.0828, 1.84, 14.8)),
        ((3.08, 0.931, 0.261, 0.0833, 2.43, 49.6), (5.18, 0.385, 0.277, 0.0932, 3.33, 15.3)),
        ((3.51, 0.887, 0.395, 0.112, 2.78, 57), (6.21, 0.381, 0.765, 0.0944, 3.26, 18.2)),
    ),
)


def _louder_sway(sway: SwayAbility, factors: tuple[tuple[float, float], ...], one_leg: float) -> SwayAbility:
    """Slow and fast noise of each condition multiplied (in the order of `SwayAbility`), and those of one leg."""
    pairs = zip(sway[:4], factors, strict=True)
    firm_open, firm_closed, foam_open, foam_closed = (
        (louder(ml, slow, fast), louder(ap, slow, fast)) for (ml, ap), (slow, fast) in pairs
    )
    ml, ap = sway.one_leg
    return SwayAbility(firm_open, firm_closed, foam_open, foam_closed, (louder(ml, one_leg), louder(ap, one_leg)))


YOUNG = Ability(YOUNG_SWAY, rise_s=0.62, slip_per_s=4.0e-3, slip_per_s2=2.0e-5)
OLD = Ability(
    OLD_SWAY,
    reaction_s=0.8,
    follow_delay_s=0.32,
    foresight=0.55,
    aim_error=0.12,
    correction_per_s=0.8,
    lean_s=1.3,
    limits_mm=(88.0, 46.0, 85.0),
    rise_s=0.86,
    pause_s=0.19,
    raises=17.0,
    raise_s=0.5,
    press_share=0.5,
    steadiness=0.045,
    memory_mm=6.0,
    memory_share=0.08,
    memory_s=7.0,
    learns=0.3,
    false_alarms=0.1,
    rail=0.2,
    tire_per_min=0.12,
    slip_per_s=0.03,
    slip_per_s2=3.0e-4,
)
KINDS: dict[str, Ability] = {
    "young": YOUNG,
    "old": OLD,
    "stroke": OLD._replace(
        sway=_louder_sway(OLD_SWAY, ((1.5, 1.5), (1.6, 1.6), (1.4, 1.4), (1.4, 1.4)), 1.2),
        reaction_s=1.1,
        aim_error=0.18,
        lean_s=1.8,
        limits_mm=(65.0, 35.0, 60.0),
        share_right=0.39,
        rise_s=1.25,
        pause_s=0.35,
        raises=7.0,
        press_share=0.3,
        steadiness=0.08,
        memory_mm=9.0,
        memory_share=0.14,
        rail=0.4,
        slip_per_s=0.12,
    ),
    "parkinson": OLD._replace(
        sway=_louder_sway(OLD_SWAY, ((1.3, 1.6), (1.3, 1.6), (1.2, 1.4), (1.2, 1.4)), 1.1),
        reaction_s=1.15,
        follow_delay_s=0.42,
        foresight=0.3,
        lean_s=1.9,
        limits_mm=(60.0, 35.0, 65.0),
        hypometria=0.75,
        rise_s=1.2,
        pause_s=0.3,
        raises=12.0,
        learns=0.2,
        rail=0.3,
        slip_per_s=0.06,
    ),
    "vestibular": OLD._replace(
        sway=_louder_sway(OLD_SWAY, ((1.05, 1.05), (1.35, 1.35), (1.35, 1.35), (2.1, 2.1)), 1.15),
        rail=0.3,
        slip_per_s=0.05,
    ),
    "frail": OLD._replace(
        sway=_louder_sway(OLD_SWAY, ((1.5, 1.6), (1.5, 1.6), (1.35, 1.45), (1.35, 1.45)), 1.15),
        reaction_s=1.1,
        aim_error=0.16,
        lean_s=1.7,
        limits_mm=(55.0, 30.0, 60.0),
        rise_s=1.55,
        pause_s=0.35,
        raises=5.0,
        raise_s=0.7,
        press_share=0.25,
        steadiness=0.07,
        memory_mm=8.0,
        memory_share=0.11,
        rail=0.7,
        rail_share=0.12,
        tire_per_min=0.3,
        slip_per_s=0.22,
    ),
    "one_leg": YOUNG._replace(only_foot="right"),
    "overloads": YOUNG._replace(loads=1.6),
}
"""Who can be named in the settings beside the kept people."""
CANNOT_RISE: dict[str, float] = {"frail": 0.25, "stroke": 0.15}
"""The part of a kind who fall back on to the seat without hands."""


def drawn(name: str, rng: random.Random) -> Ability:
    """One person of this kind. What is worse on one side is so on the left or on the right."""
    kind = KINDS[name]

    def factor(differ: float) -> float:
        return exp(differ * max(-MOST_DRAWN, min(rng.gauss(0.0, 1.0), MOST_DRAWN)))

    unsteady, on_one, slow, rise = (
        factor(kind.varies),
        factor(ONE_LEG_DIFFERS),
        factor(REACTIONS_DIFFER),
        factor(RISES_DIFFER),
    )
    far = factor(LIMITS_DIFFER)
    raises = kind.raises * factor(RAISES_DIFFER)
    off_even = (kind.share_right - 0.5) * rng.choice((-1.0, 1.0)) + SHARES_DIFFER * rng.uniform(-1.0, 1.0)
    rises = rng.uniform(0.5, 0.75) if rng.random() < CANNOT_RISE.get(name, 0.0) else 1.0
    front_mm, back_mm, side_mm = kind.limits_mm
    return kind._replace(
        sway=_louder_sway(kind.sway, ((unsteady, unsteady),) * 4, on_one),
        reaction_s=kind.reaction_s * slow,
        follow_delay_s=kind.follow_delay_s * slow,
        lean_s=kind.lean_s * slow,
        limits_mm=(front_mm * far, back_mm * far, side_mm * far),
        share_right=0.5 + off_even,
        rise_s=kind.rise_s * rise,
        raises=raises,
        rises=rises,
    )
