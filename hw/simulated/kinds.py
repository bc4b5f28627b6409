"""The kinds of people who read the screen, and how one person is drawn from a kind.

Sway on two feet is fitted to the medians of the BDS data set (Santos & Duarte 2016, PeerJ 4:e2648) for people under
and over 60, on firm ground and on foam, with eyes open and closed; on one leg to the recordings named in
`hw.simulated.profiles`. Times of rising, counts of calf raises and times on one leg follow the norms of
`benchmarks.people`, which prints them side by side. Everything else is a proposal of this model, and no norm of people.
Half of the power of their sway lies lower than that of people, whom it was not fitted to (`benchmarks.people_apart`).
"""

from __future__ import annotations

import random
from math import exp

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


def _with(gains: Gains, noises: Noises) -> Gains:
    slow_mm, slow_s, fast_mm, fast_s, wander_mm, wander_s = noises
    return gains._replace(
        slow_mm=slow_mm, slow_s=slow_s, fast_mm=fast_mm, fast_s=fast_s, wander_mm=wander_mm, wander_s=wander_s
    )


def _sway(
    two: tuple[Gains, Gains], one: tuple[Gains, Gains], conditions: tuple[tuple[Noises, Noises], ...]
) -> SwayAbility:
    """Conditions as the fields of `SwayAbility`, ML and AP of each."""
    firm_open, firm_closed, foam_open, foam_closed = ((_with(two[0], ml), _with(two[1], ap)) for ml, ap in conditions)
    return SwayAbility(firm_open, firm_closed, foam_open, foam_closed, one)


YOUNG_SWAY = _sway(
    (_YOUNG.two_ml, _YOUNG.two_ap),
    (_YOUNG.one_ml, _YOUNG.one_ap),
    (
        ((0.679, 2.92, 0.174, 0.0502, 1.47, 26.3), (1.55, 3.52, 0.107, 0.0492, 1.53, 12.3)),
        ((0.626, 2.89, 0.181, 0.0541, 1.52, 26.8), (1.5, 3.4, 0.124, 0.0509, 1.95, 12.1)),
        ((2.86, 2.48, 0.447, 0.0452, 2.71, 31.6), (4.15, 2.78, 0.276, 0.047, 2.48, 14.1)),
        ((3.15, 2.12, 0.716, 0.0426, 2.93, 34.1), (4.45, 1.77, 0.452, 0.047, 2.49, 15.7)),
    ),
)
OLD_SWAY = _sway(
    (_OLD.two_ml, _OLD.two_ap),
    (_OLD.one_ml, _OLD.one_ap),
    (
        ((0.665, 2.58, 0.144, 0.0677, 1.73, 30.4), (1.14, 0.848, 0.155, 0.0661, 1.9, 14.6)),
        ((0.766, 2.48, 0.15, 0.0671, 1.68, 30.9), (1.35, 0.976, 0.19, 0.0655, 2.02, 14.7)),
        ((3.96, 2.61, 0.46, 0.0592, 4.41, 34.8), (3.47, 0.65, 0.545, 0.0657, 4.81, 16.1)),
        ((4.27, 2.37, 0.635, 0.0572, 4.39, 37.2), (4.33, 0.892, 1.22, 0.0598, 4.83, 17.2)),
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
