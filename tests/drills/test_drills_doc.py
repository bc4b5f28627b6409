"""docs/drills.md says the truth about every key: its bounds, and what a shipped drill sets it to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import annotated_types
import pytest
from pydantic import BaseModel

from drills.document import DrillDocument
from drills.exercises import EXERCISES
from drills.library import catalogue_names, load_shipped
from drills.reading import table_model
from drills.step_tables import TABLES, ExerciseStep
from drills.values import DrillOutcome, TrialOutcome
from drills.vibration import FORMS

ABSENT = "-"
FIRST = ("single-leg-vibration", "quiet-stance", "reach-the-targets")
DRILLS = (*FIRST, *(name for name in catalogue_names() if name not in FIRST))
"""Every drill that ships."""
IN_THE_FILE = ("summary", "script.", "about.")
SHOWN = ("about.id", "about.evidence")


def leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        inner = table_model(field.annotation)
        if inner is None:
            yield path, field
        else:
            yield from leaves(inner, f"{path}.")


def keys() -> Iterator[tuple[str, Any]]:
    """Every key path of a document, as docs/drills.md names it, with its field."""
    for path, field in leaves(DrillDocument):
        if path != "steps":
            yield path, field
            continue
        for name, table in TABLES.items():
            own = dict(leaves(table, f"steps.{name}."))
            for inner in ("step", "parameters", "vibration"):
                own.pop(f"steps.{name}.{inner}", None)
            yield from own.items()
            if table is ExerciseStep:
                for model in (exercise.keys for exercise in EXERCISES.values()):
                    yield from leaves(model, f"steps.{name}.parameters.")
                merged: dict[str, Any] = {}
                for model in (form.keys for form in FORMS.values()):
                    merged |= dict(leaves(model, f"steps.{name}.vibration."))
                yield from merged.items()


KEYS = dict(keys())


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
    found = [item for item in KEYS["steps.exercise.time.max_s"].metadata if isinstance(item, annotated_types.Ge)]
    assert found == [annotated_types.Ge(1)]
    assert len(list(metadata_inside(KEYS["steps.exercise.time.limit_s"].annotation))) == 2
    assert {"steps.exercise.parameters.dwell_s", "steps.exercise.vibration.ramp_up_s"} <= set(KEYS)


def value_at(document: Any, key: str) -> Any:
    """What the document says at a path of the page, where a step is named and not counted; None where nothing."""
    value = document
    for part in key.split("."):
        if isinstance(value, list):
            value = next((step for step in value if step["step"] == part), None)
        else:
            value = None if value is None else value.get(part)
    return value


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    """Every drill that ships, as its file says it."""
    return {name: load_shipped(name).model_dump(mode="json") for name in DRILLS}


@pytest.mark.parametrize("key", KEYS)
def test_a_row_tells_what_a_shipped_drill_says(rows, shipped, key):
    said = [value for value in (value_at(document, key) for document in shipped.values()) if value is not None]
    expected = {json.dumps(value) for value in said} if said else {ABSENT}
    if key.startswith(IN_THE_FILE) and key not in SHOWN:
        expected = {"(see the file)"}
    assert rows[key][2] in expected


def test_every_shipped_drill_is_explained_and_no_other(page):
    assert sorted(re.findall(r"^## .*\(`([a-z0-9-]+)`\)$", page, re.MULTILINE)) == sorted(DRILLS)


def test_every_exercise_has_its_row(page):
    for name in EXERCISES:
        assert f"\n| `{name}` | " in page


def test_every_outcome_is_explained(page):
    for outcome in (*TrialOutcome, *DrillOutcome):
        assert f"| `{outcome.value}` |" in page
