"""A simulated plate that is accepted, with its hands and fingers, and one at a terminal."""

from collections.abc import Callable, Iterator

import pytest

from drills.problems import Problem
from hw.registry import open_rig
from hw.settings import FULL_SCALE_V, RigSettings
from station.clock import VirtualClock
from station.commissioning.accepting.doing import measured
from station.commissioning.accepting.gauge import Gauge
from station.commissioning.accepting.parts import BY_NAME
from station.commissioning.accepting.sheet import AcceptanceSheet, SheetResult

GIVEN = {
    "weight-middle": {"weight_kg": 20.0},
    "weight-running": {"weight_kg": 40.0},
    "swing-sideways": {"weight_kg": 10.0, "trestle_kg": 6.0, "rope_mm": 600.0, "hook_mm": 900.0, "out_mm": 80.0},
    "swing-forward": {"weight_kg": 10.0, "trestle_kg": 6.0, "rope_mm": 500.0, "hook_mm": 900.0, "out_mm": 60.0},
}


class Accepted:
    """The gauge on its rig, and the sheet."""

    def __init__(self, seed: int) -> None:
        self.said: list[str] = []
        self.clock = VirtualClock()
        self.rig = open_rig("simulated", RigSettings(), self.clock, seed=seed)
        range_v = FULL_SCALE_V[RigSettings().load_cells.gain]
        self.gauge = Gauge(self.rig, self.clock, self.rig.calibration, range_v, lambda hz: 0.18, self._hear)
        self.gauge.patience_s = 3.0
        self.sheet = AcceptanceSheet("simulated", seed, self.rig.plate, "", "0", 0.0)

    def _hear(self, to_do: Problem) -> None:
        self.said.append(to_do.reason)

    def do(self, name: str, **given: float) -> SheetResult:
        """Do a part with its usual answers, or others."""
        answers = {**GIVEN.get(name, {}), **given}
        found = measured(BY_NAME[name], answers, self.gauge, self.sheet)
        return self.sheet.take(BY_NAME[name], answers, found, "Ana", 0.0)

    def break_it(self, verb: str, *arguments: object) -> None:
        self.rig.faults[verb](*arguments)


@pytest.fixture
def make_accepted() -> Iterator[Callable[..., Accepted]]:
    made: list[Accepted] = []

    def make(seed: int = 3) -> Accepted:
        made.append(Accepted(seed))
        return made[-1]

    yield make
    for one in made:
        one.rig.close()
