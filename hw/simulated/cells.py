"""Four load cells and their amplifiers: from the force on each corner of a plate to the voltage at its converter.

Each cell has an offset, an error of gain, crosstalk, slow drift of zero and creep; each amplifier has noise and ends at
its supply. `CellBank.calibration` is what a factory would deliver with the plate: the inverse of all that, up to the
small errors of such a measurement.
"""

from __future__ import annotations

import random
from math import pi, sin, sqrt

from hw.simulated.normals import normals
from hw.units import NS_PER_S
from hw.values import CellCalibration, Four, PlateGeometry

CELL_CAPACITY_N = 1000.0
CELL_OVERLOAD_N = 1500.0
"""The mechanical stop of a cell: 150 % of its capacity, the usual figure of single-point and button cells."""
SENSITIVITY_V_PER_V = 2.0e-3
EXCITATION_V = 5.0
AMPLIFIER_GAIN = 175.0
VOLTS_PER_NEWTON = SENSITIVITY_V_PER_V * EXCITATION_V * AMPLIFIER_GAIN / CELL_CAPACITY_N
"""1.75 mV/N: 10 mV of bridge at capacity, times the amplifier."""
ZERO_V = 0.25
"""An amplifier's output at no load. Above the lower rail, so that tension and a broken wire look different."""
SUPPLY_V = 3.3
AMPLIFIER_V_PER_ROOT_HZ = 50.0e-9
"""Noise of an INA333 referred to its input, at a gain of 100 and more (docs/sources/hardware.md#ina333)."""
FILTER_HZ = 1.0 / (2.0 * pi * 3.3e3 * 470.0e-9)
"""Corner of the RC before each converter, 102.6 Hz: the only bound of the noise, as no reading is averaged."""
NOISE_V = AMPLIFIER_V_PER_ROOT_HZ * AMPLIFIER_GAIN * sqrt(0.5 * pi * FILTER_HZ)
"""Root mean square at the amplifier's output, 111 uV or 0.063 N; one RC passes noise up to pi/2 times its corner."""

MAX_GAIN_ERROR = 0.03
MAX_CROSSTALK = 0.005
MAX_CALIBRATION_ERROR = 0.001
DRIFT_N = 0.15
"""Peak wander of one cell's zero, in newtons: 0.015 % of capacity, as of a warm room."""
CREEP = 2.0e-4
"""Creep as a fraction of the load: 0.02 %, class C3 of OIML R 60."""
CREEP_TIME_S = 90.0


def split(force_n: float, cop_ml_mm: float, cop_ap_mm: float, geometry: PlateGeometry) -> Four:
    """The share of a vertical force that each corner carries, in the order of `CELL_NAMES`.

    Bilinear in the point of application: the only split that keeps the sum and both moments and is symmetric. A point
    outside the cells' rectangle gives negative corners, as a bolted plate would.
    """
    right = 0.5 + cop_ml_mm / geometry.spacing_ml_mm
    front = 0.5 + cop_ap_mm / geometry.spacing_ap_mm
    front_n = force_n * front
    back_n = force_n - front_n
    front_right_n = front_n * right
    back_right_n = back_n * right
    return (front_n - front_right_n, front_right_n, back_right_n, back_n - back_right_n)


class CellBank:
    """Four cells with their amplifiers, as built: what differs between one and the next comes from `rng`.

    `noise_v` is the amplifiers' noise (rms); 0.0 for a noiseless bank. It is drawn for each voltage, from `rng` too,
    which should therefore belong to nobody else: then how often a voltage is asked for changes nothing but the noise.
    """

    __slots__ = (
        "_creep",
        "_creep_n",
        "_drift",
        "_gains",
        "_noise",
        "_noise_v",
        "_open",
        "_settled_ns",
        "_zero_now_v",
        "_zero_v",
        "calibration",
        "geometry",
    )

    def __init__(self, geometry: PlateGeometry, rng: random.Random, noise_v: float = NOISE_V) -> None:
        self.geometry = geometry
        spans = [VOLTS_PER_NEWTON * (1.0 + rng.uniform(-MAX_GAIN_ERROR, MAX_GAIN_ERROR)) for _ in range(4)]
        most = MAX_CROSSTALK
        crosstalk = [[rng.uniform(-most, most) if i != j else 0.0 for j in range(4)] for i in range(4)]
        self._zero_v = [ZERO_V + rng.uniform(-0.01, 0.01) for _ in range(4)]
        self._drift = [
            (rng.uniform(0.3, 1.0) * DRIFT_N, rng.uniform(900.0, 2400.0), rng.uniform(0.0, 2.0 * pi)) for _ in range(4)
        ]
        self._creep = [rng.uniform(0.5, 1.0) * CREEP for _ in range(4)]
        self._gains: list[Four] = [_four([spans[i] * (crosstalk[i][j] + (i == j)) for j in range(4)]) for i in range(4)]
        self.calibration = _delivered(self._zero_v, spans, crosstalk, rng)
        self._creep_n = [0.0] * 4
        self._open = [False] * 4
        self._noise = normals(rng).__next__
        self._noise_v = noise_v
        self._settled_ns: int | None = None
        self._zero_now_v = list(self._zero_v)

    def volts(self, cell: int, forces_n: Four) -> float:
        """What the amplifier of this cell gives while these forces press on the four cells; noise is drawn again."""
        if self._open[cell]:
            return 0.0
        one, two, three, four = forces_n
        if one > CELL_OVERLOAD_N or two > CELL_OVERLOAD_N or three > CELL_OVERLOAD_N or four > CELL_OVERLOAD_N:
            one, two, three, four = (min(force, CELL_OVERLOAD_N) for force in forces_n)
        gain_1, gain_2, gain_3, gain_4 = self._gains[cell]
        volts = self._zero_now_v[cell] + gain_1 * one + gain_2 * two + gain_3 * three + gain_4 * four
        if self._noise_v:
            volts += self._noise() * self._noise_v
        return 0.0 if volts < 0.0 else SUPPLY_V if volts > SUPPLY_V else volts

    def settle(self, forces_n: Four, t_ns: int) -> None:
        """Let drift and creep go on until this time under these forces. To be called about ten times a second."""
        elapsed_s = 0.0 if self._settled_ns is None else (t_ns - self._settled_ns) / NS_PER_S
        self._settled_ns = t_ns
        share = min(1.0, max(0.0, elapsed_s / CREEP_TIME_S))
        for cell, force_n in enumerate(forces_n):
            self._creep_n[cell] += share * (self._creep[cell] * force_n - self._creep_n[cell])
            peak_n, period_s, phase = self._drift[cell]
            drift_n = peak_n * sin(2.0 * pi * t_ns / NS_PER_S / period_s + phase)
            self._zero_now_v[cell] = self._zero_v[cell] + VOLTS_PER_NEWTON * (self._creep_n[cell] + drift_n)

    def open(self, cell: int, on: bool = True) -> None:
        """Break a bridge wire of this cell (or repair it): its amplifier falls to the lower rail."""
        self._open[cell] = on


def _four(values: list[float]) -> Four:
    """Exactly four numbers as the tuple that the ports speak of."""
    one, two, three, four = values
    return (one, two, three, four)


def _delivered(
    zero_v: list[float], spans: list[float], crosstalk: list[list[float]], rng: random.Random
) -> CellCalibration:
    """The calibration sheet of this plate, with the errors that such a sheet has.

    The inverse of `1 + X` is given to first order, `1 - X`: with crosstalk under 0.5 % a cell that leaves under 0.01 %.
    """
    error = MAX_CALIBRATION_ERROR
    rows = [_four([(1.0 if i == j else 0.0) - crosstalk[i][j] for j in range(4)]) for i in range(4)]
    return CellCalibration(
        zero_v=_four([zero + rng.uniform(-5.0e-5, 5.0e-5) for zero in zero_v]),
        span_n_per_v=_four([(1.0 + rng.uniform(-error, error)) / span for span in spans]),
        matrix=(rows[0], rows[1], rows[2], rows[3]),
    )
