"""A visit that is signed says who changed it afterwards."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from station.measures.tasks.marked import LateMark
from station.records.feet import say_feet
from station.records.file import Records, open_records
from station.records.incidents import Incidents, NewIncident
from station.records.late_marks import set_later, take_back
from station.records.levels import Levels
from station.records.sessions import SessionEnd, Sessions
from station.records.visits import Visits
from tests.station.records.made import EPOCH, NOON, new, ns, result
from tests.station.records.test_late_marks import STANCE

TOLD = str(uuid.UUID(int=7))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    """Somebody's set of one try in a visit, a fall in it, and another's visit of that day."""
    opened = open_records(tmp_path / "records.sqlite", now_ns=lambda: ns(NOON + timedelta(hours=1)))
    sessions = Sessions(opened)
    for number, code in ((1, "P01"), (2, "P02")):
        begun = new(number, code)
        sessions.begin(begun)
        sessions.end(begun.name, SessionEnd("done", "completed", begun.started_ns + 1, None))
        sessions.store_results(begun.name, {**result(), "exercised": {"1": STANCE}})
    Incidents(opened).tell(NewIncident(TOLD, "P01", ns(NOON), "Ada", EPOCH, 1, {}))
    set_later(opened, new(1, "P01").name, LateMark(1, "a", "arms", 12.0), "Ada")
    yield opened
    opened.close()


def last(records: Records, code: str = "P01") -> tuple[str, bool]:
    """Who changed it, and whether it says when."""
    whole = Visits(records).whole(Visits(records).newest(code)[0]["id"])
    assert whole is not None
    return whole["changed_by"], whole["changed_ns"] is not None


CHANGES: dict[str, Callable[[Records], object]] = {
    "note": lambda records: Visits(records).note(Visits(records).newest("P01")[0]["id"], "Eve", "all well"),
    "said": lambda records: Levels(records).say(new(1, "P01").name, "Eve", {"pain": 1.0}),
    "feet": lambda records: say_feet(records, new(1, "P01").name, 1, "Eve", one_leg=True),
    "mark": lambda records: set_later(records, new(1, "P01").name, LateMark(1, "b", "arms", 20.0), "Eve"),
    "mark taken back": lambda records: take_back(records, new(1, "P01").name, 1, "a", "Eve"),
    "kind of the fall": lambda records: Incidents(records).describe(TOLD, "Eve", "mistake", None),
    "safe": lambda records: Incidents(records).safe(TOLD, "Eve"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_changed_after_it_was_signed_is_said(records: Records, change: str) -> None:
    for code in ("P01", "P02"):
        visit = Visits(records).newest(code)[0]["id"]
        Visits(records).note(visit, "Ada", "steady")
        assert last(records, code) == ("", False)
        Visits(records).close(visit, "Ada")
        assert last(records, code) == ("", False), "before it was signed is no change of it"
    CHANGES[change](records)
    assert last(records) == ("Eve", True)
    assert last(records, "P02") == ("", False), "another's visit"
