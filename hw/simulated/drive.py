"""The vibration drive of the simulated rigs: the port `VibrationDrive` straight on the modelled platform."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from hw.errors import HardwareError, saw
from hw.ports import Clock
from hw.simulated.platform import ModelledPlatform
from hw.values import DriveFeedback

DEAD_MAN_NS = 60_000_000
"""The real drive's script inside pigpiod stops the motor 34 to 54 ms after the last heartbeat
(docs/sources/hardware.md#dead-man-script)."""
MIN_HZ = 5.0
MAX_HZ = 40.0
"""Hard range of sine vibration is 2 to 40 Hz (docs/sources/vibration.md#envelope-row-1); below 5 Hz this motor does not
turn evenly."""


class SimulatedDrive:
    """Asks the platform for what `apply` says, as long as it is said again within `DEAD_MAN_NS`.

    `advance` lets the world go on until a time, so that the dead man acts when it is due even though nobody looked.
    `supplied` says whether the motor has its supply and its enable; without them it brakes, whatever is asked. `relay`
    pulls K2 or drops it. `renders` says what a platform with fixed mechanics can do, and None that any can be done.
    """

    min_hz = MIN_HZ
    max_hz = MAX_HZ

    def __init__(
        self,
        platform: ModelledPlatform,
        clock: Clock,
        advance: Callable[[int], object],
        supplied: Callable[[], bool] = lambda: True,
        relay: Callable[[bool], object] = lambda on: on,
        renders: Callable[[float, float], bool] | None = None,
    ) -> None:
        self._renders = renders
        self._supplied = supplied
        self._relay = relay
        self._unasked = (0.0, 0.0)
        self._platform = platform
        self._clock = clock
        self._advance = advance
        self._armed = False
        self.driving = False
        """Whether the platform is asked for something, so that `watch` has something to do."""
        self._deadline_ns = 0
        self._faulty = ""

    def arm(self) -> None:
        """Allow motion until `stop`. Raises HardwareError with the code of its fault while it has one."""
        self.recover()
        self._armed = True
        self._relay(True)

    def recover(self) -> None:
        """Raises HardwareError with the code of its fault while it has one; there is nothing else to repair."""
        if self._faulty:
            raise HardwareError(self._faulty, "rig.drive", saw("drive-reports-fault"))

    def apply(self, frequency_hz: float, displacement_pp_mm: float) -> None:
        """Drive so for the next `DEAD_MAN_NS`. Nothing moves before `arm`, and never faster than `max_hz`.

        A frequency under `min_hz`, which the motor cannot run, and anything that is not a finite number are off: a
        drive may give less than it is asked for, never more.
        """
        now_ns = self._clock.now_ns()
        self.watch(now_ns)
        wanted = (
            self._armed
            and isfinite(frequency_hz)
            and isfinite(displacement_pp_mm)
            and frequency_hz >= MIN_HZ
            and displacement_pp_mm > 0.0
            and (self._renders is None or self._renders(frequency_hz, displacement_pp_mm))
            and self._supplied()
        )
        if not wanted:
            self._halt()
            return
        self._platform.demand(min(frequency_hz, MAX_HZ), displacement_pp_mm)
        self.driving = True
        self._deadline_ns = now_ns + DEAD_MAN_NS

    def stop(self) -> None:
        """Vibration off and disarmed."""
        self._armed = False
        self._relay(False)
        self._halt()

    def feedback(self) -> DriveFeedback:
        """The tach, and whether the motor driver is well."""
        self.watch(self._clock.now_ns())
        return DriveFeedback(self._platform.tach_hz, not self._faulty, self._faulty)

    def close(self) -> None:
        """Stop. May be called twice."""
        self.stop()

    def watch(self, now_ns: int) -> None:
        """The dead man: to be called whenever somebody is about to look at the world."""
        if not self.driving:
            return
        if now_ns > self._deadline_ns:
            self._advance(self._deadline_ns)
            self._halt()
        elif not self._supplied():
            self._halt()

    # --- verbs ---------------------------------------------------------------------------------------------------

    def stall(self, on: bool = True) -> None:
        """Block the motor, or free it. The driver does not notice; the tach does."""
        self._platform.stall(on)

    def fault(self, on: bool = True, code: str = "drive-fault") -> None:
        """Let the drive report this fault, and cut its output; or let it be well again, disarmed."""
        self._faulty = code if on else ""
        self.stop()

    def creep(self, on: bool = True) -> None:
        """Let the plate shake although nobody asks for it, as with a driver that has failed; or let it be."""
        self._unasked = (12.0, 0.3) if on else (0.0, 0.0)
        self._halt()

    def _halt(self) -> None:
        self.driving = False
        self._platform.demand(*self._unasked)
