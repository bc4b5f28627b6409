"""A release as one file: a plain tar of a manifest, its signature, and the files that the manifest lists by their hash.

The first member is `manifest.json`, the second `manifest.sig` with the 64 bytes of an Ed25519 signature of it; `tar`
and `openssl pkeyutl -verify` read both. Nothing but these two is looked at before the signature was found right, and
nothing is written before every file had the size and the SHA-256 that was signed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from station.faults import InputError, StationError, because
from station.recording.disk import storage_error, sync_folder
from station.updating.keys import public_key, signed_by
from station.updating.plain_tar import LARGEST_FILE, NAME, Member, Readable, members

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
SUFFIX = ".update"
UPDATE_FORMAT = 1
SIGNATURE_BYTES = 64
LARGEST_MANIFEST = 4 << 20
MOST_FILES = 20_000
VERSION = r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})"
RELEASE = rf"{VERSION}-[0-9a-f]{{12}}"
"""A release's name: its version, and twelve digits of its content."""


class FileEntry(BaseModel):
    """A file of the release."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    size: int = Field(ge=0, le=LARGEST_FILE)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    executable: bool = False


class Manifest(BaseModel):
    """What was signed."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    format: Literal[1]
    release: str = Field(pattern=f"^{RELEASE}$")
    version: str = Field(pattern=f"^{VERSION}$")
    made_s: int = Field(ge=0, lt=1 << 40)
    """Unix time. Of two archives of one version the later one is the newer release."""
    changes: str = Field(max_length=200_000)
    """What changed since the version before, as CHANGELOG.md says it (English, Markdown)."""
    keys: list[str] | None = Field(default=None, min_length=1, max_length=8)
    """The public keys (PEM) that count from then on in the place of all before; None leaves them."""
    files: dict[str, FileEntry] = Field(min_length=1, max_length=MOST_FILES)

    @field_validator("files")
    @classmethod
    def _below_the_folder(cls, files: dict[str, FileEntry]) -> dict[str, FileEntry]:
        for name in files:
            if not NAME.fullmatch(name) or name in (MANIFEST, SIGNATURE):
                raise ValueError(name)
        if sum(entry.size for entry in files.values()) > LARGEST_FILE:
            raise ValueError("size")
        return files

    @field_validator("keys")
    @classmethod
    def _are_keys(cls, keys: list[str] | None) -> list[str] | None:
        for text in keys or ():
            public_key(text, MANIFEST)  # an InputError is a ValueError
        return keys


def proved(
    file: Readable,
    keys: Mapping[str, Ed25519PublicKey],
    where: str,
    wanted: Callable[[Manifest], None] | None = None,
) -> Manifest:
    """Read the whole archive from its beginning, and write nothing. `wanted` is told as soon as the signature was found
    right, before any file is read; what it raises ends the reading.

    Raises InputError "update-untrusted" where no key is known here or none of them signed it, "update-damaged" where
    anything else is not as it was made.
    """
    if not keys:
        raise InputError("update-untrusted", where, because("no-update-keys"))
    with _in(where):
        found = members(file)
        text = _small(found, MANIFEST, LARGEST_MANIFEST)
        signature = _small(found, SIGNATURE, SIGNATURE_BYTES)
        if not signed_by(keys, signature, text):
            raise InputError("update-untrusted", where, because("other-update-key", known=sorted(keys)))
        manifest = Manifest.model_validate_json(text)
        if wanted is not None:
            wanted(manifest)
        left = dict(manifest.files)
        for member in found:
            _check(member, left.pop(member.name, None))
        if left:
            raise ValueError("missing")
    return manifest


def unpack(file: IO[bytes], manifest: Manifest, folder: Path, where: str) -> None:
    """Put the files of an archive that was proved into a folder that is empty or not there, each proved once more as it
    is written, and all of it on the disk. Raises InputError "update-damaged", StorageError.
    """
    try:
        with _in(where):
            found = members(file)
            _small(found, MANIFEST, LARGEST_MANIFEST)
            _small(found, SIGNATURE, SIGNATURE_BYTES)
            folders = {folder}
            for member in found:
                entry = manifest.files.get(member.name)
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                folders |= {path.parent}
                with path.open("xb") as out:
                    _check(member, entry, out)
                    out.flush()
                    os.fchmod(out.fileno(), 0o755 if entry and entry.executable else 0o644)
                    os.fsync(out.fileno())
            for one in folders:
                sync_folder(one)
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, folder) from problem


def _small(found: Iterator[Member], name: str, most: int) -> bytes:
    member = next(found, None)
    if member is None or member.name != name or member.size > most:
        raise ValueError(name)
    return b"".join(member.chunks())


def _check(member: Member, entry: FileEntry | None, out: IO[bytes] | None = None) -> None:
    if entry is None or member.size != entry.size:
        raise ValueError(member.name)
    digest = hashlib.sha256()
    for chunk in member.chunks():
        digest.update(chunk)
        if out is not None:
            out.write(chunk)
    if digest.hexdigest() != entry.sha256:
        raise ValueError(member.name)


@contextmanager
def _in(where: str) -> Iterator[None]:
    """Whatever is wrong with the archive leaves this block as "update-damaged" at its place."""
    try:
        yield
    except StationError:
        raise
    except ValidationError as problem:
        said = "; ".join(".".join(map(str, one["loc"])) or one["type"] for one in problem.errors()[:3])
        raise _damaged(where, said) from problem
    except ValueError as problem:
        raise _damaged(where, str(problem)) from problem


def _damaged(where: str, part: str) -> InputError:
    return InputError("update-damaged", where, because("update-part", part=part[:200]))


def manifest_bytes(said: Mapping[str, Any]) -> bytes:
    """The text that is signed: the same for the same values."""
    return json.dumps(said, sort_keys=True, indent=1).encode()


def entries(paths: Mapping[str, Path]) -> Iterator[tuple[str, FileEntry]]:
    """What the manifest says of these files, by their names in the archive."""
    for name, path in sorted(paths.items()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        status = path.stat()
        yield name, FileEntry(size=status.st_size, sha256=digest, executable=bool(status.st_mode & 0o100))
