"""What the pages read and write of batteries. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from station.clinic.batteries.documents import BatteryDocument
    from station.clinic.batteries.figures import FigureFound
    from station.clinic.batteries.standing import BatteryStanding


class BatteryShown(NamedTuple):
    """One battery of one patient today."""

    document: BatteryDocument
    standing: BatteryStanding
    found: dict[str, list[FigureFound]]
    """What each test has found, by its id."""
    whole: list[tuple[str, float]]
    """What all tests of a whole one say together, as keys and their values."""


def standings(data: Path, patient: str) -> list[BatteryShown]:
    """Every battery that ships, the shortest first, and how far this patient is in it today. Raises StorageError."""
    from station.clinic.batteries.documents import names, shipped
    from station.clinic.batteries.standing import figures, of_the_whole, standing
    from station.clock import this_moment
    from station.records.batteries import attempted_today, person_known, refused

    records, now_ns = opened(data), this_moment().wall_ns
    sessions = attempted_today(records, patient, now_ns)
    person = person_known(records, patient, now_ns)
    shown = []
    for document in sorted((shipped(name) for name in names()), key=lambda one: one.minutes):
        far = standing(document, sessions, refused(records, patient, document.name, now_ns))
        found = figures(document, sessions, person)
        shown.append(BatteryShown(document, far, found, of_the_whole(document, found, far.whole)))
    return shown


def refuse(data: Path, patient: str, battery: str, test: str, said: tuple[str, str]) -> None:
    """Write down by whose word (`said`: who, and why) a test is not wanted; without a reason it is wanted after all.
    Raises InputError as `station.records.batteries.refuse`, StorageError.
    """
    from station.records import batteries

    batteries.refuse(opened_to_write(data), patient, batteries.UnwantedTest(battery, test, *said))
