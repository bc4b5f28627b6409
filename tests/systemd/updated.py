"""A computer in a folder with small releases on it, whose station is one real process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path

from station_install.program import CURRENT
from station_install.root import Root
from station_install.updating import MANIFEST, UNPACKED, current
from station_install.works import Works
from tests.systemd import small_release


def _free_port() -> int:
    """One that nobody has, and that the system gives to no connection meanwhile: the station is started there again and
    again. Below those of the other tests (`free_port`).
    """
    for port in range(10_000 + os.getpid() % 8_000, 20_000):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


class Computer(Works):
    """`Works` without systemd: the station is a process of the test's own."""

    steady_s = 0.0
    look_s = 0.02
    come_up_s = 30.0

    def __init__(self, folder: Path) -> None:
        super().__init__(Root(folder))
        self.folder = folder
        self.at_port = _free_port()
        data = folder / "var/lib/balance-station"
        data.mkdir(parents=True)
        settings = f"[web]\nport = {self.at_port}\n[station]\ndata = '/var/lib/balance-station'\n"
        self.root.write("/etc/balance-station/station.toml", settings)
        self.station: subprocess.Popen[bytes] | None = None

    def install(self, version: str, **how: object) -> str:
        """A release that somebody installed by hand, and that runs."""
        source = self.folder.parent / f"clone-{self.folder.name}"
        release = small_release.make(source, version, **how)
        root = ("--root", str(self.folder))
        for words in (("beside",), ("--only", "units")):
            subprocess.run(["python3", "-IS", str(source / "systemd/install"), *words, *root], check=True)
        self.root.link(CURRENT, f"releases/{release}")
        shutil.rmtree(source)
        return release

    def lay_ready(self, version: str, **how: object) -> str:
        """A release that was proved and unpacked."""
        release = small_release.make(self.root.path(UNPACKED), version, **how)
        said = {"release": release, "version": version, "changes": f"- What is new in {version}."}
        self.root.write(MANIFEST, json.dumps(said))
        return release

    @property
    def records(self) -> Path:
        return self.data() / "records.sqlite"

    def visits(self) -> list[str]:
        """What the clinic wrote."""
        with closing(sqlite3.connect(self.records)) as database:
            return [row[0] for row in database.execute("SELECT patient FROM visit ORDER BY id")]

    def write_visit(self, patient: str) -> None:
        with closing(sqlite3.connect(self.records, isolation_level=None)) as database:
            database.execute("INSERT INTO visit (patient) VALUES (?)", (patient,))

    def units(self) -> str:
        """Of which release they are."""
        return self.root.path("/etc/systemd/system/station.target").read_text()

    def runs(self) -> str:
        """The release that answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.at_port}/healthz", timeout=5) as answer:
            return str(json.loads(answer.read())["release"]["why"])

    def well(self) -> set[str] | None:
        """The same of a process that has had its time to begin, however busy the computer is: what it says counts."""
        give_up_s = time.monotonic() + 30.0
        while (found := super().well()) is None and self._begins() and time.monotonic() < give_up_s:
            self._pause(self.look_s)
        return found

    def _begins(self) -> bool:
        return self.station is not None and self.station.poll() is None

    # --- in the place of systemd ---

    def start(self) -> None:
        self.stop()
        program = self.root.path(f"{CURRENT}/bin/station")
        self.station = subprocess.Popen([program, "run", str(self.data()), str(self.at_port)])

    def stop(self) -> None:
        if self.station is not None:
            self.station.send_signal(signal.SIGKILL)  # the hardest end, each time
            self.station.wait()
            self.station = None

    def whole(self) -> str:
        """Start it as after a power cut; the release that runs. Fails where the station does not come up whole."""
        self.start()
        assert self.comes_up({"web", "recorder", "control"}) == ""
        assert self.runs() == current(self.root) == self.units()
        return self.runs()
