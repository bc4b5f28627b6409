"""No vibration at all."""

from __future__ import annotations

from typing import Literal

from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand
from drills.vibration.values import Form, FormKeys, Shake, Timing, Vibration


class StillKeys(FormKeys):
    """Nothing but its name."""

    form: Literal["none"] = "none"


def ramps_s(_keys: StillKeys) -> tuple[float, float]:
    """Nothing grows or fades."""
    return 0.0, 0.0


def prepare(_keys: StillKeys, shake: Shake) -> Vibration:
    """The plate stands still for the whole hold."""
    return Vibration(NO_DEMAND, 0.0, 0.0, Timing(0, round(shake.hold_s * NS_PER_S), 0), shake.platform)


def demand(_vibration: Vibration, _t_ns: int) -> Demand:
    """Off at every time."""
    return NO_DEMAND


def leave(vibration: Vibration, _t_ns: int) -> int:
    """To its end."""
    return vibration.timing.hold_ns


FORM = Form(StillKeys, ramps_s, prepare, demand, leave)
