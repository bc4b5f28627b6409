"""No phase is compared by its number: which may follow which is said by `drills.steps.ORDER` alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("hw", "drills", "station", "web_ui")
ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _is_phase(node: ast.AST) -> bool:
    """Whether an expression is a phase by its name: `Phase.HOLD`, `state.phase`, `before_phase`, `int(x.phase)`."""
    if isinstance(node, ast.Call):
        return any(_is_phase(argument) for argument in node.args)
    if isinstance(node, ast.Subscript):
        return _is_phase(node.value) or _is_phase(node.slice)
    if isinstance(node, ast.Constant):
        return node.value == "phase"
    if isinstance(node, ast.Attribute):
        if node.attr in ("value", "real", "numerator"):
            return _is_phase(node.value)
        return node.attr == "phase" or _is_phase(node.value)
    return isinstance(node, ast.Name) and (node.id in ("phase", "Phase") or node.id.endswith("_phase"))


def compared(source: str) -> Iterator[int]:
    """The lines in which a phase is compared with <, <=, > or >=, or goes through min, max or sorted."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(isinstance(op, ORDERING) for op in node.ops):
            if any(map(_is_phase, (node.left, *node.comparators))):
                yield node.lineno
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max", "sorted")
        ) and any(map(_is_phase, node.args)):
            yield node.lineno


def imports_phase(source: str) -> bool:
    """Whether the file knows the phases of drills: elsewhere `phase` is an angle."""
    return (
        any(
            isinstance(node, ast.ImportFrom)
            and (
                (node.module == "drills.values" and any(a.name == "Phase" for a in node.names))
                or node.module == "drills.state"
            )
            for node in ast.walk(ast.parse(source))
        )
        or "Phase.HOLD" in source
    )


def test_no_phase_is_compared_by_its_number(project: Path) -> None:
    files = [path for room in ROOMS for path in sorted((project / room).rglob("*.py"))]
    assert len(files) > 100
    found = []
    knowing = 0
    for path in files:
        source = path.read_text(encoding="utf-8")
        # An angle is called phase too, in measures and in the models of motors: there no drill is known.
        if path.is_relative_to(project / "drills") or imports_phase(source):
            knowing += 1
            found += [f"{path.relative_to(project)}:{line}" for line in compared(source)]
    assert knowing > 10
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "if before < Phase.BASELINE: pass",
        "x = state.phase >= 4",
        "x = 2 <= int(sample.phase) <= 5",
        "x = phase.value > other",
        "x = samples['phase'] < 6",
        "x = max(state.phase, Phase.HOLD)",
    ],
)
def test_a_comparison_is_seen(line: str) -> None:
    assert list(compared(line)) == [1]


@pytest.mark.parametrize(
    "line", ["x = state.phase is Phase.HOLD", "x = state.phase in HELD", "x = state.phase_start_ns < 3"]
)
def test_what_is_no_comparison_is_none(line: str) -> None:
    assert list(compared(line)) == []
