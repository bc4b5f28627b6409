"""Whose records are old, and how much the plate is used."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from station.clock import NS_PER_S
from station.records.entries import Entered, enter
from station.records.kept import KeptSince, older_than
from station.records.models import EntryRow, PatientRow, VisitRow
from station.records.patients import Patients
from station.records.sessions import SessionEnd, Sessions
from station.records.use import UseLine, use_of
from station.records.visits import Visits
from tests.station.records.made import new, result

TODAY = date(2026, 11, 29)


def ns(day: date, hour: float = 12.0) -> int:
    return int((datetime(day.year, day.month, day.day) + timedelta(hours=hour)).timestamp()) * NS_PER_S


def aged(records, days: dict[str, date]) -> None:
    """Everybody's rows, as if they had been written on these days."""
    with records.writing() as transaction:
        for code, day in days.items():
            row = transaction.scalars(select(PatientRow).where(PatientRow.code == code)).one()
            for table in (VisitRow, EntryRow):
                column = "opened_ns" if table is VisitRow else "at_ns"
                theirs = update(table).where(table.patient_id == row.id)
                transaction.execute(theirs.values({column: ns(day), "changed_ns": ns(day)}))
            transaction.execute(update(PatientRow).where(PatientRow.id == row.id).values(changed_ns=ns(day)))


def test_who_is_old_by_the_newest_of_all_is_proposed_the_oldest_first(records):
    visits = Visits(records)
    for code in ("P01", "P02", "P03"):
        visits.open(code, "Ada")
    enter(records, "P02", Entered("pain", "Ada", {"now": 3}))
    aged(records, {"P01": date(2016, 11, 29), "P02": date(2016, 11, 30), "P03": date(2011, 5, 5)})
    found = older_than(records, 10, TODAY)
    assert found == [KeptSince("P03", date(2011, 5, 5), 0), KeptSince("P01", date(2016, 11, 29), 0)]
    assert older_than(records, 16, TODAY) == []


def test_one_new_word_keeps_them(records):
    Visits(records).open("P01", "Ada")
    aged(records, {"P01": date(2001, 1, 1)})
    assert [one.code for one in older_than(records, 10, TODAY)] == ["P01"]
    enter(records, "P01", Entered("pain", "Ada", {"now": 3}))
    assert older_than(records, 10, date.today()) == []


def test_who_was_looked_after_by_a_field_alone_is_kept(records):
    """Somebody has written to them, and they come next week: nothing else of theirs is new."""
    Visits(records).open("P01", "Ada")
    Visits(records).open("P02", "Ada")
    aged(records, {"P01": date(2001, 1, 1), "P02": date(2001, 1, 1)})
    Patients(records).change("P01", {"notes": "comes again"}, "Ada")
    assert [one.code for one in older_than(records, 10, date.today())] == ["P02"]


def test_of_whom_only_the_fields_were_typed_those_count(records):
    Patients(records).enter("P09", {"initials": "A. B."}, "Ada")
    assert older_than(records, 1, date.today()) == []
    aged(records, {"P09": date(2020, 2, 29)})
    assert older_than(records, 1, date(2021, 2, 27)) == []
    assert older_than(records, 1, date(2021, 2, 28)) == []
    assert [one.last for one in older_than(records, 1, date(2021, 3, 1))] == [date(2020, 2, 29)]
    assert [one.code for one in older_than(records, 4, date(2024, 2, 29))] == ["P09"]


def test_use_is_told_by_week_and_drill_and_names_nobody(records):
    rows, monday = Sessions(records), date.today() - timedelta(days=7 + date.today().weekday())
    for number, (patient, weeks, minutes) in enumerate((("P01", 0, 6), ("P01", 0, 6), ("P02", 0, 3), ("P02", 2, 9)), 1):
        begun = new(number, patient, datetime.fromtimestamp(ns(monday - timedelta(weeks=weeks), 0.5) // NS_PER_S))
        rows.begin(begun)
        rows.end(begun.name, SessionEnd("done", "completed", begun.started_ns + minutes * 60 * NS_PER_S, None))
        done = result(vibration_s=30.0)
        done["exercised"] = {"1": {"paused_s": 120.0}}  # who pauses keeps the plate from others
        rows.store_results(begun.name, done)
    week, before = monday, monday - timedelta(weeks=2)
    assert use_of(records, 12) == [
        UseLine(week, "quiet-stance", 3, 2, 0.25, 90.0),
        UseLine(before, "quiet-stance", 1, 1, 0.15, 30.0),
    ]
    assert [line.week for line in use_of(records, 2)] == [week]
    assert "P0" not in str(use_of(records, 12))
