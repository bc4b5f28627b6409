"""The drill document: what one exercise is, as a TOML file that is validated whole before anything moves.

`docs/drills.md` explains every key to a therapist. Bounds named "hard" are the hard column of the station's safety
envelope: a document cannot ask for more, and safety would not permit it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from drills.dose import peak_acceleration_g
from drills.envelope import (
    CLINICIAN_DISPLACEMENT_PP_MM,
    CLINICIAN_MAX_HZ,
    CLINICIAN_MIN_HZ,
    HARD_ACCELERATION_G,
    HARD_BOUT_S,
)
from drills.errors import DrillDocumentError
from drills.problems import CONTRADICTION, explain

LEAST_REST_S = 30.0
"""Between two vibrated trials (hard)."""
SLEW_HZ_PER_S = 10.0
"""How fast the frequency may change while somebody stands on the plate."""

Seconds = Annotated[float, Field(ge=0, le=600)]
Fraction = Annotated[float, Field(gt=0, lt=1)]
Hertz = Annotated[float, Field(ge=CLINICIAN_MIN_HZ, le=CLINICIAN_MAX_HZ)]
Millimetres = Annotated[float, Field(ge=0, le=CLINICIAN_DISPLACEMENT_PP_MM)]
ConfirmSeconds = Annotated[float, Field(ge=0.01, le=2)]


class _Strict(BaseModel):
    """One table of the document: immutable, no unknown keys, no text for numbers, no NaN or infinity.

    `model_dump(mode="json")` gives the keys of the file, and `model_validate` takes them back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, serialize_by_alias=True)


class Trials(_Strict):
    """How many trials, and what a prescription may ask for."""

    default: Annotated[int, Field(ge=1, le=20)]
    min: Annotated[int, Field(ge=1, le=20)]
    max: Annotated[int, Field(ge=1, le=20)]


class Hold(_Strict):
    """How long the trial is held."""

    mode: Literal["fixed", "until-step-off"]
    default_s: Annotated[float, Field(ge=1, le=600)]
    min_s: Annotated[float, Field(ge=1, le=600)]
    max_s: Annotated[float, Field(ge=1, le=600)]
    limit_s: Annotated[float, Field(ge=1, le=3600)] | None = None


class Phases(_Strict):
    """How long the phases round the hold last; 0 leaves a phase out."""

    get_on_limit_s: Annotated[float, Field(ge=5, le=600)]
    settle_s: Annotated[float, Field(ge=0, le=30)]
    baseline_s: Annotated[float, Field(ge=0, le=120)]
    ramp_up_s: Annotated[float, Field(ge=0, le=10)]
    ramp_down_s: Annotated[float, Field(ge=0, le=1.5)]
    rest_s: Seconds


class Frequency(_Strict):
    """Vibration frequency."""

    default: Hertz
    min: Hertz
    max: Hertz


class Displacement(_Strict):
    """Peak-to-peak displacement of the plate; 0 runs the drill without vibration."""

    default: Millimetres
    min: Millimetres
    max: Millimetres


class Vibration(_Strict):
    """The vibration of the hold."""

    kind: Literal["none", "continuous"]
    frequency_hz: Frequency | None = None
    displacement_pp_mm: Displacement | None = None
    peak_acceleration_max_g: Annotated[float, Field(gt=0, le=HARD_ACCELERATION_G)] | None = None
    ramp_from_hz: Hertz | None = None


class GetOn(_Strict):
    """When somebody counts as standing on the plate."""

    force_n: Annotated[float, Field(ge=20, le=1000)]
    for_s: ConfirmSeconds


class StepOff(_Strict):
    """When the plate counts as left."""

    force_fraction: Fraction
    for_s: ConfirmSeconds


class FootDown(_Strict):
    """When the other foot counts as having touched the ground."""

    force_fraction: Fraction
    force_for_s: ConfirmSeconds
    base_half_ml_mm: Annotated[float, Field(ge=20, le=200)]
    base_half_ap_mm: Annotated[float, Field(ge=20, le=300)]
    base_for_s: ConfirmSeconds


class Thresholds(_Strict):
    """What the load cells must show for the patient to be on, off, or on two feet."""

    get_on: GetOn
    step_off: StepOff
    foot_down: FootDown | None = None


class Success(_Strict):
    """When the drill as a whole counts as passed."""

    share_of_trials: Annotated[float, Field(gt=0, le=1)]


SCHEMA = 1
"""Of the drill documents that this program reads; a document of a later one is refused by its number alone."""


class DrillDocument(_Strict):
    """One drill. Quantities carry their unit in the key."""

    # `schema` is what the file says; BaseModel has an old method of that name.
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    summary: Annotated[str, Field(min_length=1, max_length=2000)]
    stance: Literal["single-leg", "two-legs", "any"]
    surface: Literal["firm"]
    eyes: Literal["open", "closed"]
    trials: Trials
    hold: Hold
    phases: Phases
    vibration: Vibration
    thresholds: Thresholds
    success: Success

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        problems = list(_contradictions(self))
        if problems:
            raise PydanticCustomError(CONTRADICTION, "keys contradict each other", {"problems": problems})
        return self


def load_document(text: str, source: str) -> DrillDocument:
    """The document in this TOML text; `source` is the file's name, for messages.

    Raises `DrillDocumentError` with every problem found, not only the first.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DrillDocumentError(source, f"{source}: this is not TOML: {error}") from error
    schema = table.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:  # its other keys cannot be judged
        raise DrillDocumentError(source, f"{source}: schema = {schema}: must be {SCHEMA}")
    try:
        return DrillDocument.model_validate(table)
    except ValidationError as error:
        raise DrillDocumentError(source, *explain(error, DrillDocument, source)) from error


Problem = tuple[str, str]
"""A key path, and what is wrong with its value."""


def _contradictions(document: DrillDocument) -> Iterator[Problem]:
    """What no single key shows: pairs of keys that cannot both be right."""
    trials, hold, vibration = document.trials, document.hold, document.vibration
    yield from _in_order("trials", "", trials.min, trials.default, trials.max)
    yield from _in_order("hold", "_s", hold.min_s, hold.default_s, hold.max_s)
    if hold.mode == "fixed" and hold.limit_s is not None:
        yield "hold.limit_s", f'= {hold.limit_s:g}: only mode "until-step-off" has a limit'
    if hold.mode == "until-step-off" and (hold.limit_s is None or hold.limit_s < hold.max_s):
        yield "hold.limit_s", f"= {hold.limit_s}: must be at least hold.max_s = {hold.max_s:g}"
    off, down = document.thresholds.step_off, document.thresholds.foot_down
    if down is not None:
        if down.force_fraction <= off.force_fraction:
            bound = f"thresholds.step_off.force_fraction = {off.force_fraction:g}"
            yield "thresholds.foot_down.force_fraction", f"= {down.force_fraction:g}: must be above {bound}"
        if document.phases.settle_s < 1:
            why = "where thresholds.foot_down is given: the foot's place is learnt while settling"
            yield "phases.settle_s", f"= {document.phases.settle_s:g}: must be at least 1 {why}"
    yield from _vibrating(document) if vibration.kind == "continuous" else _still(document)


def _in_order(table: str, unit: str, least: float, default: float, most: float) -> Iterator[Problem]:
    if not least <= default <= most:
        bounds = f"from {table}.min{unit} = {least:g} to {table}.max{unit} = {most:g}"
        yield f"{table}.default{unit}", f"= {default:g}: must be {bounds}"


def _still(document: DrillDocument) -> Iterator[Problem]:
    vibration = document.vibration
    for key in ("frequency_hz", "displacement_pp_mm", "peak_acceleration_max_g", "ramp_from_hz"):
        if getattr(vibration, key) is not None:
            yield f"vibration.{key}", 'must be left out where vibration.kind = "none"'
    for key in ("ramp_up_s", "ramp_down_s"):
        if value := getattr(document.phases, key):
            yield f"phases.{key}", f'= {value:g}: must be 0 where vibration.kind = "none"'


def _vibrating(document: DrillDocument) -> Iterator[Problem]:
    vibration, phases, hold = document.vibration, document.phases, document.hold
    frequency, displacement = vibration.frequency_hz, vibration.displacement_pp_mm
    peak_g = vibration.peak_acceleration_max_g
    for key in ("frequency_hz", "displacement_pp_mm", "peak_acceleration_max_g", "ramp_from_hz"):
        if getattr(vibration, key) is None:
            yield f"vibration.{key}", 'is missing: vibration.kind = "continuous" needs it'
    if frequency is not None:
        yield from _in_order("vibration.frequency_hz", "", frequency.min, frequency.default, frequency.max)
    if displacement is not None:
        least, default, most = displacement.min, displacement.default, displacement.max
        yield from _in_order("vibration.displacement_pp_mm", "", least, default, most)
    if frequency is not None and displacement is not None and peak_g is not None:
        asked_g = peak_acceleration_g(frequency.default, displacement.default)
        if asked_g > peak_g:
            what = f"= {displacement.default:g}: at {frequency.default:g} Hz this is {asked_g:.2f} g"
            bound = f"vibration.peak_acceleration_max_g = {peak_g:g}"
            yield "vibration.displacement_pp_mm.default", f"{what}, must be at most {bound}"
    for key in ("ramp_up_s", "ramp_down_s"):
        if (value := getattr(phases, key)) < 0.5:
            yield f"phases.{key}", f"= {value:g}: must be at least 0.5 where the drill vibrates"
    if phases.rest_s < LEAST_REST_S:
        yield "phases.rest_s", f"= {phases.rest_s:g}: must be at least {LEAST_REST_S:g} where the drill vibrates"
    if hold.mode != "fixed":
        why = "where the drill vibrates: nobody is asked to leave a moving plate"
        yield "hold.mode", f'= "{hold.mode}": must be "fixed" {why}'
    bout_s = phases.ramp_up_s + hold.max_s + phases.ramp_down_s
    if bout_s > HARD_BOUT_S:
        what = f"= {hold.max_s:g}: with its ramps {bout_s:g} s of vibration"
        yield "hold.max_s", f"{what}, must be at most {HARD_BOUT_S:g} s"
