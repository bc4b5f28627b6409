"""What the rooms of the station raise: one base, whose errors are all that an edge has to know.

Hardware and drills have a base of their own, with codes of the same catalogue; `station.faults.boundary` turns theirs
into these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drills.problems import Problem
from station.faults.catalogue import CATALOGUE


def because(reason: str, **values: object) -> Problem:
    """What was seen, where no single field is at fault: a key (`seen.<reason>` of the texts) and JSON values."""
    return Problem("", reason=reason, values=values)


def not_text(error: ValueError) -> Problem:
    """What was seen where bytes were no UTF-8 text, with its place; any other error of a value as it says itself."""
    if not isinstance(error, UnicodeDecodeError):
        return because("unreadable", said=str(error))
    before = error.object[: error.start]
    line = before.count(b"\n") + 1
    return because("not-utf8", line=line, byte=error.start - before.rfind(b"\n"))


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as JSON values, for a message or a file; `from_json` reads it back."""
    return {**problem._asdict(), "values": dict(problem.values)}


def from_json(values: Mapping[str, Any]) -> Problem:
    """The problem that `as_json` wrote. Raises TypeError for what is none."""
    return Problem(**values)


class StationError(Exception):
    """A fault of the catalogue at one place. Subclass with the builtin that a caller would expect beside it.

    `where` names the file, key, port or device; each of `problems` is one thing that is wrong, or was seen, there.
    No sentence is made here: the edges word it.
    """

    def __init__(self, code: str, where: str = "", *problems: Problem) -> None:
        self.fault = CATALOGUE[code]
        self.code = code
        self.where = where
        self.problems = problems
        super().__init__(str(self))  # of one: an OSError reads two as a number and its words

    def __str__(self) -> str:
        """One line for a journal, in code: `limit-exceeded prescription: hold_s=300 out-of-range most=60`."""
        place = f" {self.where}" if self.where else ""
        seen = f": {'; '.join(map(str, self.problems))}" if self.problems else ""
        return f"{self.code}{place}{seen}"


class InputError(StationError, ValueError):
    """What a person or a file gave is wrong."""


class StorageError(StationError, OSError):
    """The disk, a folder or a file refuses."""


class DeviceError(StationError, OSError):
    """A device of the rig is missing, refuses, or says nonsense."""
