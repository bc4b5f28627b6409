"""How soon the motor is off after each way in which software can die: the real pigpiod, on modelled silicon.

Clients are forks of this process: the drive in a loop of 250 Hz, as in the station, under an installed station's
priorities. What is judged is the time until the enable line is low, less what the computer itself held up meanwhile,
which is measured beside it: a client that spoke after its death was ordered, pigpiod's thread that took the last
refresh in late (the kernel counts its turns), turns of the script that came late (the heartbeat line shows each), and
the look of this process that saw it late, at a silicon that is a process too.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from math import nan
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import Verdict, at_most, not_measured, percentile, table
from benchmarks.motor_on_silicon import PHYSICS_PRIORITY, real_time
from benchmarks.silicon import ABSENT, Board, MachineStalledError, OneShot, tools
from hw.pi5.guard import PRIORITY as DEAD_MAN_PRIORITY
from hw.pigpio.drive import PigpioDrive, open_pigpio_drive
from hw.pigpio.script import LOOP_MS
from hw.settings import DriveSettings, PinSettings
from station.clock import MonotonicClock
from station.settings import ControlSettings

HZ = 25.0
TICK_S = 0.004
KILLS = 1_000
REPEATS = 10
WATCH_S = 0.4
GOAL_MS = {"client": 55.0, "estop": 10.0, "daemon": 200.0}
NOTICED_MS = 100.0
UNARMED_TICKS = 10
"""A client that has connected drives so long before it arms: nothing may move."""
_LOOK_S = 0.0002
_PUNCTUAL_TURN_MS = LOOP_MS + 0.15
"""A turn of the script with its wake-up; longer is a stall."""
_PUNCTUAL_LOOK_MS = 0.35


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
    stall_ms: float
    """What the computer held up between the death and the last of these."""
    again: bool
    """The motor was on again at some time after it had been off, or before it was armed: must never be."""


class _Watch:
    """Looks at the pins: when enable and gate go off, whether they come back, and what came late meanwhile."""

    def __init__(self, board: Board, one_shot: OneShot, taker: _Taker | None = None) -> None:
        self._board, self._one_shot, self._taker = board, one_shot, taker
        self._beat = board.high(board.pins.motor_heartbeat)
        self._edge_s = self._looked_s = self.start_s = time.monotonic()
        self._turns: list[tuple[float, float]] = []
        """Of each turn of the script: when it was, and how late in ms."""
        self._look_ms = 0.0
        self._ahead_us = self._silicon_us()
        self.enable_ms = self.gated_ms = float("inf")
        self.again = False

    def died(self) -> None:
        """Now."""
        self.start_s = time.monotonic()
        self.enable_ms = self.gated_ms = float("inf")
        self.again = False

    def look(self) -> None:
        """To be called every 0.2 ms."""
        now_s = time.monotonic()
        ms = (now_s - self.start_s) * 1000
        late_ms = max(0.0, (now_s - self._looked_s) * 1000 - _PUNCTUAL_LOOK_MS)
        self._looked_s = now_s
        beat = self._board.high(self._board.pins.motor_heartbeat)
        enabled, gated = self._board.enabled, self._one_shot.motor_on()
        if self._taker is not None:
            self._taker.look(now_s)
        if self.enable_ms == float("inf"):
            behind_us = self._silicon_us() - self._ahead_us
            self._ahead_us += min(0.0, behind_us)
            self._look_ms = late_ms + max(0.0, behind_us * 1e-3 - _PUNCTUAL_LOOK_MS)
            if beat != self._beat or not enabled:
                turn_ms = (now_s - self._edge_s) * 1000
                self._turns.append((now_s, max(0.0, turn_ms - _PUNCTUAL_TURN_MS)))
        if beat != self._beat:
            self._beat, self._edge_s = beat, now_s
        if not enabled:
            self.enable_ms = min(self.enable_ms, ms)
        if not gated:
            self.gated_ms = min(self.gated_ms, ms)
        self.again |= gated and self.gated_ms < ms

    def _silicon_us(self) -> float:
        """By how much the modelled silicon's time is behind this computer's, but for a constant."""
        return time.monotonic() * 1e6 - self._board.plant.total_us()

    def stall_ms(self, said_s: float = 0.0) -> float:
        """What the computer held up after the last refresh was sent, at `said_s`, or the death was ordered.

        The client that still spoke; the daemon's thread that took the refresh in; the script's turn that saw it; the
        turn that tripped, from the end of the one before; and the look that saw that.
        """
        gone_s = max(said_s, self.start_s)
        taken_s = gone_s if self._taker is None else self._taker.next_after(said_s)
        taken_ms = max(0.0, (taken_s - gone_s) * 1000 - _PUNCTUAL_LOOK_MS)
        after = [(at_s, late_ms) for at_s, late_ms in self._turns if at_s >= gone_s]
        seeing = 1 + sum(at_s < taken_s for at_s, _ in after)
        saw_ms = max((late_ms for _, late_ms in after[:seeing]), default=0.0)
        tripped_ms = sum(late_ms for _, late_ms in after[seeing:][-2:])
        return (gone_s - self.start_s) * 1000 + taken_ms + saw_ms + tripped_ms + self._look_ms


class _Taker:
    """The daemon's thread that takes a client's refreshes in: when it ran, by the kernel's own count of its turns."""

    def __init__(self, daemon: int, thread: int) -> None:
        self._file = Path(f"/proc/{daemon}/task/{thread}/schedstat")
        self._turns = ""
        self._ran_s: list[float] = []

    def look(self, now_s: float) -> None:
        """Note whether it has run since the last look."""
        turns = ""
        with suppress(OSError):
            turns = self._file.read_text().split()[-1]
        if turns != self._turns:
            self._turns = turns
            self._ran_s.append(now_s)

    def next_after(self, at_s: float) -> float:
        """When it first ran at this time or later; this time when it has not been seen to."""
        return next((ran_s for ran_s in self._ran_s if ran_s >= at_s), at_s)


class Loop:
    """The drive in this process, called every 4 ms, with a look at the silicon in between."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.drive = _open(board.port)
        self.watch = _Watch(board, OneShot(board))
        self.longest_s = 0.0
        self.noticed_ms = float("inf")

    def run(self, seconds: float, *, call: bool = True) -> None:
        """Run this long, calling the drive or only looking."""
        end_s = next_s = time.monotonic()
        end_s += seconds
        while (now_s := time.monotonic()) < end_s:
            if call and now_s >= next_s:
                next_s = max(next_s + TICK_S, now_s)
                if not self.drive.feedback().healthy:
                    self.noticed_ms = min(self.noticed_ms, (now_s - self.watch.start_s) * 1000)
                self.drive.apply(HZ, self.drive.displacement_pp_mm(HZ))
                self.longest_s = max(self.longest_s, time.monotonic() - now_s)
            self.watch.look()
            time.sleep(_LOOK_S)


def _open(port: int) -> PigpioDrive:
    return open_pigpio_drive(PinSettings(), DriveSettings(pigpiod_port=port), MonotonicClock(), chip=None)


def installed(board: Board) -> Board:
    """With the priorities of an installed station, as far as this computer allows."""
    for pid, priority in ((board.daemon, DEAD_MAN_PRIORITY), (board.silicon, PHYSICS_PRIORITY)):
        real_time(pid, priority, inherited=True)
    board.turn(HZ)
    return board


def in_this_process(board: Board, event: Callable[[Loop], None], *, silent_s: float = 0.0) -> Off:
    """Drive, let `event` happen (and say nothing for `silent_s`), then go on calling as if nothing were."""
    loop = Loop(board)
    loop.run(0.05)
    again = board.enabled
    loop.drive.arm()
    loop.run(0.3)
    if not board.enabled:
        loop.drive.close()
        raise MachineStalledError(str(loop.drive.feedback()))
    loop.longest_s, loop.noticed_ms = 0.0, float("inf")
    loop.watch.died()
    event(loop)
    if silent_s:
        loop.run(silent_s, call=False)
    loop.run(WATCH_S)
    board.plant.drive(board.pins.estop, 0)
    loop.run(WATCH_S)
    loop.drive.close()
    watch = loop.watch
    again |= watch.again
    return Off(watch.enable_ms, watch.gated_ms, loop.noticed_ms, loop.longest_s * 1000, watch.stall_ms(), again)


class Client:
    """A process of its own that drives without end. It says when it is about to arm."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._before = _threads(board.daemon)
        self._said = mmap.mmap(-1, 8)
        armed, says = os.pipe()
        os.set_blocking(armed, False)
        self.pid = os.fork()
        if not self.pid:
            with suppress(BaseException):
                _drive_on(board.port, says, self._said)
            os._exit(1)
        os.close(says)
        self._armed = armed

    def drives(self) -> bool:
        """Wait until the motor is on. False when it was on before it was armed. Raises MachineStalledError."""
        end_s = time.monotonic() + 20.0
        armed = False
        while not armed and time.monotonic() < end_s:
            on = self._board.enabled
            with suppress(BlockingIOError):
                armed = bool(os.read(self._armed, 1))
            if on and not armed:
                return False
            time.sleep(_LOOK_S)
        end_s = time.monotonic() + 0.5
        while not self._board.enabled:
            if time.monotonic() > end_s:
                raise MachineStalledError("the client's drive tripped")
            time.sleep(_LOOK_S)
        return True

    @property
    def said_s(self) -> float:
        """When it last began to speak to the daemon."""
        return float(struct.unpack_from("d", self._said)[0])

    def taker(self) -> _Taker:
        """The daemon's thread that its commands go to: the first since it has connected. Raises MachineStalledError."""
        own = _threads(self._board.daemon) - self._before
        if not own:
            raise MachineStalledError("the client has gone already")
        return _Taker(self._board.daemon, min(own))

    def end(self) -> None:
        """Kill it, if it still lives, and bury it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._armed)


def _threads(pid: int) -> set[int]:
    return {int(thread) for thread in os.listdir(f"/proc/{pid}/task")}


def _drive_on(port: int, says: int, said: mmap.mmap) -> None:
    """The client: drive for ever, and do not stop by oneself."""
    real_time(os.getpid(), ControlSettings().priority)
    drive = _open(port)
    next_s = time.monotonic()
    for tick in range(10**9):
        if tick == UNARMED_TICKS:
            os.write(says, b"x")
            drive.arm()
        drive.feedback()
        struct.pack_into("d", said, 0, time.monotonic())
        drive.apply(HZ, drive.displacement_pp_mm(HZ))
        next_s = max(next_s + TICK_S, time.monotonic())
        time.sleep(max(0.0, next_s - time.monotonic()))


def in_another_process(
    board: Board, first: signal.Signals, rest: tuple[signal.Signals, ...] = (), *, daemon: bool = False, phase_s: float
) -> Off:
    """The client gets the first signal `phase_s` after its motor is on, and the rest after `WATCH_S` each.

    `daemon` kills pigpiod at the same time.
    """
    client = Client(board)
    try:
        again = not client.drives()
        watch = _Watch(board, OneShot(board), client.taker())
        until_s = time.monotonic() + phase_s
        while time.monotonic() < until_s:
            watch.look()
            time.sleep(_LOOK_S)
        if not board.enabled:
            raise MachineStalledError("the client's drive tripped")
        watch.died()
        os.kill(client.pid, first)
        if daemon:
            board.send(signal.SIGKILL)
        while (time.monotonic() - watch.start_s) < WATCH_S and (rest or daemon or watch.enable_ms == float("inf")):
            watch.look()
            time.sleep(_LOOK_S)
        stall_ms = watch.stall_ms(client.said_s)
        for number in rest:
            os.kill(client.pid, number)
            until_s = time.monotonic() + WATCH_S
            while time.monotonic() < until_s:
                watch.look()
                time.sleep(_LOOK_S)
    finally:
        client.end()
    return Off(watch.enable_ms, watch.gated_ms, nan, nan, stall_ms, again or watch.again)


def _signal(number: signal.Signals) -> Callable[[Loop], None]:
    return lambda loop: loop.board.send(number)


def _open_estop(loop: Loop) -> None:
    loop.board.plant.drive(loop.board.pins.estop, 1)


class Case(NamedTuple):
    """One way to die: whose goal it has, how often, how to do it once, and whether the board can be used again."""

    goal: str
    times: int
    once: Callable[[Board, int], Off]
    again: bool = False


def _phase_s(number: int) -> float:
    """Deaths fall evenly on the time between two refreshes."""
    return 0.02 + TICK_S * (number % 8) / 8


def cases(kills: int, repeats: int) -> dict[str, Case]:
    """Each way to die."""
    kill, stop, cont, term = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT, signal.SIGTERM
    return {
        "client KILL": Case(
            "client", kills, lambda b, n: in_another_process(b, kill, phase_s=_phase_s(n)), again=True
        ),
        "client STOP, then CONT": Case(
            "client", repeats, lambda b, n: in_another_process(b, stop, (cont,), phase_s=_phase_s(n)), again=True
        ),
        "client late by 60 ms": Case(
            "client", repeats, lambda b, _: in_this_process(b, lambda _: None, silent_s=0.060)
        ),
        "e-stop opened, then closed": Case("estop", repeats, lambda b, _: in_this_process(b, _open_estop)),
        "pigpiod TERM": Case("daemon", repeats, lambda b, _: in_this_process(b, _signal(term))),
        "pigpiod KILL": Case("daemon", repeats, lambda b, _: in_this_process(b, _signal(kill))),
        "pigpiod STOP": Case("daemon", repeats, lambda b, _: in_this_process(b, _signal(stop))),
        "client and pigpiod KILL": Case(
            "daemon", repeats, lambda b, n: in_another_process(b, kill, daemon=True, phase_s=_phase_s(n))
        ),
    }  # fmt: skip


def main(*, short: bool = False) -> list[Verdict]:
    """Each death as often as is said, the table, and a verdict of each."""
    if tools() is None:
        print(f"The dead-man was not measured: {ABSENT}.")
        return not_measured(ABSENT)
    real_time(os.getpid(), DEAD_MAN_PRIORITY)
    rows: list[list[object]] = []
    goals: list[Verdict] = []
    stalled = 0
    for name, case in cases(5 if short else KILLS, 1 if short else REPEATS).items():
        seen, repeated = _deaths(case)
        stalled += repeated
        shown = [_span([getattr(off, key) for off in seen]) for key in Off._fields[:4]]
        stalls_ms = [nan] if case.goal == "daemon" else [off.stall_ms for off in seen]
        own_ms, again = max(_own_ms(case.goal, off) for off in seen), any(off.again for off in seen)
        rows.append(
            [
                *(name, len(seen), *shown, percentile(stalls_ms, 50), max(stalls_ms), own_ms, GOAL_MS[case.goal]),
                "YES" if again else "never",
            ]
        )
        goals += verdicts(name, case.goal, seen)
    head = ["ms until", "times", "enable low", "motor off by all means", "client's fault", "longest tick"]
    print(table([*head, "stall p50", "stall most", "off less its stall, most", "goal", "on again"], rows))
    print("\nLeast to most of each. The one-shot is modelled: off 150 ms after the last edge of its line.")
    print(f"Runs that were repeated because this computer stalled the client before its time: {stalled}.")
    return goals


def _own_ms(goal: str, off: Off) -> float:
    """What was not the computer's. Where pigpiod has died, by all means: the one-shot is this process's own model."""
    return off.gated_ms if goal == "daemon" else off.enable_ms - off.stall_ms


def verdicts(name: str, goal: str, seen: list[Off]) -> list[Verdict]:
    """What became of the goals of one way to die."""
    own_ms = max(_own_ms(goal, off) for off in seen)
    again = sum(off.again for off in seen)
    less = "" if goal == "daemon" else ", less the stall measured beside it,"
    found = [
        at_most(f"{name}: off after{less}", own_ms, GOAL_MS[goal], "ms"),
        Verdict(f"{name}: never on again, nor before it is armed", f"{again} of {len(seen)}", not again),
    ]
    if goal == "daemon" and seen[0].noticed_ms == seen[0].noticed_ms:
        noticed_ms = max(off.noticed_ms for off in seen)
        found.append(at_most(f"{name}: the client's fault after", noticed_ms, NOTICED_MS, "ms"))
    return found


def _deaths(case: Case) -> tuple[list[Off], int]:
    """What was seen of each, and how many had to be repeated."""
    seen: list[Off] = []
    stalled = 0
    board: Board | None = None
    try:
        while len(seen) < case.times:
            board = board or installed(Board())
            try:
                seen.append(case.once(board, len(seen)))
            except MachineStalledError:
                stalled += 1
            if not case.again:
                board.close()
                board = None
    finally:
        if board is not None:
            board.close()
    return seen, stalled


def _span(values: list[float]) -> str:
    values = sorted(values)
    if values[0] != values[0]:
        return "-"
    if values[0] == float("inf"):
        return "stays on"
    return f"{values[0]:.1f} to {values[-1]:.1f}"


if __name__ == "__main__":
    main()
