"""Reading the settings file, and writing one: what is wrong with it names the file, the key and the bound."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ValidationError

from station.faults import InputError
from station.settings.values import Settings


def load_settings(path: Path | None) -> Settings:
    """The settings in this file, or the defaults where `path` is None.

    Raises InputError "settings-missing" or "settings-invalid"; the latter names the file, the key and the bound.
    """
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise InputError("settings-missing", str(path)) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError("settings-invalid", str(path), f"cannot be read ({problem}).") from problem
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise InputError("settings-invalid", str(path), f"{problem}.") from problem
    except ValidationError as problem:
        raise InputError("settings-invalid", str(path), explain(problem, Settings)) from problem


def explain(problem: ValidationError, model: type[BaseModel]) -> str:
    """One sentence a problem: the key's path, what is wrong with its value, and a suggestion for an unknown key."""
    sentences = []
    for error in problem.errors(include_url=False):
        path = tuple(str(part) for part in error["loc"])
        key = ".".join(path)
        if error["type"] == "extra_forbidden":
            near = difflib.get_close_matches(path[-1], _keys(model, path[:-1]), n=1)
            sentences.append(f"unknown key {key}" + (f" (did you mean {near[0]}?)" if near else ""))
        else:
            given = error["input"]
            value = f", not {given!r}" if isinstance(given, str | int | float | bool) else ""
            sentences.append(f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}{value}")
    return "; ".join(sentences) + "."


def _keys(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys that the model knows at this path."""
    for part in path:
        field = model.model_fields.get(part)
        inner = field.annotation if field is not None else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)


def dump_settings(settings: Settings) -> str:
    """The settings as a TOML file that `load_settings` reads back to the same; keys without a value are left out."""
    return tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True))
