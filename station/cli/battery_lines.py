"""A battery as lines for a person, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from station.cli.figures import columns, norm_notes, note, number, pipeline_line, worth
from station.cli.report import norms_worded, said
from station.cli.words import english, say

if TYPE_CHECKING:
    from station.texts import Texts


def battery_worded(result: Mapping[str, Any], texts: Texts | None = None) -> dict[str, Any]:
    """What `station.analysis.batteries.battery_of` found, with warnings, reasons and norms in words."""
    of = texts or english()
    conditions = {}
    for word, one in result["conditions"].items():
        warnings = {name: [said(warning, of) for warning in every] for name, every in one["warnings"].items()}
        conditions[word] = {**one, "warnings": warnings}
        if "norms" in one:
            conditions[word]["norms"] = norms_worded(one["norms"], of)
    scores = {
        name: {
            key: {**one, "why": said(one["why"], of), **({"basis": said(one["basis"], of)} if "basis" in one else {})}
            for key, one in own.items()
        }
        for name, own in result["scores"].items()
    }
    return {**result, "taken": [said(one, of) for one in result["taken"]], "conditions": conditions, "scores": scores}


def battery_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """Means of the four conditions, then the scores of each figure and what they are worth."""
    width = columns(width)
    lines = [pipeline_line(result), *(line for text in result["taken"] for line in note(text, width, 0))]
    notes: list[str] = []
    for word, one in result["conditions"].items():
        vision, _, surface = word.partition("-")
        stood = {"vision": say(f"word.vision.{vision}"), "surface": say(f"word.surface.{surface}")}
        lines += note(say("cli.battery.condition", trials=len(one["trials"]), **stood), width, 0)
        norms = one.get("norms", {})
        for name, value in one["means"].items():
            place = norms.get(name, {}).get("word", "")
            shown = say("cli.battery.none") if value is None else number(value, 4)
            lines += note(f"{name}  {shown}  {place}".rstrip(), width)
        notes += norm_notes(norms)
        for warning in dict.fromkeys(text for every in one["warnings"].values() for text in every):
            trials = [name for name, every in one["warnings"].items() if warning in every]
            lines += note(say("cli.figures.trial-warning", warning=warning, trials=trials), width)
    bases: list[str] = []
    for name, scores in result["scores"].items():
        lines += note(say("cli.battery.scores", name=name), width, 0)
        for key, one in scores.items():
            shown = say("cli.figures.none", why=one["why"]) if one["value"] is None else number(one["value"], 4)
            lines += note(f"{key}  {shown}", width)
            if one["value"] is not None:
                *beside, basis = worth(one)
                bases.append(basis)
                lines += [line for text in beside for line in note(text, width, 4)]
    return lines + [line for text in dict.fromkeys([*bases, *notes]) for line in note(text, width, 0)]
