"""The doctor's look at the texts: whether each language's file can be used, is whole, and was signed by a clinician."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.cli.words import say

if TYPE_CHECKING:
    from pathlib import Path

    from station.commissioning.doctor.values import Check


def texts_checks(folder: Path | None = None) -> list[Check]:
    """One check a language, in the words of the command's own. Never raises: a damaged file is what it looks for."""
    from station.commissioning.doctor.values import Check
    from station.texts.catalogue import AUTHORED, LOCALES, catalogue
    from station.texts.languages import languages

    where = folder or LOCALES
    wanted = set(catalogue(AUTHORED, where).messages)
    found = []
    for language in languages(where):
        known = catalogue(language, where)
        name, lacking = f"texts {language}", len(wanted - {key for key, forms in known.messages.items() if all(forms)})
        if known.damage:
            seen, remedy = say("cli.doctor.texts-damaged", why=known.damage), say("cli.doctor.texts-damaged-remedy")
        elif lacking:
            seen, remedy = say("cli.doctor.texts-lacking", n=lacking), say("cli.doctor.texts-lacking-remedy")
        elif language != AUTHORED and not known.confirmed_by:
            seen, remedy = say("texts.unconfirmed"), say("cli.doctor.texts-unconfirmed-remedy")
        else:
            found.append(Check(name, "ok", say("cli.doctor.texts-whole", n=len(known.messages))))
            continue
        found.append(Check(name, "warn", seen, remedy))
    return found
