"""In which language the command line speaks, and its words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drills.problems import Problem
    from station.texts import Texts

WANTED: dict[str, str] = {}
"""What `--language` ("asked") and the settings file ("settings") name, of the command that runs."""
_SURROUNDINGS = ("LC_ALL", "LC_MESSAGES", "LANG")


def texts() -> Texts:
    """The texts of the language of `--language`, else of the settings, else of the terminal, else English."""
    from station.texts import Texts, choose

    wanted = (WANTED.get("asked"), WANTED.get("settings"))
    surroundings = next((os.environ[name] for name in _SURROUNDINGS if os.environ.get(name)), None)
    return Texts(choose(*wanted, surroundings))


def english() -> Texts:
    """The texts of what a program reads: JSON does not change with who reads it."""
    from station.texts import Texts

    return Texts()


def say(key: str, /, **values: object) -> str:
    """The words of this key in the language of the command that runs."""
    return texts().say(key, **values)


def raw(key: str) -> str:
    """The words of this key with their placeholders, for Click to fill in."""
    return texts().template(key)


def seen(problem: Problem, of: Texts | None = None) -> str:
    """What was seen, or what is to be done, in words; in the language of the command unless another is given."""
    from station.texts.problems import ask

    return ask(of or texts(), problem)
