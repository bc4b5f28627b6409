"""The project's own files, for the checks that read them."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest


class Module(NamedTuple):
    """One Python file: where it is from the project's root, and its syntax tree."""

    path: str
    tree: ast.Module


@pytest.fixture(scope="session")
def project_files(project: Path) -> list[str]:
    """Every file of the project but the ignored ones, committed or not yet, from the project's root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = sorted(name for name in listing.split("\0") if name and (project / name).is_file())
    assert "Makefile" in files, "git lists the project's files"
    return files


@pytest.fixture(scope="session")
def modules(project: Path, project_files: list[str]) -> list[Module]:
    """Every Python file of the project, parsed."""
    return [
        Module(path, ast.parse((project / path).read_text(encoding="utf-8"), path))
        for path in project_files
        if path.endswith(".py")
    ]


@pytest.fixture(scope="session")
def package_modules(modules: list[Module]) -> list[Module]:
    """The modules of the four packages: what runs on a station."""
    rooms = ("hw/", "drills/", "station/", "web_ui/")
    return [module for module in modules if module.path.startswith(rooms)]


@pytest.fixture(scope="session")
def each() -> Callable[..., Iterator[tuple[str, ast.AST]]]:
    """`each(modules, ast.ClassDef, ...)`: every node of these kinds with where it is ("file:line")."""

    def nodes(modules: list[Module], *kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
        for module in modules:
            for node in ast.walk(module.tree):
                if isinstance(node, kinds):
                    yield f"{module.path}:{getattr(node, 'lineno', 1)}", node

    return nodes
