"""Reading the settings file, and writing one: what is wrong with it names the file, the key and the bound."""

from __future__ import annotations

import tomllib
from pathlib import Path

import tomli_w
from pydantic import ValidationError

from drills.problems import Problem
from drills.reading import explain
from station.faults import InputError, because, not_text
from station.settings.values import Settings


def load_settings(path: Path | None) -> Settings:
    """The settings in this file, or the defaults where `path` is None.

    Raises InputError "settings-missing" or "settings-invalid"; the latter names the file, the key and the bound.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise InputError("settings-missing", str(path)) from problem
    except UnicodeDecodeError as problem:
        raise InputError("settings-invalid", str(path), not_text(problem)) from problem
    except OSError as problem:
        raise InputError("settings-invalid", str(path), because("unreadable-settings", said=str(problem))) from problem
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise InputError(
            "settings-invalid", str(path), Problem("", reason="not-toml", values={"said": str(problem)})
        ) from problem
    except ValidationError as problem:
        raise InputError("settings-invalid", str(path), *explain(problem, Settings)) from problem


def usable_settings(path: Path | None) -> Settings:
    """What of this file is right, of the tables `station` and `web`; all else as it is without a file. Never raises.

    Of a file that `load_settings` refuses: enough to find the folders and to serve the pages that say what is wrong
    with it, and never to be used for a patient.
    """
    try:
        document = {} if path is None else tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        document = {}
    usable: dict[str, dict[str, object]] = {}
    for table in ("station", "web"):
        values = document.get(table)
        for key, value in values.items() if isinstance(values, dict) else ():
            try:
                Settings.model_validate({table: {key: value}})
            except ValidationError:
                continue
            usable.setdefault(table, {})[key] = value
    return Settings.model_validate(usable)


def dump_settings(settings: Settings) -> str:
    """The settings as a TOML file that `load_settings` reads back to the same; keys without a value are left out."""
    return tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True))
