"""Every setting is a row of docs/settings.md, with the default, the bounds and the words that the program has."""

import re
from collections.abc import Iterator
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from station.settings import Settings


def _walk(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key that is not a table, with its dotted path."""
    for name, field in model.model_fields.items():
        tables = [kind for kind in _kinds(field.annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
        for table in tables:
            yield from _walk(table, f"{path}{name}.")
        if not tables:
            yield f"{path}{name}", field


def _kinds(annotation: object) -> Iterator[object]:
    """The types in an annotation: `tuple[Chip, ...] | None` holds Chip."""
    yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "depends on the user"
    if field.default is None:
        return "left out"
    value = field.default
    shown = str(value).lower() if isinstance(value, bool) else str(list(value) if isinstance(value, tuple) else value)
    return f"`{shown}`"


def _bounds(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    words = {"ge": "from", "gt": "over", "le": "to", "lt": "under"}
    found = [
        f"{word} {getattr(bound, name):g}"
        for name, word in words.items()
        for bound in field.metadata
        if getattr(bound, name, None) is not None
    ]
    return " ".join(found)


def _row(key: str, field: FieldInfo) -> str:
    return f"| `{key}` | {_default(field)} | {_bounds(field)} | {field.description} |"


KEYS = dict(_walk(Settings))


@pytest.mark.parametrize("key", KEYS)
def test_a_setting_says_what_it_is(key: str) -> None:
    assert KEYS[key].description


def test_every_setting_is_documented(project) -> None:
    lines = (project / "docs" / "settings.md").read_text().splitlines()
    documented = [line for line in lines if re.match(r"\| `[a-z0-9_.]+` \|", line)]
    expected = [_row(key, field) for key, field in KEYS.items()]
    missing = "\n".join(row for row in expected if row not in documented)
    extra = "\n".join(row for row in documented if row not in expected)
    assert not missing, f"add to docs/settings.md:\n{missing}"
    assert not extra, f"remove from docs/settings.md:\n{extra}"
    assert len(expected) > 10
