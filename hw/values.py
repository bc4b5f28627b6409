"""The values that pass through the hardware ports: plain tuples with units in their names.

They are `NamedTuple`s because several are made at every tick: a frozen dataclass costs three times as much.

Cells are always in this order, seen from above by a patient who faces forward:
front left, front right, back right, back left. ML is x, positive to the patient's right; AP is y, positive forward.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, NamedTuple, get_args

RigName = Literal["simulated", "replay", "pi", "pi5"]
RIG_NAMES: tuple[RigName, ...] = get_args(RigName)
CELL_NAMES = ("front_left", "front_right", "back_right", "back_left")

Four = tuple[float, float, float, float]
"""One number a cell, in the order of `CELL_NAMES`."""


class CellStatus(IntEnum):
    """What is known of one cell's newest voltage. Anything but OK and REPEATED means: do not use the voltage."""

    OK = 0
    REPEATED = 1
    """Nothing new since the last frame: the same code, which mostly is chance, or no conversion in between."""
    SATURATED = 2
    """The code is at the end of the converter's range."""
    OPEN = 3
    """The amplifier's output sits at a rail: a broken bridge wire or an unplugged cell."""
    NO_ANSWER = 4
    """The chip did not acknowledge, or the bus failed; the voltage is the last one that was read."""
    STALE = 5
    """The chip answers but has stopped converting, or does not follow a change of its range; the voltage is old."""
    RESET = 6
    """The chip lost its power or its configuration and was set up again; the voltage is from before."""
    BUS_STUCK = 7
    """A line of the bus is held low, so nothing on it can be read."""


LAST_USABLE_STATUS = CellStatus.REPEATED
"""With this status, and those before it, a voltage may be used."""


class Frame(NamedTuple):
    """One reading of all four load cells."""

    t_ns: int
    """When the reading began, on the rig's clock."""
    volts: Four
    """At the converters' inputs."""
    conversion_ns: tuple[int, int, int, int]
    """When each voltage was converted, as far as is known, on the rig's clock. It stands still while a chip does not
    answer, and goes back to the last voltage that differed once a chip is known to be STALE."""
    status: tuple[CellStatus, CellStatus, CellStatus, CellStatus]


class DriveFeedback(NamedTuple):
    """What the vibration drive says of itself."""

    measured_hz: float
    """From the tach; 0.0 when still."""
    healthy: bool
    fault: str = ""
    """A code of the fault catalogue when not healthy."""


class PanelState(NamedTuple):
    """The inputs of the panel."""

    estop_closed: bool
    """True while both channels of the emergency stop are whole (a broken wire reads as pressed)."""
    hand_switch: bool
    foot_switch: bool
    estop_channels: tuple[bool, bool] = (True, True)
    """Channel A and B, each True while it is closed: they must agree (`hw.contacts`)."""
    relays: tuple[bool, bool] = (False, False)
    """K1 and K2, each True while its mirror contact says that it is closed; so does a broken wire."""
    permitted: bool = False
    """What the one-shot and channel B leave of the motor's enable: True while motion is permitted by hardware."""
    trigger: bool = False
    """What leaves the gate of the trigger output: True while it is high. False where none is fitted."""
    pair_button: bool = False
    """The button of the pairing: True while it is pressed. False where none is fitted."""


class PlateGeometry(NamedTuple):
    """Where the cells stand under the plate: the corners of a rectangle round the plate's centre."""

    spacing_ml_mm: float
    spacing_ap_mm: float


class Mechanics(NamedTuple):
    """What a platform does whose mechanics fix its displacement: a crank, or an unbalanced mass."""

    min_hz: float
    """Lowest frequency that it may be left at: above its resonance."""
    max_hz: float
    slew_hz_per_s: float
    """Fastest change of frequency that its drive follows."""
    displacement_pp_mm: tuple[tuple[float, float], ...]
    """Pairs of Hz and peak-to-peak mm, rising in Hz: straight lines between them, level beyond the ends."""


class CellCalibration(NamedTuple):
    """How volts become newtons: `force = matrix @ (span_n_per_v * (volts - zero_v))`."""

    zero_v: Four
    """Each converter's voltage on an empty plate."""
    span_n_per_v: Four
    matrix: tuple[Four, Four, Four, Four]
    """Crosstalk between cells, row by row; the identity for a plate that was only spanned cell by cell."""


IDENTITY_MATRIX: tuple[Four, Four, Four, Four] = (
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.0),
    (0.0, 0.0, 0.0, 1.0),
)
