"""The real station, all its processes, started as `station run` starts it."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.prescription import Asked, prescribe
from drills.values import Leg
from station.faults import StationError
from station.wire.client import ControlLink
from station.wire.ring import RingReader
from station.wire.sample import Sample, unpack

PATIENCE_S = 60.0
"""How long anything may take on a busy machine before a test gives up; nothing is judged by it."""
_PAUSE = threading.Event()


def wait_for(what: str, happened: Callable[[], object]) -> object:
    """Poll until `happened()` is true, and return its value."""
    give_up_s = time.monotonic() + PATIENCE_S
    while not (value := happened()):
        assert time.monotonic() < give_up_s, f"not within {PATIENCE_S:g} s: {what}"
        _PAUSE.wait(0.005)
    return value


def short_drill() -> DrillDocument:
    """The shipped drill without its quiet half minute: these tests are about what happens in the vibration."""
    document = load_shipped("single-leg-vibration")
    phases = document.phases.model_copy(update={"settle_s": 2.5, "baseline_s": 0.0, "ramp_up_s": 0.5})
    return document.model_copy(update={"phases": phases})


class RunningStation:
    """`station run` on a free port with folders of its own."""

    def __init__(self, folder: Path, port: int, *arguments: str) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = folder / "data"
        self.runtime = folder / "runtime"
        settings = folder / "station.toml"
        settings.write_text(f'[station]\nruntime = "{self.runtime}"\nseed = 4\n')
        self.output = (folder / "output").open("w+")
        command = [sys.executable, "-m", "station", "run", "--settings", str(settings), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data), *arguments], stdout=self.output, stderr=subprocess.STDOUT
        )
        self.link = ControlLink(self.runtime / "control.sock", timeout_s=10.0)

    def child(self, verb: str) -> psutil.Process | None:
        """The process that runs `station VERB`, where there is one."""
        try:
            for process in psutil.Process(self.process.pid).children():
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE and verb in process.cmdline()[1:5]:
                    return process
        except psutil.NoSuchProcess:
            pass
        return None

    def healthy(self) -> bool:
        """Whether /healthz says that all three are well."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def wait_until_healthy(self) -> None:
        wait_for("all three processes well", self.healthy)

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

    def start_vibrating(self) -> Sample:
        """Start a short drill and wait until the platform vibrates."""
        document = short_drill()
        prescription = prescribe(document, Asked(Leg.LEFT, hold_s=30.0, trials=1))

        def started() -> bool:
            try:
                self.link.request(
                    "start",
                    patient="P01",
                    document=document.model_dump(mode="json", by_alias=True),
                    prescription=prescription.model_dump(mode="json"),
                    needs_web=True,
                )
            except StationError as problem:
                if problem.code not in ("recorder-not-ready", "not-ready", "control-unreachable", "web-lost"):
                    raise
                return False
            return True

        wait_for("the drill to be started", started)
        wait_for("vibration", lambda: (s := self.latest()) is not None and s.output_hz > 20.0 and s.measured_hz > 20.0)
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


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[[str, Callable[[], object]], object]:
    return wait_for


@pytest.fixture
def start_station(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Callable[..., RunningStation]]:
    stations: list[RunningStation] = []

    def start(*arguments: str) -> RunningStation:
        folder = tmp_path / f"station{len(stations)}"
        folder.mkdir()
        stations.append(RunningStation(folder, free_port(), *arguments))
        return stations[-1]

    yield start
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
