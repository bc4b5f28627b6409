"""What the therapist asks for within a drill's ranges: which leg, how hard, how long, how often."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drills.contradictions import trials_of_both_kinds
from drills.document import DrillDocument
from drills.dose import too_hard_at
from drills.errors import PrescriptionError
from drills.platform import SHOWN_MM, Platform
from drills.problems import Problem, not_one_of, out_of_range
from drills.reading import explain
from drills.values import EACH, Leg


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
    """The leg that needs no asking: both where the drill allows it, the left one to begin with where legs alternate,
    none for a single-leg drill else.
    """
    if document.alternates:
        return Leg.LEFT
    return None if document.stance.kind == "single-leg" or document.names_foot else Leg.BOTH


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
    shaken, rest_s = document.shaken, document.rest_s
    default_hz = shaken.frequency_hz.default if shaken else 0.0
    default_mm = shaken.displacement_pp_mm.default if shaken else 0.0
    hold_s = document.exercise_step.time.default_s if asked.hold_s is None else asked.hold_s
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
        rest_s=max(rest_s, hold_s) if displacement_pp_mm > 0 else rest_s,
    )


def leg_word(document: DrillDocument, prescription: Prescription) -> str:
    """On what leg the whole drill is: "left", "right", "both", or "each" where they alternate."""
    return EACH if document.alternates else prescription.leg.value


def legs_of(document: DrillDocument) -> tuple[Leg, ...]:
    """The legs that this drill can be done on."""
    one, both = (Leg.LEFT, Leg.RIGHT), (Leg.BOTH,)
    if document.names_foot:
        return one
    return {"single-leg": one, "two-legs": both, "any": one + both, "seated": both}[document.stance.kind]


def check(document: DrillDocument, prescription: Prescription, platform: Platform | None = None) -> Prescription:
    """The prescription, once it is known to be one of this drill, within all its ranges, and one that the platform can
    do, where that fixes displacement. Raises `PrescriptionError` with everything that is wrong.
    """
    problems: list[Problem] = []
    if prescription.drill != document.name:
        problems.append(not_one_of("drill", prescription.drill, [document.name]))
    legs = legs_of(document)
    if prescription.leg not in legs:
        problems.append(not_one_of("leg", prescription.leg.value, [leg.value for leg in legs]))
    time, trials = document.exercise_step.time, document.trials
    problems += out_of_range("hold_s", prescription.hold_s, time.min_s, time.max_s)
    problems += out_of_range("trials", prescription.trials, trials.min, trials.max)
    problems += out_of_range("rest_s", prescription.rest_s, document.rest_s, None)
    problems += trials_of_both_kinds(document.with_without, "trials", prescription.trials)
    problems += _vibration_problems(document, prescription, platform)
    if problems:
        raise PrescriptionError("prescription", *problems)
    try:  # of `fill_in`, which looks at nothing, or of anybody's own making
        return Prescription.model_validate(dict(prescription))
    except ValidationError as problem:
        raise PrescriptionError("prescription", *explain(problem, Prescription)) from problem


def _vibration_problems(
    document: DrillDocument, prescription: Prescription, platform: Platform | None
) -> tuple[Problem, ...]:
    hz, mm = prescription.frequency_hz, prescription.displacement_pp_mm
    shaken = document.shaken
    if shaken is None:
        return out_of_range("frequency_hz", hz, 0.0, 0.0) + out_of_range("displacement_pp_mm", mm, 0.0, 0.0)
    frequency, displacement, peak_max_g = (
        shaken.frequency_hz,
        shaken.displacement_pp_mm,
        shaken.peak_acceleration_max_g,
    )
    problems = out_of_range("frequency_hz", hz, frequency.min, frequency.max)
    if platform is not None and prescription.vibrates:
        if not document.form.on_fixed:
            form = document.exercise_step.vibration.form
            return (Problem("frequency_hz", hz, reason="platform-form", values={"form": form}),)
        return problems or _on_platform(platform, (hz, mm), displacement.max, peak_max_g)
    if document.with_without and not prescription.vibrates:
        return (*problems, Problem("displacement_pp_mm", mm, reason="nothing-to-compare"))
    if mm != 0.0:  # 0 is always allowed: every drill can be run with the vibration off
        problems += out_of_range("displacement_pp_mm", mm, displacement.min, displacement.max)
    return problems or too_hard_at("displacement_pp_mm", (hz, mm), peak_max_g)


def _on_platform(platform: Platform, asked: tuple[float, float], most_mm: float, most_g: float) -> tuple[Problem, ...]:
    hz, mm = asked
    if (beyond := platform.beyond(hz, most_mm, most_g)) is not None:
        return (beyond,)
    own_mm = platform.at(hz)
    if not abs(mm - own_mm) <= SHOWN_MM:
        values = {"platform_mm": own_mm, "hz": hz}
        return (Problem("displacement_pp_mm", mm, reason="platform-fixed", values=values),)
    return ()
