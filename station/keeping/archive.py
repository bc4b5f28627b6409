"""What is in a backup: a tar of files in the frames of `station.keeping.sealed`, its list of contents last."""

from __future__ import annotations

import gzip
import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from station.faults import InputError, StationError, StorageError, because
from station.keeping.sealed import SealedReader, SealedWriter
from station.recording.disk import storage_error

CONTENTS = "contents.json"
_LARGEST_CONTENTS = 1 << 28


class ArchiveWriter:
    """Takes files, one after the other."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: dict[str, dict[str, Any]] = {}
        """By name: size in bytes and SHA-256 of what was taken."""

    def add(self, name: str, content: bytes) -> None:
        """A file of this name, with `/` between folders."""
        self._put(name, content)
        self.files[name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def add_file(self, name: str, path: Path) -> None:
        """A file that nobody writes to, of any size."""
        digest, size = hashlib.sha256(), path.stat().st_size
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
            file.seek(0)
            self._tar.addfile(_entry(name, size), file)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def end(self, said: Mapping[str, Any]) -> None:
        """The list of contents, with what else is to be said."""
        self._put(CONTENTS, json.dumps({**said, "files": self.files}).encode())

    def _put(self, name: str, content: bytes) -> None:
        self._tar.addfile(_entry(name, len(content)), BytesIO(content))


@contextmanager
def writing(file: IO[bytes], passphrase: str, said: Mapping[str, Any]) -> Iterator[ArchiveWriter]:
    """Write an archive to this file; `said` stands in its readable header."""
    sealed = SealedWriter(file, passphrase, said)
    with (
        gzip.GzipFile(fileobj=cast("IO[bytes]", sealed), mode="wb", compresslevel=1, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield ArchiveWriter(tar)
    sealed.end()


class ArchiveReader:
    """Gives the files of an archive, each proved; `contents` when all were given."""

    def __init__(self, path: Path, passphrase: str) -> None:
        self.path = path
        self._passphrase = passphrase
        self.header: dict[str, Any] = {}
        self.contents: dict[str, Any] = {}

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Each file's name and bytes, in their order. Raises InputError and StorageError as `SealedReader`, and
        "backup-damaged" where the list of contents says otherwise.
        """
        try:
            with self.path.open("rb") as file:
                sealed = SealedReader(file, self._passphrase, str(self.path))
                self.header = sealed.header
                squeezed = gzip.GzipFile(fileobj=cast("IO[bytes]", sealed), mode="rb")
                with tarfile.open(fileobj=squeezed, mode="r|") as tar:
                    yield from self._entries(tar)
                squeezed.read()
                sealed.end()
        except FileNotFoundError as problem:
            raise InputError("backup-unreadable", str(self.path)) from problem
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as problem:
            raise self._damaged() from problem
        if not self.contents:
            raise self._damaged()

    def _entries(self, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
        found: dict[str, dict[str, Any]] = {}
        for entry in tar:
            inside = tar.extractfile(entry)
            if inside is None or not entry.isreg() or not _is_plain(entry.name) or self.contents:
                raise self._damaged()
            if entry.name == CONTENTS:
                self.contents = self._listed(inside.read(_LARGEST_CONTENTS))
                if self.contents["files"] != found:
                    raise self._damaged()
                continue
            watched = _Watched(inside)
            yield entry.name, cast("IO[bytes]", watched)
            watched.rest()
            found[entry.name] = {"size": watched.size, "sha256": watched.digest.hexdigest()}

    def _listed(self, text: bytes) -> dict[str, Any]:
        try:
            contents = json.loads(text)
        except ValueError as problem:
            raise self._damaged() from problem
        if not isinstance(contents, dict) or "files" not in contents:
            raise self._damaged()
        return contents

    def _damaged(self) -> StorageError:
        return StorageError("backup-damaged", str(self.path), because("backup-changed"))


class _Watched:
    """A file that is read once, and what was read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.size += len(block)
        self.digest.update(block)
        return block

    def rest(self) -> None:
        while self.read(1 << 20):
            pass


def check(path: Path, passphrase: str) -> dict[str, Any]:
    """Read all of a backup. Returns its list of contents. Raises as `ArchiveReader.files`."""
    reader = ArchiveReader(path, passphrase)
    try:
        for _ in reader.files():
            pass
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, path) from problem
    return reader.contents


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry


def _is_plain(name: str) -> bool:
    """Whether it names a file below the folder, whatever the folder is."""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and not name.startswith(".")
