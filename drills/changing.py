"""A therapist's own drill: a copy of a shipped one, what may be changed of it, and what stays as it was.

What judges the patient (thresholds, stance, the order of steps, the exercise and the form of vibration) is the shipped
drill's for ever: an own drill may ask for more or less, never look away. Its ranges are those of every document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from drills.document import DrillDocument, read_document
from drills.errors import DrillDocumentError
from drills.library import catalogue_names, load_shipped
from drills.problems import Problem, not_one_of

WORDS = ("language", "title", "summary")
AXES = ("surface", "eyes", "hands", "feedback.level", "feedback.kind", "stance.orientation")
DOSE = ("trials.default", "trials.min", "trials.max")
LEAST_EVIDENCE = "D"
NAMED = "named"
"""Of `trials.legs`."""
MOST_TITLE = 80
"""Letters, as the document allows."""
MOST_DOCUMENT_BYTES = 10_000
"""Of a document as JSON: with what else a Start says it must fit into one message, and into one event."""
_OF_THE_COPY = ("about.id", "about.evidence")
_INSIDE = ("script.", "about.", "success.")
_STEP_NAME, _PARAMETERS, _TIME, _VIBRATION = "step", "parameters.", "time.", "vibration."


def copy_of(origin: str, name: str) -> DrillDocument:
    """The shipped drill `origin` under this name, as the first version of an own one.

    Raises `UnknownDrillError` for no shipped drill, `DrillDocumentError` for a name that cannot be used.
    """
    table = table_of(load_shipped(origin))
    if "about" in table:  # what was shown of the shipped drill was not shown of what becomes of it
        table["about"] = {**table["about"], "evidence": LEAST_EVIDENCE}
    copied = read_document({**table, "name": name, "own": {"version": 1, "copied_from": origin}}, name).document
    title = f"{copied.title[: MOST_TITLE - len(name) - 3]} ({name})"  # nobody takes the one for the other
    return copied.model_copy(update={"title": title})


def table_of(document: DrillDocument) -> dict[str, Any]:
    """The tables of its TOML file: nothing in them is left empty."""
    return document.model_dump(mode="json", by_alias=True, exclude_none=True)


def changed(document: DrillDocument, changes: Mapping[str, Any]) -> DrillDocument:
    """The same document with these values by their key paths, read and checked again: `hands`, `trials.max`,
    `steps.rest.time_s`, `steps.exercise.parameters.dwell_s`. None takes a key away.

    Raises `DrillDocumentError` with everything that is wrong, also a path that leads nowhere.
    """
    table, lost = table_of(document), []
    for path, value in changes.items():
        *way, last = path.split(".")
        place = _table_at(table, way)
        if place is None:
            lost.append(Problem(path, value, reason="unknown-key"))
        elif value is None:
            place.pop(last, None)
        else:
            place[last] = value
    if lost:
        raise DrillDocumentError(document.name, *lost)
    return read_document(table, document.name).document


def _table_at(table: dict[str, Any], way: list[str]) -> dict[str, Any] | None:
    place: Any = table
    if way[:1] == ["steps"]:
        place = next((one for one in table["steps"] if one[_STEP_NAME] == "".join(way[1:2])), None)
        way = way[2:]
    for name in way:
        place = place.get(name) if isinstance(place, dict) else None
    return place if isinstance(place, dict) else None


def values_of(document: DrillDocument) -> dict[str, Any]:
    """Every value of a document by its key path; a list is one value."""
    return dict(_leaves(table_of(document), ""))


def _leaves(value: object, path: str) -> Iterator[tuple[str, Any]]:
    if path == "steps" and isinstance(value, list):
        for step in value:
            yield from _leaves(
                {key: one for key, one in step.items() if key != _STEP_NAME}, f"steps.{step[_STEP_NAME]}"
            )
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}" if path else key)
    else:
        yield path, value


def may_change(path: str) -> bool:
    """Whether a therapist may change the value at this path of an own drill."""
    if path in _OF_THE_COPY:
        return False
    if path in (*WORDS, *AXES, *DOSE) or path.startswith(_INSIDE):
        return True
    step, _, inside = path.removeprefix("steps.").partition(".")
    if not path.startswith("steps.") or inside in ("", _STEP_NAME):
        return False
    if step == "exercise":
        return (
            inside != "time.mode" and inside != "vibration.form" and inside.startswith((_PARAMETERS, _TIME, _VIBRATION))
        )
    return step not in ("", "learn")


def lifted(document: DrillDocument) -> DrillDocument:
    """The same, asking which foot does it, or is in front, where its shipped drill has asked since the copy was made:
    no therapist may say so, and without it the copy could not be used.
    """
    origin = "" if document.own is None else document.own.copied_from
    if document.trials.legs is not None or origin not in catalogue_names() or not load_shipped(origin).names_foot:
        return document
    return changed(document, {"trials.legs": NAMED})


def refused(document: DrillDocument) -> tuple[Problem, ...]:
    """What an own drill may not be: a shipped one's name, no copy of a shipped one, or one that judges otherwise."""
    known = catalogue_names()
    if document.own is None:
        return (Problem("own", reason="missing"),)
    if document.name in known:
        return (Problem("name", document.name, reason="shipped-name"),)
    if document.own.copied_from not in known:
        return (not_one_of("own.copied_from", document.own.copied_from, known),)
    size = len(json.dumps(document.model_dump(mode="json", by_alias=True)))
    if size > MOST_DOCUMENT_BYTES:
        return (Problem("", size, most=MOST_DOCUMENT_BYTES, reason="document-too-long"),)
    return tuple(_otherwise(document, copy_of(document.own.copied_from, document.name)))


def _otherwise(document: DrillDocument, copied: DrillDocument) -> Iterator[Problem]:
    origin = "" if copied.own is None else copied.own.copied_from
    steps, was = ([one.step for one in each.steps] for each in (document, copied))
    if steps != was:
        yield Problem("steps", ", ".join(steps), reason="as-copied", values={"was": ", ".join(was), "of": origin})
        return
    now, before = values_of(document), values_of(copied)
    now.setdefault("trials.legs", None)
    before.setdefault("trials.legs", None)
    for path in sorted({*now, *before} - {"name"}):
        if path.startswith("own."):
            continue
        if now.get(path) != before.get(path) and not may_change(path):
            values = {"was": "-" if before.get(path) is None else before[path], "of": origin}
            yield Problem(path, now.get(path), reason="as-copied", values=values)
    if document.shaken is not None and document.surface == "foam":
        yield Problem("surface", "foam", reason="foam-still")
