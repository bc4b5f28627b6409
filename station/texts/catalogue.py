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
_CONFIRMED_BY = re.compile(r'^"X-Confirmed-By:[ \t]*(?P<who>.*?)[ \t]*\\n"$', re.MULTILINE)


class Catalogue(NamedTuple):
    """What a `.po` file says. Read-only, shared by all threads of a process."""

    language: str
    messages: Mapping[str, tuple[str, ...]]
    """The words by key: one form, or one for each plural form of the language."""
    plural_form: Callable[[int], int]
    """Which form stands with this count. Never raises, whatever the file says."""
    confirmed_by: str = ""
    """Who signed that the words are right, from the header's X-Confirmed-By; empty: nobody yet."""
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
    signed = _CONFIRMED_BY.search(content.decode("utf-8"))
    return Catalogue(
        language,
        MappingProxyType(messages),
        _sure(gettext.c2py(read.plural_expr), read.num_plurals),
        signed["who"] if signed else "",
    )


def _sure(plural_form: Callable[[int], int], forms: int) -> Callable[[int], int]:
    """The form for a count by the file's own rule; the last one where the rule divides by zero or leaves the forms."""

    def sure(count: int) -> int:
        try:
            form = plural_form(count)
        except ArithmeticError:
            form = -1
        return form if 0 <= form < forms else forms - 1

    return sure
