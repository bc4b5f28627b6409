"""The four ports to the physical world, the clock they share, and the rig that holds them.

A driver promises: no call blocks longer than its bus needs, no call retries for ever, and every failure is either
a status in the returned value (while running) or a `HardwareError` (while opening).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from hw.screen import Shown
from hw.values import CellCalibration, DriveFeedback, Frame, Mechanics, PanelState, PlateGeometry


class Clock(Protocol):
    """The part of the station's clock that hardware needs."""

    def now_ns(self) -> int:
        """Monotonic time in nanoseconds."""

    def spend_ns(self, duration_ns: int) -> None:
        """Say that modelled hardware took this long. A real clock ignores it: there, time passes by itself."""


class LoadCells(Protocol):
    """Four load cells behind their converters."""

    def read(self) -> Frame:
        """The newest voltage of each cell. Never raises: what failed is in the frame's status."""

    def close(self) -> None:
        """Let go of the bus. May be called twice."""


class VibrationDrive(Protocol):
    """The platform's motor. Its output dies by itself when `apply` stops being called."""

    min_hz: float
    max_hz: float

    def arm(self) -> None:
        """Allow motion until `stop`, and pull relay K2 where it has one.

        Raises HardwareError where the drive cannot be trusted.
        """

    def recover(self) -> None:
        """A person has seen the fault: try to be well again. Moves nothing; only `arm` allows that.

        Raises HardwareError with the code of what is still wrong.
        """

    def apply(self, frequency_hz: float, displacement_pp_mm: float) -> None:
        """Drive at this frequency and peak-to-peak displacement; 0.0 Hz is off. To be called at every tick."""

    def stop(self) -> None:
        """Vibration off and disarmed, at once. May be called at any time, any number of times."""

    def feedback(self) -> DriveFeedback:
        """What the motor does now. Never raises."""

    def close(self) -> None:
        """Stop, and let go of the pins. May be called twice."""


class Accelerometer(Protocol):
    """On the plate: what was delivered, not what was asked for."""

    def read(self) -> tuple[float, ...]:
        """The vertical accelerations since the last call, in m/s2, oldest first; empty when there are none. A NaN says
        that samples are missing there.
        """

    def close(self) -> None:
        """Let go of the bus. May be called twice."""


class Panel(Protocol):
    """Emergency stop, switches and lamps."""

    def read(self) -> PanelState:
        """The inputs as they are now. Never raises: an input that cannot be read is reported as a stop."""

    def show(self, *, lamp: bool, beacon: bool, buzzer: bool) -> None:
        """Set the outputs; cheap when nothing changes."""

    def power(self, on: bool) -> None:
        """Pull or drop relay K1 of the motor's supply (K2 belongs to the drive); cheap when nothing changes."""

    def trigger(self, on: bool) -> None:
        """Set the trigger output, where one is fitted; cheap when nothing changes."""

    def heartbeat(self) -> None:
        """Toggle the line that keeps the hardware one-shot, and with it the motor's enable, alive."""

    def close(self) -> None:
        """Let go of the pins. May be called twice."""


def _no_one(instruction: str) -> None:
    """Real patients read the screen."""
    del instruction


def _seen(shown: Shown) -> None:
    """Real patients see the screen."""
    del shown


def _drawn(number: int, points: Sequence[tuple[float, float]]) -> None:
    """As `_seen`."""
    del number, points


@dataclass(frozen=True, slots=True)
class Rig:
    """An opened set of devices with what is known of the plate they stand under."""

    name: str
    load_cells: LoadCells
    drive: VibrationDrive
    panel: Panel
    plate: PlateGeometry
    calibration: CellCalibration
    """As delivered; the station's own calibration, where there is one, goes before it."""
    mechanics: Mechanics | None = None
    """What fixes the platform's displacement at each frequency; None where any can be asked for."""
    accelerometer: Accelerometer | None = None
    interlocked: bool = False
    """The motor's supply has relays with feedback and a one-shot: the start-up test (`hw.interlock`) must pass."""
    tell: Callable[[str], None] = _no_one
    """Called with each new instruction to the patient ("get_on", "stand_on_left", "stand_on_right", "stand_on_both",
    "rest", "get_off"; with any other one stays as one is): a simulated person follows it. "hold_switch": the patient
    is to hold the hand switch from now on."""
    look: Callable[[Shown], None] = _seen
    """Called with each new scene of the patient's screen: a simulated person does what it asks, by nothing else."""
    shape: Callable[[int, Sequence[tuple[float, float]]], None] = _drawn
    """Called with each line that the screen gets to draw: its number, and its points (ML, AP) in mm."""
    faults: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    """Verbs that break a simulated rig ("nack", "freeze", "estop", ...) or put a weight on it ("dead_weight"). Empty on
    a real one."""
    finished: Callable[[], bool] = lambda: False
    """True when a played-back recording has run out."""
    _closers: tuple[Callable[[], None], ...] = ()

    def close(self) -> None:
        """Vibration off first, then every device. May be called twice."""
        self.drive.close()
        self.panel.close()
        self.load_cells.close()
        if self.accelerometer is not None:
            self.accelerometer.close()
        for closer in self._closers:
            closer()
