"""With vibration and without it within one patient: the difference, between what it lies, and whether it is one at all.

One rule for all: how far two means lie apart by chance is by the patient's own spread from turn to turn, at 95 % by
Student's t, as in `station.measures.norms.change.own_spread`; a test holds the two equal. Nothing here needs scipy, so
that the pages can show it. Counts of turns that ended unsafe get one safe and one unsafe turn more on each side first
(Agresti and Caffo, own choice of t): with four turns each only all against none is beyond chance.

Over several visits the difference is the mean of each visit's own: who is better on one day is so in both kinds. Its
reach is that of the spread within the visits or, from three visits on, of the differences themselves, whichever is
larger (own choice).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from drills.problems import Problem
from station.faults import because

LEAST_TURNS = 3
"""Of each kind, as in every comparison of figures."""
LEAST_OF_VISIT = 2
"""Of each kind in one visit: one alone has no spread."""
VISITS_VARY = 3
"""From so many visits on the differences themselves may say how far they vary."""
TIME, UNSAFE = "hold_s", "unsafe_share"
FIGURES = ("mean_velocity_mm_s", "ellipse_area_mm2")
"""Of sway below 10 Hz, without the plate's own movement: from 20 to 35 Hz free of the vibration itself, which
`benchmarks.with_without` shows."""
CREDIBLE = 1e9
"""A figure beyond this, like NaN, is none."""
MORE_IS_BETTER = {TIME: True, UNSAFE: False, **dict.fromkeys(FIGURES, False)}
HELD = "held"
UNSAFE_ENDS = ("foot-down", "step-off")
WITH, WITHOUT = "with", "without"

_T_975 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t at 95 %, both sides, from one degree of freedom on."""


class Turn(NamedTuple):
    """One turn."""

    vibrated: bool
    outcome: str
    """As of a trial."""
    hold_s: float
    figures: Mapping[str, float]
    """Those that there are and that nothing makes doubtful."""


class Kind(NamedTuple):
    """What is compared of each turn that counts for it."""

    name: str
    value: Callable[[Turn], float | None]
    """None: this turn does not count."""


class Difference(NamedTuple):
    """Of one figure: with vibration less without it."""

    name: str
    with_mean: float | None
    without_mean: float | None
    difference: float | None
    low: float | None
    """Between this and `high` the difference lies, at 95 %; None where that cannot be said."""
    high: float | None
    differs: bool | None
    """Whether it is beyond chance; None where nothing can be said."""
    better: str
    """"with" or "without" for a difference that is one; else ""."""
    with_turns: int
    without_turns: int
    why: Problem | None = None
    """Why nothing can be said, or what else to know."""


Values = tuple[list[float], list[float]]
"""Of one visit: with vibration, without it."""


def compare(visits: Sequence[Sequence[Turn]]) -> tuple[Difference, ...]:
    """Time held, unsafe ends and the figures, in this order, of the turns of one visit or of several. Total."""
    kinds = (
        Kind(TIME, lambda turn: turn.hold_s if turn.outcome == HELD or turn.outcome in UNSAFE_ENDS else None),
        Kind(UNSAFE, _unsafe),
        *(Kind(name, _figure(name)) for name in FIGURES),
    )
    return tuple(_difference(kind, [_values(kind, turns) for turns in visits]) for kind in kinds)


def verdict(found: Sequence[Difference]) -> str:
    """For which side two figures or more differ, "with" or "without"; "one-with" or "one-without" where a single one
    does, which chance alone does in about one comparison of twelve; "contrary" where they are not of one mind; "none"
    where nothing differs, "unknown" where nothing can be said.
    """
    sides = [one.better for one in found if one.differs]
    if len({*sides}) > 1:
        return "contrary"
    if sides:
        return sides[0] if len(sides) > 1 else f"one-{sides[0]}"
    return "none" if any(one.differs is False for one in found) else "unknown"


def _unsafe(turn: Turn) -> float | None:
    if turn.outcome in UNSAFE_ENDS:
        return 1.0
    return 0.0 if turn.outcome == HELD else None


def _figure(name: str) -> Callable[[Turn], float | None]:
    """Only of turns that were held to the end: figures of sway of unlike lengths are not compared."""

    def value(turn: Turn) -> float | None:
        figure = turn.figures.get(name)
        return figure if turn.outcome == HELD and figure is not None and abs(figure) < CREDIBLE else None

    return value


def _values(kind: Kind, turns: Sequence[Turn]) -> Values:
    found: Values = ([], [])
    for turn in turns:
        value = kind.value(turn)
        if value is not None:
            found[not turn.vibrated].append(value)
    return found


def _difference(kind: Kind, visits: Sequence[Values]) -> Difference:
    both = [one for one in visits if min(map(len, one)) >= LEAST_OF_VISIT]
    counts = sum(len(one[0]) for one in both), sum(len(one[1]) for one in both)
    if min(counts) < LEAST_TURNS:
        reason = "few-turns-held" if kind.name in FIGURES else "few-turns"
        counts = sum(len(one[0]) for one in visits), sum(len(one[1]) for one in visits)
        few = because(reason, least=LEAST_TURNS, turns_with=counts[0], turns_without=counts[1])
        return Difference(kind.name, *_means(visits), None, None, None, None, "", *counts, few)
    means = _means(both)
    apart = math.fsum(_mean(one[0]) - _mean(one[1]) for one in both) / len(both)
    if kind.name == UNSAFE:
        low, high = _of_shares(both)
    else:
        reach = _reach(both)
        low, high = apart - reach, apart + reach
    differs = not low <= 0.0 <= high
    better = ""
    if differs:
        better = WITH if (apart > 0.0) == MORE_IS_BETTER[kind.name] else WITHOUT
    why = because("all-alike") if low == high == 0.0 else None
    return Difference(kind.name, *means, apart, low, high, differs, better, *counts, why)


def _means(visits: Sequence[Values]) -> tuple[float | None, float | None]:
    """Each of all turns, whatever their visit; None where there is none."""
    every = [[value for one in visits for value in one[side]] for side in (0, 1)]
    return (_mean(every[0]) if every[0] else None), (_mean(every[1]) if every[1] else None)


def _reach(visits: Sequence[Values]) -> float:
    squares = math.fsum((value - _mean(side)) ** 2 for one in visits for side in one for value in side)
    freedom = sum(len(side) - 1 for one in visits for side in one)
    weights = math.fsum(1.0 / len(side) for one in visits for side in one)
    within = t_975(freedom) * math.sqrt(squares / freedom * weights) / len(visits)
    if len(visits) < VISITS_VARY:
        return within
    apart = [_mean(one[0]) - _mean(one[1]) for one in visits]
    spread = math.sqrt(math.fsum((one - _mean(apart)) ** 2 for one in apart) / (len(apart) - 1))
    return max(within, t_975(len(apart) - 1) * spread / math.sqrt(len(apart)))


def _of_shares(visits: Sequence[Values]) -> tuple[float, float]:
    """Between what the difference of two shares lies: of the shares with one turn more of each kind of end."""
    turns = [[value for one in visits for value in one[side]] for side in (0, 1)]
    counts = [len(one) + 2 for one in turns]
    shares = [(math.fsum(one) + 1.0) / count for one, count in zip(turns, counts, strict=True)]
    error = math.sqrt(sum(share * (1.0 - share) / count for share, count in zip(shares, counts, strict=True)))
    reach = t_975(sum(map(len, turns)) - 2) * error
    apart = shares[0] - shares[1]
    return max(-1.0, apart - reach), min(1.0, apart + reach)


def t_975(freedom: int) -> float:
    """Student's t at 95 %, both sides; beyond the table its last, which is a little too much. `freedom` from 1."""
    return _T_975[min(freedom, len(_T_975)) - 1]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
