"""Four cells that contradict each other: another order, one that counts double or not at all, a zero that is none.

A stiff plate on four cells is a lever: a load at one place gives shares of which the fourth follows from three. What is
left, the twist, is next to nothing while a person sways: a fortieth to a quarter of the lesser of ML and AP on a real
plate; of cells in a wrong order it is twice the lesser and more, as soon as one of a diagonal is taken for one of the
other. Orders that keep the diagonals (7 of 23) turn or mirror the plate, and nothing in a stance tells them: a push on
each corner does (`station selftest`).

While a person sways, the weight stays. A cell that counts double or half brings the sway into the weight.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from drills.problems import Problem
from hw.values import CELL_NAMES
from station.faults import because
from station.measures.constants import MIN_FORCE_N, MOST_EMPTY_N, STANDARD_GRAVITY_M_S2
from station.measures.signal import Array
from station.measures.suspicions.even import BLOCK_HZ, blocks
from station.measures.suspicions.stuck import cut_off
from station.measures.suspicions.vibrated import still_part

LEAST_STANCE_S = 5.0
"""A shorter stance shows too little."""
LEAST_MOVES_S = 1.0
STOOD_PERCENTILE = 90.0
"""Of the load of somebody who moves: hardly ever are they more than as heavy as they are."""
LOADED = 0.3
"""Share of it from which on the place of the load is known well."""
STANDING = 0.15
"""Share of its median by which the weight changes at most while somebody stands; more is stepping on or off."""
MOST_TWIST = 0.9
"""Of the lesser of ML and AP, in r.m.s.: 0.25 at most in 10 s of a real plate, 1.9 and more in a wrong order."""
MOST_TWIST_MOVING, LEAST_TWIST_MOVING = 1.2, 0.03
"""The same of somebody who moves, of the shares of the load, and so much of the load at least: two feet that roll apart
twist a plate that bends, and somebody who goes straight up and down hardly moves the load to a side."""
MOST_ALIKE_MOVING = 0.002
"""Of the load, in r.m.s.: the difference of two cells that are one. Nobody moves for seconds on a line that exact."""
MOST_OFF = 0.1
"""Of the weight: the mean twist beyond what the place of the load makes; 0.03 on a real plate."""
LEAST_FOUND_PERCENT = (14.0, 37.0)
"""Of the weight, by which one cell shows too little, or too much: the least wrong zero of any cell that is found
without an empty plate, on a real one. Too much moves the load's place too, which explains most of it."""
MOST_OF_SWAY, LEAST_LEAK = 0.6, 0.1
"""Share of the weight's changes within half a second that the sway explains, and how much of a moment they are: 0.30
and 0.06 at most in 10 s of a real plate, 0.75 and 0.15 at least where one cell counts double or half."""
APART_BLOCKS = (1, 2, 3, 5)
MOST_TOGETHER, LEAST_APART, MOST_APART = 0.6, 0.15, 0.6
"""Of what the twist and the weight change by within these tenths of a second: their correlation, where the twist's part
is so much of the lesser of ML and AP; and how much of that it is at most. What one cell does alone is in both alike.
On a real plate 0.47 at most, and 0.56 (298 pieces of two recordings of one person; proposed)."""
BEHIND_BLOCKS, MOST_BEHIND, LEAST_BEHIND = 2, 0.5, 0.4
"""Of the twist's, or the weight's, changes within so long: which share goes with how fast the sway changes, and how
much of that it is. Two cells that come behind the others bring the sway's speed into both. On a real plate 0.40 and
0.29 of the twist, 0.38 and 0.46 of the weight at most (the same pieces; proposed)."""
LAG_BLOCKS = 5
MOST_ALIKE = 0.999
"""Correlation of the steps of two cells that were wired, or written, twice. Two neighbours come near it only where the
sway is twenty times as large along the other side."""
MOST_EMPTY_SHARE = 0.015
"""What a cell may show on the empty plate beside `MOST_EMPTY_N`: of the weight."""


def suspicions_of_cells(
    cells_n: Array, rate_hz: float, empty_n: Array | None = None, *, moves: bool = False, drive_hz: float = 0.0
) -> tuple[Problem, ...]:
    """What is suspect of four cells (N, 4) in N at this rate, finite: the first that explains the rest.

    `empty_n` (4,) is what each showed on the empty plate, None where that was not seen. `moves` where the person does
    more than standing: the weight then changes with what they do. Of a plate that vibrates at `drive_hz` only what is
    slower than that is looked at.
    """
    least_s = LEAST_MOVES_S if moves else LEAST_STANCE_S
    if not (math.isfinite(rate_hz) and len(cells_n) >= least_s * rate_hz):
        return ()
    total_n = float(np.percentile(cells_n.sum(axis=1), STOOD_PERCENTILE if moves else 50.0))
    if total_n < MIN_FORCE_N:
        return ()
    parts = blocks(still_part(cells_n, rate_hz, drive_hz) if drive_hz > 0 else cells_n, rate_hz)
    standing = parts[np.abs(parts.sum(axis=1) / total_n - 1.0) < STANDING]
    if moves:
        loaded = parts[parts.sum(axis=1) > LOADED * total_n]
        first = _always_alike(loaded) or _order_of_shares(loaded) or _tare(standing)
    else:
        enough = len(standing) >= LEAST_STANCE_S * BLOCK_HZ
        looked = (_alike, _order, _leak, _tare) if enough else (_tare,)
        if enough and drive_hz == 0.0:
            looked = (*looked, _apart)
        first = next((one for look in looked if (one := look(standing)) is not None), None)
    also = [_empty(empty_n, total_n), _cut(cells_n, rate_hz)]
    return tuple(one for one in (first, *also) if one is not None)


def same_cells(cells_n: Array) -> Problem | None:
    """Two cells of (N, 4), as they were recorded, that are the same to the last bit; None where no two are."""
    for one, other in combinations(range(len(CELL_NAMES)), 2):
        if np.array_equal(cells_n[:, one], cells_n[:, other], equal_nan=True):
            return because("cells-alike", cell=CELL_NAMES[one], other=CELL_NAMES[other], correlation=1.0)
    return None


def empty_plate(cells_n: Array, rate_hz: float, weight_n: float) -> Array | None:
    """(4,) what each cell of (N, 4) shows while nobody is on the plate; None where it is never empty.

    Empty is the half second of the lowest load, if it is below a fifth of the weight and steady to a hundredth of it.
    """
    parts = blocks(cells_n, rate_hz)
    count = len(parts) // LAG_BLOCKS
    if not count:
        return None
    halves = parts[: count * LAG_BLOCKS].reshape(count, LAG_BLOCKS, 4)
    steady = np.ptp(halves, axis=1).max(axis=1) < 0.01 * weight_n
    means = halves.mean(axis=1)
    loads = np.where(steady, np.abs(means.sum(axis=1)), np.inf)
    at = int(np.argmin(loads))
    return np.asarray(means[at]) if loads[at] < 0.2 * weight_n else None


def _moments(parts: Array) -> tuple[Array, Array, Array, Array]:
    """Whole force, ML and AP moment and twist, each (M,) in N: sums and differences of the four."""
    front_left, front_right, back_right, back_left = parts.T
    return (
        parts.sum(axis=1),
        front_right + back_right - front_left - back_left,
        front_left + front_right - back_right - back_left,
        front_left + back_right - front_right - back_left,
    )


def _alike(parts: Array) -> Problem | None:
    steps = np.diff(parts, axis=0)
    lengths = np.sqrt(np.sum(steps**2, axis=0))
    if np.any(lengths == 0.0):
        return None
    alike = steps.T @ steps / np.outer(lengths, lengths) - np.eye(4)
    one, other = np.unravel_index(int(np.argmax(alike)), alike.shape)
    # One force that was written as four is no CoP, which is refused, and as good as any where only the force counts.
    if alike[one, other] <= MOST_ALIKE or np.sum(alike > MOST_ALIKE) == alike.size - len(CELL_NAMES):
        return None
    return because("cells-alike", cell=CELL_NAMES[one], other=CELL_NAMES[other], correlation=float(alike[one, other]))


def _order(parts: Array) -> Problem | None:
    force, ml, ap, twist = _moments(parts)
    left = float(np.std(twist + ml * ap / np.where(force > 0.0, force, np.inf)))
    spreads = float(np.std(ml)), float(np.std(ap))
    if left <= MOST_TWIST * min(spreads):
        return None
    return because("cells-in-other-order", times=left / max(min(spreads), 1e-9))


def _always_alike(parts: Array) -> Problem | None:
    """Two cells that show one force whatever the person does."""
    if len(parts) < 2:
        return None
    load_n = float(np.mean(parts.sum(axis=1)))
    for one, other in combinations(range(len(CELL_NAMES)), 2):
        own = parts[:, one]
        if float(np.std(own)) > 5.0 * MOST_ALIKE_MOVING * load_n and (
            float(np.std(own - parts[:, other])) < MOST_ALIKE_MOVING * load_n
        ):
            correlation = float(np.corrcoef(own, parts[:, other])[0, 1])
            return because("cells-alike", cell=CELL_NAMES[one], other=CELL_NAMES[other], correlation=correlation)
    return None


def _order_of_shares(parts: Array) -> Problem | None:
    """As `_order`, whatever the load is."""
    if len(parts) < LEAST_MOVES_S * BLOCK_HZ:
        return None
    force, ml, ap, twist = _moments(parts)
    ml, ap, twist = ml / force, ap / force, twist / force
    left = float(np.std(twist + ml * ap))
    least = min(float(np.std(ml)), float(np.std(ap)))
    if left <= max(MOST_TWIST_MOVING * least, LEAST_TWIST_MOVING):
        return None
    return because("cells-in-other-order", times=left / max(least, 1e-9))


def _leak(parts: Array) -> Problem | None:
    force, ml, ap, _ = (moment[LAG_BLOCKS:] - moment[:-LAG_BLOCKS] for moment in _moments(parts))
    moments = np.column_stack((ml, ap))
    found = np.linalg.lstsq(moments, force, rcond=None)[0]
    whole = float(np.sum((force - force.mean()) ** 2))
    share = 1.0 - float(np.sum((force - moments @ found) ** 2)) / whole if whole > 0.0 else 0.0
    if share <= MOST_OF_SWAY or float(np.hypot(*found)) <= LEAST_LEAK:
        return None
    # More weight when the load goes to the right and to the front: the cell there counts double, or that across half.
    corner = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 0}[found[0] > 0.0, found[1] > 0.0]
    across = CELL_NAMES[(corner + 2) % 4]
    return because("weight-sways", percent=100.0 * share, cell=CELL_NAMES[corner], other=across)


def _apart(parts: Array) -> Problem | None:
    """A cell that is late, slow or shows a part of another, or two that are late together."""
    force, ml, ap, twist = _moments(parts)
    left = twist + ml * ap / np.where(force > 0.0, force, np.inf)
    for lag in APART_BLOCKS:
        changes = [one[lag:] - one[:-lag] for one in (force, ml, ap, left)]
        own = [one - one.mean() for one in changes]
        of_weight, *spreads, of_twist = (float(np.sqrt(np.mean(one**2))) for one in own)
        if min(of_weight, *spreads) <= 0.0:
            return None
        times, together = (
            of_twist / min(spreads),
            abs(float(np.mean(own[0] * own[3]))) / (of_weight * max(of_twist, 1e-9)),
        )
        if times > MOST_APART or (times > LEAST_APART and together > MOST_TOGETHER):
            return because("cells-apart", correlation=together, times=times)
    return _behind(ml, ap, (force, left))


def _behind(ml: Array, ap: Array, others: tuple[Array, Array]) -> Problem | None:
    """Two cells that come behind the others: the sway's speed is in the weight, or in the twist."""
    speeds = np.column_stack((np.gradient(ml), np.gradient(ap)))
    speeds = speeds[BEHIND_BLOCKS:] - speeds[:-BEHIND_BLOCKS]
    for other in others:
        changes = other[BEHIND_BLOCKS:] - other[:-BEHIND_BLOCKS]
        found = np.linalg.lstsq(speeds, changes, rcond=None)[0]
        whole = float(np.sum(changes**2))
        share = 1.0 - float(np.sum((changes - speeds @ found) ** 2)) / whole if whole > 0.0 else 0.0
        times = float(np.hypot(*found))
        if share > MOST_BEHIND and times > LEAST_BEHIND:
            return because("cells-apart", correlation=share**0.5, times=times)
    return None


def _tare(parts: Array) -> Problem | None:
    """Of the whole, and of thirds: a cell that drifts has a right zero at one end."""
    if not len(parts):
        return None
    long = len(parts) >= 3 * LEAST_STANCE_S * BLOCK_HZ
    found = []
    for piece in (parts, *(np.array_split(parts, 3) if long else ())):
        force, ml, ap, twist = (float(np.mean(moment)) for moment in _moments(piece))
        found.append(((twist + ml * ap / force) / force if force > 0.0 else 0.0, force))
    off, force = max(found, key=lambda one: abs(one[0]))
    if abs(off) <= MOST_OFF:
        return None
    return because("corners-cannot-be", percent=100.0 * abs(off), kg=abs(off) * force / STANDARD_GRAVITY_M_S2)


def _empty(empty_n: Array | None, total_n: float) -> Problem | None:
    if empty_n is None:
        return None
    at = int(np.argmax(np.abs(empty_n)))
    if abs(empty_n[at]) <= max(MOST_EMPTY_N, MOST_EMPTY_SHARE * total_n):
        return None
    return because("zero-is-none", cell=CELL_NAMES[at], force_n=float(empty_n[at]))


def _cut(cells_n: Array, rate_hz: float) -> Problem | None:
    for name, column in zip(CELL_NAMES, cells_n.T, strict=True):
        if there := cut_off(column):
            return because("cell-clipped", cell=name, length_s=there / rate_hz)
    return None
