"""What is wrong with a drill document, in lines that a therapist can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

CONTRADICTION = "contradiction"
"""The pydantic error type under which a model lists keys that contradict each other: ctx["problems"], pairs of
key path and complaint.
"""


Location = tuple[int | str, ...]
"""The keys from the document's root to a value."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "..."?` for the nearest of `known`, or an empty string when none is near."""
    near = _nearest(word, known)
    return f'; did you mean "{near}"?' if near else ""


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def explain(error: ValidationError, model: type[BaseModel], source: str) -> tuple[str, ...]:
    """The lines for everything that pydantic found in one document of this model."""
    details = error.errors(include_url=False)
    meant = {detail["loc"]: _meant(detail["loc"], model) for detail in details if detail["type"] == "extra_forbidden"}
    lines: list[str] = []
    for detail in details:
        if detail["type"] == CONTRADICTION:
            found = detail.get("ctx", {}).get("problems", ())
            lines += [f"{source}: {path} {complaint}" for path, complaint in found]
        elif detail["type"] != "missing" or detail["loc"] not in meant.values():  # a misspelt key is one mistake
            lines.append(f"{source}: {_line(detail, meant.get(detail['loc']))}")
    return tuple(lines)


def _meant(location: Location, model: type[BaseModel]) -> Location | None:
    """The key that an unknown one was probably meant to be."""
    near = _nearest(str(location[-1]), _keys_at(model, location[:-1]))
    return None if near is None else (*location[:-1], near)


def _line(detail: ErrorDetails, meant: Location | None) -> str:
    path = ".".join(str(part) for part in detail["loc"]) or "the document"
    kind = detail["type"]
    if kind == "extra_forbidden":
        hint = f'; did you mean "{meant[-1]}"?' if meant else ""
        return f"{path} = {detail['input']!r}: there is no such key{hint}"
    if kind == "missing":
        return f"{path}: this key is missing"
    ask = detail["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if kind == "literal_error":
        expected: str = detail.get("ctx", {}).get("expected", "")
        ask += did_you_mean(str(detail["input"]), expected.replace("'", "").replace(" or ", ", ").split(", "))
    return f"{path} = {detail['input']!r}: {ask}"


def _keys_at(model: type[BaseModel], path: Location) -> list[str]:
    """The keys that the table at `path` may have."""
    fields: Mapping[str, Any] = model.model_fields
    for part in path:
        inner = table_model(fields[str(part)].annotation) if str(part) in fields else None
        if inner is None:
            return []
        fields = inner.model_fields
    return [field.alias or name for name, field in fields.items()]


def table_model(annotation: object) -> type[BaseModel] | None:
    """The model behind a field's annotation (`Model` or `Model | None`), None for a plain value."""
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None
