"""Ends that nobody planned: which one waits for its acknowledgement, and until when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.records.audit import AuditLog, placed
from station.records.ends import SEEN, Ends
from station.records.file import Records, open_records
from station.records.ids import session_id
from station.records.sessions import NewSession, SessionEnd, Sessions

NOW, BEFORE = 9_000_000_000_000_000_002, 9_000_000_000_000_000_001
BEGAN_NS = 1_700_000_000_000_000_000


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: BEGAN_NS + 10**12)
    yield records
    records.close()


def begin(records, number: int = 1) -> str:
    name = session_id(BEGAN_NS + number, BEFORE, number)
    new = NewSession(name, "P01", "quiet-stance", "both", {}, BEGAN_NS + number, "boot", BEFORE, number, f"{name}.mcap")
    Sessions(records).begin(new)
    return name


@pytest.mark.parametrize(
    ("state", "outcome", "waits"),
    [
        (None, None, True),
        ("interrupted", None, True),
        ("done", "tripped", True),
        ("done", "completed", False),
        ("done", "stopped", False),
        ("done", "abandoned", False),
    ],
)
def test_what_nobody_planned_waits_and_what_somebody_did_does_not(records, state, outcome, waits) -> None:
    name = begin(records)
    if state is not None:
        Sessions(records).end(name, SessionEnd(state, outcome, BEGAN_NS + 10**9, None))
    found = Ends(records).waiting(NOW)
    assert (found is not None and found["id"] == name) is waits


def test_what_ends_in_the_life_that_runs_is_controls_own_to_tell(records) -> None:
    begin(records)
    assert Ends(records).waiting(BEFORE) is None


def test_it_waits_until_somebody_has_seen_to_the_patient_of_that_session(records) -> None:
    begin(records, 1)
    ends = Ends(records)
    ends.acknowledge(BEFORE, 2, "ab12")
    assert ends.waiting(NOW) is not None
    ends.acknowledge(BEFORE, 1, "ab12")
    assert ends.waiting(NOW) is None
    assert [(line["who"], line["what"]) for line in AuditLog(records).newest(9)] == [("ab12", SEEN)] * 2
    assert AuditLog(records).first_broken() is None


def test_a_trip_that_was_acknowledged_while_control_lived_waits_no_more(records) -> None:
    name = begin(records)
    Sessions(records).end(name, SessionEnd("done", "tripped", BEGAN_NS + 10**9, None))
    log = AuditLog(records)
    log.add(BEGAN_NS - 1, "ab12", "acknowledged", {}, (BEFORE, 3))  # of the trip before
    log.add(BEGAN_NS + 10**9, "ab12", "acknowledged", {}, (NOW, 3))  # in another life
    assert Ends(records).waiting(NOW) is not None
    log.add(BEGAN_NS + 2 * 10**9, "ab12", "acknowledged", {}, (BEFORE, 4))
    assert Ends(records).waiting(NOW) is None


def test_the_newest_session_alone_counts(records) -> None:
    begin(records, 1)
    later = begin(records, 2)
    Sessions(records).end(later, SessionEnd("done", "completed", BEGAN_NS + 10**9, None))
    assert Ends(records).waiting(NOW) is None


def test_where_nothing_was_recorded_nothing_waits(tmp_path) -> None:
    assert Ends(open_records(tmp_path / "records.sqlite", read_only=True)).waiting(NOW) is None


def test_the_lines_own_place_is_no_event_of_a_ring(records) -> None:
    """Else the recorder would take it for the last event that it has noted, and note all of them again."""
    begin(records)
    AuditLog(records).add(BEGAN_NS, "station", "trip", {}, (BEFORE, 7))
    Ends(records).acknowledge(BEFORE, 1, "ab12")
    assert AuditLog(records).last_event(BEFORE) == 7
    assert placed({})["event"] == -1
