"""The file of the program at b6890f1, brought up to date: every row is there, the audit log byte for byte, a copy is
kept, and whatever cuts it off leaves the old file or the new one.
"""

import hashlib
import resource
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from station.faults import StorageError
from station.records.audit import AuditLog
from station.records.dose import Doses
from station.records.file import open_records
from station.records.ids import uuid_of
from station.records.migrate import keep_copy, migrate
from station.records.models import SCHEMA_VERSION, Base
from station.records.patients import Patients
from station.records.sessions import Sessions
from station.records.visits import Visits

AUDIT = "SELECT number, at_ns, who, what, CAST(detail AS BLOB), sha256 FROM audit WHERE number <= 15 ORDER BY number"


def rows(path: Path, asked: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(path)
    try:
        return database.execute(asked).fetchall()
    finally:
        database.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copies(path: Path) -> list[Path]:
    return sorted(path.parent.glob("records-v*"))


def test_every_session_trial_and_dose_is_there(old):
    before = {
        "session": rows(
            old,
            "SELECT id, drill, leg, CAST(prescription AS BLOB), started_ns, ended_ns, boot_id, ring_epoch,"
            " ring_session, state, outcome, recording, sha256, pipeline, upper(patient_code) FROM session ORDER BY id",
        ),
        "trial": rows(
            old,
            "SELECT session_id, number, outcome, hold_s, pipeline, CAST(measures AS BLOB),"
            " CAST(baseline_measures AS BLOB), CAST(reasons AS BLOB), CAST(vibration AS BLOB) FROM trial ORDER BY 1, 2",
        ),
        "dose": rows(
            old,
            "SELECT session_id, vibration_s, e2_m2_s3, e4_m4_s7, peak_acceleration_g, source FROM dose ORDER BY 1",
        ),
    }
    assert (len(before["session"]), len(before["trial"]), len(before["dose"])) == (8, 3, 3)
    migrate(old)
    join = "JOIN session s ON s.id = session_id"
    assert before == {
        "session": rows(
            old,
            "SELECT name, drill, leg, CAST(prescription AS BLOB), started_ns, ended_ns, boot_id, ring_epoch,"
            " ring_session, state, outcome, recording, sha256, pipeline, p.code"
            " FROM session s JOIN patient p ON p.id = s.patient_id ORDER BY name",
        ),
        "trial": rows(
            old,
            "SELECT s.name, number, t.outcome, hold_s, t.pipeline, CAST(measures AS BLOB),"
            " CAST(baseline_measures AS BLOB), CAST(reasons AS BLOB), CAST(vibration AS BLOB)"
            f" FROM trial t {join} ORDER BY 1, 2",
        ),
        "dose": rows(
            old,
            "SELECT s.name, vibration_s, e2_m2_s3, e4_m4_s7, peak_acceleration_g, source"
            f" FROM dose d {join} ORDER BY 1",
        ),
    }


def test_each_trial_is_on_the_leg_of_its_session(old):
    legs = dict(rows(old, "SELECT id, leg FROM session"))
    migrate(old)
    found = rows(old, "SELECT s.name, t.leg FROM trial t JOIN session s ON s.id = t.session_id")
    assert len(found) == 3
    assert found == [(name, legs[name]) for name, _ in found]


def test_the_audit_log_is_the_same_to_the_byte_and_says_what_was_done(old):
    before = rows(old, AUDIT)
    assert len(before) == 15
    migrate(old)
    assert rows(old, AUDIT) == before
    log = AuditLog(open_records(old, read_only=True))
    assert log.first_broken() is None
    (line,) = log.newest(1)
    assert (line["number"], line["who"], line["what"]) == (16, "station", "records-migrated")
    assert line["detail"]["spellings"] == {"B.7_A": ["B.7_a"], "P-7": ["P-7", "p-7"]}
    log = AuditLog(open_records(old))
    log.add(7, "ab12", "stop")
    assert log.first_broken() is None


def test_sessions_are_found_by_their_old_names_and_their_uuids(old):
    records = open_records(old)
    sessions = Sessions(records)
    for (name,) in rows(old, "SELECT name FROM session"):
        detail = sessions.detail(name)
        assert detail is not None
        assert (detail["id"], detail["uuid"]) == (name, uuid_of(name))
        assert sessions.detail(detail["uuid"]) == detail


def test_two_spellings_are_one_patient_with_one_visit_a_day(old):
    records = open_records(old)
    sessions = Sessions(records).newest("p-7")
    assert [row["ring_session"] for row in sessions] == [4, 3, 2, 1]
    assert {row["patient"] for row in sessions} == {"P-7"}
    assert [row["visit"] for row in sessions[:2]] == [sessions[0]["visit"]] * 2
    visits = Visits(records).newest("P-7")
    assert [visit["id"] for visit in visits] == [sessions[0]["visit"], sessions[3]["visit"]]
    assert (visits[1]["opened_ns"], visits[1]["closed_ns"]) == (sessions[3]["started_ns"], sessions[2]["ended_ns"])
    assert {visit["state"] for visit in visits} == {"left"}
    assert Patients(records).find("P-7") is not None
    today = Doses(records).today("P-7", sessions[1]["started_ns"])
    assert today["vibration_s"] == rows(old, "SELECT vibration_s FROM dose LIMIT 1")[0][0]


def test_the_tables_are_those_that_a_new_file_has(old, tmp_path):
    records = open_records(old)
    with records._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    new = open_records(tmp_path / "records.sqlite").path
    listed = "SELECT type, tbl_name, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_auto%' ORDER BY 1, 2, 3"
    each_column = "sqlite_master m, pragma_table_info(m.name) c"
    columns = f"SELECT m.name, c.name, c.type, c.'notnull', c.pk FROM {each_column} ORDER BY 1, 2"
    for asked in (listed, columns, "PRAGMA user_version", "SELECT * FROM alembic_version"):
        assert rows(old, asked) == rows(new, asked)


def test_the_newest_step_leads_to_this_programs_version():
    config = Config()
    config.set_main_option("script_location", "station.records:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == f"{SCHEMA_VERSION:04d}"


def test_a_copy_of_the_old_file_is_kept_and_named_by_its_version(old):
    before = rows(old, "SELECT * FROM session ORDER BY id")
    assert migrate(old) == copies(old)[0]
    (copy,) = copies(old)
    assert copy.name.startswith("records-v1-2")
    assert rows(copy, "SELECT * FROM session ORDER BY id") == before
    assert rows(copy, "PRAGMA user_version") == [(1,)]
    assert rows(copy, "PRAGMA integrity_check") == [("ok",)]
    assert migrate(old) is None  # done already
    assert copies(old) == [copy]


def test_a_reader_refuses_an_old_file_by_name_and_leaves_it_as_it_is(old):
    before = digest(old)
    with pytest.raises(StorageError) as caught:
        open_records(old, read_only=True)
    assert caught.value.code == "records-older"
    assert digest(old) == before
    assert copies(old) == []
    open_records(old).close()
    assert len(Sessions(open_records(old, read_only=True)).newest()) == 8


def test_the_command_reads_an_old_file_no_more_than_it_may(old):
    ran = subprocess.run(
        [sys.executable, "-m", "station", "audit", "--data", str(old.parent)],
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert ran.returncode == 4
    assert "station run" in ran.stderr
    assert rows(old, "PRAGMA user_version") == [(1,)]


def test_the_old_programs_own_check_refuses_the_new_file(old):
    """What b6890f1 asked of a file before it touched it: `user_version` greater than 1 is "records-newer" there."""
    migrate(old)
    assert rows(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert SCHEMA_VERSION > 1


def test_two_processes_at_once_migrate_once(old):
    command = [sys.executable, "-m", "station.records.migrate", str(old)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.wait(250) for process in both] == [0, 0]
    for process in both:
        assert process.stdout is not None
        process.stdout.close()
    assert len(copies(old)) == 1
    assert rows(old, "SELECT count(*) FROM audit WHERE what = 'records-migrated'") == [(1,)]


KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
import station.records.migrate as migrate
import station.records.migrations.versions.v0002_identity as step

at, path = sys.argv[1], Path(sys.argv[2])
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "copy":
    migrate._sync = die
elif at == "begun":
    migrate._lead = die
elif at == "before the commit":
    lead = migrate._lead
    migrate._lead = lambda *given: (lead(*given), die())
else:
    count = [int(at)]
    def trace(statement):
        count[0] -= 1
        if count[0] == 0:
            die()
    connect = sqlite3.connect
    def traced(*given, **options):
        made = connect(*given, **options)
        made.set_trace_callback(trace)
        return made
    sqlite3.connect = traced
migrate.migrate(path)
"""


@pytest.mark.parametrize("at", ["copy", "begun", "15", "30", "45", "before the commit"])
def test_a_process_that_is_killed_leaves_the_old_file_and_the_next_one_migrates(old, at):
    before = rows(old, AUDIT)
    ran = subprocess.run([sys.executable, "-c", KILLED, at, str(old)], timeout=250)
    assert ran.returncode == -9
    assert rows(old, "PRAGMA user_version") == [(1,)]
    assert rows(old, "PRAGMA integrity_check") == [("ok",)]
    assert rows(old, AUDIT) == before
    assert len(rows(old, "SELECT id FROM session")) == 8
    records = open_records(old)
    assert len(Sessions(records).newest()) == 8
    assert rows(old, AUDIT) == before
    assert AuditLog(records).first_broken() is None
    assert [path.suffix for path in copies(old)].count(".part") == 0


def test_without_room_for_the_copy_nothing_is_migrated_and_the_fault_says_so(old):
    before = rows(old, AUDIT)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limit[1]))
    try:
        with pytest.raises(StorageError) as caught:
            keep_copy(old, 1)
        with pytest.raises(StorageError) as opened:
            open_records(old)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert caught.value.code == opened.value.code == "disk-full"
    assert opened.value.problems[0].reason in ("not-migrated", "no-copy-kept")
    assert rows(old, "PRAGMA user_version") == [(1,)]
    assert rows(old, AUDIT) == before
    assert copies(old) == []
    assert len(Sessions(open_records(old)).newest()) == 8


def test_alembic_is_in_the_process_that_ends_and_in_no_other():
    program = (
        "import sys, station.records.sessions, station.records.patients, station.records.visits, station.records.dose,"
        " station.processes.recorder; print('alembic' in sys.modules, 'mako' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=250)
    assert ran.stdout == "False False\n"


def test_the_steps_are_in_the_wheel(project, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=250)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    steps = {path.name for path in (project / "station/records/migrations/versions").glob("v*.py")}
    assert {f"station/records/migrations/versions/{name}" for name in steps} <= set(names)
    assert "station/records/migrations/env.py" in names
    assert len(steps) == SCHEMA_VERSION
