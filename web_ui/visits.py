"""What the pages read and write of visits and of falls. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.faults import InputError, StationError
from web_ui.plans import locked
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from station.records.dose import Statement
    from station.records.incidents import NewIncident
    from station.records.moving import MovedVisit


def today(data: Path) -> list[dict[str, Any]]:
    """The visits of today, each with how its patient's `questions` stand ("allowed", "locked", "red-flag", "lacking"),
    whether a fall has `ended` today's training, whether there is a `plan`, and whether a drill of it is `locked`.
    Raises StorageError.
    """
    from station.clock import this_moment
    from station.records.locks import was_locked
    from station.records.plans import Plans
    from station.records.screenings import Screenings
    from station.records.visits import Visits

    records, now = opened(data), this_moment()
    screenings, plans = Screenings(records), Plans(records)
    rows = Visits(records).today()
    for row in rows:
        screened = screenings.of(row["patient"], now)
        verdict, row["ended"] = screened.verdict, screened.ended
        row["questions"] = "lacking"
        if verdict is not None:
            row["questions"] = "red-flag" if not verdict.session else "allowed" if verdict.vibration else "locked"
        row["plan"] = plans.current(row["patient"]) is not None
        row["locked"] = row["plan"] and was_locked(records, row["patient"]) and locked(data, row["patient"]) != []
    return rows


def open_codes(data: Path) -> frozenset[str]:
    """The codes of whose visit of today goes on. Raises StorageError."""
    from station.records.models import OPEN
    from station.records.visits import Visits

    return frozenset(row["patient"] for row in Visits(opened(data)).today() if row["state"] == OPEN)


def take_up(data: Path, patient: str, by: str) -> str:
    """The UUID of the patient's visit of today. Raises InputError "patient-unknown", StorageError."""
    from station.records.visits import Visits

    if not opened(data).there:
        raise InputError("patient-unknown", patient)
    return Visits(opened_to_write(data)).take_up(patient, by)


def sign(data: Path, visit: str, by: str, running: str) -> None:
    """A person ends the visit by name. Raises InputError "visit-unknown" where none of this id is open, "visit-runs"
    while a drill of its patient's (the code `running`) does; StorageError.
    """
    from station.records.visits import Visits

    known = Visits(opened(data)).whole(visit)
    if known is not None and running and known["patient"] == running.upper():
        raise InputError("visit-runs", running)
    if known is None or not Visits(opened_to_write(data)).close(visit, by):
        raise InputError("visit-unknown", visit)


def move(data: Path, visit: str, right: str, word: Statement, running: str) -> MovedVisit:
    """The visit is that of the patient of the code `right`. Raises InputError as `station.records.moving.move_visit`,
    "visit-runs" also while a drill of either one's (the code `running`) does; StorageError.
    """
    from station.clock import this_moment
    from station.records.moving import move_visit
    from station.records.visits import Visits

    known = Visits(opened(data)).whole(visit)
    if known is None:
        raise InputError("visit-unknown", visit)
    if running and running.upper() in (known["patient"], right.upper()):
        raise InputError("visit-runs", running)
    return move_visit(opened_to_write(data), visit, right, word, this_moment())


def hand_over(data: Path, visit: str, by: str, to: str) -> None:
    """A visit that is open comes into another's hands, by name. Raises InputError "visit-unknown", StorageError."""
    from station.records.visits import Visits

    if not opened(data).there or not Visits(opened_to_write(data)).hand_over(visit, by, to):
        raise InputError("visit-unknown", visit)


def note(data: Path, visit: str, by: str, words: str, before: str | None) -> None:
    """Write the visit's note anew. Raises InputError "visit-unknown", StationError "changed-meanwhile" where it said
    something else than `before` by then, StorageError.
    """
    from station.records.visits import Visits

    if not opened(data).there or not Visits(opened_to_write(data)).note(visit, by, words, before):
        raise InputError("visit-unknown", visit)


def whole(data: Path, visit: str) -> dict[str, Any]:
    """The visit as `station.records.visits.Visits.whole`, with its `incidents`, its `one_to_one_s` and the longest
    pause that counts in it. Raises InputError "visit-unknown".
    """
    from station.records.incidents import Incidents
    from station.records.one_to_one import PAUSE_COUNTS_S, one_to_one_s
    from station.records.visits import Visits

    found = Visits(opened(data)).whole(visit)
    if found is None:
        raise InputError("visit-unknown", visit)
    of_it = [one for one in Incidents(opened(data)).of(found["patient"]) if one["visit"] == visit]
    counted = {"one_to_one_s": one_to_one_s(opened(data), visit), "longest_pause_s": PAUSE_COUNTS_S}
    return {**found, **counted, "incidents": of_it}


def of_patient(data: Path, patient: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The patient's newest visits, and their newest incidents. Raises StorageError."""
    from station.records.incidents import Incidents
    from station.records.visits import Visits

    return Visits(opened(data)).newest(patient), Incidents(opened(data)).of(patient)


def tell_fall(data: Path, new: NewIncident) -> dict[str, Any]:
    """Write an incident down, once for each id. Raises StorageError."""
    from station.records.incidents import Incidents

    if not opened(data).there:  # the recorder makes them, and knows which station this is
        raise StationError("recorder-not-ready", "records")
    return Incidents(opened_to_write(data)).tell(new)


def incident(data: Path, name: str) -> dict[str, Any]:
    """One incident. Raises InputError "incident-unknown", StorageError."""
    from station.records.incidents import Incidents

    found = Incidents(opened(data)).find(name)
    if found is None:
        raise InputError("incident-unknown", name)
    return found


def describe(data: Path, name: str, by: str, kind: str | None, words: str | None) -> dict[str, Any]:
    """What it was, by name; the rules of progression hear of a fall or near fall in the set that it is of. Raises
    InputError "incident-unknown", StorageError.
    """
    from station.records.incidents import FALL, NEAR_FALL, Incidents
    from station.records.levels import Levels

    if not opened(data).there:
        raise InputError("incident-unknown", name)
    records = opened_to_write(data)
    found = Incidents(records).describe(name, by, kind, words)
    if kind is not None and found["session"]:
        Levels(records).say(found["session"], by, {"near_fall": kind in (FALL, NEAR_FALL)})
    return found


def safe(data: Path, name: str, by: str) -> dict[str, Any]:
    """A person says that the patient is safe. Raises InputError "incident-unknown", StorageError."""
    from station.records.incidents import Incidents

    if not opened(data).there:
        raise InputError("incident-unknown", name)
    return Incidents(opened_to_write(data)).safe(name, by)
