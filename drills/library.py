"""The drills that ship with the station: `drills/catalogue/NAME.toml`, one a file."""

from __future__ import annotations

import functools
from importlib.resources import files
from importlib.resources.abc import Traversable

from drills.document import DrillDocument, load_document
from drills.problems import did_you_mean


class UnknownDrillError(KeyError):
    """There is no shipped drill of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        known = catalogue_names()
        hint = did_you_mean(name, known) or f"; there are: {', '.join(known)}"
        self.message = f'there is no drill "{name}"{hint}'
        super().__init__(self.message)

    def __str__(self) -> str:
        """The message itself: `KeyError` would put it in quotes."""
        return self.message


def catalogue_names() -> tuple[str, ...]:
    """The names of the shipped drills, in alphabetical order."""
    file_names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in file_names if name.endswith(".toml")))


@functools.cache
def load_shipped(name: str) -> DrillDocument:
    """The shipped drill of this name. Raises `UnknownDrillError`, or `DrillDocumentError` on a damaged file."""
    if name not in catalogue_names():
        raise UnknownDrillError(name)
    file = _folder() / f"{name}.toml"
    return load_document(file.read_text(encoding="utf-8"), f"drills/catalogue/{name}.toml")


def _folder() -> Traversable:
    return files("drills") / "catalogue"
