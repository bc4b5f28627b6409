"""A release tries itself: this one comes up; with settings or records that it cannot use it says so."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from station.faults import StationError
from station.recording.layout import records_path
from station.records.file import open_records
from station.records.models import SCHEMA_VERSION
from station.settings import Settings
from station.updating import tryout
from station.updating.tryout import try_out

PROGRAM = [sys.executable, "-m", "station"]


@pytest.mark.timeout(300)
def test_this_release_comes_up_and_ends_as_it_should(tmp_path) -> None:
    open_records(records_path(tmp_path)).close()
    try_out(Settings(), tmp_path, PROGRAM)
    assert len(list(tmp_path.rglob("*.mcap"))) == 1, "the drill"


def test_records_of_a_newer_program_are_refused(tmp_path) -> None:
    import sqlite3
    from contextlib import closing

    open_records(records_path(tmp_path)).close()
    with closing(sqlite3.connect(records_path(tmp_path))) as database:
        database.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    with pytest.raises(StationError, match="records-newer"):
        try_out(Settings(), tmp_path, PROGRAM)


def test_a_drill_that_does_not_end_well_is_said(tmp_path, monkeypatch) -> None:
    """A prescription that no drill allows, in the place of a program that is broken."""
    monkeypatch.setattr(tryout, "DRILL", ("quiet-stance", "--leg", "both", "--hold-s", "9000"))
    with pytest.raises(StationError, match="tryout-failed drill: tryout-ended") as failed:
        try_out(Settings(), tmp_path, PROGRAM)
    assert "limit-exceeded" in str(failed.value) or "9000" in str(failed.value)


def test_a_station_that_does_not_come_up_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tryout, "_drill", lambda command: Path(command[-2]).write_text("[web]\nprot = 1\n"))
    with pytest.raises(StationError, match="tryout-failed healthz") as failed:
        try_out(Settings(), tmp_path, PROGRAM)
    assert "prot" in str(failed.value)
