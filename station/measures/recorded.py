"""What `compute` is given: what was recorded, with all that is known of it, and what is wanted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from station.measures.sway.boundary import Foot


class PlateMotion(NamedTuple):
    """How the plate vibrated during a recording."""

    frequency_hz: float = 0.0
    """0 for a quiet recording."""
    phase_turns: ArrayLike | None = None
    """(N,) the drive's phase at each sample (`spectrum.vibration.phase_of`), where it is known: with it the plate's own
    movement is taken out, without it the figures that it would spoil are refused."""


QUIET = PlateMotion()


class CornerSteps(NamedTuple):
    """Which cells carried most, one after another, and how much each showed then."""

    cells: tuple[int, ...] = ()
    """As they felt the steps; one that felt two in a row is there once."""
    loads_n: tuple[tuple[float, ...], ...] = ()
    """Of each step the mean of all four cells, above the empty plate."""
    most_n: tuple[float, ...] = ()
    """The most that each cell showed all the time; empty where nothing was recorded."""
    until_s: float = 0.0
    """When the last step was over, from the first sample."""

    @property
    def corners(self) -> tuple[int, ...]:
        """The cell that felt each corner; empty where not every cell felt just one."""
        return self.cells if sorted(self.cells) == [0, 1, 2, 3] else ()


NO_STEPS = CornerSteps()


class RecordedCop(NamedTuple):
    """N samples of a centre of pressure, as they were recorded."""

    t_s: ArrayLike | None
    """(N,) seconds; None with `rate_hz`."""
    ml_mm: ArrayLike
    """(N,) positive to the patient's right; nan where a sample is missing. `ap_mm` likewise, positive forward."""
    ap_mm: ArrayLike
    force_n: ArrayLike | None = None
    """(N,) vertical force, where it is known."""
    rate_hz: float | None = None
    """The sampling rate, where it is known apart from the times: one that contradicts them is refused."""
    motion: PlateMotion = QUIET
    axes_known: bool = False
    """Whether it is this station's own, so that nobody can have exchanged ML and AP, or mistaken the unit."""
    weight_kg: float | None = None
    """Of the patient, where it is known: a force that is not this weight is suspect."""
    moves: bool = False
    """Whether more was done than standing: a quick move, and a weight that changes, are then the person's."""
    stood: str = ""
    """How, where that was said: a key of `suspicions.scale.LIMITS_IN`."""
    weighs_only: bool = False
    """Whether the force is held against a weight, and is in no figure of the CoP: what filters moment and force, and
    divides then, filters the CoP."""


class RecordedCells(NamedTuple):
    """N samples of four calibrated cells, as they were recorded; fields of one name as those of `RecordedCop`."""

    t_s: ArrayLike | None
    cells_n: ArrayLike
    """(N, 4) newtons in the order front left, front right, back right, back left; nan where a value is missing."""
    geometry: tuple[float, float]
    """Distance between the cells' axes, (ML, AP) in mm."""
    rate_hz: float | None = None
    cell_t_s: ArrayLike | None = None
    """(N, 4) when each voltage was converted, where that is known: all pipelines but `raw` use it
    (`station.measures.cells`)."""
    motion: PlateMotion = QUIET
    axes_known: bool = False
    weight_kg: float | None = None
    empty_n: ArrayLike | None = None
    """(4,) what each cell showed on the empty plate, where that was seen."""
    steps: CornerSteps = NO_STEPS
    """What was seen of somebody who stepped on the corners one after another, before."""
    moves: bool = False
    stood: str = ""


class Request(NamedTuple):
    """What is wanted of a recording."""

    pipeline: str = "station-1"
    everything: bool = False
    """Adds to `station-1` its slower measures."""
    foot: Foot | None = None
    """Outline of the standing foot, which some of those need."""


DEFAULT_REQUEST = Request()
"""The station's own figures of every trial."""
