"""A rig without safety and without a patient: its ports under one tick, for the self-test and the acceptance."""

from __future__ import annotations

import math
from collections.abc import Callable

from hw.ports import Rig
from hw.values import CellCalibration, Four, PanelState
from station.clock import NS_PER_S, StationClock
from station.control.locking import Lock
from station.control.loop import RATE_HZ, run_loop
from station.sensing.calibration import Calibrator
from station.sensing.plate_vibration import PlateVibration
from station.sensing.senses import Reading, Senses

LOAD_SHARE = 1.0 / (0.5 * RATE_HZ)
"""Of each new sum of forces in its mean: half a second, ten turns of the slowest frequency that is swept."""
STOPPED = "selftest-stopped"


def _always(now_ns: int) -> bool:
    """Nobody can end it."""
    del now_ns
    return True


class Bench:
    """The rig's ports under one tick, with what is asked of them and what was seen last.

    `displacement_pp_mm` is what the platform's mechanics do at a frequency in Hz, peak to peak; `calibration` what
    makes newtons of volts, as delivered where none is given. `goes_on` is called at each tick with the monotonic time;
    False ends every movement at once. `most_load_n`: more than this on the plate does so too.
    """

    def __init__(
        self,
        rig: Rig,
        clock: StationClock,
        displacement_pp_mm: Callable[[float], float],
        calibration: CellCalibration | None = None,
        *,
        goes_on: Callable[[int], bool] = _always,
        most_load_n: float = math.inf,
    ) -> None:
        self._goes_on, self._most_load_n = goes_on, most_load_n
        self.stopped = False
        """Somebody has ended the test."""
        self.load_n = 0.0
        """On the plate, without what its shaking adds: a mean of the last half second."""
        self.displacement_pp_mm = displacement_pp_mm
        self.rig = rig
        self.clock = clock
        self.lock = Lock(rig, start_test=rig.interlocked)
        self.panel: PanelState = rig.panel.read()
        self.power = False
        self.demand_hz = 0.0
        self.measured_hz = 0.0
        self.broken = ""
        self.forces_n: Four = (0.0,) * 4
        self.vibration = PlateVibration()
        self.felt_g = 0.0
        """Largest acceleration that the accelerometer measured while powered."""
        self.reading: Reading | None = None
        """What was read at the last tick."""
        self._senses = Senses(rig, Calibrator(calibration or rig.calibration), RATE_HZ)

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """Read, watch, drive. While powered, a fault or an open emergency stop ends it at once."""
        del lateness_ns, missed
        rig = self.rig
        self.reading = reading = self._senses.read(now_ns)
        self.forces_n, self.measured_hz, self.panel = reading.cells_n, reading.measured_hz, reading.panel
        asked_pp_mm = self.displacement_pp_mm(self.measured_hz) if self.power else 0.0
        felt_g = self.vibration.measured_g(reading.acceleration_m_s2, self.measured_hz, asked_pp_mm, now_ns)
        if felt_g is not None and self.power and felt_g > self.felt_g:
            self.felt_g = felt_g
        self.lock.look(reading)
        self.load_n += (sum(self.forces_n) - self.load_n) * LOAD_SHARE
        self.stopped = self.stopped or not self._goes_on(now_ns)
        if self.power and not self.broken:
            self.broken = "estop-open" if not reading.panel.estop_closed else self.lock.fault
            self.broken = self.broken or reading.drive_fault or self._unwanted()
        if self.power and self.broken:
            self.power, self.demand_hz = False, 0.0
            rig.drive.stop()
        rig.drive.apply(self.demand_hz, self.displacement_pp_mm(self.demand_hz) if self.demand_hz else 0.0)
        self.lock.act(self.power)

    def _unwanted(self) -> str:
        """Why nothing may move although nothing is broken: somebody has ended it, or stands on the plate."""
        return STOPPED if self.stopped else "plate-not-empty" if self.load_n > self._most_load_n else ""

    def until(self, happened: Callable[[], bool], limit_s: float) -> bool:
        """Tick until it happened; False when it did not in time, or somebody has ended it."""
        end_ns = self.clock.now_ns() + round(limit_s * NS_PER_S)
        run_loop(self, self.clock, lambda: not (self.stopped or happened()) and self.clock.now_ns() < end_ns)
        return happened()
