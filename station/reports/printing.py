"""From a report's words to a PDF, by typst: tagged, and of the fonts that typst brings along, so that the same words
give the same bytes on every computer. What is written in other letters has the font of its script, which is installed
with its language; without it there is no report in that language, rather than one of empty boxes.

Words go in as JSON values, never as markup: what somebody wrote into the records is text and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

from station.faults import StationError, because
from station.texts.fonts import SCRIPTS, FoundFont, font_of, script_of
from station.texts.texts import is_right_to_left

TEMPLATE = Path(__file__).with_name("report.typ")
FONT = "Libertinus Serif"
"""Comes with typst."""
STANDARD: Final = "ua-1"
"""PDF/UA-1: typst refuses a picture without words, and a document without title and language."""
_USUAL_SIGNS = "\\u0000-\\u052f\\u1e00-\\u22ff"
"""Latin, Greek and Cyrillic letters, and what stands between letters, for a regular expression."""
_OWN_SIGNS = {
    "ar": ("\\u0600-\\u06ff", "\\u0750-\\u077f", "\\ufb50-\\ufdff", "\\ufe70-\\ufeff"),
    "zh": ("\\u2e80-\\u9fff", "\\uff00-\\uffef"),
}
"""Of the languages that have a font of their own."""


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
    own, others = _font_for(str(document["language"])), [found for found in map(font_of, SCRIPTS) if found is not None]
    tries = [(document, [own] if own else [])]
    # A name, or a goal, may be in other letters than the report, or be an emoji: then with all fonts that are here, and
    # then without what none of them has. No report at all is worse than one with a "?" in a name.
    tries += [(document, [*tries[0][1], *others]), (_without_rare(document), tries[0][1])]
    for at, (said, fonts) in enumerate(tries):
        words = {
            **said,
            "fonts": [*dict.fromkeys(font.family for font in fonts), FONT],
            "rtl": is_right_to_left(document["language"]),
        }
        try:
            made: Any = typst.compile(
                TEMPLATE,
                sys_inputs={"report": json.dumps(words, ensure_ascii=False, sort_keys=True)},
                font_paths=list(dict.fromkeys(font.folder for font in fonts)),
                format=kind,
                ppi=dots_per_inch,
                ignore_system_fonts=True,
                pdf_standards=[STANDARD] if kind == "pdf" else [],
            )
            return made if isinstance(made, list) else [made]
        except (RuntimeError, ValueError) as problem:  # typst's own errors are the first
            if at + 1 == len(tries):
                seen = because("system-said", said=str(problem))
                raise StationError("report-failed", TEMPLATE.name, seen) from problem
    raise AssertionError


def _without_rare(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same with "?" for signs that are neither Latin, Greek or Cyrillic nor of the document's own script, and a
    line that says so.
    """
    script = "".join(_OWN_SIGNS.get(str(document["language"]).partition("-")[0], ()))
    rare = re.compile(f"[^{_USUAL_SIGNS}{script}]+")

    def plain(value: Any) -> Any:  # noqa: ANN401  # JSON
        if isinstance(value, str):
            return rare.sub("?", value)
        if isinstance(value, Mapping):
            return {key: plain(one) for key, one in value.items()}
        return [plain(one) for one in value] if isinstance(value, list | tuple) else value

    cleaned: dict[str, Any] = plain(document)
    return cleaned | {"lacking": document.get("signs", "")}
