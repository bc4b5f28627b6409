"""Blocks with vibration and blocks without it, in turns, each with a ramp of its own.

The hold begins and ends with a block of vibration: as many blocks as come nearest to what the document says are
stretched or shortened together, until they fill it. To safety and to every limit they are one bout, from the first ramp
to the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.problems import Problem
from drills.values import Demand
from drills.vibration import continuous
from drills.vibration.values import Form, Shake, Vibration

LEAST_DUTY, MOST_DUTY = 0.25, 0.75
"""Which share of on and off together is on (docs/sources/vibration.md#forms, proposed)."""
MOST_OFF_S = 10.0


class IntermittentKeys(continuous.ContinuousKeys):
    """Its ramps, as those of `continuous`, and how long its blocks are."""

    form: Literal["intermittent"]  # type: ignore[assignment]  # a name of its own
    on_s: Annotated[float, Field(ge=2, le=10)]
    off_s: Annotated[float, Field(ge=2, le=MOST_OFF_S)]


class Blocks(NamedTuple):
    """How the hold is divided, in ns."""

    on_ns: int
    off_ns: int


def problems(keys: IntermittentKeys) -> Iterator[Problem]:
    """A share that is neither on and off nor nearly continuous."""
    duty = keys.on_s / (keys.on_s + keys.off_s)
    if not LEAST_DUTY <= duty <= MOST_DUTY:
        yield Problem("on_s", keys.on_s, LEAST_DUTY, MOST_DUTY, reason="duty", values={"duty": round(duty, 2)})


def prepare(keys: IntermittentKeys, shake: Shake) -> Vibration:
    """`continuous`, and blocks that fill its hold. Off is never longer than a document may say."""
    vibration = continuous.prepare(keys, shake)
    up_ns, hold_ns, down_ns = vibration.timing
    ramps_s = (up_ns + down_ns) / 1e9
    hold_s = hold_ns / 1e9
    times = max(0, round((hold_s - keys.on_s) / (keys.on_s + keys.off_s + ramps_s)))
    while times and hold_s <= times * ramps_s:
        times -= 1
    if not times:
        return vibration._replace(own=Blocks(hold_ns, 0))
    stretch = (hold_s - times * ramps_s) / ((times + 1) * keys.on_s + times * keys.off_s)
    off_ns = int(min(MOST_OFF_S, keys.off_s * stretch) * 1e9)
    on_ns = -((times * (up_ns + down_ns + off_ns) - hold_ns) // (times + 1))  # up: the last one ends with the hold
    return vibration._replace(own=Blocks(on_ns, off_ns))


def demand(vibration: Vibration, t_ns: int) -> Demand:
    """That of `continuous` in its hold and ramps, at the time that fits: each block has both of its ramps."""
    return continuous.demand(vibration, _inner(vibration, t_ns))


def leave(vibration: Vibration, t_ns: int) -> int:
    """As `continuous`, from where the block is that the step is in; between two to its end."""
    inner_ns = _inner(vibration, t_ns)
    return max(inner_ns, continuous.leave(vibration, inner_ns))


def _inner(vibration: Vibration, t_ns: int) -> int:
    """Which time of a continuous vibration is like this one: below 0, before its beginning, in a block without."""
    up_ns, hold_ns, down_ns = vibration.timing
    blocks: Blocks = vibration.own
    if not up_ns <= t_ns < up_ns + hold_ns:
        return t_ns
    over_ns = (t_ns - up_ns) % (blocks.on_ns + down_ns + blocks.off_ns + up_ns) - blocks.on_ns
    return up_ns + hold_ns + over_ns if over_ns < down_ns else over_ns - down_ns - blocks.off_ns


FORM = Form(IntermittentKeys, continuous.ramps_s, prepare, demand, leave, problems=problems)
