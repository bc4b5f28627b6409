"""One frequency from the beginning of the hold to its end, between a ramp up and a ramp down."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field

from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand
from drills.vibration.values import (
    LEAST_RAMP_S,
    SLEW_HZ_PER_S,
    Form,
    Hertz,
    Shake,
    ShakenKeys,
    Timing,
    Vibration,
)


class ContinuousKeys(ShakenKeys):
    """Its ramps."""

    form: Literal["continuous"]
    ramp_up_s: Annotated[float, Field(ge=LEAST_RAMP_S, le=10)]
    ramp_down_s: Annotated[float, Field(ge=LEAST_RAMP_S, le=1.5)]
    ramp_from_hz: Hertz


def ramps_s(keys: ContinuousKeys) -> tuple[float, float]:
    """Its own keys say."""
    return keys.ramp_up_s, keys.ramp_down_s


def prepare(keys: ContinuousKeys, shake: Shake) -> Vibration:
    """Where the ramps begin and end.

    A platform of fixed displacement shakes with its whole displacement as soon as it turns: gentle is only to begin
    with the lowest frequency, however long that takes. The way down is a stop, and may not take longer than the
    document says.
    """
    target_hz, platform, full = shake.frequency_hz, shake.platform, shake.demand
    ramp_up_s = keys.ramp_up_s
    start_hz = end_hz = _from_hz(target_hz, keys.ramp_from_hz, min(ramp_up_s, keys.ramp_down_s) * SLEW_HZ_PER_S)
    if platform is not None and full is not NO_DEMAND:
        slew_hz_per_s = min(SLEW_HZ_PER_S, platform.slew_hz_per_s)
        start_hz = min(target_hz, platform.min_hz)
        end_hz = _from_hz(target_hz, platform.min_hz, keys.ramp_down_s * slew_hz_per_s)
        ramp_up_s = max(ramp_up_s, (target_hz - start_hz) / slew_hz_per_s)
    up_ns, hold_ns, down_ns = (round(seconds * NS_PER_S) for seconds in (ramp_up_s, shake.hold_s, keys.ramp_down_s))
    return Vibration(full, start_hz, end_hz, Timing(up_ns, hold_ns, down_ns), platform)


def demand(vibration: Vibration, t_ns: int) -> Demand:
    """Frequency rises evenly from `start_hz`, above the plate's own resonance and no faster than `SLEW_HZ_PER_S`, and
    falls as evenly to `end_hz`.

    Where displacement is free it follows a raised cosine, so that it starts and ends without a jerk; where the platform
    fixes it, it is the platform's at each frequency from the beginning.
    """
    up_ns, hold_ns, down_ns = vibration.timing
    if t_ns < up_ns:
        return _on_the_way(vibration, vibration.start_hz, t_ns / up_ns) if t_ns >= 0 else NO_DEMAND
    left_ns = up_ns + hold_ns + down_ns - t_ns
    if left_ns >= down_ns:
        return vibration.full
    return _on_the_way(vibration, vibration.end_hz, left_ns / down_ns) if left_ns > 0 else NO_DEMAND


def leave(vibration: Vibration, t_ns: int) -> int:
    """To where the frequency on the way down is that of the way up, or below; from the hold to the ramp's beginning."""
    up_ns, hold_ns, down_ns = vibration.timing
    left_ns = down_ns
    if t_ns < up_ns:
        left_ns = round(_share_down(vibration, max(0, t_ns) / up_ns) * down_ns)
    return up_ns + hold_ns + down_ns - left_ns


def _share_down(vibration: Vibration, share: float) -> float:
    full_hz, start_hz, end_hz = vibration.full.frequency_hz, vibration.start_hz, vibration.end_hz
    if full_hz <= end_hz:
        return share
    return max(0.0, 1.0 - (full_hz - start_hz) * (1.0 - share) / (full_hz - end_hz))


def _on_the_way(vibration: Vibration, from_hz: float, share: float) -> Demand:
    """At this share (0..1) of the way from standstill to the hold's vibration."""
    full, platform = vibration.full, vibration.platform
    if full is NO_DEMAND:
        return NO_DEMAND
    frequency_hz = min(from_hz + (full.frequency_hz - from_hz) * share, full.frequency_hz)
    if platform is not None:
        return Demand(frequency_hz, platform.at(frequency_hz))
    displacement_pp_mm = full.displacement_pp_mm * 0.5 * (1.0 - math.cos(math.pi * share))
    return Demand(frequency_hz, displacement_pp_mm) if displacement_pp_mm > 0.0 else NO_DEMAND


def _from_hz(target_hz: float, ramp_from_hz: float, span_hz: float) -> float:
    return min(target_hz, max(ramp_from_hz, target_hz - span_hz))


FORM = Form(ContinuousKeys, ramps_s, prepare, demand, leave)
