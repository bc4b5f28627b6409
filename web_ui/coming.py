"""Who was on the plate last: whether their visit goes on, and what of their plan comes next. The records say it, and
one thread asks them once a second while no drill runs: no frame waits for them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from station.faults import StationError
from web_ui.live import Live
from web_ui.looking import Looking

ASKED_EVERY_S = 1.0


class NextDrill(NamedTuple):
    """What is left of a plan, and comes first."""

    drill: str
    """Name of its document."""
    leg_word: str
    """How its leg is said: `drills.values.said_leg`."""
    feet: str
    """Where both feet stand: "apart", "together", "semi-tandem" or "tandem"."""


class Coming(NamedTuple):
    """What the records say of one patient."""

    patient: str = ""
    here: bool = False
    """A visit of today is open."""
    next: NextDrill | None = None
    """What is left of their plan."""


NOBODY = Coming()


class ComingNext:
    """Follows `live` and the records in the folder `data`. `start` asks again and again, in a thread."""

    def __init__(self, live: Live, data: Path, ask: Callable[[Path, str], Coming] | None = None) -> None:
        self._live, self._data, self._ask = live, data, ask or of_patient
        self._now = NOBODY
        self._looking = Looking("coming", ASKED_EVERY_S, self.look)

    def start(self) -> None:
        """Begin to ask."""
        self._looking.start()

    def close(self) -> None:
        """End the thread."""
        self._looking.close()

    def of(self, patient: str) -> Coming:
        """What was found of this patient; nothing of any other."""
        found = self._now
        return found if found.patient == patient and patient else NOBODY

    def look(self) -> None:
        """Ask the records. What they said last holds while they cannot be read."""
        story = self._live.story
        if not story.outcome or not story.patient:
            self._now = NOBODY
            return
        try:
            self._now = self._ask(self._data, story.patient)
        except StationError:
            return


def of_patient(data: Path, patient: str) -> Coming:
    """What the records say of this code. Raises StorageError."""
    from station.records.models import OPEN
    from station.records.visits import Visits
    from web_ui import plans
    from web_ui.records import opened

    here = any(row["patient"] == patient and row["state"] == OPEN for row in Visits(opened(data)).today())
    plan = plans.current(data, patient) if here else None
    return Coming(patient, here, None if plan is None else _next(plans.next_of(plan)))


def _next(found: tuple[str, str] | None) -> NextDrill | None:
    from drills.library import load_shipped

    if found is None:
        return None
    document = load_shipped(found[0])
    return NextDrill(document.name, document.said_leg(found[1]), document.stance.feet or "apart")
