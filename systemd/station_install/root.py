"""The folder that stands for `/`: reading it, changing its files so that a power cut leaves the old or the new, and
running programs in it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

BEFORE = "/etc/balance-station/before"
"""What the computer's own files were before the station changed them; an undo takes them from there."""
PART = ".balance-station-part"
"""How a file ends that is being written: it takes the place of the old one when it is whole."""
MARK = "\ufeff"
_HELD = (
    "It can only be read there. What a phone sent is held so: take it at the station once, `sudo station update FILE`."
)


class StepError(RuntimeError):
    """A step could not be done; the sentence says what and what to do."""


class Root:
    """A computer to be changed: this one (`/`), or one in a folder, such as the mounted card of a station.

    `live` says that its systemd runs, so that units can be started and a name be given at once.
    """

    def __init__(self, folder: Path = Path("/")) -> None:
        self.folder = folder.resolve()
        self.own = self.folder == Path("/")
        self.live = self.own and Path("/run/systemd/system").is_dir()

    def path(self, name: str) -> Path:
        """Where this absolute path of the computer is."""
        return self.folder / name.lstrip("/")

    def read_typed(self, name: str) -> str | None:
        """As `read`, of a file that a person types: an editor of Windows puts a mark before it."""
        text = self.read(name)
        return None if text is None else text.removeprefix(MARK)

    def read(self, name: str) -> str | None:
        """The text of a file as it is, to be kept and given back; None where there is none. Raises StepError where it
        cannot be read.
        """
        try:
            return self.path(name).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as problem:
            raise StepError(f"{name} cannot be read: {problem}") from problem

    def write(self, name: str, text: str, mode: int = 0o644, group: str = "") -> None:
        """Put the whole file in place at once, also over a power cut; `group` owns it beside its user. Raises StepError
        where it cannot be written, and where the computer has no such group.
        """
        path = self.path(name)
        part = path.with_name(path.name + PART)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fchmod(file.fileno(), mode)
                if group:
                    os.fchown(file.fileno(), -1, self._group(group))
                os.fsync(file.fileno())
            part.rename(path)
            _sync(path.parent)
        except OSError as problem:
            remedy = _HELD if problem.errno == errno.EROFS else "Run it as root, with free space."
            raise StepError(f"{name} cannot be written: {problem}. {remedy}") from problem

    def _group(self, name: str) -> int:
        """The number that this computer gives the group of that name."""
        for line in (self.read("/etc/group") or "").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split(":")[2])
        raise StepError(f"There is no group {name}: the step `users` makes it.")

    def link(self, name: str, target: str) -> None:
        """Make or turn a symbolic link at once. Raises StepError."""
        path = self.path(name)
        part = path.with_name(path.name + PART)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
            part.symlink_to(target)
            part.rename(path)
            _sync(path.parent)
        except OSError as problem:
            raise StepError(f"{name} cannot be linked: {problem}. Run it as root.") from problem

    def target(self, name: str) -> str | None:
        """What a symbolic link leads to; None where there is none."""
        try:
            return os.readlink(self.path(name))
        except OSError:
            return None

    def remove(self, name: str) -> None:
        """Take a file, link or whole folder away, if it is there. Raises StepError."""
        path = self.path(name)
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            path.with_name(path.name + PART).unlink(missing_ok=True)  # of a write that was cut off
        except OSError as problem:
            raise StepError(f"{name} cannot be removed: {problem}. Run it as root.") from problem

    # --- what was there before ---------------------------------------------------------------------------------------

    def keep(self, name: str) -> None:
        """Keep this file as it is now, once: before the first change of ours. That there was none is kept too."""
        if self.ours(name):
            return
        text = self.read(name)
        kept = _kept_name(name)
        self.write(kept + (".absent" if text is None else ".was"), text or "", 0o600)

    def ours(self, name: str) -> bool:
        """Whether this file was kept, so that what is there now is ours."""
        return any(self.path(_kept_name(name) + end).exists() for end in (".was", ".absent"))

    def give_back(self, name: str, mode: int = 0o644) -> None:
        """The file as it was before, or none; nothing where we never changed it."""
        if not self.ours(name):
            return
        before = self.read(_kept_name(name) + ".was")
        if before is None:
            self.remove(name)
        else:
            self.write(name, before, mode)
        self.forget(name)

    def forget(self, name: str) -> None:
        """What was kept of this file is not needed any more."""
        for end in (".was", ".absent"):
            self.remove(_kept_name(name) + end)

    # --- programs ----------------------------------------------------------------------------------------------------

    def run(self, *command: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a program of that computer, in its folder. Raises StepError with what it said, unless it `may_fail`."""
        inside = command if self.own else ("chroot", str(self.folder), *command)
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
            "LC_ALL": "C.UTF-8",
            **{name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))},
        }
        return _ran(inside, environment, may_fail)

    def systemd(self, tool: str, *words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
        """Run one of systemd's own tools on that computer: they take a root folder themselves."""
        here = () if self.own else (f"--root={self.folder}",)
        return _ran((tool, *here, *words), dict(os.environ), may_fail)


def _ran(command: Sequence[str], environment: dict[str, str], may_fail: bool) -> subprocess.CompletedProcess[str]:
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as problem:
        if may_fail:
            return subprocess.CompletedProcess(command, 127, "", str(problem))
        raise StepError(f"{command[0]} cannot be run: {problem}") from problem
    if done.returncode and not may_fail:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise StepError(f"`{' '.join(command)}` failed ({done.returncode}):\n{said}")
    return done


def _kept_name(name: str) -> str:
    return f"{BEFORE}/{name.strip('/').replace('/', '!')}"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
