"""Two sittings of one patient held against each other, from their files: has something changed, and beside whom.

A sitting is some files: each CSV file is a trial, each recording has its own trials, of which those count that were
held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from drills.problems import Problem
from station.analysis.judging import StatedCondition, condition_of, norms_of
from station.analysis.reading import (
    AS_IT_IS,
    ReadOptions,
    measured,
    parts_of_trials,
    pipeline_named,
    read_file,
)
from station.faults import InputError, as_json, because
from station.measures import Request
from station.measures.norms.change import NOT_COMPARABLE, Change, ConditionTrials, change
from station.measures.norms.people import NOT_STATED, Condition
from station.measures.pipelines import keys_of
from station.measures.recorded import DEFAULT_REQUEST
from station.measures.tasks.quotients import Quotient, mean_of, quotient, side_difference, vibration_effect
from station.measures.values import NAN, MeasureSet
from station.recording.layout import finite_fields

_LEADING = {"mean_velocity_mm_s", "ellipse_area_mm2", "mean_velocity_ML_AND_AP", "confidence_ellipse_area_ML_AND_AP"}
"""Figures of which quotients of two conditions are made."""
_QUOTIENTS = (
    ("romberg_quotient", "closed", "open", quotient),
    ("foam_quotient", "foam", "firm", quotient),
    ("side_difference_percent", "left", "right", side_difference),
    ("vibration_effect_percent", "vibrated", "quiet", vibration_effect),
)
"""Name, the condition above, the one below, and how it is made."""
_ENDINGS = (".mcap", ".csv", ".csv.gz")


class SittingFiles(NamedTuple):
    """The files or folders of one sitting, and what a person says of how its trials were stood."""

    paths: Sequence[Path]
    stated: StatedCondition = StatedCondition()


class Sitting(NamedTuple):
    """The trials of some files, with their names and conditions."""

    names: list[str]
    sets: list[MeasureSet]
    conditions: set[Condition]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves; for a folder every recording and CSV file in it. Raises InputError for an empty one."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(one for one in path.rglob("*") if one.name.endswith(_ENDINGS)) if path.is_dir() else [path]
        if not inside:
            raise InputError("recording-unreadable", str(path), because("empty-folder"))
        files += inside
    return files


def sitting_of(files: SittingFiles, options: ReadOptions, request: Request) -> Sitting:
    """The trials of these files or folders. Raises InputError for a file that cannot be read."""
    names: list[str] = []
    sets: list[MeasureSet] = []
    conditions: set[Condition] = set()
    paths = files_of(files.paths)
    for path in paths:
        if paths.count(path) > 1:
            raise InputError("input-invalid", str(path), because("named-twice"))
        file = read_file(path, options)
        conditions.add(condition_of(file, files.stated))
        for name, part in parts_of_trials(file, request.pipeline):
            names.append(name)
            sets.append(measured(part, request))
    return Sitting(names, sets, conditions)


def compare(
    before: SittingFiles,
    after: SittingFiles,
    options: ReadOptions = AS_IT_IS,
    request: Request = DEFAULT_REQUEST,
    age_years: float | None = None,
) -> dict[str, Any]:
    """The verdict on every figure of the pipeline, with all that it rests on; JSON values.

    Two sittings that differ in one condition only cannot show a change; `quotients` then has what their difference is
    called. Raises the errors of `read_file`, and InputError "input-invalid" for a pipeline that does not exist.
    """
    version = pipeline_named(request.pipeline).version
    first, second = sitting_of(before, options, request), sitting_of(after, options, request)
    keys = keys_of(request.pipeline, request.everything)
    mixed = next(
        (
            because("mixed-conditions", sitting=word)
            for word, one in (("before", first), ("after", second))
            if len(one.conditions) > 1
        ),
        None,
    )
    mixed = next((why for one in (first, second) if (why := _unusable(one))), mixed)
    condition = [next(iter(one.conditions), Condition(NOT_STATED, NOT_STATED, NOT_STATED)) for one in (first, second)]
    trials = ConditionTrials(condition[0], first.sets), ConditionTrials(condition[1], second.sets)
    unlike = {"verdict": NOT_COMPARABLE, "why": None if mixed is None else as_json(mixed)}
    result: dict[str, Any] = {
        "pipeline": request.pipeline,
        "pipeline_version": version,
        "before": {"trials": first.names, "condition": condition[0]._asdict()},
        "after": {"trials": second.names, "condition": condition[1]._asdict()},
        "changes": {key: unlike if mixed else _values(change(*trials, key)) for key in keys},
        "quotients": {} if mixed else quotients_of(*trials, keys),
    }
    if age_years is not None and not mixed:
        for word, sitting, stood in (("before", first, condition[0]), ("after", second, condition[1])):
            if sitting.sets:
                result[word]["norms"] = norms_of(_mean_set(sitting.sets, keys), stood, age_years)
    return finite_fields(result)


def quotients_of(first: ConditionTrials, second: ConditionTrials, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the difference of two sittings is called that differ in one condition alone, by its name in the registry.

    Of each leading figure its value and `why` there is none: Romberg's quotient (eyes closed over open), the foam
    quotient (foam over firm), the difference of the legs, the effect of the vibration. Empty where no name fits.
    """
    sets = first.sets, second.sets
    vibrated = [{one.vibration_hz > 0.0 for one in own} for own in sets]
    differing = [key for key in Condition._fields if getattr(first.condition, key) != getattr(second.condition, key)]
    if len(differing) == 1 and vibrated[0] == vibrated[1] and len(vibrated[0]) == 1:
        words = [getattr(one.condition, differing[0]) for one in (first, second)]
    elif not differing and {*map(frozenset, vibrated)} == {frozenset({True}), frozenset({False})}:
        words = ["vibrated" if own == {True} else "quiet" for own in vibrated]
    else:
        return {}
    for name, above, below, made in _QUOTIENTS:
        if {above, below} == set(words):
            one, other = sets[words.index(above)], sets[words.index(below)]
            return {name: {key: _values(made(one, other, key)) for key in names if key in _LEADING}}
    return {}


def _values(found: Change | Quotient) -> dict[str, Any]:
    """Its fields as JSON values."""
    return {key: as_json(one) if isinstance(one, Problem) else one for key, one in found._asdict().items()}


def _unusable(sitting: Sitting) -> Problem | None:
    """Which trial of a sitting has no figure at all, and why; None where each has some."""
    for name, found in zip(sitting.names, sitting.sets, strict=True):
        if all(value != value for value in found.values.values()):  # NaN
            return because("of-file", name=name, why=as_json(next(iter(found.reasons.values()))))
    return None


def _mean_set(sets: Sequence[MeasureSet], keys: Iterable[str]) -> MeasureSet:
    means = {key: mean_of(sets, key) for key in keys}
    values = {key: mean.value if not mean.why else NAN for key, mean in means.items()}
    return replace(sets[0], values=values, reasons={key: mean.why for key, mean in means.items() if mean.why})
