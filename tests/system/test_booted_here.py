"""The station under a real systemd within a minute: this computer's own root folder, booted in namespaces with the
units that the installer puts there. What needs a Debian of its own is in `make image-test`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NO_BOOT

PATIENCE_S = 250.0
SYSTEMD = Path("/lib/systemd/systemd")
TOOLS = ("unshare", "setpriv", "nsenter", "pgrep", "mount", "pivot_root", "systemd-sysusers", "systemctl")
_PAUSE = threading.Event()
_ASK = """
import json, sys, urllib.error, urllib.request
url, body = sys.argv[1:]
headers = {'Content-Type': 'application/json', 'Cookie': 'station_client=' + '1' * 32}
headers['Origin'] = 'http://127.0.0.1:8080'
try:
    with urllib.request.urlopen(urllib.request.Request(url, body.encode() or None, headers), timeout=10) as answer:
        print(json.dumps([answer.status, json.load(answer)]))
except urllib.error.HTTPError as refused:
    print(json.dumps([refused.code, json.load(refused)]))
except OSError as problem:
    print(json.dumps([0, str(problem)]))
"""


_TRY = """
set -e
mount -t tmpfs none "$1"; cd "$1"; mkdir upper work root cgroup
mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" root
mount -t cgroup2 none cgroup; mkdir cgroup/booted-here-try; rmdir cgroup/booted-here-try
"""


def _lacks(folder: Path) -> str:
    """Why this computer can boot nothing; "" where it can."""
    if os.geteuid() != 0:
        return "not root"
    if not SYSTEMD.exists():
        return "no systemd"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"no {missing[0]}"
    inside = ["unshare", "--pid", "--mount", "--net", "--cgroup", "--fork", "sh", "-c", _TRY, "sh", str(folder)]
    done = subprocess.run(inside, capture_output=True, text=True, timeout=250)
    return done.stderr.strip() or "refused" if done.returncode else ""


class Here:
    """What runs in the namespaces."""

    def __init__(self, folder: Path, project: Path) -> None:
        self._file = folder.with_name(folder.name + ".pid")
        self._log = folder.with_name("boot.log")
        command = ["setpriv", "--pdeathsig", "KILL", "bash", str(Path(__file__).with_name("boot_here.sh"))]
        command += [str(folder), str(project), sysconfig.get_path("purelib"), sys.base_prefix]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
            )

    @property
    def one(self) -> int:
        """Its process 1; 0 before it is there."""
        try:
            return int(self._file.read_text() or 0)
        except OSError:
            return 0

    def run(self, *command: str) -> str:
        """What a program in it prints; "" where it cannot be run yet."""
        inside = ["nsenter", f"--target={self.one}", "--all", "--root", "--wd=/", *command]
        return subprocess.run(inside, capture_output=True, text=True, timeout=250, stdin=subprocess.DEVNULL).stdout

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body of a request from within."""
        words = (f"http://127.0.0.1:8080{path}", "" if body is None else json.dumps(body))
        said = self.run("/opt/station-python/bin/python3", "-c", _ASK, *words)
        status, found = json.loads(said or '[0, ""]')
        return status, found

    def until(self, what: str, happened: Callable[[], object]) -> Any:
        """The first true value."""
        give_up_s = time.monotonic() + PATIENCE_S
        while not (value := happened()):
            if self.process.poll() is not None or time.monotonic() > give_up_s:
                journal = self.run("journalctl", "--no-pager", "--lines=40") if self.one else ""
                pytest.fail(f"not within {PATIENCE_S:g} s: {what}\n{self._log.read_text()[-3000:]}\n{journal}")
            _PAUSE.wait(0.1)
        return value

    def pid(self, name: str) -> int:
        """Of a process of the station."""
        return int(self.run("systemctl", "show", "--property=MainPID", "--value", f"station-{name}.service") or 0)

    def well(self) -> bool:
        """All three."""
        return self.one != 0 and self.ask("/healthz")[0] == 200


@pytest.fixture(scope="module")
def here(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """Booted, and well."""
    folder = tmp_path_factory.mktemp("here") / "root"
    folder.mkdir()
    if why := _lacks(folder):
        pytest.skip(f"{why}: {NO_BOOT}")
    booted = Here(folder, project)
    try:
        booted.until("all three are well", booted.well)
        yield booted
    finally:
        if one := booted.one:
            os.kill(one, signal.SIGKILL)
        booted.process.wait(250)


@pytest.mark.timeout(240)
def test_it_boots_records_and_comes_back(here: Here) -> None:
    assert here.run("systemctl", "is-active", "station.target").strip() == "active"
    assert here.run("systemctl", "list-units", "--failed", "--plain", "--no-legend", "station*") == ""
    assert here.run("systemctl", "show", "--property=NRestarts", "--value", "station-control.service").strip() == "0"
    control = here.pid("control")
    assert "priority: 50" in here.run("chrt", "-p", str(control))
    assert here.run("stat", "-c", "%U", f"/proc/{control}").strip() == "station-control"

    body = {"patient": "P01", "drill": "quiet-stance", "leg": "both", "hold_s": 5, "trials": 1}
    here.until("the start", lambda: here.ask("/api/v1/drill/start", body)[0] in (200, 201, 202))
    sessions = here.until("a session", lambda: here.ask("/api/v1/sessions")[1]["sessions"])
    assert sessions[0]["patient"] == "P01"
    here.run("kill", "-KILL", str(control))
    here.until("another control", lambda: here.pid("control") not in (0, control))
    here.until("all three are well", here.well)
    (after,) = here.ask("/api/v1/sessions")[1]["sessions"]
    assert after["outcome"] != "completed", "it was cut off, and says so"


def _ended(here: Here, unit: str) -> str:
    """How the unit ended; "" while it has not."""
    shown = here.run("systemctl", "show", "--property=ActiveState,Result", "--value", f"station-{unit}.service").split()
    return "" if set(shown) & {"active", "activating"} else " ".join(sorted(shown))


@pytest.mark.timeout(240)
def test_what_is_root_and_held_still_does_its_work(here: Here) -> None:
    """Watching ends well; a change that was cut off after the switch is taken back, its release's files laid down."""
    assert here.until("the watch over the start has ended", lambda: _ended(here, "watch")) == "inactive success"
    kept, journal = "/opt/balance-station/updates", {"kind": "update", "from": "here", "to": "cut", "phase": "switched"}
    text = json.dumps({**journal, "manifest": {"release": "cut", "at_s": 1}})
    here.run(
        "sh", "-c", f"mkdir -p {kept} && rm /etc/sysusers.d/balance-station.conf && echo '{text}' > {kept}/journal.json"
    )
    here.run("systemctl", "start", "station-settle.service")
    assert _ended(here, "settle") == "inactive success", here.run("journalctl", "--no-pager", "-u", "station-settle")
    (result,) = json.loads(here.run("cat", f"{kept}/results.json"))
    assert (result["runs"], result["result"]) == ("here", "taken-back")
    assert here.run(
        "stat", "-c", "%U %a", "/etc/sysusers.d/balance-station.conf", "/var/lib/balance-station"
    ).split() == [
        *("root", "644"),
        *("station-recorder", "2770"),
    ]


@pytest.mark.timeout(240)
def test_the_pages_start_anew_on_a_root_that_can_only_be_read(here: Here) -> None:
    """As of a card that dies. systemd 252 makes a unit's own /dev in /tmp: it is in memory."""
    before = here.pid("web")
    here.run("mount", "-o", "remount,bind,ro", "/")
    try:
        assert here.run("sh", "-c", "touch /here 2>&1").endswith("Read-only file system\n")
        here.run("systemctl", "restart", "station-web.service")
        here.until("other pages", lambda: here.pid("web") not in (0, before) and here.ask("/healthz")[0])
        assert here.ask("/healthz")[1]["web"]["ok"]
    finally:
        here.run("mount", "-o", "remount,bind,rw", "/")
