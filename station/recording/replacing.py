"""Puts files that lie ready in a folder of the data folder in their places, all of them or none, over any power cut.

A list that is on the disk says what goes where; whoever finds it finishes the work, before anything else is opened.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from station.recording.disk import storage_error, sync_folder, write_durably
from station.recording.layout import RECORDS_FILE, pack_json

STAGING = ".restoring"
"""In the data folder: what is being put back."""
_READY = "ready.json"


def begin(data: Path) -> Path:
    """An empty folder to put things in. What an earlier one had is thrown away. Raises StorageError."""
    staging = data / STAGING
    try:
        if staging.exists():
            shutil.rmtree(staging)
        staging.mkdir(mode=0o750)
    except OSError as problem:
        raise storage_error(problem, staging) from problem
    return staging


def give_up(data: Path) -> None:
    """Throw away what was put in it."""
    shutil.rmtree(data / STAGING, ignore_errors=True)


def there(data: Path) -> list[str]:
    """Names of what is in the data folder, but for hidden ones: the records first, then what belongs to them."""
    names = sorted(one.name for one in data.iterdir() if not one.name.startswith("."))
    return sorted(names, key=lambda name: not name.startswith(RECORDS_FILE))


def put_in_place(data: Path, aside: str) -> None:
    """All is ready, and on the disk: what is there now goes into the folder `aside`, what is ready into its place."""
    staging = data / STAGING
    for folder in (staging, *(one for one in staging.rglob("*") if one.is_dir())):
        sync_folder(folder)
    write_durably(staging / _READY, pack_json({"aside": aside, "old": there(data)}).encode())
    finish(data)


def finish(data: Path) -> bool:
    """Finish what was begun and cut off. False where there was nothing to be finished. Raises StorageError."""
    staging = data / STAGING
    ready = staging / _READY
    if not ready.exists():
        return False
    said = json.loads(ready.read_text(encoding="utf-8"))
    try:
        if said["old"]:
            aside = data / said["aside"]
            aside.mkdir(mode=0o750, exist_ok=True)
            for name in said["old"]:
                if not (aside / name).exists():
                    (data / name).rename(aside / name)
            sync_folder(aside)
        sync_folder(data)
        new = [one for one in sorted(staging.iterdir()) if one.name != _READY]
        for one in sorted(new, key=lambda one: one.name == RECORDS_FILE):
            one.rename(data / one.name)
        sync_folder(data)
        ready.unlink()
        shutil.rmtree(staging)
        sync_folder(data)
    except OSError as problem:
        raise storage_error(problem, data) from problem
    return True
