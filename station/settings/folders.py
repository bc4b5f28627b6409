"""The two folders of a station, made where they are missing: what is kept, and what the processes share."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from station.faults import InputError, StorageError, because
from station.settings.values import Settings

INSTALLED_SETTINGS = Path("/etc/balance-station/station.toml")
"""Where the installer puts the settings file, and the services find it."""
MEMORY = Path("/dev/shm")  # noqa: S108  # the folder in it is made for this user alone
"""Where files live in memory on Linux."""


def installed_settings(root: Path = Path("/")) -> Path | None:
    """The settings file of the station that is installed on the computer whose root folder is `root`; None for none."""
    path = root / INSTALLED_SETTINGS.relative_to("/")
    try:
        return path if path.exists() else None
    except OSError:  # the folder is there and may not be entered: reading the file says so
        return path


def runtime_folder(settings: Settings) -> Path:
    """The folder that the processes share, made if it is not there; only this user may enter it.

    It lives in memory: the loop writes to it at every tick, and a page of a file on a disk could make it wait.
    """
    folder = runtime_place(settings)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            "settings-invalid", "station.runtime", because("folder-not-made", folder=str(folder), said=str(problem))
        ) from problem
    return folder


def runtime_place(settings: Settings) -> Path:
    """Where that folder is, or would be."""
    if settings.station.runtime is not None:
        return settings.station.runtime
    system = Path("/run/balance-station")
    if os.access(system, os.W_OK):
        return system
    key = hashlib.sha256(str(settings.station.data.absolute()).encode()).hexdigest()[:12]
    return MEMORY / f"balance-station-{os.getuid()}-{key}"


def data_folder(settings: Settings) -> Path:
    """The data folder, made if it is not there. Raises StorageError "data-folder" where it cannot be written."""
    folder = settings.station.data
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as problem:
        code = "disk-full" if problem.errno == errno.ENOSPC else "data-folder"
        raise StorageError(code, str(folder), because("system-said", said=os.strerror(problem.errno or 0))) from problem
    return folder
