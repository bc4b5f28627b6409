"""What is known of one platform's motor: which duty gives which speed, and how to learn that. No I/O."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import inf

from hw.settings import DriveSettings

Pairs = Sequence[tuple[float, float]]

_STEADY_S = 0.6
"""A speed is taken when it has stayed within `_STEADY_SHARE` for so long."""
_STEADY_SHARE = 0.01
_SETTLING_PATIENCE_S = 6.0
"""The learner goes on after this long in any case: a motor that never settles is not worth waiting for."""
_FIRST_DUTY = 0.1
_STEP = 0.1


class SpeedMap:
    """Duty for a speed and back, by straight lines between learned points, and past the ends along the last line."""

    def __init__(self, points: Pairs, spin_up_s: float) -> None:
        self._duties = [duty for duty, _ in points]
        self._speeds_hz = [hz for _, hz in points]
        self.spin_up_s = spin_up_s
        """Time constant of the run-up in s."""

    def duty(self, hz: float) -> float:
        """The duty (0 to 1) at which the empty platform settles at this speed; 0.0 for standstill."""
        if hz <= 0.0:
            return 0.0
        index = self._segment(hz)
        duty = self._duties[index] + (hz - self._speeds_hz[index]) / self._slope(index)
        return min(1.0, max(0.0, duty))

    def hz_per_duty(self, hz: float) -> float:
        """How many Hz the whole duty would add at the slope that holds at this speed."""
        return self._slope(self._segment(hz))

    def _segment(self, hz: float) -> int:
        return min(max(bisect_right(self._speeds_hz, hz) - 1, 0), len(self._speeds_hz) - 2)

    def _slope(self, index: int) -> float:
        rise_hz = self._speeds_hz[index + 1] - self._speeds_hz[index]
        return rise_hz / (self._duties[index + 1] - self._duties[index])


class MapLearner:
    """Runs the empty platform up a staircase of duties and notes where each one settles.

    Stands in the place of the control law: `step` at every tick gives the duty to apply. It ends by itself, at the
    top of the staircase, at `DriveSettings.max_hz` or at `most_hz`, and `settings` then gives what to write into the
    settings file.
    """

    def __init__(self, settings: DriveSettings, most_hz: float = inf) -> None:
        self._max_hz = min(settings.max_hz, most_hz)
        self._duty = _FIRST_DUTY
        self._began_ns = self._steady_ns = 0
        self._band_hz = 0.0
        self._run_up: list[tuple[int, float]] = []
        self._spin_up_s: list[float] = []
        self.points: list[tuple[float, float]] = []
        self.finished = False

    def step(self, now_ns: int, demand_hz: float, measured_hz: float) -> float:
        """The duty from 0 to 1 until the next tick. A demand of 0.0 Hz breaks off."""
        if demand_hz <= 0.0 or measured_hz >= self._max_hz:
            self.finished = True
        if self.finished:
            return 0.0
        if not self._began_ns:
            self._began_ns = self._steady_ns = now_ns
        self._run_up.append((now_ns, measured_hz))
        if abs(measured_hz - self._band_hz) > _STEADY_SHARE * measured_hz:
            self._band_hz, self._steady_ns = measured_hz, now_ns
        steady_s = (now_ns - self._steady_ns) * 1e-9
        if steady_s >= _STEADY_S or (now_ns - self._began_ns) * 1e-9 > _SETTLING_PATIENCE_S:
            self._take(measured_hz)
        return 0.0 if self.finished else self._duty

    def settings(self) -> dict[str, object]:
        """`speed_map` and `spin_up_s` as the settings have them. Raises ValueError when too little was learned."""
        if len(self.points) < 2:
            raise ValueError("the motor did not turn at two duties at least: check its supply, enable and tach")
        spin_up_s = sorted(self._spin_up_s)[len(self._spin_up_s) // 2]
        return {"speed_map": tuple(self.points), "spin_up_s": round(min(2.0, max(0.02, spin_up_s)), 3)}

    def _take(self, measured_hz: float) -> None:
        """One stair is done: note it, and climb."""
        slowest_hz = self.points[-1][1] if self.points else 0.0
        if measured_hz > slowest_hz:
            self.points.append((round(self._duty, 4), round(measured_hz, 3)))
            self._note_run_up(slowest_hz, measured_hz)
        self._duty = round(self._duty + _STEP, 6)
        self._began_ns = 0
        self._run_up.clear()
        self.finished = self._duty > 1.0

    def _note_run_up(self, from_hz: float, to_hz: float) -> None:
        """The time to 63 % of this stair is the time constant (1 - 1/e of a first-order run-up)."""
        for t_ns, hz in self._run_up:
            if hz >= from_hz + 0.632 * (to_hz - from_hz):
                self._spin_up_s.append((t_ns - self._run_up[0][0]) * 1e-9)
                return
