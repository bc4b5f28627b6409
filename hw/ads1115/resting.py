"""How long a bus on which a transaction timed out is left alone.

Such a transaction takes 10 ms (`hw.pi`), which holds the loop up. Once is no reason to be blind for long: somebody may
have stretched the clock. So the first pause is one frame; it grows where the bus fails again soon.
"""

from __future__ import annotations

_PAUSES_FRAMES = (1, 6, 45)
"""At 250 frames a second 4, 24 and 180 ms: two failures in a row last 48 ms, less than the 60 ms after which safety
stops the vibration; a line that stays low makes one frame of 46 late."""
_WELL_FRAMES = 50
"""So many frames without a failure, and the next one counts as the first again."""


class BusRest:
    """Counts frames. `due()` once a frame, `failed()` where a transaction timed out in it."""

    __slots__ = ("_failures", "_left", "_well")

    def __init__(self) -> None:
        self._failures = self._left = 0
        self._well = _WELL_FRAMES

    def due(self) -> bool:
        """Whether the bus may be used in this frame."""
        if self._left:
            self._left -= 1
            return False
        self._well += 1
        return True

    def failed(self) -> None:
        """Leave the bus alone for as long as its record says."""
        self._failures = 0 if self._well > _WELL_FRAMES else min(self._failures + 1, len(_PAUSES_FRAMES) - 1)
        self._left = _PAUSES_FRAMES[self._failures]
        self._well = 0
