"""What each value of a drill may be, by its key path: what a form needs of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from drills.changing import may_change
from drills.document import DrillDocument


class FieldRange(NamedTuple):
    """One value that a therapist may change, and what its key allows by itself."""

    path: str
    value: Any
    kind: str
    """"number", "integer", "string", "boolean" or "array"."""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def ranges(document: DrillDocument) -> tuple[FieldRange, ...]:
    """Of every value that may be changed and is there, in the order of the document."""
    return tuple(one for one in _of(document, "") if may_change(one.path))


def _of(table: BaseModel, path: str) -> Iterator[FieldRange]:
    for name in type(table).model_fields:
        value, at = getattr(table, name), f"{path}{name}"
        if at == "steps":
            for step in value:
                yield from _of(step, f"steps.{step.step}.")
        elif isinstance(value, BaseModel):
            yield from _of(value, f"{at}.")
        elif value is not None:
            yield _range(at, value, _properties(type(table)).get(name, {}))


def _range(path: str, value: object, said: dict[str, Any]) -> FieldRange:
    said = next((one for one in said.get("anyOf", ()) if one.get("type") != "null"), said)
    least = said.get("minimum", said.get("exclusiveMinimum", said.get("minLength", said.get("minItems"))))
    most = said.get("maximum", said.get("exclusiveMaximum", said.get("maxLength", said.get("maxItems"))))
    choices = tuple(str(one) for one in said.get("enum", ()))
    plain = list(value) if isinstance(value, tuple) else value
    return FieldRange(path, plain, str(said.get("type", "string")), least, most, choices)


@cache
def _properties(table: type[BaseModel]) -> dict[str, Any]:
    properties: dict[str, Any] = table.model_json_schema(by_alias=False).get("properties", {})
    return properties
