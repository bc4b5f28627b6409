"""What a step is, and the two kinds that most steps are: whole files of ours, and units that are on or off."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from station_install.root import Root


class InstallerStep(Protocol):
    """One change of the computer. Each may be done twice, and after it was cut off anywhere.

    `differs` looks and says in short facts what is not as wanted, nothing where all is; `do` makes it so; `undo` gives
    back what was there before. Each may raise StepError.
    """

    @property
    def name(self) -> str:
        """By this it is chosen and shown; it stays."""

    @property
    def says(self) -> str:
        """What it changes, in a line."""

    def differs(self, root: Root) -> list[str]:
        """What is not as wanted."""

    def do(self, root: Root) -> None:
        """Make it so."""

    def undo(self, root: Root) -> None:
        """Give back what was there before."""


class OurFile(NamedTuple):
    """A file whose whole content is ours."""

    text: str
    mode: int = 0o644


@dataclass(frozen=True)
class Files:
    """Files that are wholly ours, and those not wanted (None). `then` runs after a change where systemd runs."""

    name: str
    says: str
    files: Mapping[str, OurFile | None]
    then: Sequence[Sequence[str]] = ()

    def differs(self, root: Root) -> list[str]:
        """Which are missing, other than ours, or there without being wanted."""
        return [fact for path, wanted in self.files.items() if (fact := _fact(root, path, wanted))]

    def do(self, root: Root) -> None:
        """Write what differs; what somebody else had there is kept."""
        changed = False
        for path, wanted in self.files.items():
            if not _fact(root, path, wanted):
                continue
            changed = True
            if wanted is None:
                root.give_back(path)
            else:
                root.keep(path)
                root.write(path, wanted.text, wanted.mode)
        if changed:
            self._then(root)

    def undo(self, root: Root) -> None:
        """Each file as it was before."""
        for path in self.files:
            root.give_back(path)
            folder = root.path(path).parent
            if folder.name.endswith(".service.d"):
                with contextlib.suppress(OSError):  # others have a drop-in there too, or it never was
                    folder.rmdir()
        self._then(root)

    def _then(self, root: Root) -> None:
        if root.live:
            for command in self.then:  # who does not run reads the files when it starts
                root.run(*command, may_fail=True)


def _fact(root: Root, path: str, wanted: OurFile | None) -> str:
    """What is wrong with one file; "" where nothing is."""
    if wanted is None:
        return f"{path} is there, and not wanted" if root.ours(path) else ""
    if not root.ours(path):
        return f"{path} is missing" if root.read(path) is None else f"{path} is not the station's"
    found = root.read(path)
    if found is None:
        return f"{path} is missing"
    if found != wanted.text:
        return f"{path} has another content"
    mode = root.path(path).stat().st_mode & 0o7777
    return "" if mode == wanted.mode else f"{path} has the mode {mode:o} in the place of {wanted.mode:o}"


@dataclass(frozen=True)
class Units:
    """Units that are on at every start, and units that are off. Those of others come back as they were with `undo`."""

    name: str
    says: str
    on: Sequence[str] = ()
    off: Sequence[str] = ()
    masked: Sequence[str] = field(default=())
    """Of the distribution, and never wanted on a station."""

    def differs(self, root: Root) -> list[str]:
        """Which are not as wanted; one that the computer does not have is off."""
        facts = [f"{unit} is not enabled" for unit in self.on if _state(root, unit) != "enabled"]
        facts += [f"{unit} is enabled" for unit in self.off if _state(root, unit) == "enabled"]
        known = [unit for unit in self.masked if _state(root, unit) not in ("masked", "not-found", "")]
        return facts + [f"{unit} is not masked" for unit in known]

    def do(self, root: Root) -> None:
        """Enable, disable and mask, where it is not so."""
        self._each(root, "enable", [unit for unit in self.on if _state(root, unit) != "enabled"])
        self._each(root, "disable", [unit for unit in self.off if _state(root, unit) == "enabled"])
        known = [unit for unit in self.masked if _state(root, unit) not in ("masked", "not-found", "")]
        self._each(root, "mask", known)
        if root.live and known:
            root.run("systemctl", "stop", *known, may_fail=True)

    def undo(self, root: Root) -> None:
        """Ours off, the distribution's unmasked."""
        self._each(root, "disable", [unit for unit in self.on if _state(root, unit) == "enabled"])
        self._each(root, "unmask", [unit for unit in self.masked if _state(root, unit) == "masked"])

    def _each(self, root: Root, verb: str, units: Sequence[str]) -> None:
        if units:
            root.systemd("systemctl", "--quiet", verb, *units)


def _state(root: Root, unit: str) -> str:
    """`enabled`, `disabled`, `static`, `masked`, or `not-found`."""
    asked = root.systemd("systemctl", "is-enabled", unit, may_fail=True)
    return asked.stdout.strip() or "not-found"
