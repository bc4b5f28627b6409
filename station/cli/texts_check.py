"""The doctor's look at the texts: whether each language's file can be used, is whole, and was signed by a clinician."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from station.commissioning.doctor.values import Check


def texts_checks(folder: Path | None = None) -> list[Check]:
    """One check a language. Never raises: a damaged file is what it looks for."""
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
            check = found("texts", "unconfirmed")
        else:
            check = found("texts", "ok", n=len(known.messages))
        checks.append(check._replace(part=language))
    return checks
