"""The plate's own movement in the four forces, taken out as it comes, each cell at the moment of its own conversion.

The converters are not in step, so one tick's four voltages are up to two milliseconds apart, by another amount each
time. On a running plate that beat falls into the band of sway (0.4 mm at 35 Hz and 70 kg), where no low-pass can reach
it. The drive's angle at each conversion is known from its tach; what goes with this angle is the plate's.

The plate presses where the patient stands, so its part in each cell grows and shrinks with the sway, faster than what
goes with the angle is followed. How large the plate's part is of the whole weight says what sway makes of it.

A vibration that grows, fades or changes its frequency does so in all four cells alike: that is followed faster, in
their sum, where no sway to the side is.
"""

from __future__ import annotations

from cmath import rect
from math import fmod, inf, isfinite, pi

from hw.values import Four

_LOWEST_HZ = 8.0
"""From here on it is taken out at once. What is slower lies near to the sway, and starts and stops run through it in
a tenth of a second: there it is taken out of a steady plate alone."""
_LOWEST_STEADY_HZ = 4.9
_FOLLOWED_SHARE = 0.05
"""Of each difference from the tach that goes into its mean."""
_STEADY_SHARE, _STEADY_NS = 0.03, 300_000_000
"""Steady is a tach that has stayed this near to its mean for this long: one that is swept slowly is steady too."""
_LOST_SHARE = 0.1
"""Farther from its mean than this it runs up or is braked, faster than any ripple can be followed."""
_LEAST_SHARE, _MOST_SHARE = 0.02, 0.9
"""Of the weight: a plate's part that is smaller is not told from what sway has left in the harmonics."""
_FIRST_SHARE, _SHARE, _CALMED_SHARE = 0.06, 0.02, 0.01
"""Of each difference that goes into the harmonics at first and in the end, and of the difference between these two that
goes each tick. What the harmonics take out is half a hertz wide about each."""
CALM_SHARE = 0.03
"""Before that what grows is what has been learned, and not the vibration."""
_GONE_SHARE, _DRIFT_SHARE = 1.5, 0.015
"""Of what the harmonics' sum has learned: what is made up at once, and what is taken to go on at each tick."""
_TOLD_SHARE = 0.125
"""Of what the sum has learned that is told at each look: over a turn of the drive sway has taught it nothing."""
_MOST_GONE, _MOST_DRIFT = 0.5, 0.02
"""Growth, or radians, at once and in each tick: what is more is no vibration's."""
LONGEST_TICK_NS = 60_000_000
NEWEST_NS, OLDEST_NS = -5_000_000, 20_000_000
"""Ages of a voltage within which it is one of this tick."""
TURN_PER_NS = 2.0e-9 * pi
_LOOK_TICKS = 4
"""So often it is looked at how the vibration grows and turns, and at one cell's share: both change slowly."""

_Cell = tuple[complex, complex, complex, complex, float, float]
"""The plate's four harmonics in it as complex amplitudes (N), its level (N), and the plate's part in all four cells as
a share of the weight for each newton of its part in this one. A tuple, as attributes cost a tick twice as much."""


class PlateRipple:
    """Follows the plate's movement in the forces, by least mean squares, four harmonics of the drive's frequency."""

    def __init__(self) -> None:
        self._cells: list[_Cell] = []
        self._last_ns = self._unsteady_ns = self._tick = 0
        self._mean_hz = self._angle = 0.0
        self._share = _FIRST_SHARE
        self._gain = 1.0
        """By how much the vibration has grown since the harmonics were written."""
        self._learned = self._drift = 0j
        """What their sum has learned and not told yet, and growth (real) and turn (imaginary) of all in a tick."""

    def step(self, cells_n: Four, conversion_ns: tuple[int, int, int, int], vibration_hz: float, now_ns: int) -> Four:
        """The four forces without the plate's own movement; as they are while it stands still, or turns slowly.

        `conversion_ns` says when each was converted, `vibration_hz` is the drive's frequency by its tach. A force whose
        time cannot be of this tick is passed through. Never raises; a number that is not finite begins again.
        """
        if not self._runs(vibration_hz, now_ns) or not isfinite(sum(cells_n)):
            self._cells = []
            return cells_n
        passed_ns = now_ns - self._last_ns
        self._last_ns = now_ns
        if not self._cells or not 0 < passed_ns <= LONGEST_TICK_NS:
            self._cells = [(0j, 0j, 0j, 0j, force_n, 0.0) for force_n in cells_n]
            self._angle, self._share, self._gain = 0.0, _FIRST_SHARE, 1.0
            self._learned = self._drift = 0j
            return cells_n
        turn_per_ns, drift = TURN_PER_NS * vibration_hz, self._drift
        self._angle = fmod(self._angle + turn_per_ns * passed_ns + drift.imag, 2.0 * pi)
        self._gain += self._gain * drift.real
        found = self._without(cells_n, conversion_ns, turn_per_ns, now_ns)
        self._tick = tick = self._tick + 1
        if tick % _LOOK_TICKS == 0:
            self._look(tick // _LOOK_TICKS % 4)
        return found

    def _runs(self, hz: float, now_ns: int) -> bool:
        """Whether the plate runs fast enough, or steadily enough, to be taken out."""
        if not _LOWEST_STEADY_HZ <= hz < inf:
            self._mean_hz = 0.0
            return False
        mean_hz = self._mean_hz
        away_hz = abs(hz - mean_hz)
        self._mean_hz = mean_hz + _FOLLOWED_SHARE * (hz - mean_hz)
        if away_hz > _STEADY_SHARE * mean_hz:
            self._unsteady_ns = now_ns
            if away_hz > _LOST_SHARE * mean_hz:
                return False
        return hz >= _LOWEST_HZ or now_ns - self._unsteady_ns >= _STEADY_NS

    def _without(
        self, cells_n: Four, conversion_ns: tuple[int, int, int, int], turn_per_ns: float, now_ns: int
    ) -> Four:
        """The forces less the plate's part at each one's angle; learns from the difference.

        The level is followed beside the harmonics, so that a constant force comes out as it is. What is far from all of
        them would come out too large by half of what they learn of it at once: that much is taken off.
        """
        cells, gain, now_angle, share = self._cells, self._gain, self._angle, self._share
        self._share = share = share - _CALMED_SHARE * (share - _SHARE)
        kept, level_share, learned_share = 1.0 - 2.0 * share, 0.5 * share, share / gain
        learned, found = 0j, list(cells_n)
        for number, (first, second, third, fourth, level_n, per_n) in enumerate(cells):
            age_ns = now_ns - conversion_ns[number]
            if not NEWEST_NS <= age_ns <= OLDEST_NS:
                continue
            turn = rect(1.0, now_angle - turn_per_ns * age_ns)
            plate_n = gain * (turn * (first + turn * (second + turn * (third + turn * fourth)))).real
            wrong_n = cells_n[number] - plate_n - level_n
            back = turn.conjugate()
            of_first = learned_share * wrong_n * back
            of_second = of_first * back
            of_third = of_second * back
            learned += of_first
            away_n, swollen = kept * wrong_n, per_n * plate_n
            if -_MOST_SHARE < swollen < _MOST_SHARE:
                away_n /= 1.0 + swollen
            found[number] = level_n + away_n
            cells[number] = (
                first + of_first,
                second + of_second,
                third + of_third,
                fourth + of_third * back,
                level_n + level_share * away_n,
                per_n,
            )
        self._learned += learned
        one_n, two_n, three_n, four_n = found
        return one_n, two_n, three_n, four_n

    def _look(self, number: int) -> None:
        """Learn from the first harmonic in all four cells, and from the weight, what the plate's part in one cell says
        of its part in all; and how the vibration grows and turns, where it is felt enough.
        """
        one, two, three, four = self._cells
        first = one[0] + two[0] + three[0] + four[0]
        weight_n = one[4] + two[4] + three[4] + four[4]
        squared = first.real * first.real + first.imag * first.imag
        if not isfinite(weight_n + squared):
            self._cells = []  # begin again
            return
        least_n = _LEAST_SHARE * weight_n
        felt = weight_n > 1.0 and self._gain * self._gain * squared > least_n * least_n
        mine, second, third, fourth, level_n, _ = self._cells[number]
        mine_squared = mine.real * mine.real + mine.imag * mine.imag
        known = felt and mine_squared > 0.0
        per_n = (first * mine.conjugate()).real / (mine_squared * weight_n) if known else 0.0
        self._cells[number] = (mine, second, third, fourth, level_n, per_n)
        follows = felt and self._share < CALM_SHARE and self._mean_hz > _LOWEST_HZ
        self._follow(_TOLD_SHARE * self._learned * first.conjugate() / squared if follows else 0j)
        self._learned *= 1.0 - _TOLD_SHARE

    def _follow(self, learned: complex) -> None:
        """Let the harmonics grow and turn by what their sum has learned, as a part of it, and go on so."""
        gone = _GONE_SHARE * learned
        if not (learned and abs(gone.real) < _MOST_GONE and abs(gone.imag) < _MOST_GONE):
            self._drift = 0j
            return
        drift = self._drift + _DRIFT_SHARE * learned
        if abs(drift.real) < _MOST_DRIFT and abs(drift.imag) < _MOST_DRIFT:
            self._drift = drift
        self._angle += gone.imag
        self._gain = gain = self._gain * (1.0 + gone.real)
        if not 0.5 < gain < 2.0:
            self._cells = [(a * gain, b * gain, c * gain, d * gain, n, p) for a, b, c, d, n, p in self._cells]
            self._gain = 1.0
