"""From four forces to balance: vertical force, centre of pressure (CoP) and whether somebody stands on the plate.

Live values low-pass force and moments at 10 Hz and divide afterwards: dividing first would let the ripple of a
vibrating plate through (factor 10 to 27 on the path length; docs/sources/vibration.md#cop-under-vibration). Figures for
the record are computed later from the unfiltered forces, by `station.measures`.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

from hw.values import Four, PlateGeometry
from station.measures.constants import MIN_FORCE_N

LIVE_CUTOFF_HZ = 10.0
STEP_ON_N = 80.0
STEP_OFF_N = 40.0
"""Hysteresis of `Occupancy`: about 8 and 4 kg, far below the lightest patient (35 kg) and above a bag on the plate."""
_LONGEST_AVERAGE_TICKS = 64
_NAN = math.nan


class Occupancy(IntEnum):
    """Whether the plate carries somebody. Stored in recordings: never renumber."""

    EMPTY = 0
    OCCUPIED = 1


class Balance(NamedTuple):
    """Balance at one tick."""

    total_n: float
    """Sum of the four forces, unfiltered."""
    average_n: float
    """Its mean over the last vibration period, or the last 20 ms without vibration."""
    force_n: float
    """10 Hz low-pass of the sum."""
    cop_ml_mm: float
    """To the patient's right of the plate's centre; NaN off the plate. Low-passed as the module says."""
    cop_ap_mm: float
    stance: Occupancy


class _LowPass:
    """Second-order Butterworth low-pass (bilinear, prewarped), transposed direct form II, one channel."""

    __slots__ = ("_a1", "_a2", "_b0", "_b1", "_z1", "_z2")

    def __init__(self, cutoff_hz: float, rate_hz: float) -> None:
        k = math.tan(math.pi * cutoff_hz / rate_hz)
        norm = 1.0 / (1.0 + math.sqrt(2.0) * k + k * k)
        self._b0 = k * k * norm
        self._b1 = 2.0 * self._b0
        self._a1 = 2.0 * (k * k - 1.0) * norm
        self._a2 = (1.0 - math.sqrt(2.0) * k + k * k) * norm
        self._z1 = self._z2 = 0.0

    def step(self, x: float) -> float:
        """Filter one value."""
        y = self._b0 * x + self._z1
        self._z1 = self._b1 * x - self._a1 * y + self._z2
        self._z2 = self._b0 * x - self._a2 * y
        return y


class BalanceTracker:
    """Follows the balance tick by tick, at `rate_hz`, on a plate of this geometry."""

    def __init__(self, geometry: PlateGeometry, rate_hz: float) -> None:
        self._half_ml_mm = geometry.spacing_ml_mm / 2.0
        self._half_ap_mm = geometry.spacing_ap_mm / 2.0
        self._rate_hz = rate_hz
        self._force = _LowPass(LIVE_CUTOFF_HZ, rate_hz)
        self._moment_ml = _LowPass(LIVE_CUTOFF_HZ, rate_hz)
        self._moment_ap = _LowPass(LIVE_CUTOFF_HZ, rate_hz)
        self._totals = [0.0] * _LONGEST_AVERAGE_TICKS
        self._tick = 0
        self._window = 0
        self._window_sum = 0.0
        self._stance = Occupancy.EMPTY

    def step(self, cells_n: Four, vibration_hz: float, still_n: Four | None = None) -> Balance:
        """Take in one frame of forces; `vibration_hz` is the platform's frequency by its tach, 0.0 when still.

        `still_n` are the forces without the platform's own movement (`station.sensing.ripple`): force and CoP are of
        these, the sum and its average of the forces as they are.
        """
        total = sum(cells_n)
        front_left, front_right, back_right, back_left = cells_n if still_n is None else still_n
        still = front_left + front_right + back_right + back_left
        if not math.isfinite(total + still):  # a filter never forgets a NaN
            total = still = front_left = front_right = back_right = back_left = 0.0
        force = self._force.step(still)
        moment_ml = self._moment_ml.step(front_right + back_right - front_left - back_left)
        moment_ap = self._moment_ap.step(front_left + front_right - back_right - back_left)
        average = self._average(total, vibration_hz)
        if average > STEP_ON_N:
            self._stance = Occupancy.OCCUPIED
        elif average < STEP_OFF_N:
            self._stance = Occupancy.EMPTY
        if force < MIN_FORCE_N or self._stance is Occupancy.EMPTY:
            return Balance(total, average, force, _NAN, _NAN, self._stance)
        return Balance(
            total,
            average,
            force,
            self._half_ml_mm * moment_ml / force,
            self._half_ap_mm * moment_ap / force,
            self._stance,
        )

    def _average(self, total_n: float, vibration_hz: float) -> float:
        """Boxcar over one vibration period: its exact nulls are at the ripple's frequency and harmonics."""
        window = 5
        if vibration_hz > 1.0:
            window = min(max(round(self._rate_hz / vibration_hz), 5), _LONGEST_AVERAGE_TICKS - 1)
        at = self._tick % _LONGEST_AVERAGE_TICKS
        self._totals[at] = total_n
        self._tick += 1
        if window == self._window and self._tick % 1024:  # summed again now and then: rounding must not add up
            self._window_sum += total_n - self._totals[at - window]
        else:
            self._window = window
            self._window_sum = sum(self._totals[at - i] for i in range(window))
        return self._window_sum / window
