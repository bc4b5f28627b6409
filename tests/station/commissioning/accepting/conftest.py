"""A simulated plate that is accepted, with its hands and fingers, and one at a terminal."""

from collections.abc import Callable, Iterator
from dataclasses import replace

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


class ByHand(Accepted):
    """A rig without hands or fingers of its own: somebody does what is said, and not before it is said."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._do = dict(self.rig.faults)
        bare = replace(self.rig, faults={})
        range_v = self.gauge.range_v
        self.gauge = Gauge(bare, self.clock, self.rig.calibration, range_v, lambda hz: 0.18, self._obey)
        self.gauge.patience_s = 3.0
        self._undo: Callable[[], None] | None = None
        assert not self.gauge.simulated

    def put(self, grams: float) -> None:
        """The person has put this on the plate, before they say that it is so."""
        self._do["dead_weight"](grams)

    def _obey(self, to_do: Problem) -> None:
        self._hear(to_do)
        do, kg = self._do, to_do.values.get("kg")
        ways: dict[str, tuple[Callable[[], None], Callable[[], None] | None]] = {
            "accept-pull-a": (lambda: do["cut_estop"](0, True), lambda: do["cut_estop"](0, False)),
            "accept-pull-b": (lambda: do["cut_estop"](1, True), lambda: do["cut_estop"](1, False)),
            "press-estop": (lambda: do["estop"](True), lambda: do["estop"](False)),
            "accept-put-running": (lambda: do["dead_weight"](1000.0 * float(str(kg))), None),
            "accept-let-go": (lambda: do["swing"](10_000.0, 6000.0, 600.0, 900.0, 80.0), None),
        }
        ways["accept-pull-plug"] = ways["press-estop"]
        if to_do.reason == "accept-put-back" and self._undo is not None:
            self._undo()
        elif to_do.reason in ways:
            act, self._undo = ways[to_do.reason]
            act()


@pytest.fixture
def by_hand() -> Iterator[ByHand]:
    one = ByHand(5)
    yield one
    one.rig.close()
