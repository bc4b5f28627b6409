"""What stands beside the figures of one session: where their means lie among healthy people of the patient's age."""

from __future__ import annotations

from typing import Any

from station.clock import local_date
from station.measures.norms.ranks import usual
from station.measures.tasks.quotients import mean_of
from station.reports.facts import Series, mean_set, series_of, sound_of
from station.reports.pages import placed
from station.reports.words import figure_name, number_words
from station.texts import Texts
from station.texts.problems import ask

SHOWN = ("mean_velocity_mm_s", "ellipse_area_mm2")
"""The figures that the result of a drill shows."""


def beside(session: dict[str, Any], birth_year: int | None, texts: Texts) -> list[str]:
    """In sentences: each figure with its percentile and the band of 90 of 100 people, then whose norms they are; or why
    there is none. `session` as `Sessions.detail`, with its `header`. Empty where nothing was held that a norm is of.
    """
    age_years = None if birth_year is None else float(local_date(session["started_ns"]).year - birth_year)
    lines, notes = list[str](), list[str]()
    for series in series_of([session]):
        if series.scored or not sound_of(series.trials):
            continue
        if age_years is None:
            notes.append(texts.say("report.no-age"))
            continue
        for name in SHOWN:
            found, why = _line(name, series, age_years, texts)
            lines += found
            notes += why
    return list(dict.fromkeys([*lines, *notes]))


def _line(name: str, series: Series, age_years: float, texts: Texts) -> tuple[list[str], list[str]]:
    """The figure's sentence, and whose norm it is or why there is none."""
    sound = sound_of(series.trials)
    mean = mean_of(sound, name)
    where = None if mean.why else placed(name, mean.value, sound, series.condition, age_years)
    if where is None:
        return [], []
    alike = mean_set(name, mean.value, sound)
    band = None if alike is None else usual(name, alike, series.condition, age_years, len(sound))
    if band is None or where.word is None or where.norm is None:
        return [], [texts.say("report.beside-none", why=ask(texts, where.text))]
    low, high = (number_words(one, texts) for one in band)
    said = texts.say(
        "report.beside",
        figure=figure_name(name, texts),
        value=number_words(mean.value, texts),
        rank=ask(texts, where.word),
        low=low,
        high=high,
    )
    return [said], [texts.say("report.norm", norm=ask(texts, where.norm))]
