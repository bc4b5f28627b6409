"""What is said of figures once there are some: beside whom they stand, and what to raise where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from drills.problems import Problem
from drills.values import EACH, names_front
from station.analysis.reading import RecordingFile, TableFile, trials_of
from station.faults import InputError, StationError, as_json, because
from station.measures.norms.people import NOT_STATED, STANCE_PEOPLE, Condition, stance_said
from station.measures.norms.ranks import named, place
from station.measures.suspicions.scale import ONE_LEG
from station.measures.values import MeasureSet


class StatedCondition(NamedTuple):
    """What a person says of how trials were stood; None where the files are to say it."""

    stance: str | None = None
    vision: str | None = None
    surface: str | None = None


def condition_of(file: RecordingFile | TableFile, stated: StatedCondition, trial: int | None = None) -> Condition:
    """How the trials in this file were stood: by a recording's drill, and by a person where that is silent. `trial` is
    the one that is meant of a drill that changes legs.
    """
    own = dict.fromkeys(Condition._fields, NOT_STATED)
    if isinstance(file, RecordingFile):
        header = file.recording.header
        document = header.get("document") or {}
        own["stance"] = _stance_of(file, document, trial)
        own["vision"] = document.get("eyes") or NOT_STATED
        own["surface"] = document.get("surface") or NOT_STATED
    own |= {key: word for key, word in stated._asdict().items() if word is not None and own[key] == NOT_STATED}
    return Condition(**own)


def stood_as(condition: Condition) -> str:
    """What is known of how a trial was stood, as `station.measures.suspicions.scale` has it; "" where it is not."""
    if condition.stance in ("left", "right"):
        return ONE_LEG
    if condition.stance != "both" or NOT_STATED in condition:
        return ""
    return f"{condition.vision}-{condition.surface}"


def _stance_of(file: RecordingFile, document: Mapping[str, Any], trial: int | None) -> str:
    """The leg that stood, or both: where the leg only says which foot does it, both do."""
    trials = document.get("trials")
    named = isinstance(trials, Mapping) and trials.get("legs") == "named"
    return "both" if named else _leg_of(file, trial) or NOT_STATED


def of_other_leg(file: RecordingFile | TableFile, stated: StatedCondition, trial: int | None) -> bool:
    """Whether this trial, of a drill that changes legs, is on the leg that was not stated."""
    if not isinstance(file, RecordingFile) or file.recording.header.get("leg") != EACH:
        return False
    own = condition_of(file, StatedCondition(), trial).stance
    return {stated.stance, own} == {"left", "right"}


def front_of(file: RecordingFile | TableFile) -> str:
    """Which foot was in front, of a recording whose drill asks for it: "left", "right", or "" where nobody said."""
    if not isinstance(file, RecordingFile):
        return ""
    return str(_leg_of(file) or "") if names_front(file.recording.header.get("document") or {}) else ""


def _leg_of(file: RecordingFile, trial: int | None = None) -> str | None:
    """The leg of the drill; of one that changes legs that of this trial, of the one that is wanted, or of the first
    that came to a hold, which is then measured.
    """
    leg = file.recording.header.get("leg")
    if leg != EACH:
        return leg
    meant = trial or file.options.trial
    trials = [one for one in trials_of(file.recording) if one.hold is not None]
    return next((one.leg for one in trials if meant in (None, one.number)), None)


def norms_of(found: MeasureSet, condition: Condition, age_years: float, trials: int = 1) -> dict[str, Any]:
    """Where the figures stand among people of this age, with the norm and its n; or why that cannot be said.

    `trials` is of how many trials the figures are the mean.
    """
    norms: dict[str, dict[str, Any]] = {}
    for name in found.values:
        if name in named():
            where = place(name, found, condition, age_years, trials)
            norms[name] = {
                "percentile": None if where.percentile != where.percentile else where.percentile,
                "people": where.people,
                "text": as_json(where.text),
                "word": None if where.word is None else as_json(where.word),
                "norm": None if where.norm is None else as_json(where.norm),
            }
    said = stance_said(age_years) if condition.stance in ("left", "right") else None
    if said is not None:
        own = {"percentile": None, "people": STANCE_PEOPLE, "text": as_json(said), "word": None, "norm": None}
        norms["single_leg_stance_time_s"] = own
    return norms


def impossible(
    path: Path, measures: Mapping[str, Any], reasons: Mapping[str, Problem], warnings: tuple[Problem, ...] = ()
) -> InputError | None:
    """What is wrong with a file of which no figure could be had, with the first reason; None where there is one."""
    if any(value is not None for value in measures.values()):
        return None
    first = next(iter(reasons.values()), because("not-measured"))
    return InputError(
        "measures-impossible", str(path), *(because("for-this", why=as_json(one)) for one in (first, *warnings))
    )


def error_of(problem: StationError) -> dict[str, Any]:
    """A fault as JSON values, without words."""
    return {"code": problem.code, "where": problem.where, "problems": [as_json(one) for one in problem.problems]}
