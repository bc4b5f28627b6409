"""A Debian tree with a station that the installer put there, booted with its own systemd: `make image-test` alone.

The tree lies in build/image and is made once a release of Debian; a boot is of namespaces, no virtual machine, so its
kernel is this computer's: no I2C, no real wireless network. Needs root and the folder of tools beside the project.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

WANTED = "STATION_IMAGE_SUITE"
"""`trixie` or `bookworm`; `make image-test` sets it."""
if WANTED not in os.environ:
    collect_ignore_glob = ["test_*.py"]

PYTHONS = {"trixie": "3.13", "bookworm": "3.11"}
PATIENCE_S = 120.0
_PAUSE = threading.Event()
MORE_PACKAGES = "network-manager,dnsmasq-base,nftables,avahi-daemon,systemd-timesyncd,procps"
ANSWERS = """
[station]
rig = "simulated"
language = "de"
time_zone = "Europe/Vienna"
[install]
hostname = "plate"
access_point = true
country = "AT"
"""
RADIO = """\
[Unit]
Description=In the place of a radio: a cable to a phone in a network of its own
DefaultDependencies=no
After=local-fs.target
Before=network-pre.target station-web.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/ip netns add phone
ExecStart=/bin/ip link add wlan0 type veth peer name eth0 netns phone
ExecStart=/bin/ip addr add 10.42.66.1/24 dev wlan0
ExecStart=/bin/ip link set wlan0 up
ExecStart=/bin/ip -n phone addr add 10.42.66.20/24 dev eth0
ExecStart=/bin/ip -n phone link set eth0 up
[Install]
WantedBy=multi-user.target
"""


LEFT = (
    "var/lib/balance-station",
    "opt/balance-station",
    "etc/systemd/system/station-pigpiod.service.d",
    "etc/systemd/system/station-.service.d",
    "etc/systemd/system/station-watch.service.d",
    "media/stick",
    "run",
)
"""Of an earlier run."""


class Answer(NamedTuple):
    """What came back of a request; status 0 where nobody was reached."""

    status: int
    body: Any


_ASK = """
import json, sys, urllib.error, urllib.request
url, body, *headers = sys.argv[1:]
try:
    request = urllib.request.Request(url, body.encode() or None, dict(one.split(': ', 1) for one in headers))
    with urllib.request.urlopen(request, timeout=10) as answer:
        status, text = answer.status, answer.read().decode()
except urllib.error.HTTPError as refused:
    status, text = refused.code, refused.read().decode()
except OSError as problem:
    status, text = 0, str(problem)
print(json.dumps([status, text]))
"""


class Booted:
    """A tree, and what can be done to it while it runs and while it does not."""

    def __init__(self, tree: Path, tools: Path) -> None:
        self.tree, self._tools = tree, tools
        self._log = tree.with_suffix(".boot.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def one(self) -> int:
        """Its process 1, as seen from outside."""
        return int((self.tree.parent / f"{self.tree.name}.pid").read_text())

    def boot(self) -> None:
        """Start it, and wait until the station is ready."""
        command = ["bash", str(self._tools / "boot-tree.sh"), str(self.tree), str(self._log)]
        self._process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)
        self.until("systemd answers", lambda: self._pid_there() and self.run("true").returncode == 0)
        self.until_ready()

    def _pid_there(self) -> bool:
        file = self.tree.parent / f"{self.tree.name}.pid"
        return file.is_file() and bool(file.read_text().strip())

    def until_ready(self) -> None:
        """Until all three processes are well."""
        self.until("all three are well", lambda: self.get("/healthz").status == 200)

    def until(self, what: str, happened: Callable[[], object], patience_s: float = PATIENCE_S) -> Any:
        """The first true value."""
        give_up_s = time.monotonic() + patience_s
        while not (value := happened()):
            if time.monotonic() > give_up_s:
                said = self.run("journalctl", "--no-pager", "--lines=60").stdout
                pytest.fail(f"not within {patience_s:g} s: {what}\n{said}")
            _PAUSE.wait(0.1)
        return value

    def run(self, *command: str, patience_s: float = 200.0) -> subprocess.CompletedProcess[str]:
        """A program in it."""
        inside = ["nsenter", f"--target={self.one}", "--all", "--root", "--wd=/", *command]
        return subprocess.run(inside, capture_output=True, text=True, timeout=patience_s, stdin=subprocess.DEVNULL)

    def pid(self, unit: str) -> int:
        """The main process of a unit, by its number in the tree; 0 for none."""
        return int(self.run("systemctl", "show", "--property=MainPID", "--value", unit).stdout or 0)

    def get(self, path: str, body: object = None, *, host: str = "127.0.0.1:8080", netns: str = "") -> Answer:
        """A request from within it, or from its phone's network; POST with a body."""
        url = f"http://{host}{path}"
        headers = ["Content-Type: application/json", f"Origin: http://{host}", f"Cookie: station_client={'1' * 32}"]
        where = ["ip", "netns", "exec", netns] if netns else []
        asked = self.run(*where, "python3", "-c", _ASK, url, "" if body is None else json.dumps(body), *headers)
        status, text = json.loads(asked.stdout or '[0, ""]')
        try:
            return Answer(status, json.loads(text))
        except ValueError:
            return Answer(status, text)

    def answered(self, path: str) -> Any:
        """What is there, however long a busy computer takes to say it."""
        return self.until(f"an answer of {path}", lambda: (a := self.get(path)).status == 200 and a).body

    def sessions(self) -> list[dict[str, Any]]:
        """The newest first."""
        found: list[dict[str, Any]] = self.answered("/api/v1/sessions")["sessions"]
        return found

    def start_drill(self, patient: str, hold_s: int) -> None:
        """As a therapist does: what waits for a person, an end that nobody planned or a trip, is acknowledged first."""
        body = {"patient": patient, "drill": "quiet-stance", "leg": "both", "hold_s": hold_s, "trials": 1}
        give_up_s = time.monotonic() + PATIENCE_S
        while (answer := self.get("/api/v1/drill/start", body)).status not in (200, 201, 202):
            if time.monotonic() > give_up_s:
                pytest.fail(f"no start for {patient} within {PATIENCE_S:g} s: {answer}\n{self.journal('--lines=60')}")
            if answer.status == 409:
                self.get("/api/v1/acknowledge", {})
            _PAUSE.wait(0.1)

    def journal(self, *words: str) -> str:
        """What is in its journal."""
        return self.run("journalctl", "--no-pager", "--output=cat", *words).stdout

    def cut(self) -> None:
        """Pull the plug."""
        os.kill(self.one, signal.SIGKILL)
        self._ended()

    def power_off(self) -> None:
        """As the button does."""
        os.kill(self.one, signal.SIGRTMIN + 4)
        self._ended()

    def _ended(self) -> None:
        assert self._process is not None
        self._process.wait(60)
        self._process = None

    def end(self) -> None:
        """Whatever was left running."""
        if self._process is not None:
            self.cut()


def _wheels(project: Path, folder: Path, python: str) -> None:
    """Wheels of what a release needs for that Python, by this computer's own settings of pip."""
    needed = tomllib.loads((project / "pyproject.toml").read_text())["project"]["dependencies"]
    platforms = [f"--platform=manylinux_2_{minor}_x86_64" for minor in (28, 17)] + ["--platform=manylinux2014_x86_64"]
    kinds = ["--only-binary=:all:", f"--python-version={python}", "--implementation=cp", "--abi=abi3", "--abi=none"]
    kinds.append(f"--abi=cp{python.replace('.', '')}")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder), *kinds, *platforms]
    subprocess.run([*command, "hatchling>=1.24,<2", *needed], check=True, timeout=600)


@pytest.fixture(scope="session")
def suite() -> str:
    """Which release of Debian."""
    return os.environ[WANTED]


@pytest.fixture(scope="session")
def tools(project: Path) -> Path:
    """The folder of boot-tree."""
    folder = Path(os.environ.get("STATION_BOOT_TREE") or project.parent / "shared" / "tools" / "boot-tree")
    if not (folder / "boot-tree.sh").is_file():
        pytest.fail(f"no {folder}: STATION_BOOT_TREE names the folder of boot-tree.sh")
    return folder


@pytest.fixture(scope="session")
def image(project: Path) -> Path:
    """Where trees and wheels are kept between runs."""
    folder = Path(os.environ.get("STATION_IMAGE") or project / "build" / "image")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def wheels(project: Path, image: Path, suite: str) -> Path:
    """A folder with the wheel of everything that a release needs."""
    folder = image / f"wheels-{PYTHONS[suite]}"
    _wheels(project, folder, PYTHONS[suite])
    return folder


@pytest.fixture(scope="session")
def tree(project: Path, image: Path, tools: Path, wheels: Path, suite: str) -> Path:
    """A Debian with a station that the installer put there, and that was never started."""
    tree = image / suite
    if not (tree / "usr/lib/systemd/systemd").exists():
        made = subprocess.run(["bash", str(tools / "make-tree.sh"), str(tree), suite, MORE_PACKAGES], timeout=600)
        if made.returncode:
            shutil.rmtree(tree, ignore_errors=True)
            pytest.fail("the tree could not be made")
    for left in LEFT:
        shutil.rmtree(tree / left, ignore_errors=True)
    (tree / "run").mkdir()
    (tree / "etc/systemd/system/test-radio.service").write_text(RADIO)
    (tree / "etc/balance-station/station.toml").unlink(missing_ok=True)
    answers = image / "answers.toml"
    answers.write_text(ANSWERS)
    command = [sys.executable, str(project / "systemd/install"), "--root", str(tree), "--settings", str(answers)]
    subprocess.run([*command, "--wheels", str(wheels)], check=True, timeout=600)
    subprocess.run(["systemctl", f"--root={tree}", "--quiet", "enable", "test-radio.service"], check=True)
    return tree


@pytest.fixture(scope="session")
def station(tree: Path, tools: Path) -> Iterator[Booted]:
    """A station that was installed and booted; what an earlier run recorded is gone."""
    booted = Booted(tree, tools)
    booted.boot()
    yield booted
    booted.end()
