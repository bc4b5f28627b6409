"""The clerk: rows in their order, beside the samples' way; and what it could not write is made from the recordings."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from station.faults import StorageError
from station.processes.clerk import Clerk
from station.processes.recorder import Recorder
from station.recording.aside import aside, damage, put_aside
from station.recording.books import open_or_begin_again
from station.recording.layout import records_path
from station.recording.reader import read_recording
from station.records.audit import AuditLog
from station.records.file import open_records
from station.records.sessions import Sessions
from station.records.visits import Visits
from station.wire.places import RECORDER_HEARTBEAT
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES

if TYPE_CHECKING:
    from tests.station.conftest import MakeEvent, Pack

SECOND_NS = 1_000_000_000


def test_the_file_stays_open_while_more_is_to_come_and_nothing_done_is_lost_with_the_power(tmp_path):
    data, cut = tmp_path / "data", tmp_path / "cut"
    clerk = Clerk(data)
    log = records_path(data).with_name("records.sqlite-wal")
    remarks = iter(("first", "second", "third"))

    def remark(books):
        books.remark(5, next(remarks), {})

    clerk.stay_open(busy=True)
    for _ in range(2):
        clerk.put(remark)
        clerk.work()
        assert log.stat().st_size > 0
    shutil.copytree(data, cut)
    assert remarked(cut) == ["first", "second"]

    for file in data.glob("records.sqlite*"):  # another file takes its place in the middle of it
        file.unlink()
    clerk.put(remark)
    clerk.work()
    assert log.exists()
    clerk.stay_open(busy=False)
    clerk.work()
    assert not log.exists()
    assert remarked(data) == ["third"]
    clerk.close()


def remarked(data: Path) -> list[str]:
    return [line["what"] for line in AuditLog(open_records(records_path(data), read_only=True)).newest(limit=9)]


def test_jobs_are_done_in_their_order_and_one_that_cannot_be_done_yet_is_done_later(tmp_path):
    clerk, done, full = Clerk(tmp_path), [], [True]

    def second(books):
        if full[0]:
            raise StorageError("disk-full", "records.sqlite", "no room")
        done.append(2)

    for job in (lambda books: done.append(1), second, lambda books: done.append(3)):
        clerk.put(job)
    clerk.work()
    assert (done, clerk.fault, clerk.idle) == ([1], "disk-full", False)
    full[0] = False
    clerk.work()
    assert (done, clerk.fault, clerk.idle) == ([1, 2, 3], "", True)


def test_a_defect_in_one_row_keeps_no_other_out(tmp_path, caplog):
    clerk, done = Clerk(tmp_path), []
    clerk.put(lambda books: done.append(1 // 0))
    clerk.put(lambda books: done.append(2))
    with caplog.at_level(logging.ERROR):
        clerk.work()
    assert (done, clerk.fault) == ([2], "")
    assert "a row of the records is left out" in caplog.text


def test_the_thread_does_what_is_given_and_ends_with_it_done(tmp_path):
    clerk, done = Clerk(tmp_path), []
    clerk.start()
    for number in range(20):
        clerk.put(lambda books, number=number: done.append(number))
    clerk.close()
    assert done == list(range(20))
    assert not clerk._thread.is_alive()


class Bench:
    """One recorder on rings that the test writes; its clerk works only when it is told to."""

    def __init__(self, folder: Path, pack, make_event, session_started) -> None:
        self.runtime, self.data = folder / "run", folder / "data"
        self.runtime.mkdir()
        self.samples = RingWriter(self.runtime / "samples", SAMPLE_BYTES, 4096)
        self.events = RingWriter(self.runtime / "events", 16_384, 64)
        self.pack, self.make_event, self.session_started = pack, make_event, session_started
        self.now_ns = SECOND_NS
        self.started: list[Recorder] = []
        self.recorder = self.start()

    def start(self) -> Recorder:
        self.started.append(Recorder(self.runtime, self.data, session_s=10.0, now_ns=lambda: self.now_ns))
        return self.started[-1]

    def tell(self, event: dict) -> None:
        self.events.write(json.dumps(event).encode())

    def record(self, first: int = 0, count: int = 250, end: bool = True) -> None:
        """A session of so many samples, on the disk."""
        if first == 0:
            self.tell(self.session_started(1, 0))
        for seq in range(first, first + count):
            self.samples.write(self.pack(seq))
        if end:
            self.tell(self.make_event("drill-ended", first + count, outcome="completed"))
            self.samples.write(self.pack(first + count, session=0))
        self.steps(3)

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.now_ns += SECOND_NS
            self.recorder.step()

    def again(self, rings: bool = True) -> None:
        """As kill -9 would: nothing is closed. Without the rings: the power was cut."""
        if not rings:
            shutil.rmtree(self.runtime)
            self.runtime.mkdir()
        self.recorder = self.start()
        self.steps(2)
        self.recorder.clerk.work()

    def hear(self) -> list[dict]:
        """As control hears this recorder: its status, each time."""
        said: list[dict] = []
        self.recorder._link.request = lambda message, **status: said.append(status)
        self.steps(1)
        return said

    def rows(self) -> list[dict]:
        return Sessions(open_records(records_path(self.data), read_only=True)).newest()

    def audited(self) -> list[str]:
        log = AuditLog(open_records(records_path(self.data), read_only=True))
        assert log.first_broken() is None
        return [line["what"] for line in log.newest(99)]


@pytest.fixture
def bench(tmp_path: Path, pack: Pack, make_event: MakeEvent, session_started: MakeEvent) -> Iterator[Bench]:
    made = Bench(tmp_path, pack, make_event, session_started)
    yield made
    for recorder in made.started:
        recorder._jobs.close()
        recorder.clerk._put_away()


@pytest.mark.parametrize("rings", [True, False])
def test_a_process_that_dies_between_file_and_row_leaves_the_row_to_the_next_start(bench, rings):
    """The whole session was recorded and not one row of it written."""
    bench.record()
    assert not records_path(bench.data).exists()
    bench.again(rings=rings)
    (row,) = bench.rows()
    (path,) = (bench.data / "recordings").glob("*.mcap")
    assert (row["id"], row["state"], row["outcome"], row["patient"]) == (path.stem, "done", "completed", "P-7")
    assert row["ended_ns"] == row["started_ns"] + 249 * 4_000_000
    assert row["sha256"]
    assert bench.audited() == ["session-started", "drill-ended"]
    bench.again(rings=rings)
    assert bench.rows() == [row]
    assert bench.audited() == ["session-started", "drill-ended"]


def test_a_session_that_was_cut_off_without_a_row_is_interrupted_and_whole(bench):
    bench.record(end=False)
    bench.again(rings=False)
    (row,) = bench.rows()
    assert (row["state"], row["outcome"]) == ("interrupted", None)
    assert not read_recording(bench.data / row["recording"]).truncated
    assert bench.audited() == ["session-started"]


def test_a_session_goes_on_in_its_file_without_any_row(bench):
    """The recorder is killed in the middle, and the records have not been written since long before."""
    bench.record(end=False)
    bench.recorder = bench.start()
    bench.record(first=250)
    (path,) = (bench.data / "recordings").glob("*.mcap")
    assert read_recording(path).samples["seq"].tolist() == list(range(500))
    bench.recorder.clerk.work()
    assert [(row["id"], row["state"]) for row in bench.rows()] == [(path.stem, "done")]
    assert bench.audited() == ["session-started", "drill-ended"]


def test_a_recording_of_another_station_or_name_makes_no_row(bench):
    bench.recorder.clerk.work()
    bench.record()
    bench.recorder.clerk.work()
    (path,) = (bench.data / "recordings").glob("*.mcap")
    assert read_recording(path).header["station_id"] == bench.recorder.clerk.station_id
    shutil.copy(path, path.with_name("copy of it.mcap"))
    elsewhere = bench.data.parent / "elsewhere"
    (elsewhere / "recordings").mkdir(parents=True)
    shutil.copy(path, elsewhere / "recordings")
    (elsewhere / "recordings" / "noise.mcap").write_bytes(b"noise")
    bench.again()
    assert [row["id"] for row in bench.rows()] == [path.stem]
    bench.data = elsewhere
    bench.again(rings=False)
    assert bench.rows() == []


def test_records_that_are_held_keep_no_sample_waiting_and_only_the_next_start_out(bench):
    bench.recorder.clerk.work()
    bench.recorder.clerk._records._engine.dispose()
    holder = sqlite3.connect(records_path(bench.data), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = []
    bench.recorder._link.request = lambda message, **status: said.append(status)
    bench.record(end=False)
    bench.recorder.clerk.fault = "records-busy"  # what its thread says once it has waited in vain
    bench.steps(1)
    assert bench.recorder.durable_seq == 249
    assert [status["ready"] for status in said] == [True] * len(said)
    bench.record(first=250)
    bench.steps(1)
    assert said[-1]["durable_seq"] == 500
    assert (said[-1]["ready"], said[-1]["why"]) == (False, "records-busy")
    holder.execute("COMMIT")
    holder.close()
    bench.recorder.clerk.work()
    bench.steps(1)
    assert said[-1]["ready"]
    assert [row["state"] for row in bench.rows()] == ["done"]


def test_a_visit_that_the_start_named_is_in_the_header_and_above_the_row(bench):
    bench.recorder.clerk.work()
    visit = Visits(open_records(records_path(bench.data))).open("P-7", "ab12")
    told = bench.session_started
    bench.session_started = lambda session, seq: {**told(session, seq), "visit": visit}
    bench.record()
    bench.recorder.clerk.work()
    (row,) = bench.rows()
    assert row["visit"] == visit
    assert read_recording(bench.data / row["recording"]).header["visit"] == visit


def test_the_recorder_brings_an_earlier_programs_records_up_to_date_and_goes_on(bench, project):
    bench.data.mkdir()
    shutil.copy(project / "tests" / "data" / "records-b6890f1.sqlite", records_path(bench.data))
    bench.record()
    bench.recorder.clerk.work()
    rows = bench.rows()
    assert len(rows) == 9
    assert [row["state"] for row in rows if row["patient"] == "K2"] == ["interrupted", "interrupted"]
    assert bench.audited()[14:] == ["session-started", "records-migrated", "session-started", "drill-ended"]
    (copy,) = bench.data.glob("records-v1-*.sqlite")
    assert copy.stat().st_size > 50_000


def _cut(at: float) -> Callable[[bytes], bytes]:
    """A file that was cut: at this share of it, after so many bytes, or (negative) so many before its end."""
    return lambda data: data[: round(at * len(data)) + 1 if 0.0 < at < 1.0 else int(at)]


def _over(first: float, last: float, byte: int | None = None) -> Callable[[bytes], bytes]:
    """A file of which the part between these shares was overwritten, with this byte or with anything."""

    def damage(data: bytes) -> bytes:
        begin, end = int(first * len(data)), int(last * len(data))
        other = Random(begin).randbytes(end - begin) if byte is None else bytes([byte]) * (end - begin)
        return data[:begin] + other + data[end:]

    return damage


DAMAGES = {
    "one byte left": _cut(1),
    "within the header": _cut(99),
    "the header left": _cut(100),
    "within the first page": _cut(2000),
    "the first page left": _cut(4096),
    "half left, within a page": _cut(0.5),
    "the end of the last page gone": _cut(-3000),
    "the last page gone": _cut(-4096),
    "another program's file": lambda data: b"no database at all " * 300,
    "the first half overwritten": _over(0.0, 0.5),
    "the second half overwritten": _over(0.5, 1.0),
    "a part of it zeros": _over(0.2, 0.6, 0),
}


def test_damaged_records_are_kept_aside_and_made_again_from_the_recordings(bench):
    """Missing ones always were; these were refused, and nothing started until a person had moved the file away."""
    bench.record()
    bench.recorder.clerk.work()
    (row,), place = bench.rows(), records_path(bench.data)
    identity, files = bench.recorder.clerk.station_id, list((bench.data / "recordings").glob("*.mcap"))
    kept: set[Path] = set()
    for what, change in DAMAGES.items():
        broken = change(place.read_bytes())
        place.write_bytes(broken)
        clerk = Clerk(bench.data)
        clerk.put(lambda books: books.settle(files, "", 0))
        clerk.work()
        assert (clerk.fault, clerk.station_id) == ("", identity), what
        assert bench.rows() == [row], what
        assert bench.audited() == ["records-rebuilt", "session-started", "drill-ended"], what
        (new,) = set(bench.data.glob("records.damaged-*.sqlite")) - kept
        assert new.read_bytes() == broken, what
        clerk.close()
        kept.add(new)
    line = AuditLog(open_records(place, read_only=True)).newest(99)[0]
    assert line["detail"]["kept"] == new.name
    assert line["detail"]["said"]


def test_the_pages_hear_of_damaged_records_until_the_file_is_taken_away(bench):
    bench.recorder.clerk.work()
    records_path(bench.data).write_bytes(b"no database at all " * 300)
    bench.again()
    bench.hear()
    sign = bench.runtime / RECORDER_HEARTBEAT
    (kept,) = bench.data.glob("records.damaged-*.sqlite")
    assert sign.read_text() == f"records-rebuilt\n{kept.name}"
    bench.again()
    bench.hear()
    assert sign.read_text() == f"records-rebuilt\n{kept.name}"
    kept.unlink()
    bench.recorder.clerk.work()
    bench.steps(1)
    assert sign.read_text() == ""


def test_records_that_are_damaged_in_a_drill_lose_nothing_of_it(bench):
    """And the recorder goes on: it is never started again."""
    bench.record(count=200)
    bench.recorder.clerk.work()
    bench.tell(bench.session_started(2, 300))
    for seq in range(300, 400):
        bench.samples.write(bench.pack(seq, session=2))
    bench.steps(2)
    bench.recorder.clerk.work()
    place = records_path(bench.data)
    place.write_bytes(_over(0.3, 1.0)(place.read_bytes()))
    for seq in range(400, 500):
        bench.samples.write(bench.pack(seq, session=2))
    bench.tell(bench.make_event("drill-ended", 500, session=2, outcome="completed"))
    bench.samples.write(bench.pack(500, session=0))
    for _ in range(6):
        bench.steps(1)
        bench.recorder.clerk.work()
    assert [(row["state"], row["outcome"]) for row in bench.rows()] == [("done", "completed")] * 2
    assert "records-rebuilt" in bench.audited()
    assert len(list(bench.data.glob("records.damaged-*.sqlite"))) == 1
    assert damage(place, thorough=True) == ""


def test_what_is_no_damage_is_not_put_aside(tmp_path):
    place = tmp_path / "records.sqlite"
    assert damage(place) == ""
    place.touch()
    assert damage(place) == ""
    place.unlink()
    open_or_begin_again(tmp_path).close()
    newer = sqlite3.connect(place)
    newer.execute("PRAGMA user_version = 99")
    newer.execute("BEGIN EXCLUSIVE")
    assert damage(place) == ""
    newer.close()
    with pytest.raises(StorageError) as refused:
        open_or_begin_again(tmp_path)
    assert refused.value.code == "records-newer"
    assert [file.name for file in tmp_path.glob("*.sqlite")] == ["records.sqlite"]


def test_a_file_that_is_put_aside_keeps_its_log_and_takes_nobodys_name(tmp_path):
    place = tmp_path / "records.sqlite"
    names = [f"records.damaged-20260101T000000Z{again}.sqlite" for again in ("", "_2")]
    for number, name in enumerate(names):
        for suffix in ("", "-wal"):
            Path(f"{place}{suffix}").write_text(f"{number}{suffix}")
        assert put_aside(place, 1_767_225_600 * SECOND_NS) == name
        assert (tmp_path / name).read_text() == str(number)
        assert (tmp_path / f"{name}-wal").read_text() == f"{number}-wal"
    assert not list(tmp_path.glob("records.sqlite*"))
    assert aside(place) == names
