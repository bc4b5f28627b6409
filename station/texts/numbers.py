"""Numbers, dates and times as a language writes them."""

from __future__ import annotations

import math
from datetime import date, datetime
from functools import cache

from station.texts.catalogue import AUTHORED

_DIGITS = 6
"""Significant digits of a number that nobody gave decimals."""


def decimal(value: float, decimals: int | None, language: str) -> str:
    """The number without groups of thousands: with this many decimals, or as short as six digits say it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    written = (
        f"{value:.{decimals}f}"
        if decimals is not None
        else str(value)
        if isinstance(value, int)
        else f"{value:.{_DIGITS}g}"
    )
    return written if language == AUTHORED or "." not in written else written.replace(".", _sign(language))


@cache
def _sign(language: str) -> str:
    """The decimal sign of a language; a point where Babel does not know the language."""
    from babel.core import Locale, UnknownLocaleError

    try:
        signs = Locale.parse(language, sep="-").number_symbols
    except (UnknownLocaleError, ValueError):
        return "."
    return str(signs.get("latn", {}).get("decimal", "."))


def day(value: date, language: str) -> str:
    """A date, as in `28 Nov 2026` and `28.11.2026`."""
    from babel.dates import format_date

    return format_date(value, "medium", _formats(language))


def clock_time(value: datetime, language: str) -> str:
    """A time of the day in hours and minutes."""
    from babel.dates import format_time

    return format_time(value, "short", tzinfo=value.tzinfo, locale=_formats(language))


def day_and_time(value: datetime, language: str) -> str:
    """A date with its time."""
    from babel.dates import format_datetime

    return format_datetime(value, "medium", tzinfo=value.tzinfo, locale=_formats(language))


@cache
def _formats(language: str) -> str:
    """Babel's name of the language's formats; of British English for English and what Babel does not know."""
    from babel.core import Locale, UnknownLocaleError

    if language != AUTHORED:
        try:
            return str(Locale.parse(language, sep="-"))
        except (UnknownLocaleError, ValueError):
            pass
    return "en_GB"
