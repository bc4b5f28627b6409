"""The house as it is: its rooms in their order, what each owns, and which imports which."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

import grimp

PACKAGES = ("web_ui", "station", "drills", "hw")


class Room(NamedTuple):
    """A package of one of the four, or a module that stands alone on the floor of `station`."""

    name: str
    owns: str
    """The first sentence or two of its docstring, in one line."""


class House(NamedTuple):
    """Rooms from the roof to the cellar; `arrows` are the pairs (room, room that it imports) by name."""

    rooms: tuple[Room, ...]
    arrows: frozenset[tuple[str, str]]


def house(project: Path) -> House:
    """Of the project in that folder: `station`'s rooms in the order of the contract, the other packages as one each."""
    names = ("web_ui", *(f"station.{room}" for room in _layers(project)), "drills", "hw")
    rooms = tuple(Room(name, _owns(project, name)) for name in names if _file(project, name) is not None)
    known = {room.name for room in rooms}
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    arrows = {
        (_room_of(module, known), _room_of(imported, known))
        for module in graph.modules
        for imported in (*graph.find_modules_directly_imported_by(module), *_started_by_name(project, module))
    }
    return House(rooms, frozenset((one, other) for one, other in arrows if one and other and one != other))


def parts(project: Path, package: str) -> tuple[Room, ...]:
    """The packages inside a package, in alphabetical order."""
    folders = sorted(path.parent.name for path in (project / package).glob("*/__init__.py"))
    return tuple(Room(f"{package}.{name}", _owns(project, f"{package}.{name}")) for name in folders)


def _layers(project: Path) -> tuple[str, ...]:
    """The rooms of the contract "rooms", from the roof down; what is in brackets may be absent."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    return tuple(name.strip("() ") for layer in layers for name in re.split(r"[|:]", layer) if name.strip("() "))


def _file(project: Path, module: str) -> Path | None:
    path = project.joinpath(*module.split("."))
    files = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in files if file.is_file()), None)


def _owns(project: Path, module: str) -> str:
    file = _file(project, module)
    text = "" if file is None else ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def _started_by_name(project: Path, module: str) -> tuple[str, ...]:
    """Modules whose names stand in this one as strings: started as a process, they are imports all the same."""
    file = _file(project, module)
    if file is None:
        return ()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return tuple(
        sorted(
            word for word in words if word.startswith(tuple(f"{name}." for name in PACKAGES)) and _real(project, word)
        )
    )


def _real(project: Path, word: str) -> bool:
    return re.fullmatch(r"[a-z_.0-9]+", word) is not None and _file(project, word) is not None


def _room_of(module: str, known: set[str]) -> str:
    """The room that a module lies in; "" for `station` itself."""
    parts = module.split(".")
    return next((name for name in (".".join(parts[:2]), parts[0]) if name in known), "")
