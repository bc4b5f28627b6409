"""The whole chain at once: drive, real pigpiod, PWM of the silicon, modelled motor, tach at the silicon's pin.

Physics is never late; a process that stands for it is, on a computer that does something else as well, and a pulse that
comes late is to the drive a motor that has slowed down. So silicon and motor ask for a real-time priority above those
of pigpiod and the loop, which are an installed station's. The motor notes how late each pulse came, the drive what its
tach read; the steady figure is given for the whole time, and for the time in which pulses came when they were due and
the tach read the motor's true speed. What is left there is the drive's own.

`python -m benchmarks.motor_on_silicon FOLDER LOAD_KG` is the motor: it reads the PWM's registers and the enable of the
silicon in FOLDER, moves the tach's pin, and prints each 20 ms the time, its true speed and how late its pulses were.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import NamedTuple

from benchmarks.common import Verdict, at_most, not_measured, table
from benchmarks.silicon import ABSENT, Board, MachineStalledError, Pins, open_plant, tools
from benchmarks.vibration_drive import learned
from hw.pi5.guard import PRIORITY as DEAD_MAN_PRIORITY
from hw.pigpio.drive import open_pigpio_drive
from hw.settings import PinSettings
from hw.simulated.motor import Motor
from station.clock import MonotonicClock
from station.settings import ControlSettings

POINTS = ((15.0, 120.0), (25.0, 60.0), (35.0, 0.0))
"""Hz and kg."""
RUNS = 3
"""Runs of each point: they show which share of the spread is the computer's own."""
RUN_S = 5.0
SHORT_S = 3.0
SEED = 1
"""Of the motor, which has learned its map beforehand."""
LATE_MS = 0.3
"""A pulse that is later than this was not punctual: at 35 Hz it reads as 1 % of a revolution's time."""
MISREAD = 0.01
"""Nor was a silicon punctual whose pulses give a speed that differs by this part from the motor's."""
PUNCTUAL_SHARE = 0.1
"""A run that was punctual for less of its time says nothing of the drive."""
UNSETTLED_S = 0.7
"""How long after either the motor's speed still shows it: seven time constants of the closed loop."""
PHYSICS_PRIORITY = 60
_STEP_S = 0.0005
_REPORT_S = 0.02
_PULSES = 2
_TRIES = 4


class Report(NamedTuple):
    """What the motor says of itself every 20 ms."""

    t_s: float
    hz: float
    late_ms: float
    """The latest of its pulses since the report before."""


class Tick(NamedTuple):
    """What the drive's tach read at one tick, and how long the drive's share of the tick took."""

    t_s: float
    tach_hz: float
    cost_us: float


class Seen(NamedTuple):
    """One run on the whole chain: parts of the set frequency, and what a tick cost in us."""

    steady: float
    punctual: float
    """Steady while the motor was punctual; NaN when it hardly ever was."""
    punctual_share: float
    """The part of the steady time that this was."""
    late_ms: float
    """The latest pulse of the steady time."""
    overshoot: float
    tick_p50_us: float
    tick_p99_us: float


def measure(hz: float, load_kg: float, run_s: float) -> Seen:
    """Start from standstill and run for so long in real time. Raises MachineStalledError where the dead-man tripped."""
    board = Board()
    for pid, priority in ((board.daemon, DEAD_MAN_PRIORITY), (board.silicon, PHYSICS_PRIORITY)):
        real_time(pid, priority, inherited=True)
    command = [sys.executable, "-m", "benchmarks.motor_on_silicon", board.folder, str(load_kg)]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as motor:
            assert motor.stdout is not None
            motor.stdout.readline()  # it is there: a motor that is still being imported gives no tach
            try:
                ticks = _drive(board, hz, run_s)
            finally:
                motor.terminate()
                lines = motor.communicate()[0].splitlines()
    finally:
        board.close()
    return seen([Report(*map(float, line.split())) for line in lines if len(line.split()) == 3], hz, ticks, run_s)


def seen(reports: list[Report], hz: float, ticks: list[Tick], run_s: float = RUN_S) -> Seen:
    """The figures of one run."""
    began_s = next(report.t_s for report in reports if report.hz > 0.1 * hz)
    steady = [report for report in reports if began_s + 2.0 <= report.t_s < began_s + run_s - 0.4]
    late_s = [report.t_s for report in reports if report.late_ms > LATE_MS]
    true_hz = {round(report.t_s / _REPORT_S): report.hz for report in steady}
    late_s += [
        tick.t_s
        for tick in ticks
        if abs(tick.tach_hz - true_hz.get(round(tick.t_s / _REPORT_S), tick.tach_hz)) > MISREAD * hz
    ]
    punctual = [report for report in steady if not any(0.0 <= report.t_s - at_s < UNSETTLED_S for at_s in late_s)]
    costs_us = sorted(tick.cost_us for tick in ticks)
    return Seen(
        max(abs(report.hz / hz - 1.0) for report in steady),
        max((abs(report.hz / hz - 1.0) for report in punctual), default=float("nan")),
        len(punctual) / len(steady),
        max(report.late_ms for report in steady),
        max(0.0, *(report.hz / hz - 1.0 for report in reports)),
        costs_us[len(costs_us) // 2],
        costs_us[len(costs_us) * 99 // 100],
    )


def real_time(pid: int, priority: int, *, inherited: bool = False) -> bool:
    """Give every thread of a process this priority; False where that is not allowed.

    `inherited`: also those that it starts later, as pigpiod's script and connections are.
    """
    policy = os.SCHED_FIFO if inherited else os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            os.sched_setscheduler(int(thread), policy, os.sched_param(priority))
    except OSError:
        return False
    return True


def main(*, short: bool = False) -> list[Verdict]:
    """The table: each point several times."""
    if tools() is None:
        print(f"The whole chain was not measured: {ABSENT}.")
        return not_measured(ABSENT)
    allowed = real_time(os.getpid(), ControlSettings().priority)
    rows: list[list[object]] = []
    run_s = SHORT_S if short else RUN_S
    runs: list[Seen] = []
    for hz, load_kg in POINTS[1:2] if short else POINTS:
        for _ in range(1 if short else RUNS):
            runs.append(_tried(hz, load_kg, run_s))
            rows.append([f"{hz:g}", f"{load_kg:g}", *_shown(runs[-1])])
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    head = [
        "Hz",
        "kg",
        "steady +-%",
        "latest pulse ms",
        "punctual +-%",
        "of the time %",
        "overshoot %",
        "tick p50 us",
        "tick p99 us",
    ]
    print(table(head, rows))
    print(
        f"\n{run_s:g} s a run in real time{'' if allowed else ', without the right to a real-time priority'}. "
        f"Punctual: for {UNSETTLED_S:g} s no pulse of the modelled motor was more than {LATE_MS:g} ms "
        f"late, and none read more than {100 * MISREAD:g} % wrong."
    )
    punctual = [100 * one.punctual for one in runs if one.punctual_share > PUNCTUAL_SHARE]
    if not punctual:
        return not_measured("this computer was never punctual for long enough")
    return [at_most(f"steady while punctual, in {len(punctual)} of {len(runs)} runs", max(punctual), 1.0, "%")]


def _tried(hz: float, load_kg: float, run_s: float) -> Seen:
    """A computer that is too busy trips the dead-man: some tries."""
    for _ in range(_TRIES - 1):
        try:
            return measure(hz, load_kg, run_s)
        except MachineStalledError:
            continue
    return measure(hz, load_kg, run_s)


def _shown(figures: Seen) -> list[str]:
    punctual = f"{100 * figures.punctual:.2f}" if figures.punctual_share > PUNCTUAL_SHARE else "-"
    return [
        f"{100 * figures.steady:.2f}",
        f"{figures.late_ms:.1f}",
        punctual,
        f"{100 * figures.punctual_share:.0f}",
        f"{100 * figures.overshoot:.1f}",
        f"{figures.tick_p50_us:.0f}",
        f"{figures.tick_p99_us:.0f}",
    ]


def _drive(board: Board, hz: float, run_s: float) -> list[Tick]:
    """Call the drive every 4 ms."""
    clock = MonotonicClock()
    settings = learned(SEED, board.settings)
    drive = open_pigpio_drive(board.pins, settings, clock, chip=None)
    ticks = []
    next_ns = clock.now_ns()
    for tick in range(round(run_s * 250)):
        next_ns += 4_000_000
        clock.sleep_until_ns(next_ns)
        if tick == 50:
            drive.arm()
        before_ns = time.perf_counter_ns()
        feedback = drive.feedback()
        drive.apply(hz, drive.displacement_pp_mm(hz))
        cost_us = (time.perf_counter_ns() - before_ns) * 1e-3
        ticks.append(Tick(time.monotonic(), feedback.measured_hz, cost_us))
        if not feedback.healthy:
            drive.close()
            raise MachineStalledError(feedback.fault)
    drive.close()
    return ticks


def turn(plant: Pins, load_kg: float) -> None:
    """Be the motor until the process is ended."""
    pins = PinSettings()
    motor = Motor(random.Random(SEED))
    now_s = report_s = time.monotonic()
    half_pulses, late_s = 0, 0.0
    while True:
        before_s, now_s = now_s, time.monotonic()
        pwm = plant.hwpwm(pins.motor_pwm)
        duty = pwm["duty"] if pwm["enabled"] else 0.0
        motor.step(now_s - before_s, duty, enabled=bool(plant.latch(pins.motor_enable)), load_kg=load_kg)
        past = motor.turns - (half_pulses + 1) / (2 * _PULSES)
        if past >= 0.0:
            half_pulses += 1
            plant.drive(pins.tach, half_pulses & 1)
            late_s = max(late_s, past / max(motor.frequency_hz, 1.0))
        if now_s >= report_s:
            report_s += _REPORT_S
            print(f"{now_s:.4f} {motor.frequency_hz:.4f} {1e3 * late_s:.3f}", flush=True)
            late_s = 0.0
        to_go = (half_pulses + 1) / (2 * _PULSES) - motor.turns
        time.sleep(max(0.0, min(_STEP_S, to_go / max(motor.frequency_hz, 1.0) - 60e-6)))


if __name__ == "__main__":
    real_time(os.getpid(), PHYSICS_PRIORITY)
    turn(open_plant(sys.argv[1]), float(sys.argv[2]))
