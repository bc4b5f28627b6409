"""Where a task begins in a file whose beginning shows the plate before, and what makes its recording suspect.

A step-on that was recorded decides of a task as it does of a stance: the zeros by the empty plate, the order of the
cells, and one that counts more or less than the others, by a step on each corner.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from station.analysis.step_ons import Before, before_of, came_on, rate_of, stance_in, waits_from_s
from station.faults import because
from station.measures.constants import MIN_FORCE_N, STANDARD_GRAVITY_M_S2
from station.measures.recorded import NO_STEPS
from station.measures.signal import Array, Signal, check
from station.measures.suspicions import suspicions_of, suspicions_of_cells
from station.measures.suspicions.load import odd_load
from station.measures.suspicions.plate import STANDING, STOOD_PERCENTILE
from station.measures.suspicions.step_on import suspicions_of_steps, weight_of
from station.measures.suspicions.steps import MOST_FORCE_MISS, force_jump
from station.measures.tasks.force import WRONG_WEIGHT, landing_of
from station.recording.raw import RawSignal

IMPACT_S = 0.3
"""So long after a landing feet and heels may hit the plate as hard as any spike does."""


class Begins(Enum):
    """How a task begins behind a step-on."""

    AS_SAID = "as-said"
    """Nothing in the force shows it."""
    STANDING = "standing"
    """Somebody stands quietly."""
    WAITING = "waiting"
    """Somebody waits on the plate with a part of the weight, or all of it."""
    LANDING = "landing"
    """Somebody lands on the empty plate."""


class Begun(NamedTuple):
    """The part of a file that is the task."""

    from_s: float
    until_s: float | None = None
    """None for the end of the file."""
    notes: tuple[Problem, ...] = ()


class KnownOfTask(NamedTuple):
    """What is known of a task besides its recording."""

    weight_kg: float | None
    begins: Begins
    stands: bool
    """Whether they do nothing but stand."""
    scale: bool
    """Whether the CoP's unit cannot have been mistaken, or people move it as far as they want."""
    weighs: bool
    """Whether the plate sees the whole weight."""


def begun_in(whole: RawSignal, begins: Begins, from_s: float) -> Begun:
    """The task in this file: from when a person says that it begins, else behind a step-on that the file begins with,
    else all of it.
    """
    came = came_on(whole) if from_s == 0.0 and begins is not Begins.AS_SAID else None
    if came is None:
        return Begun(from_s)
    if begins is Begins.STANDING:
        part, note = stance_in(whole, came)
        return Begun(float(part.t_s[0]), float(part.t_s[-1]), (note,)) if len(part.t_s) else Begun(from_s)
    behind_s = came.steps.until_s if came.steps.corners else 0.0
    begin_s = behind_s if begins is Begins.LANDING else waits_from_s(whole, behind_s)
    if not begin_s:
        return Begun(from_s)
    return Begun(begin_s, None, (because("task-of-table", from_s=begin_s),))


def suspicions_of_task(whole: RawSignal, part: RawSignal, known: KnownOfTask) -> tuple[Problem, ...]:
    """What makes the recording suspect, of which this part is the task."""
    quiet = known.begins is Begins.STANDING
    checked = check(part.t_s, part.cop_ml_mm, part.cop_ap_mm, part.force_n, None) if quiet else None
    found: tuple[Problem, ...] = ()
    if isinstance(checked, Signal):
        found = suspicions_of(checked, known.weight_kg, scale_known=known.scale)[0]
    if part.force_n is None or len(part.t_s) < 2:
        return found
    steps = NO_STEPS
    of_cells: tuple[Problem, ...] = ()
    if part.cells_n is not None:
        cells_n = part.cells_n[np.isfinite(part.cells_n).all(axis=1)]
        before = _before_task(whole, part)
        of_cells = suspicions_of_cells(cells_n, rate_of(part), before.empty_n, moves=not known.stands)
        steps = before.steps
        of_cells = (*suspicions_of_steps(steps, _stance_n(cells_n)), *of_cells)
    if not quiet:
        found = (*_odd_weight(part.force_n, known, weight_of(steps)), *_spiked(part, known.begins))
    return (*of_cells, *found)


def _before_task(whole: RawSignal, part: RawSignal) -> Before:
    """What the cells showed before the task, or, where that is the file's beginning, before somebody came on."""
    came = came_on(whole)
    if came is not None:
        return Before(came.empty_n, came.steps)
    earlier = whole.between(0.0, float(part.t_s[0]))
    if part.force_n is None or earlier.cells_n is None or len(earlier.t_s) < 2:
        return Before()
    return before_of(earlier.cells_n, rate_of(earlier), float(np.nanpercentile(part.force_n, STOOD_PERCENTILE)))


def _stance_n(cells_n: Array) -> Array:
    """(4,) what each of (N, 4) shows while the person stands; NaN where they never do."""
    total_n = cells_n.sum(axis=1)
    if not len(total_n):
        return np.full(4, np.nan)
    stood = np.abs(total_n / max(float(np.percentile(total_n, STOOD_PERCENTILE)), MIN_FORCE_N) - 1.0) < STANDING
    return np.asarray(cells_n[stood].mean(axis=0)) if stood.any() else np.full(4, np.nan)


def _spiked(part: RawSignal, begins: Begins) -> tuple[Problem, ...]:
    """A spike in the force of a task whose figures the largest force, or the last unrest, decides."""
    if begins is Begins.AS_SAID or part.force_n is None or not np.all(np.isfinite(part.force_n)):
        return ()
    rate_hz = rate_of(part)
    grid_s = np.arange(float(part.t_s[0]), float(part.t_s[-1]), 1.0 / rate_hz)
    force_n = np.interp(grid_s, part.t_s, part.force_n)
    landed = landing_of(force_n, rate_hz) if begins is Begins.LANDING else None
    begin = landed + round(IMPACT_S * rate_hz) if isinstance(landed, int) else 0
    most_n = MOST_FORCE_MISS * max(float(np.percentile(part.force_n, STOOD_PERCENTILE)), MIN_FORCE_N)
    found = force_jump(force_n[begin:], rate_hz, most_n, begin / rate_hz)
    return () if found is None else (found,)


def _odd_weight(force_n: Array, known: KnownOfTask, corners_n: float) -> tuple[Problem, ...]:
    """A load that is nobody's, or not this person's: on the plate, or on its corners before."""
    load_n = corners_n
    if known.weighs and np.isfinite(force_n).any():
        high_n = float(np.nanpercentile(force_n, STOOD_PERCENTILE))
        load_n = float(np.median(force_n[force_n > (1.0 - STANDING) * high_n])) if high_n > MIN_FORCE_N else np.nan
    if not np.isfinite(load_n):
        return ()
    if known.weight_kg is not None and abs(load_n / STANDARD_GRAVITY_M_S2 / known.weight_kg - 1.0) <= WRONG_WEIGHT:
        return ()
    odd = odd_load(load_n, known.weight_kg)
    return () if odd is None else (odd,)
