"""The real pigpiod on modelled silicon, and a drive on it. The silicon and the daemon judge, never the time it took."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pigpio
import pytest

from benchmarks.silicon import ABSENT, Board, tools
from hw.errors import HardwareError
from hw.pigpio.drive import open_pigpio_drive
from station.clock import MonotonicClock

PATIENCE_S = 250.0
"""For a busy machine."""
_PAUSE = threading.Event()


@pytest.fixture(scope="session")
def built() -> None:
    """The tools, or a skip that says that they are absent."""
    if tools() is None:
        pytest.skip(ABSENT)


@pytest.fixture
def board(built: None) -> Iterator[Board]:
    """A SoC with a daemon of its own."""
    try:
        board = Board()
    except subprocess.CalledProcessError as error:
        pytest.fail(f"the modelled silicon cannot be built (it needs gcc and Debian's sources): {error.stderr}")
    yield board
    board.close()


class Bench:
    """A drive on a board, called in a tight loop: what it is waited for decides when that ends."""

    def __init__(self, board):
        self.board = board
        self.drive = self.open()
        self.demand = (0.0, 0.0)

    def open(self):
        return open_pigpio_drive(self.board.pins, self.board.settings, MonotonicClock(), chip=None)

    @property
    def link(self):
        return self.drive._link

    def until(self, condition, *, call=True, what="it"):
        """Call the drive until this is so."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            if call:
                self.drive.feedback()
                self.drive.apply(*self.demand)
            if condition():
                return
            _PAUSE.wait(0.001)
        pytest.fail(f"{what} did not happen: {self.drive.feedback()}, {self.link.status}, {self.link.failure}")

    def recover(self):
        """As a person does who presses Acknowledge until it works: a busy computer may make pigpiod late again."""

        def well():
            with suppress(HardwareError):
                if not self.drive.feedback().healthy:
                    self.drive.recover()
            return self.link.status is not None and self.drive.feedback().healthy

        self.until(well, what="recovering")

    def turns(self, loops=50):
        """Let the dead-man's script turn so often, refreshed all the time, and say whether the motor was ever on."""
        self.recover()
        begun = self.link, self.link.status.loops
        was_on = []

        def enough():
            nonlocal begun
            was_on.append(self.board.enabled)
            if self.link.failure:  # a busy computer: begin again
                self.recover()
                begun = self.link, self.link.status.loops
            return self.link is begun[0] and self.link.status.loops - begun[1] >= loops

        self.until(enough, what="turning")
        return any(was_on)

    def run(self, hz=25.0):
        """Armed and driving. A computer that stalls may trip the dead-man on the way: armed as often as needed."""
        self.board.turn(hz)
        self.demand = (hz, self.drive.displacement_pp_mm(hz))

        def on():
            if not self.drive._armed:
                with suppress(HardwareError):
                    self.drive.arm()
            return self.board.enabled and self.board.duty > 0.1

        self.until(on, what="driving")


@pytest.fixture
def stranger(board: Board) -> Iterator[pigpio.pi]:
    """Another client of the same daemon, by the package's own way."""
    client = pigpio.pi("127.0.0.1", board.port)
    thread = client._notify
    yield client
    client.stop()
    thread.join(PATIENCE_S)


@pytest.fixture
def bench(board: Board) -> Iterator[Bench]:
    bench = Bench(board)
    yield bench
    bench.drive.close()
