"""Which correction frees the live point of the plate's movement: each has a version, which a recording's header names.

What a later version gives differs in the last hundredth of a millimetre, and in a hundredth of a second in what a drill
makes of it. So an earlier one stays as it was, to the bit: recordings that were made with it can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from hw.values import Four
from station.sensing.fading_ripple import FadingPlateRipple
from station.sensing.first_ripple import FirstPlateRipple
from station.sensing.ripple import PlateRipple

FIRST_LIVE_POINT = 1
"""Of headers that name none."""
LIVE_POINT = 3


class Ripple(Protocol):
    """What takes the plate's own movement out of the four forces."""

    def step(self, cells_n: Four, conversion_ns: tuple[int, int, int, int], vibration_hz: float, now_ns: int) -> Four:
        """The four forces (N) without it, at this tick. Never raises."""


RIPPLES: Mapping[int, Callable[[], Ripple]] = MappingProxyType(
    {FIRST_LIVE_POINT: FirstPlateRipple, 2: PlateRipple, LIVE_POINT: FadingPlateRipple}
)
