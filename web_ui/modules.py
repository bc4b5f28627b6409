"""Which JavaScript modules a page will need, so that its browser can fetch them all at once.

A module names what it imports, and a browser finds that out file by file: five levels deep for the therapist's page,
each a way to the station and back over the phone's Wi-Fi. The page names them all in its head instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "js"
_IMPORTED = re.compile(r'^(?:import|export)\b[^;"]*?(?:\bfrom\s*)?"\./(?P<name>[\w.-]+\.js)";', re.MULTILINE)


def needed(script: str) -> tuple[str, ...]:
    """The file names of all modules that this one, `therapist.js` for instance, needs, nearest first and itself not
    among them; none for a file that is not there.
    """
    found = [script]
    for name in found:  # grows meanwhile
        found += [other for other in _imports().get(name, ()) if other not in found]
    return tuple(found[1:])


@cache
def _imports(folder: Path = FOLDER) -> Mapping[str, tuple[str, ...]]:
    """What each file imports."""
    files = sorted(folder.glob("*.js"))
    return {file.name: tuple(_IMPORTED.findall(file.read_text(encoding="utf-8"))) for file in files}
