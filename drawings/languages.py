"""What waits for a translation, and taking translations in: every language is its `.po` file and nothing else.

`make languages` says of each language what it lacks, what was changed in English since it was translated, and what is
wrong with its form, and writes what waits into build/languages/TAG.po, with the English words above each text.
`ARGS="--take build/languages/fr.po"` puts a filled one into the language's file. `ARGS="--complete"` fails while
anything waits: a release is made of whole languages.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from station.texts.catalogue import AUTHORED, DOMAIN, LOCALES, MACHINE, MOST_HEAD_BYTES, catalogue
from station.texts.languages import languages
from station.texts.texts import PLACEHOLDER

HERE = Path(__file__).resolve().parents[1]
FOLDER = HERE / "build" / "languages"
MOST_WAITING = 60
"""Texts that a language may lack between two releases: English is said and counted. It is a day's work to catch up."""
NEVER_WAIT = (
    "page.all.stop.",
    "consent.",
    "word.item.",
    "page.quick.anything",
    "page.quick.something.",
    "phrase.",
    "instruction.",
)
"""What a patient is asked, agrees to and is told to do now: with the change of the English, in every language."""
_MADE_OF = re.compile(r'^#\. of (?P<digest>[0-9a-f]{8})\nmsgid "(?P<key>[^"]+)"$', re.MULTILINE)
_FORMS = re.compile(r"nplurals\s*=\s*(\d+)")
_BACKTICKS = re.compile(r"`[^`]*`")
_CAPITALS = re.compile(r"[A-Z]{2,}")
"""A word in capitals stands for what somebody fills in: FILE, and DATEI in German."""
_ENTRY = re.compile(
    r'(?:^#.*\n)*^msgid "(?P<key>[^"]+)"\n(?:msgid_plural .*\n)?(?:^msgstr(?:\[\d\])? .*\n|^".*\n)+', re.MULTILINE
)


def written() -> tuple[str, ...]:
    """The languages whose words come with every change: English, and those that no machine made."""
    return tuple(one for one in languages() if f"X-Made-By: {MACHINE}" not in _head(one))


def _head(language: str) -> str:
    with file_of(language).open(encoding="utf-8") as file:
        return file.read(MOST_HEAD_BYTES)


def digest(forms: Iterable[str]) -> str:
    """Of the English words that a translation was made of."""
    return hashlib.sha256("\0".join(forms).encode()).hexdigest()[:8]


def file_of(language: str) -> Path:
    """The file of a language."""
    return LOCALES / language / DOMAIN


def waiting(language: str) -> dict[str, str]:
    """The keys that wait for this language's words, and why: they are `missing`, or English has `changed` since. A
    translation that does not say which English it was made of is taken to be looked after by whoever changes that.
    """
    english, own = catalogue(AUTHORED).messages, catalogue(language).messages
    text = file_of(language).read_text(encoding="utf-8")
    changed = {
        found["key"]: "changed"
        for found in _MADE_OF.finditer(text)
        if found["key"] in english and digest(english[found["key"]]) != found["digest"]
    }
    return {key: "missing" for key in english if key not in own} | changed


def wrong(language: str) -> list[str]:
    """What is wrong with the form of a language's texts: the key, and what is not as in English."""
    english, found = catalogue(AUTHORED).messages, []
    count = int(_FORMS.findall(file_of(language).read_text(encoding="utf-8"))[0])
    for key, forms in catalogue(language).messages.items():
        if key not in english:
            found.append(f"{key}: English does not have it")
            continue
        authored = english[key]
        for what, pattern in (("placeholders", PLACEHOLDER), ("what stands in backticks", _BACKTICKS)):
            if _every(pattern, forms) != _every(pattern, authored):
                found.append(f"{key}: {what}")
        if len(forms) != (1 if len(authored) == 1 else count):
            found.append(f"{key}: {len(forms)} forms")
        if not all(form.strip() for form in forms):
            found.append(f"{key}: empty")
        edges = {(form[:1].isspace(), form[-1:].isspace()) for form in forms}
        if not edges <= {(form[:1].isspace(), form[-1:].isspace()) for form in authored}:
            found.append(f"{key}: a space at an end")
    return found


def _every(pattern: re.Pattern[str], forms: Iterable[str]) -> set[str]:
    return {_CAPITALS.sub("", found[0]) for form in forms for found in pattern.finditer(form)}


def piece(language: str, keys: Iterable[str]) -> str:
    """A `.po` file with these texts, each empty below its English."""
    forms = int(_FORMS.findall(file_of(language).read_text(encoding="utf-8"))[0])
    lines: list[str] = []
    for key in keys:
        authored = catalogue(AUTHORED).messages[key]
        lines += [f"# {' / '.join(authored)}".replace("\n", "\\n"), f'msgid "{key}"']
        if len(authored) == 1:
            lines.append('msgstr ""')
        else:
            lines += [f'msgid_plural "{key}"', *(f'msgstr[{number}] ""' for number in range(forms))]
        lines.append("")
    return "\n".join(lines)


def take(language: str, filled: str) -> list[str]:
    """Put the texts of a filled piece into the language's file, in the place of what was there; those that are still
    empty stay out. Returns the keys that were taken.
    """
    file, english = file_of(language), catalogue(AUTHORED).messages
    text, taken = file.read_text(encoding="utf-8"), []
    marked = catalogue(language).made_by == MACHINE
    for entry in _ENTRY.finditer(filled):
        key = entry["key"]
        if key not in english or re.search(r'^msgstr(\[\d\])? ""$', entry[0], re.MULTILINE):
            continue
        own = re.sub(r"^#.*\n", "", entry[0], flags=re.MULTILINE).strip()
        own = f"#. of {digest(english[key])}\n{own}" if marked else own
        before = next((one for one in _ENTRY.finditer(text) if one["key"] == key), None)
        if before is None:
            text = f"{text.rstrip()}\n\n{own}\n"
        else:
            text = f"{text[: before.start()]}{own}\n{text[before.end() :]}"
        taken.append(key)
    file.write_text(text, encoding="utf-8")
    return taken


def main(arguments: list[str]) -> int:
    """Say what waits. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--take", type=Path, action="append", default=[], help="a filled file, named TAG.po")
    parser.add_argument("--complete", action="store_true", help="fail while anything waits")
    asked = parser.parse_args(arguments)
    for file in asked.take:
        taken = take(file.stem, file.read_text(encoding="utf-8"))
        sys.stdout.write(f"{file.stem}: {len(taken)} texts taken\n")
    if asked.take:
        catalogue.cache_clear()
    short = False
    for language in languages():
        waits, bad = waiting(language), wrong(language)
        sys.stdout.write(
            f"{language}: {len(catalogue(language).messages)} texts, {len(waits)} wait, {len(bad)} wrong\n"
        )
        sys.stdout.writelines(f"  {line}\n" for line in [*bad, *(f"{key}: {why}" for key, why in waits.items())])
        short = short or bool(waits or bad)
        if waits:
            FOLDER.mkdir(parents=True, exist_ok=True)
            (FOLDER / f"{language}.po").write_text(piece(language, waits), encoding="utf-8")
    return 1 if short and asked.complete else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
