"""Short bursts at times that the patient cannot guess, or in pairs, with nothing in between.

The times are drawn anew for each trial, and only a platform with a free displacement does it. A form knows nothing of
the patient: it is the drill's step that withholds a burst, after a foot that came back, or because the exercise asks
for less.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.problems import Problem
from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand
from drills.vibration.values import Form, Shake, ShakenKeys, Timing, Vibration, dice


class BurstKeys(ShakenKeys):
    """How long a burst is, how often, and how many there are."""

    form: Literal["bursts"]
    burst_s: Annotated[float, Field(ge=0.3, le=1)]
    edge_s: Annotated[float, Field(ge=0.1, le=0.5)]
    every_min_s: Annotated[float, Field(ge=2, le=10)]
    every_max_s: Annotated[float, Field(ge=2, le=10)]
    most: Annotated[int, Field(ge=1, le=20)]
    pair_gap_s: Annotated[float, Field(ge=0, le=2)]


class Train(NamedTuple):
    """What is drawn of, in ns, and what was drawn."""

    burst_ns: int
    edge_ns: int
    every_ns: tuple[int, int]
    most: int
    pair_gap_ns: int
    starts_ns: tuple[int, ...] = ()


def ramps_s(_keys: BurstKeys) -> tuple[float, float]:
    """Each burst has its own edges; none is there at the hold's ends."""
    return 0.0, 0.0


def problems(keys: BurstKeys) -> Iterator[Problem]:
    """Times that cannot all be right."""
    if keys.every_max_s < keys.every_min_s:
        least = {"least_key": "steps.exercise.vibration.every_min_s"}
        yield Problem("every_max_s", keys.every_max_s, least=keys.every_min_s, values=least)
    if 2.0 * keys.edge_s > keys.burst_s:
        yield Problem(
            "edge_s", keys.edge_s, most=keys.burst_s / 2.0, values={"most_key": "steps.exercise.vibration.burst_s / 2"}
        )


def prepare(keys: BurstKeys, shake: Shake) -> Vibration:
    """Nothing at either end of the hold."""
    timing = Timing(0, round(shake.hold_s * NS_PER_S), 0)
    every_ns = round(keys.every_min_s * NS_PER_S), round(keys.every_max_s * NS_PER_S)
    lengths_ns = round(keys.burst_s * NS_PER_S), round(keys.edge_s * NS_PER_S)
    own = Train(*lengths_ns, every_ns, keys.most, round(keys.pair_gap_s * NS_PER_S))
    full = shake.demand
    return drawn(Vibration(full, full.frequency_hz, full.frequency_hz, timing, shake.platform, own), 0)


def drawn(vibration: Vibration, seed: int) -> Vibration:
    """When its bursts begin: after a pause, drawn between the two, from the beginning and from the end of each."""
    train: Train = vibration.own
    lot, starts_ns, end_ns = dice(seed), [], 0
    least_ns, most_ns = train.every_ns
    whole_ns = 2 * train.burst_ns + train.pair_gap_ns if train.pair_gap_ns else train.burst_ns
    for _ in range(train.most):
        start_ns = end_ns + least_ns + int((most_ns - least_ns) * next(lot))
        end_ns = start_ns + whole_ns
        if end_ns >= vibration.timing.hold_ns:
            break
        starts_ns.append(start_ns)
        if train.pair_gap_ns:
            starts_ns.append(start_ns + train.burst_ns + train.pair_gap_ns)
    return vibration._replace(own=train._replace(starts_ns=tuple(starts_ns)))


def demand(vibration: Vibration, t_ns: int) -> Demand:
    """A raised cosine at both edges, level between."""
    train: Train = vibration.own
    full = vibration.full
    number = bisect_right(train.starts_ns, t_ns) - 1
    if number < 0:
        return NO_DEMAND
    since_ns = t_ns - train.starts_ns[number]
    to_edge_ns = min(train.edge_ns, max(0, min(since_ns, train.burst_ns - since_ns)))
    share = 0.5 * (1.0 - math.cos(math.pi * to_edge_ns / train.edge_ns))
    displacement_pp_mm = full.displacement_pp_mm * share
    return Demand(full.frequency_hz, displacement_pp_mm) if displacement_pp_mm > 0.0 else NO_DEMAND


def pulses(vibration: Vibration) -> tuple[tuple[int, int], ...]:
    """When each burst begins and ends; none where there is no vibration."""
    train: Train = vibration.own
    return () if vibration.full is NO_DEMAND else tuple((at_ns, at_ns + train.burst_ns) for at_ns in train.starts_ns)


def leave(vibration: Vibration, _t_ns: int) -> int:
    """To its end: a burst is over at once."""
    return vibration.timing.hold_ns


FORM = Form(
    BurstKeys,
    ramps_s,
    prepare,
    demand,
    leave,
    on_fixed=False,
    problems=problems,
    drawn=drawn,
    pulses=pulses,
    pulsed=True,
)
