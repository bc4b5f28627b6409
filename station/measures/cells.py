"""Four cells that were converted at four times, brought to one.

Free-running converters give voltages that are up to 1.8 ms old, each by its own, changing amount. On a still plate that
is nothing; on a shaking one the forces of one row belong to four phases of the vibration, and the beat of their ages
with it falls into the sway. Where a recording says when each voltage was converted, the vibration is fitted and taken
out at those times, and what is left is brought to common ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from drills.problems import Problem
from hw.values import CELL_NAMES
from station.faults import because
from station.measures.constants import MIN_FORCE_N
from station.measures.signal import FROZEN_S, Array
from station.measures.spectrum.vibration import without_drive

CELL_HARMONICS = 6
"""Beyond the fourth there is little; 6 x 40 Hz is still below the converters' 860 / 2."""
NEGATIVE = 0.05
"""Of the whole force: more than a plate that rocks on three feet takes off the fourth."""
COARSE_N = 0.1
"""A plate that gives no smaller steps may well give one cell's force unchanged for a while."""
MOST_AGE_S = 0.01
"""An older voltage is one that did not come."""
LEAST_STEP_S = 0.0005
"""Two conversions are never so near: the fastest takes twice that."""
CELL_MAX_MISSING = 0.02
"""Of a cell's rows, as `signal.MAX_MISSING`: what is between is bridged."""


def aligned(
    t_s: Array, cells_n: Array, cell_t_s: Array, drive_phase: Array | None, harmonics: int = CELL_HARMONICS
) -> Array:
    """The forces (N, 4) at one time a row: a constant part of a millisecond before `t_s`, the mean age of a voltage.

    `cell_t_s` (N, 4) is when each was converted, in seconds on the same clock; a column with a time that is not known
    leaves its cell as it is, and so does one of which many voltages did not come. `drive_phase` (N,) is the drive's
    phase in turns at `t_s`; where it moves, the drive's first `harmonics` are taken out of each cell first: they would
    alias. A force that is not finite stays so.
    """
    ages_s = t_s[:, None] - cell_t_s
    if len(t_s) < 8 or not np.all(np.isfinite(t_s)) or np.any(np.diff(t_s) <= 0):
        return cells_n
    near = np.abs(ages_s) < MOST_AGE_S
    known = [
        cell
        for cell in range(4)
        if np.all(np.isfinite(ages_s[:, cell])) and np.mean(near[:, cell]) >= 1.0 - CELL_MAX_MISSING
    ]
    if not known:
        return cells_n
    common_s = t_s - float(np.mean(ages_s[:, known], where=near[:, known]))
    found = cells_n.copy()
    for cell in known:
        found[:, cell] = _moved(t_s, cells_n[:, cell], cell_t_s[:, cell], (drive_phase, harmonics), common_s)
    found[~np.isfinite(cells_n)] = np.nan  # what was not measured stays unknown
    return found


def broken_cell(t_s: ArrayLike | None, cells_n: Array, rate_hz: float | None) -> Problem | None:
    """Which of four cells cannot be trusted, and why; None where all can, or where other checks say what is wrong.

    `t_s` (N,) in seconds, or None with `rate_hz`; `cells_n` (N, 4) in N. A CoP hides this: three cells that are right
    and one that is not give a plausible sway.
    """
    count = len(cells_n)
    t = np.arange(count) / (rate_hz or np.nan) if t_s is None else np.asarray(t_s, dtype=float)
    if count < 8 or t.shape != (count,) or not np.all(np.isfinite(t)):
        return None
    whole = cells_n[np.isfinite(cells_n).all(axis=1)]
    if len(whole) < 8 or np.all(whole == whole[0]):
        return None
    total, middle = float(np.median(whole.sum(axis=1))), np.median(whole, axis=0)
    if total < MIN_FORCE_N:
        return None
    steps = np.abs(np.diff(cells_n, axis=0))
    fine = float(np.min(steps[steps > 0.0], initial=np.inf)) < COARSE_N
    for cell, column in enumerate(cells_n.T):
        name = CELL_NAMES[cell]
        if middle[cell] < -NEGATIVE * total:
            return because("cell-negative", cell=name)
        if not fine:
            continue
        still = np.flatnonzero(np.diff(column, prepend=np.nan, append=np.nan) != 0.0)
        last = still[1:] - 1
        stood_s = t[last] - t[still[:-1]]
        if float(np.max(stood_s)) > FROZEN_S:
            at = int(np.argmax(stood_s))
            return because("cell-frozen", cell=name, length_s=float(stood_s[at]), from_s=float(t[still[at]]))
    return None


def _moved(t_s: Array, force_n: Array, own_s: Array, drive: tuple[Array | None, int], common_s: Array) -> Array:
    """One cell's force at the common times, without so many harmonics of the drive's phase."""
    from scipy.interpolate import CubicSpline

    # A cell without a new conversion gave the last one again, at the same time but for rounding, and with a force that
    # the crosstalk of the others moves a little: a spline through both would leap.
    newest_s = np.maximum.accumulate(own_s)
    new = np.concatenate(([True], own_s[1:] > newest_s[:-1] + LEAST_STEP_S)) & np.isfinite(force_n)
    if new.sum() < 8:
        return force_n
    own_s, force_n = own_s[new], force_n[new]
    drive_phase, harmonics = drive
    if drive_phase is not None:
        phase = np.interp(own_s, t_s, drive_phase)
        rate_hz = (len(own_s) - 1) / float(own_s[-1] - own_s[0])
        force_n = without_drive(force_n[:, None], phase, rate_hz, harmonics=harmonics, up_to_hz=rate_hz)[:, 0]
    return np.asarray(CubicSpline(own_s, force_n)(np.clip(common_s, own_s[0], own_s[-1])), dtype=float)
