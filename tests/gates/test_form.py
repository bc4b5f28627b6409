"""A text below a name is of that name, and one that stands alone is of nothing; and ruff alone forms the code."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.gates.conftest import Module

NAMES = (ast.Assign, ast.AnnAssign, ast.TypeAlias) if hasattr(ast, "TypeAlias") else (ast.Assign, ast.AnnAssign)


def _text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _astray(tree: ast.Module) -> list[int]:
    """Lines of texts that stand neither first in their block nor below a name."""
    return [
        node.lineno
        for block in ast.walk(tree)
        if isinstance(block, ast.Module | ast.ClassDef)
        for before, node in zip(block.body, block.body[1:], strict=False)
        if _text(node) and not isinstance(before, NAMES)
    ]


def test_no_text_stands_below_nothing(package_modules: list[Module]) -> None:
    assert [f"{module.path}:{line}" for module in package_modules for line in _astray(module.tree)] == []


def test_one_that_does_is_seen() -> None:
    assert _astray(ast.parse('A = 1\n"""Of A."""\n"""Of what?"""\nimport b\n"""Of b?"""\n')) == [3, 5]


TABLES = {
    "benchmarks/dead_man.py": 1,
    "tests/golden/capture.py": 2,
    "tests/station/commissioning/calibrating/test_accuracy.py": 1,
    "tests/station/control/test_clinic_hours.py": 1,
}
"""Where a table keeps the form that somebody gave it, and how many; ruff forms everything else."""


def test_only_tables_keep_a_form_of_their_own(project: Path, modules: list[Module]) -> None:
    skip = "# fmt: " + "skip"
    found = {module.path: (project / module.path).read_text(encoding="utf-8").count(skip) for module in modules}
    assert {path: count for path, count in found.items() if count} == TABLES
