"""The recorder's poll: sessions out of real rings into files and rows, through restarts and full disks."""

from __future__ import annotations

import json
import resource
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from station.processes.recorder import SYNC_NS, Recorder
from station.recording.layout import FORMAT_VERSION, records_path
from station.recording.reader import read_recording
from station.recording.writer import RecordingWriter
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.sessions import Sessions
from station.wire import sample
from station.wire.messages import Answer
from station.wire.places import CONTROL_SOCKET, RECORDER_HEARTBEAT
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES
from station.wire.server import CommandServer

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

SECOND_NS = 2 * SYNC_NS


class Bench:
    """Rings, a recorder on a clock of its own, and what it left."""

    def __init__(self, folder: Path, pack, make_event, session_started) -> None:
        self.runtime, self.data = folder / "run", folder / "data"
        self.runtime.mkdir()
        self.pack, self.make_event, self.session_started = pack, make_event, session_started
        self.now_ns = SECOND_NS
        self.seq = -1000
        self.killed: list[Recorder] = []
        self.control()
        self.recorder = self.start()

    def control(self) -> None:
        """A (new) control program's rings."""
        self.samples = RingWriter(self.runtime / "samples", SAMPLE_BYTES, 4096)
        events = RingWriter(self.runtime / "events", 16_384, 64)
        self.tell = lambda event: events.write(json.dumps(event).encode())
        self.seq = self.seq // 1000 * 1000 + 1000  # later than the one before

    def start(self, **options) -> Recorder:
        return Recorder(self.runtime, self.data, session_s=10.0, now_ns=lambda: self.now_ns, **options)

    def write(self, count: int, session: int = 1) -> None:
        for _ in range(count):
            self.samples.write(self.pack(self.seq, session=session))
            self.seq += 1

    def begin(self, session: int = 1) -> None:
        self.tell(self.session_started(session, self.seq))

    def end(self, session: int = 1, outcome: str = "completed") -> None:
        self.tell(self.make_event("drill-ended", self.seq, session, outcome=outcome))

    def steps(self, count: int = 1, each_ns: int = SYNC_NS) -> None:
        for _ in range(count):
            self.now_ns += each_ns
            self.recorder.step()
            self.recorder.clerk.work()

    def restart(self) -> None:
        """As kill -9 would: the old recorder is never closed. The system closes its files; here the end of the test."""
        self.killed.append(self.recorder)
        self.recorder = self.start()

    def close(self) -> None:
        """The end of the test, for the killed ones too: what they keep open must not end in some later test."""
        self.recorder.close()
        for one in self.killed:
            one.clerk._put_away()

    def sessions(self) -> list[dict]:
        return list(reversed(Sessions(open_records(records_path(self.data), read_only=True)).newest()))

    def seqs(self, index: int = 0) -> list[int]:
        return self.recording(index).samples["seq"].tolist()

    def recording(self, index: int = 0):
        return read_recording(self.data / self.sessions()[index]["recording"])


@contextmanager
def answering(path: Path) -> Iterator[list[BaseModel]]:
    """A control that says yes to everything, and what it heard."""
    heard: list[BaseModel] = []
    server, over = CommandServer(path), threading.Event()

    def serve() -> None:
        while not over.wait(0.002):
            server.poll(lambda message: heard.append(message) or Answer(True))

    thread = threading.Thread(target=serve)
    thread.start()
    yield heard
    over.set()
    thread.join()
    server.close()


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


def test_a_sample_is_unpacked_once(bench, monkeypatch):
    layout, unpacked = sample.LAYOUT, []

    def counted(payload):
        unpacked.append(payload)
        return layout.unpack(payload)

    monkeypatch.setattr(sample, "LAYOUT", SimpleNamespace(unpack=counted))
    bench.begin()
    bench.write(300)
    bench.steps()
    assert len(unpacked) == 300
    bench.end()


def test_a_session_is_recorded_from_its_first_to_its_last_sample(bench):
    bench.write(20, session=0)
    bench.steps()
    assert bench.recorder.fault == ""
    bench.begin()
    bench.write(300)
    bench.steps()
    bench.end()
    bench.write(75)
    bench.write(10, session=0)
    bench.steps()
    (row,) = bench.sessions()
    assert (row["state"], row["outcome"], row["patient"], row["leg"]) == ("done", "completed", "P-7", "left")
    assert bench.seqs() == list(range(20, 395))
    recording = bench.recording()
    assert not recording.truncated
    assert [event["kind"] for event in recording.events] == ["session-started", "drill-ended"]
    assert recording.header["session_id"] == row["id"]
    assert row["sha256"]
    assert bench.recorder.durable_seq == 404


def test_nothing_is_acknowledged_before_it_is_on_the_disk(bench):
    bench.begin()
    bench.write(100)
    bench.steps()
    assert bench.recorder.durable_seq == 99
    bench.write(100)
    bench.steps(each_ns=1)
    assert bench.recorder.durable_seq == 99
    bench.steps()
    assert bench.recorder.durable_seq == 199
    assert bench.seqs() == list(range(200))


def test_a_late_first_event_is_waited_for(bench):
    bench.steps()
    bench.write(50)
    bench.steps(each_ns=1)
    assert bench.sessions() == []
    bench.begin()
    bench.write(50)
    bench.steps()
    assert bench.seqs() == list(range(100))


def test_a_recording_of_a_later_program_is_not_begun_again(bench):
    bench.begin()
    bench.write(50)
    bench.steps()
    (row,) = bench.sessions()
    path = bench.data / row["recording"]
    path.unlink()
    RecordingWriter(path, {"format_version": FORMAT_VERSION + 1, "epoch_ns": 0}, 0).close()
    before = path.read_bytes()
    bench.restart()
    bench.write(50)
    bench.begin(2)
    bench.write(50, session=2)
    bench.steps(2)
    assert path.read_bytes() == before
    assert bench.seqs(1) == list(range(100, 150))


def test_samples_without_a_first_event_do_not_hold_up_the_next_session(bench):
    bench.write(50, session=1)
    bench.steps(4)
    bench.begin(2)
    bench.write(50, session=2)
    bench.steps(2)
    assert bench.seqs() == list(range(50, 100))


@pytest.mark.parametrize("between", [0, 40])
def test_a_killed_recorder_goes_on_in_the_same_recording(bench, between):
    bench.begin()
    bench.write(300)
    bench.steps()
    bench.write(60)
    bench.steps(each_ns=1)  # taken, not on the disk
    bench.restart()
    bench.write(between)
    bench.steps()
    bench.end()
    bench.write(40)
    bench.write(1, session=0)
    bench.steps()
    (row,) = bench.sessions()
    assert row["state"] == "done"
    assert bench.seqs() == list(range(400 + between))
    assert len(bench.recording().events) == 2
    assert [file.name for file in (bench.data / "recordings").iterdir() if not file.name.startswith(".spare")] == [
        Path(row["recording"]).name
    ]


def test_a_recorder_killed_before_its_first_sync_begins_again(bench):
    bench.begin()
    bench.write(30)
    bench.steps()
    (row,) = bench.sessions()
    (bench.data / row["recording"]).write_bytes(b"")
    bench.restart()
    bench.steps()
    assert bench.seqs() == list(range(30))
    assert [again["id"] for again in bench.sessions()] == [row["id"]]


def test_a_session_that_ran_while_the_recorder_was_away_is_recorded(bench):
    bench.begin()
    bench.write(500)
    bench.end()
    bench.write(5, session=0)
    bench.steps()
    assert bench.sessions()[0]["state"] == "done"
    assert bench.seqs() == list(range(500))


def test_a_recorder_far_behind_takes_every_sample_before_it_ends_the_session(bench, monkeypatch):
    """The end's event is read at once, while the samples before it come in many batches."""
    monkeypatch.setattr("station.recording.rings._BATCH", 500)
    bench.begin()
    bench.write(100)
    bench.steps()
    bench.restart()
    bench.write(3900)
    bench.end()
    bench.write(1, session=0)
    slow = bench.recorder._take_sample

    def as_on_a_slow_disk(payload, now_ns):
        bench.now_ns += SYNC_NS // 100
        return slow(payload, now_ns)

    bench.recorder._take_sample = as_on_a_slow_disk
    bench.steps(3)
    assert bench.sessions()[0]["state"] == "done"
    assert bench.seqs() == list(range(4000))


def test_a_new_control_ends_the_session_with_all_of_its_samples(bench):
    bench.begin()
    bench.write(200)
    bench.steps()
    bench.write(133)
    bench.control()
    bench.steps(2)
    (row,) = bench.sessions()
    assert (row["state"], row["outcome"]) == ("interrupted", None)
    assert bench.seqs() == list(range(333))
    assert not bench.recording().truncated
    bench.begin()
    bench.write(50)
    bench.steps()
    assert bench.seqs(1) == list(range(1000, 1050))
    assert len({row["id"] for row in bench.sessions()}) == 2


def test_after_a_power_cut_the_session_is_interrupted_and_whole(bench):
    bench.begin()
    bench.write(250)
    bench.steps()
    shutil.rmtree(bench.runtime)
    bench.runtime.mkdir()
    bench.restart()
    bench.steps()
    (row,) = bench.sessions()
    assert row["state"] == "interrupted"
    assert not bench.recording().truncated
    assert bench.seqs() == list(range(250))


def test_a_session_whose_file_is_gone_is_interrupted(bench):
    bench.begin()
    bench.write(25)
    bench.steps()
    (bench.data / bench.sessions()[0]["recording"]).unlink()
    bench.control()
    bench.restart()
    bench.steps()
    assert bench.sessions()[0]["state"] == "interrupted"


def test_closing_keeps_what_was_taken_and_the_next_start_goes_on(bench):
    bench.begin()
    bench.write(120)
    bench.recorder.step()
    bench.recorder.clerk.work()
    bench.write(30)
    bench.recorder.close()
    assert bench.sessions()[0]["state"] == "interrupted"
    assert bench.seqs() == list(range(150))
    bench.restart()
    bench.write(50)
    bench.end()
    bench.write(1, session=0)
    bench.steps()
    assert bench.sessions()[0]["state"] == "done"
    assert bench.seqs() == list(range(200))


def test_overwritten_samples_are_reported_in_the_recording(bench):
    bench.begin()
    bench.write(100)
    bench.steps()
    bench.write(5000)
    bench.steps(4)
    losses = [event for event in bench.recording().events if event["kind"] == "samples-lost"]
    assert [event["count"] for event in losses] == [5000 - 4095]
    assert bench.seqs()[-1] == 5099


@contextmanager
def no_file_longer_than(size: int):
    """A disk that is full at this length of a file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_reported_and_nothing_is_lost_when_there_is_room_again(bench):
    bench.begin()
    bench.write(250)
    bench.steps()
    file = bench.data / bench.sessions()[0]["recording"]
    with no_file_longer_than(file.stat().st_size + 100):
        bench.write(250)
        bench.steps(4)
        assert bench.recorder.fault == "disk-full"
        assert bench.recorder.durable_seq == 249
        assert read_recording(file).samples["seq"].tolist() == list(range(250))
    bench.write(250)
    bench.steps()
    assert bench.recorder.fault == ""
    assert bench.seqs() == list(range(750))


def test_no_room_for_a_session_means_not_ready_but_what_runs_is_recorded(bench):
    bench.recorder.close()
    bench.recorder = Recorder(bench.runtime, bench.data, session_s=1e9, now_ns=lambda: bench.now_ns)
    bench.begin()
    bench.write(100)
    bench.steps(2)
    assert bench.seqs() == list(range(100))
    bench.end()
    bench.write(1, session=0)
    bench.steps(2)
    assert bench.recorder.fault == "disk-full"
    assert bench.sessions()[0]["state"] == "done"


def test_a_data_folder_that_cannot_be_written_is_reported_and_tried_again(bench):
    bench.recorder.close()
    bench.data.write_text("a file, not a folder") if not bench.data.exists() else None
    bench.recorder = bench.start()
    bench.steps()
    assert bench.recorder.fault == "data-folder"
    bench.data.unlink()
    bench.begin()
    bench.write(10)
    bench.steps()
    assert bench.recorder.fault == ""
    assert bench.seqs() == list(range(10))


def test_results_are_made_by_a_worker_and_stored(bench):
    bench.begin()
    bench.write(1500)
    marks = {"hold_start_ns": 1_400_000_000, "hold_end_ns": 6_400_000_000}
    bench.tell(bench.make_event("trial-ended", 1499, trial=1, outcome="held", hold_s=5.0, blind=True, **marks))
    bench.steps()
    assert bench.recorder._jobs.idle  # of a turn of a comparison, before its end
    bench.tell(bench.make_event("trial-ended", 1499, trial=2, outcome="held", hold_s=5.0, **marks))
    bench.end()
    bench.steps()
    assert bench.recorder._jobs.idle  # nor of the last trial, where the whole drill ends with it
    bench.write(1, session=0)
    jobs = None
    while jobs is None or not jobs.idle:
        bench.steps()
        jobs = bench.recorder._jobs
        if jobs._worker is not None:
            jobs._worker.process.wait(250)
    detail = Sessions(open_records(records_path(bench.data))).detail(bench.sessions()[0]["id"])
    trial, last = detail["trials"]
    assert last["number"] == 2
    assert (trial["number"], trial["outcome"], trial["pipeline"]) == (1, "held", "station-1/1")
    assert trial["measures"]["mean_force_n"] == pytest.approx(700.0, rel=1e-6)
    assert detail["dose"]["vibration_s"] == 0.0


def firmware_word(root):
    """Where the firmware of this computer says how its supply is: well, at first."""
    word = root / "sys/devices/platform/soc/soc:firmware/get_throttled"
    word.parent.mkdir(parents=True)
    word.write_text("0")
    return word


def test_a_change_is_an_event_of_the_recording_and_a_line_of_the_log(bench, tmp_path):
    word = firmware_word(tmp_path / "root")
    bench.recorder.close()
    bench.recorder = bench.start(root=tmp_path / "root")
    bench.begin()
    bench.write(250)
    bench.steps(4)
    word.write_text("50005")
    bench.write(250)
    bench.steps(4)
    word.write_text("50000")
    bench.write(250)
    bench.steps(2 * 10 + 4)
    bench.end()
    bench.steps(6)
    events = [event for event in bench.recording().events if event["kind"] == "supply"]
    bad = ["under-voltage", "throttled"]
    assert [(event["before"], event["now"]) for event in events] == [([], bad), (bad, [])]
    assert events[0]["t_ns"] < events[1]["t_ns"]
    assert {event["session"] for event in events} == {1}
    log = AuditLog(open_records(records_path(bench.data), read_only=True)).newest(50)
    lines = [line for line in log if line["what"] == "supply"]
    assert [(line["detail"]["before"], line["detail"]["now"]) for line in lines] == [([], bad), (bad, [])]


def test_a_session_that_begins_on_a_bad_supply_has_it_at_its_beginning(bench, tmp_path):
    word = firmware_word(tmp_path / "root")
    word.write_text("4")
    bench.recorder.close()
    bench.recorder = bench.start(root=tmp_path / "root")
    bench.steps(6)
    for session in (1, 2):
        bench.begin(session)
        bench.write(250, session)
        bench.steps(4)
        bench.end(session)
        bench.steps(6)
    for index in (0, 1):
        events = [event for event in bench.recording(index).events if event["kind"] == "supply"]
        assert [event["now"] for event in events] == [["throttled"]]


def test_it_is_called_well_only_once_this_life_of_control_has_heard_it(bench):
    heartbeat = bench.runtime / RECORDER_HEARTBEAT
    bench.steps(4)
    assert heartbeat.read_text() == "recorder-not-ready"  # nobody listens
    with answering(bench.runtime / CONTROL_SOCKET) as heard:
        bench.steps(2)
        assert heartbeat.read_text() == ""
        assert heard[-1].ready
    bench.steps(2)
    assert heartbeat.read_text() == ""  # a moment without an answer is control's matter
    bench.control()
    bench.steps(4)
    assert heartbeat.read_text() == "recorder-not-ready"
