"""From a report's words to a PDF, by typst: tagged, and of the fonts that typst brings along, so that the same words
give the same bytes on every computer. What is written in other letters has the font of its script, which is installed
with its language; without it there is no report in that language, rather than one of empty boxes.

Words go in as JSON values, never as markup: what somebody wrote into the records is text and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from station.faults import StationError, because
from station.texts.fonts import FoundFont, font_of, script_of
from station.texts.texts import is_right_to_left

TEMPLATE = Path(__file__).with_name("report.typ")
FONT = "Libertinus Serif"
"""Comes with typst."""
STANDARD: Final = "ua-1"
"""PDF/UA-1: typst refuses a picture without words, and a document without title and language."""


def pdf_of(document: Mapping[str, Any]) -> bytes:
    """The PDF of a document of `station.reports.pages`. Raises StationError "report-failed"."""
    return _compiled(document, "pdf")[0]


def pictures_of(document: Mapping[str, Any], dots_per_inch: float = 110.0) -> list[bytes]:
    """Each page as PNG, for looking at. Raises StationError "report-failed"."""
    return _compiled(document, "png", dots_per_inch)


def _font_for(language: str) -> FoundFont | None:
    """The font of a script that typst does not bring along; None where it needs none. Raises StationError
    "report-failed" where none is installed.
    """
    script, font = script_of(language), font_of(language)
    if script is not None and font is None:
        raise StationError("report-failed", language, because("no-font", language=language, package=script.package))
    return font


def _compiled(document: Mapping[str, Any], kind: Literal["pdf", "png"], dots_per_inch: float = 110.0) -> list[bytes]:
    try:
        import typst
    except ImportError as problem:
        raise StationError("report-failed", "typst", because("system-said", said=str(problem))) from problem
    font = _font_for(str(document["language"]))
    words = {
        **document,
        "fonts": [*([font.family] if font else []), FONT],
        "rtl": is_right_to_left(document["language"]),
    }
    try:
        made: Any = typst.compile(
            TEMPLATE,
            sys_inputs={"report": json.dumps(words, ensure_ascii=False, sort_keys=True)},
            font_paths=[font.folder] if font else [],
            format=kind,
            ppi=dots_per_inch,
            ignore_system_fonts=True,
            pdf_standards=[STANDARD] if kind == "pdf" else [],
        )
    except (RuntimeError, ValueError) as problem:  # typst's own errors are the first
        raise StationError("report-failed", TEMPLATE.name, because("system-said", said=str(problem))) from problem
    return made if isinstance(made, list) else [made]
