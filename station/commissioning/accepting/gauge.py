"""What an acceptance measures with: the rig's own cells, tach and contacts, and a person's hands or simulated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from drills.problems import Problem
from hw.ports import Rig
from hw.values import CellCalibration
from station.clock import NS_PER_S, StationClock
from station.commissioning.bench import Bench
from station.commissioning.calibrating.reading import CellReading, pressing, read_cells, refuse_unsteady
from station.faults import InputError, because
from station.sensing.calibration import Calibrator

WEIGHT_READ_S = 4.0
MOVING_S = 20.0
"""What a person takes to move a weight; a simulated plate drifts and creeps meanwhile."""
LEAST_N = 20.0
"""Less than this is no weight on the plate."""


class PartFound(NamedTuple):
    """What one part found."""

    figures: Mapping[str, float]
    kept: Mapping[str, float] = MappingProxyType({})
    """What later parts need of it."""
    fault: str = ""
    """A code of the catalogue, where the rig itself named one."""


@dataclass(slots=True)
class Gauge:
    """The rig under its calibration, and who lends a hand. Frequencies in Hz, `displacement_pp_mm` of one of them."""

    rig: Rig
    clock: StationClock
    calibration: CellCalibration
    """The one in use."""
    range_v: float
    """Of the converters."""
    displacement_pp_mm: Callable[[float], float]
    say: Callable[[Problem], None]
    """Called with what a person has to do now."""
    addresses: tuple[int, ...] = ()
    """Of the converters, one a cell, where each cell has one."""
    patience_s: float = 60.0
    """How long a person is waited for."""
    simulated: bool = field(init=False)
    """Hands and fingers are the rig's own."""

    def __post_init__(self) -> None:
        self.simulated = "dead_weight" in self.rig.faults

    def wait(self, seconds: float) -> None:
        """Let this time pass."""
        self.clock.sleep_until_ns(self.clock.now_ns() + round(seconds * NS_PER_S))

    def put(self, weight_kg: float, ml_mm: float = 0.0, ap_mm: float = 0.0) -> None:
        """A simulated hand puts this weight there, instead of the one before; a person has been asked already."""
        if self.simulated:
            self.rig.faults["dead_weight"](1000.0 * weight_kg, ml_mm, ap_mm)
            self.wait(MOVING_S)

    def finger(self, verb: str, *arguments: object, ask: Problem) -> None:
        """A simulated finger does this, or a person is asked for it."""
        if verb in self.rig.faults:
            self.rig.faults[verb](*arguments)
        else:
            self.say(ask)

    def read(self, seconds: float = WEIGHT_READ_S) -> CellReading:
        """The still plate over so many seconds. Raises InputError where a cell is at fault or something moves."""
        reading = read_cells(self.rig, self.clock, seconds)
        refuse_unsteady(reading, self.calibration)
        return reading

    def place(self) -> tuple[float, float, float]:
        """Force (N) and place (ML, AP, mm) of what stands still on the plate. Raises InputError where nothing does."""
        cells_n = Calibrator(self.calibration).newtons(self.read().volts)
        if sum(cells_n) < LEAST_N:
            raise refused(because("accept-no-weight", force_n=sum(cells_n), least_n=LEAST_N))
        return pressing(cells_n, self.rig.plate)

    def bench(self) -> Bench:
        """The rig's ports under one tick, with the calibration in use."""
        return Bench(self.rig, self.clock, self.displacement_pp_mm, self.calibration)


def refused(seen: Problem) -> InputError:
    """That this reading, or this answer, is not taken."""
    return InputError("acceptance-refused", "", seen)
