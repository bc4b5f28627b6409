"""What a check gives back, and the machine that it looks at: a folder that stands for `/`, and the few things that are
no files.
"""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from drills.problems import NO_VALUES
from station.commissioning.doctor.findings import FINDINGS, State
from station.commissioning.doctor.probes import (
    InstalledStep,
    ask_firmware,
    ask_installer,
    ask_pigpiod_version,
    clock_flags,
    i2c_register,
    scan_i2c,
)

READ_BYTES = 1 << 20
"""More than any file has that is read here; what a damaged file system shows may never end."""
LARGEST = 1 << 48


class Check(NamedTuple):
    """One thing that was looked at, and what was found: keys and values, worded by who shows them."""

    area: str
    """A key of `FINDINGS`."""
    finding: str
    """A key of the area's."""
    values: Mapping[str, object] = NO_VALUES
    """What the words may name, JSON values only."""
    part: str = ""
    """Which one, of an area that has several."""

    @property
    def name(self) -> str:
        """What programs call it; it stays the same in every language."""
        return " ".join([*self.area.split("-"), *([self.part] if self.part else [])])

    @property
    def state(self) -> State:
        """What it means for the rig of the settings."""
        return FINDINGS[self.area][self.finding].state

    @property
    def seen(self) -> str:
        """The key of the text that says what was found."""
        return f"doctor.{self.area}.{self.finding}"

    @property
    def remedy(self) -> str:
        """The key of the text that says what to do; "" where there is nothing to do."""
        remedy = FINDINGS[self.area][self.finding].remedy
        return remedy and f"doctor.to-do.{remedy}"


def found(area: str, finding: str, **values: object) -> Check:
    """A check with its one finding. Raises KeyError for a finding that is not in the table."""
    return Check(area, finding, values)


def said(problem: OSError) -> str:
    """What the operating system says of a failure, quoted."""
    return problem.strerror or str(problem)


def _own_groups() -> frozenset[int]:
    return frozenset({os.getegid(), *os.getgroups()})


def _real_time_rights() -> tuple[int, int]:
    """Highest SCHED_FIFO priority and bytes of memory that this process may lock; -1 for all."""
    if os.geteuid() == 0:
        return 99, -1
    return resource.getrlimit(resource.RLIMIT_RTPRIO)[0], resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]


@dataclass(frozen=True)
class Machine:
    """The computer under examination. Everything but `root` is asked of the real one unless it is given."""

    root: Path = Path("/")
    uid: int = field(default_factory=os.geteuid)
    groups: frozenset[int] = field(default_factory=_own_groups)
    real_time: tuple[int, int] = field(default_factory=_real_time_rights)
    scan: Callable[[Path, tuple[int, ...]], list[int]] = scan_i2c
    """The addresses that answer on the bus of this device node, of those that are given. Raises OSError."""
    register: Callable[[Path, int, int], int] = i2c_register
    """One byte of a chip: device node, address, register. Raises OSError."""
    firmware: Callable[[Path, int, Sequence[int]], tuple[int, ...]] = ask_firmware
    """A property of a Pi's firmware: device node, tag, words. Raises OSError."""
    clock_flags: Callable[[Path], int] = clock_flags
    """What is wrong with the battery of the clock chip at this device node. Raises OSError."""
    installer: Callable[[Path], Sequence[InstalledStep] | None] = ask_installer
    """What the installer finds of each of its steps on the computer in this folder; None where it is not there."""
    pigpiod_version: Callable[[int], int] = ask_pigpiod_version
    """The version of the pigpiod at this port of this computer. Raises OSError."""

    def path(self, name: str) -> Path:
        """Where this absolute path of the machine is."""
        return self.root / name.lstrip("/")

    def exists(self, name: str) -> bool:
        """Whether there is such a file, folder or device, as far as this user may see."""
        try:
            return self.path(name).exists()
        except OSError:
            return False

    def raw(self, name: str) -> bytes | None:
        """The first bytes of a file, `READ_BYTES` at most; None where it cannot be read."""
        try:
            with self.path(name).open("rb") as file:
                return file.read(READ_BYTES)
        except OSError:
            return None

    def read(self, name: str) -> str | None:
        """The text of a file without the zero bytes and line ends behind it; None where it cannot be read."""
        found = self.raw(name)
        return None if found is None else found.decode(errors="replace").rstrip("\x00\r\n")

    def number(self, name: str, base: int = 10) -> int | None:
        """The whole number that a file holds; None where it cannot be read, or holds none of a reasonable size."""
        return number(self.read(name) or "", base)

    def found(self, folder: str, pattern: str) -> list[str]:
        """The absolute names of what matches in a folder, sorted; none where it cannot be looked into."""
        try:
            paths = sorted(self.path(folder).glob(pattern))
        except OSError:
            return []
        return [f"/{path.relative_to(self.root)}" for path in paths]

    def may_write(self, name: str) -> bool:
        """Whether this user may read and write this device, by its owner, group and mode."""
        try:
            status = self.path(name).stat()
        except OSError:
            return False
        if self.uid == 0:
            return True
        mode = status.st_mode
        if status.st_uid == self.uid:
            return mode & (stat.S_IRUSR | stat.S_IWUSR) == stat.S_IRUSR | stat.S_IWUSR
        if status.st_gid in self.groups:
            return mode & (stat.S_IRGRP | stat.S_IWGRP) == stat.S_IRGRP | stat.S_IWGRP
        return mode & (stat.S_IROTH | stat.S_IWOTH) == stat.S_IROTH | stat.S_IWOTH

    @property
    def model(self) -> str:
        """The board as its device tree says ("Raspberry Pi 4 Model B Rev 1.4"); "" where there is none."""
        return self.read("/proc/device-tree/model") or ""

    @property
    def is_pi(self) -> bool:
        """Whether this is a Raspberry Pi."""
        return self.model.startswith("Raspberry Pi")

    @property
    def is_pi5(self) -> bool:
        """Whether its pins hang on an RP1, where pigpio does not run: Pi 5, 500 and Compute Module 5."""
        return "bcm2712" in (self.read("/proc/device-tree/compatible") or "")

    @property
    def system(self) -> dict[str, str]:
        """What /etc/os-release says, by its names (`PRETTY_NAME`, `VERSION_ID`)."""
        lines = (self.read("/etc/os-release") or "").splitlines()
        pairs = (line.strip().partition("=") for line in lines if "=" in line)
        return {name: value.strip("\"'") for name, _, value in pairs}

    @property
    def has_no_pigpio(self) -> bool:
        """Whether this is Debian 13 (trixie) or later, for which nobody packages the pigpiod."""
        release = number(self.system.get("VERSION_ID", ""))
        return release is not None and release >= 13


def number(text: str, base: int = 10) -> int | None:
    """The whole number that a text is, or None: for one that is none, or larger than anything a computer says."""
    try:
        found = int(text.strip(), base)
    except ValueError:
        return None
    return found if abs(found) <= LARGEST else None
