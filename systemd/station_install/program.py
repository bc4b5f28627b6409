"""The program: each release in a folder of its own with all that it needs, `current` leads to the one that runs, and
pigpiod where the distribution has none.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from station_install.root import Root, StepError

PLACE = "/opt/balance-station"
CURRENT = f"{PLACE}/current"
RELEASES = f"{PLACE}/releases"
PROVEN = f"{PLACE}/proven"
"""Leads to the release that came up last: what watches over a start and a trial, and mends."""
COMMAND = "/usr/local/bin/station"
AT_THE_PINS = "/usr/local/sbin/station-at-the-pins"
"""Runs a verb where pigpiod can be reached, which has a network of its own."""
PIGPIOD_BUILT = "/usr/local/bin/pigpiod"
NEW_RELEASE = "/run/balance-station-new-release"
"""There since another release was put in place and until the station was started with it."""
_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "hw", "drills", "station", "web_ui", "systemd")
_COMMANDS = {COMMAND: f"{CURRENT}/bin/station", AT_THE_PINS: f"{CURRENT}/systemd/station-at-the-pins"}
_SKIPPED = shutil.ignore_patterns("__pycache__", "*.pyc")


def release_name(folder: Path) -> str:
    """Version and twelve digits of the content: two releases of one name are the same.

    `folder` holds `systemd`: a clone, an unpacked archive, or a release that is installed, which knows its name.
    """
    named = folder / "release"
    if named.is_file():
        return named.read_text(encoding="utf-8").strip()
    version = re.search(r'^version = "([^"]+)"', (folder / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if version is None:
        raise StepError(f"{folder}/pyproject.toml names no version: this is no folder of the station.")
    digest = hashlib.sha256()
    for file in _files(folder):
        digest.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    return f"{version[1]}-{digest.hexdigest()[:12]}"


def release_files(folder: Path) -> list[str]:
    """Names of the files that a release is made of, below the folder of a clone."""
    return [file.relative_to(folder).as_posix() for file in _files(folder)]


def _files(folder: Path) -> Iterator[Path]:
    for name in _SOURCES:
        one = folder / name
        found = [one] if one.is_file() else sorted(one.rglob("*"))
        yield from (file for file in found if file.is_file() and "__pycache__" not in file.parts)


@dataclass(frozen=True)
class Program:
    """A release with a virtual environment of its own. The one before it stays, to go back to."""

    release: str
    source: Path
    """The folder that holds `systemd`."""
    wheels: Path | None
    """A folder with the wheel of everything that is needed: nothing is fetched. None: pip's own ways."""
    with_lgpio: bool
    """A Pi's pins need it."""
    name: str = "program"
    says: str = f"the release in {RELEASES}, {CURRENT} that leads to it, the commands {COMMAND} and {AT_THE_PINS}"

    @property
    def _folder(self) -> str:
        return f"{RELEASES}/{self.release}"

    def differs(self, root: Root) -> list[str]:
        """Whether the release is there whole, is the current one, and has its command."""
        if root.read(f"{self._folder}/release") is None:
            return [f"the release {self.release} is not there, or not whole"]
        facts = []
        if root.target(CURRENT) != f"releases/{self.release}":
            facts.append(f"{CURRENT} leads to {root.target(CURRENT) or 'nothing'}")
        if not root.path(f"{PROVEN}/release").is_file():
            facts.append(f"{PROVEN} leads to no release")
        return facts + [f"{name} does not lead to it" for name, to in _COMMANDS.items() if root.target(name) != to]

    def do(self, root: Root) -> None:
        """Build it beside the current one, then switch at once; one that was begun and is not whole is built anew."""
        self.build(root)
        before = root.target(CURRENT)
        if before != f"releases/{self.release}":
            root.link(CURRENT, f"releases/{self.release}")
            if root.live:
                root.write(NEW_RELEASE, f"{self.release}\n")
        if not root.path(f"{PROVEN}/release").is_file():
            root.link(PROVEN, f"releases/{self.release}")
        for name, to in _COMMANDS.items():
            root.link(name, to)
        kept = (before or "", root.target(PROVEN) or "")
        self._keep_only(root, {self.release, *(one.rpartition("/")[2] for one in kept)})

    def undo(self, root: Root) -> None:
        """Every release away, and the command."""
        for name in _COMMANDS:
            root.remove(name)
        root.remove(PLACE)

    def build(self, root: Root) -> None:
        """Build it beside the others, where it is not there whole; the one that runs is left. Raises StepError."""
        if root.read(f"{self._folder}/release") is not None:
            return
        if not (self.source / "pyproject.toml").is_file():
            raise StepError(f"The release {self.release} is damaged: install it again from its archive.")
        root.remove(self._folder)
        sources = f"{PLACE}/sources"
        root.remove(sources)
        try:
            for name in _SOURCES:
                _copy(self.source / name, root.path(f"{sources}/{name}"))
            offline: tuple[str, ...] = ()
            if self.wheels is not None:
                _copy(self.wheels, root.path(f"{sources}/wheels"))
                offline = ("--no-index", f"--find-links={sources}/wheels")
        except OSError as problem:
            raise StepError(f"The release cannot be copied: {problem}") from problem
        root.run("python3", "-m", "venv", self._folder)
        pip = (f"{self._folder}/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
        root.run(*pip, *offline, sources)
        if self.with_lgpio and not _borrow_lgpio(root, self._folder):
            root.run(*pip, *offline, "lgpio>=0.2.2,<1")
        _copy(self.source / "systemd", root.path(f"{self._folder}/systemd"))
        root.remove(sources)
        root.write(f"{self._folder}/release", f"{self.release}\n")

    def _keep_only(self, root: Root, names: set[str]) -> None:
        for folder in sorted(root.path(RELEASES).iterdir()):
            if folder.name not in names:
                root.remove(f"{RELEASES}/{folder.name}")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=_SKIPPED)
    else:
        shutil.copyfile(source, target)


def _borrow_lgpio(root: Root, folder: str) -> bool:
    """Use the distribution's lgpio, where it has one for this Python: building it would need a compiler and swig."""
    theirs = root.path("/usr/lib/python3/dist-packages")
    found = [*theirs.glob("lgpio.py"), *theirs.glob("_lgpio*.so"), *theirs.glob("lgpio-*.egg-info")]
    for site in root.path(folder).glob("lib/python3*/site-packages"):
        for one in found:
            (site / one.name).symlink_to(f"/usr/lib/python3/dist-packages/{one.name}")
    return bool(found)


@dataclass(frozen=True)
class Pigpiod:
    """pigpiod, built from pigpio's source archive where the distribution has no package of it (since trixie)."""

    wanted: bool
    archive: Path | None
    name: str = "pigpiod"
    says: str = f"{PIGPIOD_BUILT}, built from the archive that is given; with the distribution's package nothing"

    def differs(self, root: Root) -> list[str]:
        """Whether there is one to run."""
        if not self.wanted or root.path(PIGPIOD_BUILT).is_file():
            return []
        if self.archive is None and root.path("/usr/bin/pigpiod").is_file():
            return []
        return ["there is no pigpiod"]

    def do(self, root: Root) -> None:
        """Build it."""
        if not self.differs(root):
            return
        if self.archive is None:
            raise StepError(
                "The distribution has no pigpiod: give the source archive of pigpio 1.79 with --pigpio ARCHIVE, "
                "or choose another rig."
            )
        folder = Path(tempfile.mkdtemp(prefix="pigpio-", dir=root.path("/var/lib")))
        try:
            shutil.copyfile(self.archive, folder / "archive")
            place = f"/{folder.relative_to(root.folder)}"
            root.run("tar", "--no-same-owner", "-C", place, "-xf", f"{place}/archive")
            (main,) = folder.rglob("pigpiod.c")
            inside = f"/{main.parent.relative_to(root.folder)}"
            files = [f"{inside}/{name}.c" for name in ("pigpiod", "pigpio", "command")]
            root.run("gcc", "-O2", "-w", "-funsigned-char", "-pthread", "-o", f"{inside}/built", *files, "-lrt", "-ldl")
            root.path(PIGPIOD_BUILT).parent.mkdir(parents=True, exist_ok=True)
            built = root.path(f"{inside}/built")
            shutil.copyfile(built, root.path(PIGPIOD_BUILT + ".part"))
            root.path(PIGPIOD_BUILT + ".part").chmod(0o755)
            root.path(PIGPIOD_BUILT + ".part").rename(root.path(PIGPIOD_BUILT))
        except (OSError, ValueError) as problem:
            raise StepError(f"{self.archive} cannot be built, or is no archive of pigpio: {problem}") from problem
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def undo(self, root: Root) -> None:
        """The one that was built away."""
        root.remove(PIGPIOD_BUILT)
