"""The data folder is taken away while a session is recorded: found within a second, and whole when it is back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.processes.recorder import LOOK_NS, SYNC_NS
from station.recording import recent
from station.recording.scan import Scan
from tests.station.processes.test_recorder import Bench

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack


@pytest.fixture
def bench(tmp_path: Path, pack: Pack, make_event: MakeEvent, session_started: MakeEvent) -> Iterator[Bench]:
    made = Bench(tmp_path, lambda seq, **more: pack(seq, missed_ticks=0, **more), make_event, session_started)
    made.begin()
    made.write(250)
    made.steps(2)
    assert made.recorder.fault == ""
    yield made
    made.close()


def removed(bench: Bench) -> None:
    shutil.rmtree(bench.data)


def recordings_removed(bench: Bench) -> None:
    shutil.rmtree(bench.data / "recordings")


def replaced(bench: Bench) -> None:
    bench.data.rename(bench.data.with_name("taken"))
    bench.data.mkdir()


def file_removed(bench: Bench) -> None:
    (file,) = (bench.data / "recordings").glob("*.mcap")
    file.unlink()


TAKEN = [removed, recordings_removed, replaced, file_removed]


@pytest.mark.parametrize("taken", TAKEN)
def test_what_is_taken_away_is_a_fault_within_a_second_and_comes_back_whole(bench, taken) -> None:
    taken(bench)
    begun_ns, faults = bench.now_ns, set()
    while bench.now_ns - begun_ns <= LOOK_NS:
        bench.write(12)
        bench.steps(each_ns=SYNC_NS // 10)
        faults.add(bench.recorder.fault)
    assert "data-folder" in faults
    bench.data.mkdir(exist_ok=True)
    bench.write(250)
    bench.steps(6)
    assert bench.recorder.fault == ""
    bench.end()
    bench.write(20)
    bench.write(1, session=0)
    bench.steps(4)
    recording = bench.recording()
    assert not recording.damage
    assert recording.samples["seq"].tolist() == list(range(bench.seq - 1))
    assert bench.sessions()[0]["outcome"] == "completed"


def test_a_folder_that_is_gone_is_not_made_again(bench) -> None:
    removed(bench)
    bench.steps(6)
    assert bench.recorder.fault == "data-folder"
    assert not bench.data.exists()


def test_a_folder_that_cannot_be_written_is_a_fault(bench, monkeypatch) -> None:
    monkeypatch.setattr("station.recording.anchor.os.access", lambda path, mode: False)  # root may write anywhere
    bench.steps(2)
    assert bench.recorder.fault == "data-folder"
    monkeypatch.undo()
    bench.steps(3)
    assert bench.recorder.fault == ""


def test_an_end_while_the_folder_is_gone_puts_the_recording_back(bench) -> None:
    replaced(bench)
    bench.write(100)
    bench.recorder.close()
    (file,) = (bench.data / "recordings").glob("*.mcap")
    with Scan(file) as scan:
        assert sum(entry.is_sample for entry in scan.entries()) == 350
    bench.recorder = bench.start()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were looked into."""
    files: list[Path] = []

    def counted(path: Path) -> Scan:
        files.append(path)
        return Scan(path)

    monkeypatch.setattr(recent, "Scan", counted)
    return files


def test_a_new_life_of_control_and_an_idle_start_open_no_file(bench, opened) -> None:
    look: Callable[[], None] = lambda: (bench.begin(), bench.write(20), bench.steps(2))[2]  # noqa: E731
    bench.control()
    bench.steps(4)
    look()
    assert opened == []
    bench.recorder.close()
    bench.control()
    bench.recorder = bench.start()
    bench.write(20, session=0)
    bench.steps(2)
    look()
    assert opened == []


def test_a_recorder_that_comes_back_in_a_session_looks_for_it(bench, opened) -> None:
    bench.restart()
    bench.write(250)
    bench.steps(2)
    assert len(opened) == 1
    assert bench.seqs() == list(range(500))
