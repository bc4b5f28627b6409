"""STOP reaches control while others are in the way, and what was on its way before a STOP does not start after it.

The getters, impostors and drippers kept STOPs out of the program as it was before (decision 22). How long a STOP takes
is measured by `make bench ARGS=stop`, and judged nowhere here.
"""

import contextlib
import json
import secrets
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from station.recording.layout import RECORDS_FILE
from station.wire.ring import RingReader
from tests.attacks.assailants import KINDS
from tests.system.conftest import RunningStation

STOPS = 12


class Phone:
    """Somebody with a phone: one new connection a tap, and always the same cookie."""

    def __init__(self, station) -> None:
        self.url = station.url
        self.cookie = f"station_client={secrets.token_hex(16)}"

    def post(self, path: str, body: dict | None = None) -> tuple[int, dict]:
        headers = {
            "Origin": self.url,
            "Cookie": self.cookie,
            **({"Content-Type": "application/json"} if body is not None else {}),
        }
        data = b"" if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def seen(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/api/v1/snapshot", timeout=30) as answer:
            return json.load(answer)["seen"]


@pytest.fixture
def attack(station: RunningStation) -> Iterator[Callable[[str], None]]:
    """`attack(kind)`: one more assailant, until the test ends."""
    running: list[subprocess.Popen] = []

    def begin(kind: str) -> None:
        program = Path(__file__).parent / "assailants.py"
        command = [sys.executable, str(program), kind, str(station.runtime), str(station.port)]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE))
        assert running[-1].stdout.readline() == b"at work\n"

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("kind", KINDS)
def test_no_stop_is_lost_while_somebody_is_in_the_way(station, attack, wait_for, kind) -> None:
    station.start_vibrating()
    phone = Phone(station)
    attack(kind)
    answers = [phone.post("/stop") for _ in range(STOPS)]
    assert answers == [(200, {"ok": True})] * STOPS
    assert wait_for("the drive to be off", station.latest).output_hz == 0.0
    assert all(station.child(verb) for verb in ("control", "recorder", "web"))


def full(station: RunningStation) -> Iterator[None]:
    """No file of the recorder becomes longer than it is."""
    recorder = station.child("recorder")
    file = max((station.data / "recordings").glob("*.mcap"), key=lambda path: path.stat().st_mtime_ns)
    limit = recorder.rlimit(psutil.RLIMIT_FSIZE)
    recorder.rlimit(psutil.RLIMIT_FSIZE, (file.stat().st_size, limit[1]))
    yield
    recorder.rlimit(psutil.RLIMIT_FSIZE, limit)


def locked(station: RunningStation) -> Iterator[None]:
    """Another program writes into the records for so long. While it records the station keeps them open, so that
    nobody can have them for itself.
    """
    with contextlib.closing(sqlite3.connect(station.data / RECORDS_FILE, isolation_level=None, timeout=30)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize("trouble", [full, locked])
def test_no_stop_is_lost_while_the_disk_is_full_or_the_records_are_locked(station, wait_for, trouble) -> None:
    station.start_vibrating()
    phone = Phone(station)
    with contextlib.contextmanager(trouble)(station):
        answers = [phone.post("/stop") for _ in range(STOPS)]
        assert answers == [(200, {"ok": True})] * STOPS
        assert wait_for("the drive to be off", station.latest).output_hz == 0.0
        if trouble is full:
            wait_for("the fault", lambda: not station.healthy())
            assert phone.post("/stop") == (200, {"ok": True})
    wait_for("all well again", station.healthy)


def drill(**more) -> dict:
    return {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 5, **more}


@pytest.fixture(params=["free", "locked"])
def tries(station: RunningStation, request: pytest.FixtureRequest, wait_for: Callable[..., object]) -> Iterator[int]:
    """How often it is tried: a Start waits as long as it may for records that another program holds."""
    if request.param == "free":
        yield 12
        return
    holder = sqlite3.connect(station.data / RECORDS_FILE, isolation_level=None, timeout=1)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")

    def alone() -> bool:
        """The recorder has them open while the results of the drills before are made."""
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        return True

    wait_for("the records to be let go", alone)
    yield 2
    holder.close()


class Tap(threading.Thread):
    """A Start that is on its way as soon as this is made."""

    def __init__(self, phone: Phone, body: dict) -> None:
        super().__init__()
        self._phone, self._body = phone, body
        self._sent = threading.Event()
        self.start()
        self._sent.wait()

    def run(self) -> None:
        self._sent.set()
        self._phone.post("/drill/start", self._body)


def test_a_confirmed_stop_ends_every_start_that_was_sent_before_it(station, tries, wait_for) -> None:
    phone = Phone(station)
    reader = RingReader(station.runtime / "samples")
    for number in range(tries):
        wait_for("the last drill's end", lambda: station.latest().session == 0)
        tap = Tap(phone, drill(request=f"try {number}", seen=phone.seen()))
        assert phone.post("/stop")[0] == 200
        tap.join()
        after = reader.latest()[0] + 100
        wait_for("a moment", lambda after=after: reader.latest()[0] > after)
        assert station.latest().session == 0
    reader.close()


def test_a_start_from_before_a_stop_or_from_an_earlier_life_is_refused(station, wait_for) -> None:
    phone = Phone(station)
    wait_for("the first drill", lambda: phone.post("/drill/start", drill())[0] == 200)
    seen = phone.seen()
    phone.post("/stop")
    wait_for("its end", lambda: station.latest().session == 0)
    status, problem = phone.post("/drill/start", drill(seen=seen, request="from before"))
    assert (status, problem["code"]) == (409, "start-stale")
    seen = phone.seen()
    station.child("control").kill()
    wait_for("control's next life", lambda: station.healthy() and phone.seen()["epoch"] != seen["epoch"])
    status, problem = phone.post("/drill/start", drill(seen=seen, request="from another life"))
    assert (status, problem["code"]) == (409, "start-stale")


def test_a_start_that_is_sent_again_starts_nothing(station, wait_for) -> None:
    phone = Phone(station)
    body = drill(request="once")
    wait_for("the recorder", lambda: phone.post("/drill/start", drill())[0] == 200)
    phone.post("/stop")
    wait_for("its end", lambda: station.latest().session == 0)
    first = phone.post("/drill/start", body)
    assert first[0] == 200
    phone.post("/stop")
    wait_for("its end", lambda: station.latest().session == 0)
    assert [phone.post("/drill/start", body) for _ in range(3)] == [first] * 3
    status, problem = phone.post("/drill/start", {**body, "hold_s": 6})
    assert (status, problem["code"]) == (409, "start-differs")
    assert station.latest().session == 0
