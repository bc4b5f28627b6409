"""Codes of patients: which one may have been meant, and which comes next. Pure functions of texts in capitals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

_LOOKS_ALIKE = 0.7
"""How much of two codes must be alike (`difflib.SequenceMatcher.ratio`) for one to be meant for the other: one of four
letters may differ. Short codes of a clinic that counts its patients are all like each other: of those none is offered.
"""
FIRST = "P01"
"""Where nobody has a code that counts."""
_COUNTED = re.compile(r"(.*?)([0-9]+)")
_AS_DIGIT = str.maketrans("OI", "01")
"""Letters that nobody tells from a digit where they stand beside one."""
_LOOKS = re.compile(r"(?<=\d)[OI]+|[OI]+(?=\d)")
_LONGEST = 32
"""As a code of `station.wire.messages.PATIENT_CODE` may be."""


def bare(code: str) -> str:
    """A code without its signs, with digits for the letters beside them that look like one, and without noughts before
    a number.
    """
    return re.sub(r"(?<!\d)0+(?=\d)", "", _LOOKS.sub(_as_digits, re.sub(r"[._-]", "", code)))


def _as_digits(found: re.Match[str]) -> str:
    return found[0].translate(_AS_DIGIT)


def same_but_for_signs(code: str, codes: Sequence[str]) -> list[str]:
    """Those of `codes` that differ from `code` in noughts, signs and letters that look like digits alone."""
    return [one for one in codes if one != code and bare(one) == bare(code)]


def meant_for(code: str, codes: Sequence[str], most: int) -> list[str]:
    """Those of `codes` that `code` may have been meant for, the likeliest first, at most so many: codes that differ in
    noughts, signs and letters that look like digits alone, then those that look alike.
    """
    same = same_but_for_signs(code, codes)
    alike = [one for one in get_close_matches(code, codes, most, _LOOKS_ALIKE) if one not in same]
    return (same + alike)[:most]


def next_code(codes: Sequence[str]) -> str:
    """The code to propose for a new patient: the one after the highest of those that most patients have, which count
    behind the same letters; `FIRST` where none counts. Nobody has it, and none that differs in signs alone.
    """
    counted = [found.groups() for one in codes if (found := _COUNTED.fullmatch(one))]
    if not counted:
        return FIRST
    shapes = Counter(letters for letters, _ in counted)
    letters = max(shapes, key=lambda one: (shapes[one], one))
    numbers = [digits for before, digits in counted if before == letters]
    taken = {bare(one) for one in codes}
    number, width = max(map(int, numbers)), max(map(len, numbers))
    while True:
        number += 1
        code = f"{letters}{number:0{width}d}"
        if len(code) > _LONGEST:
            return FIRST if bare(FIRST) not in taken else ""
        if bare(code) not in taken:
            return code
