"""Two sittings of one patient held against each other, from their files: has something changed, and beside whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from drills.problems import Problem
from station.analysis.contrasts import contrasts_of
from station.analysis.judging import norms_of
from station.analysis.reading import AS_IT_IS, ReadOptions, pipeline_named
from station.analysis.sittings import Sitting, SittingFiles, refuse_copies, sitting_of
from station.analysis.whose import taken_for_one, two_patients, two_weights
from station.faults import InputError, as_json, because
from station.measures import Request
from station.measures.norms.between import DaysRules
from station.measures.norms.change import NO_VERDICT, NOT_COMPARABLE, Change, ConditionTrials, Occasion, change
from station.measures.norms.people import NOT_STATED, SAME_LENGTH, Condition
from station.measures.pipelines import keys_of
from station.measures.recorded import DEFAULT_REQUEST
from station.measures.tasks.quotients import mean_of
from station.measures.values import NAN, MeasureSet
from station.recording.layout import finite_fields

_SIDES = {"left", "right"}


class Comparing(NamedTuple):
    """What a person says of two sittings, and asks for."""

    age_years: float | None = None
    same_day: bool | None = None
    """Where the files do not say it."""
    rules: DaysRules | None = None
    """Of change between days, in place of the station's own."""
    two_patients: bool = False
    """Whether the sittings may be of two patients."""
    one_patient: bool = False
    """Whether a person says that CSV files are of one, whatever their names, lines and loads say."""
    two_sides: bool = False
    """Whether they may be of the left leg and the right."""


def compare(
    before: SittingFiles,
    after: SittingFiles,
    options: ReadOptions = AS_IT_IS,
    request: Request = DEFAULT_REQUEST,
    asked: Comparing = Comparing(),  # noqa: B008  # a value
) -> dict[str, Any]:
    """The verdict on every figure of the pipeline, with all that it rests on; JSON values.

    Two sittings that differ in one condition only cannot show a change; `quotients` then has what their difference is
    called. Raises the errors of `read_file`, and InputError "input-invalid" for a pipeline that does not exist, for one
    recording under two names in a sitting, and for two patients or two sides that nobody asked for.
    """
    version = pipeline_named(request.pipeline).version
    first, second = (sitting_of(one, options, request, asked.age_years) for one in (before, after))
    for sitting in (first, second):
        refuse_copies([sitting])
    _refuse_strangers(first, second, asked)
    if not asked.two_sides and before.stated.stance == after.stated.stance:
        _refuse_two_sides(first, second)
    apart = _apart(first, second, asked)
    keys = keys_of(request.pipeline, request.everything)
    mixed = next(
        (
            because("mixed-conditions", sitting=word)
            for word, one in (("before", first), ("after", second))
            if len(one.conditions) > 1 or len(one.said_sides) > 1
        ),
        None,
    )
    mixed = next((why for one in (first, second) if (why := _unusable(one))), mixed)
    condition = [next(iter(one.conditions), Condition(NOT_STATED, NOT_STATED, NOT_STATED)) for one in (first, second)]
    trials = ConditionTrials(condition[0], first.sets), ConditionTrials(condition[1], second.sets)
    same_day = same_day_of((first, second), asked.same_day)
    occasion = Occasion(asked.age_years, same_day, asked.rules)
    unlike = {"verdict": NOT_COMPARABLE, "why": None if mixed is None else as_json(mixed)}
    changes = {key: unlike if mixed else _values(_of_apart(change(*trials, key, occasion), apart)) for key in keys}
    result: dict[str, Any] = {
        "pipeline": request.pipeline,
        "pipeline_version": version,
        "before": _described(first),
        "after": _described(second),
        "same_day": same_day,
        "taken": [as_json(one) for one in _taken(first, second, asked)],
        "changes": changes,
        "quotients": {} if mixed else contrasts_of(*trials, keys, asked.age_years),
    }
    if asked.age_years is not None and not mixed:
        for word, sitting, stood in (("before", first, condition[0]), ("after", second, condition[1])):
            lengths = [one.duration_s for one in sitting.sets]
            if lengths and max(lengths) <= (1.0 + SAME_LENGTH) * min(lengths):
                count = len(sitting.sets)
                result[word]["norms"] = norms_of(_mean_set(sitting.sets, keys), stood, asked.age_years, count)
    return finite_fields(result)


def _taken(first: Sitting, second: Sitting, asked: Comparing) -> tuple[Problem, ...]:
    """What the sittings were taken for because nothing says it."""
    if asked.two_patients:
        return ()
    files = (*first.whose, *second.whose)
    legs_said = asked.two_sides or (first.legs_said and second.legs_said)
    return taken_for_one(files, told=asked.one_patient, legs_said=legs_said)


def same_day_of(sittings: Iterable[Sitting], stated: bool | None) -> bool | None:
    """Whether all of these were stood on one day: by their recordings, and by a person where a file does not say."""
    sittings = tuple(sittings)
    days = frozenset().union(*(one.days for one in sittings))
    if len(days) > 1:
        return False
    return True if all(one.days for one in sittings) else stated


def _refuse_strangers(first: Sitting, second: Sitting, asked: Comparing) -> None:
    """Raise InputError "input-invalid" for two patients that nobody asked for: by what recordings name, by what other
    files say themselves, or by the weight.
    """
    if asked.two_patients:
        return
    patients = first.patients | second.patients
    named = because("two-patients", patients=sorted(patients)) if len(patients) > 1 else None
    known = bool(first.patients) and first.patients == second.patients
    alike = first.conditions == second.conditions  # on one of two plates stands a part of the weight
    loads_n = [_load_n(one) if alike and not known else NAN for one in (first, second)]
    guessed = None if asked.one_patient else two_patients((*first.whose, *second.whose)) or two_weights(*loads_n)
    if why := named or guessed:
        raise InputError("input-invalid", "--before, --after", why)


def _load_n(sitting: Sitting) -> float:
    """The middle of what the plate carried; nan where it is not known, or in doubt."""
    loads = sorted(found.values.get("mean_force_n", NAN) for found in sitting.sets)
    known = bool(loads) and all(load == load for load in loads)
    return loads[len(loads) // 2] if known and not any(one.suspicions for one in sitting.sets) else NAN


def _refuse_two_sides(first: Sitting, second: Sitting) -> None:
    """Raise InputError "input-invalid" for two legs: as they were stood, as CSV files say that they were, or by the
    foot that was in front.
    """
    stood = [{one.stance for one in sitting.conditions} for sitting in (first, second)]
    said = [sitting.said_sides for sitting in (first, second)]
    for one, other in ((stood[0] & _SIDES, stood[1] & _SIDES), said, (first.fronts, second.fronts)):
        if one and other and one != other:
            raise InputError("input-invalid", "--before, --after", because("two-sides"))


def _apart(first: Sitting, second: Sitting, asked: Comparing) -> Problem | None:
    """Why a difference of the two is no change: they are of two patients, or of two legs that nobody told apart."""
    patients = first.patients | second.patients
    if len(patients) > 1 or (asked.two_patients and not patients):
        return because("people-differ")
    if asked.two_sides and not all({one.stance for one in sitting.conditions} <= _SIDES for sitting in (first, second)):
        return because("sides-not-said")
    return None


def _of_apart(found: Change, why: Problem | None) -> Change:
    """No verdict on a difference of two people, or of two legs."""
    if why is None or found.verdict == NOT_COMPARABLE:
        return found
    return found._replace(verdict=NO_VERDICT, why=why, direction=None)


def _described(sitting: Sitting) -> dict[str, Any]:
    """Which trials a sitting has, how they were stood ("left/right" where several ways), and what is to be known of
    each.
    """
    unsaid = Condition(NOT_STATED, NOT_STATED, NOT_STATED)
    ways = zip(*sorted(sitting.conditions or {unsaid}), strict=True)
    condition = {key: "/".join(sorted(set(way))) for key, way in zip(Condition._fields, ways, strict=True)}
    warned = {
        name: [as_json(one) for one in (*found.suspicions, *found.warnings)]
        for name, found in zip(sitting.names, sitting.sets, strict=True)
        if found.suspicions or found.warnings
    }
    return {"trials": sitting.names, "condition": condition, "warnings": warned}


def _values(found: Change) -> dict[str, Any]:
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
