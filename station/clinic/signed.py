"""Files that a clinician signs: clinical numbers with their source, and how each was come by.

What nobody signed is shown as proposed, whatever stands behind it; in a signed file the numbers that rest on memory or
on our own choice stay marked, so that whoever signed can see what they answered for.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from drills.problems import Problem
from drills.reading import explain
from drills.strict import Day, Strict, found
from station.faults import InputError, because

Mark = Literal["read", "computed", "memory", "proposal"]
"""How a number was come by: read in its source, computed, professional knowledge that nobody looked up, our choice."""
Source = Annotated[str, Field(min_length=1, max_length=600)]


class Sourced(Strict):
    """What every clinical statement carries."""

    mark: Mark
    source: Source

    @property
    def proposed(self) -> bool:
        """Whether a clinician must confirm it before it can be relied on."""
        return self.mark in ("memory", "proposal")


class Number(Sourced):
    """One clinical number, in the unit that its key says."""

    value: Annotated[float, Field(ge=0, le=100_000)]


class Signable(Strict):
    """A whole file."""

    # `schema` is what the file says; BaseModel has an old method of that name.
    schema_version: Annotated[Literal[1], Field(alias="schema")]
    status: Literal["proposed", "signed"]
    signed_by: Annotated[str, Field(max_length=100)] = ""
    signed_on: Annotated[Day, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""

    @model_validator(mode="after")
    def _signed_by_somebody(self) -> Self:
        if self.status == "signed":
            lacking = [key for key in ("signed_by", "signed_on") if not getattr(self, key).strip()]
            if lacking:
                raise found([Problem(key, reason="missing") for key in lacking])
        return self


Kind = TypeVar("Kind", bound=Signable)


def read_signable(path: Path, kind: type[Kind]) -> Kind:
    """The file's contents. Raises InputError "input-invalid": the file, and each key with its value and its bound."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise InputError("input-invalid", str(path), because("not-readable", said=problem.strerror or "")) from problem
    except (ValueError, RecursionError) as problem:  # not TOML, not UTF-8, or brackets without end
        raise InputError("input-invalid", str(path), because("not-toml-file", said=str(problem))) from problem
    try:
        return kind.model_validate(table)
    except ValidationError as problem:
        raise InputError("input-invalid", str(path), *explain(problem, kind)) from problem
