"""Visits: opened by a person or by the first session of the day, ended by a person or by the next day."""

from datetime import timedelta

from station.records.file import open_records
from station.records.sessions import SessionEnd, Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns


def test_the_sessions_of_a_patients_day_are_one_visit(records):
    sessions, visits = Sessions(records), Visits(records)
    for number, hours in enumerate((0, 2, 26), 1):
        sessions.begin(new(number, at=NOON + timedelta(hours=hours)))
        sessions.end(new(number, at=NOON + timedelta(hours=hours)).name, SessionEnd("done", "completed", number, None))
    sessions.begin(new(9, "B"))
    second, first = visits.newest("p-7")
    assert [row["visit"] for row in sessions.newest("P-7")] == [second["id"], first["id"], first["id"]]
    assert (first["state"], first["opened_ns"], first["closed_ns"]) == ("left", ns(NOON), 2)
    assert (second["state"], second["closed_ns"]) == ("open", None)
    assert (second["patient"], second["opened_by"]) == ("P-7", "")


def test_a_visit_that_the_start_named_is_taken(tmp_path):
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: ns(NOON))
    visits, sessions = Visits(records), Sessions(records)
    theirs, others = visits.open("P-7", "ab12"), visits.open("B", "ab12")
    again = visits.open("P-7", "ab12")
    sessions.begin(new(1, visit=theirs))
    sessions.begin(new(2, at=NOON + timedelta(minutes=1)))
    sessions.begin(new(3, at=NOON + timedelta(minutes=2), visit=others))  # not this patient's: the day's own
    assert [row["visit"] for row in reversed(sessions.newest())] == [theirs, again, again]
    assert visits.newest("B")[0]["opened_by"] == "ab12"


def test_a_visit_that_a_person_ended_is_not_gone_on_with(tmp_path):
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: ns(NOON))
    visits, sessions = Visits(records), Sessions(records)
    first = visits.open("P-7", "ab12")
    assert visits.close(first, "cd34")
    assert not visits.close(first, "cd34")
    assert not visits.close("nobody", "cd34")
    sessions.begin(new(1, at=NOON + timedelta(minutes=1)))
    newest, oldest = visits.newest("P-7")
    assert (oldest["id"], oldest["state"], oldest["closed_by"]) == (first, "closed", "cd34")
    assert sessions.newest()[0]["visit"] == newest["id"]


def test_a_visit_that_was_left_is_taken_up_again_on_the_same_day(records):
    sessions, visits = Sessions(records), Visits(records)
    sessions.begin(new(1))
    sessions.begin(new(2, at=NOON + timedelta(days=1)))
    sessions.begin(new(3, at=NOON + timedelta(hours=1)))  # the clock was set back
    states = {visit["id"]: visit["state"] for visit in visits.newest("P-7")}
    rows = {row["ring_session"]: row["visit"] for row in sessions.newest()}
    assert rows[1] == rows[3] != rows[2]
    assert states[rows[1]] == "open"


def test_equal_sessions_make_equal_visits_and_patients(tmp_path):
    """A rehearsal under the virtual clock is the same on every station."""
    made = []
    for name in ("a", "b"):
        records = open_records(tmp_path / f"{name}.sqlite")
        Sessions(records).begin(new())
        made.append([(visit["id"], visit["opened_ns"]) for visit in Visits(records).newest("P-7")])
        with records.reading() as transaction:
            made[-1] += transaction.connection().exec_driver_sql("SELECT id FROM patient").scalars().all()
    assert made[0] == made[1]
