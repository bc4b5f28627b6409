"""The sheet of an acceptance as a page: what was found, what is allowed and why, by whom, and the lines to sign."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from station.clock import NS_PER_S, local_date
from station.commissioning.accepting.parts import GROUPS, PARTS, SheetBound, SheetPart
from station.commissioning.accepting.sheet import AcceptanceSheet, SheetResult
from station.reports.pages import Document, Section
from station.texts import Texts
from station.texts.numbers import day as day_words

SHEET_PT = 9.5
SIMULATED_RIG = "simulated"
_SIGNERS = ("technician", "engineer", "clinician")
_LINE = "_" * 15
_WIDTHS = (1.6, 2.3, 1.4, 0.8, 1.3)
"""Of the columns, as shares."""


def acceptance_page(sheet: AcceptanceSheet, document: Mapping[str, Any], texts: Texts) -> Document:
    """The document of `station.reports.printing` for a finished sheet; `document` is the file's, with who and when."""
    say = texts.say
    unreal = sheet.rig == SIMULATED_RIG
    return {
        "title": say("accept.title"),
        "language": texts.language.partition("-")[0],
        "mark": say("report.simulated.mark") if unreal else "",
        "warning": say("accept.simulated") if unreal else "",
        "size": SHEET_PT,
        "about": _about(sheet, document, texts),
        "sections": [*(_group(group, sheet, texts) for group in GROUPS), _signing(document, texts)],
        "foot": say("accept.foot", program=sheet.program_version),
    }


def _about(sheet: AcceptanceSheet, document: Mapping[str, Any], texts: Texts) -> list[list[str]]:
    say = texts.say
    spacing = say("accept.plate", ml_mm=sheet.plate.spacing_ml_mm, ap_mm=sheet.plate.spacing_ap_mm)
    return [
        [say("accept.about.verdict"), say(f"accept.verdict.{sheet.verdict}")],
        [say("accept.about.rig"), f"{sheet.rig} · {spacing}"],
        [say("accept.about.calibration"), sheet.calibration or say("accept.as-delivered")],
        [say("accept.about.begun"), _day(sheet.begun_s, texts)],
        [say("accept.about.finished"), f"{_day(float(document['finished_s']), texts)} · {document['by']}"],
    ]


def _group(group: str, sheet: AcceptanceSheet, texts: Texts) -> Section:
    parts = [part for part in PARTS if part.group == group]
    rows = [row for part in parts for row in _rows(part, sheet.results.get(part.name), texts)]
    bases = dict.fromkeys(bound.basis for part in parts for bound in part.bounds)
    return {
        "title": texts.say(f"accept.group.{group}"),
        "words": [],
        "head": [texts.say(f"accept.column.{name}") for name in ("part", "found", "allowed", "verdict", "by")],
        "align": ["left"] * 5,
        "widths": _WIDTHS,
        "rows": rows,
        "points": [],
        "notes": [texts.say(f"accept.basis.{basis}") for basis in bases],
    }


def _rows(part: SheetPart, result: SheetResult | None, texts: Texts) -> list[list[str]]:
    """One for each bound of the part, or one for a part that has none."""
    say = texts.say
    name = say("accept.numbered", number=PARTS.index(part) + 1, part=say(f"accept.part.{part.name}"))
    if result is None:
        return [[name, "", "", say("accept.mark.open"), ""]]
    when = f"{result.by}, {_day(result.at_s, texts)}"
    if result.left_out:
        return [[name, say("accept.left-out", why=result.left_out), "", say("accept.mark.open"), when]]
    told = _given(part, result, texts)
    if result.fault or not part.bounds:
        found = " ".join(filter(None, (told, result.fault)))
        return [[name, found, "", _mark(bool(result.passed), texts), when]]
    rows = []
    for number, bound in enumerate(part.bounds):
        value = result.value(bound.figure)
        found = figure_words(bound.figure, value, texts)
        shown = f"{found}; {told}" if told and not number else found
        judged = [shown, bound_words(bound, texts), _mark(bound.holds(value), texts)]
        rows.append([name, *judged, when] if not number else ["", *judged, ""])
    return rows


def _given(part: SheetPart, result: SheetResult, texts: Texts) -> str:
    """What was answered, where it is not itself what is judged."""
    judged = {bound.figure for bound in part.bounds}
    told = []
    for question in part.questions:
        value = result.given.get(question.name)
        if value is None or question.name in judged:
            continue
        if isinstance(value, str):
            told.append(texts.say(f"accept.word.{value}") if question.choice else value)
        else:
            told.append(figure_words(question.name, value, texts))
    return ", ".join(told)


def _signing(document: Mapping[str, Any], texts: Texts) -> Section:
    """Lines to sign by hand. What the engineer and the clinician answer for is a page of its own, docs/signing.md."""
    say = texts.say
    rows = [
        [say(f"accept.signer.{one}"), str(document["by"]) if one == _SIGNERS[0] else _LINE, _LINE, _LINE]
        for one in _SIGNERS
    ]
    return {
        "title": say("accept.signing"),
        "words": [say("accept.signing-words")],
        "head": [say(f"accept.column.{name}") for name in ("role", "name", "day", "signature")],
        "align": ["left"] * 4,
        "rows": rows,
        "points": [],
        "notes": [],
    }


def figure_words(figure: str, value: float, texts: Texts) -> str:
    """A figure with its name and unit: `place 0.31 mm`."""
    if not math.isfinite(value):
        return texts.say(f"accept.figure.{figure}", value=texts.say("accept.never"))
    size = abs(value)
    return texts.say(f"accept.figure.{figure}", value=texts.value(value, 0 if size >= 100 else 1 if size >= 10 else 2))


def bound_words(bound: SheetBound, texts: Texts) -> str:
    """What a figure must be, and how sure that is."""
    say, mark = texts.say, texts.say(f"accept.bound.{bound.mark}")
    if bound.least is None:
        return say("accept.at-most", most=bound.most, mark=mark)
    return say("accept.between", least=bound.least, most=bound.most, mark=mark)


def _mark(passed: bool, texts: Texts) -> str:
    return texts.say("accept.mark.passed" if passed else "accept.mark.failed")


def _day(at_s: float, texts: Texts) -> str:
    """The day and the time of day."""
    clock = datetime.fromtimestamp(at_s).strftime("%H:%M")
    return f"{day_words(local_date(round(at_s) * NS_PER_S), texts.language)} {clock}"
