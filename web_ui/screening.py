"""What the pages read and write of a patient's screening. SQLAlchemy and the questions load when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from station.faults import StationError
from web_ui.records import opened, opened_to_write

if TYPE_CHECKING:
    from station.clinic.screening.items import Items
    from station.clock import VouchedMoment
    from station.records.screenings import Screened, Screenings


class AskedNow(NamedTuple):
    """What is asked, what holds of it, and when that was looked at."""

    items: Items
    version: str
    """Of the list of questions."""
    screened: Screened
    now: VouchedMoment


def look(data: Path, patient: str) -> AskedNow:
    """What the records hold of this patient's screening now. Raises StorageError."""
    from station.clinic.screening.items import shipped
    from station.clock import this_moment
    from station.records.screenings import Screenings, items_version

    now = this_moment()
    return AskedNow(shipped(), items_version(), Screenings(opened(data)).of(patient, now), now)


def write(data: Path, patient: str, by: str, answers: Mapping[str, Any], seen: tuple[str, str]) -> None:
    """Write down what was answered. `seen`: the newest screening that the page knew, and its list of questions.

    Raises StationError as `station.records.screenings.Screenings.add`.
    """
    from station.clock import this_moment
    from station.records.screenings import SeenScreening

    _screenings(data).add(patient, by, answers, {}, this_moment(), SeenScreening(*seen))


def override(data: Path, patient: str, by: str, reasons: Mapping[str, str], seen: str) -> None:
    """Answer for relative items of the screening that the page has seen. Raises StationError as
    `station.records.screenings.Screenings.override`.
    """
    from station.clock import this_moment
    from station.records.screenings import SeenScreening

    _screenings(data).override(patient, by, reasons, this_moment(), SeenScreening(seen))


def _screenings(data: Path) -> Screenings:
    from station.records.screenings import Screenings

    if not opened(data).there:  # the recorder makes them, and knows which station this is
        raise StationError("recorder-not-ready", "records")
    return Screenings(opened_to_write(data))
