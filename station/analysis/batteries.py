"""The four sensory conditions of one patient: composite and ratios, each beside its own chance and range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from drills.problems import Problem
from station.analysis.comparing import same_day_of
from station.analysis.reading import AS_IT_IS, ReadOptions, pipeline_named
from station.analysis.sittings import Sitting, SittingFiles, refuse_copies, sitting_of
from station.analysis.whose import taken_for_one, two_patients
from station.faults import InputError, as_json, because
from station.measures import Request
from station.measures.doubts import doubt
from station.measures.norms.people import Condition, one_length
from station.measures.norms.quotient_norms import QuotientNorm, differs_from, norm_of, smallest_change
from station.measures.norms.ranks import place
from station.measures.recorded import DEFAULT_REQUEST
from station.measures.tasks.quotients import MCTSIB, mctsib, mean_of
from station.measures.values import NAN, MeasureSet
from station.recording.layout import finite_fields

LEADING = {
    "station-1": ("mean_velocity_mm_s", "ellipse_area_mm2"),
    "raw": ("mean_velocity_mm_s", "ellipse_area_mm2"),
    "quijoux-2021": ("mean_velocity_ML_AND_AP", "confidence_ellipse_area_ML_AND_AP"),
}
"""The figures of each pipeline of which the scores are made."""
COMPOSITE = "mctsib_composite"


class Battery(NamedTuple):
    """The trials of a battery by condition, a word of `MCTSIB` each."""

    trials: Mapping[str, Sequence[MeasureSet]]
    names: Mapping[str, Sequence[str]]
    same_day: bool | None
    taken: tuple[Problem, ...]
    """What the files were taken for because nothing says it."""


def battery_of(
    files: Sequence[SittingFiles],
    options: ReadOptions = AS_IT_IS,
    request: Request = DEFAULT_REQUEST,
    age_years: float | None = None,
    *,
    one_patient: bool = False,
) -> dict[str, Any]:
    """`conditions` with their trials and means, and the scores of each leading figure; JSON values.

    `one_patient` is that a person says so, whatever the names of CSV files and the lines in them say.

    Raises the errors of `read_file`, and InputError "input-invalid" for trials of two patients, on one leg, or whose
    condition neither the file nor a person says.
    """
    version = pipeline_named(request.pipeline).version
    sittings = [sitting_of(one, options, request, age_years) for one in files]
    battery = _sorted(sittings, one_patient)
    refuse_copies(sittings)
    names = LEADING[request.pipeline]
    conditions = {}
    for word in MCTSIB:
        sets = battery.trials[word]
        means = {name: mean_of(sets, name).value for name in names} if sets else {}
        warned = {
            trial: [as_json(one) for one in (*found.suspicions, *found.warnings)]
            for trial, found in zip(battery.names[word], sets, strict=True)
            if found.suspicions or found.warnings
        }
        conditions[word] = {"trials": list(battery.names[word]), "means": finite_fields(means), "warnings": warned}
        if age_years is not None and sets:
            conditions[word]["norms"] = _ranks(word, sets, names, age_years)
    scores = {name: _scores(battery.trials, name, age_years) for name in names}
    return {
        "pipeline": request.pipeline,
        "pipeline_version": version,
        "same_day": battery.same_day,
        "taken": [as_json(one) for one in battery.taken],
        "conditions": conditions,
        "scores": {name: {key: finite_fields(one) for key, one in own.items()} for name, own in scores.items()},
    }


def _sorted(sittings: Sequence[Sitting], one_patient: bool) -> Battery:
    """The trials by condition. Raises InputError "input-invalid" as `battery_of`."""
    patients = frozenset().union(*(one.patients for one in sittings))
    if len(patients) > 1:
        raise InputError("input-invalid", "FILES", because("battery-of-two", patients=sorted(patients)))
    files = [file for sitting in sittings for file in sitting.whose]
    if not one_patient and (why := two_patients(files)):
        one, other = why.values["one"], why.values["other"]
        raise InputError("input-invalid", "FILES", because("battery-files-of-two", one=one, other=other))
    trials: dict[str, list[MeasureSet]] = {word: [] for word in MCTSIB}
    names: dict[str, list[str]] = {word: [] for word in MCTSIB}
    for sitting in sittings:
        for name, found, stood in zip(sitting.names, sitting.sets, sitting.stood, strict=True):
            if any(name in every for every in names.values()):
                raise InputError("input-invalid", name, because("named-twice"))
            word = f"{stood.vision}-{stood.surface}"
            if word not in trials or stood.stance in ("left", "right"):
                raise InputError("input-invalid", name, because("not-of-the-battery"))
            trials[word].append(found)
            names[word].append(name)
    taken = taken_for_one(files, told=one_patient, legs_said=True)
    return Battery(trials, names, same_day_of(sittings, None), taken)


def _ranks(word: str, sets: Sequence[MeasureSet], names: Sequence[str], age_years: float) -> dict[str, Any]:
    """Where the means of one condition stand among people of this age."""
    ranks = {}
    for name in names:
        mean = mean_of(sets, name)
        held = MeasureSet(
            sets[0].pipeline,
            sets[0].version,
            {name: NAN if mean.why else mean.value},
            {} if mean.why is None else {name: mean.why},
            duration_s=sets[0].duration_s,
            vibration_hz=sets[0].vibration_hz,
        )
        where = place(name, held, _condition(word), age_years, len(sets))
        percentile = None if where.percentile != where.percentile else where.percentile
        ranks[name] = {
            "percentile": percentile,
            "people": where.people,
            "text": as_json(where.text),
            "word": None if where.word is None else as_json(where.word),
            "norm": None if where.norm is None else as_json(where.norm),
        }
    return ranks


def _condition(word: str) -> Condition:
    vision, _, surface = word.partition("-")
    return Condition("both", vision, surface)


def _scores(
    trials: Mapping[str, Sequence[MeasureSet]], name: str, age_years: float | None
) -> dict[str, dict[str, Any]]:
    """Composite and ratios of one figure, as JSON values."""
    doubted = next((why for sets in trials.values() for found in sets if (why := doubt(found))), None)
    scores: dict[str, dict[str, Any]] = {}
    for key, found in mctsib(trials, name).items():
        one: dict[str, Any] = {"value": found.value, "why": None if found.why is None else as_json(found.why)}
        if found.why is None and doubted is not None:
            one |= {"differs": None, "basis": as_json(because("no-verdict-doubted", why=as_json(doubted)))}
        elif found.why is None:
            one |= _beside(key, found.value, trials, name, age_years)
        scores[key] = one
    return scores


def _beside(
    key: str, value: float, trials: Mapping[str, Sequence[MeasureSet]], name: str, age_years: float | None
) -> dict[str, Any]:
    """What healthy people's repeats say of a score; its fields as those of `station.analysis.contrasts`."""
    duration = one_length(name, ((found, _condition(word)) for word, sets in trials.items() for found in sets))
    if isinstance(duration, Problem):
        return {"differs": None, "basis": as_json(duration)}
    norm = norm_of(key, "", name, duration, age_years)
    if norm is None:
        return {"differs": None, "basis": as_json(because("no-norms-of-quotient"))}
    fewest = min(len(sets) for sets in trials.values() if sets)
    return _worth(norm, value, fewest, ratio=key != COMPOSITE)


def _worth(norm: QuotientNorm, value: float, trials: int, *, ratio: bool) -> dict[str, Any]:
    counts = trials, trials
    found: dict[str, Any] = {
        "differs": None,
        "smallest_change_percent": 100.0 * (smallest_change(norm, counts) - 1.0),
        "basis": as_json(because("by-repeatability-of-quotient", people=norm.people)),
    }
    if ratio:
        factor = differs_from(norm, counts)
        found |= {"differs": not 1.0 / factor <= value <= factor, "chance_below": 1.0 / factor, "chance_above": factor}
    if norm.points:
        found |= {"usual": list(norm.points), "people": norm.people}
    return found
