"""What the driver keeps of one converter of the layout with four."""

from __future__ import annotations

from hw.ads1115.chip import Chip
from hw.ads1115.oscillator import Heard
from hw.ads1115.phase import ConversionGrid
from hw.ads1115.resolution import BELOW_12_BITS
from hw.values import CellStatus


class Converter:
    """One converter: its newest code and what is known of it."""

    __slots__ = (
        "asked_code",
        "changed_ns",
        "chip",
        "code",
        "configured_ns",
        "doubted",
        "grid",
        "heard",
        "no_answers",
        "pointed",
        "probes",
        "proving",
        "read_ns",
        "reads",
        "repeats",
        "resets",
        "run",
        "status",
        "t_ns",
        "trusted",
        "turn_again",
        "volts",
        "wide",
    )

    def __init__(self, chip: Chip, code: int, volts: float, t_ns: int, heard: Heard, grid: ConversionGrid) -> None:
        self.chip = chip
        self.code = code
        self.volts = volts
        self.t_ns = self.changed_ns = t_ns
        self.heard = heard
        self.grid = grid
        self.doubted = not (code | heard.bits) & BELOW_12_BITS
        """Each of its codes while it was opened was a multiple of 16, as those of a converter of 12 bits."""
        self.read_ns = 0
        """When its code was read, in this frame; 0 where that code cannot be compared with another."""
        self.pointed = True
        """The chip's register pointer stands on its conversions, unless somebody else has moved it."""
        self.trusted = True
        """Nothing has failed since its configuration was last compared."""
        self.wide = False
        """Its range is the next wider one, as written last."""
        self.proving = False
        """Its range was changed, and its code has not followed yet: no voltage of it is sure."""
        self.asked_code = 0
        """Its code before that."""
        self.turn_again = False
        """It has converted since, and did not follow: it has to be asked again."""
        self.configured_ns = 0
        """When its configuration was written; 0 once conversions of that configuration are sure to be read."""
        self.status = CellStatus.OK
        self.run = self.reads = self.repeats = self.no_answers = self.probes = self.resets = 0
