"""The words of the parts of a report: headings, figures with units, verdicts and what they rest on; in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from station.clock import NS_PER_S
from station.measures.doubts import doubt
from station.measures.norms.change import Change
from station.measures.norms.people import Condition
from station.measures.registry import REGISTRY
from station.reports.facts import HELD, Series
from station.texts import Texts
from station.texts.problems import ask


def heading_words(series: Series, texts: Texts) -> str:
    """Drill and leg, and whether the plate moved."""
    key = "report.heading-vibrated" if series.vibrated else "report.heading"
    return texts.say(key, drill=title_words(series.drill, series.title, texts), leg=leg_words(series.leg, texts))


def leg_words(leg: str, texts: Texts) -> str:
    """A leg, or which foot was in front."""
    return texts.say(f"word.leg.{leg}") if texts.has(f"word.leg.{leg}") else leg


def title_words(drill: str, title: str, texts: Texts) -> str:
    """A shipped drill has a title in every language; a clinic's own has its document's."""
    return texts.say(f"drill.{drill}.title") if texts.has(f"drill.{drill}.title") else title


def tries_words(series: Series, texts: Texts) -> str:
    """How many of them were held, and the longest."""
    longest = number_words(max(one["hold_s"] for one in series.trials), texts)
    return texts.say("report.tries", held=len(series.held), n=len(series.trials), longest=longest)


def stood_words(condition: Condition, texts: Texts) -> str:
    """Eyes and ground."""
    vision, surface = (
        texts.say(f"word.{name}.{word}") if texts.has(f"word.{name}.{word}") else word
        for name, word in (("vision", condition.vision), ("surface", condition.surface))
    )
    return texts.say("report.stood", vision=vision, surface=surface)


def outcome_word(outcome: str | None, texts: Texts) -> str:
    """How a drill or a try ended."""
    if outcome is None:
        return texts.say("report.none")
    return texts.say(f"word.outcome.{outcome}") if texts.has(f"word.outcome.{outcome}") else outcome


def figure_name(name: str, texts: Texts) -> str:
    """A figure with its unit."""
    return texts.say("report.figure", name=texts.say(f"report.figure.{name}"), unit=unit_of(name))


def figure_meaning(name: str, texts: Texts) -> str:
    """What it says, in one plain sentence: the measure's own."""
    return texts.say(f"measure.{REGISTRY[name].words or name}.meaning", **dict(REGISTRY[name].values))


def unit_of(name: str) -> str:
    """Of a measure."""
    return REGISTRY[name].unit.replace("mm2", "mm²")


def number_words(value: float, texts: Texts) -> str:
    """With three digits, as much as such figures are worth."""
    return texts.value(value, _digits(value))


def _digits(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def spread_words(every: Sequence[float], texts: Texts) -> str:
    """The least and the most, with the same digits; the one number where both are written alike."""
    digits = _digits(max(every, key=abs))
    least, most = (texts.value(one, digits) for one in (min(every), max(every)))
    return least if least == most else texts.say("report.from-to-value", least=least, most=most)


def time_of_day(at_ns: int) -> str:
    """Of the clinic, hours and minutes."""
    return datetime.fromtimestamp(at_ns // NS_PER_S).strftime("%H:%M")


def clock_words(seconds: float) -> str:
    """Minutes and seconds, as the pages say them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def doubt_words(series: Series, texts: Texts) -> list[str]:
    """Which tries are suspect, and why; they are in no mean."""
    told = []
    for trial, found in zip([one for one in series.trials if one["outcome"] == HELD], series.held, strict=True):
        why = doubt(found)
        if why is not None:
            told.append(texts.say("report.suspect", number=trial["number"], why=ask(texts, why)))
    return told


def verdict_words(name: str, found: Change, texts: Texts) -> str:
    """Both values, the least real change, and the house's word for it."""
    verdict = texts.say(f"word.verdict.{found.verdict}")
    if found.direction is not None:
        better = texts.say(f"word.direction.{found.direction}")
        verdict = texts.say("report.directed", verdict=verdict, direction=better)
    values = {
        "figure": figure_name(name, texts),
        "before": number_words(found.before, texts),
        "after": number_words(found.after, texts),
        "verdict": verdict,
    }
    if found.smallest_real != found.smallest_real:  # NaN
        return texts.say("report.verdict", **values)
    return texts.say("report.verdict-beside", least=number_words(found.smallest_real, texts), **values)


def basis_words(found: Change, texts: Texts) -> list[str]:
    """The reason and what it rests on, each with the word that it is about."""
    verdict = texts.say(f"word.verdict.{found.verdict}")
    told = [texts.say("report.because", verdict=verdict, why=ask(texts, found.why))]
    if found.basis is not None:
        told.append(texts.say("report.by", verdict=verdict, basis=ask(texts, found.basis)))
    return told
