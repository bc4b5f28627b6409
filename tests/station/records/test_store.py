"""Sessions, doses and the audit log in a real SQLite file: durable, bounded to a day, chained, refused when newer."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from station.faults import StorageError
from station.records import Store, open_store
from station.records.ids import session_id
from station.records.store import NewSession

NOON = datetime(2026, 6, 15, 12, 0).astimezone()


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "records.sqlite")


def new(number: int = 1, patient: str = "P-7", at: datetime = NOON) -> NewSession:
    name = session_id(ns(at), 99, number)
    file = f"recordings/{name}.mcap"
    return NewSession(name, patient, "quiet-stance", "left", {"hold_s": 30.0}, ns(at), "boot", 99, number, file)


def result(vibration_s: float = 30.0, outcome: str = "held") -> dict:
    trial = {
        "trial": 1,
        "outcome": outcome,
        "hold_s": 30.0,
        "measures": {"path_length_mm": 900.0},
        "reasons": {},
        "baseline_measures": None,
        "vibration": {"asked_hz": 20.0},
    }
    dose = {
        "vibration_s": vibration_s,
        "a8_m_s2": 0.2,
        "vdv_m_s175": 3.0,
        "peak_acceleration_g": 0.8,
        "source": "estimated",
    }
    return {"pipeline": "station-1", "pipeline_version": 1, "trials": [trial], "dose": dose}


def test_a_session_from_start_to_results(store):
    row = new()
    store.begin_session(row)
    assert store.list_sessions()[0]["state"] == "recording"
    assert [found["id"] for found in store.unfinished_sessions()] == [row.id]
    store.end_session(row.id, "done", "completed", row.started_ns + 5, "ab" * 32)
    assert store.unfinished_sessions() == []
    assert [found["id"] for found in store.sessions_without_results()] == [row.id]
    store.store_results(row.id, result())
    store.store_results(row.id, result(vibration_s=31.0))  # made again: replaced, not doubled
    assert store.sessions_without_results() == []
    detail = store.session_detail(row.id)
    assert (detail["outcome"], detail["pipeline"], detail["sha256"]) == ("completed", "station-1/1", "ab" * 32)
    assert detail["trials"][0]["measures"] == {"path_length_mm": 900.0}
    assert (detail["trials_count"], detail["trials_held"]) == (1, 1)
    assert detail["dose"]["vibration_s"] == 31.0
    assert detail["dose"]["a8_m_s2"] == pytest.approx(0.2)
    assert detail["dose"]["vdv_m_s175"] == pytest.approx(3.0)
    assert store.session_of_ring(99, 1)["id"] == row.id
    assert store.session_of_ring(98, 1) is None


def test_lists_are_newest_first_and_by_patient(store):
    for number, patient in enumerate(["A", "B", "A", "A"], 1):
        store.begin_session(new(number, patient, NOON + timedelta(minutes=number)))
    assert [row["ring_session"] for row in store.list_sessions("A")] == [4, 3, 1]
    assert [row["ring_session"] for row in store.list_sessions(limit=2)] == [4, 3]
    assert store.session_detail("no such") is None


def test_the_day_counts_from_local_midnight_and_survives_a_clock_set_back(store):
    midnight = NOON.replace(hour=0)
    moments = [midnight - timedelta(seconds=1), midnight, NOON, NOON + timedelta(hours=30)]
    for number, moment in enumerate(moments, 1):
        store.begin_session(new(number, at=moment))
        store.store_results(new(number, at=moment).id, result(vibration_s=10.0**number))
    store.begin_session(new(9, "B"))
    store.store_results(new(9, "B").id, result(vibration_s=5.0))
    today = store.dose_today("P-7", ns(NOON))
    assert today["vibration_s"] == 100.0 + 1000.0 + 10000.0
    assert today["e2_m2_s3"] == pytest.approx(3 * 0.2**2 * 28_800.0)
    assert today["e4_m4_s7"] == pytest.approx(3 * 3.0**4)
    assert store.dose_today("p-7", ns(NOON)) == today  # recorded before codes were made capitals
    assert set(store.dose_today("nobody", ns(NOON)).values()) == {0.0}


def test_a_commit_is_for_good(store, tmp_path):
    with store._engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_readers_cannot_write_and_need_no_file(store, tmp_path):
    early = open_store(tmp_path / "later.sqlite", read_only=True)
    assert early.list_sessions() == []
    assert early.session_detail("x") is None
    assert early.dose_today("P-7", ns(NOON)) == {}
    open_store(tmp_path / "later.sqlite").begin_session(new())
    assert len(early.list_sessions()) == 1
    with pytest.raises(StorageError, match="readonly"):
        early.add_audit(1, "web", "tried")


def test_names_sort_by_time_and_repeat():
    first, second = session_id(ns(NOON), 5, 1), session_id(ns(NOON) + 1_000_000, 5, 1)
    assert first < second
    assert first == session_id(ns(NOON), 5, 1)
    assert first != session_id(ns(NOON), 5, 2)
    assert len(first) == 26


def test_audit_chain_shows_what_was_changed(store):
    for number in range(4):
        store.add_audit(number, "therapist", "started", {"patient": f"P-{number}"})
    assert store.audit_broken_at() is None
    database = sqlite3.connect(store.path)
    database.execute("UPDATE audit SET who = 'nobody' WHERE number = 3")
    database.commit()
    assert store.audit_broken_at() == 3
    database.execute("UPDATE audit SET who = 'therapist' WHERE number = 3")
    database.execute("DELETE FROM audit WHERE number = 2")
    database.commit()
    database.close()
    assert store.audit_broken_at() == 2


def test_records_of_a_newer_program_are_refused(store):
    database = sqlite3.connect(store.path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = store.path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(StorageError, match="99") as caught:
            open_store(store.path, read_only=read_only)
        assert caught.value.code == "records-newer"
    assert store.path.read_bytes() == before


def test_other_files_and_folders_are_refused(tmp_path):
    (tmp_path / "noise.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError) as caught:
        open_store(tmp_path / "noise.sqlite")
    assert caught.value.code == "records-unreadable"
    with pytest.raises(StorageError) as caught:
        open_store(tmp_path / "noise.sqlite" / "records.sqlite")
    assert caught.value.code == "data-folder"


def test_a_folder_name_with_odd_characters(tmp_path):
    folder = tmp_path / "a?b#c 100%25"
    folder.mkdir()
    open_store(folder / "records.sqlite").begin_session(new())
    assert [file.name for file in folder.iterdir() if file.suffix == ".sqlite"] == ["records.sqlite"]
    assert len(open_store(folder / "records.sqlite", read_only=True).list_sessions()) == 1
