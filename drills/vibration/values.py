"""What a vibration form is: keys of the document, made ready to run, and a function of time of the step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from drills.dose import too_hard_at
from drills.envelope import (
    CLINICIAN_DISPLACEMENT_PP_MM,
    CLINICIAN_MAX_HZ,
    CLINICIAN_MIN_HZ,
    HARD_ACCELERATION_G,
)
from drills.platform import Platform
from drills.problems import Problem
from drills.strict import Strict
from drills.values import NO_DEMAND, Demand

LEHMER, MODULUS = 48_271, 0x7FFF_FFFF
"""Lehmer's generator: the same numbers in every Python."""
LEAST_RAMP_S = 0.5
"""A plate that people stand on begins and ends no faster."""
SLEW_HZ_PER_S = 10.0
"""How fast the frequency may change while somebody stands on the plate."""

Hertz = Annotated[float, Field(ge=CLINICIAN_MIN_HZ, le=CLINICIAN_MAX_HZ)]
Millimetres = Annotated[float, Field(ge=0, le=CLINICIAN_DISPLACEMENT_PP_MM)]


class Frequency(Strict):
    """Vibration frequency."""

    default: Hertz
    min: Hertz
    max: Hertz


class Displacement(Strict):
    """Peak-to-peak displacement of the plate; 0 runs the drill without vibration."""

    default: Millimetres
    min: Millimetres
    max: Millimetres


class FormKeys(Strict):
    """The keys of a form. `form` names it."""

    form: str


class ShakenKeys(FormKeys):
    """The keys of every form that moves the plate."""

    frequency_hz: Frequency
    displacement_pp_mm: Displacement
    peak_acceleration_max_g: Annotated[float, Field(gt=0, le=HARD_ACCELERATION_G)]


class Timing(NamedTuple):
    """How long the vibration of a step takes to grow, goes on, and fades."""

    up_ns: int
    hold_ns: int
    down_ns: int


class Vibration(NamedTuple):
    """A form made ready to run: what its `demand` needs to know beside the time."""

    full: Demand
    """The strongest that it asks for; `NO_DEMAND` without vibration."""
    start_hz: float
    """Where it begins."""
    end_hz: float
    """Where it ends."""
    timing: Timing
    platform: Platform | None
    """What fixes the displacement at each frequency; None where it is free."""
    own: Any = None
    """What only its own form knows of."""


class Shake(NamedTuple):
    """What a prescription asks of a form, on this platform: 0 Hz or 0 mm for no vibration."""

    frequency_hz: float
    displacement_pp_mm: float
    hold_s: float
    platform: Platform | None

    @property
    def demand(self) -> Demand:
        """As the plate can do it."""
        if not (self.frequency_hz > 0.0 and self.displacement_pp_mm > 0.0):
            return NO_DEMAND
        mm = self.displacement_pp_mm if self.platform is None else self.platform.at(self.frequency_hz)
        return Demand(self.frequency_hz, mm)


def dice(seed: int) -> Iterator[float]:
    """Numbers above 0 and below 1 without end, the same for the same seed, which may be any whole number."""
    number = seed % (MODULUS - 1) + 1
    for _ in range(8):  # seeds that are near each other begin alike
        number = number * LEHMER % MODULUS
    while True:
        number = number * LEHMER % MODULUS
        yield number / MODULUS


def no_problems(_keys: Any) -> Iterator[Problem]:  # noqa: ANN401  # a form's own keys
    """Of a form whose keys cannot contradict each other."""
    return iter(())


def as_prepared(vibration: Vibration, _seed: int) -> Vibration:
    """Of a form in which nothing is drawn by lot."""
    return vibration


def no_pulses(_vibration: Vibration) -> tuple[tuple[int, int], ...]:
    """Of a form that is not pulsed, or whose pulses nobody asks for."""
    return ()


def strongest(vibration: Vibration) -> tuple[Demand, ...]:
    """Of a form that goes to nothing beyond `full`."""
    return (vibration.full,)


class Form(NamedTuple):
    """One vibration form. Its demand is a function of the time since its step began, and of nothing else."""

    keys: type[FormKeys]
    ramps_s: Callable[[Any], tuple[float, float]]
    """How long it grows and fades by its keys, on a platform that does any displacement."""
    prepare: Callable[[Any, Shake], Vibration]
    demand: Callable[[Vibration, int], Demand]
    """At this time in ns since the step began. Never raises; off before and after, never above `full`."""
    leave: Callable[[Vibration, int], int]
    """To which time of the fading a step goes that is to end at this time: its demand there is no higher."""
    on_fixed: bool = True
    """Whether a platform does it whose mechanics fix its displacement: only what goes by frequency alone."""
    problems: Callable[[Any], Iterator[Problem]] = no_problems
    """What no single one of its keys shows, beyond `shaken_problems`; the fields are its own keys."""
    drawn: Callable[[Vibration, int], Vibration] = as_prepared
    """The same for one trial, by its seed: what is drawn by lot is another in each, and the same for the same seed."""
    reaches: Callable[[Vibration], tuple[Demand, ...]] = strongest
    """The demands between which all of its others lie: what a limit of the house has to allow."""
    pulses: Callable[[Vibration], tuple[tuple[int, int], ...]] = no_pulses
    """When each pulse begins and ends, in ns since the step began: for an exercise that shows them."""
    pulsed: bool = False
    """It is off in between, again and again: a pulse may be withheld, or be made smaller, before it begins."""


def shaken_problems(keys: ShakenKeys, path: str) -> Iterator[Problem]:
    """What no single key of a form that moves the plate shows."""
    frequency, displacement = keys.frequency_hz, keys.displacement_pp_mm
    yield from in_order(f"{path}.frequency_hz", "", frequency.min, frequency.default, frequency.max)
    least, default, most = displacement.min, displacement.default, displacement.max
    yield from in_order(f"{path}.displacement_pp_mm", "", least, default, most)
    bound = {"most_key": f"{path}.peak_acceleration_max_g"}
    asked = (frequency.default, default)
    yield from too_hard_at(f"{path}.displacement_pp_mm.default", asked, keys.peak_acceleration_max_g, bound)


def in_order(table: str, unit: str, least: float, default: float, most: float) -> Iterator[Problem]:
    """The problem of a default that is not within its own table's bounds, if it is not."""
    if not least <= default <= most:
        keys = {"least_key": f"{table}.min{unit}", "most_key": f"{table}.max{unit}"}
        yield Problem(f"{table}.default{unit}", default, least, most, values=keys)
