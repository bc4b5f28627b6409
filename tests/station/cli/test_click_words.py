"""Click's own messages: each that a person can meet is worded by the catalogue, with the places that Click fills."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from station.cli import main
from station.cli.speaking import CLICK
from station.cli.words import WANTED
from station.texts import languages
from station.texts.catalogue import catalogue

NEVER = re.compile(
    r"(?i)deprecat|declar|defined twice|no options defined|iterable|cannot use the same flag|windows error|editor|bash|"
    r"%\(prog\)|press any key|repeat for|entered values|unknown color|standard stream|choice\(|format|uuid|confirm the|"
    r"invalid start character|^d$"
)
"""Mistakes of whoever writes a command, and what no command of the station uses: editors, passwords, dates, shells."""
PLACE = re.compile(r"\{[^{}]*\}")


def _messages() -> set[str]:
    """Every message that Click looks up in gettext."""
    found: set[str] = set()
    for file in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "ngettext"):
                found |= {one.value for one in node.args[:2] if isinstance(one, ast.Constant) and one.value}
    return found


def test_every_message_of_click_that_a_person_can_meet_has_a_key() -> None:
    messages = _messages()
    assert len(messages) > 40
    assert sorted(one for one in messages - set(CLICK) if not NEVER.search(one)) == []


@pytest.mark.parametrize("language", languages())
def test_click_finds_its_places_in_every_language(language: str) -> None:
    for message, key in CLICK.items():
        (words,) = catalogue(language).messages[key]
        assert sorted(PLACE.findall(words)) == sorted(PLACE.findall(message)), key


def test_click_speaks_german() -> None:
    said = {
        ("measures", "x", "--foot", "1", "2"): "Die Option '--foot' verlangt 4 Werte.",
        ("nosuch",): "Aufruf: main [OPTIONEN] BEFEHL [ARGUMENTE]...",
        ("measures",): "Es fehlt",
        ("run", "--port", "x"): "'x' ist keine",
    }
    for given, words in said.items():
        done = CliRunner().invoke(main, ["--language", "de", *given])
        assert done.exit_code == 2
        assert words in done.output, done.output
        assert WANTED == {}, "what is said behind a command is not in its language"
