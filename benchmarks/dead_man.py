"""How soon the motor is off after each way in which software can die: the real pigpiod, on modelled silicon.

`python -m benchmarks.dead_man PORT` is the client that is killed: the drive in a loop of 250 Hz, as in the station.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.common import table
from benchmarks.silicon import Board, MachineStalledError, OneShot
from hw.pigpio.drive import PigpioDrive, open_pigpio_drive
from hw.settings import DriveSettings, PinSettings
from station.clock import MonotonicClock

HZ = 25.0
TICK_S = 0.004
REPEATS = 10
WATCH_S = 0.4
GOAL_MS = {"client": 60, "estop": 10, "daemon": 200, "noticed": 100}


class Off(NamedTuple):
    """What one death looked like from the pins and from the client, in ms; NaN for what does not apply."""

    enable_ms: float
    """Until the enable line is low; infinite when it never is."""
    gated_ms: float
    """Until the one-shot, or the enable line, has taken the motor's enable away."""
    noticed_ms: float
    """Until the client's feedback is unhealthy."""
    longest_call_ms: float
    """Longest tick's share of the drive: one feedback and one apply."""
    again: bool
    """The motor was on again at some time after it had been off: must never be."""


class Loop:
    """The drive in this process, called every 4 ms, with a look at the silicon in between."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.drive = _open(board.port)
        self.one_shot = OneShot(board)
        self.longest_s = 0.0
        self.healthy = True

    def run(self, seconds: float, *, call: bool = True, look: Callable[[], object] = lambda: None) -> None:
        """Run this long, calling the drive or only looking."""
        end_s = next_s = time.monotonic()
        end_s += seconds
        while (now_s := time.monotonic()) < end_s:
            if call and now_s >= next_s:
                next_s = max(next_s + TICK_S, now_s)
                self.healthy = self.drive.feedback().healthy
                self.drive.apply(HZ, self.drive.displacement_pp_mm(HZ))
                self.longest_s = max(self.longest_s, time.monotonic() - now_s)
            look()
            time.sleep(0.0002)


def _open(port: int) -> PigpioDrive:
    return open_pigpio_drive(PinSettings(), DriveSettings(pigpiod_port=port), MonotonicClock(), chip=None)


class _Watch:
    """Notes when enable and gate go off, and whether they come back."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self.start_s = time.monotonic()
        self.enable_ms = self.gated_ms = self.noticed_ms = float("inf")
        self.again = False

    def __call__(self) -> None:
        ms = (time.monotonic() - self.start_s) * 1000
        enabled, gated = self._loop.board.enabled, self._loop.one_shot.motor_on()
        if not enabled:
            self.enable_ms = min(self.enable_ms, ms)
        if not gated:
            self.gated_ms = min(self.gated_ms, ms)
        if not self._loop.healthy:
            self.noticed_ms = min(self.noticed_ms, ms)
        self.again |= gated and self.gated_ms < ms

    def off(self) -> Off:
        """What was seen."""
        return Off(self.enable_ms, self.gated_ms, self.noticed_ms, self._loop.longest_s * 1000, self.again)


def in_this_process(board: Board, event: Callable[[Loop], None], *, silent_s: float = 0.0) -> Off:
    """Drive, let `event` happen (and say nothing for `silent_s`), then go on calling as if nothing were."""
    loop = Loop(board)
    board.turn(HZ)
    loop.run(0.05)
    loop.drive.arm()
    loop.run(0.3, look=loop.one_shot.motor_on)
    if not loop.one_shot.motor_on():
        loop.drive.close()
        raise MachineStalledError(str(loop.drive.feedback()))
    watch = _Watch(loop)
    loop.longest_s = 0.0
    event(loop)
    if silent_s:
        loop.run(silent_s, call=False, look=watch)
    loop.run(WATCH_S, look=watch)
    board.plant.drive(board.pins.estop, 0)
    loop.run(WATCH_S, look=watch)
    loop.drive.close()
    return watch.off()


def in_another_process(board: Board, signals: tuple[signal.Signals, ...], *, daemon: bool = False) -> Off:
    """The client is a process of its own, which gets the first signal, and the rest after `WATCH_S`.

    `daemon` kills pigpiod at the same time.
    """
    board.turn(HZ)
    with subprocess.Popen([sys.executable, "-m", "benchmarks.dead_man", str(board.port)]) as client:
        one_shot = OneShot(board)
        end_s = time.monotonic() + 20.0
        while not one_shot.motor_on() and time.monotonic() < end_s:
            time.sleep(0.0005)
        _look_for(0.2, one_shot.motor_on)
        if not one_shot.motor_on():
            client.kill()
            raise MachineStalledError("the client's drive tripped")
        first, *rest = signals
        start_s = time.monotonic()
        client.send_signal(first)
        if daemon:
            board.send(signal.SIGKILL)
        enable_ms = gated_ms = float("inf")
        again = False
        for number in (*rest, signal.SIGKILL):
            until_s = time.monotonic() + WATCH_S
            while time.monotonic() < until_s:
                ms = (time.monotonic() - start_s) * 1000
                gated = one_shot.motor_on()
                enable_ms = enable_ms if board.enabled else min(enable_ms, ms)
                gated_ms = gated_ms if gated else min(gated_ms, ms)
                again |= gated and gated_ms < ms
                time.sleep(0.0002)
            client.send_signal(number)
    return Off(enable_ms, gated_ms, float("nan"), float("nan"), again)


def _look_for(seconds: float, look: Callable[[], object]) -> None:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        look()
        time.sleep(0.0005)


def _signal(board: Board, number: signal.Signals) -> Callable[[Loop], None]:
    return lambda _: board.send(number)


def cases() -> dict[str, tuple[str, Callable[[Board], Off]]]:
    """Each way to die: which goal it has, and how to do it once on a fresh board."""
    return {
        "client KILL": ("client", lambda b: in_another_process(b, (signal.SIGKILL,))),
        "client STOP, then CONT": ("client", lambda b: in_another_process(b, (signal.SIGSTOP, signal.SIGCONT))),
        "client late by 60 ms": ("client", lambda b: in_this_process(b, lambda _: None, silent_s=0.060)),
        "e-stop opened, then closed": (
            "estop", lambda b: in_this_process(b, lambda loop: loop.board.plant.drive(loop.board.pins.estop, 1))
        ),
        "pigpiod TERM": ("daemon", lambda b: in_this_process(b, _signal(b, signal.SIGTERM))),
        "pigpiod KILL": ("daemon", lambda b: in_this_process(b, _signal(b, signal.SIGKILL))),
        "pigpiod STOP": ("daemon", lambda b: in_this_process(b, _signal(b, signal.SIGSTOP))),
        "client and pigpiod KILL": ("daemon", lambda b: in_another_process(b, (signal.SIGKILL,), daemon=True)),
    }  # fmt: skip


def main(repeats: int = REPEATS) -> None:
    """Each death `repeats` times, and the table."""
    rows: list[list[object]] = []
    stalled = 0
    for name, (goal, once) in cases().items():
        seen: list[Off] = []
        while len(seen) < repeats:
            board = Board()
            try:
                seen.append(once(board))
            except MachineStalledError:
                stalled += 1
            finally:
                board.close()
        shown = [_span([getattr(off, key) for off in seen]) for key in Off._fields[:4]]
        rows.append([name, *shown, GOAL_MS[goal], "never" if not any(off.again for off in seen) else "YES"])
    head = ["ms until", "enable low", "motor off by all means", "client's fault", "longest tick", "goal", "on again"]
    print(table(head, rows))
    print(f"\nLeast to most of {repeats} each. The one-shot is modelled: off 150 ms after the last edge of its line.")
    print(f"Runs that were repeated because this computer stalled the client before its time: {stalled}.")


def _span(values: list[float]) -> str:
    values = sorted(values)
    if values[0] != values[0]:
        return "-"
    if values[0] == float("inf"):
        return "stays on"
    return f"{values[0]:.1f} to {values[-1]:.1f}"


def client(port: int) -> None:
    """Drive for ever, and do not stop by oneself."""
    drive = _open(port)
    next_s = time.monotonic()
    for tick in range(10**9):
        if tick == 10:
            drive.arm()
        drive.feedback()
        drive.apply(HZ, drive.displacement_pp_mm(HZ))
        next_s = max(next_s + TICK_S, time.monotonic())
        time.sleep(max(0.0, next_s - time.monotonic()))


if __name__ == "__main__":
    client(int(sys.argv[1]))
