"""The words of a report: title, what it is about, and sections of words, tables and points, in one language.

A document is JSON values and has no markup; `station.reports.printing` puts it on paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from station.clock import local_date
from station.faults import StationError, because
from station.measures.doubts import doubt
from station.measures.norms.change import NOT_COMPARABLE, ConditionTrials, Occasion, change
from station.measures.norms.people import Condition
from station.measures.norms.ranks import Placement, place
from station.measures.tasks.quotients import mean_of
from station.measures.values import NAN, MeasureSet
from station.records.dose import NO_DOSE, Dose, said_s
from station.records.one_to_one import PAUSE_COUNTS_S
from station.reports.facts import HELD, Facts, Series, by_day, mean_set, on_each_day, series_of
from station.reports.loaded import COLUMNS as LOAD_COLUMNS
from station.reports.loaded import is_loaded, loaded_notes, loaded_rows
from station.reports.words import (
    basis_words,
    clock_words,
    doubt_words,
    figure_name,
    heading_words,
    leg_words,
    number_words,
    outcome_word,
    spread_words,
    stood_words,
    time_of_day,
    title_words,
    tries_words,
    verdict_words,
)
from station.texts import Texts
from station.texts.numbers import day as day_words
from station.texts.problems import ask

Document = dict[str, Any]
Section = dict[str, Any]

FIGURES = (
    "mean_velocity_mm_s",
    "mean_velocity_ml_mm_s",
    "mean_velocity_ap_mm_s",
    "ellipse_area_mm2",
    "rms_ml_mm",
    "rms_ap_mm",
)
"""The leading figure first: mean velocity is the most repeatable of all (`station.measures.norms.change`)."""
SIZE_PT, LARGE_PT = 10.5, 15.0
"""Of letters: for a clinician, and for a patient who may see badly."""
_LEFT, _RIGHT = "left", "right"


def document_of(kind: str, facts: Facts, texts: Texts) -> Document:
    """The report of this kind, one of `KINDS`. Raises KeyError for another."""
    say = texts.say
    mark = say("report.simulated.mark") if facts.unreal else ""
    return {
        "title": say(f"report.{kind}.title"),
        "language": texts.language.partition("-")[0],
        "mark": mark,
        "warning": say("report.simulated.warning") if mark else say("report.simulated.unsure") if facts.unsure else "",
        "signs": say("report.signs"),
        "size": LARGE_PT if kind == "handout" else SIZE_PT,
        "about": _about(kind, facts, texts),
        "sections": KINDS[kind](facts, texts),
        "foot": _foot(kind, facts, texts),
    }


def _section(title: str, **parts: Sequence[Any]) -> Section:
    return {"title": title, "words": [], "head": [], "align": [], "rows": [], "points": [], "notes": [], **parts}


def _about(kind: str, facts: Facts, texts: Texts) -> list[list[str]]:
    """Whose report it is, and of when. What a patient takes home has no more than they need."""
    say, patient = texts.say, facts.patient
    who = " · ".join(part for part in (patient["code"], patient["initials"]) if part)
    day = day_words(facts.on, texts.language)
    whose = texts.value(who) if facts.named else say("report.code-alone", code=who)
    lines = [[say("report.about.patient"), whose], [say("report.about.day"), day]]
    if kind != "handout" and patient["birth_year"] is not None:
        lines.append([say("report.about.born"), str(patient["birth_year"])])
    if patient["goals"]:
        lines.append([say("report.about.goals"), texts.value(patient["goals"])])
    if kind == "visit":
        signed = facts.visit.get("closed_by")
        lines.append([say("report.about.signed"), texts.value(signed) if signed else say("report.visit.unsigned")])
        by, at_ns = facts.changed
        if at_ns is not None:
            changed = day_words(local_date(at_ns), texts.language)
            lines.append([say("report.about.changed"), say("report.changed", by=_who(by, texts), day=changed)])
    return lines


def _who(by: str, texts: Texts) -> str:
    """A name that a person gave, or that nobody gave one: a browser's own says nothing on paper."""
    return texts.say("page.all.somebody") if re.fullmatch("[0-9a-f]{6}", by) else texts.value(by)


def _foot(kind: str, facts: Facts, texts: Texts) -> str:
    if kind == "handout":
        return texts.say("report.foot.handout")
    every = facts.every if kind == "progress" else facts.sessions
    pipelines = sorted({one["pipeline"] or "-" for session in every for one in session["trials"]})
    programs = sorted({str(one["header"].get("program_version", "-")) for one in every})
    return texts.say("report.foot.made", pipelines=pipelines, programs=programs)


# --- assessment ---


def _assessment(facts: Facts, texts: Texts) -> list[Section]:
    return [_assessed(one, facts, texts) for one in series_of(facts.sessions)]


def _assessed(series: Series, facts: Facts, texts: Texts) -> Section:
    if is_loaded(series):
        return _ordered(series, texts)
    say, held = texts.say, series.held
    sound = [one for one in held if doubt(one) is None]
    rows, missing = [], []
    notes = doubt_words(series, texts)
    if series.scored:
        rows.append(_score_row(series, texts))
        notes.append(say("report.scored"))
    for name in () if series.scored else FIGURES:
        mean = mean_of(sound, name) if sound else None
        if mean is None or mean.why:
            if mean is not None and mean.why is not None:
                missing.append((name, mean.why))
            continue
        every = [one.values[name] for one in sound]
        spread = spread_words(every, texts) if len(every) > 1 else ""
        where = placed(name, mean.value, sound, series.condition, facts.age_years)
        if where is not None:
            notes.append(say("report.norm", norm=ask(texts, where.norm)) if where.norm else ask(texts, where.text))
        percentile = ask(texts, where.word) if where is not None and where.word else say("report.none")
        rows.append([figure_name(name, texts), number_words(mean.value, texts), spread, percentile])
    notes += [say("report.lacks", figure=figure_name(name, texts), why=ask(texts, why)) for name, why in missing]
    if held and not sound:
        notes.append(say("report.all-suspect"))
    if facts.age_years is None and not series.scored:
        notes.append(say("report.no-age"))
    head = [say(f"report.column.{name}") for name in ("figure", "mean", "range", "percentile")] if rows else []
    return _section(
        heading_words(series, texts),
        words=[tries_words(series, texts), stood_words(series.condition, texts)],
        head=head,
        align=[_LEFT, _RIGHT, _RIGHT, _LEFT],
        rows=rows,
        notes=list(dict.fromkeys(notes)),
    )


def _score_row(series: Series, texts: Texts) -> list[str]:
    """What was reached of what was asked, in percent, over all tries and of each; nobody has norms of it."""
    each = [100.0 * one["score"]["done"] / one["score"]["of"] for one in series.trials]
    spread = spread_words(each, texts) if len(each) > 1 else ""
    name, none = texts.say("report.figure.score"), texts.say("report.none")
    return [name, number_words(series.score_percent or 0.0, texts), spread, none]


def _ordered(series: Series, texts: Texts) -> Section:
    """A leg that carries a part has loads and no sway."""
    return _section(
        heading_words(series, texts),
        words=[tries_words(series, texts)],
        head=[texts.say(f"report.column.{name}") for name in LOAD_COLUMNS],
        align=[_LEFT, *[_RIGHT] * (len(LOAD_COLUMNS) - 1)],
        rows=loaded_rows(series, texts),
        notes=loaded_notes(series, texts),
    )


def placed(
    name: str, value: float, sets: Sequence[MeasureSet], condition: Condition, age_years: float | None
) -> Placement | None:
    """Where the mean stands among healthy people of this age; None where the age is not known."""
    if age_years is None:
        return None
    alike = mean_set(name, value, sets)
    if alike is None:
        return Placement(NAN, because("different-versions"))
    return place(name, alike, condition, age_years, len(sets))


# --- progress ---


def _progress(facts: Facts, texts: Texts) -> list[Section]:
    days = by_day(facts.every)
    sections = []
    for series in series_of(facts.every):
        there = {day: found for day, found in on_each_day(series, days).items() if found.held}
        if there:
            sections.append(_course(series, there, facts, texts))
    return sections or [_section(texts.say("report.progress.title"), words=[texts.say("report.progress.nothing")])]


def _course(series: Series, days: Mapping[date, Series], facts: Facts, texts: Texts) -> Section:
    """The means of each day, and the verdict on what changed from the first to the last."""
    say = texts.say
    rows = [_day_row(day, found, texts) for day, found in days.items()]
    heading = heading_words(series, texts)
    first, last = min(days), max(days)
    parts: dict[str, Sequence[Any]] = {
        "head": [
            *(say(f"report.column.{name}") for name in ("day", "tries", "longest")),
            say("report.figure.score" if series.scored else "report.column.leading"),
        ],
        "align": [_LEFT, _RIGHT, _RIGHT, _RIGHT],
        "rows": rows,
    }
    if first == last:
        return _section(heading, words=[stood_words(series.condition, texts)], notes=[say("report.first")], **parts)
    points, notes = [], [say("report.scored")] if series.scored else []
    sittings = [ConditionTrials(one.condition, one.held) for one in (days[first], days[last])]
    for name in () if series.scored else FIGURES:
        found = change(sittings[0], sittings[1], name, Occasion(facts.age_years, same_day=False))
        if found.verdict == NOT_COMPARABLE:
            notes.append(say("report.not-comparable", why=ask(texts, found.why)))
        else:
            points.append(verdict_words(name, found, texts))
            notes += basis_words(found, texts)
    for found_day in (days[first], days[last]):
        notes += doubt_words(found_day, texts)
    when = say("report.from-to", first=day_words(first, texts.language), last=day_words(last, texts.language))
    words = [stood_words(series.condition, texts), when]
    return _section(heading, words=words, points=points, notes=list(dict.fromkeys(notes)), **parts)


def _day_row(day: date, series: Series, texts: Texts) -> list[str]:
    sound = [one for one in series.held if doubt(one) is None]
    mean = mean_of(sound, FIGURES[0]) if sound else None
    leading = texts.say("report.suspect-word") if not sound else texts.say("report.none")
    if series.scored:
        leading = number_words(series.score_percent or 0.0, texts)
    elif mean is not None and not mean.why:
        leading = number_words(mean.value, texts)
    longest = max(one["hold_s"] for one in series.trials)
    return [
        day_words(day, texts.language),
        texts.say("report.of", part=len(series.held), whole=len(series.trials)),
        number_words(longest, texts),
        leading,
    ]


# --- visit ---


def _visit(facts: Facts, texts: Texts) -> list[Section]:
    say = texts.say
    rows = [
        [
            time_of_day(one["started_ns"]),
            _title(one, texts),
            leg_words(one["leg_word"], texts),
            outcome_word(one["outcome"], texts),
            say("report.of", part=sum(t["outcome"] == HELD for t in one["trials"]), whole=len(one["trials"])),
            clock_words(said_s((one["counts"] or {}).get("vibration_s", 0.0))),
        ]
        for one in facts.sessions
    ]
    head = [say(f"report.column.{name}") for name in ("time", "drill", "leg", "ended", "tries", "vibration")]
    done = _section(
        say("report.visit.done"),
        head=head,
        align=[_LEFT] * 4 + [_RIGHT] * 2,
        rows=rows,
        notes=[*_dose(facts, texts), *_paused(facts, texts), *_one_to_one(facts, texts)],
    )
    return [done, *_assessment(facts, texts)]


def _paused(facts: Facts, texts: Texts) -> list[str]:
    """Each pause between two tries: of which drill, after which try, in minutes and seconds."""
    return [
        texts.say(
            "report.visit.paused",
            drill=_title(one, texts),
            leg=leg_words(one["leg_word"], texts),
            time=clock_words(trial["paused_s"]),
            number=trial["number"],
        )
        for one in facts.sessions
        for trial in one["trials"]
        if trial["paused_s"] is not None
    ]


def _title(session: Mapping[str, Any], texts: Texts) -> str:
    document = session["header"].get("document") or {}
    return title_words(session["drill"], str(document.get("title") or session["drill"]), texts)


def _one_to_one(facts: Facts, texts: Texts) -> list[str]:
    if facts.one_to_one_s is None:
        return []
    minutes, longest = facts.one_to_one_s / 60.0, PAUSE_COUNTS_S / 60.0
    return [texts.say("report.visit.one-to-one", minutes=minutes, longest=longest)]


def _dose(facts: Facts, texts: Texts) -> list[str]:
    had = NO_DOSE
    for one in facts.sessions:
        had = had.plus(Dose(**(one["counts"] or {})))
    if not had.vibration_s:
        return [texts.say("report.visit.no-vibration")]
    doses = [one["dose"] for one in facts.sessions if one["dose"]]
    sources = sorted({str(one["source"]) for one in doses if one["vibration_s"]})
    told = [texts.say("report.visit.dose", used=clock_words(said_s(had.vibration_s)), a8=had.a8_m_s2)]
    return told + [texts.say(f"report.dose.{one}") for one in sources if texts.has(f"report.dose.{one}")]


# --- what a patient takes home ---


def _handout(facts: Facts, texts: Texts) -> list[Section]:
    """No norms, no verdicts, no word for failing."""
    say = texts.say
    points = []
    for series in series_of(facts.sessions):
        longest = int(max(one["hold_s"] for one in series.trials))
        key = "report.handout.drill" if series.leg == "both" else "report.handout.drill-leg"
        what = say(
            key,
            drill=title_words(series.drill, series.title, texts),
            leg=leg_words(series.leg, texts),
            n=len(series.trials),
        )
        points.append(say("report.handout.longest", what=what, seconds=longest) if longest else what)
    names = ("report.handout.safe-rail", "report.handout.safe-shoes", "report.handout.safe-stop")
    return [
        _section(say("report.handout.did"), points=points),
        _section(say("report.handout.home"), points=[say(one) for one in names]),
        _section(
            say("report.handout.call"),
            words=[say("report.handout.call-words")],
            notes=[say("report.handout.proposed")],
        ),
    ]


KINDS: dict[str, Callable[[Facts, Texts], list[Section]]] = {
    "assessment": _assessment,
    "progress": _progress,
    "visit": _visit,
    "handout": _handout,
}
"""The reports that there are."""


def known_kind(kind: str) -> str:
    """The same word. Raises StationError "input-invalid" for no report's."""
    if kind not in KINDS:
        raise StationError("input-invalid", kind, because("there-are", names=list(KINDS)))
    return kind
