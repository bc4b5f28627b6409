"""Which constants of a module can be given another value after it was imported, as if it had been imported with that.

They can where nothing reads them while files are imported: no table, no default, no class and no decorator, of the tree
or of its tests. Then whoever imported the name is given the other value too, and nobody can tell. A change of one
is tried in a fork of a process that has imported everything, which takes a tenth of the time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.mutating.mutations import Mutant


class Held(NamedTuple):
    """Where a constant's value is held once everything is imported."""

    name: str
    """In its own module."""
    places: tuple[tuple[str, str], ...]
    """Modules and their names for it: its own first, then those that import it."""
    read: tuple[tuple[str, int], ...]
    """Files and lines in functions that read it: where one of them runs while files are imported, so is it read."""


def constants_of(project: Path, mutant: Mutant) -> tuple[Held, ...]:
    """What the changed statement sets, if all of it can be set afterwards; () where something cannot."""
    if mutant.where:
        return ()
    names = _names_at(project, mutant.path, mutant.line)
    found = [_held(project, mutant.path, name) for name in names]
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else ()


@cache
def _names_at(project: Path, path: str, line: int) -> tuple[str, ...]:
    tree = ast.parse((project / path).read_text("utf-8"))
    return next((assigned(one) for one in tree.body if one.lineno == line), ())


def assigned(statement: ast.stmt) -> tuple[str, ...]:
    """The names that a plain assignment sets; () for any other statement."""
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    flat = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else (target,))]
    names = tuple(one.id for one in flat if isinstance(one, ast.Name))
    return names if len(names) == len(flat) else ()


@cache
def _held(project: Path, path: str, name: str) -> Held | None:
    """None where it is read while files are imported, or passed on by another module's name."""
    module = module_of(path)
    places, read = [(module, name)], list[tuple[str, int]]()
    for file in _files(project, name):
        found = _file(project, file)
        local = name if file == path else ""
        if file == path:
            if found.assigned.count(name) != 1:
                return None
        else:
            own = [here for where, there, here in found.imports if (where, there) == (module, name)]
            others = [where for where, there, _ in found.imports if there == name and where != module]
            if any(_passes_on(project, where, name, module) for where in others):
                return None
            local = own[0] if own else ""
            places += [(module_of(file), here) for here in own]
        for line, imported in (*found.reads.get(local, ()), *found.reads.get(f".{name}", ())):
            if imported:
                return None
            read.append((file, line))
    return Held(name, tuple(places), tuple(read))


def _passes_on(project: Path, other: str, name: str, module: str) -> bool:
    """Whether that other module has the name from this one."""
    for path in (f"{other.replace('.', '/')}.py", f"{other.replace('.', '/')}/__init__.py"):
        if (project / path).is_file():
            return any((where, there) == (module, name) for where, there, _ in _file(project, path).imports)
    return False


class _File(NamedTuple):
    """What a file does with names."""

    assigned: tuple[str, ...]
    """At its top."""
    imports: tuple[tuple[str, str, str], ...]
    """At its top: module, name there, name here. What a function imports, it reads when it runs."""
    reads: dict[str, list[tuple[int, bool]]]
    """The lines that read a name, or one of something's (".name"), and whether while the file is imported."""


@cache
def _file(project: Path, path: str) -> _File:
    tree = ast.parse((project / path).read_text("utf-8"))
    reads: dict[str, list[tuple[int, bool]]] = {}
    for node, imported in _nodes(tree):
        if isinstance(node, ast.Attribute):
            reads.setdefault(f".{node.attr}", []).append((node.lineno, imported))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            reads.setdefault(node.id, []).append((node.lineno, imported))
    froms = [one for one in tree.body if isinstance(one, ast.ImportFrom)]
    imports = tuple((str(one.module), alias.name, alias.asname or alias.name) for one in froms for alias in one.names)
    return _File(tuple(name for one in tree.body for name in assigned(one)), imports, reads)


def _nodes(tree: ast.AST, imported: bool = True) -> Iterator[tuple[ast.AST, bool]]:
    """All of it, and of each whether it is evaluated while the file is imported. What is said of an argument or of what
    a function returns never is; what is said of a class's field may be, by a library that makes a check of it.
    """
    for name, value in ast.iter_fields(tree):
        if name == "returns" or (name == "annotation" and isinstance(tree, ast.arg)):
            continue
        later = isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and name == "body"
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child, imported and not later
                yield from _nodes(child, imported and not later)


def module_of(path: str) -> str:
    """The module of a file, by its path from the project on."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _files(project: Path, name: str) -> list[str]:
    """The files that have this name in them."""
    return [file for file, text in _texts(project) if name in text]


@cache
def _texts(project: Path) -> tuple[tuple[str, str], ...]:
    """Every file of the tree."""
    files = sorted(file for file in project.rglob("*.py") if ".venv" not in file.parts)
    return tuple((file.relative_to(project).as_posix(), file.read_text("utf-8")) for file in files)
