"""The snapshot as whoever has these rights may see it: a stranger is not told whom it is about."""

from __future__ import annotations

from station.access.rights import Right
from web_ui.snapshot import Snapshot


def for_strangers(snapshot: Snapshot) -> Snapshot:
    """The same moment without whom it is about, what they do, and what came of it."""
    nobody = {"patient": "", "drill": "", "title": "", "language": "", "leg": "", "result": None, "notice": None}
    screen = snapshot.screen.model_copy(update={"next": None})
    return snapshot.model_copy(update={**nobody, "screen": screen})


def shown_to(snapshot: Snapshot, rights: Right) -> Snapshot:
    """As these rights allow."""
    return snapshot if Right.SEE in rights else for_strangers(snapshot)
