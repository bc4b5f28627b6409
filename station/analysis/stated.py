"""What a file says, beside its samples, of how it was stood and recorded, and where a person states otherwise.

Its name, its folder's, the lines above a table and a recording's header say it; an option of a command states it. Where
the two disagree one of them is wrong, and no figure shows which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from drills.problems import Problem
from station.analysis.judging import StatedCondition, condition_of
from station.analysis.reading import ReadOptions, RecordingFile, TableFile
from station.analysis.whose import said_in
from station.faults import because
from station.measures.constants import STANDARD_GRAVITY_M_S2
from station.measures.norms.people import NOT_STATED
from station.measures.suspicions.load import MOST_DIFFERENCE
from station.measures.values import MeasureSet
from station.recording.formats import UNITS_MM, unit_of
from station.recording.raw import Understood
from station.recording.times import RATES_ALIKE

_STANCES = {
    **dict.fromkeys(("left", "links"), "left"),
    **dict.fromkeys(("right", "rechts"), "right"),
    **dict.fromkeys(("both", "bipedal", "bilateral", "beide", "beidbeinig"), "both"),
}
_EYES = {
    **dict.fromkeys(("open", "eo", "eyesopen", "offen"), "open"),
    **dict.fromkeys(("closed", "ec", "eyesclosed", "geschlossen"), "closed"),
}
_GROUND = {"firm": "firm", "fest": "firm", "foam": "foam", "schaum": "foam", "schaumstoff": "foam"}
_FACTS = {
    "stance": (re.compile(r"(test(ed)?[ _])?(side|stance|legs?|foot|feet|limb|seite|stand|beine?|fu(ß|ss))"), _STANCES),
    "vision": (re.compile(r"eyes?|vision|(visual|eyes?)[ _]condition|augen"), _EYES),
    "surface": (re.compile(r"(support[ _])?surface|ground|floor|untergrund|boden"), _GROUND),
}
"""Of each fact how a line above a table names it, and the words for it."""
_LETTERS = {"l": "left", "r": "right", "li": "left", "re": "right"}
"""Of a side, alone behind its name."""
_NUMBER = r"\W*([0-9]+(?:[.,][0-9]+)?)\s*"
_WEIGHT = re.compile(
    r"\W*(?:body[ _-]?|körper)?(?:weight|mass|gewicht)[ _]*[\[(]?(kg|n|lbs?)?[\])]?" + _NUMBER + r"(kg|n|lbs?)?\W*",
    re.IGNORECASE,
)
_AGE = re.compile(r"\W*(?:age|alter)\b[^0-9:=,;\t|]{0,12}" + _NUMBER + r"(?:y|yrs?|years?|jahre)?\W*", re.IGNORECASE)
_UNITS = re.compile(r"\W*(?:cop[ _]?)?(?:length[ _])?(?:units?|einheit(?:en)?)(?: of (?:the )?cop)?\W+([a-z]+)\W*")
_SAMPLES = re.compile(
    r"\W*(?:(?:number|count|no\.?) of )?(?:samples|data ?points|messwerte|anzahl messwerte)\W+([0-9]+)\W*",
    re.IGNORECASE,
)
_LASTS = re.compile(  # a length alone may be a foot's
    r"\W*(?:(?:trial|test|recording|measurement)[ _](?:duration|length)|duration|dauer|messdauer)\b[ _]*"
    r"(?:[\[(]s(?:ec)?[\])])?" + _NUMBER + r"(?:s|secs?|seconds|sekunden)?\W*",
    re.IGNORECASE,
)
SHORTER = 0.98
"""Share of the length that a line above the table says: what has less was cut off."""
_NAMED_UNIT = re.compile(r"(?<![a-z0-9])(?<![0-9][ _-])(mm|cm|inch(?:es)?)(?![a-z])")
"""In a file's name: never the 10 cm between two feet."""
_NAMED_RATE = re.compile(r"(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?)[ _-]?hz(?![a-z])")
QUICKER_THAN_PLATES_HZ = 50.0
"""No platform vibrates so fast: from here on what a name has is a sampling rate."""
_KG = {"kg": 1.0, "n": 1.0 / STANDARD_GRAVITY_M_S2, "lb": 0.45359237}
SAME_AGE_YEARS = 1.0


class Against(NamedTuple):
    """What a file says otherwise than a person."""

    suspicions: tuple[Problem, ...] = ()
    """All figures hang on it: a rate, a unit."""
    notes: tuple[Problem, ...] = ()
    """Norms and verdicts hang on it."""


class _Said(NamedTuple):
    """One fact."""

    fact: str
    """A field of `StatedCondition`."""
    told: str
    """By whom: name, folder or head."""
    said: str


def against(
    file: RecordingFile | TableFile,
    stated: StatedCondition,
    age_years: float | None = None,
    trial: int | None = None,
) -> Against:
    """What the file says otherwise than was stated of it, by `stated`, the age and the options it was read with.

    `trial` is as for `condition_of`.
    """
    if isinstance(file, RecordingFile):
        return _recording_against(file, stated, trial)
    understood, path = file.signal.understood, Path(file.signal.source)
    head = () if understood is None else understood.head
    notes = (*_stood_against(path, head, stated), *_person_against(head, file.options.weight_kg, age_years))
    if understood is None:
        return Against((), notes)
    rate = _rate_against(path, understood, file.options)
    return Against((*rate, *_unit_against(path, understood)), (*notes, *_cut_off(understood)))


def with_against(found: MeasureSet, own: Against) -> MeasureSet:
    """The figures with what their file says otherwise."""
    return replace(found, suspicions=(*own.suspicions, *found.suspicions), warnings=(*found.warnings, *own.notes))


def _otherwise(told: str, said: str, option: str, given: str) -> Problem:
    return because("says-otherwise", told=told, said=said, option=option, given=given)


def _recording_against(file: RecordingFile, stated: StatedCondition, trial: int | None) -> Against:
    own = condition_of(file, StatedCondition(), trial)._asdict()
    notes = [
        _otherwise("recording", own[fact], f"--{fact}", given)
        for fact, given in stated._asdict().items()
        if given is not None and own[fact] not in (NOT_STATED, given)
    ]
    given_hz, steps = file.options.rate_hz, np.diff(file.recording.t_s)
    if given_hz is None or not len(steps):
        return Against((), tuple(notes))
    rate_hz = float(1.0 / np.median(steps))
    apart = abs(rate_hz / given_hz - 1.0) > RATES_ALIKE
    return Against((because("rates-disagree", rate_hz=rate_hz, given_hz=given_hz),) if apart else (), tuple(notes))


def _stood_against(path: Path, head: Sequence[str], stated: StatedCondition) -> Iterator[Problem]:
    for fact, told, said in dict.fromkeys(_conditions(path, head)):
        given = getattr(stated, fact)
        if given in (None, said):
            continue
        if given == "both":
            yield because("side-of-both", told=told, said=said)
        else:
            yield _otherwise(told, said, f"--{fact}", given)


def _conditions(path: Path, head: Sequence[str]) -> Iterator[_Said]:
    """How it was stood: by the lines above a table, and by its name, or else its folder's."""
    for line in head:
        key, *values = (one.strip(' "#%/*') for one in re.split(r"[,;:=\t|]", line))
        value = next((one for one in values if one), "")
        for fact, (keys, words) in _FACTS.items():
            if keys.fullmatch(key.lower()):
                letters = _LETTERS if fact == "stance" else {}
                if said := letters.get(value.lower(), "") or said_in(value, words):
                    yield _Said(fact, "head", said)
    for fact, (_, words) in _FACTS.items():
        for told, name in (("name", path.name), ("folder", path.parent.name)):
            if said := said_in(name, words):
                yield _Said(fact, told, said)
                break


def _person_against(head: Sequence[str], weight_kg: float | None, age_years: float | None) -> Iterator[Problem]:
    """Weight and age by the lines above; 0 is a field that nobody filled in."""
    for line in head:
        if weight_kg is not None and (found := _WEIGHT.fullmatch(line)):
            value, unit = _number(found[2]), (found[1] or found[3] or "").lower().rstrip("s")
            kinds = [unit] if unit else list(_KG)
            if value > 0.0 and all(abs(value * _KG[one] / weight_kg - 1.0) > MOST_DIFFERENCE for one in kinds):
                yield _otherwise("head", f"{value:g} {unit}".strip(), "--weight-kg", f"{weight_kg:g}")
        found = None if age_years is None else _AGE.fullmatch(line)
        said_years = _number(found[1]) if found else 0.0
        if age_years is not None and said_years > 0.0 and abs(said_years - age_years) > SAME_AGE_YEARS:
            yield _otherwise("head", f"{said_years:g}", "--age", f"{age_years:g}")


def _cut_off(of: Understood) -> Iterator[Problem]:
    """That there is less of it than the lines above say."""
    if of.rate_hz is None:
        return
    for line in of.head:
        counted, lasts = _SAMPLES.fullmatch(line), _LASTS.fullmatch(line)
        said_s = int(counted[1]) / of.rate_hz if counted else _number(lasts[1]) if lasts else 0.0
        if (found_s := of.samples / of.rate_hz) < SHORTER * said_s:
            yield because("shorter-than-said", said_s=said_s, found_s=found_s)
            return


def _rate_against(path: Path, of: Understood, options: ReadOptions) -> Iterator[Problem]:
    """A rate that the lines above say; one of its name where neither they nor times say one."""
    given_hz = options.rate_hz
    if given_hz is None:
        return
    named = {_number(one) for one in _NAMED_RATE.findall(path.name.lower())}
    named = {hz for hz in named if hz >= QUICKER_THAN_PLATES_HZ}
    for told, said_hz in (("head", of.rate_said_hz), ("name", named.pop() if len(named) == 1 else None)):
        proven = told == "name" and of.rate_from == "times"
        if said_hz is not None and not proven and abs(said_hz / given_hz - 1.0) > RATES_ALIKE:
            yield _otherwise(told, f"{said_hz:g} Hz", "--rate", f"{given_hz:g} Hz")


def _unit_against(path: Path, of: Understood) -> Iterator[Problem]:
    """The unit of a CoP by the lines above, or by the file's name where no name of a column says it."""
    axes = [one for one in of.columns if one.use in ("ml", "ap") and one.unit_from != "channels"]
    by_head = {unit_of(found[1]) for line in of.head if (found := _UNITS.fullmatch(line.lower()))}
    by_name = {unit_of(one) for one in _NAMED_UNIT.findall(path.name.lower())}
    for told, units in (("head", by_head & set(UNITS_MM)), ("name", by_name)):
        said = units.pop() if len(units) == 1 else None
        other = next((one for one in axes if said is not None and one.unit != said), None)
        if said is None or other is None or (told == "name" and other.unit_from not in ("asked", "taken")):
            continue
        if other.unit_from == "taken":
            yield because("unit-said-beside", told=told, said=said, unit=other.unit)
        else:
            yield _otherwise(told, said, "--units" if other.unit_from == "asked" else other.name, other.unit)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
