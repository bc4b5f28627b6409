"""The plate's own movement in the four forces, taken out as by the first version of the live point: never changed.

As `station.sensing.ripple`, which came after it, but it leaves in what sway makes of the plate's part, and any plate
below 8 Hz.
"""

from __future__ import annotations

import math
from cmath import rect

from hw.values import Four

_RUNS_FROM_HZ = 8.0
"""Below it the plate's frequency lies too near to the sway, which would be changed by some percent: it stays in."""
_SHARE = 0.02
"""Of each difference that goes into the harmonics: what they take out is half a hertz wide about each."""
_LEVEL_SHARE = 0.1
_LONGEST_PAUSE_NS = 60_000_000
_NEWEST_NS, _OLDEST_NS = -5_000_000, 20_000_000
"""Ages of a voltage within which it is one of this tick."""
_TURN_PER_NS = 2.0e-9 * math.pi


class _CellRipple:
    """One cell: its level, and the plate's four harmonics in it as complex amplitudes."""

    __slots__ = ("first", "fourth", "level", "second", "third")

    def __init__(self, level_n: float) -> None:
        self.level = level_n
        self.first = self.second = self.third = self.fourth = 0j

    def without(self, force_n: float, angle: float) -> float:
        """The force less the plate's part at this angle of the drive (radians); learns from the difference.

        The level is followed beside the harmonics, so that a constant force comes out as it is.
        """
        turn = rect(1.0, angle)
        two = turn * turn
        three = two * turn
        four = two * two
        plate_n = (self.first * turn + self.second * two + self.third * three + self.fourth * four).real
        rest_n = force_n - plate_n
        wrong = rest_n - self.level
        self.level += _LEVEL_SHARE * wrong
        wrong *= _SHARE
        self.first += wrong * turn.conjugate()
        self.second += wrong * two.conjugate()
        self.third += wrong * three.conjugate()
        self.fourth += wrong * four.conjugate()
        return rest_n


class FirstPlateRipple:
    """Follows the plate's movement in the forces, by least mean squares, four harmonics of the drive's frequency."""

    def __init__(self) -> None:
        self._cells: tuple[_CellRipple, ...] = ()
        self._angle = 0.0
        self._last_ns = 0

    def step(self, cells_n: Four, conversion_ns: tuple[int, int, int, int], vibration_hz: float, now_ns: int) -> Four:
        """The four forces without the plate's own movement; as they are while it stands still, or turns slowly.

        `conversion_ns` says when each was converted, `vibration_hz` is the drive's frequency by its tach. A force whose
        time cannot be of this tick is passed through. Never raises; a number that is not finite begins again.
        """
        if not vibration_hz >= _RUNS_FROM_HZ or not math.isfinite(vibration_hz * sum(cells_n)):
            self._cells = ()
            return cells_n
        passed_ns = now_ns - self._last_ns
        self._last_ns = now_ns
        if not self._cells or not 0 < passed_ns <= _LONGEST_PAUSE_NS:
            self._cells = tuple(_CellRipple(force_n) for force_n in cells_n)
            self._angle = 0.0
            return cells_n
        turn_per_ns = _TURN_PER_NS * vibration_hz
        self._angle = angle = math.fmod(self._angle + turn_per_ns * passed_ns, 2.0 * math.pi)
        found = list(cells_n)
        for number, cell in enumerate(self._cells):
            age_ns = now_ns - conversion_ns[number]
            if _NEWEST_NS <= age_ns <= _OLDEST_NS:
                found[number] = cell.without(cells_n[number], angle - turn_per_ns * age_ns)
        one, two, three, four = found
        return (one, two, three, four)
