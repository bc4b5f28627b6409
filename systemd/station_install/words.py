"""Words of the station's catalogue, for what speaks to people while the program does not run: its `.po` file is read as
it is, by the standard library alone.
"""

from __future__ import annotations

import ast
import html
from pathlib import Path
from typing import Any

AUTHORED = "en"
"""What every other language falls back to."""


RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def words_of(release: Path, language: str) -> dict[str, str]:
    """The texts by key, of the catalogue in this folder: a clone, or a release that is installed. Empty for none."""
    folders = (release / "station", *release.glob("lib/python3*/site-packages/station"))
    found: dict[str, str] = {}
    for tag in (AUTHORED, language):
        for folder in folders:
            file = folder / f"texts/locale/{tag}/LC_MESSAGES/station.po"
            if file.is_file():
                found |= _read(file.read_text(encoding="utf-8"))
    return found


def _read(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    key, value, into = "", "", ""
    for line in [*text.splitlines(), ""]:
        kind, _, rest = line.partition(" ")
        if kind in ("msgid", "msgstr"):
            key, value = (_unquoted(rest), "") if kind == "msgid" else (key, _unquoted(rest))
            into = kind
        elif line.startswith('"'):
            key, value = (key + _unquoted(line), value) if into == "msgid" else (key, value + _unquoted(line))
        elif not line.strip() and key and value:
            found[key] = value
            key = value = ""
    return found


def _unquoted(quoted: str) -> str:
    return str(ast.literal_eval(quoted))


class Words:
    """Says a text by its key, safe to stand in HTML; a key that is nowhere is said itself."""

    def __init__(self, release: Path, language: str) -> None:
        self.language = language
        self.direction = "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
        self._found = words_of(release, language)

    def say(self, key: str, **values: Any) -> str:  # noqa: ANN401  # anything that can be written
        """The words, with each `{name}` filled in."""
        said = html.escape(self._found.get(key, key))
        for name, value in values.items():
            said = said.replace(f"{{{name}}}", html.escape(str(value)))
        return said
