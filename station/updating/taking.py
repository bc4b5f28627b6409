"""Taking a release in: copied to the station's own disk, proved, found to be newer, unpacked for the installer.

Proved and unpacked is the station's own copy: what lies on a stick can be another file at the second look.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import time
from pathlib import Path
from typing import IO, Any

from station.faults import InputError, StationError, as_json, because
from station.recording.disk import refuse_full, storage_error, write_durably
from station.updating import standing
from station.updating.holding import alone
from station.updating.keys import trusted_keys
from station.updating.package import SUFFIX, Manifest, proved, unpack
from station.updating.plain_tar import LARGEST_FILE

UPDATES = "updates"
INCOMING, UNPACKED, MANIFEST = "incoming", "unpacked", "manifest.json"
ROOM = 4
"""The archive, what is in it, and the environment that is built of it take so many times the archive's size."""
MOST_RESULTS = 20


def newest_in(place: Path) -> Path:
    """The file itself, or of a folder (a stick) the one that was written last. Raises InputError "update-none"."""
    if not place.is_dir():
        return place
    found = sorted(place.glob(f"*{SUFFIX}"), key=lambda one: one.stat().st_mtime)
    if not found:
        raise InputError("update-none", str(place))
    return found[-1]


def take_in(source: Path, at: Path, keys: Path, meant: str | None = None) -> Manifest:
    """Lay the release in `source` ready for the installer, below `at`; nothing of the station is changed. `meant`: the
    release that somebody chose, where it must be that one.

    Raises InputError "update-none" where it is another, "update-untrusted", "update-damaged", "update-older",
    "too-large", "input-invalid"; StorageError; StationError "update-busy" where one is being taken in or installed.
    """
    folder = at / UPDATES
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise storage_error(problem, folder) from problem
    with alone(folder):  # what lies ready is replaced while nobody builds of it
        _clear(folder)
        try:
            with _copied(source, folder / INCOMING) as file:
                manifest = proved(file, trusted_keys(keys), str(source))
                if meant is not None and manifest.release != meant:
                    raise InputError("update-none", meant, because("update-other", release=manifest.release))
                refuse_older(manifest, at, str(source))
                file.seek(0)
                unpack(file, manifest, folder / UNPACKED, str(source))
            said = manifest.model_dump(exclude={"files"})
            write_durably(folder / MANIFEST, json.dumps(said).encode())
        except (StationError, OSError, KeyboardInterrupt):
            _clear(folder)
            raise
        (folder / INCOMING).unlink()
    return manifest


def _copied(source: Path, target: Path) -> IO[bytes]:
    """The station's own copy, open to be read from its beginning."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as problem:
        said = because("system-said", said=os.strerror(problem.errno or 0))
        raise InputError("input-invalid", str(source), said) from problem
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise InputError("update-damaged", str(source), because("update-part", part="kind"))
    with open(descriptor, "rb") as given:
        if status.st_size > LARGEST_FILE:
            raise InputError("too-large", str(source), because("update-size", most_mb=LARGEST_FILE // 1_000_000))
        refuse_full(target.parent, ROOM * status.st_size)
        try:
            file = target.open("x+b")
            shutil.copyfileobj(given, file, 1 << 20)
        except OSError as problem:
            raise storage_error(problem, target) from problem
    file.seek(0)
    return file


def refuse_older(manifest: Manifest, at: Path, where: str) -> None:
    """Raise InputError "update-older" for a release that is not newer than the one that runs: an old one, with its
    signature, may have an old fault.
    """
    runs = standing.current(at)
    if runs is None:
        return
    if manifest.release == runs.name:
        raise InputError("update-older", where, because("update-same", version=runs.version))
    if standing.order_of(manifest.version, manifest.made_s) <= standing.order_of(runs.version, runs.made_s):
        raise InputError("update-older", where, because("update-order", given=manifest.version, own=runs.version))


def _clear(folder: Path) -> None:
    """What an earlier one left."""
    for name in (INCOMING, MANIFEST):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / UNPACKED, ignore_errors=True)


def note_refused(at: Path, problem: StationError, source: Path) -> None:
    """Write down, for the technician's page, that a release was not even taken in. Raises StorageError."""
    one: dict[str, Any] = {"at_s": int(time.time()), "kind": "update", "release": "", "version": "", "changes": ""}
    runs = standing.current(at)
    one |= {"runs": "" if runs is None else runs.name, "result": "refused", "why": "", "code": problem.code}
    one |= {"where": source.name, "problems": [as_json(each) for each in problem.problems]}
    file = at / standing.RESULTS
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        held = os.open(at, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as problem:
        raise storage_error(problem, file) from problem
    try:
        fcntl.flock(held, fcntl.LOCK_EX)  # for a moment: the installer reads and writes this file so too
        said = [one, *standing.results(at)][:MOST_RESULTS]
        write_durably(file, json.dumps(said, indent=1).encode())
    finally:
        os.close(held)
