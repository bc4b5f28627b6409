"""What a station writes: bytes a second while nobody is on it and while it records, and from them a clinic day.

By the kernel's own count of each process (`write_bytes` of /proc/PID/io: pages that go to the disk, so that a line of
ten bytes that is flushed counts 4096; less `cancelled_write_bytes`: pages of a file that was gone before they went, as
the index is that SQLite makes beside an open database). What the file system adds in its journal is not in it: `make
image-test` counts that too, at the block layer. Beside it: the samples alone, written by one process to one file and
flushed as often.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
from mcap.exceptions import McapError
from mcap.reader import make_reader
from mcap_ros1.decoder import DecoderFactory

from benchmarks.common import Verdict, at_least, at_most, not_measured, table
from benchmarks.running import PROCESSES, Server, station
from station.control.loop import RATE_HZ
from station.recording.layout import BLOCKS_TOPIC, SAMPLES_TOPIC
from station.wire.sample import SAMPLE_BYTES

GOAL_KB_S = 10.0
"""While recording (product.md 4a: 4.6 kB/s hold the primary columns)."""
IDLE_S, RECORDED_S = 20.0, 40.0
PATIENTS, DRILLS, DRILL_S, OPEN_S = 12, 2, 208.0, 8 * 3600.0
"""A clinic day (assumed): patients, drills of each, seconds recorded of each, hours switched on."""
_START = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 60, "trials": 1}
_FLUSH_S = 0.5


def written(server: Server) -> dict[str, int]:
    """Bytes that each process has had written so far."""
    return {name: _written_by(server.child(name).pid) for name in PROCESSES}


def _written_by(pid: int) -> int:
    said = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines())
    return int(said["write_bytes"]) - int(said["cancelled_write_bytes"])


def _post(server: Server, path: str, body: dict[str, object], phone: str) -> None:
    """Ask until it is granted: the recorder may have only just come up. Raises TimeoutError."""
    headers = {"Content-Type": "application/json", "Origin": server.url, "Cookie": f"station_client={phone}"}
    request = urllib.request.Request(f"{server.url}/api/v1/{path}", json.dumps(body).encode(), headers)
    for _ in range(300):
        try:
            with urllib.request.urlopen(request, timeout=10):
                return
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise TimeoutError(f"{path} was not granted")


def _over(server: Server, seconds: float) -> tuple[dict[str, float], float]:
    """kB/s of each process over so long, and how long that was."""
    before, began_s = written(server), time.monotonic()
    time.sleep(seconds)
    after, passed_s = written(server), time.monotonic() - began_s
    return {name: (after[name] - before[name]) / passed_s / 1e3 for name in PROCESSES}, passed_s


def _samples_alone(seconds: float) -> float:
    """kB/s of a process that writes samples of noughts and ones by chance, not packed, and flushes as often."""
    me = psutil.Process()
    before = me.io_counters().write_bytes
    with tempfile.TemporaryFile() as file:
        for _ in range(round(seconds / _FLUSH_S)):
            file.write(os.urandom(round(SAMPLE_BYTES * RATE_HZ * _FLUSH_S)))
            file.flush()
            os.fdatasync(file.fileno())
    return float(me.io_counters().write_bytes - before) / seconds / 1e3


def _read_by_others(data: Path) -> tuple[int, int]:
    """Samples that the plain reader of MCAP and of ROS 1 finds in the recording once it is finished, one by one or as
    columns by the schema in the file, and its size in bytes.
    """
    (newest,) = (data / "recordings").rglob("*.mcap")
    for _ in range(300):
        with newest.open("rb") as file, suppress(McapError):
            reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
            found = reader.iter_decoded_messages(topics=[SAMPLES_TOPIC, BLOCKS_TOPIC])
            count = sum(len(seen.force_n) if channel.topic == BLOCKS_TOPIC else 1 for _, channel, _, seen in found)
            return count, newest.stat().st_size
        time.sleep(0.1)
    raise TimeoutError(f"{newest} was not finished")


def main(*, short: bool = False) -> list[Verdict]:
    """Print the table."""
    idle_s, recorded_s = (1.0, 2.0) if short else (IDLE_S, RECORDED_S)
    phone = secrets.token_hex(16)
    with station() as server:
        server.pages_after_s("/healthz")
        idle, _ = _over(server, idle_s)
        _post(server, "drill/start", _START, phone)
        time.sleep(1.0 if short else 3.0)  # what is written once, at the start
        recording, _ = _over(server, recorded_s)
        _post(server, "stop", {}, phone)
        command = psutil.Process(server.process.pid).cmdline()
        data = Path(command[command.index("--data") + 1])
        count, size = _read_by_others(data)
    alone = _samples_alone(recorded_s)
    if not sum(recording.values()):
        return not_measured("the temporary folder is on no disk whose writes the kernel counts")
    rows = [[name, idle[name], recording[name]] for name in PROCESSES]
    rows += [["all", sum(idle.values()), sum(recording.values())], ["the samples alone, as they are", 0.0, alone]]
    print(table(["written", "kB/s idle", "kB/s recording"], rows))
    recorded_day_s = PATIENTS * DRILLS * DRILL_S
    day_mb = (recorded_day_s * sum(recording.values()) + (OPEN_S - recorded_day_s) * sum(idle.values())) / 1e3
    print(
        f"\nA clinic day ({PATIENTS} patients, {DRILLS} drills of {DRILL_S:g} s, {OPEN_S / 3600:g} h): {day_mb:.0f} MB."
    )
    print(f"The newest recording: {count} samples by the plain MCAP reader, {size / max(count, 1):.0f} bytes each.")
    return [
        at_most("written while recording", sum(recording.values()), GOAL_KB_S, "kB/s"),
        at_least("samples that the plain MCAP reader finds", count, RATE_HZ * recorded_s * 0.9, "samples"),
    ]
