"""The plate's own movement in the four forces, taken out as it comes, each cell at the moment of its own conversion.

The converters are not in step, so one tick's four voltages are up to two milliseconds apart, by another amount each
time. On a running plate that beat falls into the band of sway (0.4 mm at 35 Hz and 70 kg), where no low-pass can reach
it. The drive's angle at each conversion is known from its tach; what goes with this angle is the plate's.
"""

from __future__ import annotations

import math
from cmath import rect

from hw.values import Four

_LOWEST_HZ = 8.0
"""From here on it is taken out at once. What is slower lies near to the sway, and starts and stops run through it in
a tenth of a second: there it is taken out of a steady plate alone."""
_LOWEST_STEADY_HZ = 4.9
_NEAR_SHARE = 0.03
_STEADY_NS = 300_000_000
"""Steady is a tach that has stayed this near to one speed for this long."""
_SWAYING_BELOW_HZ = 23.0
"""Up to here the low-pass lets through what sway makes of the ripple: the plate presses where the patient stands, so
its part in each cell grows and shrinks with the sway, faster than the harmonics follow. From 25 Hz on, where the kept
figures of drills were made, the low-pass takes most of it."""
_LEAST_SHARE, _MOST_SHARE = 0.02, 0.9
"""Of the weight: a plate's part that is smaller is not told from what sway has left in the harmonics."""
_SHARE = 0.02
"""Of each difference that goes into the harmonics: what they take out is half a hertz wide about each."""
_HALF_LEARNED = 2.0 * _SHARE
"""Of each difference, half of what four harmonics learn of it at once: what is far from them all would come out 4 % too
large without it."""
_LEVEL_SHARE = 0.1
_SWAYING_LEVEL_SHARE = 0.01
"""A level that follows faster follows a slow plate too, and turns what the harmonics learn of it."""
_LONGEST_TICK_NS = 60_000_000
_NEWEST_NS, _OLDEST_NS = -5_000_000, 20_000_000
"""Ages of a voltage within which it is one of this tick."""
_TURN_PER_NS = 2.0e-9 * math.pi


class _CellRipple:
    """One cell: its level, and the plate's four harmonics in it as complex amplitudes."""

    __slots__ = ("first", "fourth", "level", "plate_n", "second", "share_per_n", "slow", "third", "wrong_n")

    def __init__(self, level_n: float) -> None:
        self.level = self.slow = level_n
        self.first = self.second = self.third = self.fourth = 0j
        self.plate_n = self.wrong_n = 0.0
        """The plate's part as it was last taken out, and the difference that was learned from."""
        self.share_per_n = 0.0
        """The plate's part in all four cells as a share of the weight, for each newton of its part in this one."""

    def without(self, force_n: float, angle: float, level_share: float = _LEVEL_SHARE) -> float:
        """The force less the plate's part at this angle of the drive (radians); learns from the difference.

        The level is followed beside the harmonics, so that a constant force comes out as it is.
        """
        turn = rect(1.0, angle)
        two = turn * turn
        three = two * turn
        four = two * two
        plate_n = (self.first * turn + self.second * two + self.third * three + self.fourth * four).real
        rest_n = force_n - plate_n
        self.plate_n = plate_n
        self.wrong_n = wrong = rest_n - self.level
        self.level += level_share * wrong
        wrong *= _SHARE
        self.first += wrong * turn.conjugate()
        self.second += wrong * two.conjugate()
        self.third += wrong * three.conjugate()
        self.fourth += wrong * four.conjugate()
        return rest_n

    def unswayed(self, rest_n: float) -> float:
        """What `without` left, less what sway has added to the plate's part since the harmonics last followed."""
        share = self.share_per_n * self.plate_n
        away_n = rest_n - self.slow - _HALF_LEARNED * self.wrong_n
        if -_MOST_SHARE < share < _MOST_SHARE:
            away_n /= 1.0 + share
        found_n = self.slow + away_n
        self.slow += 0.5 * _SHARE * away_n
        return found_n

    def compare(self, first: complex, weight_n: float) -> None:
        """Learn the plate's share from its `first` harmonic in all four cells, and from the weight."""
        mine = self.first
        squared = mine.real * mine.real + mine.imag * mine.imag
        felt = first.real * first.real + first.imag * first.imag > (_LEAST_SHARE * weight_n) ** 2
        known = felt and squared > 0.0 and weight_n > 1.0
        self.share_per_n = (first * mine.conjugate()).real / (squared * weight_n) if known else 0.0


class PlateRipple:
    """Follows the plate's movement in the forces, by least mean squares, four harmonics of the drive's frequency."""

    def __init__(self) -> None:
        self._cells: tuple[_CellRipple, ...] = ()
        self._angle = 0.0
        self._last_ns = 0
        self._near_hz = 0.0
        self._near_ns = 0
        self._swaying = False
        self._next = 0

    def step(self, cells_n: Four, conversion_ns: tuple[int, int, int, int], vibration_hz: float, now_ns: int) -> Four:
        """The four forces without the plate's own movement; as they are while it stands still, or turns slowly.

        `conversion_ns` says when each was converted, `vibration_hz` is the drive's frequency by its tach. A force whose
        time cannot be of this tick is passed through. Never raises; a number that is not finite begins again.
        """
        steady_hz = self._steady_hz(vibration_hz, now_ns)
        if not (vibration_hz >= _LOWEST_HZ or steady_hz) or not math.isfinite(vibration_hz * sum(cells_n)):
            self._cells = ()
            return cells_n
        passed_ns = now_ns - self._last_ns
        self._last_ns = now_ns
        if not self._cells or not 0 < passed_ns <= _LONGEST_TICK_NS:
            self._cells = tuple(_CellRipple(force_n) for force_n in cells_n)
            self._angle = 0.0
            self._swaying = False
            return cells_n
        turn_per_ns = _TURN_PER_NS * vibration_hz
        self._angle = angle = math.fmod(self._angle + turn_per_ns * passed_ns, 2.0 * math.pi)
        level_share = _SWAYING_LEVEL_SHARE if self._swaying else _LEVEL_SHARE
        found = list(cells_n)
        for number, cell in enumerate(self._cells):
            age_ns = now_ns - conversion_ns[number]
            if _NEWEST_NS <= age_ns <= _OLDEST_NS:
                found[number] = cell.without(cells_n[number], angle - turn_per_ns * age_ns, level_share)
            else:
                cell.plate_n = cell.wrong_n = 0.0
        if 0.0 < steady_hz < _SWAYING_BELOW_HZ:
            self._unsway(found)
        else:
            self._swaying = False
        one, two, three, four = found
        return (one, two, three, four)

    def _steady_hz(self, hz: float, now_ns: int) -> float:
        """The speed near which the tach has been for a while; 0.0 for none, or below what is ever taken out."""
        if not abs(hz - self._near_hz) <= _NEAR_SHARE * self._near_hz:
            self._near_hz, self._near_ns = hz, now_ns
        return self._near_hz if now_ns - self._near_ns >= _STEADY_NS and hz >= _LOWEST_STEADY_HZ else 0.0

    def _unsway(self, found: list[float]) -> None:
        """Take from these forces, without the plate's part, what sway has added to it."""
        cells = self._cells
        one, two, three, four = cells
        if not self._swaying:
            self._swaying = True
            for cell in cells:
                cell.slow = cell.level
        self._next = (self._next + 1) % 4  # one a tick: the shares change slowly
        weight_n = one.slow + two.slow + three.slow + four.slow
        cells[self._next].compare(one.first + two.first + three.first + four.first, weight_n)
        for number, cell in enumerate(cells):
            found[number] = cell.unswayed(found[number])
