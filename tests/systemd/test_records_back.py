"""This station's own records, as the release before can read them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import Records, open_records
from station.records.models import SCHEMA_VERSION
from station.records.patients import Patients
from station.records.visits import Visits
from station_install.records_back import READY, carry, copied, make_ready, put_in_place, schema_of, version_of
from station_install.root import StepError

LATER = (
    "ALTER TABLE visit ADD COLUMN weather VARCHAR NOT NULL DEFAULT ''",
    "CREATE TABLE moods (id VARCHAR NOT NULL PRIMARY KEY, mood VARCHAR NOT NULL)",
    "INSERT INTO moods VALUES ('1', 'glad')",
    "UPDATE alembic_version SET version_num='0099'",
    "PRAGMA user_version=99",
)
"""What a step of a later release may do to the records."""


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Of a clinic that has worked with them."""
    records = open_records(records_path(tmp_path))
    _work(records, "P01")
    return records


def _work(records: Records, code: str) -> None:
    visits = Visits(records)
    visits.close(visits.open(code, "AB"), "AB")


def _later(path: Path, statements: tuple[str, ...] = LATER) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def _whole(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        return {table: sorted(database.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}


def test_visits_made_since_are_read_by_the_release_before(records: Records, tmp_path: Path) -> None:
    left = schema_of(records.path)
    _later(records.path)
    with closing(sqlite3.connect(records.path, isolation_level=None)) as database:
        database.execute("UPDATE visit SET weather='rain'")
    target = tmp_path / "carried.sqlite"
    carried = carry(records.path, left, target)
    assert carried.left == {"moods": 1}
    earlier = open_records(target)
    assert [visit["patient"] for visit in Visits(earlier).today()] == ["P01"]
    assert AuditLog(earlier).first_broken() is None, "line by line, so that the chain holds"
    _work(earlier, "P02")
    assert sorted(Patients(earlier).all_codes()) == ["P01", "P02"]
    assert earlier.station_id == records.station_id
    assert version_of(target) == SCHEMA_VERSION


def test_records_of_the_same_tables_are_carried_to_the_last_bit(records: Records, tmp_path: Path) -> None:
    carry(records.path, schema_of(records.path), tmp_path / "carried.sqlite")
    assert _whole(tmp_path / "carried.sqlite") == _whole(records.path)
    assert schema_of(tmp_path / "carried.sqlite") == schema_of(records.path)


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("DROP TABLE incident", "no table incident any more"),
        ("ALTER TABLE visit RENAME COLUMN opened_ns TO begun_ns", "no visit.opened_ns any more"),
        ("PRAGMA foreign_keys=OFF; DELETE FROM patient", "lead to none"),
    ],
)
def test_what_cannot_be_carried_leaves_nothing(records: Records, tmp_path: Path, step: str, why: str) -> None:
    left = schema_of(records.path)
    _later(records.path, tuple(step.split("; ")))
    target = tmp_path / "carried.sqlite"
    with pytest.raises(StepError, match=why):
        carry(records.path, left, target)
    assert not target.exists()


def test_records_are_put_in_place_also_after_a_cut(records: Records, tmp_path: Path) -> None:
    """With a log of the ones before beside them: it must never be read into the new ones."""
    copied(records.path, tmp_path / "copy.sqlite")
    reader = sqlite3.connect(records.path)  # holds the log open, as a process that was killed leaves it
    reader.execute("SELECT * FROM visit").fetchall()
    _work(records, "P02")
    assert records.path.with_name("records.sqlite-wal").stat().st_size > 0
    make_ready(tmp_path / "copy.sqlite", tmp_path)
    records.path.with_name("records.sqlite-wal").rename(tmp_path / "aside.sqlite-wal")  # and here it was cut off
    assert put_in_place(tmp_path, "aside.sqlite")
    reader.close()
    assert [visit["patient"] for visit in Visits(open_records(records.path)).today()] == ["P01"]
    assert [visit["patient"] for visit in Visits(open_records(tmp_path / "aside.sqlite")).today()] == ["P01", "P02"]
    assert not put_in_place(tmp_path, "aside.sqlite")
    assert not (tmp_path / READY).exists()


def test_damaged_records_are_not_copied(records: Records, tmp_path: Path) -> None:
    records.path.write_bytes(records.path.read_bytes()[: 5 * 4096])
    with pytest.raises(StepError, match=r"cannot be copied|is damaged"):
        copied(records.path, tmp_path / "copy.sqlite")
