"""A frequency that wanders slowly and without a pattern, while the peak acceleration stays what it is.

It is called variable, not stochastic resonance: every moment of it is felt. The displacement follows the frequency, so
only a platform with a free displacement does it.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.envelope import CLINICIAN_MAX_HZ, CLINICIAN_MIN_HZ
from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand
from drills.vibration import continuous
from drills.vibration.values import Form, Shake, Vibration, dice

MOST_SLEW_HZ_PER_S = 2.0
"""How fast it may wander (docs/sources/vibration.md#forms, proposed)."""
KNOT_NS = NS_PER_S
"""Between two turns of its way; from one to the next it goes on a raised cosine."""


class VariableKeys(continuous.ContinuousKeys):
    """Its ramps, as those of `continuous`, and how far and how fast it wanders."""

    form: Literal["variable"]  # type: ignore[assignment]  # a name of its own
    span_hz: Annotated[float, Field(ge=0.5, le=10)]
    slew_hz_per_s: Annotated[float, Field(ge=0.1, le=MOST_SLEW_HZ_PER_S)]


class Way(NamedTuple):
    """Between which frequencies it wanders, and in which steps; and its turns, once they were drawn."""

    low_hz: float
    high_hz: float
    step_hz: float
    knots_hz: tuple[float, ...] = ()


def prepare(keys: VariableKeys, shake: Shake) -> Vibration:
    """Round the prescribed frequency, within the document's own range, and not so low that the displacement, which
    grows there, passes the document's most.
    """
    vibration = continuous.prepare(keys, shake)
    full = vibration.full
    if full is NO_DEMAND:
        return vibration
    most_mm = max(full.displacement_pp_mm, keys.displacement_pp_mm.max)
    least_hz = full.frequency_hz * math.sqrt(full.displacement_pp_mm / most_mm)
    low_hz = max(full.frequency_hz - keys.span_hz, keys.frequency_hz.min, CLINICIAN_MIN_HZ, least_hz)
    high_hz = min(full.frequency_hz + keys.span_hz, keys.frequency_hz.max, CLINICIAN_MAX_HZ)
    # A raised cosine is half of pi steeper in its middle than the straight line.
    step_hz = keys.slew_hz_per_s * KNOT_NS / NS_PER_S * 2.0 / math.pi
    way = Way(min(low_hz, full.frequency_hz), max(high_hz, full.frequency_hz), step_hz)
    return drawn(vibration._replace(own=way), 0)


def drawn(vibration: Vibration, seed: int) -> Vibration:
    """Its turns: from the prescribed frequency and, for the fading, back to it."""
    way, full = vibration.own, vibration.full
    if way is None:
        return vibration
    count = vibration.timing.hold_ns // KNOT_NS
    lot, hz, knots_hz = dice(seed), full.frequency_hz, [full.frequency_hz]
    for number in range(1, count):
        back_hz = way.step_hz * (count - number)  # so far it may be from there
        low_hz = max(way.low_hz, full.frequency_hz - back_hz)
        high_hz = min(way.high_hz, full.frequency_hz + back_hz)
        hz = min(high_hz, max(low_hz, hz + way.step_hz * (2.0 * next(lot) - 1.0)))
        knots_hz.append(hz)
    return vibration._replace(own=way._replace(knots_hz=(*knots_hz, full.frequency_hz)))


def demand(vibration: Vibration, t_ns: int) -> Demand:
    """That of `continuous` in its ramps; in the hold the frequency of its way, and as hard as prescribed."""
    up_ns, hold_ns, _ = vibration.timing
    full, way = vibration.full, vibration.own
    if way is None or not up_ns <= t_ns < up_ns + hold_ns:
        return continuous.demand(vibration, t_ns)
    number, since_ns = divmod(t_ns - up_ns, KNOT_NS)
    knots_hz = way.knots_hz
    if number + 1 >= len(knots_hz):
        return full
    one_hz, other_hz = knots_hz[number], knots_hz[number + 1]
    hz = one_hz + (other_hz - one_hz) * 0.5 * (1.0 - math.cos(math.pi * since_ns / KNOT_NS))
    hz = min(way.high_hz, max(way.low_hz, hz))
    ratio = full.frequency_hz / hz
    return Demand(hz, full.displacement_pp_mm * ratio * ratio)


def leave(vibration: Vibration, t_ns: int) -> int:
    """As `continuous`, from the hold; but to where neither frequency nor displacement is higher than it is now."""
    up_ns, hold_ns, down_ns = vibration.timing
    to_ns = continuous.leave(vibration, t_ns)
    if t_ns < up_ns:
        return to_ns
    now, end_ns = demand(vibration, t_ns), up_ns + hold_ns + down_ns
    for then_ns in range(to_ns, end_ns, down_ns // 64):
        then = continuous.demand(vibration, then_ns)
        if then.frequency_hz <= now.frequency_hz and then.displacement_pp_mm <= now.displacement_pp_mm:
            return then_ns
    return end_ns


def reaches(vibration: Vibration) -> tuple[Demand, ...]:
    """Both ends of its way: the lowest frequency has the largest displacement."""
    full, way = vibration.full, vibration.own
    if way is None:
        return (full,)
    ends = (way.low_hz, way.high_hz)
    return tuple(Demand(hz, full.displacement_pp_mm * (full.frequency_hz / hz) ** 2) for hz in ends)


FORM = Form(VariableKeys, continuous.ramps_s, prepare, demand, leave, on_fixed=False, drawn=drawn, reaches=reaches)
