"""What is synced is on the disk, space is set aside, a full disk loses nothing, equal calls make equal files."""

import ctypes
import errno
import os
import signal
import subprocess
import sys

import pytest

from station.faults import StorageError
from station.recording import disk
from station.recording.disk import DurableFile, Spare, free_bytes
from station.recording.reader import read_recording
from station.recording.writer import BYTES_PER_S, RecordingWriter
from station.wire.sample import SAMPLE_BYTES

KILLED = """
import os, sys, signal
from pathlib import Path
from station.recording.writer import RecordingWriter
payloads = [bytes(int(seq).to_bytes(8, "little") + bytes({size} - 8)) for seq in range(250)]
writer = RecordingWriter(Path(sys.argv[1]), {{}}, 0, reserve_bytes=1_000_000)
writer.append(payloads[:200])
writer.sync()
writer.append(payloads[200:])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_synced_samples_survive_a_kill(tmp_path):
    path = tmp_path / "killed.mcap"
    worker = subprocess.run([sys.executable, "-c", KILLED.format(size=SAMPLE_BYTES), str(path)], check=False)
    assert worker.returncode == -signal.SIGKILL
    recording = read_recording(path)
    assert recording.truncated
    assert recording.samples["seq"].tolist() == list(range(200))


def test_equal_calls_make_equal_files(record, tmp_path):
    first, _, _ = record(600, name="a.mcap")
    second, _, _ = record(600, name="b.mcap")
    assert first.read_bytes() == second.read_bytes()


def test_a_sample_of_another_size_is_refused(tmp_path):
    writer = RecordingWriter(tmp_path / "a.mcap", {}, 0)
    with pytest.raises(ValueError, match="bytes"):
        writer.append([b"short"])
    writer.close()


def test_not_a_number_in_an_event_becomes_null(tmp_path, make_event):
    writer = RecordingWriter(tmp_path / "a.mcap", {}, 0)
    writer.event(make_event("phase", value=float("nan"), more=[float("inf"), 1.5]))
    writer.close()
    found = read_recording(tmp_path / "a.mcap").events[0]
    assert found["value"] is None
    assert found["more"] == [None, 1.5]


def test_reserved_space_is_held_and_given_back(record, tmp_path, pack):
    path = tmp_path / "reserved.mcap"
    writer = RecordingWriter(path, {}, 0, reserve_bytes=8_000_000)
    assert path.stat().st_blocks * 512 >= 8_000_000
    assert path.stat().st_size == 0  # the file's length stays true
    writer.append(pack(seq) for seq in range(500))
    writer.close()
    assert path.stat().st_blocks * 512 < 1_000_000
    assert len(read_recording(path).samples) == 500


def test_a_spare_becomes_the_recording(tmp_path, pack):
    spare = Spare(tmp_path / ".spare", 4_000_000)
    spare.ensure()
    spare.ensure()
    path = tmp_path / "a.mcap"
    writer = RecordingWriter(path, {}, 0, reserved=spare.take())
    assert path.stat().st_blocks * 512 >= 4_000_000
    assert not spare.path.exists()
    assert spare.take() is None
    writer.close()
    assert not read_recording(path).truncated


def test_no_room_is_said_with_numbers_and_takes_none(tmp_path, monkeypatch):
    """Asked for more than is there, a file system hands out all that it has before it says no: the records' next
    write, in that moment, would be told that the disk is full."""
    asked_of_the_disk: list[int] = []
    monkeypatch.setattr(disk, "_fallocate", lambda _file, _mode, _offset, size: asked_of_the_disk.append(size) or 0)
    needed = free_bytes(tmp_path) + 10**12
    with pytest.raises(StorageError, match=r"disk-needs needed_mb=[\d.e+]+ free_mb=[\d.e+]+") as caught:
        RecordingWriter(tmp_path / "a.mcap", {}, 0, reserve_bytes=needed)
    assert caught.value.code == "disk-full"
    assert (list(tmp_path.iterdir()), asked_of_the_disk) == ([], [])
    RecordingWriter(tmp_path / "a.mcap", {}, 0, reserve_bytes=4096).close()
    assert asked_of_the_disk == [4096]


def test_what_the_system_says_of_a_reservation_that_would_fit(tmp_path, monkeypatch):
    for number, code in ((errno.ENOSPC, "disk-full"), (errno.EIO, "data-folder")):
        monkeypatch.setattr(disk, "_fallocate", lambda *_, said=number: (ctypes.set_errno(said), -1)[1])
        with pytest.raises(StorageError) as caught:
            RecordingWriter(tmp_path / "a.mcap", {}, 0, reserve_bytes=4096)
        assert caught.value.code == code
    monkeypatch.setattr(disk, "_fallocate", lambda *_: (ctypes.set_errno(errno.EOPNOTSUPP), -1)[1])
    RecordingWriter(tmp_path / "a.mcap", {}, 0, reserve_bytes=4096).close()  # cannot set aside, and has room enough


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file") as caught:
        RecordingWriter(tmp_path / "file" / "a.mcap", {}, 0)
    assert caught.value.code == "data-folder"
    assert isinstance(caught.value, OSError)


def test_an_existing_file_is_never_written_over(tmp_path):
    (tmp_path / "a.mcap").write_bytes(b"precious")
    with pytest.raises(StorageError, match="exists"):
        RecordingWriter(tmp_path / "a.mcap", {}, 0)
    assert (tmp_path / "a.mcap").read_bytes() == b"precious"


FULL = """
import resource, sys
from pathlib import Path
from station.faults import StorageError
from station.recording.writer import RecordingWriter
noise = lambda seq: bytes(place * seq % 251 for place in range({size} - 16))
payloads = [seq.to_bytes(8, "little") + bytes(8) + noise(seq) for seq in range(500)]
writer = RecordingWriter(Path(sys.argv[1]), {{}}, 0)
writer.append(payloads[:250])
writer.sync()
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 1000, resource.RLIM_INFINITY))
writer.append(payloads[250:])
for attempt in range(3):
    try:
        writer.sync()
    except StorageError as problem:
        print(problem.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
if sys.argv[2] == "repair":
    writer.close()
"""


@pytest.mark.parametrize("then", ["repair", "die"])
def test_a_full_disk_loses_nothing_that_was_synced(tmp_path, then):
    """RLIMIT_FSIZE stops the file at a byte, in the middle of a chunk, as a full disk does."""
    path = tmp_path / "full.mcap"
    command = [sys.executable, "-c", FULL.format(size=SAMPLE_BYTES), str(path), then]
    worker = subprocess.run(command, check=True, capture_output=True, text=True)
    assert worker.stdout.split() == ["disk-full"] * 3
    recording = read_recording(path)
    assert recording.truncated == (then == "die")
    assert recording.samples["seq"].tolist() == list(range(500 if then == "repair" else 250))


def test_failed_sync_is_written_again(tmp_path, monkeypatch):
    """After a failed fdatasync the kernel may have dropped the pages: all of it is written once more."""
    file = DurableFile(tmp_path / "a")
    file.write(b"first")
    file.sync()
    file.write(b"second")
    real = os.fdatasync

    def lost(descriptor):
        os.ftruncate(descriptor, 5)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", lost)
    with pytest.raises(StorageError):
        file.sync()
    monkeypatch.setattr(os, "fdatasync", real)
    file.write(b"third")
    file.sync()
    file.close()
    file.close()
    assert (tmp_path / "a").read_bytes() == b"firstsecondthird"


def test_the_reserve_is_more_than_a_second_takes(record):
    path, _, _ = record(2500)
    assert path.stat().st_size / 10.0 < BYTES_PER_S
