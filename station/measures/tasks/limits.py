"""Limits of stability: leaning as far as one dares toward a target, without a step.

The figures are NeuroCom's: reaction time, movement velocity, endpoint and maximum excursion, directional control
(Lininger et al. 2018, Int J Sports Phys Ther 13:800). Their exact rules could not be read anywhere; the ones used here
are stated, and hold for this program's figures only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from station.faults import because
from station.measures.signal import Array
from station.measures.values import NAN, Figures, missing

LEAN_NAMES = (
    "los_reaction_time_s",
    "los_movement_velocity_deg_s",
    "los_endpoint_excursion_percent",
    "los_maximum_excursion_percent",
    "los_directional_control_percent",
)
LIMIT_DEG = {"front": 8.0, "right": 8.0, "left": 8.0, "back": 4.5}
"""Theoretical lean of the centre of gravity: 8 degrees to the front and the sides, 4.5 to the back."""
COG_HEIGHT = 0.55
"""Height of the centre of gravity over the height of the person (Biodex: approximately 55 %)."""
ONSET_SD = 3.0
ONSET_MM = 5.0
ONSET_MM_S, ONSET_SPEED_SD = 2.0, 2.0
"""A movement is faster than this, and than so many SD of the speed before the cue."""
SETTLED_S = 0.1


class Target(NamedTuple):
    """Where to lean: a direction from straight ahead, clockwise, in degrees, and the 100 % distance in mm."""

    direction_deg: float
    limit_mm: float


def limit_mm(height_mm: float, direction_deg: float) -> float:
    """100 % distance of the centre of gravity for a person of `height_mm`: the ellipse through the four limits."""
    turn = math.radians(direction_deg)
    forward, side = math.cos(turn), math.sin(turn)
    cog = COG_HEIGHT * height_mm
    ap = cog * math.sin(math.radians(LIMIT_DEG["front" if forward >= 0 else "back"]))
    ml = cog * math.sin(math.radians(LIMIT_DEG["right"]))
    return 1.0 / math.hypot(forward / ap, side / ml)


def limits_of_stability(
    ml_mm: Array, ap_mm: Array, rate_hz: float, cue_s: float, target: Target, height_mm: float
) -> Figures:
    """The five figures of one target, from a filtered CoP that begins at least 0.5 s before the cue.

    Start point and unrest are those of the 0.5 s before the cue. Onset: the first time that the CoP is further toward
    the target than three SD of the unrest and 5 mm, and stays so for 0.1 s. Reaction: from the cue to where the
    movement that leads there begins, the last time before the onset at which the speed toward the target was no more
    than two SD of that before the cue, and from there back to a speed of 0 at the rate at which it rose to the onset:
    the way of 5 mm is part of the movement, and took 0.17 s. Endpoint: the first
    stop after the onset (the velocity toward the target is not positive for 0.1 s), the end of the first attempt.
    Velocity: the lean in degrees between 5 % and 95 % of the endpoint over its time. Directional control: 100 (on -
    off) / on of the ways along and across the line to the target from onset to endpoint, not below 0.
    """
    cue, still = round(cue_s * rate_hz), round(0.5 * rate_hz)
    if cue < still or cue + still > len(ml_mm) or target.limit_mm <= 0:
        return missing(LEAN_NAMES, because("lean-too-short"))
    turn = math.radians(target.direction_deg)
    start = slice(cue - still, cue)
    ml, ap = ml_mm - np.mean(ml_mm[start]), ap_mm - np.mean(ap_mm[start])
    along = ml * math.sin(turn) + ap * math.cos(turn)
    across = ml * math.cos(turn) - ap * math.sin(turn)
    settled = max(round(SETTLED_S * rate_hz), 1)
    threshold = max(ONSET_MM, ONSET_SD * float(np.std(along[start])))
    onset = _first_run(along[cue:] > threshold, settled)
    if onset is None:
        return missing(LEAN_NAMES, because("no-lean"))
    onset += cue
    begun = _begun(along, onset, start, rate_hz)
    early = begun < cue
    stop = _first_run(np.diff(along[onset:]) <= 0, settled)
    end = len(along) - 1 if stop is None else onset + stop
    endpoint = float(along[end])
    reasons = {LEAN_NAMES[0]: because("leaned-before-cue", before_s=(cue - begun) / rate_hz)} if early else {}
    return {
        LEAN_NAMES[0]: NAN if early else (begun - cue) / rate_hz,
        LEAN_NAMES[1]: _velocity(along[cue : end + 1], endpoint, rate_hz, COG_HEIGHT * height_mm),
        LEAN_NAMES[2]: 100.0 * endpoint / target.limit_mm,
        LEAN_NAMES[3]: 100.0 * float(np.max(along[cue:])) / target.limit_mm,
        LEAN_NAMES[4]: _control(along[onset : end + 1], across[onset : end + 1]),
    }, reasons


def _begun(along: Array, onset: int, start: slice, rate_hz: float) -> int:
    """The sample at which the movement begins that has come so far at `onset`."""
    speed = np.gradient(along) * rate_hz
    unrest = max(ONSET_MM_S, ONSET_SPEED_SD * float(np.std(speed[start])))
    slow = np.flatnonzero(speed[: onset + 1] <= unrest)
    last = int(slow[-1]) if len(slow) else 0
    gained = float(speed[onset] - speed[last])
    way = onset - last
    before = max(float(speed[last]), 0.0) / gained * way if gained > 0.0 else 0.0
    return max(last - round(min(before, way)), 0)


def _first_run(flags: NDArray[np.bool_], length: int) -> int | None:
    """Where the first `length` true values in a row begin."""
    sums = np.convolve(np.asarray(flags, dtype=float), np.ones(length), "valid")
    full = np.flatnonzero(sums > length - 0.5)
    return int(full[0]) if len(full) else None


def _velocity(along: Array, endpoint: float, rate_hz: float, cog_mm: float) -> float:
    begin = int(np.argmax(along >= 0.05 * endpoint))
    end = int(np.argmax(along >= 0.95 * endpoint))
    if end <= begin:
        return NAN
    lean = [math.degrees(math.asin(min(float(along[k]) / cog_mm, 1.0))) for k in (begin, end)]
    return (lean[1] - lean[0]) * rate_hz / (end - begin)


def _control(along: Array, across: Array) -> float:
    on, off = float(along[-1] - along[0]), float(np.sum(np.abs(np.diff(across))))
    return max(0.0, 100.0 * (on - off) / on) if on > 0 else NAN
