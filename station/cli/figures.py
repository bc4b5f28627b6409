"""Figures as lines for a person in a hurry: none wider than the terminal, each source and reason said once."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping
from math import ceil
from textwrap import wrap
from typing import Any

from station.cli.words import say, texts
from station.measures.norms.change import NO_VERDICT, NOT_COMPARABLE, NOT_REAL, REAL
from station.measures.registry import REGISTRY
from station.measures.suspicions.course import COURSE

_WIDTH = 100
"""Where the output is no terminal and COLUMNS is not set."""

_NO_UNIT = ("1", "mixed", "as-measured")
_CHANGE = 55
"""Columns of the figures of one change, and of the word for its direction."""


def table_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """The figures of one file, then where its percentiles come from, what is missing and why, and what to look at.

    `result` is that of `station.analysis.file_figures.report_of`; `width` in columns is the terminal's where it is left
    out.
    """
    width = columns(width)
    understood = [line for one in result.get("understood", ()) for line in note(one, width)]
    if "error" in result:
        return [
            result["file"],
            *understood,
            *note(say("cli.figures.none", why=f"{result['error']['what']} {result['error']['detail']}"), width),
        ]
    norms = result.get("norms", {})
    suspect = result["suspicions"]
    lines = [result["file"], *understood, *note(_heading(result), width), *_suspicion_lines(suspect, width)]
    lines += _rows(result["measures"], norms, suspect=bool(suspect))
    if result["course"]:
        drift_mm, shift_mm = (result["course"][name] for name in COURSE)
        lines += note(say("cli.figures.course", drift_mm=drift_mm, largest_shift_mm=shift_mm), width)
    lines += [line for text in norm_notes(norms) for line in note(text, width)]
    lines += _reason_lines(result["reasons"].items(), width, "cli.figures.none-of")
    if (known := result.get("calibration")) is not None:
        name = known["id"] or say(f"word.origin.{known['origin'].replace(' ', '-')}")
        lines += note(say("cli.figures.calibration", name=name), width)
    return lines + _warning_lines(result, width)


def _suspicion_lines(suspicions: Iterable[str], width: int) -> list[str]:
    return [line for why in suspicions for line in note(say("cli.figures.suspect", why=why), width)]


def _warning_lines(result: Mapping[str, Any], width: int) -> list[str]:
    """What a person should look at beside the suspicions."""
    rest = [one for one in result["warnings"] if one not in result["suspicions"]]
    return [line for warning in rest for line in note(say("cli.figures.warning", warning=warning), width)]


def task_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """The figures of one task (`station.analysis.tasks.task_of`), what is missing and why, and what others do."""
    width = columns(width)
    lines = [
        result["file"],
        "  " + say("cli.figures.task", task=say(f"word.task.{result['task']}"), length_s=result["duration_s"]),
        *_suspicion_lines(result["suspicions"], width),
        *_rows(result["measures"], {}, result.get("at_least", ()), bool(result["suspicions"])),
    ]
    lines += _reason_lines(result["reasons"].items(), width, "cli.figures.none-of")
    lines += _warning_lines(result, width)
    return lines + (note(result["norm"], width) if result.get("norm") else [])


def meaning_lines(names: Iterable[str], width: int | None = None) -> list[str]:
    """What each of these figures says, its formula and where that stands written, each figure once; of none nothing."""
    from station.cli.meanings import measure_words

    width, own = columns(width), texts()
    lines: list[str] = []
    for name in dict.fromkeys(names):
        words = measure_words(own, REGISTRY[name])
        said = own.say(
            "cli.figures.meaning", name=name, meaning=words.meaning, formula=words.formula, source=words.source
        )
        lines += note(said, width)
    return [own.say("cli.figures.meanings"), *lines] if lines else []


def shown(measures: Mapping[str, float | None]) -> dict[str, float]:
    """The figures that there are: those that a table has a line of."""
    return {name: value for name, value in measures.items() if value is not None}


def _rows(
    measures: Mapping[str, float | None],
    norms: Mapping[str, Mapping[str, Any]],
    at_least: Collection[str] = (),
    suspect: bool = False,
) -> list[str]:
    """A line for each figure that there is, with its unit, and its percentile or the mark of a suspect one; `at_least`
    are those that may be more.
    """
    present = shown(measures)
    widest = max(map(len, present), default=0)
    lines = []
    for name, value in present.items():
        unit = "" if REGISTRY[name].unit in _NO_UNIT else REGISTRY[name].unit
        word = say("cli.figures.suspect-word") if suspect else norms.get(name, {}).get("word", "")
        shown_as = ">= " * (name in at_least) + number(value, 4)
        lines.append(f"  {name:<{widest}}  {shown_as:>10} {unit:<7} {word}".rstrip())
    return lines


def _heading(result: Mapping[str, Any]) -> str:
    """Pipeline, and how much was measured at which rate."""
    length, rate = result["duration_s"], result["rate_hz"]
    heading = pipeline_line(result)
    if length is not None and rate is not None:
        heading = say("cli.figures.measured", heading=heading, length_s=length, rate_hz=rate)
    hz = result["vibration_hz"]
    return say("cli.figures.vibration", heading=heading, hz=hz) if hz else heading


def pipeline_line(result: Mapping[str, Any]) -> str:
    """Which pipeline made the figures."""
    return say("cli.figures.pipeline", pipeline=result["pipeline"], version=result["pipeline_version"])


def number(value: float, digits: int, sign: str = "") -> str:
    """With this many significant digits, and the decimal sign of the language."""
    point = texts().value(0.5)[1]
    return f"{value:{sign}.{digits}g}".replace(".", point)


def norm_notes(norms: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Whose percentiles these are, each once; what else the norms say; why there are none."""
    notes = [
        say("cli.figures.percentile-of", norm=norm)
        for norm in dict.fromkeys(one["norm"] for one in norms.values() if one["norm"])
    ]
    why = dict.fromkeys(one["text"] for one in norms.values() if not one["norm"])
    return notes + list(why)


def by_reason(reasons: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Each reason once, with the names of the figures that it keeps away."""
    names: dict[str, list[str]] = {}
    for name, why in reasons:
        names.setdefault(why, []).append(name)
    return names


def _reason_lines(
    reasons: Iterable[tuple[str, str]], width: int, key: str = "cli.figures.those", indent: int = 2
) -> list[str]:
    """Each reason once, with the names it keeps away, in the words of this key."""
    return [
        line
        for why, those in by_reason(reasons).items()
        for line in note(say(key, why=why, names=those), width, indent)
    ]


def change_lines(result: Mapping[str, Any], width: int | None = None) -> list[str]:
    """What `station.analysis.comparing.compare` found, one verdict after the other, and what these rest on."""
    width = columns(width)
    lines = [pipeline_line(result)]
    for word in ("before", "after"):
        counted = say(f"cli.figures.{word}", trials=len(result[word]["trials"]), **result[word]["condition"])
        lines += note(counted, width, indent=0)
    lines += [line for text in result["taken"] for line in note(text, width, 0)]
    lines += _trial_warnings(result, width)
    changes = result["changes"]
    *judged, not_comparable = (say(f"word.verdict.{one}") for one in (REAL, NOT_REAL, NO_VERDICT, NOT_COMPARABLE))
    if result["same_day"] is None and any(one["verdict"] != not_comparable for one in changes.values()):
        lines += note(say("cli.figures.day-not-stated"), width, 0)
    widest = max((len(name) for name, one in changes.items() if one["verdict"] != not_comparable), default=0)
    widest = min(widest, max(width - _CHANGE - 2, 16))
    for verdict in judged:
        rows = [
            line
            for name, one in changes.items()
            if one["verdict"] == verdict
            for line in _change_rows(name, one, widest)
        ]
        lines += [_heads(verdict, widest), *rows] if rows else []
    unjudged = [(name, one["why"]) for name, one in changes.items() if one["verdict"] == judged[-1]]
    lines += _reason_lines(unjudged, width)
    refused = [(name, one["why"]) for name, one in changes.items() if one["verdict"] == not_comparable]
    if len(refused) == len(changes) and len({why for _, why in refused}) == 1:
        return lines + note(f"{not_comparable}: {refused[0][1]}", width, 0) + _quotients(result, width)
    lines += [not_comparable, *_reason_lines(refused, width)] if refused else []
    compared = {name: one for name, one in changes.items() if one["verdict"] in judged[:2]}
    return lines + _quotients(result, width) + _bases(compared, width) + _places(result, width)


def _heads(verdict: str, widest: int) -> str:
    before, after, change, real_from = (
        say(f"cli.figures.head.{one}") for one in ("before", "after", "change", "real-from")
    )
    return f"{verdict:<{widest + 2}}  {before:>9} {after:>9} {change:>8} {real_from:>10}"


def _quotients(result: Mapping[str, Any], width: int) -> list[str]:
    """Of two conditions: their quotient, or the effect of what differed."""
    before, after = (len(result[word]["trials"]) for word in ("before", "after"))
    lines = []
    for name, figures in result["quotients"].items():
        lines.append(say("cli.figures.quotient", name=name, before=before, after=after))
        for key, one in figures.items():
            none = one["value"] is None
            said = say("cli.figures.none", why=one["why"]) if none else number(one["value"], 4)
            lines += note(f"{key}  {said}", width)
            lines += [] if none else [line for text in worth(one) for line in note(text, width, 4)]
    return lines


def worth(one: Mapping[str, Any]) -> list[str]:
    """What a quotient is worth: beside chance, beside what is usual, and last what that rests on."""
    said = []
    if one["differs"] is not None:
        key = "cli.figures.differs" if one["differs"] else "cli.figures.differs-not"
        low, high = (_three(one[f"chance_{end}"]) for end in ("below", "above"))
        said.append(say(key, low=low, high=high, percent=_three(one["smallest_change_percent"])))
    elif "smallest_change_percent" in one:
        said.append(say("cli.figures.changed-from", percent=_three(one["smallest_change_percent"])))
    if one.get("usual"):
        low, _, high = map(_three, one["usual"])
        said.append(say("cli.figures.usual", low=low, high=high, people=one["people"]))
    return [*said, one["basis"]]


def _three(value: float) -> str:
    """With three digits, and no power of ten."""
    return texts().value(round(value)) if abs(value) >= 100.0 else number(value, 3)


def _trial_warnings(result: Mapping[str, Any], width: int) -> list[str]:
    """What is to be known of each trial, each warning once with the trials that have it."""
    trials: dict[str, list[str]] = {}
    for word in ("before", "after"):
        for name, warnings in result[word]["warnings"].items():
            for warning in warnings:
                trials.setdefault(warning, []).append(name)
    return [
        line
        for warning, names in trials.items()
        for line in note(say("cli.figures.trial-warning", warning=warning, trials=names), width, 0)
    ]


def _change_rows(name: str, one: Mapping[str, Any], widest: int) -> list[str]:
    """The name with its figures; above them where it is too long to stand beside them."""
    percent = "" if one["difference_percent"] is None else f"{one['difference_percent']:+.0f} %"
    before, after = number(one["before"], 4), number(one["after"], 4)
    real_from = "" if one["smallest_real"] is None else number(one["smallest_real"], 3)
    figures = f"  {before:>9} {after:>9} {percent:>8} {real_from:>10}  {one['direction']}".rstrip()
    above = [f"  {name}"] if len(name) > widest else []
    return [*above, f"  {'' if above else name:<{widest}}{figures}"]


def _bases(changes: Mapping[str, Mapping[str, Any]], width: int) -> list[str]:
    """Whose repeatability each verdict rests on, with the ICC where it is known; and what chance alone does."""
    bases: dict[str, list[str]] = {}
    for name, one in changes.items():
        known = one["icc_single"] is not None
        shown = say("cli.figures.icc", name=name, icc=one["icc_single"]) if known else name
        bases.setdefault(one["basis"], []).append(shown)
    by = [say("cli.figures.by", basis=basis, names=names) for basis, names in bases.items()]
    lines = [line for one in by for line in note(one, width, 0)]
    count = sum(map(len, bases.values()))
    chance = say("cli.figures.chance", count=count, by_chance=ceil(count / 20))
    return lines + (note(chance, width, 0) if count >= 10 else [])


def _places(result: Mapping[str, Any], width: int) -> list[str]:
    """Where both sittings stand among people of the patient's age."""
    before, after = (result[word].get("norms", {}) for word in ("before", "after"))
    placed = [name for name in before if before[name]["word"] or after.get(name, {}).get("word")]
    widest = max(map(len, placed), default=0)
    percentile, first, second = (say(f"cli.figures.head.{one}") for one in ("percentile", "before", "after"))
    lines = [f"{percentile:<{widest + 2}}  {first:<14} {second}"] if placed else []
    lines += [
        f"  {name:<{widest}}  {before[name]['word']:<14} {after.get(name, {}).get('word', '')}".rstrip()
        for name in placed
    ]
    notes = dict.fromkeys(norm_notes(before) + norm_notes(after))
    return lines + [line for text in notes for line in note(text, width)]


def note(text: str, width: int, indent: int = 2) -> list[str]:
    """`text` in lines of at most `width`, the second and later ones set in by two more columns."""
    return wrap(
        text,
        max(width, 40),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(width: int | None) -> int:
    """The width asked for, or the terminal's."""
    return width if width is not None else shutil.get_terminal_size((_WIDTH, 24)).columns
