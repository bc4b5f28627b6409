"""The doctor's look at the texts: whether each language's file can be used, is whole, and was signed by a clinician;
and at the fonts of what the settings' languages are written in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from station.commissioning.doctor.values import Check


def texts_checks(folder: Path | None = None, used: Container[str] = ()) -> list[Check]:
    """One check a language. `used`: those of the settings, which somebody reads every day; that nobody has confirmed
    another one is no warning. Never raises: a damaged file is what it looks for.
    """
    from station.commissioning.doctor.values import found
    from station.texts.catalogue import AUTHORED, LOCALES, catalogue
    from station.texts.languages import languages

    where = folder or LOCALES
    wanted = set(catalogue(AUTHORED, where).messages)
    checks = []
    for language in languages(where):
        known = catalogue(language, where)
        lacking = len(wanted - {key for key, forms in known.messages.items() if all(forms)})
        if known.damage:
            check = found("texts", "damaged", why=known.damage)
        elif lacking:
            check = found("texts", "lacking", n=lacking)
        elif language != AUTHORED and not known.confirmed_by:
            check = found("texts", "unconfirmed") if language in used else found("texts", "spare")
        else:
            check = found("texts", "ok", n=len(known.messages))
        checks.append(check._replace(part=language))
    return checks


def font_checks(used: Iterable[str]) -> list[Check]:
    """Whether this computer can draw the letters of these languages; none for one that every font has."""
    from station.commissioning.doctor.values import found
    from station.texts.fonts import font_of, script_of

    checks = []
    for language in sorted(used):
        script = script_of(language)
        if script is None:
            continue
        font = font_of(language)
        check = found("fonts", "ok", font=font.family) if font else found("fonts", "absent", package=script.package)
        checks.append(check._replace(part=language))
    return checks
