"""The audit log: each start, stop, trip and acknowledgement once, through restarts; and `station audit`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from station.cli import main
from station.faults import StorageError
from station.processes.recorder import Recorder
from station.recording.layout import records_path
from station.records.audit import AuditLog
from station.records.file import open_records
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent


@pytest.fixture
def tell(tmp_path: Path, make_event: MakeEvent, session_started: MakeEvent) -> Callable[..., None]:
    """Control's rings in `tmp_path/run`; call it to tell an event."""
    (tmp_path / "run").mkdir()
    RingWriter(tmp_path / "run" / "samples", SAMPLE_BYTES, 64)
    events = RingWriter(tmp_path / "run" / "events", 16_384, 64)

    def tell(kind: str, seq: int = 0, session: int = 0, **data: object) -> None:
        event = session_started(session, seq) if kind == "session-started" else make_event(kind, seq, session)
        events.write(json.dumps({**event, **data}).encode())

    return tell


@pytest.fixture
def step(tmp_path: Path) -> Callable[[], Recorder]:
    """One poll of a recorder that begins again each time, as after a kill."""

    def step() -> Recorder:
        recorder = Recorder(tmp_path / "run", tmp_path / "data", session_s=1.0, now_ns=lambda: 10**12)
        recorder.step()
        recorder.clerk.work()
        return recorder

    return step


def lines(tmp_path) -> list[tuple[str, str, dict]]:
    log = AuditLog(open_records(records_path(tmp_path / "data"), read_only=True))
    assert log.first_broken() is None
    return [(line["who"], line["what"], line["detail"]) for line in log.newest(99)]


def test_each_action_is_logged_once_however_often_the_recorder_starts(tmp_path, tell, step):
    tell("session-started", 1, 1, by="ab12cd")
    tell("phase", 2, 1, phase="settle")
    tell("trip", 3, 1, code="load-loss", where="")
    step()
    tell("acknowledged", 4, by="ab12cd", code="load-loss")
    step()
    tell("stop", 5, by="ef34")
    step()
    step()
    logged = lines(tmp_path)
    assert [(who, what) for who, what, _ in logged] == [
        ("ab12cd", "session-started"),
        ("station", "trip"),
        ("ab12cd", "acknowledged"),
        ("ef34", "stop"),
    ]
    assert logged[0][2]["patient"] == "P-7"
    assert logged[0][2]["prescription"]["frequency_hz"] == 20.0
    assert logged[1][2]["code"] == "load-loss"
    assert logged[3][2]["session"] == 0


def test_a_line_that_could_not_be_written_is_written_later(tmp_path, tell, step, monkeypatch):
    recorder = step()
    tell("stop", 1, by="one")
    tell("stop", 2, by="two")
    with monkeypatch.context() as full:
        full.setattr("station.records.audit.append", _refuse)
        recorder.step()
        recorder.clerk.work()
    assert (recorder.fault, recorder.clerk.fault) == ("", "disk-full")
    recorder.clerk.work()
    assert [who for who, _, _ in lines(tmp_path)] == ["one", "two"]


def _refuse(*arguments: object) -> str:
    raise StorageError("disk-full", "records.sqlite", "no room")


def test_the_command_prints_the_log_and_says_where_it_was_changed(tmp_path, tell, step):
    runner, asked = CliRunner(), ["audit", "--data", str(tmp_path / "data")]
    assert "Nothing has been logged yet" in runner.invoke(main, asked).output
    tell("session-started", 1, 1, by="ab12cd")
    tell("stop", 2, 1, by="ef34")
    step()
    whole = runner.invoke(main, asked)
    assert whole.exit_code == 0
    assert "ab12cd    session-started   session 1, patient P-7" in whole.output
    assert "The log is whole" in whole.output
    database = sqlite3.connect(records_path(tmp_path / "data"))
    database.execute("UPDATE audit SET who = 'nobody' WHERE number = 2")
    database.commit()
    database.close()
    changed = runner.invoke(main, [*asked, "--json"])
    assert changed.exit_code == 4
    assert json.loads(changed.output)["broken_at"] == 2
