"""What goes wrong with drills. Each error carries a code of the station's fault catalogue and says where."""

from __future__ import annotations

from typing import ClassVar

from drills.problems import Problem


class DrillError(Exception):
    """A drill, or what is asked of it, cannot be used. Subclass with the builtin that a caller would expect beside it.

    `code` names an entry of the fault catalogue, which says what to do; `where` names the file, the drill or the
    prescription; each of `problems` is one thing that is wrong.
    """

    code: ClassVar[str]

    def __init__(self, where: str, *problems: Problem) -> None:
        super().__init__(where, *problems)
        self.where = where
        self.problems = problems

    def __str__(self) -> str:
        """All that is wrong, in one line for a journal."""
        return f"{self.code} {self.where}: {'; '.join(map(str, self.problems))}"


class DrillDocumentError(DrillError, ValueError):
    """A drill document that cannot be used."""

    code = "drill-invalid"


class PrescriptionError(DrillError, ValueError):
    """A prescription that its drill, or the platform, does not allow."""

    code = "input-invalid"


class UnknownDrillError(DrillError, KeyError):
    """There is no shipped drill of that name."""

    code = "drill-unknown"
