"""What the rooms of the station raise: one base, whose errors are all that an edge has to know.

Hardware and drills have a base of their own, with codes of the same catalogue; `station.faults.boundary` turns theirs
into these.
"""

from __future__ import annotations

from drills.problems import Problem
from station.faults.catalogue import CATALOGUE


class StationError(Exception):
    """A fault of the catalogue at one place. Subclass with the builtin that a caller would expect beside it.

    `where` names the file, key, port or device; `detail` says what was seen there; each of `problems` is one thing that
    is wrong, where `detail` names several.
    """

    def __init__(self, code: str, where: str = "", detail: str = "", problems: tuple[Problem, ...] = ()) -> None:
        self.fault = CATALOGUE[code]
        self.code = code
        self.where = where
        self.detail = detail
        self.problems = problems
        super().__init__(str(self))

    def __str__(self) -> str:
        """What, where, what to do: one line a person can act on."""
        place = f" {self.where}:" if self.where else ""
        detail = f" {self.detail}" if self.detail else ""
        return f"{self.fault.what}{place}{detail} {self.fault.remedy}"


class InputError(StationError, ValueError):
    """What a person or a file gave is wrong."""


class StorageError(StationError, OSError):
    """The disk, a folder or a file refuses."""


class DeviceError(StationError, OSError):
    """A device of the rig is missing, refuses, or says nonsense."""
