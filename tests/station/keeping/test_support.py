"""The journal and the support file name nobody: no code, initials, note, goal or name of the records stands in them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from station.commissioning.journal import JournalLine, journal, read, telling_words, tells, without
from station.commissioning.support import HIDDEN, MEMBERS, make_support
from station.keeping.care import note_done
from station.records.audit import AuditLog
from station.records.file import Records
from station.records.models import SessionRow
from station.records.visits import Visits
from station.settings import Settings
from tests.station.keeping.conftest import SECRETS
from web_ui.api.logs import HOLDS

NOTE = "his daughter Friederike drives him home"
STAFF = "Ottokar Weiss"
CODES = ("P01", "P02")
OWN_DRILL = "for-frau-schmidt"
"""As a therapist called a drill."""


@pytest.fixture
def told(data: Path, records: Records) -> tuple[str, ...]:
    """All that must stand nowhere: of the patients, of their visits, and of who works here."""
    visit = Visits(records).take_up("P01", STAFF)
    Visits(records).note(visit, STAFF, NOTE)
    note_done(data, "bolts", STAFF, 1)
    AuditLog(records).add(1, STAFF, "dose-decided", {"patient": "P02", "reason": NOTE})
    (data / "calibrations" / "20260101-aa.json").write_text(json.dumps({"by": STAFF, "calibration": {"zero_v": [1.0]}}))
    with records.writing() as transaction:
        transaction.scalars(select(SessionRow)).first().drill = OWN_DRILL
    return (*SECRETS, *CODES, NOTE, STAFF, "Friederike", OWN_DRILL)


def journal_of(told: tuple[str, ...]) -> list[JournalLine]:
    """Lines of services of which half name somebody."""
    named = [
        JournalLine(2e3, "station-web", 3, f"limit-exceeded {one}: hold_s=300") for one in told if one != "Friederike"
    ]
    return [JournalLine(1e3, "station-control", 6, "control runs without SCHED_FIFO"), *named]


def test_nothing_in_the_file_names_anybody(data: Path, tmp_path: Path, told: tuple[str, ...]) -> None:
    settings = Settings.model_validate(
        {"station": {"data": data}, "backup": {"folder": f"/media/{STAFF}", "encrypted": False}}
    )
    out = tmp_path / "support.zip"
    held = make_support(out, data, tmp_path, settings, lambda: journal_of(told))
    assert tuple(one["name"] for one in held) == MEMBERS
    assert tuple(name.partition(".")[0] for name in MEMBERS) == HOLDS, "the page says each before it is made"
    with zipfile.ZipFile(out) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, text in texts.items():
        for secret in told:
            assert secret.lower() not in text.lower(), (name, secret)
    assert "control runs without SCHED_FIFO" in texts["journal.txt"]
    assert texts["journal.txt"].count("\n") == 1
    assert "dose-decided" in texts["audit.csv"]
    assert texts["sessions.csv"].count("finished") == 3
    assert '"zero_v"' in texts["plate.json"]
    assert f"/media/{HIDDEN}" in texts["settings.toml"]


def test_every_kind_of_word_is_known(data: Path, told: tuple[str, ...]) -> None:
    words = telling_words(data)
    assert {*SECRETS, *CODES, NOTE, STAFF} <= set(words)
    assert words == sorted(words, key=len, reverse=True)


def test_a_word_is_found_whole_and_a_short_one_as_it_is_written() -> None:
    pattern = tells(["P01", "HM", "Friederike"])
    assert pattern is not None
    assert [bool(pattern.search(text)) for text in ("at P01:", "P012", "HM", "hm", "friederike's", "xP01")] == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]
    assert tells([]) is None
    line = JournalLine(1.0, "station-web", 6, "hello")
    assert without([line], []) == [line]


def test_a_station_without_records_names_nobody(tmp_path: Path) -> None:
    assert telling_words(tmp_path) == []


def test_without_a_program_that_reads_the_journal_there_are_no_lines(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk without systemd: the support file is made all the same."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert journal() == []
    held = make_support(tmp_path / "support.zip", data, tmp_path, Settings(), journal)
    assert [one["bytes"] for one in held if one["name"] == "journal.txt"] == [0]


def test_lines_of_the_journal_are_read_as_systemd_writes_them() -> None:
    good = {"__REALTIME_TIMESTAMP": "1800000000000000", "MESSAGE": "hello", "PRIORITY": "4"}
    lines = [
        json.dumps({**good, "_SYSTEMD_UNIT": "station-web.service"}),
        json.dumps({**good, "MESSAGE": [104, 105]}),
        json.dumps({"MESSAGE": "no time"}),
        "no json",
    ]
    assert list(read(lines)) == [JournalLine(1_800_000_000_000.0, "station-web", 4, "hello")]
