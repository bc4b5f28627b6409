"""Whose a CSV file is, and of which leg, by the lines above its table and by its name: refused where they disagree.

A table of numbers says neither. A program that wrote it may (`Side: ,Left`, `Subject: 12`), and people name their files
so. What is said here is never shown: it may be a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
SAME_WEIGHT = 1.15
"""How many times one's weight another day's may be: clothes, weeks, two pairs of scales. Proposed."""


class Whose(NamedTuple):
    """What a file says; empty where it says nothing."""

    file: str = ""
    patient: str = ""
    """By the lines above its table."""
    number: str = ""
    """By its name."""
    side: str = ""
    """ "left" or "right", by those lines, else by its name, else by its folder's."""


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
    numbered = _NUMBERED.search(path.name.lower())
    side = side or _side_in(path.name) or _side_in(path.parent.name)
    return Whose(path.name, patient, numbered.group(1) if numbered else "", side)


def _side_in(name: str) -> str:
    """The one side that a name has as a word of its own."""
    words = re.split(r"[^a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    found = {_SIDES[word] for word in words if word in _SIDES}
    return found.pop() if len(found) == 1 else ""


def two_patients(files: Sequence[Whose]) -> Problem | None:
    """That two of these are of two patients; None where they are not, or do not say."""
    for one, other in combinations(files, 2):
        for own, others in ((one.patient, other.patient), (one.number, other.number)):
            if own and others and own != others:
                return because("files-of-two", one=one.file, other=other.file)
    return None


def two_weights(before_n: float, after_n: float) -> Problem | None:
    """That two sittings' loads (N) are hardly one person's; None where they may be, or are not known."""
    if not (before_n > 0.0 and after_n > 0.0) or max(before_n, after_n) <= SAME_WEIGHT * min(before_n, after_n):
        return None
    return because("two-weights", before_kg=before_n / STANDARD_GRAVITY_M_S2, after_kg=after_n / STANDARD_GRAVITY_M_S2)
