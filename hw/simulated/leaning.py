"""Leaning: how somebody brings the centre of pressure to where they want it, on feet that stay where they are.

The body goes there like a critically damped spring behind a slow muscle; the centre of pressure leads it, first to the
other side to set it going, then beyond it to brake (an inverted pendulum: CoP = CoM - CoM'' / rate). What the dot shows
to be wrong is taken back bit by bit; who sees no dot keeps the error.
"""

from __future__ import annotations

from hw.simulated.sway import FITTED_RATE_PER_S2, STEP_S

COUNTER = 0.4
"""The part of the push-off that the ankles give; hip and arms do the rest."""
MOST_COUNTER_MM = 25.0
MUSCLE_S = 0.12
SETTLED = 4.7
"""A critically damped spring is within 5 % after so many of its time constants."""
DOT_S = 0.2
"""Over which somebody sees where the dot is: slower than it quivers."""
MOST_TAKEN_BACK_MM = 60.0


class Leaning:
    """One direction of one person: mm from where they stand."""

    __slots__ = ("_dot_mm", "_goal_mm", "_pushed_mm", "_rate", "_speed", "_taken_back_mm", "body_mm")

    def __init__(self, lean_s: float) -> None:
        self._rate = SETTLED / lean_s
        self.body_mm = 0.0
        """Where the body is held over."""
        self._speed = self._pushed_mm = self._goal_mm = self._taken_back_mm = self._dot_mm = 0.0

    @property
    def lag_s(self) -> float:
        """How far behind an even motion the body stays."""
        return 2.0 / self._rate + MUSCLE_S

    def aim(self, goal_mm: float) -> None:
        """To there, from now on; what was taken back before belongs to another place."""
        if goal_mm != self._goal_mm:
            if abs(goal_mm - self._goal_mm) > 5.0:
                self._taken_back_mm = 0.0
            self._goal_mm = goal_mm

    def see(self, dot_mm: float, wanted_mm: float, per_s: float, near_mm: float) -> None:
        """The dot is here and should be there: take back a little of what is wrong, once it is all but there."""
        self._dot_mm += STEP_S / DOT_S * (dot_mm - self._dot_mm)
        error_mm = wanted_mm - self._dot_mm
        if abs(error_mm) > near_mm and abs(self._speed) < 25.0:
            back_mm = self._taken_back_mm + STEP_S * per_s * error_mm
            self._taken_back_mm = max(-MOST_TAKEN_BACK_MM, min(back_mm, MOST_TAKEN_BACK_MM))

    def step(self, least_mm: float, most_mm: float) -> float:
        """Go on by `STEP_S`, within these limits; what the lean adds to the CoP."""
        wanted_mm = self._goal_mm + self._taken_back_mm
        wanted_mm = least_mm if wanted_mm < least_mm else most_mm if wanted_mm > most_mm else wanted_mm
        self._pushed_mm = pushed_mm = self._pushed_mm + STEP_S / MUSCLE_S * (wanted_mm - self._pushed_mm)
        rate, speed = self._rate, self._speed
        gain = rate * (rate * (pushed_mm - self.body_mm) - 2.0 * speed)
        self._speed = speed = speed + STEP_S * gain
        self.body_mm = body_mm = self.body_mm + STEP_S * speed
        counter_mm = COUNTER * gain / FITTED_RATE_PER_S2
        return body_mm - max(-MOST_COUNTER_MM, min(counter_mm, MOST_COUNTER_MM))

    def still(self) -> bool:
        """Whether nothing moves any more and nothing is to."""
        return not self._goal_mm and abs(self.body_mm) < 0.05 and abs(self._speed) < 0.05 and not self._taken_back_mm

    def reset(self) -> None:
        """As somebody stands who has just stepped."""
        self.body_mm = self._speed = self._pushed_mm = self._goal_mm = self._taken_back_mm = 0.0
