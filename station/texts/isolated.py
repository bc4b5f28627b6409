"""What belongs together in a line: figures with units, dates and what is typed in Arabic; in Chinese what is counted.

Without it, where text runs from right to left, the browser puts a unit of Latin letters on the wrong side of its
number, and a command that goes on in the next line is torn apart (Unicode Standard Annex 9, "isolates").
"""

from __future__ import annotations

import re

LEFT, FIRST, END = "\u2066", "\u2068", "\u2069"
"""Begin what runs from left to right, and what runs as its first letter does; the end of both."""
_PLACE = r"\{[a-z][a-z0-9_]*(?::\+?\.\d[fF])?\}"
_FIGURE = rf"(?:{_PLACE}|[+\-−]?\d[\d.,]*)"
_UNIT = (
    r"(?:\{unit\}|(?:mm/s|m/s|mm²|mm2|cm²|p-p|Hz|kHz|mm|cm|km|kg|mg|lb|ms|us|µs|ns|min|mV|kN|Nm|kB|MB|GB|dB|°C|[mgsNVAW%°h])"
    r"(?![A-Za-z]))"
)
_DATE = r"\{year\}-\{month\}-\{day\}(?: \{hour\}:\{minute\})?"
"""Behind letters that run from right to left its parts would change places: 2026-11-30 would read 30-11-2026."""
_RUN = re.compile(rf"(?<!\u2066)`[^`]*`|{_DATE}|{_FIGURE}[ \u00a0\u202f]?{_UNIT}(?:[ \u00a0]p-p)?")


_LATIN = re.compile(r"[\W\d_]*[A-Za-z\u00c0-\u024f]")

_COUNTED = re.compile(rf"({_PLACE}|\d) (?=[次个项人步圈组页年岁天秒分小])")
"""In Chinese: a figure, and the word by which things are counted."""


def counted(words: str) -> str:
    """The same Chinese words, no line of which ends between a figure and what it counts."""
    return _COUNTED.sub("\\1\u00a0", words)


def isolated(words: str) -> str:
    """The same words, each such run between the signs that keep it together."""
    return _RUN.sub(lambda found: f"{LEFT if found[0].startswith('`') else FIRST}{found[0]}{END}", words)


def apart(words: str) -> str:
    """What is put into words that run from right to left: where its first letter is a Latin one (a name, a unit, a
    source, a sentence that nobody has translated), with its marks on its own side and no figure drawn to it.
    """
    if words.startswith((LEFT, FIRST)) or _LATIN.match(words) is None:
        return words
    return f"{FIRST}{words}{END}"
