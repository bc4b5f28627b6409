"""The words of a report: title, what it is about, and sections of words, tables and points, in one language.

A document is JSON values and has no markup; `station.reports.printing` puts it on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from station.clock import NS_PER_S
from station.faults import StationError, because
from station.measures.doubts import doubt
from station.measures.norms.change import NOT_COMPARABLE, Change, ConditionTrials, Occasion, change
from station.measures.norms.people import Condition
from station.measures.norms.ranks import Placement, place
from station.measures.registry import REGISTRY
from station.measures.tasks.quotients import mean_of
from station.measures.values import NAN, MeasureSet
from station.reports.facts import HELD, Facts, Series, by_day, series_of
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
    lines = [[say("report.about.patient"), who], [say("report.about.day"), day_words(facts.on, texts.language)]]
    if kind != "handout" and patient["birth_year"] is not None:
        lines.append([say("report.about.born"), str(patient["birth_year"])])
    if patient["goals"]:
        lines.append([say("report.about.goals"), patient["goals"]])
    if kind == "visit":
        signed = facts.visit.get("closed_by")
        lines.append([say("report.about.signed"), signed or say("report.visit.unsigned")])
    return lines


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
    say, held = texts.say, series.held
    sound = [one for one in held if doubt(one) is None]
    rows, missing = [], []
    notes = _doubts(series, texts)
    for name in FIGURES:
        mean = mean_of(sound, name) if sound else None
        if mean is None or mean.why:
            if mean is not None and mean.why is not None:
                missing.append((name, mean.why))
            continue
        every = [one.values[name] for one in sound]
        spread = _spread(every, texts) if len(every) > 1 else ""
        where = _placed(name, mean.value, sound, series.condition, facts)
        if where is not None:
            notes.append(say("report.norm", norm=ask(texts, where.norm)) if where.norm else ask(texts, where.text))
        percentile = ask(texts, where.word) if where is not None and where.word else say("report.none")
        rows.append([_figure(name, texts), _number(mean.value, texts), spread, percentile])
    notes += [say("report.lacks", figure=_figure(name, texts), why=ask(texts, why)) for name, why in missing]
    if held and not sound:
        notes.append(say("report.all-suspect"))
    if facts.age_years is None:
        notes.append(say("report.no-age"))
    head = [say(f"report.column.{name}") for name in ("figure", "mean", "range", "percentile")] if rows else []
    return _section(
        _heading(series, texts),
        words=[_tries(series, texts), _stood(series.condition, texts)],
        head=head,
        align=[_LEFT, _RIGHT, _RIGHT, _LEFT],
        rows=rows,
        notes=list(dict.fromkeys(notes)),
    )


def _placed(
    name: str, value: float, sets: Sequence[MeasureSet], condition: Condition, facts: Facts
) -> Placement | None:
    """Where the mean stands among healthy people of this age; None where the age is not known."""
    if facts.age_years is None:
        return None
    first = sets[0]
    if len({(one.pipeline, one.version) for one in sets}) > 1:
        return Placement(NAN, because("different-versions"))
    alike = MeasureSet(
        first.pipeline,
        first.version,
        {name: value},
        duration_s=first.duration_s,
        vibration_hz=max(one.vibration_hz for one in sets),
    )
    return place(name, alike, condition, facts.age_years, len(sets))


def _doubts(series: Series, texts: Texts) -> list[str]:
    """Which tries are suspect, and why; they are in no mean."""
    told = []
    for trial, found in zip([one for one in series.trials if one["outcome"] == HELD], series.held, strict=True):
        why = doubt(found)
        if why is not None:
            told.append(texts.say("report.suspect", number=trial["number"], why=ask(texts, why)))
    return told


# --- progress ---


def _progress(facts: Facts, texts: Texts) -> list[Section]:
    days = by_day(facts.every)
    sections = []
    for series in series_of(facts.every):
        own = {day: _same(series, series_of(sessions)) for day, sessions in days.items()}
        there = {day: found for day, found in own.items() if found is not None and found.held}
        if there:
            sections.append(_course(series, there, facts, texts))
    return sections or [_section(texts.say("report.progress.title"), words=[texts.say("report.progress.nothing")])]


def _same(wanted: Series, found: Sequence[Series]) -> Series | None:
    key = (wanted.drill, wanted.leg, wanted.condition)
    return next((one for one in found if (one.drill, one.leg, one.condition) == key), None)


def _course(series: Series, days: Mapping[date, Series], facts: Facts, texts: Texts) -> Section:
    """The means of each day, and the verdict on what changed from the first to the last."""
    say = texts.say
    rows = [_day_row(day, found, texts) for day, found in days.items()]
    heading = _heading(series, texts)
    first, last = min(days), max(days)
    parts: dict[str, Sequence[Any]] = {
        "head": [say(f"report.column.{name}") for name in ("day", "tries", "longest", "leading")],
        "align": [_LEFT, _RIGHT, _RIGHT, _RIGHT],
        "rows": rows,
    }
    if first == last:
        return _section(heading, words=[_stood(series.condition, texts)], notes=[say("report.first")], **parts)
    points, notes = [], []
    sittings = [ConditionTrials(one.condition, one.held) for one in (days[first], days[last])]
    for name in FIGURES:
        found = change(sittings[0], sittings[1], name, Occasion(facts.age_years, same_day=False))
        if found.verdict == NOT_COMPARABLE:
            notes.append(say("report.not-comparable", why=ask(texts, found.why)))
        else:
            points.append(_verdict(name, found, texts))
            notes += _bases(found, texts)
    for found_day in (days[first], days[last]):
        notes += _doubts(found_day, texts)
    when = say("report.from-to", first=day_words(first, texts.language), last=day_words(last, texts.language))
    words = [_stood(series.condition, texts), when]
    return _section(heading, words=words, points=points, notes=list(dict.fromkeys(notes)), **parts)


def _day_row(day: date, series: Series, texts: Texts) -> list[str]:
    sound = [one for one in series.held if doubt(one) is None]
    mean = mean_of(sound, FIGURES[0]) if sound else None
    leading = texts.say("report.suspect-word") if not sound else texts.say("report.none")
    if mean is not None and not mean.why:
        leading = _number(mean.value, texts)
    longest = max(one["hold_s"] for one in series.trials)
    return [
        day_words(day, texts.language),
        texts.say("report.of", part=len(series.held), whole=len(series.trials)),
        _number(longest, texts),
        leading,
    ]


def _verdict(name: str, found: Change, texts: Texts) -> str:
    """Both values, the least real change, and the house's word for it."""
    verdict = texts.say(f"word.verdict.{found.verdict}")
    if found.direction is not None:
        better = texts.say(f"word.direction.{found.direction}")
        verdict = texts.say("report.directed", verdict=verdict, direction=better)
    values = {
        "figure": _figure(name, texts),
        "before": _number(found.before, texts),
        "after": _number(found.after, texts),
        "verdict": verdict,
    }
    if found.smallest_real != found.smallest_real:  # NaN
        return texts.say("report.verdict", **values)
    return texts.say("report.verdict-beside", least=_number(found.smallest_real, texts), **values)


def _bases(found: Change, texts: Texts) -> list[str]:
    """The reason and what it rests on, each with the word that it is about."""
    verdict = texts.say(f"word.verdict.{found.verdict}")
    told = [texts.say("report.because", verdict=verdict, why=ask(texts, found.why))]
    if found.basis is not None:
        told.append(texts.say("report.by", verdict=verdict, basis=ask(texts, found.basis)))
    return told


# --- visit ---


def _visit(facts: Facts, texts: Texts) -> list[Section]:
    say = texts.say
    rows = [
        [
            _time(one["started_ns"]),
            _title(one["drill"], str((one["header"].get("document") or {}).get("title") or one["drill"]), texts),
            say(f"word.leg.{one['leg']}") if texts.has(f"word.leg.{one['leg']}") else one["leg"],
            _outcome(one["outcome"], texts),
            say("report.of", part=sum(t["outcome"] == HELD for t in one["trials"]), whole=len(one["trials"])),
            _number(float((one["dose"] or {}).get("vibration_s", 0.0)), texts),
        ]
        for one in facts.sessions
    ]
    head = [say(f"report.column.{name}") for name in ("time", "drill", "leg", "ended", "tries", "vibration")]
    done = _section(
        say("report.visit.done"), head=head, align=[_LEFT] * 4 + [_RIGHT] * 2, rows=rows, notes=_dose(facts, texts)
    )
    return [done, *_assessment(facts, texts)]


def _dose(facts: Facts, texts: Texts) -> list[str]:
    doses = [one["dose"] for one in facts.sessions if one["dose"]]
    seconds = sum(one["vibration_s"] for one in doses)
    if not seconds:
        return [texts.say("report.visit.no-vibration")]
    energy = sum(one["a8_m_s2"] ** 2 for one in doses) ** 0.5
    sources = sorted({str(one["source"]) for one in doses if one["vibration_s"]})
    told = [texts.say("report.visit.dose", seconds=seconds, a8=energy)]
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
            drill=_title(series.drill, series.title, texts),
            leg=say(f"word.leg.{series.leg}") if texts.has(f"word.leg.{series.leg}") else series.leg,
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


# --- words of a part ---


def _heading(series: Series, texts: Texts) -> str:
    leg = texts.say(f"word.leg.{series.leg}") if texts.has(f"word.leg.{series.leg}") else series.leg
    return texts.say("report.heading", drill=_title(series.drill, series.title, texts), leg=leg)


def _title(drill: str, title: str, texts: Texts) -> str:
    """A shipped drill has a title in every language; a clinic's own has its document's."""
    return texts.say(f"drill.{drill}.title") if texts.has(f"drill.{drill}.title") else title


def _tries(series: Series, texts: Texts) -> str:
    longest = _number(max(one["hold_s"] for one in series.trials), texts)
    return texts.say("report.tries", held=len(series.held), n=len(series.trials), longest=longest)


def _stood(condition: Condition, texts: Texts) -> str:
    vision, surface = (
        texts.say(f"word.{name}.{word}") if texts.has(f"word.{name}.{word}") else word
        for name, word in (("vision", condition.vision), ("surface", condition.surface))
    )
    return texts.say("report.stood", vision=vision, surface=surface)


def _outcome(outcome: str | None, texts: Texts) -> str:
    if outcome is None:
        return texts.say("report.none")
    return texts.say(f"word.outcome.{outcome}") if texts.has(f"word.outcome.{outcome}") else outcome


def _figure(name: str, texts: Texts) -> str:
    return texts.say("report.figure", name=texts.say(f"report.figure.{name}"), unit=_unit(name))


def _unit(name: str) -> str:
    return REGISTRY[name].unit.replace("mm2", "mm²")


def _number(value: float, texts: Texts) -> str:
    """With three digits, as much as such figures are worth."""
    return texts.value(value, _digits(value))


def _digits(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def _spread(every: Sequence[float], texts: Texts) -> str:
    """The least and the most, with the same digits."""
    digits = _digits(max(every, key=abs))
    return texts.say(
        "report.from-to-value", least=texts.value(min(every), digits), most=texts.value(max(every), digits)
    )


def _time(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // NS_PER_S).strftime("%H:%M")


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
