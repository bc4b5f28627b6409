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


def range_words(least: float, most: float, of: Texts) -> object:
    """From the one to the other, and the one number where both are the same; a value for a text of `of`."""
    return least if least == most else of.say("word.range", least=least, most=most)


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


def agrees(question: str) -> bool:
    """Ask on the error stream, until it is yes or no in the reader's words or in English; nothing is no. Raises
    click.Abort where nobody is there to answer.
    """
    import click

    from station.texts.answers import yes_or_no

    of = texts()
    shown = f"{question} [{of.say('word.yes')}/{of.say('word.no').upper()}]"
    while True:
        said = str(click.prompt(shown, default="", show_default=False, err=True))
        meant = yes_or_no(said, of) if said.strip() else False
        if meant is not None:
            return meant
        click.echo(of.say("click.invalid-input"), err=True)


def padded(said: str, columns: int) -> str:
    """These words with spaces behind them, as wide as so many columns of a terminal."""
    return said + " " * max(0, columns - columns_of(said))


def columns_of(said: str) -> int:
    """How many columns of a terminal these words take: a letter of Chinese takes two, a mark above a letter none."""
    import unicodedata

    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in said
    )


def marks() -> dict[str, str]:
    """The words that stand first in a line of a list, by their key, all as wide as the widest."""
    said = {key: say(f"cli.mark.{key}").strip() for key in ("ok", "fail", "na", "warn")}
    widest = max(map(columns_of, said.values()))
    return {key: padded(one, widest) for key, one in said.items()}


def seen(problem: Problem, of: Texts | None = None) -> str:
    """What was seen, or what is to be done, in words; in the language of the command unless another is given."""
    from station.texts.problems import ask

    return ask(of or texts(), problem)
