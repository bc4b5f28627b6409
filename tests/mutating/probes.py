"""A probe at the beginning of each public function of a copied tree, so that any one of them can be made to raise."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RUNTIME = "raise_here"
"""The module that a probe calls; `raise_here.py` beside this file."""
_BODILESS = {"Protocol", "overload", "abstractmethod"}


class Probe(NamedTuple):
    """One public function."""

    number: int
    path: str
    """Of its file, from the project's folder on."""
    name: str
    """With its class, as in `Chip.configure`."""
    line: int


def put_probes(project: Path, packages: tuple[str, ...]) -> list[Probe]:
    """Rewrite every file of these packages with a probe in each public function, and list the probes."""
    probes: list[Probe] = []
    for package in packages:
        for file in sorted((project / package).rglob("*.py")):
            tree = ast.parse(file.read_text())
            path = file.relative_to(project).as_posix()
            before = len(probes)
            for name, function in public_functions(tree):
                at = 1 if ast.get_docstring(function, clean=False) is not None else 0
                function.body.insert(at, _statement(f"{RUNTIME}.reached({len(probes)})"))
                probes.append(Probe(len(probes), path, name, function.lineno))
            if len(probes) > before:
                tree.body.insert(_after_the_future(tree), _statement(f"import {RUNTIME}"))
                file.write_text(ast.unparse(tree) + "\n")
    return probes


def public_functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Functions and methods whose names, and those of their classes, begin with no underscore.

    Those without a body of their own are left out: the methods of a Protocol, overloads and abstract methods.
    """
    return list(_public(tree.body, ""))


def _public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from _public(node.body + node.orelse, prefix)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            marks = node.bases if isinstance(node, ast.ClassDef) else node.decorator_list
            if node.name.startswith("_") or any(_last_name(mark) in _BODILESS for mark in marks):
                continue
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{prefix}{node.name}.")
            else:
                yield f"{prefix}{node.name}", node


def _last_name(node: ast.expr) -> str:
    """`Protocol` of `typing.Protocol[T]`."""
    while isinstance(node, ast.Subscript | ast.Call):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _after_the_future(tree: ast.Module) -> int:
    """Where the first import may stand: after the docstring and `from __future__`."""
    at = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    while at < len(tree.body):
        node = tree.body[at]
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        at += 1
    return at


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]
