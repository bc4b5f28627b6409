"""What the therapist asks for within a drill's ranges: which leg, how hard, how long, how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drills.document import DrillDocument
from drills.dose import peak_acceleration_g
from drills.errors import PrescriptionError
from drills.platform import SHOWN_MM, Platform
from drills.problems import explain
from drills.values import Leg


class Prescription(BaseModel):
    """One patient's drill for now. Made by `prescribe` or `fill_in`; through `model_dump_json` and back it is equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    drill: str
    leg: Annotated[Leg, Field(strict=False)]
    frequency_hz: Annotated[float, Field(ge=0)]
    """0 for a drill without vibration."""
    displacement_pp_mm: Annotated[float, Field(ge=0)]
    """Peak to peak; 0 runs the drill without vibration."""
    hold_s: Annotated[float, Field(gt=0)]
    trials: Annotated[int, Field(ge=1)]
    rest_s: Annotated[float, Field(ge=0, le=3600)]
    """Between trials."""

    @property
    def vibrates(self) -> bool:
        """Whether any vibration is asked for."""
        return self.frequency_hz > 0.0 and self.displacement_pp_mm > 0.0


def default_leg(document: DrillDocument) -> Leg | None:
    """The leg that needs no asking: both where the drill allows it, none for a single-leg drill."""
    return None if document.stance == "single-leg" else Leg.BOTH


class Asked(NamedTuple):
    """What the therapist asks of a drill. None leaves a value to the document's default, and the displacement to the
    platform where that fixes it.
    """

    leg: Leg
    frequency_hz: float | None = None
    displacement_pp_mm: float | None = None
    hold_s: float | None = None
    trials: int | None = None


def prescribe(document: DrillDocument, asked: Asked, platform: Platform | None = None) -> Prescription:
    """A prescription of this drill, whole and within its ranges.

    Raises `PrescriptionError` naming every value that is out of the document's ranges.
    """
    return check(document, fill_in(document, asked, platform), platform)


def fill_in(document: DrillDocument, asked: Asked, platform: Platform | None = None) -> Prescription:
    """What is asked for, whole but not checked: `check` says whether the drill allows it.

    The rest between vibrated trials is at least as long as the hold (the 1:1 of the trials that vibration rests on).
    """
    vibration = document.vibration
    frequency, displacement = vibration.frequency_hz, vibration.displacement_pp_mm
    default_hz = frequency.default if frequency else 0.0
    default_mm = displacement.default if displacement else 0.0
    hold_s = document.hold.default_s if asked.hold_s is None else asked.hold_s
    frequency_hz = default_hz if asked.frequency_hz is None else asked.frequency_hz
    displacement_pp_mm = asked.displacement_pp_mm
    if platform is not None and default_mm > 0.0:
        default_mm = platform.at(frequency_hz)
        if displacement_pp_mm is not None and abs(displacement_pp_mm - default_mm) <= SHOWN_MM:
            displacement_pp_mm = default_mm
    displacement_pp_mm = default_mm if displacement_pp_mm is None else displacement_pp_mm
    return Prescription.model_construct(
        drill=document.name,
        leg=asked.leg,
        frequency_hz=frequency_hz,
        displacement_pp_mm=displacement_pp_mm,
        hold_s=hold_s,
        trials=document.trials.default if asked.trials is None else asked.trials,
        rest_s=max(document.phases.rest_s, hold_s) if displacement_pp_mm > 0 else document.phases.rest_s,
    )


def legs_of(document: DrillDocument) -> tuple[Leg, ...]:
    """The legs that this drill can be done on."""
    return {"single-leg": (Leg.LEFT, Leg.RIGHT), "two-legs": (Leg.BOTH,), "any": (Leg.LEFT, Leg.RIGHT, Leg.BOTH)}[
        document.stance
    ]


def check(document: DrillDocument, prescription: Prescription, platform: Platform | None = None) -> Prescription:
    """The prescription, once it is known to be one of this drill, within all its ranges, and one that the platform can
    do, where that fixes displacement. Raises `PrescriptionError` with everything that is wrong.
    """
    problems: list[str] = []
    if prescription.drill != document.name:
        problems.append(f'drill = "{prescription.drill}": must be "{document.name}"')
    legs = legs_of(document)
    if prescription.leg not in legs:
        problems.append(f"leg = {prescription.leg.value}: must be {' or '.join(leg.value for leg in legs)}")
    hold, trials = document.hold, document.trials
    problems += _out_of("hold_s", prescription.hold_s, hold.min_s, hold.max_s)
    problems += _out_of("trials", prescription.trials, trials.min, trials.max)
    problems += _out_of("rest_s", prescription.rest_s, document.phases.rest_s, float("inf"))
    problems += _vibration_problems(document, prescription, platform)
    if problems:
        raise PrescriptionError("prescription", *problems)
    try:  # of `fill_in`, which looks at nothing, or of anybody's own making
        return Prescription.model_validate(dict(prescription))
    except ValidationError as problem:
        raise PrescriptionError("prescription", *explain(problem, Prescription, "prescription")) from problem


def _vibration_problems(document: DrillDocument, prescription: Prescription, platform: Platform | None) -> list[str]:
    hz, mm = prescription.frequency_hz, prescription.displacement_pp_mm
    frequency, displacement = document.vibration.frequency_hz, document.vibration.displacement_pp_mm
    peak_max_g = document.vibration.peak_acceleration_max_g
    if frequency is None or displacement is None or peak_max_g is None:
        return _out_of("frequency_hz", hz, 0.0, 0.0) + _out_of("displacement_pp_mm", mm, 0.0, 0.0)
    problems = _out_of("frequency_hz", hz, frequency.min, frequency.max)
    if platform is not None and prescription.vibrates:
        return problems or _on_platform(platform, hz, mm, displacement.max, peak_max_g)
    if mm != 0.0:  # 0 is always allowed: every drill can be run with the vibration off
        problems += _out_of("displacement_pp_mm", mm, displacement.min, displacement.max)
    if not problems and (peak_g := peak_acceleration_g(hz, mm)) > peak_max_g:
        problems.append(
            f"displacement_pp_mm = {mm:g} at frequency_hz = {hz:g} is {peak_g:.2f} g: must be at most {peak_max_g:g} g"
        )
    return problems


def too_hard(most_mm: float, most_g: float) -> Callable[[float, float], str]:
    """For `Platform.beyond`: what is too much at a frequency and displacement, in words, or ""."""

    def why(hz: float, mm: float) -> str:
        if mm > most_mm:
            return f"the limit is {most_mm:g} mm"
        peak_g = peak_acceleration_g(hz, mm)
        return f"which is {peak_g:.2f} g, the limit is {most_g:g} g" if peak_g > most_g else ""

    return why


def _on_platform(platform: Platform, hz: float, mm: float, most_mm: float, most_g: float) -> list[str]:
    if beyond := platform.beyond(hz, too_hard(most_mm, most_g)):
        return [f"frequency_hz = {hz:g}: {beyond}"]
    own_mm = platform.at(hz)
    if not abs(mm - own_mm) <= SHOWN_MM:
        does = f"this platform does {own_mm:.2f} mm at {hz:g} Hz and no other"
        return [f"displacement_pp_mm = {mm:g}: {does}: leave it out, or give 0 for no vibration"]
    return []


def _out_of(name: str, value: float, least: float, most: float) -> list[str]:
    # `not (a <= x <= b)` also refuses NaN.
    if not least <= value <= most:
        bound = f"{least:g}" if least == most else f"from {least:g} to {most:g}"
        return [f"{name} = {value}: must be {bound}"]
    return []
