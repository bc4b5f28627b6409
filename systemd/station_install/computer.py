"""Steps of the computer itself: packages, users, folders, its name, its time zone."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from station_install.root import BEFORE, Root, StepError

_INSTALLED = f"{BEFORE}/packages.json"
_HOSTNAME = f"{BEFORE}/hostname"
CONFIGURATION = {"sysusers.conf": "/usr/lib/sysusers.d", "tmpfiles.conf": "/usr/lib/tmpfiles.d"}


@dataclass(frozen=True)
class Packages:
    """Packages of the distribution: those that must be there, and those that are taken where it has them.

    One that is called otherwise elsewhere has both names, `pigpiod|pigpio`.
    """

    wanted: Sequence[str]
    welcome: Sequence[str] = ()
    name: str = "packages"
    says: str = "packages of the distribution"

    def differs(self, root: Root) -> list[str]:
        """Which are missing."""
        return [f"the package {package} is not installed" for package in self._missing(root)]

    def do(self, root: Root) -> None:
        """Install what is missing; without a network only where nothing is."""
        missing = self._missing(root)
        if not missing:
            return
        root.run("apt-get", "update", may_fail=True)  # an old list may do
        there = [one for package in missing if (one := _offered(root, package))]
        lacking = [package.replace("|", " or ") for package in missing if not _offered(root, package)]
        if lacking:
            raise StepError(f"The distribution has no {', '.join(lacking)}, or there is no network and no list of it.")
        added = {*json.loads(root.read(_INSTALLED) or "[]"), *there}
        root.write(_INSTALLED, json.dumps(sorted(added)))
        options = ("-o", "DPkg::Lock::Timeout=300", "--yes", "--quiet", "--no-install-recommends")
        root.run("apt-get", *options, "install", *there)

    def undo(self, root: Root) -> None:
        """Those that were not there before are marked as nobody's: `apt autoremove` takes what nothing else needs."""
        added = [one for one in json.loads(root.read(_INSTALLED) or "[]") if _has(root, one)]
        if added:
            root.run("apt-mark", "auto", *added)
        root.remove(_INSTALLED)

    def _missing(self, root: Root) -> list[str]:
        missing = [package for package in self.wanted if not any(_has(root, one) for one in package.split("|"))]
        return missing + [one for one in self.welcome if not _has(root, one) and _candidate(root, one)]


def _has(root: Root, package: str) -> bool:
    """Whether a package is installed whole, by dpkg's own file: no program has to run in a folder."""
    status = root.path("/var/lib/dpkg/status")
    text = status.read_text(encoding="utf-8", errors="replace") if status.is_file() else ""
    return bool(re.search(rf"^Package: {re.escape(package)}\nStatus: install ok installed$", text, re.MULTILINE))


def _offered(root: Root, package: str) -> str:
    """The name under which the distribution has it; "" where it has it under none."""
    return next((one for one in package.split("|") if _candidate(root, one)), "")


def _candidate(root: Root, package: str) -> bool:
    """Whether the distribution has it, as far as its lists say."""
    asked = root.run("apt-cache", "policy", package, may_fail=True).stdout
    return "Candidate:" in asked and "Candidate: (none)" not in asked


@dataclass(frozen=True)
class Users:
    """The users and groups of the processes. They stay with `undo`: the data folder belongs to them."""

    folder: Path
    """With sysusers.conf."""
    name: str = "users"
    says: str = "a user for each process, and the groups station, gpio and i2c"

    def differs(self, root: Root) -> list[str]:
        """Which are missing."""
        return [f"there is no user {user}" for user in _users(self.folder) if not _in_file(root, "passwd", user)]

    def do(self, root: Root) -> None:
        """Make them."""
        root.systemd("systemd-sysusers", str(self.folder / "sysusers.conf"))

    def undo(self, root: Root) -> None:
        """Nothing: see above."""


def _users(folder: Path) -> list[str]:
    lines = (folder / "sysusers.conf").read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines if line.startswith("u ")]


def _in_file(root: Root, file: str, name: str) -> bool:
    return any(line.startswith(f"{name}:") for line in (root.read(f"/etc/{file}") or "").splitlines())


@dataclass(frozen=True)
class Folders:
    """The folders of the data and of what the processes share. The data stays with `undo`."""

    folder: Path
    """With tmpfiles.conf."""
    name: str = "folders"
    says: str = "/var/lib/balance-station for what is kept"

    def differs(self, root: Root) -> list[str]:
        """Whether the data's folder is missing, or somebody else's."""
        path = root.path("/var/lib/balance-station")
        if not path.is_dir():
            return ["/var/lib/balance-station is missing"]
        mode = path.stat().st_mode & 0o7777
        facts = [] if mode == 0o2770 else [f"/var/lib/balance-station has the mode {mode:o} in the place of 2770"]
        return facts + [f"{file.name} is not the group's to write" for file in _ungrouped(path)]

    def do(self, root: Root) -> None:
        """Make them, with their owners; records that an earlier release left to one process are all processes'."""
        root.systemd("systemd-tmpfiles", "--create", str(self.folder / "tmpfiles.conf"))
        for file in _ungrouped(root.path("/var/lib/balance-station")):
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.fchmod(descriptor, 0o660)
            finally:
                os.close(descriptor)

    def undo(self, root: Root) -> None:
        """Nothing: what is in them is the clinic's."""


def _ungrouped(folder: Path) -> list[Path]:
    """Of the records and SQLite's two files beside them those that only one process may write."""
    files = (folder / f"records.sqlite{end}" for end in ("", "-wal", "-shm"))
    return [one for one in files if one.is_file() and not one.is_symlink() and one.stat().st_mode & 0o060 != 0o060]


@dataclass(frozen=True)
class Hostname:
    """The computer's name in the network; pages are found by it and `.local`."""

    wanted: str
    name: str = "hostname"
    says: str = "the computer's name, in /etc/hostname and /etc/hosts"

    def differs(self, root: Root) -> list[str]:
        """Whether it has another one."""
        now = (root.read("/etc/hostname") or "").strip()
        facts = [] if now == self.wanted else [f"the computer is called {now or 'nothing'}"]
        line = _host_line(self.wanted)
        return facts if line in (root.read("/etc/hosts") or "") else [*facts, f"/etc/hosts does not know {self.wanted}"]

    def do(self, root: Root) -> None:
        """Give it the name, and let it find itself by it."""
        if root.read(_HOSTNAME) is None:
            root.write(_HOSTNAME, root.read("/etc/hostname") or "")
        self._give(root, self.wanted)
        hosts = _without_ours(root.read("/etc/hosts") or "127.0.0.1\tlocalhost\n")
        root.write("/etc/hosts", hosts + _host_line(self.wanted))

    def undo(self, root: Root) -> None:
        """Its old name."""
        before = root.read(_HOSTNAME)
        if before is None:
            return
        root.write("/etc/hosts", _without_ours(root.read("/etc/hosts") or ""))
        self._give(root, before.strip())
        root.remove(_HOSTNAME)

    def _give(self, root: Root, name: str) -> None:
        root.write("/etc/hostname", f"{name}\n")
        if root.live and name:
            root.run("hostnamectl", "set-hostname", name, may_fail=True)


_MARK = "# balance station"


def _host_line(name: str) -> str:
    return f"127.0.1.1\t{name} {_MARK}\n"


def _without_ours(hosts: str) -> str:
    return "".join(line for line in hosts.splitlines(keepends=True) if not line.rstrip().endswith(_MARK))


@dataclass(frozen=True)
class TimeZone:
    """The computer's time zone, which its journal shows; "" leaves it."""

    wanted: str
    name: str = "time-zone"
    says: str = "the time zone of the clinic: /etc/localtime"

    def differs(self, root: Root) -> list[str]:
        """Whether it has another one."""
        now = root.target("/etc/localtime") or ""
        if not self.wanted or now.endswith(f"zoneinfo/{self.wanted}"):
            return []
        return [f"the time zone is {now.partition('zoneinfo/')[2] or 'UTC'}"]

    def do(self, root: Root) -> None:
        """Turn the link."""
        if not self.wanted or not self.differs(root):
            return
        if not root.path(f"/usr/share/zoneinfo/{self.wanted}").is_file():
            raise StepError(f"The computer knows no time zone {self.wanted}: `timedatectl list-timezones` lists them.")
        if root.read(f"{BEFORE}/time-zone") is None:
            root.write(f"{BEFORE}/time-zone", root.target("/etc/localtime") or "")
        root.link("/etc/localtime", f"/usr/share/zoneinfo/{self.wanted}")

    def undo(self, root: Root) -> None:
        """The one before."""
        before = root.read(f"{BEFORE}/time-zone")
        if before is None:
            return
        if before:
            root.link("/etc/localtime", before)
        else:
            root.remove("/etc/localtime")
        root.remove(f"{BEFORE}/time-zone")
