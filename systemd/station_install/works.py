"""What changing the release does to the computer: programs of a release are run, and the station stopped and started.

Whoever is asked is always the release itself, by its own commands: what a newer or earlier one needs it knows alone.
What every release must answer to is in docs/update.md ("What releases say to each other").
"""

from __future__ import annotations

import json
import pwd
import subprocess
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station_install.answers import STATION
from station_install.program import CURRENT, RELEASES
from station_install.root import Root, StepError
from station_install.station_settings import TARGET

PROCESS_UNITS = ("station-control.service", "station-recorder.service", "station-web.service")
LAID_DOWN = "snippets,users,folders,units,fence,enabled"
"""The steps of the installer that belong to a release, and need nothing from outside."""
PORT = 8080
MANY_ENDS = 10
"""A process that ends so often while a release is awaited ends for a reason."""
BUSY = 5
"""Exit code of `station idle` while a visit is open or a drill runs."""
TRIES_AS = "station-recorder"
BUILD_PATIENCE_S, TRY_PATIENCE_S, IDLE_PATIENCE_S, LAY_PATIENCE_S = 1800.0, 600.0, 60.0, 120.0


class Works:
    """Of the computer at this root, whose station is started by systemd where that runs."""

    come_up_s = 120.0
    """How long a release may take until it answers."""
    steady_s = 10.0
    """How long it must then be well without a break."""
    look_s = 0.5

    def __init__(self, root: Root) -> None:
        self.root = root
        self._pause = time.sleep

    # --- a release's own commands -----------------------------------------------------------------------------------

    def build(self, unpacked: str) -> None:
        """Let an unpacked release build itself beside the one that runs. Raises StepError."""
        folder = self.root.path(unpacked)
        installer = ("python3", str(folder / "systemd/install"), "beside", "--wheels", str(folder / "wheels"))
        self._said(_ran((*installer, "--root", str(self.root.folder)), BUILD_PATIENCE_S), "it could not be built")

    def try_out(self, release: str, data: Path) -> None:
        """Let a release try itself on these records. Raises StepError where it says no, or nothing."""
        settings = ("--settings", str(self.root.path(STATION)))
        command = (str(self.root.path(f"{RELEASES}/{release}/bin/station")), "tryout", str(data), *settings)
        self._said(_ran(command, TRY_PATIENCE_S, self._user()), "its own trial failed")

    def lay_down(self, release: str) -> None:
        """Put the units and files of a release in place. Raises StepError."""
        installer = ("python3", str(self.root.path(f"{RELEASES}/{release}/systemd/install")), "--only", LAID_DOWN)
        done = _ran((*installer, "--root", str(self.root.folder)), LAY_PATIENCE_S)
        self._said(done, "its units could not be put in place")

    def busy(self) -> str:
        """Why the station may not be stopped now; "" where it may, or where it cannot say: then it needs mending."""
        command = (str(self.root.path(f"{CURRENT}/bin/station")), "idle", "--settings", str(self.root.path(STATION)))
        done = _ran(command, IDLE_PATIENCE_S, self._user())
        if done.returncode != BUSY:
            return ""
        return ((done.stdout + done.stderr).strip().splitlines() or ["it is in use"])[0].removeprefix("station: ")

    def _user(self) -> str | None:
        try:
            return pwd.getpwnam(TRIES_AS).pw_name if self.root.own else None
        except KeyError:
            return None

    def _said(self, done: subprocess.CompletedProcess[str], what: str) -> None:
        if done.returncode:
            lines = (done.stdout + done.stderr).strip().splitlines()[-8:]
            raise StepError(f"{what} ({done.returncode}): " + " / ".join(lines))

    # --- the station ------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop its processes; the patient's screen stays on, and says so. Raises StepError."""
        if self.root.live:
            self.root.run("systemctl", "stop", *PROCESS_UNITS)
            self.root.run("systemctl", "--no-block", "try-restart", "station-kiosk.service", may_fail=True)

    def start(self) -> None:
        """Start it, with the units as they are now."""
        if self.root.live:
            self.root.run("systemctl", "daemon-reload")
            self.root.run("systemctl", "--no-block", "start", TARGET, *PROCESS_UNITS)

    def well(self) -> set[str] | None:
        """Which of its processes are well; None where nobody answers. A control that waits for its hardware counts as
        well: what is unplugged is not the release's fault.
        """
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port()}/healthz", timeout=5) as answer:
                said = answer.read(1 << 20)
        except urllib.error.HTTPError as refused:
            said = refused.read(1 << 20)
        except OSError:
            return None
        try:
            found: dict[str, Any] = json.loads(said)
            return {name for name, one in found.items() if one["ok"] or one["why"] == "fault"}
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def comes_up(self, needed: set[str]) -> str:
        """Wait until these processes are well, and stay so; what was in the way, "" for nothing."""
        give_up_s = time.monotonic() + self.come_up_s
        since_s = None
        seen: set[str] | None = None
        before = self.ends()
        while time.monotonic() < give_up_s:
            seen = self.well()
            now_s = time.monotonic()
            since_s = (since_s or now_s) if seen is not None and needed <= seen else None
            if since_s is not None and now_s - since_s >= self.steady_s:
                return ""
            now = self.ends()
            before = {unit: min(before.get(unit, count), count) for unit, count in now.items()}
            if often := [unit for unit, count in now.items() if count - before[unit] >= MANY_ENDS]:
                return f"it did not come up: {', '.join(often)} ended {MANY_ENDS} times"
            self._pause(self.look_s)
        lacking = (
            "nobody answers" if seen is None else f"not well: {', '.join(sorted(needed - seen)) or 'now and then'}"
        )
        return f"it did not come up within {self.come_up_s:g} s: {lacking}"

    def ends(self) -> dict[str, int]:
        """How often each process was started again by itself. systemd counts on where a stop is between two such
        starts, and from 0 after any other stop: only how much it grows says something.
        """
        if not self.root.live:
            return {}
        asked = ("systemctl", "show", "--property=NRestarts", "--value", *PROCESS_UNITS)
        counts = self.root.run(*asked, may_fail=True).stdout.split()
        return {unit: int(count) for unit, count in zip(PROCESS_UNITS, counts, strict=False) if count.isdigit()}

    def port(self) -> int:
        """Of the patient's screen."""
        port = self.settings().get("web", {}).get("port", PORT)
        return port if type(port) is int else PORT

    def settings(self) -> dict[str, Any]:
        """The station's settings; empty where they cannot be read."""
        try:
            return tomllib.loads(self.root.read_typed(STATION) or "")
        except (tomllib.TOMLDecodeError, StepError):
            return {}

    def data(self) -> Path:
        """The folder of what the clinic recorded."""
        return self.root.path(str(self.settings().get("station", {}).get("data", "/var/lib/balance-station")))


def _ran(command: Sequence[str], patience_s: float, user: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    as_whom: dict[str, Any] = {} if user is None else {"user": user, "group": "station", "extra_groups": []}
    try:
        return subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=patience_s,
            **as_whom,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"no end within {patience_s:g} s")
    except OSError as problem:
        return subprocess.CompletedProcess(command, 127, "", str(problem))
