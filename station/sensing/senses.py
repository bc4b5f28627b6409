"""Everything that is read of the rig at one tick, once: volts to newtons to balance, the tach, the panel, the plate."""

from __future__ import annotations

from typing import NamedTuple

from hw.ports import Rig
from hw.values import CELL_NAMES, LAST_USABLE_STATUS, Four, Frame, PanelState
from station.safety.codes import DRIVE_FAULT
from station.sensing.balance import Balance, BalanceTracker
from station.sensing.calibration import Calibrator
from station.sensing.live_point import LIVE_POINT, RIPPLES


class Reading(NamedTuple):
    """One tick's view of the physical world."""

    t_ns: int
    """Monotonic time at which the reading began."""
    frame: Frame
    cells_n: Four
    """Calibrated force on each cell, unfiltered."""
    balance: Balance
    measured_hz: float
    """The platform's frequency by its tach; 0.0 when still."""
    drive_fault: str
    """Code of what is wrong with the drive, "" while it is well."""
    panel: PanelState
    acceleration_m_s2: tuple[float, ...] | None
    """What the accelerometer felt since the tick before, gravity included; None where there is no sensor."""
    oldest_cell_ms: float
    """Age of the oldest of the four voltages."""

    @property
    def cells_usable(self) -> bool:
        """Whether each cell's status allows its voltage to be used."""
        first, second, third, fourth = self.frame.status
        last = LAST_USABLE_STATUS
        return first <= last and second <= last and third <= last and fourth <= last

    def cells_at_fault(self) -> list[str]:
        """The names of the cells whose status forbids their voltage; where there is none, of those that are oldest."""
        _, _, conversion_ns, status = self.frame
        bad = [name for name, one in zip(CELL_NAMES, status, strict=True) if one > LAST_USABLE_STATUS]
        oldest_ns = min(conversion_ns)
        return bad or [name for name, at_ns in zip(CELL_NAMES, conversion_ns, strict=True) if at_ns == oldest_ns]


class Senses:
    """Reads the rig at `rate_hz`, its cells by this calibration; corrects the live point by this version (1 to 3)."""

    def __init__(self, rig: Rig, calibrator: Calibrator, rate_hz: float, live_point: int = LIVE_POINT) -> None:
        self._rig = rig
        self._newtons = calibrator.newtons
        self.ripple = RIPPLES[live_point]()
        self._balance = BalanceTracker(rig.plate, rate_hz)

    def read(self, now_ns: int) -> Reading:
        """Read everything. Never raises: what failed is in the frame's status, the drive's fault and the panel."""
        rig = self._rig
        frame = rig.load_cells.read()
        cells_n = self._newtons(frame.volts)
        measured_hz, healthy, fault = rig.drive.feedback()
        still_n = self.ripple.step(cells_n, frame.conversion_ns, measured_hz, now_ns)
        balance = self._balance.step(cells_n, measured_hz, still_n)
        panel = rig.panel.read()
        accelerometer = rig.accelerometer
        return Reading(
            now_ns,
            frame,
            cells_n,
            balance,
            measured_hz,
            "" if healthy else fault or DRIVE_FAULT,
            panel,
            None if accelerometer is None else accelerometer.read(),
            (now_ns - min(frame.conversion_ns)) * 1e-6,
        )
