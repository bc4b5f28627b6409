"""How a patient's figures went from day to day: JSON values with their words, for a page that draws them.

Values are means of the tries that were held and are not suspect; those with vibration and those without it stand apart.
Beside them stand, where there are any, the band of healthy people and the band within which the last mean is no more
than chance; the verdict is that of the report of progress (`station.measures.norms.change`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from station.measures.doubts import doubt
from station.measures.norms.change import NOT_COMPARABLE, Change, ConditionTrials, Occasion, change
from station.measures.norms.people import Condition
from station.measures.norms.ranks import place, usual
from station.measures.tasks.quotients import mean_of
from station.measures.values import MeasureSet
from station.reports.facts import Facts, Series, by_day, mean_set, on_each_day, series_of
from station.reports.pages import FIGURES
from station.reports.words import (
    basis_words,
    doubt_words,
    figure_meaning,
    figure_name,
    heading_words,
    number_words,
    stood_words,
    verdict_words,
)
from station.texts import Texts
from station.texts.numbers import day as day_words
from station.texts.problems import ask

Days = Mapping[date, Series]


class DayValue(NamedTuple):
    """One figure on one day."""

    value: float | None
    """None where it was not measured, or may not be relied on."""
    suspect: bool
    """Whether there are tries of that day, and all of them are suspect."""


def trends_of(facts: Facts, texts: Texts) -> dict[str, Any]:
    """All drills that the patient has done, the one that was done last first, each with its figures day by day."""
    days = by_day(facts.every)
    done = [(one, on_each_day(one, days)) for one in series_of(facts.every)]
    courses = [(max(there), _course(one, there, facts, texts)) for one, there in done]
    courses.sort(key=lambda course: course[0], reverse=True)
    return {
        "patient": facts.patient["code"],
        "mark": texts.say("report.simulated.mark") if facts.unreal else "",
        "head": [texts.say(f"report.column.{name}") for name in ("day", "value", "tries")],
        "courses": [course for _, course in courses if course["figures"]],
    }


def _course(series: Series, days: Days, facts: Facts, texts: Texts) -> dict[str, Any]:
    figures = [_counted("report.figure.score", days, lambda one: one.score_percent, texts)]
    figures += [] if series.scored else [_measured(name, days, facts, texts) for name in FIGURES]
    figures.append(_counted("report.figure.longest", days, _longest_s, texts))
    return {
        "title": heading_words(series, texts),
        "stood": stood_words(series.condition, texts),
        "figures": [one for one in figures if any(point["value"] is not None for point in one["points"])],
        "notes": list(dict.fromkeys(words for one in days.values() for words in doubt_words(one, texts))),
    }


def _measured(name: str, days: Days, facts: Facts, texts: Texts) -> dict[str, Any]:
    sound = {day: [one for one in series.held if doubt(one) is None] for day, series in days.items()}
    values = {day: _mean(name, sets, bool(days[day].held)) for day, sets in sound.items()}
    shown: dict[str, Any] = {
        "name": figure_name(name, texts),
        "meaning": figure_meaning(name, texts),
        "points": [_point(day, values[day], days[day], texts) for day in days],
        "usual": None,
        "chance": None,
        "verdict": "",
        "why": [],
    }
    first, last = min(days), max(days)
    newest = days[last].condition, sound[last]
    if newest[1] and facts.age_years is not None and (mean := values[last].value) is not None:
        alike = mean_set(name, mean, newest[1])
        shown["usual"] = alike and _usual(name, alike, newest, facts.age_years, texts)
    if first != last:
        sittings = [ConditionTrials(days[one].condition, days[one].held) for one in (first, last)]
        found = change(sittings[0], sittings[1], name, Occasion(facts.age_years, same_day=False))
        shown |= _judged(name, found, texts)
    return shown


def _mean(name: str, sets: Sequence[MeasureSet], held: bool) -> DayValue:
    found = mean_of(sets, name) if sets else None
    if found is None or found.why:
        return DayValue(None, suspect=held and not sets)
    return DayValue(found.value, suspect=False)


def _usual(
    name: str, mean: MeasureSet, newest: tuple[Condition, Sequence[MeasureSet]], age_years: float, texts: Texts
) -> dict[str, Any] | None:
    """The band of healthy people for the newest mean, with whose it is."""
    condition, sets = newest
    band = usual(name, mean, condition, age_years, len(sets))
    norm = place(name, mean, condition, age_years, len(sets)).norm
    if band is None or norm is None:
        return None
    return {"low": band[0], "high": band[1], "words": texts.say("report.norm", norm=ask(texts, norm))}


def _judged(name: str, found: Change, texts: Texts) -> dict[str, Any]:
    """The verdict from the first day to the last; none for what cannot be compared, but why."""
    if found.verdict == NOT_COMPARABLE:
        return {"why": [texts.say("report.not-comparable", why=ask(texts, found.why))]}
    judged: dict[str, Any] = {"verdict": verdict_words(name, found, texts), "why": basis_words(found, texts)}
    if found.real_below == found.real_below and found.real_above == found.real_above:  # not NaN
        judged["chance"] = {"low": found.real_below, "high": found.real_above}
    return judged


def _counted(key: str, days: Days, value_of: Callable[[Series], float | None], texts: Texts) -> dict[str, Any]:
    """What is counted rather than measured: nothing is known of how much it differs by itself."""
    points = [_point(day, DayValue(value_of(one), suspect=False), one, texts) for day, one in days.items()]
    unjudged: dict[str, Any] = {"usual": None, "chance": None, "verdict": "", "why": []}
    return {"name": texts.say(key), "meaning": "", "points": points, **unjudged}


def _longest_s(series: Series) -> float | None:
    return max((one["hold_s"] for one in series.trials), default=None) or None


def _point(day: date, found: DayValue, series: Series, texts: Texts) -> dict[str, Any]:
    value = texts.say("report.none") if found.value is None else number_words(found.value, texts)
    return {
        "day": day.isoformat(),
        "value": found.value,
        "suspect": found.suspect,
        "words": [
            day_words(day, texts.language),
            texts.say("report.suspect-word") if found.suspect else value,
            texts.say("report.of", part=len(series.held), whole=len(series.trials)),
        ],
    }
