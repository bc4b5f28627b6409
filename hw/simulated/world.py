"""The simulated world: one person on one platform on four cells, from one seed.

The world has no clock. It goes on, in steps of 4 ms, as far as somebody asks for a voltage; between two steps the
person's force is interpolated and the platform's ripple is computed for the very moment. So what happens never depends
on who asks, or how often; only the amplifiers' noise is drawn again for each voltage.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from hw.screen import Shown
from hw.settings import SimulationSettings
from hw.simulated.cells import CellBank, split
from hw.simulated.hung_weight import Hanging, HungWeight
from hw.simulated.led import LedPerson, Unlit
from hw.simulated.platform import ModelledPlatform, ripple
from hw.simulated.somebody import somebody
from hw.simulated.sway import STEP_S
from hw.units import STANDARD_GRAVITY_M_S2
from hw.values import PlateGeometry

WORLD_STEP_NS = 4_000_000
KEPT_STEPS = 8
"""How many steps back a voltage may be asked for: 28 ms at least."""
LONGEST_SILENCE_NS = 2_000_000_000
"""A longer silence is skipped: the world stands still for it."""
SETTLE_STEPS = 25
MOST_GRAMS = 500_000.0
FARTHEST_MM = 1000.0
"""What may be put on the plate, and where."""
GEOMETRY = PlateGeometry(spacing_ml_mm=300.0, spacing_ap_mm=400.0)
SPACING_ML_MM, SPACING_AP_MM = GEOMETRY


_Segment = tuple[int, float, float, float, float, float, float, float, float, float, float]
"""One step: when it starts (ns); force (N), CoP ML and AP (mm) and the drive's phase, each at its start and by how much
it changes until its end; the ripple's force (N) and the plate's acceleration (m/s2)."""


def _stream(seed: int, name: str) -> random.Random:
    """Random numbers of one part of the world: what one part draws never shifts what another gets."""
    return random.Random(f"{seed}/{name}")  # noqa: S311  # a model's noise, not secrets


class World:
    """What the simulated rig's devices are wired to. Times are in ns on the rig's clock. `stroke_mm` is as for
    `ModelledPlatform`.
    """

    def __init__(
        self, seed: int, settings: SimulationSettings, stroke_mm: Callable[[float], float] | None = None
    ) -> None:
        self.geometry = GEOMETRY
        self.platform = ModelledPlatform(_stream(seed, "platform"), stroke_mm)
        self.person = somebody(settings, _stream(seed, "person"))
        self._bank = CellBank(GEOMETRY, _stream(seed, "cells"), settings.amplifier_noise_uv * 1.0e-6)
        self._volts = self._bank.volts
        self.calibration = self._bank.calibration
        self._segments: list[_Segment] = []
        self._end_ns = 0
        self._dead = (0.0, 0.0, 0.0)
        self._hung: HungWeight | None = None
        self._led: LedPerson | None = None
        self._dice = _stream(seed, "led")
        self.steps = 0
        """How many steps of 4 ms have passed."""

    def converter_v(self, cell: int, t_ns: int) -> float:
        """The voltage at this cell's converter at this time, noise included.

        Times may go back by 10 ms between calls. Older ones are answered as of the oldest step that is kept.
        """
        if t_ns >= self._end_ns:
            self._go_on(t_ns)
        # `_at` and `split`, without the calls: this is asked for some 1,200 times a second.
        segments = self._segments
        back = (self._end_ns - t_ns - 1) // WORLD_STEP_NS
        start_ns, force_n, force_change, ml_mm, ml_change, ap_mm, ap_change, phase, phase_change, ripple_n, _ = (
            segments[-1 - back] if back < len(segments) else segments[0]
        )
        part = (t_ns - start_ns) / WORLD_STEP_NS if t_ns > start_ns else 0.0
        ml_mm += part * ml_change
        ap_mm += part * ap_change
        force_n += part * force_change
        right = 0.5 + ml_mm / SPACING_ML_MM
        front_n = force_n * (0.5 + ap_mm / SPACING_AP_MM)
        back_n = force_n - front_n
        front_right_n, back_right_n = front_n * right, back_n * right
        forces_n = (front_n - front_right_n, front_right_n, back_right_n, back_n - back_right_n)
        if ripple_n:
            platform = self.platform
            moving_n = ripple_n * ripple(phase + part * phase_change)
            ml_mm += platform.offset_ml_mm
            ap_mm += platform.offset_ap_mm
            right = 0.5 + ml_mm / SPACING_ML_MM
            front_n = moving_n * (0.5 + ap_mm / SPACING_AP_MM)
            back_n = moving_n - front_n
            moving_front_n, moving_back_n = front_n * right, back_n * right
            forces_n = (
                forces_n[0] + (front_n - moving_front_n),
                forces_n[1] + moving_front_n,
                forces_n[2] + moving_back_n,
                forces_n[3] + (back_n - moving_back_n),
            )
        return self._volts(cell, forces_n)

    def plate_m_s2(self, t_ns: int) -> float:
        """Vertical acceleration of the plate at this time, upward, without gravity. Times as for `converter_v`."""
        start_ns, _, _, _, _, _, _, phase, phase_change, _, acceleration_m_s2 = self._at(t_ns)
        part = max(0.0, (t_ns - start_ns) / WORLD_STEP_NS)
        return acceleration_m_s2 * ripple(phase + part * phase_change)

    def follow(self, instruction: str) -> None:
        """Tell the person something ("get_on", "stand_on_left", ...); they do it after a while."""
        self.person.follow(instruction)

    def look(self, shown: Shown) -> None:
        """The patient's screen shows this from now on; the person reads it."""
        led = self._led
        self.person.look(Unlit(shown) if led is not None and led.active else shown)

    def shape(self, number: int, points: Sequence[tuple[float, float]]) -> None:
        """The screen has drawn a line (mm)."""
        self.person.shape(number, points)

    def open_cell(self, cell: int, on: bool = True) -> None:
        """Break a wire of this cell's bridge, or repair it."""
        self._bank.open(cell, on)

    def step_off(self) -> None:
        """The person leaves the plate at once."""
        self.person.step_off()

    def fall(self) -> None:
        """The person falls."""
        self.person.fall()

    def foot_down(self, on: bool = True) -> None:
        """The person on one leg puts the other foot down beside the plate, or lifts it again."""
        self.person.foot_down(on)

    def dead_weight(self, grams: float, ml_mm: float = 0.0, ap_mm: float = 0.0) -> None:
        """Put a weight on the plate at this place, instead of the one before it; 0 takes it away.

        Raises ValueError for what is no weight or no place.
        """
        if not (0.0 <= grams <= MOST_GRAMS and max(abs(ml_mm), abs(ap_mm)) <= FARTHEST_MM):
            raise ValueError(f"{grams} g at {ml_mm}, {ap_mm} mm: up to {MOST_GRAMS:g} g within {FARTHEST_MM:g} mm")
        self._hung = None
        self._dead = (grams * 1.0e-3 * STANDARD_GRAVITY_M_S2, ml_mm, ap_mm)

    def swing(
        self, weight_g: float, trestle_g: float, rope_mm: float, hook_mm: float, out_mm: float, forward: bool = False
    ) -> None:
        """Hang a weight in a trestle on the plate and let it go (`Hanging`), instead of what stood there; `dead_weight`
        ends it. Raises ValueError for what cannot hang.
        """
        self._hung = HungWeight(Hanging(weight_g, trestle_g, rope_mm, hook_mm, out_mm, forward))
        self._dead = self._hung.pressing()

    def stand_for_me(self, ml_mm: float, ap_mm: float, up: bool = False) -> None:
        """Lean the person to this place from where they stand, and up on the toes or not, for `hw.simulated.led.LED_S`.

        Raises ValueError for what is no place.
        """
        led = self._led or LedPerson(self._dice)
        led.lean(ml_mm, ap_mm, up)
        self._led = led

    def finished(self) -> bool:
        """Never: a modelled person goes on for ever."""
        return False

    def own_verbs(self) -> dict[str, Callable[..., None]]:
        """What can be done to this world and to no other."""
        return {"dead_weight": self.dead_weight, "swing": self.swing, "stand_for_me": self.stand_for_me}

    def _at(self, t_ns: int) -> _Segment:
        """The step that this time lies in; the oldest that is kept where it is over."""
        if t_ns >= self._end_ns:
            self._go_on(t_ns)
        segments = self._segments
        back = (self._end_ns - t_ns - 1) // WORLD_STEP_NS
        return segments[-1 - back] if back < len(segments) else segments[0]

    def _go_on(self, t_ns: int) -> None:
        """Step until this time is covered."""
        if not self._segments or t_ns - self._end_ns > LONGEST_SILENCE_NS:
            self._end_ns = t_ns // WORLD_STEP_NS * WORLD_STEP_NS
            self._segments.clear()
        while t_ns >= self._end_ns:
            self._step()

    def _step(self) -> None:
        """Let 4 ms pass for the person and the platform."""
        person, platform, segments, start_ns = self.person, self.platform, self._segments, self._end_ns
        force_n, ml_mm, ap_mm = self._pressing()
        phase = platform.phase
        platform.step(STEP_S, person.share * person.mass_kg + self._dead[0] / STANDARD_GRAVITY_M_S2)
        acceleration_m_s2 = platform.acceleration_m_s2() if platform.frequency_hz else 0.0
        person.step(acceleration_m_s2 / STANDARD_GRAVITY_M_S2)
        if self._led is not None:
            self._led.step()
            if self._led.rests:
                self._led = None
        if self._hung is not None:
            self._hung.step(STEP_S)
            self._dead = self._hung.pressing()
        end_n, end_ml_mm, end_ap_mm = self._pressing()
        segments.append(
            (
                start_ns,
                force_n,
                end_n - force_n,
                ml_mm,
                end_ml_mm - ml_mm,
                ap_mm,
                end_ap_mm - ap_mm,
                phase,
                platform.phase - phase,
                platform.effective_kg * acceleration_m_s2,
                acceleration_m_s2,
            )
        )
        if len(segments) > KEPT_STEPS:
            del segments[0]
        self._end_ns = start_ns + WORLD_STEP_NS
        self.steps += 1
        if self.steps % SETTLE_STEPS == 0:
            self._bank.settle(split(*self._pressing(), GEOMETRY), self._end_ns)

    def _pressing(self) -> tuple[float, float, float]:
        """What presses on the plate now, person and weight together: newtons, and where (ML, AP, mm)."""
        person = self.person
        dead_n, dead_ml_mm, dead_ap_mm = self._dead
        own_n, ml_mm, ap_mm = person.force_n, person.cop_ml_mm, person.cop_ap_mm
        if self._led is not None:
            own_n, ml_mm, ap_mm = own_n * self._led.factor, ml_mm + self._led.ml_mm, ap_mm + self._led.ap_mm
        if not dead_n:
            return own_n, ml_mm, ap_mm
        force_n = own_n + dead_n
        share = dead_n / force_n
        return force_n, ml_mm + share * (dead_ml_mm - ml_mm), ap_mm + share * (dead_ap_mm - ap_mm)
