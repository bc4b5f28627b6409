"""Rhythmic weight shift: swinging between two lines on a beat. How fast, how straight, how far, and how near the beat.

NeuroCom reports velocity on the axis and directional control; its exact rules could not be read. Timing and amplitude
errors are this program's own (docs/batteries.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from station.faults import because
from station.measures.signal import Array
from station.measures.values import Figures, missing

SWING_NAMES = (
    "swing_velocity_mm_s",
    "swing_directional_control_percent",
    "swing_timing_error_s",
    "swing_amplitude_error_percent",
)


class AskedBeat(NamedTuple):
    """One beat: when (s from the first sample), and which line it asks for, -1 left or back, 1 right or front."""

    at_s: float
    side: int


def rhythmic_shift(
    along_mm: Array, across_mm: Array, rate_hz: float, beats: tuple[AskedBeat, ...], reach_mm: float
) -> Figures:
    """The four figures of a filtered CoP: on the axis and across it from where the patient stands, (N,) mm.

    From the first beat to the last. Velocity: the way on the axis over the time; ideal is twice the distance of the
    lines in a period. Directional control: 100 (on - off) / on of the ways along and across, not below 0. Of each beat
    the turn is where the CoP is farthest to its side within half a beat of it: timing error is the mean of how far, in
    s, that is from the beat, before or after; amplitude error the mean of how much farther than the line, in %.
    """
    if len(beats) < 3 or reach_mm <= 0.0:
        return missing(SWING_NAMES, because("few-beats", n=len(beats)))
    first, last = (min(max(round(one.at_s * rate_hz), 0), len(along_mm)) for one in (beats[0], beats[-1]))
    if last - first < 2:
        return missing(SWING_NAMES, because("few-beats", n=len(beats)))
    on = float(np.sum(np.abs(np.diff(along_mm[first : last + 1]))))
    off = float(np.sum(np.abs(np.diff(across_mm[first : last + 1]))))
    half = (beats[1].at_s - beats[0].at_s) / 2.0
    late, beyond = [], []
    for beat in beats:
        begin = max(round((beat.at_s - half) * rate_hz), 0)
        part = beat.side * along_mm[begin : round((beat.at_s + half) * rate_hz)]
        if len(part):
            top = int(np.argmax(part))
            late.append(abs((begin + top) / rate_hz - beat.at_s))
            beyond.append(100.0 * (float(part[top]) - reach_mm) / reach_mm)
    values = (
        on * rate_hz / (last - first),
        max(0.0, 100.0 * (on - off) / on) if on > 0.0 else 0.0,
        float(np.mean(late)),
        float(np.mean(beyond)),
    )
    return dict(zip(SWING_NAMES, values, strict=True)), {}
