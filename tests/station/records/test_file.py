"""The records' file: durable, made once, refused when newer, read without being written, and never waited for long."""

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from station.faults import StorageError
from station.records.audit import AuditLog
from station.records.dose import Doses
from station.records.file import open_records, storage_fault
from station.records.models import SCHEMA_VERSION
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.visits import Visits
from tests.station.records.made import NOON, new, ns, result


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_commit_is_for_good(records):
    with records._engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_readers_cannot_write_and_need_no_file(tmp_path):
    path = tmp_path / "later.sqlite"
    early = open_records(path, read_only=True)
    assert Sessions(early).newest() == []
    assert Sessions(early).detail("x") is None
    assert Doses(early).today("P-7", ns(NOON)) == {}
    assert AuditLog(early).newest(5) == []
    assert Visits(early).newest("P-7") == []
    assert Patients(early).find("P-7") is None
    Sessions(open_records(path)).begin(new())
    assert len(Sessions(early).newest()) == 1
    with pytest.raises(StorageError, match="readonly"):
        AuditLog(early).add(1, "web", "tried")


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99])
def test_records_of_a_newer_program_are_refused_and_left_untouched(records, version):
    """The next version, or a much later one: by its number, and not a byte of the file is changed."""
    records.close()
    database = sqlite3.connect(records.path)
    database.execute(f"PRAGMA user_version = {version}")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    before = digest(records.path)
    for read_only in (False, True):
        with pytest.raises(StorageError, match=f"records-version found={version} ") as caught:
            open_records(records.path, read_only=read_only)
        assert caught.value.code == "records-newer"
    assert digest(records.path) == before
    assert [path.name for path in records.path.parent.glob("records-*")] == []


def test_other_files_and_folders_are_refused(tmp_path):
    (tmp_path / "noise.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError) as caught:
        open_records(tmp_path / "noise.sqlite")
    assert caught.value.code == "records-unreadable"
    with pytest.raises(StorageError) as caught:
        open_records(tmp_path / "noise.sqlite" / "records.sqlite")
    assert caught.value.code == "data-folder"


def test_a_folder_name_with_odd_characters(tmp_path):
    folder = tmp_path / "a?b#c 100%25"
    folder.mkdir()
    Sessions(open_records(folder / "records.sqlite")).begin(new())
    assert [file.name for file in folder.iterdir() if file.suffix == ".sqlite"] == ["records.sqlite"]
    assert len(Sessions(open_records(folder / "records.sqlite", read_only=True)).newest()) == 1


def test_the_stations_id_is_made_once_and_is_in_every_row(records):
    sessions = Sessions(records)
    sessions.begin(new())
    sessions.store_results(new().name, result())
    AuditLog(records).add(5, "ab", "stop")
    again = open_records(records.path, read_only=True)
    assert again.station_id == records.station_id
    database = sqlite3.connect(records.path)
    for table in ("patient", "visit", "session", "trial", "dose", "audit"):
        rows = database.execute(f"SELECT DISTINCT station_id FROM {table}").fetchall()
        assert rows == [(records.station_id,)], table
    database.close()


def test_a_row_says_when_it_was_changed_last(tmp_path):
    moment = [10]
    records = open_records(tmp_path / "records.sqlite", now_ns=lambda: moment[0])
    sessions = Sessions(records)

    def changed(table: str) -> list[int]:
        with records.reading() as transaction:
            return [row[0] for row in transaction.connection().exec_driver_sql(f"SELECT changed_ns FROM {table}")]

    sessions.begin(new())
    moment[0] = 20
    sessions.store_results(new().name, result())
    assert (changed("patient"), changed("session"), changed("trial"), changed("dose")) == ([10], [20], [20], [20])
    moment[0] = 30
    sessions.store_results(new().name, result(vibration_s=31.0))
    assert (changed("patient"), changed("dose")) == ([10], [30])


def test_rows_that_are_made_again_keep_their_identity(records):
    sessions = Sessions(records)
    sessions.begin(new())

    def ids() -> list[tuple[str]]:
        with records.reading() as transaction:
            asked = "SELECT id FROM trial UNION ALL SELECT id FROM dose"
            return [tuple(row) for row in transaction.connection().exec_driver_sql(asked)]

    sessions.store_results(new().name, result())
    first = ids()
    sessions.store_results(new().name, result(vibration_s=31.0))
    assert ids() == first
    assert len(first) == 2


def test_a_write_that_another_holds_up_is_refused_within_its_time_and_a_read_is_not(records):
    other = sqlite3.connect(records.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    busy = open_records(records.path, busy_ms=50)
    with pytest.raises(StorageError) as caught:
        AuditLog(busy).add(1, "web", "tried")
    assert caught.value.code == "records-busy"
    assert Sessions(busy).newest() == []
    other.execute("COMMIT")
    other.close()
    AuditLog(busy).add(1, "web", "tried")


def test_a_writer_that_read_before_another_wrote_still_writes(records):
    """A transaction that began as a reader would be refused at once here."""
    with records.writing() as transaction:
        assert transaction.connection().exec_driver_sql("SELECT count(*) FROM audit").scalar() == 0
        locked = open_records(records.path, busy_ms=20)
        with pytest.raises(StorageError):
            AuditLog(locked).add(1, "other", "tried")
    assert AuditLog(records).newest(9) == []


def test_two_processes_that_make_the_file_make_it_once(tmp_path):
    path = tmp_path / "records.sqlite"
    program = "import sys; from pathlib import Path; from station.records.file import open_records\n"
    program += "print(open_records(Path(sys.argv[1])).station_id)"
    command = [sys.executable, "-c", program, str(path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate(timeout=250)[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert said == {f"{open_records(path).station_id}\n"}


@pytest.mark.parametrize("said", ["disk I/O error", "unable to open database file"])
def test_what_a_full_disk_makes_sqlite_say_is_called_a_full_disk(tmp_path, said):
    problem = sqlite3.OperationalError(said)
    assert storage_fault(problem, Path("/proc/records.sqlite")).code == "disk-full"  # of a place without a free block
    assert storage_fault(problem, tmp_path / "records.sqlite").code == "data-folder"
    assert storage_fault(problem, tmp_path / "nowhere" / "records.sqlite").code == "data-folder"


def test_who_comes_first_leaves_files_that_the_others_may_write(tmp_path):
    """Under systemd pages and recorder are two users of one group. Pages that come first after a cut make SQLite's
    files beside the records: with the mode of a file that its owner alone may write, the recorder could write nothing.
    """
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o2770)
    path = folder / "records.sqlite"
    open_records(path)
    assert path.stat().st_mode & 0o777 == 0o660
    beside = path.with_name("records.sqlite-shm")
    beside.unlink(missing_ok=True)  # a cut, and nobody has it open
    with open_records(path, read_only=True).reading() as transaction:
        assert transaction is not None
        modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert modes["records.sqlite-shm"] == 0o660, modes


def test_in_a_folder_of_ones_own_the_file_stays_ones_own(tmp_path):
    tmp_path.chmod(0o700)
    path = tmp_path / "records.sqlite"
    open_records(path)
    assert not path.stat().st_mode & 0o020
