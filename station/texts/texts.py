"""Texts of one language: a key and its named values become words. Never raises; what lacks is counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from station.texts import pseudo
from station.texts.catalogue import AUTHORED, LOCALES, Catalogue, catalogue, mark_key
from station.texts.counting import LACKS, Lack, Lacks
from station.texts.isolated import END, apart, counted, isolated
from station.texts.numbers import decimal

PLACEHOLDER = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)(?::(?P<sign>\+?)\.(?P<decimals>\d)f)?\}")
"""`{name}`; `{name:.1f}` for a number with one decimal, `{name:+.1f}` with its sign too. Any other brace is itself."""
_BRACES = re.compile(r"\{[^{}]*\}")
_SPOT = re.compile(PLACEHOLDER.pattern + r"(?P<mark>[\u00a0\u202f]?[.:;,?!。：；，？！؛،؟](?!\.))?")
"""A placeholder with the mark behind it, which a sentence in its place may have already; French has a space before."""
COUNT = "n"
"""The value that chooses the plural form."""


class Texts:
    """The words of one language, falling back to English."""

    def __init__(self, language: str = AUTHORED, folder: Path = LOCALES, lacks: Lacks = LACKS) -> None:
        self.language = language
        """A language tag: of a catalogue, or a pseudo-language."""
        self._folder = folder
        self._lacks = lacks

    @property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return is_right_to_left(self.language)

    @property
    def unconfirmed(self) -> bool:
        """Whether no clinician has signed this translation yet (X-Confirmed-By of its file)."""
        return bool(self._mark_key())

    @property
    def mark(self) -> str:
        """That nobody confirmed these words, and whether a machine made them; "" where there is nothing to say."""
        key = self._mark_key()
        return self.say(key) if key else ""

    def confirmed(self, key: str) -> str:
        """What stands beside a line that must be understood, in the language that is confirmed; "" where the line
        itself is, or says the same.
        """
        words = Texts(AUTHORED, self._folder, self._lacks).say(key) if self.unconfirmed else ""
        return "" if words == self.say(key) else words

    @property
    def tag(self) -> str:
        """The language as a page names it: one without a script of its own says it, so that Han letters are drawn as
        its readers write them.
        """
        return _TAGS.get(self.language, self.language)

    @property
    def damage(self) -> str:
        """Why the language's file, or that of English, cannot be used; empty where both are whole."""
        return self._own().damage or self._authored().damage

    def has(self, key: str) -> bool:
        """Whether there are words for this key, in the language or in English."""
        return key in self._own().messages or key in self._authored().messages

    def say(self, key: str, /, **values: object) -> str:
        """The words of this key with these values in their places.

        Numbers are written as the language does. A key that the language lacks is said in English, one that is
        nowhere is itself, a placeholder without a value stays; each is counted. A value that is a whole sentence keeps
        its own end: no full stop follows a question.
        """
        words = self._words(key, values.get(COUNT))

        def fill(found: re.Match[str]) -> str:
            name = found["name"]
            if name not in values:
                self._lacks.count("placeholder", self.language, f"{key} {{{name}}}")
                return found[0]
            value = values[name]
            plus = "+" if found["sign"] and isinstance(value, int | float) and value >= 0 else ""
            return ended(plus + self.value(value, int(found["decimals"]) if found["decimals"] else None), found["mark"])

        return _SPOT.sub(fill, words)

    def template(self, key: str) -> str:
        """The words of this key with their placeholders, for somebody else to fill in."""
        return self._words(key, None)

    def value(self, value: object, decimals: int | None = None) -> str:
        """One value as the language writes it: a number with its decimal sign, a list with commas, text as it is (apart
        from what runs the other way).

        Without `decimals` a number has as many digits as it needs, six at most.
        """
        if isinstance(value, bool) or value is None:
            return str(value)
        if isinstance(value, int | float):
            return decimal(value, decimals, AUTHORED if self.language in pseudo.PSEUDO else self.language)
        if isinstance(value, list | tuple):
            return ", ".join(self.value(one) for one in value)
        return apart(str(value)) if self.right_to_left else str(value)

    def beginning_with(self, *beginnings: str) -> dict[str, str | list[str]]:
        """The words of every key with one of these beginnings, placeholders and all: what the scripts of a page say.

        A key with plural forms has a list of them.
        """
        keys = [key for key in {**self._authored().messages, **self._own().messages} if key.startswith(beginnings)]
        found = {key: self._found(key)[1] for key in keys}
        return {key: forms[0] if len(forms) == 1 else list(forms) for key, forms in found.items()}

    def plural_forms(self, most: int) -> list[int]:
        """Which plural form stands with each count from 0 to `most`."""
        of = self._own() if self._own().messages else self._authored()
        return [of.plural_form(count) for count in range(most + 1)]

    def _words(self, key: str, count: object) -> str:
        of, forms = self._found(key)
        if of.language != self.language and self.language not in pseudo.PSEUDO:
            if self._own().damage:
                self._lacks.count("damaged", self.language, self._own().damage)
            if forms:
                lack: Lack = "placeholder" if key in _misfits(self.language, self._folder) else "fallback"
                self._lacks.count(lack, self.language, key)
        if not forms:
            self._lacks.count("unknown", self.language, key)
            return key
        return _form(of, forms, count)

    def _found(self, key: str) -> tuple[Catalogue, tuple[str, ...]]:
        """The forms of this key and whose they are: the language's own, else those of English; none in neither.

        A translation that has lost a placeholder, or has one of its own, would hide a value: English is said.
        """
        own, authored = self._own(), self._authored()
        forms = own.messages.get(key, ())
        if any(forms) and key not in _misfits(self.language, self._folder):
            return own, tuple(map(self._kept, forms))
        forms = authored.messages.get(key, ())
        if self.language in pseudo.PSEUDO:
            return authored, tuple(pseudo.pseudo(self.language, form) for form in forms)
        return authored, forms if any(forms) else ()

    def _kept(self, form: str) -> str:
        """What belongs together, together."""
        if self.right_to_left:
            return isolated(form)
        return counted(form) if self.language.startswith("zh") else form

    def _mark_key(self) -> str:
        own = self._own()
        return "" if self.language in pseudo.PSEUDO else mark_key(self.language, own.confirmed_by, own.made_by)

    def _own(self) -> Catalogue:
        """The language's own catalogue; a pseudo-language has none, it is made of English."""
        return _NOTHING if self.language in pseudo.PSEUDO else catalogue(self.language, self._folder)

    def _authored(self) -> Catalogue:
        return catalogue(AUTHORED, self._folder)


def is_right_to_left(language: str) -> bool:
    """Whether this language is written from right to left."""
    return language == pseudo.RTL or language.partition("-")[0] in ("ar", "fa", "he", "ur")


STOPS = (".", "。")
ENDS = (*STOPS, "?", "!", "？", "！", "؟")
"""Of sentences, as the languages here write them."""
_TAGS = {"zh": "zh-Hans"}
_NOTHING = Catalogue("", {}, lambda count: 0 * count)


@cache
def _misfits(language: str, folder: Path) -> frozenset[str]:
    """The keys whose words have other placeholders in this language than in English."""
    authored = catalogue(AUTHORED, folder).messages
    if language in (AUTHORED, *pseudo.PSEUDO):
        return frozenset()
    own = catalogue(language, folder).messages
    return frozenset(key for key, forms in own.items() if key in authored and _named(forms) != _named(authored[key]))


def _named(forms: Iterable[str]) -> set[tuple[str, str]]:
    """What stands between braces in any of these forms: names of values, and what Click is to fill in itself; and each
    brace that has no other.
    """
    named = set()
    for form in forms:
        named |= {("value", found["name"]) for found in PLACEHOLDER.finditer(form)}
        rest = PLACEHOLDER.sub("", form)
        named |= {("click", other) for other in _BRACES.findall(rest)}
        named |= {("brace", one) for one in _BRACES.sub("", rest) if one in "{}"}
    return named


def ended(said: str, mark: str | None) -> str:
    """These words with a mark behind them, and not two ends where they have one: a question gets no full stop."""
    bare, end = (said[:-1], END) if said.endswith(END) else (said, "")
    if not mark or not bare.endswith(ENDS):
        return said + (mark or "")
    replaces = bare.endswith(STOPS) and mark not in STOPS and not bare.endswith("..")
    return bare[:-1] + end + mark if replaces else said


def _form(of: Catalogue, forms: tuple[str, ...], count: object) -> str:
    """The form for this count; the last one where the count is no whole number."""
    place = of.plural_form(count) if isinstance(count, int) and count >= 0 else len(forms) - 1
    return forms[min(place, len(forms) - 1)] or next(form for form in forms if form)
