"""Fonts of the scripts that the fonts of every station do not have: which package of Debian brings them, and whether
one is there. A phone has fonts of its own; the patient's screen and what is printed have those of this computer.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


class ScriptFont(NamedTuple):
    """One font: its family, and the file by which it is known, below a folder of fonts."""

    family: str
    file: str


class WritingSystem(NamedTuple):
    """What a language needs to be drawn."""

    package: str
    """Of Debian, installed with the language."""
    fonts: tuple[ScriptFont, ...]
    """Any one of them is enough; the best first."""


SCRIPTS = {
    "ar": WritingSystem(
        "fonts-noto-ui-core",
        (
            ScriptFont("Noto Sans Arabic UI", "truetype/noto/NotoSansArabicUI-Regular.ttf"),
            ScriptFont("Noto Sans Arabic", "truetype/noto/NotoSansArabic-Regular.ttf"),
            ScriptFont("DejaVu Sans", "truetype/dejavu/DejaVuSans.ttf"),
        ),
    ),
    "zh": WritingSystem(
        "fonts-noto-cjk",
        (
            ScriptFont("Noto Sans CJK SC", "opentype/noto/NotoSansCJK-Regular.ttc"),
            ScriptFont("WenQuanYi Micro Hei", "truetype/wqy/wqy-microhei.ttc"),
        ),
    ),
}
"""By language. What is not here is written in Latin letters, which every font has."""


class FoundFont(NamedTuple):
    """A font that is on this computer."""

    family: str
    folder: Path
    """Where its file lies."""


def script_of(language: str) -> WritingSystem | None:
    """What this language needs beyond the fonts of every station; None for nothing."""
    return SCRIPTS.get(language.partition("-")[0])


def font_of(language: str, folders: tuple[Path, ...] = FOLDERS) -> FoundFont | None:
    """The best font for this language that is here; None where there is none, or none is needed."""
    script = script_of(language)
    places = [(font, folder / font.file) for font in (script.fonts if script else ()) for folder in folders]
    return next((FoundFont(font.family, file.parent) for font, file in places if file.is_file()), None)
