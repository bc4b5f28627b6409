"""A computer in a folder, before the station was there, and the installer's steps for it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.settings import MEMORY
from station_install.answers import answers_of
from station_install.plan import steps_for
from station_install.root import Root
from station_install.steps import InstallerStep

CONFIG_TXT = "# For more options see the documentation\ndtparam=audio=on\n[pi4]\narm_boost=1\n"
CMDLINE = "console=tty1 root=PARTUUID=4d3ee428-02 rootfstype=ext4 fsck.repair=yes rootwait"
PACKAGES = (
    "python3-venv",
    "tzdata",
    "avahi-daemon",
    "systemd-timesyncd",
    "pigpio",
    "network-manager",
    "dnsmasq-base",
    "nftables",
)
PACKAGES += ("cage", "xwayland", "chromium", "fonts-dejavu-core")


def make_computer(folder: Path) -> Path:
    """A folder that stands for `/` of a Pi with Raspberry Pi OS, as far as the installer looks at it."""
    for name, text in {
        "etc/hostname": "raspberrypi\n",
        "etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\traspberrypi\n",
        "boot/firmware/config.txt": CONFIG_TXT,
        "boot/firmware/cmdline.txt": CMDLINE,
        "usr/share/zoneinfo/Europe/Vienna": "",
        "usr/bin/pigpiod": "",
        "var/lib/dpkg/status": "".join(f"Package: {name}\nStatus: install ok installed\n\n" for name in PACKAGES),
        "lib/systemd/system/apt-daily.timer": "[Timer]\nOnCalendar=daily\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def state(folder: Path) -> dict[str, tuple[int, str, int]]:
    """Every file and link below a folder: mode, content or target, and when it was last written."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            found[str(path.relative_to(folder))] = (status.st_mode, os.readlink(path), status.st_mtime_ns)
        elif path.is_file():
            found[str(path.relative_to(folder))] = (status.st_mode, path.read_text(), status.st_mtime_ns)
    return found


def contents(folder: Path) -> dict[str, str]:
    """The same, content alone."""
    return {name: text for name, (_, text, _) in state(folder).items()}


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory: the installer waits for the disk at each write."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def computer(memory: Path) -> Path:
    return make_computer(memory / "computer")


@pytest.fixture
def steps_of(project: Path, computer: Path) -> Callable[..., list[InstallerStep]]:
    """`steps_of(text)`: the steps for this file of answers, in the folder. The release counts as built: an own test
    builds one (`make image-test`).
    """

    def of(text: str) -> list[InstallerStep]:
        file = computer.parent / "answers.toml"
        file.write_text(text)
        steps = steps_for(answers_of(Root(computer), file), project / "systemd")
        (program,) = (step for step in steps if step.name == "program")
        marked = computer / "opt/balance-station/releases" / program.release / "release"
        if not marked.exists():
            marked.parent.mkdir(parents=True)
            marked.write_text("whole")
        if os.geteuid() != 0:  # only root can give a folder away
            steps = [step for step in steps if step.name != "folders"]
        return steps

    return of
