"""Two sittings of one patient held against each other, from their files: has something changed, and beside whom.

A sitting is some files: each CSV file is a trial, each recording has its own trials, of which those count that were
held.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from station.analysis.results import Wish, measure, set_of, window_of
from station.faults import InputError
from station.measures.norms.change import NOT_COMPARABLE, ConditionTrials, change
from station.measures.norms.people import NOT_TOLD, STANCE_SOURCE, Condition, place, stance_norm, table
from station.measures.pipelines import PIPELINES, keys_of
from station.measures.tasks.quotients import mean_of, quotient, side_difference, vibration_effect
from station.measures.values import NAN, MeasureSet
from station.recording.layout import finite
from station.recording.reader import read_recording
from station.recording.signals import is_recording

_LEADING = {"mean_velocity_mm_s", "ellipse_area_mm2", "mean_velocity_ML_AND_AP", "confidence_ellipse_area_ML_AND_AP"}
"""Figures of which quotients of two conditions are made."""
_QUOTIENTS = (("romberg_quotient", "closed", "open", quotient), ("foam_quotient", "foam", "firm", quotient),
              ("side_difference_percent", "left", "right", side_difference),
              ("vibration_effect_percent", "vibrated", "quiet", vibration_effect))  # fmt: skip
"""Name, the condition above, the one below, and how it is made."""
_ENDINGS = (".mcap", ".csv", ".csv.gz")


class Told(NamedTuple):
    """What a person said of how the trials were stood; None where the files are to tell."""

    stance: str | None = None
    vision: str | None = None
    surface: str | None = None


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
            raise InputError("recording-unreadable", str(path), "The folder holds no recording and no CSV file.")
        files += inside
    return files


def condition_of(path: Path, told: Told) -> Condition:
    """How the trials in this file were stood: by a recording's drill, and what a person said where that is silent."""
    own = dict.fromkeys(Condition._fields, NOT_TOLD)
    if is_recording(path):
        header = read_recording(path).header
        document = header.get("document") or {}
        own |= {"stance": header.get("leg") or NOT_TOLD, "vision": document.get("eyes") or NOT_TOLD,
                "surface": document.get("surface") or NOT_TOLD}  # fmt: skip
    own |= {key: word for key, word in told._asdict().items() if word is not None and own[key] == NOT_TOLD}
    return Condition(**own)


def sitting_of(paths: Sequence[Path], wish: Wish, told: Told) -> Sitting:
    """The trials of these files or folders. Raises InputError for a file that cannot be read."""
    names: list[str] = []
    sets: list[MeasureSet] = []
    conditions: set[Condition] = set()
    files = files_of(paths)
    for path in files:
        if files.count(path) > 1:
            raise InputError("input-invalid", str(path), "it is named twice: each trial is to be a file of its own.")
        conditions.add(condition_of(path, told))
        if not is_recording(path):
            names.append(str(path))
            sets.append(set_of(path, wish))
            continue
        recording = read_recording(path)
        for event in recording.events:
            window = window_of(event, "hold_start_ns", "hold_end_ns") if event["kind"] == "trial-ended" else None
            if window is not None and event["outcome"] == "held":
                names.append(f"{path} trial {event['trial']}")
                sets.append(measure(recording, window, wish))
    return Sitting(names, sets, conditions)


def compare(before: Sequence[Path], after: Sequence[Path], wish: Wish, told: Told, age_years: float | None,
            told_after: Told | None = None) -> dict[str, Any]:  # fmt: skip
    """The verdict on every figure of the pipeline, with all that it rests on; JSON values.

    `told_after` is of the second sitting where that was stood otherwise. Two sittings that differ in one condition
    only cannot show a change; `quotients` then has what their difference is called.
    """
    first, second = sitting_of(before, wish, told), sitting_of(after, wish, told_after or told)
    keys = keys_of(wish.pipeline, wish.everything)
    mixed = next((f"{word}: the trials are of different conditions" for word, one in
                  (("before", first), ("after", second)) if len(one.conditions) > 1), "")  # fmt: skip
    mixed = next((why for one in (first, second) if (why := _unusable(one))), mixed)
    condition = [next(iter(one.conditions), Condition(NOT_TOLD, NOT_TOLD, NOT_TOLD)) for one in (first, second)]
    trials = ConditionTrials(condition[0], first.sets), ConditionTrials(condition[1], second.sets)
    changes = {key: {"verdict": NOT_COMPARABLE, "why": mixed} if mixed else change(*trials, key)._asdict()
               for key in keys}  # fmt: skip
    result: dict[str, Any] = {
        "pipeline": wish.pipeline, "pipeline_version": PIPELINES[wish.pipeline].version,
        "before": {"trials": first.names, "condition": condition[0]._asdict()},
        "after": {"trials": second.names, "condition": condition[1]._asdict()},
        "changes": changes,
        "quotients": {} if mixed else quotients_of(*trials, keys),
    }  # fmt: skip
    if age_years is not None and not mixed:
        for word, sitting, stood in (("before", first, condition[0]), ("after", second, condition[1])):
            if sitting.sets:
                result[word]["norms"] = norms_of(_mean_set(sitting.sets, keys), stood, age_years)
    cleaned = finite(result)
    assert isinstance(cleaned, dict)  # noqa: S101  # `finite` keeps the kind
    return cleaned


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
            return {name: {key: made(one, other, key)._asdict() for key in names if key in _LEADING}}
    return {}


def norms_of(found: MeasureSet, condition: Condition, age_years: float) -> dict[str, Any]:
    """Where the figures stand among people of this age, with the norm and its n; or why that cannot be said."""
    named = {key[0] for key in table()}
    norms = {}
    for name in found.values:
        if name in named:
            where = place(name, found, condition, age_years)
            norms[name] = {"percentile": None if where.percentile != where.percentile else where.percentile,
                           "people": where.people, "text": where.text, "word": where.word,
                           "norm": where.norm}  # fmt: skip
    text = stance_text(age_years) if condition.stance in ("left", "right") else ""
    if text:
        norms["single_leg_stance_time_s"] = {"percentile": None, "people": 549, "text": text, "word": "", "norm": ""}
    return norms


def stance_text(age_years: float) -> str:
    """How long people of this age stand on one leg, and who timed them; "" where nobody did."""
    row = stance_norm(age_years)
    if row is None:
        return ""
    closed = f"{row.closed_women_s:g} s (women), {row.closed_men_s:g} s (men)"
    return (f"people of {row.ages[0]} to {row.ages[1]} years stand on one leg for {row.open_s:g} s with open eyes, "
            f"{closed} with closed: {STANCE_SOURCE}")  # fmt: skip


def _unusable(sitting: Sitting) -> str:
    """Which trial of a sitting has no figure at all, and why; empty where each has some."""
    for name, found in zip(sitting.names, sitting.sets, strict=True):
        if all(value != value for value in found.values.values()):  # NaN
            return f"{name}: {next(iter(found.reasons.values()))}"
    return ""


def _mean_set(sets: Sequence[MeasureSet], keys: Iterable[str]) -> MeasureSet:
    means = {key: mean_of(sets, key) for key in keys}
    return replace(sets[0], values={key: mean.value if not mean.why else NAN for key, mean in means.items()},
                   reasons={key: mean.why for key, mean in means.items() if mean.why})  # fmt: skip
