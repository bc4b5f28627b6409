"""Four modelled converters on a modelled bus under the real driver, on a clock that moves only when it is asked to."""

import threading
import time
from collections.abc import Callable

import pytest

from hw.ads1115.cells import Ads1115LoadCells
from hw.settings import LoadCellSettings
from hw.simulated.bus import SimulatedI2C
from hw.simulated.chip import Ads1115Chip
from station.clock import VirtualClock

TICK_NS = 4_000_000
PATIENCE_S = 250.0
"""How long anything may take on a busy machine before a test gives up; nothing is judged by it."""
_PAUSE = threading.Event()


class Bench:
    """A voltage for each cell's input, four chips that see it, and the driver that reads them every 4 ms."""

    def __init__(self, settings: LoadCellSettings) -> None:
        self.settings = settings
        self.clock = VirtualClock()
        self.volts = [0.5, 0.6, 0.7, 0.8]
        wired = 4 + settings.input_channel

        def source(cell):
            return lambda t_ns, mux: self.volts[cell] if mux == wired else -0.1

        self.chips = [Ads1115Chip(source(cell), self.clock, seed=cell) for cell in range(4)]
        self.bus = SimulatedI2C(dict(zip(settings.addresses, self.chips, strict=True)), self.clock)
        self.cells = None

    def open(self) -> Ads1115LoadCells:
        self.cells = Ads1115LoadCells(self.bus, self.settings, self.clock)
        return self.cells

    def tick(self, times=1):
        """The frame after this many ticks."""
        for _ in range(times):
            self.clock.sleep_until_ns((self.clock.now_ns() // TICK_NS + 1) * TICK_NS)
            frame = self.cells.read()
        return frame


@pytest.fixture(scope="session")
def make_bench() -> Callable[..., Bench]:
    return lambda **settings: Bench(LoadCellSettings(**settings))


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    bench = make_bench()
    bench.open()
    return bench


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(scope="session")
def wait_for() -> Callable[[str, Callable[[], object]], None]:
    """`wait_for(what, happened)`: return once `happened()` is true; fail by the name of `what` when it never is."""

    def wait(what: str, happened: Callable[[], object]) -> None:
        give_up_s = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < give_up_s, f"not within {PATIENCE_S:g} s: {what}"
            _PAUSE.wait(0.001)

    return wait
