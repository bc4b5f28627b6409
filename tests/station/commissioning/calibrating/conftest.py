"""A simulated plate with weights on it, and somebody who calibrates it."""

import random
from collections.abc import Callable, Iterator

import pytest

from hw.registry import open_rig
from hw.settings import FULL_SCALE_V, RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.commissioning.calibrating.plan import CREEP, CREEP_WAIT_S, MASSES_KG
from station.commissioning.calibrating.reading import read_cells
from station.commissioning.calibrating.run import begin


class Plate:
    """The rig, its clock, and the weight on it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.clock = VirtualClock()
        self.rig = open_rig("simulated", RigSettings(), self.clock, seed=seed)
        self.put = self.rig.faults["dead_weight"]

    def wait(self, seconds: float) -> None:
        self.clock.sleep_until_ns(self.clock.now_ns() + round(seconds * NS_PER_S))

    def read(self):
        return read_cells(self.rig, self.clock)

    def begin(self, masses=MASSES_KG):
        full_scale_v = FULL_SCALE_V[RigSettings().load_cells.gain]
        return begin("simulated", self.seed, self.rig.plate, self.rig.calibration, full_scale_v, masses)

    def step(self, run, grams=None, shift_mm=0.0):
        """Do the next step as it is asked for, or with another weight, or beside the place."""
        step = run.steps[run.next]
        self.put(1000.0 * step.mass_kg if grams is None else grams, step.ml_mm + shift_mm, step.ap_mm)
        self.wait(CREEP_WAIT_S if step.kind == CREEP else 20.0)
        run.take(self.read())

    def calibrate(self, place_sd_mm=0.0, masses=MASSES_KG):
        run, rng = self.begin(masses), random.Random(self.seed)
        while run.next is not None:
            self.step(run, shift_mm=rng.gauss(0.0, place_sd_mm) if place_sd_mm else 0.0)
        return run


@pytest.fixture
def make_plate() -> Iterator[Callable[..., Plate]]:
    plates: list[Plate] = []

    def make(seed: int = 3) -> Plate:
        plates.append(Plate(seed))
        return plates[-1]

    yield make
    for plate in plates:
        plate.rig.close()


@pytest.fixture
def plate(make_plate: Callable[..., Plate]) -> Plate:
    return make_plate()
