"""Whose a CSV file is, and of which leg, by the lines above its table and by its name: refused where they disagree.

A table of numbers says neither. A program that wrote it may (`Side: ,Left`, `Subject: 12`), and people name their files
so. What lines say is never shown: it may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from drills.problems import Problem
from station.faults import because
from station.measures.constants import STANDARD_GRAVITY_M_S2

_PATIENT = re.compile(
    r"(patient|subject|participant|proband|client)([s _]*(id|name|no|nr|number|code))?|(last|full)[ _]?name"
)
_SIDE = re.compile(r"(test(ed)?[ _])?(side|leg|foot|limb|seite|bein|fu(ß|ss))")
_SIDES = {"left": "left", "right": "right", "links": "left", "rechts": "right"}
_SHORT_SIDES = {**_SIDES, "l": "left", "r": "right", "li": "left", "re": "right"}
_NUMBERED = re.compile(
    r"(?<![a-z0-9])(?:(?:sub|subj|subject|pat|patient|participant|proband|vp)[-_ ]?|p-|p(?=[0-9]{2}))"
    r"0*([0-9]+)(?![0-9])"
)
"""A number of a person in a file's name: sub-01, P-7, P07. Nothing but P1 may be a trial."""
_DAYS = (
    re.compile(r"(?P<y>[12][0-9]{3})(?P<s>[-._ ]?)(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])"),
    re.compile(r"(?P<d>[0-9]{1,2})(?P<s>[-._ ]?)(?P<m>[0-9]{1,2})(?P=s)(?P<y>[12][0-9]{3})(?![0-9])"),
    re.compile(r"(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])"),
    re.compile(r"(?P<d>[0-9]{1,2})(?P<s>[.]?)(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{2})(?![0-9])"),
)
"""Days that stand where a number could: patient_20240131, patient 31.1.24."""
SAME_WEIGHT = 1.15
"""How many times one's weight another day's may be: clothes, weeks, two pairs of scales. Proposed."""

MOST_NAMED = 3
"""So many files that say nothing are named."""


class Whose(NamedTuple):
    """What a file says; empty where it says nothing."""

    file: str = ""
    """Its name, behind its folder's where that has the number."""
    patient: str = ""
    """By the lines above its table."""
    number: str = ""
    """By its name, else by its folder's."""
    side: str = ""
    """ "left" or "right", by those lines, else by its name, else by its folder's."""
    guess: str = ""
    """The part of its name that the number was taken from: sub-01."""
    code: str = ""
    """Of the patient whom a recording names."""


def whose_of(path: Path, head: Sequence[str]) -> Whose:
    """What a table's path and the lines above it say."""
    patient = side = ""
    for line in head:
        key, *values = (one.strip(' "#%/*') for one in re.split(r"[,;:=\t|]", line))
        value = next((one.lower() for one in values if one), "")
        if _PATIENT.fullmatch(key.lower()):
            patient = patient or value
        elif _SIDE.fullmatch(key.lower()):
            side = side or _SHORT_SIDES.get(value, "")
    file, (number, guess) = path.name, _numbered(path.name)
    if not number:
        number, guess = _numbered(path.parent.name)
        file = f"{path.parent.name}/{path.name}" if number else file
    side = side or said_in(path.name, _SIDES) or said_in(path.parent.name, _SIDES)
    return Whose(file, patient, number, side, guess)


def _numbered(name: str) -> tuple[str, str]:
    """A person's number in a name, and the part of it that says so; both empty where it has none."""
    found = next((one for one in _NUMBERED.finditer(name.lower()) if not _is_day(name, one.end(0))), None)
    return ("", "") if found is None else (found.group(1), name[slice(*found.span())])


def _is_day(name: str, end: int) -> bool:
    """Whether the digits of a name that end here are of a date."""
    begin = len(name[:end].rstrip("0123456789"))
    for form in _DAYS:
        if found := form.match(name, begin):
            year, month, day = (int(found[part]) for part in "ymd")
            try:
                date(year if year > 99 else 2000 + year, month, day)
            except ValueError:
                continue
            return True
    return False


def said_in(name: str, words: Mapping[str, str]) -> str:
    """What the one of these that a name has as a word of its own says; "" where it has none, or two say different."""
    own = re.split(r"[^a-zß]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    found = {words[word] for word in own if word in words}
    return found.pop() if len(found) == 1 else ""


def two_patients(files: Sequence[Whose]) -> Problem | None:
    """That two of these are of two patients; None where they are not, or do not say."""
    for one, other in combinations(files, 2):
        if one.patient and other.patient and one.patient != other.patient:
            return because("files-of-two", one=one.file, other=other.file)
        if one.number and other.number and one.number != other.number:
            guesses = {"first": one.guess, "second": other.guess}
            return because("names-of-two", one=one.file, other=other.file, **guesses)
    return None


def taken_for_one(files: Sequence[Whose], *, told: bool, legs_said: bool) -> tuple[Problem, ...]:
    """What nothing says of files that are held together as one person's, or what it was guessed from; `told` is that a
    person said so, `legs_said` that the legs are known.
    """
    legs = () if legs_said else (because("legs-unsaid"),)
    if told:
        return (because("one-patient-told"), *legs)
    kinds = [[one.code for one in files], [one.patient for one in files], [one.number for one in files]]
    silent = min(([one.file for one, own in zip(files, kind, strict=True) if not own] for kind in kinds), key=len)
    if len(silent) == len(files):
        return (because("whose-unsaid"), *legs)
    if silent:
        return (because("whose-unsaid-of", names=silent[:MOST_NAMED], count=len(silent)), *legs)
    if not (all(kinds[0]) or all(kinds[1])):
        return (because("whose-by-name", guess=files[0].guess), *legs)
    return legs


def two_weights(before_n: float, after_n: float) -> Problem | None:
    """That two sittings' loads (N) are hardly one person's; None where they may be, or are not known."""
    if not (before_n > 0.0 and after_n > 0.0) or max(before_n, after_n) <= SAME_WEIGHT * min(before_n, after_n):
        return None
    return because("two-weights", before_kg=before_n / STANDARD_GRAVITY_M_S2, after_kg=after_n / STANDARD_GRAVITY_M_S2)
