"""What a recording shows before a person does what is measured: the empty plate, and a step on each corner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from station.faults import because
from station.measures.recorded import NO_STEPS, CornerSteps
from station.measures.signal import Array
from station.measures.suspicions.even import BLOCK_HZ, blocks
from station.measures.suspicions.plate import empty_plate
from station.measures.suspicions.step_on import SteppedOn, stepped_on, steps_on_corners, untared_plate
from station.recording.raw import RawSignal

STEPPING_ON_S = 2.0
"""Weight comes on to the plate, and the centre of pressure with it."""
STEPPING_OFF_S = 1.5
"""From the shift of the weight that a step off begins with."""
NOBODY = 0.02
"""Share of the weight below which nothing is on the plate: the feet of somebody who sits are a fifth of it."""
LEAVES_BLOCKS = 10
"""Tenths of a second in which the last foot leaves a corner."""
WAIT_BLOCKS, WAIT_SHARE = 5, 0.02
"""So long, in tenths of a second, the load stays within this share of the weight where somebody waits."""


class Before(NamedTuple):
    """What the cells showed before."""

    empty_n: Array | None = None
    """(4,) of the empty plate; None where that was not seen."""
    steps: CornerSteps = NO_STEPS


def before_of(cells_n: Array, rate_hz: float, weight_n: float) -> Before:
    """What (N, 4) N show, before somebody of this weight did what is measured; a value that is missing leaves its row
    out.
    """
    cells_n = cells_n[np.isfinite(cells_n).all(axis=1)]
    empty_n = empty_plate(cells_n, rate_hz, weight_n)
    if empty_n is None:
        empty_n = untared_plate(cells_n, rate_hz)
    return Before(empty_n, steps_on_corners(cells_n, rate_hz, empty_n))


def rate_of(signal: RawSignal) -> float:
    """Median rate in Hz of two samples or more."""
    return float(1.0 / np.median(np.diff(signal.t_s)))


def came_on(signal: RawSignal) -> SteppedOn | None:
    """Where somebody comes on to the empty plate in this table; None where nobody does."""
    if signal.force_n is None or len(signal.t_s) < 2:
        return None
    return stepped_on(signal.force_n, rate_of(signal), signal.cells_n)


def stance_in(signal: RawSignal, came: SteppedOn) -> tuple[RawSignal, Problem]:
    """The stance without stepping on, and off where that is there, and what a person should know of it."""
    t_s, off = signal.t_s, came.last < len(signal.t_s)
    begin_s = float(t_s[came.first]) + STEPPING_ON_S
    end_s = float(t_s[came.last - 1]) - (STEPPING_OFF_S if off else 0.0)
    return signal.between(begin_s, end_s), because("stance-of-table", from_s=begin_s, until_s=end_s)


def waits_from_s(signal: RawSignal, from_s: float) -> float | None:
    """When, from this time on, somebody first waits on the plate after it was empty; None where they do not, or it is
    not empty soon.
    """
    part = signal.between(from_s)
    if part.force_n is None or len(part.t_s) < 2 or not np.all(np.isfinite(part.force_n)):
        return None
    load = blocks(part.force_n[:, None], rate_of(part))[:, 0]
    weight_n = float(np.percentile(part.force_n, 90.0))
    if len(load) <= WAIT_BLOCKS:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(load, WAIT_BLOCKS)
    empty = np.max(np.abs(windows), axis=1) <= NOBODY * weight_n
    begin = int(np.argmax(empty))
    if not empty[begin] or begin > LEAVES_BLOCKS:
        return None
    still = (np.ptp(windows, axis=1) < WAIT_SHARE * weight_n) & (windows.min(axis=1) > NOBODY * weight_n)
    still[:begin] = False
    return float(part.t_s[0]) + int(np.argmax(still)) / BLOCK_HZ if still.any() else None
