"""What the rooms of the station raise; hardware raises `hw.errors.HardwareError` with a code of the same catalogue."""

from __future__ import annotations

from station.faults.catalogue import CATALOGUE


class StationError(Exception):
    """A fault of the catalogue at one place. Subclass with the builtin that a caller would expect beside it.

    `where` names the file, key, port or device; `detail` says what was seen there.
    """

    def __init__(self, code: str, where: str = "", detail: str = "") -> None:
        self.fault = CATALOGUE[code]
        self.code = code
        self.where = where
        self.detail = detail
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
