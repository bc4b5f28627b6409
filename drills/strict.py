"""What every table of a document has in common, and the ranges that several of them use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from drills.problems import Problem, not_one_of, printable
from drills.reading import CONTRADICTION, explain

Seconds = Annotated[float, Field(ge=0, le=600)]
Fraction = Annotated[float, Field(gt=0, lt=1)]


def _as_text(value: object) -> object:
    return value.isoformat() if type(value) is date else value


Day = Annotated[str, BeforeValidator(_as_text)]
"""A date (ISO 8601): in quotes, or as TOML itself writes one."""


class Strict(BaseModel):
    """One table of the document: immutable, no unknown keys, no text for numbers, no NaN or infinity.

    `model_dump(mode="json")` gives the keys of the file, and `model_validate` takes them back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, serialize_by_alias=True)


NOT_PRINTABLE: Literal["rule:not-printable"] = "rule:not-printable"
Table = TypeVar("Table", bound=Strict)
Choice = TypeVar("Choice")


def found(problems: list[Problem]) -> PydanticCustomError:
    """What a validator raises for these problems; their fields are key paths from the document's root."""
    return PydanticCustomError(CONTRADICTION, "keys cannot be used", {"problems": problems})


def printable_line(text: str) -> str:
    """This text, where all of it can be seen; else the broken rule "not-printable"."""
    for letter in text:
        if not letter.isprintable():
            raise PydanticCustomError(NOT_PRINTABLE, NOT_PRINTABLE, {"key": "", "letter": printable(letter)})
    return text


def printable_lines(text: str) -> str:
    """As `printable_line`, of several lines."""
    for line in text.split("\n"):
        printable_line(line.replace("\t", " "))
    return text


def read_table(model: type[Table], value: object, path: str, problems: list[Problem]) -> Table | None:
    """The table of this model at `path`, or None where something is wrong with it: then `problems` grow."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += [
            problem._replace(field=f"{path}.{problem.field}" if problem.field else path)
            for problem in explain(error, model)
        ]
        return None


def chosen(value: Mapping[str, Any], key: str, path: str, known: Mapping[str, Choice]) -> Choice | Problem:
    """What the word under `key` of this table names, or what is wrong with that word."""
    field, word = f"{path}.{key}", value.get(key)
    if word is None:
        return Problem(field, reason="missing")
    return known[word] if isinstance(word, str) and word in known else not_one_of(field, word, known)
