"""One language's catalogue: read from its `.po` file with Babel, once a process, when somebody first reads a word."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

AUTHORED = "en"
"""The language that the texts are written in, and that every other one falls back to."""
LOCALES = Path(__file__).parent / "locale"
DOMAIN = Path("LC_MESSAGES") / "station.po"
MOST_CATALOGUE_BYTES = 8_000_000
"""A file larger than this is none of ours: it is not read into memory."""
MOST_FORMS = 6
"""No language has more plural forms (Arabic has these)."""
_FORMS = re.compile(r"nplurals\s*=\s*(\d+)")
_SAID_OF_IT = re.compile(r'^"X-(?P<what>Confirmed|Made)-By:[ \t]*(?P<who>.*?)[ \t]*\\n"$', re.MULTILINE)
MACHINE = "machine"
"""X-Made-By of a translation that no person has made."""
MOST_HEAD_BYTES = 4096
"""The header stands before the first text."""
PIECE_CHARACTERS = 65_536
"""So much of a file is read at once by who looks for one text of it: what a list of languages needs stands in the
first piece.
"""


class Catalogue(NamedTuple):
    """What a `.po` file says. Read-only, shared by all threads of a process."""

    language: str
    messages: Mapping[str, tuple[str, ...]]
    """The words by key: one form, or one for each plural form of the language."""
    plural_form: Callable[[int], int]
    """Which form stands with this count. Never raises, whatever the file says."""
    confirmed_by: str = ""
    """Who signed that the words are right, from the header's X-Confirmed-By; empty: nobody yet."""
    made_by: str = ""
    """Who translated, from the header's X-Made-By: `MACHINE`, or a person; empty where it is not said."""
    damage: str = ""
    """Why the file cannot be used: then there are no messages, and everything falls back. Empty for a whole file."""


@cache
def catalogue(language: str, folder: Path = LOCALES) -> Catalogue:
    """The catalogue of this language. Never raises: one that is absent or damaged has no messages and says why."""
    try:
        return _read(language, folder / language / DOMAIN)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        why = " ".join(f"{type(problem).__name__}: {problem}".split())
        return Catalogue(language, MappingProxyType({}), _always_the_first, damage=why)


def _always_the_first(count: int) -> int:
    del count
    return 0


def _read(language: str, path: Path) -> Catalogue:
    from babel.core import UnknownLocaleError
    from babel.messages.pofile import PoFileError, read_po

    with path.open("rb") as file:
        content = file.read(MOST_CATALOGUE_BYTES + 1)
    if len(content) > MOST_CATALOGUE_BYTES:
        raise ValueError(f"it has more than {MOST_CATALOGUE_BYTES} bytes")
    if any(int(count) > MOST_FORMS for count in _FORMS.findall(content.decode("utf-8"))):
        raise ValueError(f"it has more than {MOST_FORMS} plural forms")  # each would be made, however many they are
    try:
        read = read_po(BytesIO(content), charset="utf-8", abort_invalid=True)
    except (PoFileError, UnknownLocaleError) as problem:
        raise ValueError(problem) from problem
    messages: dict[str, tuple[str, ...]] = {}
    for message in read:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            messages[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    if not messages:
        raise ValueError("there is no message in it")
    of_it = _said_of_it(content.decode("utf-8"))
    return Catalogue(
        language,
        MappingProxyType(messages),
        _sure(gettext.c2py(read.plural_expr), read.num_plurals),
        of_it.get("Confirmed", ""),
        of_it.get("Made", ""),
    )


def _said_of_it(text: str) -> dict[str, str]:
    """What the header says: who confirmed it and who made it."""
    return {found["what"]: found["who"] for found in _SAID_OF_IT.finditer(text[:MOST_HEAD_BYTES])}


class Head(NamedTuple):
    """What a list of languages says of one, without its catalogue in memory."""

    name: str
    """What the language calls itself; its tag where the file does not say."""
    mark: str
    """The words that say, in the language itself, that nobody confirmed it; "" for one that somebody did."""


_NAME, _MARKS = "texts.language", {False: "texts.unconfirmed", True: "texts.machine-made"}


def mark_key(language: str, confirmed_by: str, made_by: str) -> str:
    """The key of the words that say that nobody confirmed these; "" where there is nothing to say."""
    return "" if language == AUTHORED or confirmed_by else _MARKS[made_by == MACHINE]


@cache
def head(language: str, folder: Path = LOCALES) -> Head:
    """The name of a language and its mark, from a look at the file: a list of all languages need not read their
    thousands of texts. Never raises: of a file that cannot be read only the tag is known.
    """
    try:
        with (folder / language / DOMAIN).open(encoding="utf-8") as file:
            text = file.read(PIECE_CHARACTERS)
            of_it = _said_of_it(text)
            key = mark_key(language, of_it.get("Confirmed", ""), of_it.get("Made", ""))
            while not (_one_text(text, _NAME) and (not key or _one_text(text, key))):
                more = file.read(PIECE_CHARACTERS)
                if not more or len(text) > MOST_CATALOGUE_BYTES:
                    break
                text += more
    except (OSError, ValueError):
        return Head(language, "")
    return Head(
        _one_text(text, _NAME) or language, key and (_one_text(text, key) or catalogue(AUTHORED).messages[key][0])
    )


def _one_text(text: str, key: str) -> str:
    """The words of one key, where they stand on one line and have nothing to be unquoted; else none."""
    found = re.search(rf'^msgid "{re.escape(key)}"\nmsgstr "(?P<words>[^"\\]+)"$', text, re.MULTILINE)
    return found["words"] if found else ""


def _sure(plural_form: Callable[[int], int], forms: int) -> Callable[[int], int]:
    """The form for a count by the file's own rule; the last one where the rule divides by zero or leaves the forms."""

    def sure(count: int) -> int:
        try:
            form = plural_form(count)
        except ArithmeticError:
            form = -1
        return form if 0 <= form < forms else forms - 1

    return sure
