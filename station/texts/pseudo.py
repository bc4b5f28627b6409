"""Pseudo-languages, made from English by rule: a text that stays as it was did not come from the catalogue."""

from __future__ import annotations

import re

LONG = "xx-long"
"""Accented, in brackets, about 40 % longer: shows what was forgotten and what does not fit."""
RTL = "xx-rtl"
"""Accented and written from right to left."""
PSEUDO = (LONG, RTL)

LONGER = 0.4
_ACCENTED = str.maketrans(
    "ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz",
    "ÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž",
)
_KEPT = re.compile(r"(\{[^{}]*\}|`[^`]*`|https?://\S+)")
"""Placeholders, and what is typed as it stands: commands, keys, addresses."""
_RIGHT_TO_LEFT, _AS_BEFORE = "\u202e", "\u202c"


def pseudo(language: str, text: str) -> str:
    """This English text in the pseudo-language; placeholders and what stands between backticks stay as they are."""
    if not text:
        return text
    parts = _KEPT.split(text)
    if language == RTL:
        return "".join(
            part if odd or not part else f"{_RIGHT_TO_LEFT}{part.translate(_ACCENTED)}{_AS_BEFORE}"
            for part, odd in zip(parts, _alternating(len(parts)), strict=True)
        )
    accented = "".join(
        part if odd else part.translate(_ACCENTED) for part, odd in zip(parts, _alternating(len(parts)), strict=True)
    )
    return f"[{accented}{_padding(len(text))}]"


def _alternating(count: int) -> tuple[bool, ...]:
    return tuple(place % 2 == 1 for place in range(count))


def _padding(length: int) -> str:
    """Words of tildes, so that a long text may break where a long sentence would."""
    wanted = max(1, round(length * LONGER) - 2)
    return "".join(" " if place % 8 == 0 else "~" for place in range(wanted + (wanted + 6) // 7))
