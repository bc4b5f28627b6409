"""Every command, option and setting that a fault or a page names for what to do is one that there is."""

import re

import click
import pytest

from drawings.languages import written
from station.cli import main
from station.settings import Settings
from station.texts.catalogue import catalogue

QUOTED = re.compile(r"`([^`]+)`")
SYSTEM = ("sudo", "systemctl", "journalctl", "i2cdetect", "pigpiod")
"""Commands of the operating system and of pigpio."""
UNWRITTEN = re.compile(r"\b(?:upgrade|roll back|fleet|aufrüsten|Flotte)\b", re.IGNORECASE)
"""What is done without a command that is named: there is no verb for it yet."""


def _options(command: click.Command) -> set[str]:
    return {one for parameter in command.params for one in (*parameter.opts, *parameter.secondary_opts)}


EVERY_OPTION = {option for command in main.commands.values() for option in _options(command)}
"""Of any verb: "choose another with `--data`" is said whatever was started."""


def wrong_of(words: str) -> list[str]:
    """What these words tell somebody to type and is no command, option or setting of the station."""
    wrong = []
    for quoted in QUOTED.findall(words):
        first, *rest = quoted.split()
        if first == "station":
            verb = main.commands.get(rest[0]) if rest else None
            known = None if verb is None else _options(verb)
            if known is None or [part for part in rest[1:] if part.startswith("-") and part not in known]:
                wrong.append(quoted)
        elif first.startswith("--"):
            wrong += [quoted] if first not in EVERY_OPTION else []
        elif "." in first and first.split(".")[0] in Settings.model_fields:
            wrong += [quoted] if not _is_setting(first.split("=")[0].strip()) else []
    return wrong + (UNWRITTEN.findall(words) if not QUOTED.search(words) else [])


def _is_setting(path: str) -> bool:
    model = Settings
    for name in path.split("."):
        field = model.model_fields.get(name)
        if field is None:
            return False
        model = field.annotation
    return True


@pytest.mark.parametrize("language", written())
def test_what_a_person_is_told_to_do_can_be_done(language: str) -> None:
    messages = catalogue(language).messages
    told = {
        key: str(words) for key, words in messages.items() if key.startswith(("fault.", "page.", "seen.", "problem."))
    }
    wrong = {key: found for key, words in told.items() if (found := wrong_of(words))}
    assert wrong == {}


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Run `station doctor`.", []),
        ("Run `station upgrade FILE`.", ["station upgrade FILE"]),
        ("Run `station calibrate --wholly`.", ["station calibrate --wholly"]),
        ("Choose another with `--data`, or `--nosuch`.", ["--nosuch"]),
        ("Set `rig.pins` or `rig.legs`.", ["rig.legs"]),
        ("Put it aside and roll back.", ["roll back"]),
    ],
)
def test_this_gate_bites(words: str, wrong: list[str]) -> None:
    assert wrong_of(words) == wrong
