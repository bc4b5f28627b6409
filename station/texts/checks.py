"""What a check of the doctor says, in words: for the command line and for the technician's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from station.texts.problems import named_values
from station.texts.texts import Texts


class CheckWords(NamedTuple):
    """A check in words: what was looked at, what was found, and what to do, "" where there is nothing to do."""

    name: str
    seen: str
    remedy: str


def words_of_check(of: Texts, area: str, part: str, keys: tuple[str, str], values: Mapping[str, object]) -> CheckWords:
    """The words in the language of these texts. `keys`: of what was found, and of what to do (""for nothing)."""
    seen, remedy = keys
    named = named_values(of, values)
    name = " ".join([of.say(f"doctor.{area}.name"), *([part] if part else [])])
    return CheckWords(name, of.say(seen, **named), of.say(remedy, **named) if remedy else "")
