"""A backup beside the real recorder, which goes on writing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.keeping.backup import make_backup
from station.keeping.restore import restore
from station.recording.layout import records_path
from station.recording.reader import read_recording
from station.records.file import open_records
from station.records.sessions import Sessions
from tests.station.processes.test_recorder import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.station.conftest import MakeEvent, Pack


@pytest.fixture
def bench(
    tmp_path: Path,
    pack: Pack,
    make_event: MakeEvent,
    session_started: MakeEvent,
) -> Iterator[Bench]:
    made = Bench(tmp_path, pack, make_event, session_started)
    yield made
    made.close()


def test_a_backup_beside_it_holds_what_was_ended_and_takes_nothing_from_what_is_written(bench, tmp_path):
    """The real recorder goes on between any two files of the backup; the session after it is whole too."""
    bench.begin()
    bench.write(300)
    bench.end()
    bench.write(10, session=0)
    bench.steps(4)
    bench.begin(2)
    bench.write(100, session=2)
    bench.steps()
    first, second = bench.sessions()
    made = make_backup(bench.data, tmp_path / "x.backup", "", "Ada")
    assert made.left_out == [Path(second["recording"]).name]
    bench.write(200, session=2)
    bench.steps()
    bench.end(2)
    bench.write(10, session=0)
    bench.steps(4)
    restore(tmp_path / "new", made.path, "", "Eva")
    assert read_recording(tmp_path / "new" / first["recording"]).samples["seq"].tolist() == bench.seqs(0)
    kept = Sessions(open_records(records_path(tmp_path / "new"))).newest()
    assert [(one["id"], one["state"]) for one in kept] == [(second["id"], "recording"), (first["id"], "done")]
    assert len(bench.seqs(1)) == 300, "nothing is missing of what was written meanwhile"
    assert bench.recorder.fault == ""
