"""The world of the rig `replay`: a recording's forces on ideal cells behind noisy amplifiers, and a platform that runs.

The recording's own plate, person and cells are in its numbers already, so nothing is added to them but what our
electronics add. The platform's motor runs when it is driven, but its ripple is not added to the recorded forces.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from math import isfinite, pi
from random import Random

from hw.errors import HardwareError, saw
from hw.ports import Clock
from hw.screen import Shown
from hw.settings import ReplaySignal
from hw.simulated.cells import SUPPLY_V, VOLTS_PER_NEWTON, ZERO_V
from hw.simulated.platform import ModelledPlatform, ripple
from hw.units import NS_PER_S, STANDARD_GRAVITY_M_S2
from hw.values import IDENTITY_MATRIX, CellCalibration

LEAD_IN_S = 1.0
"""Empty plate before the recording: time to take the zero."""

_PHASE_NS = 900_000
_REPLAY_STEP_NS = 2_000_000
_MOST_STEPS = 1_000
"""Two seconds: by then a platform that nobody drives stands still."""
_OTHER_FOOT = 0.5
"""What is left on the plate when the other foot stands beside it."""

DITHER_V = 33.0e-6
"""Noise (rms) that is added to the voltages. A recording brings the noise of its own plate: with that of a whole
amplifier on top it would be counted twice; with none, codes would repeat that never repeat."""


class ReplayWorld:
    """A recording that begins `LEAD_IN_S` after the first instruction to stand on the plate; empty before and after.

    The rows are held as a staircase, which a reader at 250 Hz sees once each: the path of the centre of pressure
    stays what it was for a recording of up to 250 Hz. (With straight lines between rows four converters that are not
    in step see different moments: the path of the single-leg recordings came out 0.5 to 0.7 % long, against 0.25 to
    0.37 % with the staircase, which is `DITHER_V`.) The edges of the stairs are laid where no converter
    is in the middle of a conversion, 0.9 ms after the reading of the first cell: conversions are centred 0.5 to 2 ms
    before their cell is read.

    After "get_off" it plays on to its end, as a recording cannot obey; the next drill plays it again.
    """

    def __init__(self, signal: ReplaySignal, seed: int, clock: Clock) -> None:
        self._rewind = False
        self._rows_ns, self._forces_n = _checked(signal)
        last_ns = self._rows_ns[-1]
        self._duration_ns = last_ns + (last_ns - self._rows_ns[-2])
        self._now_ns = clock.now_ns
        random = Random(f"{seed}/replay")  # noqa: S311  # noise, not secrets
        self._noise = random.gauss
        self.geometry = signal.geometry
        self.calibration = CellCalibration((ZERO_V,) * 4, (1.0 / VOLTS_PER_NEWTON,) * 4, IDENTITY_MATRIX)
        self.platform = ModelledPlatform(random)
        self._read_ns = self._stepped_ns = clock.now_ns()
        self._begin_ns: int | None = None
        self._row = 0
        self._share = 1.0
        self._open = [False] * 4
        self._ran_out = False

    def converter_v(self, cell: int, t_ns: int) -> float:
        """Output of a cell's amplifier in volts at this time of the rig's clock, noise included."""
        if cell == 0:
            self._read_ns = self._now_ns()
            self._step_platform(t_ns)
        if self._open[cell]:
            return 0.0
        volts = ZERO_V + VOLTS_PER_NEWTON * self._force_n(cell, t_ns) + self._noise(0.0, DITHER_V)
        return min(max(volts, 0.0), SUPPLY_V)

    def plate_m_s2(self, t_ns: int) -> float:
        """Vertical acceleration of the plate at this time, upward, without gravity."""
        self._step_platform(t_ns)
        platform = self.platform
        since_s = (t_ns - self._stepped_ns) / NS_PER_S
        return platform.acceleration_m_s2() * ripple(platform.phase + 2.0 * pi * platform.frequency_hz * since_s)

    def look(self, shown: Shown) -> None:
        """A recording does what was recorded, whatever is shown."""

    def shape(self, number: int, points: Sequence[tuple[float, float]]) -> None:
        """As `look`."""

    def follow(self, instruction: str) -> None:
        """An instruction to stand on the plate starts the recording; the first one after "get_off" starts it again."""
        if instruction == "get_off":
            self._rewind = True
        elif (self._rewind or self._begin_ns is None) and (
            instruction == "get_on" or instruction.startswith("stand_on_")
        ):
            self._rewind = False
            self._begin_ns = self._read_ns + round(LEAD_IN_S * NS_PER_S) + _PHASE_NS
            self._share = 1.0
            self._ran_out = False

    def finished(self) -> bool:
        """True when the recording has run out."""
        if self._begin_ns is not None and self._now_ns() >= self._begin_ns + self._duration_ns:
            self._ran_out = True
        return self._ran_out

    # --- verbs ---------------------------------------------------------------------------------------------------

    def open_cell(self, cell: int, on: bool = True) -> None:
        """Break a cell's bridge wire, or repair it."""
        self._open[cell] = on

    def step_off(self) -> None:
        """Take all weight off the plate until the recording is played again."""
        self._share = 0.0

    def fall(self) -> None:
        """As `step_off`: a recording cannot be made to fall in any other way."""
        self._share = 0.0

    def foot_down(self, on: bool = True) -> None:
        """Put half of the weight beside the plate, or back on it."""
        self._share = _OTHER_FOOT if on else 1.0

    def own_verbs(self) -> dict[str, Callable[..., None]]:
        """None beyond those of every world."""
        return {}

    # --- inside --------------------------------------------------------------------------------------------------

    def _force_n(self, cell: int, t_ns: int) -> float:
        if self._begin_ns is None:
            return 0.0
        since_ns = t_ns - self._begin_ns
        if since_ns < 0 or since_ns >= self._duration_ns:
            return 0.0
        rows_ns, row = self._rows_ns, self._row
        last = len(rows_ns) - 1
        while row < last and rows_ns[row + 1] <= since_ns:
            row += 1
        while rows_ns[row] > since_ns:  # the four converters are not quite in step
            row -= 1
        self._row = row
        return self._share * self._forces_n[cell][row]

    def _step_platform(self, t_ns: int) -> None:
        steps = (t_ns - self._stepped_ns) // _REPLAY_STEP_NS
        if steps <= 0:
            return
        load_kg = max(0.0, sum(self._force_n(cell, t_ns) for cell in range(4))) / STANDARD_GRAVITY_M_S2
        for _ in range(min(steps, _MOST_STEPS)):
            self.platform.step(_REPLAY_STEP_NS / NS_PER_S, load_kg)
        self._stepped_ns += steps * _REPLAY_STEP_NS


def _checked(signal: ReplaySignal) -> tuple[array[int], tuple[array[float], ...]]:
    """Times from zero in ns, and a column of newtons a cell. Raises HardwareError "replay-input"."""
    rows = len(signal.t_s)
    if rows < 2 or len(signal.forces_n) != rows:
        seen = saw("replay-rows-unequal", times=rows, forces=len(signal.forces_n))
        raise HardwareError("replay-input", "replay", seen)
    forces_n = tuple(array("d", (row[cell] for row in signal.forces_n)) for cell in range(4))
    for row, t_s in enumerate(signal.t_s):
        if not (isfinite(t_s) and all(isfinite(column[row]) for column in forces_n)):
            raise HardwareError("replay-input", "replay", saw("replay-not-finite", row=row + 1))
    first_s = signal.t_s[0]
    rows_ns = array("q", (round((t_s - first_s) * NS_PER_S) for t_s in signal.t_s))
    for row in range(1, rows):
        if rows_ns[row] <= rows_ns[row - 1]:
            raise HardwareError("replay-input", "replay", saw("replay-time-stands", row=row + 1))
    return rows_ns, forces_n
