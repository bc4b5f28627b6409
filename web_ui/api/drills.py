"""GET /api/v1/drills: what can be prescribed, with the ranges and defaults that a form needs.

GET /api/v1/drills/{name}/preview: what a prescription would do, and what is wrong with it. Control is not asked.
"""

from __future__ import annotations

import functools
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from drills.bounds import beyond, longest_hold_shown_s
from drills.document import DrillDocument
from drills.dose import peak_acceleration_g
from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, Prescription, check, fill_in, legs_of
from drills.values import Leg, mark_name
from drills.vibration.values import Displacement, Frequency
from station.clinic.strength import Strength, strength_of
from station.clinic.strength import shipped as strength_bounds
from station.faults import InputError
from station.faults.boundary import as_station_errors
from station.own_drills.folder import OwnDrills, find_drill
from station.own_drills.tried import was_tried
from station.texts import Texts
from station.texts.problems import field_name, field_unit
from station.wire.messages import PATIENT_CODE
from web_ui.api import refusal, resource
from web_ui.api.dose_left import AskedDoseView, asked_dose
from web_ui.drill_groups import grouped
from web_ui.plans import rungs_of, start_level
from web_ui.problems import FieldProblem, answer_texts, fields_of, patient_problem, respond
from web_ui.service import House, service


class Range(BaseModel):
    """What a prescription may ask for."""

    min: float
    max: float
    default: float


class DrillView(BaseModel):
    """One drill. `frequency_hz` and `displacement_pp_mm` are null where it has no vibration; the latter also where the
    platform fixes it.
    """

    name: str
    title: str
    summary: str
    language: str
    """Of title, summary and script, as BCP 47 tags it: the reader's, where the catalogue has the drill's words."""
    script: dict[str, str]
    """What is said to the patient, in five lines by their names: what, goal, look, safe, stop. Empty where it is not
    written down.
    """
    stance: str
    legs: list[str]
    leg_words: list[str]
    """How each of `legs` is said: the leg, or "left-front" and "right-front" where it is the foot in front."""
    front: bool
    """Whether the leg is the foot in front."""
    hold_mode: str
    """`fixed` for a prescribed hold, `until-step-off` for one that lasts until the patient leaves the plate."""
    frequency_hz: Range | None
    displacement_pp_mm: Range | None
    peak_acceleration_max_g: float | None
    hold_s: Range
    hold_vibrating_s: Range | None
    """The same with vibration, at the default frequency: its ramps count to the longest vibration. Null as
    `frequency_hz`.
    """
    still_first_s: float | None
    """How long the plate is still in a try before the exercise with its vibration begins. Null as `frequency_hz`."""
    with_without: bool
    """Half of its tries vibrate, in an order that nobody is told."""
    trials: Range
    rungs: int
    """How many levels it has (`GET /api/v1/drills/{name}/level`); 0 for none."""
    marks: list[str]
    """What the therapist may mark while it runs (`POST /api/v1/marks`), in the order of the buttons."""


class PlatformView(BaseModel):
    """A platform that has one displacement at each frequency."""

    displacement_pp_mm: list[tuple[float, float]]
    """Pairs of Hz and mm, rising in Hz: straight lines between them, level beyond the ends."""


class QuantityView(BaseModel):
    """What a quantity of a prescription is called on a page, and its unit; empty for a count."""

    label: str
    unit: str


class GroupView(BaseModel):
    """Drills that are for the same, by the names of `drills`."""

    title: str
    drills: list[str]
    tests: bool
    """They measure, and train nothing."""


class StrengthView(BaseModel):
    """What vibration is called how: by its peak acceleration in g, as it is shown with two decimals. No promise."""

    mild_most_g: float
    medium_most_g: float
    """Above it, it is strong."""
    proposed: bool
    """Whether these bounds are still to be confirmed by a clinician."""


class DrillsView(BaseModel):
    """All drills, for this platform: `platform` is null where any displacement can be asked of it."""

    drills: list[DrillView]
    """The shipped ones, and then the own ones that were previewed."""
    platform: PlatformView | None
    quantities: dict[str, QuantityView]
    """By the field of a prescription."""
    strength: StrengthView
    groups: list[GroupView]
    """Each drill in one, by what it is for."""


_Number = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]


class DrillPath(BaseModel):
    """A drill's name."""

    name: Annotated[str, Field(min_length=1, max_length=60)]


class PreviewQuery(BaseModel):
    """What a therapist thinks of asking for; what is left out is the drill's default, and fits."""

    model_config = ConfigDict(extra="forbid")

    patient: Annotated[str, Field(max_length=200)] | None = None
    leg: Literal["left", "right", "both"] | None = None
    frequency_hz: _Number | None = None
    displacement_pp_mm: _Number | None = None
    hold_s: _Number | None = None
    trials: Annotated[int, Field(ge=1, le=100)] | None = None
    rung: Annotated[int, Field(ge=1, le=20)] | None = None
    """On this level of a drill that has levels; it needs `patient` and `leg`, else it says nothing."""


class PreviewView(BaseModel):
    """What the plate would do by this prescription, and what the drill, the platform or the clinic does not allow.

    Control may still refuse it: for the patient's dose, or the station's state.
    """

    vibrates: bool
    frequency_hz: float
    displacement_pp_mm: float
    """The platform's own where its mechanics fix it."""
    peak_acceleration_g: float
    peak_acceleration_max_g: float | None
    """The drill's most; null where it has no vibration."""
    hold_most_s: float
    """The longest hold of this prescription."""
    strength: Strength
    """How strong that is, in a word (its bounds: `GET /api/v1/drills`); empty where nothing vibrates."""
    too_hard: bool
    """The peak acceleration is above the drill's most."""
    dose: AskedDoseView | None
    """Of the patient's day; null without `patient`, where nothing vibrates, or while control does not say."""
    fields: list[FieldProblem]
    """Every value that is wrong, with a sentence for a person; empty where nothing is."""


blueprint = resource("drills", "What can be prescribed.", 503)


@blueprint.get("/drills", responses={"200": DrillsView})
def list_drills() -> dict[str, object]:
    """Every drill with its ranges and defaults, as far as the station's platform can do them."""
    house = service().house()
    platform, data = house.platform, service().data
    texts = answer_texts()
    shipped = [load_shipped(name) for name in catalogue_names()]
    own = [one for one in OwnDrills(data).listing().drills if was_tried(data, one)]
    quantities = ("frequency_hz", "displacement_pp_mm", "hold_s", "trials")
    return DrillsView(
        drills=[
            *(_worded(drill_view(one, house), texts) for one in shipped),
            *(drill_view(one, house) for one in own),
        ],
        platform=None if platform is None else PlatformView(displacement_pp_mm=list(platform.displacement_pp_mm)),
        quantities={
            name: QuantityView(label=field_name(texts, name), unit=field_unit(texts, name).strip())
            for name in quantities
        },
        strength=_strength(),
        groups=[GroupView(**one._asdict()) for one in grouped([*shipped, *own], texts)],
    ).model_dump()


def _strength() -> StrengthView:
    bounds = strength_bounds()
    return StrengthView(
        mild_most_g=bounds.mild_most_g.value,
        medium_most_g=bounds.medium_most_g.value,
        proposed=bounds.status == "proposed",
    )


@blueprint.get("/drills/<string:name>/preview", responses={"200": PreviewView, "404": refusal()})
def preview_drill(path: DrillPath, query: PreviewQuery) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """What a prescription of this drill would do here, and what is wrong with it. Starts nothing."""
    try:
        document = find_drill(service().data, path.name)
    except InputError as problem:
        return respond(InputError(problem.code, path.name, *problem.problems), status=404)
    house = service().house()
    platform = house.platform
    leg = Leg(query.leg) if query.leg else legs_of(document)[0]
    try:
        document = _on_rung(document, query)
    except InputError as problem:
        return respond(problem, fields_of(problem.problems))
    prescription = fill_in(
        document, Asked(leg, query.frequency_hz, query.displacement_pp_mm, query.hold_s, query.trials), platform
    )
    hz, mm = prescription.frequency_hz, prescription.displacement_pp_mm
    shaken, peak_g = document.shaken, peak_acceleration_g(hz, mm)
    most_g = None if shaken is None else min(shaken.peak_acceleration_max_g, house.bounds.acceleration_g)
    wrong = _problems(document, prescription, query.patient, house)
    if any(one.field == "frequency_hz" for one in wrong):  # its ramps are those of no frequency that there is
        least_hz = fill_in(document, Asked(leg), platform).frequency_hz
        longest_s = longest_hold_shown_s(
            document, prescription.model_copy(update={"frequency_hz": least_hz}), house.bounds, platform
        )
    else:
        longest_s = longest_hold_shown_s(document, prescription, house.bounds, platform)
    dose = None if wrong else asked_dose(query.patient, document, prescription, platform)
    return PreviewView(
        vibrates=prescription.vibrates,
        frequency_hz=hz,
        displacement_pp_mm=mm,
        peak_acceleration_g=peak_g,
        peak_acceleration_max_g=most_g,
        hold_most_s=longest_s,
        strength=strength_of(peak_g),
        too_hard=most_g is not None and peak_g > most_g,
        dose=dose,
        fields=wrong if dose is None or not dose.used_up else [*wrong, _used_up()],
    ).model_dump()


def _used_up() -> FieldProblem:
    texts = answer_texts()
    what, remedy = (texts.say(f"fault.dose-used-up.{part}") for part in ("what", "remedy"))
    return FieldProblem(field="dose", message=texts.say("page.all.sentences", first=what, second=remedy))


def _on_rung(document: DrillDocument, query: PreviewQuery) -> DrillDocument:
    """The document as the level asks for it that is thought of. Raises InputError for a level that there is not."""
    code = query.patient or ""
    if query.rung is None or query.leg is None or document.own is not None or not re.fullmatch(PATIENT_CODE, code):
        return document
    level = start_level(service().data, code, document.name, query.leg, rung=query.rung)
    return document if level is None else level.at.document


def _problems(
    document: DrillDocument, prescription: Prescription, patient: str | None, house: House
) -> list[FieldProblem]:
    wrong = []
    if patient is not None and not re.fullmatch(PATIENT_CODE, patient):
        wrong.append(patient_problem())
    try:
        with as_station_errors():
            check(document, prescription, house.platform)
    except InputError as problem:
        return wrong + fields_of(problem.problems)
    return wrong + fields_of(beyond(document, prescription, house.bounds, house.platform))


def _worded(drill: DrillView, texts: Texts) -> DrillView:
    """The same in the reader's language, where the catalogue has the drill's words; else its own."""
    key = f"drill.{drill.name}."
    if not texts.has(f"{key}title"):
        return drill
    script = {part: texts.say(f"{key}{part}") for part in drill.script}
    words = {part: texts.say(f"{key}{part}") for part in ("title", "summary")}
    return drill.model_copy(update={**words, "script": script, "language": texts.language})


@functools.lru_cache(maxsize=512)
def drill_view(document: DrillDocument, house: House) -> DrillView:
    """This drill in this house, for a form."""
    shaken, (platform, bounds) = document.shaken, house
    displacement = None if shaken is None else shaken.displacement_pp_mm
    frequency = _frequency(document, house)
    least = Asked(legs_of(document)[0], None if frequency is None else frequency.default)
    longest_s = longest_hold_shown_s(document, fill_in(document, least, platform), bounds, platform)
    hold, trials = document.exercise_step.time, document.trials
    return DrillView(
        name=document.name,
        title=document.title,
        summary=document.summary,
        language=document.language,
        script=document.script.model_dump() if document.script else {},
        stance=document.stance.kind,
        legs=[leg.value for leg in legs_of(document)],
        leg_words=[document.said_leg(leg.value) for leg in legs_of(document)],
        front=document.names_front,
        hold_mode=hold.mode,
        frequency_hz=frequency,
        displacement_pp_mm=_within(displacement, 0.0, bounds.displacement_pp_mm)
        if displacement and platform is None
        else None,
        peak_acceleration_max_g=None if shaken is None else min(shaken.peak_acceleration_max_g, bounds.acceleration_g),
        hold_s=_range(hold.min_s, hold.max_s, hold.default_s),
        hold_vibrating_s=None if frequency is None else _range(hold.min_s, longest_s, min(hold.default_s, longest_s)),
        still_first_s=None if frequency is None else document.settle_s + document.learn_s + document.baseline_s,
        with_without=document.with_without is not None,
        trials=_range(trials.min, trials.max, trials.default),
        rungs=rungs_of(document),
        marks=[mark_name(mark) for mark in document.exercise.marks],
    )


def _frequency(document: DrillDocument, house: House) -> Range | None:
    """The frequencies of the drill that the platform can do within the drill's and the house's limits; None: no
    vibration.
    """
    shaken, (platform, bounds) = document.shaken, house
    if shaken is None:
        return None
    frequency = _within(shaken.frequency_hz, bounds.min_hz, bounds.max_hz)
    if platform is None or frequency is None:
        return frequency
    most_mm = min(shaken.displacement_pp_mm.max, bounds.displacement_pp_mm)
    most_g = min(shaken.peak_acceleration_max_g, bounds.acceleration_g)
    highest_hz = platform.highest_hz(frequency.max, most_mm, most_g)
    least_hz = max(frequency.min, platform.min_hz)
    if highest_hz is None or highest_hz < least_hz:
        return None
    return _range(least_hz, highest_hz, min(max(frequency.default, least_hz), highest_hz))


def _within(own: Frequency | Displacement, least: float, most: float) -> Range | None:
    """What these bounds leave of a document's own range; None: nothing."""
    least, most = max(own.min, least), min(own.max, most)
    return None if most < least else _range(least, most, min(max(own.default, least), most))


def _range(least: float, most: float, default: float) -> Range:
    return Range(min=least, max=most, default=default)
