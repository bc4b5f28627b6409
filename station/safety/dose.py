"""What a vibration does to a body, in numbers, and the ledger that adds it up.

The index is conservative engineering, not a proof of safety: ISO 2631-1's health part is for seated people
(docs/sources/vibration.md#dose).
"""

from __future__ import annotations

from functools import cache
from math import inf, pi, sqrt
from typing import NamedTuple

STANDARD_GRAVITY_M_S2 = 9.80665
BOUT_GAP_S = 12.0
"""A bout has ended when the vibration has been off for this long; a shorter pause belongs to the bout: one between two
blocks of a hold, of 10 s at most, and the plate's coming to rest before it.
"""
SECONDS_OF_A8 = 28_800.0
"""The eight hours to which A(8) refers."""

_PEAK_M_S2 = 2.0 * pi * pi / 1000.0
"""Times f^2 in Hz^2 and D in mm peak to peak gives m/s2."""
_STEPS_PER_HZ = 50.0
_TOP_HZ = 100.0


def peak_acceleration_m_s2(frequency_hz: float, displacement_pp_mm: float) -> float:
    """Peak acceleration of a sinusoid: a = 2 pi^2 f^2 D, with D peak to peak."""
    return _PEAK_M_S2 * frequency_hz * frequency_hz * displacement_pp_mm


def peak_acceleration_g(frequency_hz: float, displacement_pp_mm: float) -> float:
    """Peak acceleration of a sinusoid in multiples of standard gravity.

    a = 2 pi^2 f^2 D with D peak to peak, so doubling f quadruples the dose: the reason why limits are set on
    acceleration and not on frequency and displacement apart.
    """
    return _PEAK_M_S2 * frequency_hz * frequency_hz * displacement_pp_mm / STANDARD_GRAVITY_M_S2


def displacement_for_g(frequency_hz: float, acceleration_g: float) -> float:
    """The peak-to-peak displacement in mm that has this peak acceleration; infinite for 0 Hz."""
    squared = _PEAK_M_S2 * frequency_hz * frequency_hz
    return acceleration_g * STANDARD_GRAVITY_M_S2 / squared if squared > 0.0 else inf


def weighting_k(frequency_hz: float) -> float:
    """|Wk|, the weighting of vertical vibration, at 0 to 1000 Hz.

    By the transfer function of ISO 2631-1 and ISO 8041-1 (docs/sources/vibration.md#wk), not by a table: several
    public tables are shifted by three bands and halve the dose at 20 Hz. Written in the magnitudes of its four
    sections: high pass f1, low pass f2, transition f3, upward step f5 to f6.
    """
    f, f1, f2, f3, f5, f6 = frequency_hz, 0.4, 100.0, 12.5, 2.37, 3.35
    high_pass = f * f / sqrt(f * f * f * f + f1 * f1 * f1 * f1)
    low_pass = f2 * f2 / sqrt(f * f * f * f + f2 * f2 * f2 * f2)
    transition = sqrt((1.0 + (f / f3) * (f / f3)) / _second_order(f / f3, 0.63))
    step = f5 / f6 * (f5 / f6) * sqrt(_second_order(f / f5, 0.91) / _second_order(f / f6, 0.91))
    return high_pass * low_pass * transition * step


def _second_order(ratio: float, q: float) -> float:
    """|1 + j r/Q - r^2|^2, with r the frequency over the corner's."""
    square = ratio * ratio
    return (1.0 - square) * (1.0 - square) + square / (q * q)


@cache
def _weighting_at_step(step: int) -> float:
    """Wk on a grid of 0.02 Hz (within 0.4 % from 2 Hz up): a tick cannot afford the transfer function."""
    return weighting_k(step / _STEPS_PER_HZ)


class Ledger(NamedTuple):
    """The vibration that one patient has had. Session and day are the caller's to begin (`new_session`, `Ledger()`)."""

    bout_s: float = 0.0
    """Since the vibration came on, pauses shorter than `BOUT_GAP_S` included; 0.0 between bouts."""
    rest_s: float = 0.0
    """Since the vibration was last on."""
    session_s: float = 0.0
    """Vibration in this session."""
    day_s: float = 0.0
    """Vibration in this patient's day, as are the next four."""
    bouts: int = 0
    e2_m2_s3: float = 0.0
    """Integral of the squared weighted acceleration."""
    e4_m4_s7: float = 0.0
    """Integral of its fourth power."""
    peak_g: float = 0.0
    estimated: bool = False
    """Some of it was computed from what was asked for, because there is no accelerometer."""


def new_session(ledger: Ledger) -> Ledger:
    """The same day, with nothing yet in the session; a bout does not reach over sessions."""
    return ledger._replace(bout_s=0.0, rest_s=0.0, session_s=0.0)


def add(
    ledger: Ledger, frequency_hz: float, displacement_pp_mm: float, duration_s: float, *, measured: bool = False
) -> Ledger:
    """The ledger after one more stretch of a sine of this frequency and displacement, or of stillness (zeros).

    Nothing that is not a positive, finite duration changes it. `measured` says that the displacement is an
    accelerometer's.
    """
    if not 0.0 < duration_s < inf:
        return ledger
    bout_s, rest_s, session_s, day_s, bouts, e2, e4, peak_g, estimated = ledger
    if not (frequency_hz > 0.0 and displacement_pp_mm > 0.0):
        rest_s += duration_s
        bout_s = bout_s + duration_s if bout_s > 0.0 and rest_s < BOUT_GAP_S else 0.0
        return Ledger(bout_s, rest_s, session_s, day_s, bouts, e2, e4, peak_g, estimated)
    peak_m_s2 = _PEAK_M_S2 * frequency_hz * frequency_hz * displacement_pp_mm
    weighting = _weighting_at_step(int(min(frequency_hz, _TOP_HZ) * _STEPS_PER_HZ + 0.5))
    mean_square = 0.5 * peak_m_s2 * peak_m_s2 * weighting * weighting
    return Ledger(
        bout_s + duration_s,
        0.0,
        session_s + duration_s,
        day_s + duration_s,
        bouts if bout_s > 0.0 else bouts + 1,
        e2 + mean_square * duration_s,
        # The mean fourth power of a sine is 1.5 times the square of its mean square.
        e4 + 1.5 * mean_square * mean_square * duration_s,
        max(peak_g, peak_m_s2 / STANDARD_GRAVITY_M_S2),
        estimated or not measured,
    )


def a8_m_s2(ledger: Ledger) -> float:
    """A(8) of the day: sqrt(E2 / 8 h), ISO 2631-1 and 2002/44/EC."""
    return sqrt(ledger.e2_m2_s3 / SECONDS_OF_A8)


def vdv_m_s175(ledger: Ledger) -> float:
    """Vibration dose value of the day: E4^(1/4); for one sine 1.107 a_w T^0.25 (docs/sources/vibration.md#dose)."""
    return sqrt(sqrt(ledger.e4_m4_s7))
