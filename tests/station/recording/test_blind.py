"""A comparison with vibration and without it is kept from everybody while it is recorded, and from nobody after."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from drills.library import load_shipped
from station.faults import InputError
from station.recording.blind import LEFT_ALONE_S, is_blind
from station.recording.export import export
from station.recording.reader import read_recording
from station.recording.recover import recover
from station.recording.writer import RecordingWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.station.conftest import MakeEvent, Pack

HEADER = {"document": load_shipped("with-and-without").model_dump(mode="json", by_alias=True)}


@pytest.fixture
def made(tmp_path: Path, pack: Pack, make_event: MakeEvent) -> Iterator[RecordingWriter]:
    """An open recording with one turn that has ended, and what closes it."""
    writer = RecordingWriter(tmp_path / "compared.mcap", HEADER, 0)
    writer.append([pack(seq) for seq in range(50)])
    writer.event(make_event("trial-ended", 49, trial=1, outcome="held", hold_s=30.0, blind=True))
    writer.sync()
    yield writer
    writer.close()


def test_nothing_of_it_is_read_while_it_runs(made, tmp_path):
    exports = [lambda path, kind=kind: export(path, tmp_path / f"out.{kind}", kind) for kind in ("csv", "mcap")]
    for read in (read_recording, *exports):
        with pytest.raises(InputError) as refused:
            read(made.path)
        assert refused.value.code == "comparison-runs"
    assert not list(tmp_path.glob("out*"))


def test_all_of_it_is_read_once_the_drill_has_ended(made, make_event):
    made.event(make_event("drill-ended", 49, outcome="completed"), 2)
    made.sync()
    assert len(read_recording(made.path).events) == 2


def test_one_that_was_cut_off_is_read_once_it_is_finished_or_was_left_alone(made):
    left_s = os.stat(made.path).st_mtime - LEFT_ALONE_S - 1.0
    os.utime(made.path, (left_s, left_s))
    assert len(read_recording(made.path).samples) == 50
    os.utime(made.path)
    with pytest.raises(InputError):
        read_recording(made.path)
    assert recover(made.path)
    assert len(read_recording(made.path).samples) == 50


def test_no_other_drill_is_kept_back(record):
    path, _, _ = record(100, close=False)
    assert len(read_recording(path).samples) == 100
    assert is_blind(HEADER)
    assert not any(is_blind(header) for header in ({}, {"document": None}, {"document": {"trials": {"max": 3}}}))
