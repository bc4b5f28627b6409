"""Figures as lines for a person in a hurry: none wider than the terminal, each source and reason said once."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from textwrap import wrap
from typing import Any

from station.measures.norms.change import NOT_COMPARABLE, NOT_REAL, REAL
from station.measures.registry import REGISTRY

_WIDTH = 100
"""Where the output is no terminal and COLUMNS is not set."""

_CHANGE = 41
"""Columns of the figures of one change."""


def table_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """The figures of one file, then where its percentiles come from, what is missing and why, and what to look at.

    `result` is that of `station.analysis.file_figures.report_of`; `width` in columns is the terminal's where it is left
    out.
    """
    width = _columns(width)
    if "error" in result:
        return [result["file"], *_note(f"none: {result['error']['what']} {result['error']['detail']}", width)]
    norms = result.get("norms", {})
    lines = [result["file"], *_note(_heading(result), width), *_rows(result["measures"], norms)]
    lines += [line for text in _norm_notes(norms) for line in _note(text, width)]
    lines += _reason_lines(result["reasons"].items(), width, "none: ")
    if (known := result.get("calibration")) is not None:
        lines += _note(f"calibration {known['id'] or known['origin']}", width)
    return lines + [line for warning in result["warnings"] for line in _note(f"look at this: {warning}", width)]


def task_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """The figures of one task (`station.analysis.tasks.task_of`), what is missing and why, and what others do."""
    width = _columns(width)
    lines = [result["file"], f"  {result['task']}: {result['duration_s']:.1f} s", *_rows(result["measures"], {})]
    lines += _reason_lines(result["reasons"].items(), width, "none: ")
    return lines + (_note(result["norm"], width) if result.get("norm") else [])


def _rows(measures: Mapping[str, float | None], norms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for each figure that there is, with its unit and percentile."""
    present = {name: value for name, value in measures.items() if value is not None}
    widest = max(map(len, present), default=0)
    lines = []
    for name, value in present.items():
        unit = REGISTRY[name].unit.replace("mixed", "").removeprefix("1")
        word = norms.get(name, {}).get("word", "")
        lines.append(f"  {name:<{widest}}  {value:>10.4g} {unit:<7} {word}".rstrip())
    return lines


def _heading(result: Mapping[str, Any]) -> str:
    """Pipeline, and how much was measured at which rate."""
    length, rate = result["duration_s"], result["rate_hz"]
    heading = f"pipeline {result['pipeline']}, version {result['pipeline_version']}"
    heading += "" if length is None or rate is None else f": {length:.1f} s at {rate:.0f} Hz"
    return heading + (f", vibration at {result['vibration_hz']:.1f} Hz" if result["vibration_hz"] else "")


def _norm_notes(norms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Whose percentiles these are, each once; what else the norms say; why there are none."""
    notes = [f"percentile of {norm}" for norm in dict.fromkeys(one["norm"] for one in norms.values() if one["norm"])]
    why = dict.fromkeys(one["text"] for one in norms.values() if not one["norm"])
    return notes + list(why)


def by_reason(reasons: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Each reason once, with the names of the figures that it keeps away."""
    names: dict[str, list[str]] = {}
    for name, why in reasons:
        names.setdefault(why, []).append(name)
    return names


def _reason_lines(reasons: Iterable[tuple[str, str]], width: int, none: str = "") -> list[str]:
    return [
        line for why, those in by_reason(reasons).items() for line in _note(f"{none}{why}: {', '.join(those)}", width)
    ]


def change_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """What `station.analysis.comparing.compare` found, one verdict after the other, and what these rest on."""
    width = _columns(width)
    lines = [f"pipeline {result['pipeline']}, version {result['pipeline_version']}"]
    for word in ("before", "after"):
        condition = ", ".join(f"{key} {value}" for key, value in result[word]["condition"].items())
        lines += _note(f"{word}: {len(result[word]['trials'])} trials; {condition}", width, indent=0)
    changes = result["changes"]
    widest = max((len(name) for name, one in changes.items() if one["verdict"] != NOT_COMPARABLE), default=0)
    widest = min(widest, max(width - _CHANGE - 2, 16))
    for verdict in (REAL, NOT_REAL):
        rows = [
            line
            for name, one in changes.items()
            if one["verdict"] == verdict
            for line in _change_rows(name, one, widest)
        ]
        heads = f"{verdict:<{widest + 2}}  {'before':>9} {'after':>9} {'change':>8} {'real from':>10}"
        lines += [heads, *rows] if rows else []
    refused = [(name, one["why"]) for name, one in changes.items() if one["verdict"] == NOT_COMPARABLE]
    if len(refused) == len(changes) and len({why for _, why in refused}) == 1:
        return lines + _note(f"{NOT_COMPARABLE}: {refused[0][1]}", width, 0) + _quotients(result, width)
    lines += [NOT_COMPARABLE, *_reason_lines(refused, width)] if refused else []
    return lines + _quotients(result, width) + _bases(changes, width) + _places(result, width)


def _quotients(result: Mapping[str, Any], width: int) -> list[str]:
    """Of two conditions: their quotient, or the effect of what differed."""
    counts = " and ".join(f"{len(result[word]['trials'])} trial(s) {word}" for word in ("before", "after"))
    lines = []
    for name, figures in result["quotients"].items():
        lines.append(f"{name}, of {counts}")
        for key, one in figures.items():
            said = f"none: {one['why']}" if one["value"] is None else f"{one['value']:.4g}"
            lines += _note(f"{key}  {said}", width)
    return lines


def _change_rows(name: str, one: Mapping[str, Any], widest: int) -> list[str]:
    """The name with its figures; above them where it is too long to stand beside them."""
    percent = "" if one["difference_percent"] is None else f"{one['difference_percent']:+.0f} %"
    figures = f"  {one['before']:>9.4g} {one['after']:>9.4g} {percent:>8} {one['smallest_real']:>10.3g}"
    above = [f"  {name}"] if len(name) > widest else []
    return [*above, f"  {'' if above else name:<{widest}}{figures}"]


def _bases(changes: Mapping[str, Mapping[str, Any]], width: int) -> list[str]:
    """Whose repeatability each verdict rests on, with the ICC where it is known; and what chance alone does."""
    bases: dict[str, list[str]] = {}
    for name, one in changes.items():
        if one["verdict"] != NOT_COMPARABLE:
            icc = "" if one["icc_single"] is None else f" (ICC {one['icc_single']:.2f})"
            bases.setdefault(one["basis"], []).append(name + icc)
    lines = [line for basis, names in bases.items() for line in _note(f"by {basis}: {', '.join(names)}", width, 0)]
    count = sum(map(len, bases.values()))
    chance = (
        f"{count} figures were compared, each at 95 %: by chance alone about {count / 20:.0f} of them would be "
        "called real. Look first at mean velocity."
    )
    return lines + (_note(chance, width, 0) if count >= 10 else [])


def _places(result: Mapping[str, Any], width: int) -> list[str]:
    """Where both sittings stand among people of the patient's age."""
    before, after = (result[word].get("norms", {}) for word in ("before", "after"))
    placed = [name for name in before if before[name]["word"] or after.get(name, {}).get("word")]
    widest = max(map(len, placed), default=0)
    lines = [f"{'percentile':<{widest + 2}}  {'before':<14} after"] if placed else []
    lines += [
        f"  {name:<{widest}}  {before[name]['word']:<14} {after.get(name, {}).get('word', '')}".rstrip()
        for name in placed
    ]
    notes = dict.fromkeys(_norm_notes(before) + _norm_notes(after))
    return lines + [line for text in notes for line in _note(text, width)]


def _note(text: str, width: int, indent: int = 2) -> list[str]:
    """`text` in lines of at most `width`, the second and later ones set in by two more columns."""
    return wrap(
        text,
        max(width, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _columns(width: int | None) -> int:
    return width if width is not None else shutil.get_terminal_size((_WIDTH, 24)).columns
