"""docs/drills.md says the truth about every key: its bounds, and what both shipped drills set it to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import annotated_types
import pytest
from pydantic import BaseModel

from drills.document import DrillDocument
from drills.library import catalogue_names, load_shipped
from drills.reading import table_model
from drills.values import DrillOutcome, TrialOutcome

ABSENT = "-"


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        inner = table_model(field.annotation)
        if inner is None:
            yield path, field
        else:
            yield from leaves(inner, f"{path}.")


KEYS = dict(leaves(DrillDocument))


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / "docs" / "drills.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(page: str) -> dict[str, list[str]]:
    """Key to the other cells of its row, in the table of every key."""
    table = page.split("## Every key of the document")[1]
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line[:1] == "|")
    return {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}


def test_every_key_has_its_row_and_no_row_is_left_over(rows):
    assert list(rows) == list(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_row_tells_the_keys_bounds(rows, key):
    said = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", rows[key][1])}
    annotation = KEYS[key]
    bounds = [
        getattr(item, name)
        for item in (*annotation.metadata, *metadata_inside(annotation.annotation))
        for name in ("ge", "gt", "le", "lt")
        if getattr(item, name, None) is not None
    ]
    assert {float(bound) for bound in bounds} <= said
    for choice in getattr(annotation.annotation, "__args__", ()):
        if isinstance(choice, str):
            assert f'"{choice}"' in rows[key][1]


def metadata_inside(annotation: object) -> Iterator[object]:
    """The bounds inside `Annotated[...] | None`."""
    for part in getattr(annotation, "__args__", ()):
        for item in getattr(part, "__metadata__", ()):
            yield from getattr(item, "metadata", ())


def test_the_bounds_are_found_at_all():
    found = [item for item in KEYS["hold.max_s"].metadata if isinstance(item, annotated_types.Ge)]
    assert found == [annotated_types.Ge(1)]
    assert len(list(metadata_inside(KEYS["hold.limit_s"].annotation))) == 2


@pytest.mark.parametrize("column", [2, 3])
def test_a_row_tells_what_the_shipped_drills_say(rows, column):
    name = sorted(catalogue_names(), reverse=True)[column - 2]
    document = load_shipped(name).model_dump(mode="json")
    for key, cells in rows.items():
        value: Any = document
        for part in key.split("."):
            value = None if value is None else value[part]
        expected = ABSENT if value is None else json.dumps(value)
        assert cells[column] == (expected if key != "summary" else "(see the file)"), key


def test_every_outcome_is_explained(page):
    for outcome in (*TrialOutcome, *DrillOutcome):
        assert f"| `{outcome.value}` |" in page
