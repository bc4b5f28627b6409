"""Which languages there are, and which of them a person gets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from station.texts.catalogue import AUTHORED, DOMAIN, LOCALES
from station.texts.pseudo import PSEUDO


def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """The languages that have a catalogue, English first; the pseudo-languages are none of them."""
    found = sorted(path.name for path in folder.iterdir() if (path / DOMAIN).is_file()) if folder.is_dir() else []
    return (AUTHORED, *(name for name in found if name != AUTHORED))


def choose(*wanted: str | None, folder: Path = LOCALES) -> str:
    """The first of the wanted languages that there is, English where there is none.

    Each may be a language tag (`de-AT`), a locale of the system (`de_DE.UTF-8`) or nothing. A pseudo-language is
    there for who names it.
    """
    known = languages(folder)
    for tag in wanted:
        if found := _nearest(tag or "", known):
            return found
    return AUTHORED


def _nearest(tag: str, known: Iterable[str]) -> str | None:
    plain = tag.partition(".")[0].partition("@")[0].replace("_", "-").lower()
    if plain in PSEUDO:
        return plain
    by_name = {name.lower(): name for name in known}
    while plain:
        if plain in by_name:
            return by_name[plain]
        plain = plain.rpartition("-")[0]
    return None
