"""Making a release's archive: the files of a clone, wheels of all that they need, and the signature of the lot."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.faults import InputError, because
from station.recording.disk import sync_folder
from station.updating.package import MANIFEST, SIGNATURE, SUFFIX, UPDATE_FORMAT, Manifest, entries, manifest_bytes
from station.updating.plain_tar import PlainTar

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
MOST_CHANGES = 20_000
"""Letters of the list of changes; what is longer is cut."""


def make_archive(
    project: Path, wheels: Path | None, key: Ed25519PrivateKey, out: Path, keys: Sequence[str] = ()
) -> Path:
    """Write the archive of the clone in `project` into the folder `out`, and return its path. `keys`: public keys (PEM)
    that count from this release on in the place of all before.

    Raises InputError "input-invalid" for a folder that is no clone, "file-exists".
    """
    said = _of_installer(project)
    files = {name: project / name for name in said["files"]}
    if wheels is not None:
        files |= {f"wheels/{one.name}": one for one in sorted(wheels.glob("*.whl"))}
    version = str(said["release"]).partition("-")[0]
    described: dict[str, Any] = {
        "format": UPDATE_FORMAT,
        "release": said["release"],
        "version": version,
        "made_s": int(time.time()),
        "changes": changes_of(project / "CHANGELOG.md", version),
        "keys": list(keys) or None,
        "files": {name: entry.model_dump() for name, entry in entries(files)},
    }
    Manifest.model_validate(described)
    text = manifest_bytes(described)
    target = out / f"balance-station-{said['release']}{SUFFIX}"
    if target.exists():
        raise InputError("file-exists", str(target))
    out.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with part.open("wb") as file:
        tar = PlainTar(file)
        tar.add_bytes(MANIFEST, text)
        tar.add_bytes(SIGNATURE, key.sign(text))
        for name, entry in described["files"].items():
            with files[name].open("rb") as content:
                tar.add(name, entry["size"], content, executable=entry["executable"])
        tar.end()
    part.rename(target)
    sync_folder(out)
    return target


def _of_installer(project: Path) -> dict[str, Any]:
    """The release's name and its files, as the clone's own installer says them."""
    command = [sys.executable, str(project / "systemd/install"), "release"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603  # the clone's
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as problem:
        raise InputError("input-invalid", str(project), because("no-release", said=str(problem))) from problem
    return found


def changes_of(changelog: Path, version: str) -> str:
    """What CHANGELOG.md says of this version, or of what is not released yet where it has none of it; "" for none."""
    try:
        text = changelog.read_text(encoding="utf-8")
    except OSError:
        return ""
    headings = list(_HEADING.finditer(text))
    for number, heading in enumerate(headings):
        if version in heading[1] or heading[1].lower().startswith("unreleased"):
            end = headings[number + 1].start() if number + 1 < len(headings) else len(text)
            section = text[heading.end() : end].strip()
            if section:
                return section[:MOST_CHANGES]
    return ""
