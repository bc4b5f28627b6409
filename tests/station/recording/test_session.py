"""The headless way: the same recorder under a virtual clock makes the same bytes and the same name each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.recording.books import Books
from station.recording.reader import read_recording
from station.recording.session import Origin, SessionRecorder
from station.records.file import open_records
from station.records.sessions import Sessions

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

ORIGIN = Origin(ring_epoch=7, epoch_ns=946_684_800_000_000_000)


@pytest.fixture
def drill(
    tmp_path: Path,
    pack: Pack,
    make_event: MakeEvent,
    session_started: MakeEvent,
) -> Callable[..., tuple[SessionRecorder, Sessions]]:
    def run(folder: str, count: int = 400):
        data = tmp_path / folder
        data.mkdir(exist_ok=True)
        books = Books(data, open_records(data / "records.sqlite"))
        recorder = SessionRecorder.start(data, session_started(), ORIGIN)
        recorder.event(session_started())
        for seq in range(count):
            recorder.append((pack(seq),))
            if seq % 125 == 124:
                recorder.sync()
        recorder.event(make_event("drill-ended", count, outcome="completed"))
        recorder.finish()
        books.sessions.forget(recorder.name)
        books.record(recorder)
        return recorder, books.sessions

    return run


def test_equal_runs_make_equal_files_names_and_rows(drill):
    first, first_store = drill("a")
    second, second_store = drill("b")
    assert first.name == second.name
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first_store.detail(first.name) == second_store.detail(second.name)


def test_a_repeated_run_takes_the_place_of_the_first(drill):
    first, _ = drill("a", count=300)
    second, store = drill("a", count=400)
    assert first.path == second.path
    assert len(store.newest()) == 1
    assert len(read_recording(second.path).samples) == 400


def test_the_row_says_what_the_header_says(drill):
    recorder, store = drill("a")
    row = store.detail(recorder.name)
    header = read_recording(recorder.path).header
    assert (row["drill"], row["leg"], row["patient"]) == (header["drill"], header["leg"], header["patient"])
    assert row["prescription"] == header["prescription"]
    assert row["started_ns"] == header["started_wall_ns"]
    assert row["ended_ns"] == row["started_ns"] + 399 * 4_000_000
    assert header["format_version"] == 1
    assert len(header["document_sha256"]) == 64
    assert not {"kind", "t_ns", "seq"} & set(header)


def test_a_session_that_did_not_end_is_interrupted(drill, tmp_path, session_started, pack):
    books = Books(tmp_path, open_records(tmp_path / "records.sqlite"))
    recorder = SessionRecorder.start(tmp_path, session_started(), ORIGIN)
    recorder.append((pack(0),))
    recorder.finish()
    books.record(recorder)
    assert books.sessions.detail(recorder.name)["state"] == "interrupted"
