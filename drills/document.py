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

from drills.dose import too_hard_at
from drills.envelope import (
    CLINICIAN_DISPLACEMENT_PP_MM,
    CLINICIAN_MAX_HZ,
    CLINICIAN_MIN_HZ,
    HARD_ACCELERATION_G,
    HARD_BOUT_S,
)
from drills.errors import DrillDocumentError
from drills.problems import Problem
from drills.reading import CONTRADICTION, explain

LEAST_REST_S = 30.0
"""Between two vibrated trials (hard)."""
LEAST_RAMP_S = 0.5
"""A plate that people stand on begins and ends no faster."""
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
        raise DrillDocumentError(source, Problem("", reason="not-toml", values={"said": str(error)})) from error
    schema = table.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:  # its other keys cannot be judged
        raise DrillDocumentError(source, Problem("schema", schema, most=SCHEMA, reason="later-schema"))
    try:
        return DrillDocument.model_validate(table)
    except ValidationError as error:
        raise DrillDocumentError(source, *explain(error, DrillDocument)) from error


def _contradictions(document: DrillDocument) -> Iterator[Problem]:
    """What no single key shows: pairs of keys that cannot both be right."""
    trials, hold, vibration = document.trials, document.hold, document.vibration
    yield from _in_order("trials", "", trials.min, trials.default, trials.max)
    yield from _in_order("hold", "_s", hold.min_s, hold.default_s, hold.max_s)
    until = {"key": "hold.mode", "is": "until-step-off"}
    if hold.mode == "fixed" and hold.limit_s is not None:
        yield Problem("hold.limit_s", hold.limit_s, reason="only-with", values=until)
    if hold.mode == "until-step-off":
        if hold.limit_s is None:
            yield Problem("hold.limit_s", reason="needed-with", values=until)
        elif hold.limit_s < hold.max_s:
            yield Problem("hold.limit_s", hold.limit_s, least=hold.max_s, values={"least_key": "hold.max_s"})
    off, down = document.thresholds.step_off, document.thresholds.foot_down
    if down is not None:
        if down.force_fraction <= off.force_fraction:
            key, above = "thresholds.foot_down.force_fraction", off.force_fraction
            least_key = "thresholds.step_off.force_fraction"
            yield Problem(key, down.force_fraction, above, values={"least_key": least_key, "exclusive": True})
        if document.phases.settle_s < 1:
            yield Problem("phases.settle_s", document.phases.settle_s, least=1, reason="too-short-to-learn")
    yield from _vibrating(document) if vibration.kind == "continuous" else _still(document)


def _in_order(table: str, unit: str, least: float, default: float, most: float) -> Iterator[Problem]:
    if not least <= default <= most:
        keys = {"least_key": f"{table}.min{unit}", "most_key": f"{table}.max{unit}"}
        yield Problem(f"{table}.default{unit}", default, least, most, values=keys)


def _still(document: DrillDocument) -> Iterator[Problem]:
    vibration, none = document.vibration, {"key": "vibration.kind", "is": "none"}
    for key in ("frequency_hz", "displacement_pp_mm", "peak_acceleration_max_g", "ramp_from_hz"):
        if getattr(vibration, key) is not None:
            yield Problem(f"vibration.{key}", reason="not-with", values=none)
    for key in ("ramp_up_s", "ramp_down_s"):
        if value := getattr(document.phases, key):
            yield Problem(f"phases.{key}", value, reason="zero-with", values=none)


def _vibrating(document: DrillDocument) -> Iterator[Problem]:
    vibration, phases, hold = document.vibration, document.phases, document.hold
    frequency, displacement = vibration.frequency_hz, vibration.displacement_pp_mm
    peak_g = vibration.peak_acceleration_max_g
    for key in ("frequency_hz", "displacement_pp_mm", "peak_acceleration_max_g", "ramp_from_hz"):
        if getattr(vibration, key) is None:
            values = {"key": "vibration.kind", "is": "continuous"}
            yield Problem(f"vibration.{key}", reason="needed-with", values=values)
    if frequency is not None:
        yield from _in_order("vibration.frequency_hz", "", frequency.min, frequency.default, frequency.max)
    if displacement is not None:
        least, default, most = displacement.min, displacement.default, displacement.max
        yield from _in_order("vibration.displacement_pp_mm", "", least, default, most)
    if frequency is not None and displacement is not None and peak_g is not None:
        values = {"most_key": "vibration.peak_acceleration_max_g"}
        yield from too_hard_at(
            "vibration.displacement_pp_mm.default", (frequency.default, displacement.default), peak_g, values
        )
    for key in ("ramp_up_s", "ramp_down_s"):
        if (value := getattr(phases, key)) < LEAST_RAMP_S:
            yield Problem(f"phases.{key}", value, least=LEAST_RAMP_S, reason="too-short-to-vibrate")
    if phases.rest_s < LEAST_REST_S:
        yield Problem("phases.rest_s", phases.rest_s, least=LEAST_REST_S, reason="too-short-to-vibrate")
    if hold.mode != "fixed":
        yield Problem("hold.mode", hold.mode, reason="moving-plate")
    bout_s = phases.ramp_up_s + hold.max_s + phases.ramp_down_s
    if bout_s > HARD_BOUT_S:
        yield Problem("hold.max_s", hold.max_s, most=HARD_BOUT_S, reason="bout-too-long", values={"bout_s": bout_s})
