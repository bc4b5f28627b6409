"""The real station, all its processes, started as `station run` starts it."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import psutil
import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.faults import StationError
from station.recording.reader import SAMPLE_DTYPE, read_recording
from station.wire.client import ControlLink
from station.wire.ring import RingReader
from station.wire.sample import Sample, unpack

PATIENCE_S = 250.0
"""How long anything may take on a busy machine before a test gives up; nothing is judged by it."""
NOT_YET = ("recorder-not-ready", "not-ready", "control-unreachable", "web-lost", "dose-not-committed")
"""Why a Start is refused that may be asked for again."""
_PAUSE = threading.Event()
T = TypeVar("T")


def poll(what: str, happened: Callable[[], T], ended: Callable[[], str]) -> T:
    """The first true value of `happened()`. Fails at once when `ended()` says why it will never come.

    It is looked for often at first, and after a while 25 times a second: who waits takes little from whom he waits for.
    """
    give_up_s = time.monotonic() + PATIENCE_S
    pause_s = 0.005
    while not (value := happened()):
        if why := ended():
            pytest.fail(f"waited for {what}, but {why}")
        assert time.monotonic() < give_up_s, f"not within {PATIENCE_S:g} s: {what}"
        _PAUSE.wait(pause_s)
        pause_s = min(1.2 * pause_s, 0.04)
    return value


def short_drill() -> DrillDocument:
    """The shipped drill without its quiet half minute: these tests are about what happens in the vibration."""
    document = load_shipped("single-leg-vibration")
    table = document.model_dump(mode="json")
    steps = {step["step"]: step for step in table["steps"] if step["step"] != "baseline"}
    steps["settle"]["time_s"] = 0.5
    steps["exercise"]["vibration"]["ramp_up_s"] = 0.5
    return DrillDocument.model_validate({**table, "steps": list(steps.values())})


class RunningStation:
    """`station run` on a free port with folders of its own."""

    def __init__(self, folder: Path, port: int, *arguments: str, limits: str = "") -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "data"
        self.runtime = folder / "runtime"
        settings = folder / "station.toml"
        settings.write_text(f'[station]\nruntime = "{self.runtime}"\nseed = 4\n{limits}')
        self.output = (folder / "output").open("w+")
        command = [sys.executable, "-m", "station", "run", "--settings", str(settings), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), *arguments], stdout=self.output, stderr=subprocess.STDOUT
        )
        self.link = ControlLink(self.runtime / "control.sock", timeout_s=10.0)

    def child(self, verb: str) -> psutil.Process | None:
        """The process that runs `station VERB`, where there is one."""
        try:
            children = psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return None
        for process in children:
            with contextlib.suppress(psutil.NoSuchProcess):  # another one may end meanwhile
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE and verb in process.cmdline()[1:5]:
                    return process
        return None

    def healthy(self) -> bool:
        """Whether /healthz says that all three are well."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def ended(self) -> str:
        """How it has ended by itself, and what it printed; "" while it runs."""
        if self.process.poll() is None:
            return ""
        printed = Path(self.output.name).read_text()
        return f"the station has ended with exit code {self.process.returncode}; it printed:\n{printed}"

    def wait_until_healthy(self) -> None:
        poll("all three processes well", self.healthy, self.ended)

    def ask_to_start(self, body: dict[str, Any]) -> None:
        """POST /drill/start as the page sends it, again where the station has only just no time for it."""
        phone = f"station_client={secrets.token_hex(16)}"  # the same one each time: it has the lease
        headers = {"Content-Type": "application/json", "Origin": self.url, "Cookie": phone}
        request = urllib.request.Request(f"{self.url}/api/v1/drill/start", json.dumps(body).encode(), headers)

        def started() -> bool:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status in (200, 201, 202)
            except urllib.error.HTTPError as refused:
                with refused:
                    problem = json.load(refused)
                assert problem["code"] in NOT_YET, problem
                return False

        poll("the drill to be started", started, self.ended)

    def latest(self) -> Sample | None:
        """The newest sample in the ring that is there now."""
        try:
            reader = RingReader(self.runtime / "samples")
        except (FileNotFoundError, ValueError):
            return None
        try:
            newest = reader.latest()
        finally:
            reader.close()
        return unpack(newest[1]) if newest is not None else None

    def on_disk(self, session: int) -> npt.NDArray[np.void]:
        """The samples of this session that its file has by now: with the power gone they must still be there.

        How old the newest is depends on the machine; how long the recorder waits is tested on a clock of its own.
        """
        try:
            samples = read_recording(max(self.data.glob("recordings/*.mcap"))).samples
        except (ValueError, StationError):  # no file, or nothing in it yet
            samples = np.empty(0, SAMPLE_DTYPE)
        return samples[samples["session"] == session]

    def start_vibrating(self) -> Sample:
        """Start a short drill and wait until the platform vibrates."""
        document = short_drill()
        prescription = prescribe(document, Asked(Leg.LEFT, hold_s=30.0, trials=1))

        def started() -> bool:
            try:
                self.link.request(
                    "start",
                    request=secrets.token_hex(8),
                    seen=self.link.request("describe")["facts"]["seen"],
                    patient="P01",
                    document=document.model_dump(mode="json", by_alias=True),
                    prescription=prescription.model_dump(mode="json"),
                    needs_web=True,
                )
            except StationError as problem:
                if problem.code not in NOT_YET:
                    raise
                return False
            return True

        runs = False

        def again() -> bool:
            """What ended it may have been a trip, and that waits for somebody who has seen it."""
            with contextlib.suppress(StationError):
                self.link.request("acknowledge", by="a test")
            return started()

        def vibrates() -> bool:
            """A busy machine can end the drill before: pages that say nothing for two seconds. It is started again."""
            nonlocal runs
            sample = self.latest()
            if sample is None or (sample.session == 0 and not runs):
                return False
            if sample.session == 0:
                poll("the drill to be started again", again, self.ended)
            runs = sample.session > 0
            return sample.output_hz > 20.0 and sample.measured_hz > 20.0

        poll("the drill to be started", started, self.ended)
        poll("vibration", vibrates, self.ended)
        sample = self.latest()
        assert sample is not None
        return sample

    def close(self) -> str:
        """Ctrl-C, wait, and return what it printed."""
        self.link.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_S)
        self.output.seek(0)
        text = self.output.read()
        self.output.close()
        return text


@pytest.fixture
def stations() -> Iterator[list[RunningStation]]:
    """Those that the test has started; stopped at its end."""
    stations: list[RunningStation] = []
    yield stations
    for station in stations:
        if station.process.poll() is None:
            station.process.send_signal(signal.SIGINT)
            try:
                station.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.kill(station.process.pid, signal.SIGKILL)
        station.link.close()
        if not station.output.closed:
            station.output.close()


@pytest.fixture
def start_station(
    stations: list[RunningStation], tmp_path: Path, free_port: Callable[[], int]
) -> Callable[..., RunningStation]:
    """`start_station(*arguments)`: one more of them, in a folder of its own."""

    def start(*arguments: str) -> RunningStation:
        folder = tmp_path / f"station{len(stations)}"
        folder.mkdir()
        stations.append(RunningStation(folder, free_port(), *arguments))
        return stations[-1]

    return start


@pytest.fixture
def wait_for(stations: list[RunningStation]) -> Callable[[str, Callable[[], T]], T]:
    """`wait_for(what, happened)`: the first true value of `happened()`. Fails at once when a station has ended."""

    def wait(what: str, happened: Callable[[], T]) -> T:
        return poll(what, happened, lambda: "; ".join(filter(None, (station.ended() for station in stations))))

    return wait


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[RunningStation]:
    """One station for all tests of a file that ask for `station`: each leaves it well, with no drill."""
    station = RunningStation(tmp_path_factory.mktemp("shared"), free_port())
    yield station
    station.close()


@pytest.fixture
def station(
    shared: RunningStation, stations: list[RunningStation], wait_for: Callable[[str, Callable[[], T]], T]
) -> Iterator[RunningStation]:
    """The shared one, well, without a drill, a trip and still, whatever the test before did."""
    stations.append(shared)  # what is waited for fails at once when it has ended
    shared.wait_until_healthy()
    wait_for("a still plate", lambda: (s := shared.latest()) and s.session == 0 and not s.measured_hz > 0.0)
    if (newest := shared.latest()) and newest.trip:
        shared.link.request("acknowledge", by="test")
    yield shared
    stations.remove(shared)
