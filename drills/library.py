"""The drills that ship with the station: `drills/catalogue/NAME.toml`, one a file."""

from __future__ import annotations

import functools
from importlib.resources import files
from importlib.resources.abc import Traversable

from drills.document import DrillDocument, load_document
from drills.errors import UnknownDrillError
from drills.problems import not_one_of


def catalogue_names() -> tuple[str, ...]:
    """The names of the shipped drills, in alphabetical order."""
    file_names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in file_names if name.endswith(".toml")))


@functools.cache
def load_shipped(name: str) -> DrillDocument:
    """The shipped drill of this name. Raises `UnknownDrillError`, or `DrillDocumentError` on a damaged file."""
    known = catalogue_names()
    if name not in known:
        raise UnknownDrillError(name, not_one_of("drill", name, known)._replace(reason="unknown"))
    file = _folder() / f"{name}.toml"
    return load_document(file.read_text(encoding="utf-8"), f"drills/catalogue/{name}.toml").document


def _folder() -> Traversable:
    return files("drills") / "catalogue"
