"""What somebody types for yes and no: in the words of their language or in English, with and without accents."""

from __future__ import annotations

import unicodedata

from station.texts.catalogue import AUTHORED
from station.texts.texts import Texts

_WITHOUT_DOT = str.maketrans({"ı": "i"})
"""Of Turkish: HAYIR is typed on a keyboard that has no letter of that kind."""
KEYS = {True: ("word.yes", "accept.word.yes"), False: ("word.no", "accept.word.no")}


def plain(said: str) -> str:
    """These words in small letters, without accents and spaces round them."""
    letters = unicodedata.normalize("NFKD", said.strip().casefold())
    return "".join(one for one in letters if not unicodedata.combining(one)).translate(_WITHOUT_DOT)


def yes_or_no(said: str, of: Texts) -> bool | None:
    """What was meant by the whole word or its first letter; None for neither. Where a letter begins the one in English
    and the other in the reader's language, the reader's holds.
    """
    word = plain(said)
    for texts in (of, Texts(AUTHORED)):
        for meant, keys in KEYS.items():
            words = {plain(texts.say(key)) for key in keys}
            if word and word in words | {one[:1] for one in words}:
                return meant
    return None
