"""How well the plate's accelerometer gives frequency, peak and Wk-weighted acceleration, and what that costs a tick.

A plate that moves with a known sine of 0.3 g, under a modelled ADXL345 with its noise and oscillator, read by the real
driver. Beside it the usual way: the Wk filter by the bilinear transform at 800 Hz (scipy), on the sine itself.
"""

from __future__ import annotations

import math
import time

import numpy as np
from scipy import signal

from benchmarks.common import Verdict, at_most, table
from hw.accelerometer import Adxl345Accelerometer
from hw.settings import AccelerometerSettings
from hw.simulated.adxl345 import Adxl345Chip
from hw.simulated.bus import SimulatedI2C
from station.clock import VirtualClock
from station.safety.dose import STANDARD_GRAVITY_M_S2, peak_acceleration_m_s2, weighting_k
from station.sensing.plate_vibration import NOMINAL_HZ, PlateVibration

TICK_NS = 4_000_000
PEAK_G = 0.3
SEEDS = 10
GOAL_PERCENT = 1.0


def measured(hz: float, seed: int) -> tuple[float, float, float]:
    """Errors in percent of frequency, peak and weighted acceleration, by a sensor whose scale was calibrated."""
    clock = VirtualClock()
    peak_m_s2 = PEAK_G * STANDARD_GRAVITY_M_S2
    begin_ns = clock.now_ns() + 2_000_000_000

    def motion(t_ns: int) -> float:
        return peak_m_s2 * math.sin(2.0 * math.pi * hz * (t_ns - begin_ns) * 1e-9) if t_ns > begin_ns else 0.0

    chip = Adxl345Chip(motion, clock, seed)
    settings = AccelerometerSettings(fitted=True, scale=1.0 / chip.gain)
    plate = PlateVibration()
    sensor = Adxl345Accelerometer(SimulatedI2C({settings.address: chip}, clock), settings)
    pp_mm = peak_m_s2 / peak_acceleration_m_s2(hz, 1.0)
    for _ in range(2_000):
        clock.sleep_until_ns((clock.now_ns() // TICK_NS + 1) * TICK_NS)
        moving = clock.now_ns() > begin_ns
        plate.measured_g(sensor.read(), hz if moving else 0.0, pp_mm if moving else 0.0, clock.now_ns())
    last, exact_m_s2 = plate.last, peak_m_s2 / math.sqrt(2.0) * weighting_k(hz)
    return (
        100.0 * (last.frequency_hz / hz - 1.0),
        100.0 * (last.peak_m_s2 / peak_m_s2 - 1.0),
        100.0 * (last.weighted_m_s2 / exact_m_s2 - 1.0),
    )


def bilinear(hz: float) -> float:
    """Error in percent of Wk as a bilinear filter at 800 Hz (docs/sources/vibration.md#wk-by-a-digital-filter)."""

    def w(corner_hz: float) -> float:
        return 2.0 * math.pi * corner_hz

    root = math.sqrt(2.0)
    rise = (2.37 / 3.35) ** 2
    sections = (
        ([1, 0, 0], [1, root * w(0.4), w(0.4) ** 2]),
        ([0, 0, w(100) ** 2], [1, root * w(100), w(100) ** 2]),
        ([0, 1 / w(12.5), 1], [w(12.5) ** -2, 1 / (0.63 * w(12.5)), 1]),
        ([rise * w(2.37) ** -2, rise / (0.91 * w(2.37)), rise], [w(3.35) ** -2, 1 / (0.91 * w(3.35)), 1]),
    )
    sos = np.array([np.concatenate(signal.bilinear(b, a, NOMINAL_HZ)) for b, a in sections])
    _, response = signal.sosfreqz(sos, [hz], fs=NOMINAL_HZ)
    return float(100.0 * (abs(response[0]) / weighting_k(hz) - 1.0))


def cost_us() -> float:
    """Processor time of a tick's 3.2 samples in microseconds, without reading them; the best of five rounds."""
    rounds = []
    for _ in range(5):
        plate = PlateVibration()
        blocks = [
            [9.8 + 3.0 * math.sin(0.157 * (n * 3 + i)) + 0.01 * (i % 2) for i in range(3 + (n % 5 == 0))]
            for n in range(5_000)
        ]
        begin = time.process_time()
        for number, block in enumerate(blocks):
            plate.take(block, 20.0, 0.4, number * TICK_NS)
        rounds.append((time.process_time() - begin) / len(blocks) * 1e6)
    return min(rounds)


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    rows: list[list[object]] = []
    weighted = 0.0
    for hz in (25.0,) if short else (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0):
        errors = [measured(hz, seed) for seed in range(1 if short else SEEDS)]
        worst = [max((row[column] for row in errors), key=abs) for column in range(3)]
        weighted = max(weighted, abs(worst[2]))
        rows.append([hz, *(f"{value:+.2f}" for value in worst), f"{bilinear(hz):+.2f}"])
    print(f"Worst error in percent of {SEEDS} sensors, for a sine of {PEAK_G} g:\n")
    print(table(["Hz", "frequency", "peak", "Wk-weighted", "Wk by bilinear filter at 800 Hz"], rows))
    print(f"\nProcessor time of a tick's samples: {cost_us():.1f} us.")
    return [at_most("error of the weighted acceleration", weighted, GOAL_PERCENT, "%")]
