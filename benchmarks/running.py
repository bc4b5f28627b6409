"""A real station, or a bare web server, started as a person would start it, measured from outside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil
import simple_websocket
import tomli_w

from station.access.phones import Phones
from station.access.places import FOLDER, OWN
from station.access.rights import Role, Transport
from station.clock import this_moment
from station.recording.layout import records_path
from station.records.file import open_records
from web_ui.callers import PHONE_COOKIES

PROCESSES = ("control", "recorder", "web")
START_PATIENCE_S = 120.0
_ENDS_S = 60.0
"""Its processes end themselves one after the other; a busy machine is given time."""


class Server(NamedTuple):
    """A started program that serves pages at `url`."""

    process: subprocess.Popen[bytes]
    url: str
    started_s: float
    """`time.monotonic()` at which it was started."""
    runtime: Path
    """Folder of a station's live rings; empty for another program."""

    def pages_after_s(self, path: str) -> float:
        """Wait for a page to be served with status 200; seconds since the start.

        Raises TimeoutError, or ChildProcessError when the program ends.
        """
        while time.monotonic() - self.started_s < START_PATIENCE_S:
            if self.process.poll() is not None:
                raise ChildProcessError(f"the program ended with exit code {self.process.returncode}")
            try:
                with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                    if answer.status == 200:
                        return time.monotonic() - self.started_s
            except (urllib.error.URLError, OSError):
                time.sleep(0.005)
        raise TimeoutError(f"{self.url}{path} was not served within {START_PATIENCE_S:g} s")

    def child(self, verb: str) -> psutil.Process:
        """The station's process that runs `station <verb>`. Raises LookupError."""
        for process in psutil.Process(self.process.pid).children():
            if verb in process.cmdline()[1:5]:
                return process
        raise LookupError(f"the station has no process {verb}")


def free_port() -> int:
    """A TCP port of this computer that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _started(command: Sequence[str], port: int, runtime: Path) -> Iterator[Server]:
    server = Server(
        subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True),
        f"http://127.0.0.1:{port}",
        time.monotonic(),
        runtime,
    )
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        try:
            server.process.wait(_ENDS_S)
        except subprocess.TimeoutExpired:
            os.killpg(server.process.pid, signal.SIGKILL)  # its processes would go on writing into the folder
            server.process.wait()


@contextmanager
def station(*, priority: int = 50, cpu: int | None = None, records: Path | None = None) -> Iterator[Server]:
    """`station run` on the simulated rig with folders of its own, with a copy of these `records` in them. `cpu` is the
    core that its loop keeps to.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory(dir="/dev/shm") as runtime:
        if records is not None:
            shutil.copytree(records, data, dirs_exist_ok=True)
        control: dict[str, int] = {"priority": priority} | ({} if cpu is None else {"cpu": cpu})
        settings = Path(data) / "station.toml"
        settings.write_text(tomli_w.dumps({"station": {"runtime": runtime}, "control": control}), encoding="utf-8")
        command = [sys.executable, "-m", "station", "run", "--rig", "simulated", "--settings", str(settings)]
        with _started([*command, "--port", str(port), "--data", data], port, Path(runtime)) as server:
            yield server


@contextmanager
def secure_station(*, cpu: int | None = None) -> Iterator[tuple[Server, int, str]]:
    """`station run` with its secure door open: the port of that, and the cookie of a therapist's phone, trained."""
    port, secure = free_port(), free_port()
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory(dir="/dev/shm") as runtime:
        settings = Path(data) / "station.toml"
        control: dict[str, int] = {"priority": 50} | ({} if cpu is None else {"cpu": cpu})
        said = {"station": {"runtime": runtime}, "control": control, "phones": {"tls_port": secure}}
        settings.write_text(tomli_w.dumps(said), encoding="utf-8")
        cookie = _paired(records_path(Path(data)))
        command = [sys.executable, "-m", "station", "run", "--rig", "simulated", "--settings", str(settings)]
        with _started([*command, "--port", str(port), "--data", data], port, Path(runtime)) as server:
            server.pages_after_s("/healthz")
            while not (Path(data) / FOLDER / OWN).exists():
                if time.monotonic() - server.started_s > START_PATIENCE_S:
                    raise TimeoutError("the secure door has no certificate")
                time.sleep(0.02)
            yield server, secure, cookie


def _paired(records: Path) -> str:
    """The cookie of a phone that these records know."""
    with closing(open_records(records)) as file:
        book = Phones(lambda: file, lambda: file, this_moment)
        token = book.pair("phone", Role.THERAPIST, Transport.TLS)
        book.set_trained(book.listed()[0]["id"], "manager", trained=True)
    return f"{PHONE_COOKIES[Transport.TLS]}={token}"


@contextmanager
def practice_station() -> Iterator[tuple[Server, str]]:
    """`station practice` with folders of its own, and the beginning of the addresses of a phone of its access point,
    which here is the computer's own loopback.
    """
    port, phones_port = free_port(), free_port()
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory(dir="/dev/shm") as runtime:
        doors = {"access_point": "lo", "access_point_port": phones_port}
        settings = Path(data) / "station.toml"
        settings.write_text(tomli_w.dumps({"station": {"runtime": runtime}, "phones": doors}), encoding="utf-8")
        with closing(open_records(records_path(Path(data)))):
            pass  # phones are the real station's
        command = [sys.executable, "-m", "station", "practice", "--settings", str(settings), "--data", data]
        with _started([*command, "--port", str(port)], port, Path(runtime)) as server:
            yield server, f"http://127.0.0.1:{phones_port}"


@contextmanager
def bare_server() -> Iterator[Server]:
    """Flask's smallest page under gunicorn, with the kind of worker that the station uses: the yardstick."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "8", "--log-level", "error"]
    with _started([*command, "--bind", f"127.0.0.1:{port}", "benchmarks.bare:app"], port, Path()) as server:
        yield server


@contextmanager
def phones(server: Server, count: int = 4) -> Iterator[list[int]]:
    """`count` WebSocket clients that read the station's live stream. Yields their counts of messages."""
    received = [0] * count
    with ExitStack() as stack:
        for index in range(count):
            client = simple_websocket.Client(server.url.replace("http", "ws", 1) + "/live")
            reader = threading.Thread(target=_read, args=(client, received, index))
            reader.start()
            stack.callback(reader.join)
            stack.callback(client.close)
        yield received


def _read(client: simple_websocket.Client, received: list[int], index: int) -> None:
    try:
        while client.receive() is not None:
            received[index] += 1
    except simple_websocket.ConnectionClosed:
        pass
