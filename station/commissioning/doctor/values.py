"""What a check gives back, and the machine that it looks at: a folder that stands for `/`, and the few things that are
no files.
"""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from station.commissioning.doctor.probes import ask_pigpiod_version, scan_i2c

State = Literal["ok", "warn", "fail", "na"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: State
    """ok; warn: it works, but not well; fail: the rig of the settings will not run; na: that rig does not need it."""
    seen: str
    remedy: str = ""
    """What to do, where the state is warn or fail."""


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
    pigpiod_version: Callable[[int], int] = ask_pigpiod_version
    """The version of the pigpiod at this port of this computer. Raises OSError."""

    def path(self, name: str) -> Path:
        """Where this absolute path of the machine is."""
        return self.root / name.lstrip("/")

    def exists(self, name: str) -> bool:
        """Whether there is such a file, folder or device."""
        return self.path(name).exists()

    def read(self, name: str) -> str | None:
        """The text of a file without its last zero byte and line end; None where it cannot be read."""
        try:
            return self.path(name).read_text(errors="replace").rstrip("\x00\n")
        except OSError:
            return None

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
        compatible = self.read("/proc/device-tree/compatible") or ""
        return "bcm2712" in compatible
