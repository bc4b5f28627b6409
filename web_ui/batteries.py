"""What the pages read and write of batteries. SQLAlchemy loads when first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from station.clinic.batteries.documents import BatteryDocument
    from station.clinic.batteries.standing import BatteryStanding


def standings(data: Path, patient: str) -> list[tuple[BatteryDocument, BatteryStanding]]:
    """Every battery that ships, the shortest first, and how far this patient is in it today. Raises StorageError."""
    from station.clinic.batteries.documents import names, shipped
    from station.clinic.batteries.standing import standing
    from station.clock import this_moment
    from station.records.batteries import attempted_today, refused

    records, now_ns = opened(data), this_moment().wall_ns
    sessions = attempted_today(records, patient, now_ns)
    documents = sorted((shipped(name) for name in names()), key=lambda one: one.minutes)
    return [(one, standing(one, sessions, refused(records, patient, one.name, now_ns))) for one in documents]


def refuse(data: Path, patient: str, battery: str, test: str, said: tuple[str, str]) -> None:
    """Write down by whose word (`said`: who, and why) a test is not wanted; without a reason it is wanted after all.
    Raises InputError as `station.records.batteries.refuse`, StorageError.
    """
    from station.records import batteries

    batteries.refuse(opened_to_write(data), patient, batteries.UnwantedTest(battery, test, *said))
