"""The whole chain at once: drive, real pigpiod, PWM of the silicon, modelled motor, tach at the silicon's pin.

`python -m benchmarks.motor_on_silicon FOLDER LOAD_KG` is the motor: it reads the PWM's registers and the enable of the
silicon in FOLDER, moves the tach's pin, and prints its true speed each 20 ms.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import NamedTuple

from benchmarks.silicon import Board, MachineStalledError, Pins, open_plant
from benchmarks.vibration_drive import learned
from hw.pigpio_drive import open_pigpio_drive
from hw.settings import PinSettings
from hw.simulated.motor import Motor
from station.clock import MonotonicClock

RUN_S = 5.0
SEED = 1
"""Of the motor, which has learned its map beforehand."""
_STEP_S = 0.0005
_REPORT_S = 0.02
_PULSES = 2


class Seen(NamedTuple):
    """One run on the whole chain: parts of the set frequency, and what a tick cost in us."""

    steady: float
    overshoot: float
    tick_p50_us: float
    tick_p99_us: float


def measure(hz: float, load_kg: float) -> Seen:
    """Start from standstill and run for `RUN_S` in real time. Raises MachineStalledError where the dead-man tripped."""
    board = Board()
    command = [sys.executable, "-m", "benchmarks.motor_on_silicon", board.folder, str(load_kg)]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as motor:
            costs_us = _drive(board, hz)
            motor.terminate()
            lines = motor.communicate()[0].split()
    finally:
        board.close()
    off = [float(line) / hz - 1.0 for line in lines]
    running = [index for index, part in enumerate(off) if part > -0.9]
    settled = off[running[0] + round(2.0 / _REPORT_S) : running[0] + round((RUN_S - 0.2) / _REPORT_S)]
    costs_us.sort()
    return Seen(
        max(abs(part) for part in settled),
        max(0.0, *off),
        costs_us[len(costs_us) // 2],
        costs_us[len(costs_us) * 99 // 100],
    )


def _drive(board: Board, hz: float) -> list[float]:
    """Call the drive every 4 ms, and how long each tick's share of it took."""
    clock = MonotonicClock()
    settings = learned(SEED, board.settings)
    drive = open_pigpio_drive(board.pins, settings, clock, chip=None)
    costs_us = []
    next_ns = clock.now_ns()
    for tick in range(round(RUN_S * 250)):
        next_ns += 4_000_000
        clock.sleep_until_ns(next_ns)
        if tick == 50:
            drive.arm()
        before_ns = time.perf_counter_ns()
        feedback = drive.feedback()
        drive.apply(hz, drive.displacement_pp_mm(hz))
        costs_us.append((time.perf_counter_ns() - before_ns) * 1e-3)
        if not feedback.healthy:
            drive.close()
            raise MachineStalledError(feedback.fault)
    drive.close()
    return costs_us


def turn(plant: Pins, load_kg: float) -> None:
    """Be the motor until the process is ended."""
    pins = PinSettings()
    motor = Motor(random.Random(SEED))
    now_s = report_s = time.monotonic()
    half_pulses = 0
    while True:
        before_s, now_s = now_s, time.monotonic()
        pwm = plant.hwpwm(pins.motor_pwm)
        duty = pwm["duty"] if pwm["enabled"] else 0.0
        motor.step(now_s - before_s, duty, enabled=bool(plant.latch(pins.motor_enable)), load_kg=load_kg)
        if motor.turns * 2 * _PULSES >= half_pulses + 1:
            half_pulses += 1
            plant.drive(pins.tach, half_pulses & 1)
        if now_s >= report_s:
            report_s += _REPORT_S
            print(f"{motor.frequency_hz:.4f}", flush=True)
        to_go = (half_pulses + 1) / (2 * _PULSES) - motor.turns
        time.sleep(max(0.0, min(_STEP_S, to_go / max(motor.frequency_hz, 1.0) - 60e-6)))


if __name__ == "__main__":
    turn(open_plant(sys.argv[1]), float(sys.argv[2]))
