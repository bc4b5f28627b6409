"""A level that rises from nothing in the hold, slowly, and stays when it has reached what was prescribed.

It is there to find the level at which a patient's sway grows. Only a platform with a free displacement does it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from drills.dose import peak_acceleration_g
from drills.problems import Problem
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

MOST_G_PER_S = 0.05
"""How fast the level may rise (docs/sources/vibration.md#forms, proposed)."""


class RampKeys(ShakenKeys):
    """How it rises, and fades."""

    form: Literal["ramp"]
    rise_s: Annotated[float, Field(ge=2, le=60)]
    ramp_down_s: Annotated[float, Field(ge=LEAST_RAMP_S, le=1.5)]
    ramp_from_hz: Hertz


class Rise(NamedTuple):
    """How the level rises."""

    rise_ns: int
    reached: float
    """Which share of `full` it has at the end of the hold, 0..1."""


def ramps_s(keys: RampKeys) -> tuple[float, float]:
    """It rises in the hold itself; only its fading comes beside that."""
    return 0.0, keys.ramp_down_s


def problems(keys: RampKeys) -> Iterator[Problem]:
    """A level that rises too fast at its default."""
    peak_g = peak_acceleration_g(keys.frequency_hz.default, keys.displacement_pp_mm.default)
    if peak_g / keys.rise_s > MOST_G_PER_S:
        yield Problem(
            "rise_s",
            keys.rise_s,
            least=peak_g / MOST_G_PER_S,
            reason="rises-too-fast",
            values={"most_g_per_s": MOST_G_PER_S},
        )


def prepare(keys: RampKeys, shake: Shake) -> Vibration:
    """Who prescribes a higher level than the default waits for longer."""
    full, hold_s = shake.demand, shake.hold_s
    rise_s = max(keys.rise_s, peak_acceleration_g(*full) / MOST_G_PER_S)
    timing = Timing(0, round(hold_s * NS_PER_S), round(keys.ramp_down_s * NS_PER_S))
    start_hz = min(full.frequency_hz, keys.ramp_from_hz)
    own = Rise(round(rise_s * NS_PER_S), min(1.0, hold_s / rise_s))
    return Vibration(full, start_hz, full.frequency_hz, timing, shake.platform, own)


def demand(vibration: Vibration, t_ns: int) -> Demand:
    """The acceleration rises evenly, and the displacement fades by a raised cosine. The frequency comes from above the
    plate's own resonance while there is next to no acceleration yet, and in the fading it stays as it is.
    """
    _, hold_ns, down_ns = vibration.timing
    full, rise = vibration.full, vibration.own
    left_ns = hold_ns + down_ns - t_ns
    if full is NO_DEMAND or t_ns <= 0 or left_ns <= 0:
        return NO_DEMAND
    full_hz, full_mm = full
    frequency_hz = _frequency_hz(vibration, t_ns)
    share = t_ns / rise.rise_ns
    if left_ns < down_ns:
        share = rise.reached * 0.5 * (1.0 - math.cos(math.pi * (left_ns / down_ns)))
    displacement_pp_mm = min(full_mm, full_mm * share * (full_hz / frequency_hz) ** 2)
    return Demand(frequency_hz, displacement_pp_mm) if displacement_pp_mm > 0.0 else NO_DEMAND


def _frequency_hz(vibration: Vibration, t_ns: int) -> float:
    climbed_hz = SLEW_HZ_PER_S * min(t_ns, vibration.timing.hold_ns) / NS_PER_S
    return min(vibration.full.frequency_hz, vibration.start_hz + climbed_hz)


def leave(vibration: Vibration, t_ns: int) -> int:
    """To where the fading level is the one that has been reached by now. While the frequency still climbs to that of
    the fading, to the end: it would jump up, and the level is next to nothing yet.
    """
    _, hold_ns, down_ns = vibration.timing
    rise = vibration.own
    if _frequency_hz(vibration, t_ns) < _frequency_hz(vibration, hold_ns):
        return hold_ns + down_ns
    now = min(max(0, t_ns), hold_ns) / rise.rise_ns
    share = min(1.0, now / rise.reached) if rise.reached > 0.0 else 0.0
    left_ns = math.floor(down_ns * math.acos(1.0 - 2.0 * share) / math.pi)
    return hold_ns + down_ns - left_ns


FORM = Form(RampKeys, ramps_s, prepare, demand, leave, on_fixed=False, problems=problems)
