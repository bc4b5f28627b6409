"""A release tries itself before it counts: settings, a copy of the records, a drill, a dry start; on the simulated rig.

It opens no pin and no bus, and listens to this computer alone. What it finds out is whether this program, with these
settings and these records, comes up here and runs a drill to its figures.
"""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from drills.problems import Problem
from station.faults import StationError, StorageError, because
from station.recording.aside import damage
from station.recording.layout import records_path
from station.records.file import open_records
from station.settings import MEMORY, Settings, dump_settings

COME_UP_S = 120.0
"""How long the three processes may take; a Raspberry Pi 3 needs a fifth of it."""
DRILL_S = 240.0
END_S = 20.0
TRIAL_LOOK_S = 0.1
PAGES = ("/patient", "/therapist", "/technician", "/api/v1/sessions", "/api/v1/patients")
DRILL = ("quiet-stance", "--leg", "both", "--seed", "7", "--trials", "1", "--hold-s", "10")


def try_out(settings: Settings, copy: Path, program: Sequence[str]) -> None:
    """Whether this program would start with these settings and the records in `copy`, a folder that is changed.
    `program` is how its command is called.

    Raises StationError "tryout-failed" with what was seen, and whatever the records refuse with.
    """
    path = records_path(copy)
    open_records(path).close()
    if said := damage(path, thorough=True):
        raise StorageError("records-unreadable", str(path), because("system-said", said=said))
    with tempfile.TemporaryDirectory(prefix="station-tryout-", dir=MEMORY) as runtime, closing(_port()) as held:
        port = held.getsockname()[1]
        file = copy / "tryout.toml"
        file.write_text(dump_settings(_beside(settings, copy, Path(runtime), port)), encoding="utf-8")
        _drill([*program, "drill", *DRILL, "--settings", str(file), "--json"])
        held.close()
        _dry_start([*program, "run", "--settings", str(file)], port)


def _beside(settings: Settings, copy: Path, runtime: Path, port: int) -> Settings:
    """These settings on the simulated rig, in other folders, with no door for anybody."""
    station = {"rig": "simulated", "data": copy, "runtime": runtime, "screen_simulated": False}
    bare = Settings()
    return settings.model_copy(
        update={
            "station": settings.station.model_copy(update=station),
            "web": settings.web.model_copy(update={"host": "127.0.0.1", "port": port}),
            "phones": bare.phones,
            "backup": bare.backup,
        }
    )


def _drill(command: list[str]) -> None:
    """One whole drill under the virtual clock, recorded and measured."""
    try:
        done = subprocess.run(  # noqa: S603  # our own command
            command, capture_output=True, text=True, timeout=DRILL_S, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise StationError("tryout-failed", "drill", because("tryout-no-end", seconds=DRILL_S)) from problem
    try:
        outcome = json.loads(done.stdout)["outcome"]
    except (ValueError, KeyError, TypeError):
        outcome = ""
    if done.returncode or outcome != "completed":
        raise StationError("tryout-failed", "drill", _ended(done.returncode, done.stderr))


def _dry_start(command: list[str], port: int) -> None:
    """All three processes, until they are well and the pages answer; then their orderly end."""
    with tempfile.TemporaryFile() as said:
        station = subprocess.Popen(  # noqa: S603  # our own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            why = _comes_up(station, port)
        finally:
            station.terminate()
            try:
                code = station.wait(END_S)
            except subprocess.TimeoutExpired:
                station.kill()
                code = station.wait()
        if why or code:
            said.seek(0)
            raise StationError("tryout-failed", why or "end", _ended(code, said.read().decode(errors="replace")))


def _comes_up(station: subprocess.Popen[bytes], port: int) -> str:
    """What did not come; "" where all did."""
    give_up_s = time.monotonic() + COME_UP_S
    while _status(port, "/healthz") != 200:
        if station.poll() is not None or time.monotonic() > give_up_s:
            return "healthz"
        time.sleep(TRIAL_LOOK_S)
    return next((path for path in PAGES if _status(port, path) != 200), "")


def _status(port: int, path: str) -> int:
    """Of an answer from this computer; 0 for none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:  # our own
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def _port() -> socket.socket:
    """A port that is free; held until it is needed."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held


def _ended(code: int, said: str) -> Problem:
    return because("tryout-ended", code=code, said=" / ".join(said.strip().splitlines()[-6:]))
