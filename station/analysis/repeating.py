"""A clinic's own repeatability between days, from its people's two visits.

People who were not treated in between stood the same trials on two days. Of each figure the factor beyond which the
means of one person's two visits differ by more than chance, at 95 %: on a logarithmic scale, Student's t of as many
people times the root mean square of their differences. What all of them gained by having done it before is in it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from drills.problems import Problem
from station.analysis.reading import AS_IT_IS, ReadOptions, pipeline_named
from station.analysis.sittings import Sitting, SittingFiles, refuse_copies, sitting_of
from station.analysis.whose import two_patients, whose_of
from station.clock import local_midnight_ns
from station.faults import InputError, as_json, because
from station.measures import Request
from station.measures.doubts import doubt
from station.measures.norms.people import NOT_STATED, Condition
from station.measures.pipelines import keys_of
from station.measures.recorded import DEFAULT_REQUEST
from station.measures.registry import REGISTRY
from station.measures.tasks.quotients import mean_of
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.sessions import Sessions

LEAST_PEOPLE = 5
"""Fewer say nothing: at five the t of 2.6 makes up for it. About 20 are what a clinic should take."""
FEW_PEOPLE = 20
LEAST_FACTOR = 1.0001
"""A figure that differs by less between all people's visits was copied."""
MOST_SESSIONS = 10_000
"""Of one patient, more than anybody ever has."""


class TwoVisits(NamedTuple):
    """One person's trials of two days."""

    name: str
    first: SittingFiles
    second: SittingFiles


def visits_in(folder: Path) -> list[tuple[str, Path, Path]]:
    """Of each person's folder in `folder` the name and its two folders, in the order of their names.

    Raises InputError "input-invalid" for a folder of a person that does not hold two folders, or of nobody.
    """
    found = []
    for person in sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []:
        visits = sorted(one for one in person.iterdir() if one.is_dir())
        if len(visits) != 2:
            raise InputError("input-invalid", str(person), because("not-two-visits", folders=len(visits)))
        found.append((person.name, visits[0], visits[1]))
    if not found:
        raise InputError("input-invalid", str(folder), because("no-people"))
    return found


def visits_of_patients(data: Path, patients: Sequence[str], drill: str | None) -> list[TwoVisits]:
    """The stored sessions of each of these patients on the first two days on which trials were held, of one drill where
    it is named.

    Raises the errors of `open_records`, and InputError "input-invalid" for a patient without two such days.
    """
    stored = Sessions(open_records(records_path(data), read_only=True))
    found = []
    for code in patients:
        own = [
            session
            for session in stored.newest(code.upper(), MOST_SESSIONS)
            if session["trials_held"] and drill in (None, session["drill"])
        ]
        days = sorted({local_midnight_ns(session["started_ns"]) for session in own})[:2]
        if len(days) < 2:
            raise InputError("input-invalid", f"--patient {code}", because("not-two-days", days=len(days)))
        files = [
            [data / session["recording"] for session in own if local_midnight_ns(session["started_ns"]) == day]
            for day in days
        ]
        found.append(TwoVisits(code.upper(), SittingFiles(files[0]), SittingFiles(files[1])))
    return found


def repeatability_of(
    people: Sequence[TwoVisits], options: ReadOptions = AS_IT_IS, request: Request = DEFAULT_REQUEST
) -> dict[str, Any]:
    """The rule of each figure, with its n and the shift from the first visit to the second; JSON values.

    Raises the errors of `read_file`, and InputError "input-invalid" for too few people, trials of several conditions or
    in doubt, visits with other numbers of trials, or two visits on one day.
    """
    pipeline_named(request.pipeline)
    if len(people) < LEAST_PEOPLE:
        raise InputError("input-invalid", "FOLDER", because("few-people", people=len(people), least=LEAST_PEOPLE))
    pairs = [
        (one.name, sitting_of(one.first, options, request), sitting_of(one.second, options, request)) for one in people
    ]
    for name, first, second in pairs:
        _refuse(name, first, second)
    refuse_copies([sitting for _, *both in pairs for sitting in both])
    conditions = {stood for _, first, second in pairs for stood in (*first.stood, *second.stood)}
    sides = {side for _, *both in pairs for sitting in both for side in sitting.said_sides}
    if len(conditions) != 1 or len(sides) > 1:
        raise InputError("input-invalid", "FOLDER", because("visits-of-several-conditions"))
    counts = {len(sitting.sets) for _, *both in pairs for sitting in both}
    rules = {}
    for key in keys_of(request.pipeline, request.everything):
        rule = _rule([(first, second) for _, first, second in pairs], key)
        if rule is not None:
            rules[key] = rule
    return {
        "pipeline": request.pipeline,
        "condition": conditions.pop()._asdict(),
        "people": len(pairs),
        "few": len(pairs) < FEW_PEOPLE,
        "trials": min(counts),
        "taken": [as_json(one) for one in _taken([sitting for _, *both in pairs for sitting in both])],
        "rules": rules,
    }


def _refuse(name: str, first: Sitting, second: Sitting) -> None:
    """Raise InputError "input-invalid" where two visits of one person cannot be held against each other."""
    for sitting in (first, second):
        if not sitting.sets:
            raise InputError("input-invalid", name, because("no-trial"))
        if why := next((one for found in sitting.sets if (one := doubt(found))), None):
            raise InputError("input-invalid", name, why)
    if len(first.sets) != len(second.sets):
        raise InputError(
            "input-invalid", name, because("visits-unequal", first=len(first.sets), second=len(second.sets))
        )
    if first.days & second.days:
        raise InputError("input-invalid", name, because("visits-of-one-day"))
    if len(first.patients | second.patients) > 1:
        patients = sorted(first.patients | second.patients)
        raise InputError("input-invalid", name, because("battery-of-two", patients=patients))
    if why := two_patients((whose_of(Path(name), ()), *first.whose, *second.whose)):
        files = [why.values["one"], why.values["other"]]
        raise InputError("input-invalid", name, because("battery-of-two", patients=files))


def _taken(sittings: Sequence[Sitting]) -> tuple[Problem, ...]:
    """What is taken of the files because nothing in them says it."""
    files = [file for sitting in sittings for file in sitting.whose]
    named = all(file.code for file in files) or all(file.patient for file in files)
    legs_said = all(sitting.legs_said for sitting in sittings)
    return (*(() if named else (because("people-by-folder"),)), *(() if legs_said else (because("legs-unsaid"),)))


def _rule(pairs: Sequence[tuple[Sitting, Sitting]], key: str) -> dict[str, float] | None:
    """Factor, shift and standard error of one figure; None for an angle, and where anybody lacks it, it is not
    positive, or it never differs.
    """
    from scipy.special import stdtrit

    if REGISTRY[key].unit == "deg":
        return None
    apart = []
    for first, second in pairs:
        one, other = mean_of(first.sets, key), mean_of(second.sets, key)
        if one.why or other.why or not (one.value > 0.0 and other.value > 0.0):
            return None
        apart.append(math.log(other.value / one.value))
    square = sum(distance**2 for distance in apart) / len(apart)
    factor = math.exp(float(stdtrit(len(apart), 0.975)) * math.sqrt(square))
    if factor < LEAST_FACTOR:
        return None
    return {
        "factor": factor,
        "shift_percent": 100.0 * (math.exp(sum(apart) / len(apart)) - 1.0),
        "sem_percent": 100.0 * math.sqrt(square / 2.0),
    }


def as_rules(found: dict[str, Any], by: str, on: date) -> str:
    """The file that `station compare --repeatability` reads: proposed, until somebody signs it."""
    condition = Condition(**found["condition"])
    source = ", ".join([*([by] if by else []), on.isoformat(), f"n = {found['people']}"])
    lines = [
        "schema = 1",
        'status = "proposed"',
        'signed_by = ""',
        'signed_on = ""',
    ]
    for key, rule in found["rules"].items():
        lines += [
            "",
            "[[rule]]",
            f'measure = "{key}"',
            f'pipeline = "{found["pipeline"]}"',
            *(f'{name} = "{word}"' for name, word in condition._asdict().items() if word != NOT_STATED),
            f"least_trials = {found['trials']}",
            f"factor = {rule['factor']:.4f}",
            f"people = {found['people']}",
            f"source = {json.dumps(source)}",
        ]
    return "\n".join(lines) + "\n"
