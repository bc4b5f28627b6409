"""kill -9 of a real recorder process again and again while control writes: nothing acknowledged is ever lost."""

import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.recording.layout import records_path
from station.recording.reader import read_recording
from station.records.file import open_records
from station.records.sessions import Sessions
from station.wire.messages import Answer, RecorderStatus
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES
from station.wire.server import CommandServer

PROCESS = """
import signal, sys, threading
from pathlib import Path
from station.processes.recorder import run_recorder
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
run_recorder(Path(sys.argv[1]), Path(sys.argv[2]), stop=stop, session_s=10.0)
"""
KILLS = 3
PATIENCE_S = 250.0
"""For a busy machine; nothing is judged by it."""
_PAUSE = threading.Event()
SLOTS = 16_384
ROOM = 12_000
"""Samples that may wait in the ring: the writer waits for the recorder instead of counting on its speed."""


class Control:
    """Writes samples as long as the recorder keeps up, and receives its acknowledgements."""

    def __init__(self, runtime, pack) -> None:
        self.samples = RingWriter(runtime / "samples", SAMPLE_BYTES, SLOTS)
        self.events = RingWriter(runtime / "events", 16_384, 64)
        self.server = CommandServer(runtime / "control.sock")
        self.pack = pack
        self.durable_seq = -1
        self.received = 0

    def _receive(self, message):
        if isinstance(message, RecorderStatus) and message.epoch == self.samples.epoch:
            self.durable_seq = max(self.durable_seq, message.durable_seq)
            self.received += 1
        return Answer(True)

    def turn_until(
        self, what: str, happened: Callable[[], bool], recorder: subprocess.Popen[bytes], session: int
    ) -> None:
        """Turn as long as the recorder lives, until this is so."""
        give_up_s = time.monotonic() + PATIENCE_S
        while not happened():
            self.turn(session)
            assert recorder.poll() is None, f"waited for {what}; the recorder ended with {recorder.returncode}"
            assert time.monotonic() < give_up_s, f"not within {PATIENCE_S:g} s: {what}"

    def turn(self, session: int) -> None:
        if self.samples.next_seq - self.durable_seq < ROOM:
            for _ in range(5):
                self.samples.write(self.pack(self.samples.next_seq, session=session))
        self.server.poll(self._receive)
        _PAUSE.wait(0.002)  # the pace of a real control, not a wait


@contextlib.contextmanager
def recorder_process(runtime, data):
    """The real process; gone at the end, whatever happens."""
    process = subprocess.Popen([sys.executable, "-c", PROCESS, str(runtime), str(data)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "run").mkdir()
    return tmp_path / "run", tmp_path / "data"


@pytest.fixture
def control(folders: tuple[Path, Path], pack: Callable[..., bytes]) -> Iterator[Control]:
    made = Control(folders[0], pack)
    yield made
    made.server.close()


def test_nothing_acknowledged_is_lost(folders, control, make_event, session_started):
    chance = random.Random(11)
    runtime, data = folders
    control.events.write(json.dumps(session_started()).encode())
    for _ in range(KILLS):
        with recorder_process(runtime, data) as recorder:
            enough = control.received + chance.randint(2, 8)
            control.turn_until(
                f"{enough} acknowledgements and something durable",
                lambda enough=enough: control.received >= enough and control.durable_seq >= 0,
                recorder,
                session=1,
            )
        (file,) = (data / "recordings").glob("*.mcap")
        found = read_recording(file).samples["seq"].tolist()
        assert found == list(range(len(found)))
        assert len(found) > control.durable_seq
    last = control.samples.next_seq
    with recorder_process(runtime, data) as recorder:
        control.events.write(json.dumps(make_event("drill-ended", last, outcome="completed")).encode())
        control.turn_until("all to be durable", lambda: control.durable_seq >= last, recorder, session=0)
        recorder.send_signal(signal.SIGTERM)
        assert recorder.wait(30) == 0
    (row,) = Sessions(open_records(records_path(data))).newest()
    assert row["state"] == "done"
    recording = read_recording(data / row["recording"])
    assert not recording.truncated
    assert recording.samples["seq"].tolist() == list(range(last))
