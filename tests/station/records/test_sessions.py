"""Sessions and their doses in a real SQLite file: from start to results, newest first, bounded to a day."""

from datetime import timedelta

import pytest

from station.records.dose import Doses
from station.records.file import Records
from station.records.sessions import SessionEnd, Sessions
from tests.station.records.made import NOON, new, ns, result


@pytest.fixture
def sessions(records: Records) -> Sessions:
    return Sessions(records)


def test_a_session_from_start_to_results(sessions):
    row = new()
    sessions.begin(row)
    assert sessions.newest()[0]["state"] == "recording"
    assert [found["id"] for found in sessions.unfinished()] == [row.name]
    sessions.end(row.name, SessionEnd("done", "completed", row.started_ns + 5, "ab" * 32))
    assert sessions.unfinished() == []
    assert [found["id"] for found in sessions.without_results()] == [row.name]
    sessions.store_results(row.name, result())
    sessions.store_results(row.name, result(vibration_s=31.0))  # made again: replaced, not doubled
    assert sessions.without_results() == []
    detail = sessions.detail(row.name)
    assert (detail["outcome"], detail["pipeline"], detail["sha256"]) == ("completed", "station-1/1", "ab" * 32)
    assert detail["trials"][0]["measures"] == {"path_length_mm": 900.0}
    assert (detail["trials_count"], detail["trials_held"]) == (1, 1)
    assert detail["dose"]["vibration_s"] == 31.0
    assert detail["dose"]["a8_m_s2"] == pytest.approx(0.2)
    assert detail["dose"]["vdv_m_s175"] == pytest.approx(3.0)
    assert sessions.detail(detail["uuid"]) == detail
    assert sessions.detail(detail["uuid"].upper()) == detail


def test_the_foot_in_front_is_said_of_who_stood_on_both(sessions):
    for number, (base, leg, said) in enumerate((("tandem", "left", "left-front"), ("apart", "left", "left")), 1):
        row = new(number)._replace(leg=leg)
        sessions.begin(row)
        sessions.store_results(row.name, {**result(), "exercised": {"1": {"base": base}}})
        detail = sessions.detail(row.name)
        assert (detail["leg_word"], detail["trials"][0]["leg_word"]) == (said, said)


def test_results_of_a_part_do_not_stand_for_the_whole(sessions, records):
    row = new()
    sessions.begin(row)
    sessions.store_results(row.name, result())
    detail = sessions.detail(row.name)
    assert (detail["trials_count"], detail["pipeline"]) == (1, None)
    with records.writing() as transaction:  # as an earlier program wrote it
        transaction.connection().exec_driver_sql("UPDATE session SET pipeline = 'station-1/1'")
    sessions.end(row.name, SessionEnd("done", "completed", row.started_ns + 5, None))
    assert [found["id"] for found in sessions.without_results()] == [row.name], "also where the power went just now"
    sessions.store_results(row.name, result())
    assert sessions.detail(row.name)["pipeline"] == "station-1/1"
    sessions.begin(row)
    assert sessions.detail(row.name)["pipeline"] is None, "it goes on after a crash"


def test_lists_are_newest_first_and_by_patient(sessions):
    for number, patient in enumerate(["A", "B", "A", "A"], 1):
        sessions.begin(new(number, patient, NOON + timedelta(minutes=number)))
    assert [row["ring_session"] for row in sessions.newest("A")] == [4, 3, 1]
    assert [row["ring_session"] for row in sessions.newest(limit=2)] == [4, 3]
    assert sessions.detail("no such") is None


def test_the_day_counts_from_local_midnight_and_survives_a_clock_set_back(sessions, records):
    midnight = NOON.replace(hour=0)
    moments = [midnight - timedelta(seconds=1), midnight, NOON, NOON + timedelta(hours=30)]
    for number, moment in enumerate(moments, 1):
        sessions.begin(new(number, at=moment))
        sessions.store_results(new(number, at=moment).name, result(vibration_s=10.0**number))
    sessions.begin(new(9, "B"))
    sessions.store_results(new(9, "B").name, result(vibration_s=5.0))
    doses = Doses(records)
    today = doses.today("P-7", ns(NOON))
    assert today["vibration_s"] == 100.0 + 1000.0 + 10000.0
    assert today["e2_m2_s3"] == pytest.approx(3 * 0.2**2 * 28_800.0)
    assert today["e4_m4_s7"] == pytest.approx(3 * 3.0**4)
    assert doses.today("p-7", ns(NOON)) == today
    assert set(doses.today("nobody", ns(NOON)).values()) == {0.0}


def test_a_session_that_began_again_takes_the_place_of_its_empty_first_row(sessions):
    """The recorder died before a byte of it was on the disk, and the clock was set by a millisecond since."""
    first, second = new(), new(at=NOON + timedelta(seconds=1))
    sessions.begin(first)
    sessions.begin(second)
    assert [row["id"] for row in sessions.newest()] == [second.name]


def test_what_is_said_of_a_session_that_is_not_there_is_passed_over(sessions):
    sessions.end("nobody", SessionEnd("done", "completed", 1, None))
    sessions.store_results("nobody", result())
    sessions.forget("nobody")
    assert sessions.newest() == []


def test_the_order_is_that_of_time_and_not_of_names(sessions):
    """The names of sessions of one millisecond are in any order."""
    for number in range(1, 9):
        sessions.begin(new(number))
    assert [row["ring_session"] for row in sessions.newest()] == list(range(8, 0, -1))
