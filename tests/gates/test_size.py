"""The size budget: better than the best quarter of the code bases that the design was measured against."""

import ast
import statistics
from pathlib import Path

import pytest

FUNCTION_KINDS = (ast.FunctionDef, ast.AsyncFunctionDef)
PROCESS_EDGES = ("station/cli/", "station/processes/", "station/control/desk.py", "web_ui/app.py")
"""Where a process meets the world: a fault that nobody foresaw is logged there, or the answer, instead of lost. Nowhere
else."""


@pytest.fixture(scope="session")
def lengths(project: Path, project_files: list[str]) -> dict[str, int]:
    """Lines of each source file that somebody here wrote."""
    written = [
        path
        for path in project_files
        if path.endswith((".py", ".js", ".css", ".html")) and not {"vendor", "vendored"} & set(Path(path).parts)
    ]
    return {path: len((project / path).read_text(encoding="utf-8").splitlines()) for path in written}


def _percentile(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


def _worst(measured, count=5):
    return "\n".join(f"  {value} {name}" for name, value in sorted(measured.items(), key=lambda row: -row[1])[:count])


def test_files_are_short(lengths) -> None:
    worst = _worst(lengths)
    assert statistics.median(lengths.values()) <= 150, f"half of the files are too long:\n{worst}"
    assert _percentile(lengths.values(), 0.9) <= 350, f"a tenth of the files is too long:\n{worst}"
    assert max(lengths.values()) <= 500, f"no file may be over 500 lines:\n{worst}"


def test_functions_are_short(modules, each) -> None:
    measured = {
        f"{where} {node.name}": node.end_lineno - node.lineno + 1 for where, node in each(modules, *FUNCTION_KINDS)
    }
    assert _percentile(measured.values(), 0.99) <= 60, f"functions of over 60 lines:\n{_worst(measured)}"


def test_classes_have_few_methods(modules, each) -> None:
    measured = {
        f"{where} {node.name}": sum(isinstance(part, FUNCTION_KINDS) for part in node.body)
        for where, node in each(modules, ast.ClassDef)
    }
    assert max(measured.values()) <= 20, f"classes of over 20 methods:\n{_worst(measured)}"


def _caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {kind.id for kind in kinds if isinstance(kind, ast.Name)}


def test_no_except_without_a_type(modules, each) -> None:
    assert [where for where, node in each(modules, ast.ExceptHandler) if node.type is None] == []


def test_broad_excepts_only_at_the_edge_of_a_process(package_modules, each) -> None:
    broad = [
        where
        for where, node in each(package_modules, ast.ExceptHandler)
        if node.type is not None and _caught(node) & {"Exception", "BaseException"}
    ]
    assert [where for where in broad if not where.startswith(PROCESS_EDGES)] == []


def test_no_global_statement(modules, each) -> None:
    assert [where for where, _ in each(modules, ast.Global)] == []
