"""What pydantic finds wrong with a model's input, as problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from drills.problems import Problem, nearest, not_one_of

CONTRADICTION = "contradiction"
"""The pydantic error type under which a model lists keys that contradict each other: ctx["problems"], a list of
`Problem`.
"""

RULE = "rule:"
"""The beginning of the pydantic error type of a broken rule; the rest is the reason. Its context: `key`, the key of the
table that cannot be used, and the reason's further values.
"""

Location = tuple[int | str, ...]
"""The keys from the document's root to a value."""

_BOUNDS = {
    "greater_than_equal": ("ge", "least", False),
    "greater_than": ("gt", "least", True),
    "less_than_equal": ("le", "most", False),
    "less_than": ("lt", "most", True),
}
_KINDS = {
    "float": "number",
    "int": "whole-number",
    "string": "text",
    "bool": "yes-or-no",
    "list": "list",
    "tuple": "list",
    "model": "table",
    "dict": "table",
}
"""What pydantic calls a kind of value, in its error types' first word, and what it is called here."""


def explain(error: ValidationError, model: type[BaseModel]) -> tuple[Problem, ...]:
    """The problems for everything that pydantic found in one input of this model."""
    details = error.errors(include_url=False)
    meant = {detail["loc"]: _meant(detail["loc"], model) for detail in details if detail["type"] == "extra_forbidden"}
    found: list[Problem] = []
    for detail in details:
        if detail["type"] == CONTRADICTION:
            found += detail.get("ctx", {}).get("problems", ())
        elif detail["type"] != "missing" or detail["loc"] not in meant.values():  # a misspelt key is one mistake
            found.append(_problem(detail, meant.get(detail["loc"])))
    return tuple(found)


def _meant(location: Location, model: type[BaseModel]) -> Location | None:
    """The key that an unknown one was probably meant to be."""
    near = nearest(str(location[-1]), _keys_at(model, location[:-1]))
    return None if near is None else (*location[:-1], near)


def _problem(detail: ErrorDetails, meant: Location | None) -> Problem:
    field = ".".join(str(part) for part in detail["loc"])
    kind, value, bounds = detail["type"], detail["input"], detail.get("ctx", {})
    if kind.startswith(RULE):
        path = ".".join(part for part in (field, str(bounds["key"])) if part)
        further = {name: one for name, one in bounds.items() if name != "key"}
        return Problem(path, reason=kind.removeprefix(RULE), values=further)
    if kind == "extra_forbidden":
        return Problem(field, value, reason="unknown-key", values={"suggestion": meant[-1]} if meant else {})
    if kind == "missing":
        return Problem(field, reason="missing")
    if kind in ("literal_error", "enum"):
        expected = str(bounds.get("expected", "")).replace("'", "")
        return not_one_of(field, value, expected.replace(" or ", ", ").split(", "))
    if kind in _BOUNDS:
        name, side, exclusive = _BOUNDS[kind]
        bound = bounds[name]
        least, most = (bound, None) if side == "least" else (None, bound)
        return Problem(field, value, least, most, values={"exclusive": True} if exclusive else {})
    if kind == "finite_number":
        return Problem(field, value, reason="not-finite")
    if kind == "string_pattern_mismatch":
        return Problem(field, value, reason="pattern", values={"pattern": bounds["pattern"]})
    if kind in ("string_too_short", "too_short"):
        return Problem(field, value, least=bounds["min_length"], reason="too-short")
    if kind in ("string_too_long", "too_long"):
        return Problem(field, value, most=bounds["max_length"], reason="too-long")
    return Problem(field, value, reason="wrong-kind", values={"kind": _KINDS.get(kind.split("_")[0], kind)})


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
