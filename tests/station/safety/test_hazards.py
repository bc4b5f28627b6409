"""Every hazard has a row; each row names tests that exist, or says what is not there yet."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (PROJECT / "docs" / "hazards.md").read_text().splitlines()
    if re.match(r"\| H\d+ \|", line)
]
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def problems(row: list[str], project: Path = PROJECT) -> list[str]:
    """What is wrong with one row of the table."""
    if len(row) != 5 or not all(row):
        return ["five cells are needed, none empty"]
    control, shown_by = row[3:]
    references = REFERENCE.findall(shown_by)
    found = [] if references or re.search(r"\bnot yet: \w", shown_by) else ["names neither a test nor what is not yet"]
    if control.startswith("none") is bool(references):
        found.append("a control needs a test, and a test a control")
    if shown_by.count("::") != len(references):
        found.append("a test is written in another way than `tests/path.py::test_name`")
    for path, name in references:
        if not name.startswith("test_") or not (project / path).is_file() or name not in names_in(project / path):
            found.append(f"{path}::{name} does not exist")
    return found


def test_every_hazard_is_listed_once():
    assert [row[0] for row in ROWS] == [f"H{number}" for number in range(1, 27)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_names_tests_that_exist_or_says_not_yet(row):
    assert problems(row) == []


HERE = "tests/station/safety/test_hazards.py"


@pytest.mark.parametrize(
    ("control", "shown_by", "sound"),
    [
        ("a rule", f"`{HERE}::test_every_hazard_is_listed_once`", True),
        ("a rule", f"`{HERE}::test_every_hazard_is_listed_once`; not yet: more", True),
        ("none", "not yet: a rule", True),
        ("none", "perhaps one day", False),
        ("a rule", "not yet: a test", False),
        ("none", f"`{HERE}::test_every_hazard_is_listed_once`", False),
        ("a rule", f"`{HERE}::test_that_is_not_there`", False),
        ("a rule", f"`{HERE}::problems`", False),
        ("a rule", "`tests/nowhere.py::test_x`", False),
        ("a rule", f"{HERE}::test_every_hazard_is_listed_once", False),
        ("", "not yet: a rule", False),
    ],
)
def test_a_row_that_promises_too_much_is_noticed(control, shown_by, sound):
    assert (problems(["H1", "hazard", "cause", control, shown_by]) == []) is sound
