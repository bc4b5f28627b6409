"""Identity: UUID, station and time of change on every row; patients apart from their codes; visits above sessions.

The lines of the audit log are copied as they stand, one more says what was done. Spellings of one code that differ in
capitals alone become one patient. Sessions of one patient and local day become one visit.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from station.clock import local_midnight_ns
from station.records.ids import derived, uuid7, uuid_of

revision = "0002"
down_revision = "0001"

_OLD = ("patient", "session", "trial", "dose", "audit")
_OLD_INDEXES = ("ix_session_state", "session_by_patient", "ix_session_started_ns")


def upgrade() -> None:
    """The old tables step aside, are copied into the new ones, and go."""
    database: Any = op.get_bind().connection.driver_connection
    for index in _OLD_INDEXES:
        op.drop_index(index)
    for table in _OLD:
        op.rename_table(table, f"old_{table}")
    _make_tables()
    for name, function in (("uuid_of", uuid_of), ("derived", derived), ("midnight_ns", local_midnight_ns)):
        database.create_function(name, -1, function, deterministic=True)
    station, now_ns = uuid7(), time.time_ns()
    for statement in _COPY:
        database.execute(statement, {"station": station, "now_ns": now_ns})
    _note(database, station, now_ns)
    for table in ("dose", "trial", "session", "patient", "audit"):
        op.drop_table(f"old_{table}")
    op.execute("DROP TABLE person")
    op.execute("DROP TABLE stay")


def _make_tables() -> None:
    op.create_table(
        "station",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("made_ns", sa.BigInteger(), nullable=False),
    )
    _table(
        "patient",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(), unique=True),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer()),
        sa.Column("replaced_by", sa.String(36)),
    )
    _table(
        "visit",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("opened_ns", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("closed_ns", sa.BigInteger()),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    )
    op.create_index("visit_by_patient", "visit", ["patient_id", "opened_ns"])
    _table(
        "session",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("patient_id", sa.String(36), sa.ForeignKey("patient.id"), nullable=False),
        sa.Column("visit_id", sa.String(36), sa.ForeignKey("visit.id"), nullable=False),
        sa.Column("drill", sa.String(), nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("prescription", sa.JSON(), nullable=False),
        sa.Column("started_ns", sa.BigInteger(), nullable=False),
        sa.Column("ended_ns", sa.BigInteger()),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("ring_epoch", sa.BigInteger(), nullable=False),
        sa.Column("ring_session", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("recording", sa.String(), nullable=False),
        sa.Column("sha256", sa.String()),
        sa.Column("pipeline", sa.String()),
        sa.UniqueConstraint("ring_epoch", "ring_session"),
    )
    op.create_index("session_by_patient", "session", ["patient_id", "started_ns"])
    for column in ("visit_id", "started_ns", "state"):
        op.create_index(f"ix_session_{column}", "session", [column])
    _table(
        "trial",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("session.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("hold_s", sa.Double(), nullable=False),
        sa.Column("pipeline", sa.String(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("baseline_measures", sa.JSON()),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("vibration", sa.JSON(), nullable=False),
        sa.UniqueConstraint("session_id", "number"),
    )
    _table(
        "dose",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.String(36), sa.ForeignKey("session.id"), nullable=False, unique=True),
        sa.Column("vibration_s", sa.Double(), nullable=False),
        sa.Column("e2_m2_s3", sa.Double(), nullable=False),
        sa.Column("e4_m4_s7", sa.Double(), nullable=False),
        sa.Column("peak_acceleration_g", sa.Double(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
    )
    _table(
        "audit",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("at_ns", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
    )


def _table(name: str, *columns: Any) -> None:  # noqa: ANN401  # columns and constraints
    """A table whose rows may leave the station."""
    station_id = sa.Column("station_id", sa.String(36), nullable=False)
    op.create_table(name, *columns, station_id, sa.Column("changed_ns", sa.BigInteger(), nullable=False))


_COPY = (
    "INSERT INTO station (id, made_ns) VALUES (:station, :now_ns)",
    # Who had which code: the first session of each is what their UUIDs are derived from, as it is of new ones.
    """CREATE TEMP TABLE person AS
    SELECT upper(p.code) AS code, min(s.started_ns) AS first_ns, max(p.initials) AS initials,
        max(p.birth_year) AS birth_year, NULL AS id
    FROM old_patient p LEFT JOIN old_session s ON s.patient_code = p.code GROUP BY upper(p.code)""",
    """UPDATE person SET id = derived(coalesce(first_ns, :now_ns), coalesce((SELECT uuid_of(s.id) FROM old_session s
        WHERE upper(s.patient_code) = person.code ORDER BY s.started_ns, s.id LIMIT 1), person.code) || '/patient')""",
    """INSERT INTO patient (id, code, initials, birth_year, station_id, changed_ns)
    SELECT id, code, initials, birth_year, :station, :now_ns FROM person""",
    """CREATE TEMP TABLE stay AS
    SELECT p.id AS patient_id, midnight_ns(s.started_ns) AS day_ns, min(s.started_ns) AS opened_ns,
        max(coalesce(s.ended_ns, s.started_ns)) AS closed_ns, min(s.id) AS first, NULL AS id
    FROM old_session s JOIN person p ON p.code = upper(s.patient_code) GROUP BY p.id, midnight_ns(s.started_ns)""",
    "UPDATE stay SET id = derived(opened_ns, uuid_of(first) || '/visit')",
    """INSERT INTO visit (id, patient_id, opened_ns, opened_by, closed_ns, closed_by, state, station_id, changed_ns)
    SELECT id, patient_id, opened_ns, '', closed_ns, '', 'left', :station, :now_ns FROM stay""",
    """INSERT INTO session (id, name, patient_id, visit_id, drill, leg, prescription, started_ns, ended_ns, boot_id,
        ring_epoch, ring_session, state, outcome, recording, sha256, pipeline, station_id, changed_ns)
    SELECT uuid_of(s.id), s.id, p.id, v.id, drill, leg, prescription, started_ns, ended_ns, boot_id,
        ring_epoch, ring_session, state, outcome, recording, sha256, pipeline, :station, :now_ns
    FROM old_session s JOIN person p ON p.code = upper(s.patient_code)
        JOIN stay v ON v.patient_id = p.id AND v.day_ns = midnight_ns(s.started_ns)""",
    """INSERT INTO trial (id, session_id, number, outcome, hold_s, pipeline, measures, baseline_measures, reasons,
        vibration, station_id, changed_ns)
    SELECT derived(s.started_ns, uuid_of(s.id) || '/trial/' || t.number), uuid_of(s.id), number, t.outcome, hold_s,
        t.pipeline, measures, baseline_measures, reasons, vibration, :station, :now_ns
    FROM old_trial t JOIN old_session s ON s.id = t.session_id""",
    """INSERT INTO dose (id, session_id, vibration_s, e2_m2_s3, e4_m4_s7, peak_acceleration_g, source, station_id,
        changed_ns)
    SELECT derived(s.started_ns, uuid_of(s.id) || '/dose'), uuid_of(s.id), vibration_s, e2_m2_s3, e4_m4_s7,
        peak_acceleration_g, source, :station, :now_ns
    FROM old_dose d JOIN old_session s ON s.id = d.session_id""",
    """INSERT INTO audit (number, id, at_ns, who, what, detail, sha256, station_id, changed_ns)
    SELECT number, derived(at_ns, sha256), at_ns, who, what, detail, sha256, :station, at_ns
    FROM old_audit ORDER BY number""",
)


def _note(database: sqlite3.Connection, station: str, now_ns: int) -> None:
    """The line of the audit log that says what was done, and which spellings of a code are one patient now."""
    spellings: dict[str, list[str]] = {}
    for (code,) in database.execute("SELECT code FROM old_patient ORDER BY code"):
        spellings.setdefault(code.upper(), []).append(code)
    merged = {code: found for code, found in spellings.items() if found != [code]}
    detail = {"from_version": 1, "to_version": 2, "spellings": merged, "ring_epoch": 0, "event": -1}
    last = database.execute("SELECT number, sha256 FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    number, before = (last[0] + 1, last[1]) if last else (1, "0" * 64)
    line = [number, now_ns, "station", "records-migrated", detail]
    text = json.dumps(line, sort_keys=True, separators=(",", ":"))
    sha256 = hashlib.sha256((before + text).encode()).hexdigest()
    database.execute(
        "INSERT INTO audit (number, at_ns, who, what, detail, sha256, id, station_id, changed_ns)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*line[:4], json.dumps(detail), sha256, derived(now_ns, sha256), station, now_ns),
    )
