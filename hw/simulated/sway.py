"""How a standing body sways in one direction: an inverted pendulum under a delayed, noisy neuromuscular controller.

The model is that of Maurer & Peterka 2005 (J Neurophysiol 93:189-200): the body as one inverted pendulum; feedback of
position, velocity and integral after one delay; low-passed noise torque. Added are a small stiffness and damping of the
ankle, which need no nerve (Loram & Lakie 2002, J Physiol 545:1041-1053), the muscle as a low-pass, and a point of
reference that wanders slowly (the "rambling" of Zatsiorsky & Duarte 1999, Motor Control 3:28-38). Torques are divided
by body weight: ankle torque over weight is the centre of pressure, in mm.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, sqrt
from typing import NamedTuple

STEP_S = 0.004
DELAY_S = 0.12
"""Of senses, nerves and brain. With the two low-passes of the muscle, 20 to 30 ms each, it is the 0.171 s that Maurer &
Peterka fitted to young people."""
FITTED_HEIGHT_M = 1.72
FITTED_RATE_PER_S2 = 9.85
"""Weight times height of the CoM over the moment of inertia about the ankle, at that height: of Maurer & Peterka's man,
who has 76 kg, his CoM at 0.87 m (0.505 of that height) and 66 kg m2."""


class Gains(NamedTuple):
    """One controller, for a body of `FITTED_HEIGHT_M`.

    Gains and stiffness are multiples of the least that stands: body weight times height of the CoM.
    """

    proportional: float
    derivative_s: float
    integral_per_s: float
    stiffness: float
    damping_s: float
    slow_mm: float
    """The slow noise torque (rms), which makes the wander of the sway, as CoP, ..."""
    slow_s: float
    """... and its time constant."""
    fast_mm: float
    """The unsteadiness of the muscle (rms) as CoP, ..."""
    fast_s: float
    """... and its time constant."""
    muscle_s: float
    wander_mm: float
    """How far the point strays that the body is held over (rms), ..."""
    wander_s: float
    """... and its time constant."""


class _Step(NamedTuple):
    """`Gains` as the numbers of one step, so that two of them can be mixed."""

    proportional: float
    derivative_s: float
    integral_per_s: float
    stiffness: float
    damping_s: float
    slow_keep: float
    slow_mm: float
    fast_keep: float
    fast_mm: float
    muscle: float
    wander_keep: float
    wander_mm: float
    reach_mm: float


def _per_step(gains: Gains, reach_mm: float, size: float, noise: float) -> _Step:
    """One controller for a body `size` times as tall, in steps of `STEP_S`.

    Bodies of all sizes are taken to be similar: lengths grow with size, times with its root. First-order noise of a
    given rms keeps a share k of its old value and adds sqrt(1 - k^2) of that rms.
    """
    slower = sqrt(size)
    slow_keep = exp(-STEP_S / (slower * gains.slow_s))
    fast_keep = exp(-STEP_S / (slower * gains.fast_s))
    wander_keep = exp(-STEP_S / (slower * gains.wander_s))
    return _Step(
        proportional=gains.proportional,
        derivative_s=slower * gains.derivative_s,
        integral_per_s=gains.integral_per_s / slower,
        stiffness=gains.stiffness,
        damping_s=slower * gains.damping_s,
        slow_keep=slow_keep,
        slow_mm=noise * size * gains.slow_mm * sqrt(1.0 - slow_keep * slow_keep),
        fast_keep=fast_keep,
        fast_mm=noise * size * gains.fast_mm * sqrt(1.0 - fast_keep * fast_keep),
        muscle=1.0 - exp(-STEP_S / (slower * gains.muscle_s)),
        wander_keep=wander_keep,
        wander_mm=noise * size * gains.wander_mm * sqrt(1.0 - wander_keep * wander_keep),
        reach_mm=size * reach_mm,
    )


class Pendulum:
    """One direction of one person. Lengths are mm from where the person means to stand.

    `on_two` and `on_one` are the controllers for two feet and for one, each with how far the CoP can go before the
    foot ends; `blend` goes from the one to the other. `noise` scales this person's unsteadiness; `draw` gives standard
    normal numbers.
    """

    __slots__ = (
        "_command",
        "_delay",
        "_draw",
        "_fast_mm",
        "_integral",
        "_muscle_1",
        "_muscle_2",
        "_next",
        "_noise",
        "_now",
        "_on_one",
        "_on_two",
        "_rate",
        "_size",
        "_slow_mm",
        "_wander_mm",
        "com_mm",
        "velocity_mm_s",
    )

    def __init__(
        self,
        on_two: tuple[Gains, float],
        on_one: tuple[Gains, float],
        height_m: float,
        noise: float,
        draw: Callable[[], float],
    ) -> None:
        self._size = size = height_m / FITTED_HEIGHT_M
        self._noise = noise
        self._on_two = _per_step(*on_two, size, noise)
        self._on_one = _per_step(*on_one, size, noise)
        self._now = self._on_two
        self._rate = FITTED_RATE_PER_S2 / size * STEP_S
        self._delay = round(DELAY_S * sqrt(size) / STEP_S)
        self._draw = draw
        self.reset()

    def reset(self) -> None:
        """As somebody stands who has just arrived: upright, at rest, nothing learnt yet."""
        self.com_mm = self.velocity_mm_s = 0.0
        self._integral = self._muscle_1 = self._muscle_2 = self._slow_mm = self._fast_mm = self._wander_mm = 0.0
        self._command = [0.0] * self._delay
        self._next = 0

    def become(self, on_two: tuple[Gains, float], on_one: tuple[Gains, float], now_on_one: float) -> None:
        """Stand by other controllers from now on, as with the eyes closed; `now_on_one` as for `blend`."""
        self._on_two = _per_step(*on_two, self._size, self._noise)
        self._on_one = _per_step(*on_one, self._size, self._noise)
        self.blend(now_on_one)

    def blend(self, on_one: float) -> None:
        """Stand as on two feet (0.0), as on one (1.0), or between."""
        self._now = _Step(*(two + on_one * (one - two) for two, one in zip(self._on_two, self._on_one, strict=True)))

    def step(self, unsteadiness: float) -> float:
        """Go on by `STEP_S`; the CoP in mm. `unsteadiness` multiplies the noise (1.0 when fresh and still)."""
        (
            proportional,
            derivative_s,
            integral_per_s,
            stiffness,
            damping_s,
            slow_keep,
            slow_mm,
            fast_keep,
            fast_mm,
            muscle,
            wander_keep,
            wander_mm,
            reach_mm,
        ) = self._now
        draw = self._draw
        com_mm = self.com_mm
        velocity = self.velocity_mm_s
        command = self._command
        slot = self._next
        commanded_mm = command[slot]
        self._wander_mm = wander = wander_keep * self._wander_mm + unsteadiness * wander_mm * draw()
        error_mm = com_mm - wander
        self._integral = integral = self._integral + error_mm * STEP_S
        command[slot] = proportional * error_mm + derivative_s * velocity + integral_per_s * integral
        self._next = slot + 1 if slot + 1 < self._delay else 0
        self._slow_mm = slow = slow_keep * self._slow_mm + unsteadiness * slow_mm * draw()
        self._fast_mm = fast = fast_keep * self._fast_mm + unsteadiness * fast_mm * draw()
        self._muscle_1 = torque = self._muscle_1 + muscle * (commanded_mm + slow - self._muscle_1)
        self._muscle_2 = torque = self._muscle_2 + muscle * (torque + fast - self._muscle_2)
        cop_mm = torque + stiffness * com_mm + damping_s * velocity
        if cop_mm > reach_mm:
            cop_mm = reach_mm
        elif cop_mm < -reach_mm:
            cop_mm = -reach_mm
        velocity += self._rate * (com_mm - cop_mm)
        self.velocity_mm_s = velocity
        self.com_mm = com_mm + velocity * STEP_S
        return cop_mm
