"""What runs from left to right in a text that runs from right to left: figures with their units, and what is typed.

Without it the browser puts a unit of Latin letters on the wrong side of its number, and a command that goes on
in the next line is torn apart (Unicode Standard Annex 9, "isolates").
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
_RUN = re.compile(rf"(?<!\u2066)`[^`]*`|{_FIGURE}[ \u00a0\u202f]?{_UNIT}(?:[ \u00a0]p-p)?")


def isolated(words: str) -> str:
    """The same words, each such run between the signs that keep it together."""
    return _RUN.sub(lambda found: f"{LEFT if found[0].startswith('`') else FIRST}{found[0]}{END}", words)
