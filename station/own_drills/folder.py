"""The own drills of a data folder: `drills/NAME/VERSION-DIGEST.toml`, a file a version, written once and never changed.

Whoever starts a drill reads it here, at that moment, and hands the whole document on: control reads no file, a new
version needs no restart, and a drill that runs keeps the document that it began with.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import tomli_w

from drills.changing import LEAST_EVIDENCE, changed, lifted, refused, table_of
from drills.document import DrillDocument, digest_of, load_document, read_document
from drills.library import catalogue_names, load_shipped
from drills.problems import Problem, not_one_of
from station.faults import InputError, StationError, StorageError, because, not_text
from station.faults.boundary import as_station_errors
from station.recording.disk import storage_error, write_durably

FOLDER = "drills"
MOST_OWN_DRILLS = 200
"""A list that nobody can look through is no list; each is read before it is shown."""
MOST_VERSIONS = 9999
LARGEST_BYTES = 64 * 1024
_NAME = re.compile(r"(?=.{1,60}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILE = re.compile(r"(\d{4})-([0-9a-f]{12})\.toml")
_REMOVED = "removed"
"""A file of this name in a drill's folder: it is in no list, and its versions stay for what was made with them."""
_LOCK = ".lock"


class Listing(NamedTuple):
    """The newest version of each own drill, by name, and what is wrong with those that cannot be used."""

    drills: tuple[DrillDocument, ...]
    wrong: tuple[StationError, ...]


class OwnDrills:
    """The own drills of the folder `data`. Reading makes nothing; a second process may write at any time."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def names(self) -> tuple[str, ...]:
        """Of all that were not removed, whether they can be used or not, in alphabetical order."""
        try:
            return tuple(sorted(entry.name for entry in os.scandir(self._folder) if self._is_one(entry)))
        except FileNotFoundError:
            return ()
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem

    def listing(self) -> Listing:
        """All of them. One that is damaged takes no other along."""
        drills: list[DrillDocument] = []
        wrong: list[StationError] = []
        names = self.names()
        for name in names[:MOST_OWN_DRILLS]:
            try:
                drills.append(self._newest(name))
            except StationError as problem:
                wrong.append(problem)
        if len(names) > MOST_OWN_DRILLS:
            wrong.append(InputError("own-drills-full", str(self._folder), _counted(len(names))))
        return Listing(tuple(drills), tuple(wrong))

    def load(self, name: str) -> DrillDocument:
        """The newest version of the own drill of this name.

        Raises InputError "drill-unknown", "own-drill-damaged" with what is wrong with its file, "drill-name-taken".
        """
        if not _NAME.fullmatch(name) or not (self._folder / name).is_dir() or self._is_removed(name):
            raise self._unknown(name)
        return self._newest(name)

    def _unknown(self, name: str) -> InputError:
        known = [*catalogue_names(), *self.names()[:MOST_OWN_DRILLS]]
        return InputError("drill-unknown", name, not_one_of("drill", name, known)._replace(reason="unknown"))

    def _newest(self, name: str) -> DrillDocument:
        if name in catalogue_names():  # a later program ships one of this name
            raise InputError("drill-name-taken", str(self._folder / name), because("shipped-since"))
        files = self._versions(name)
        if not files:
            raise InputError("own-drill-damaged", str(self._folder / name), because("no-version"))
        return _read(files[-1])

    def keep(self, document: DrillDocument) -> DrillDocument:
        """The document as the next version of its drill, on the disk for good; as it is where it says nothing new.

        Raises InputError "drill-invalid" for what no own drill may be, "own-drills-full", and StorageError.
        """
        if wrong := refused(document):
            taken = wrong[0].reason == "shipped-name"
            raise InputError("drill-name-taken" if taken else "drill-invalid", document.name, *wrong)
        folder = self._folder / document.name
        with self._writing():
            files, removed = self._versions(document.name), self._is_removed(document.name)
            if not files and len(self.names()) >= MOST_OWN_DRILLS:
                raise InputError("own-drills-full", str(self._folder), _counted(MOST_OWN_DRILLS))
            last = _number(files[-1]) if files else 0
            if last >= MOST_VERSIONS:
                raise InputError("own-drills-full", str(folder), because("versions", n=last))
            if files and not removed and (same := _numbered(document, last)) == _newest(files):
                return same
            document = _numbered(document, last + 1)
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise storage_error(problem, folder) from problem
            write_durably(folder / file_name(document), text_of(document).encode())
            if removed:
                (folder / _REMOVED).unlink(missing_ok=True)
        return document

    def next_version(self, name: str) -> int:
        """The number that the next version of this name would have."""
        files = self._versions(name) if _NAME.fullmatch(name) else []
        return _number(files[-1]) + 1 if files else 1

    def remove(self, name: str) -> None:
        """Take it out of every list. Its versions stay in the folder, and their numbers are not used again.

        Raises InputError "drill-unknown", StorageError.
        """
        with self._writing():
            if name not in self.names():
                raise self._unknown(name)
            write_durably(self._folder / name / _REMOVED, b"")

    def _is_one(self, entry: os.DirEntry[str]) -> bool:
        return bool(_NAME.fullmatch(entry.name)) and entry.is_dir() and not self._is_removed(entry.name)

    def _is_removed(self, name: str) -> bool:
        return (self._folder / name / _REMOVED).exists()

    def _versions(self, name: str) -> list[Path]:
        """The files of a drill, the newest last."""
        try:
            found = (entry for entry in (self._folder / name).iterdir() if entry.suffix == ".toml")
            return sorted(entry for entry in found if not entry.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as problem:
            raise storage_error(problem, self._folder / name) from problem

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, in whichever process."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        except OSError as problem:
            raise storage_error(problem, self._folder) from problem
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def find_drill(data: Path, name: str) -> DrillDocument:
    """The drill of this name: a shipped one, or the newest version of an own one. Raises as `OwnDrills.load`."""
    if name in catalogue_names():
        with as_station_errors():
            return load_shipped(name)
    return OwnDrills(data).load(name)


def taken_in(text: str, source: str, name: str | None = None, copied_from: str | None = None) -> DrillDocument:
    """The document in this text of somebody's file, as an own drill under `name`, or under its own. `copied_from`
    names the shipped drill that it is a copy of, where the file does not.

    Raises InputError "drill-invalid" with everything that is wrong in it.
    """
    with as_station_errors():
        document = load_document(text, source).document
        if copied_from and document.own is None and document.about is not None:
            document = changed(document, {"about.evidence": LEAST_EVIDENCE})
        own = {"version": 1, "copied_from": copied_from} if copied_from else None
        if document.own is not None:
            own = {**document.own.model_dump(), **({"copied_from": copied_from} if copied_from else {})}
        table = table_of(document) | ({"name": name} if name else {}) | ({"own": own} if own else {})
        return lifted(read_document(table, source).document)


def text_of(document: DrillDocument) -> str:
    """The document as TOML, which `drills.document.load_document` reads back."""
    return tomli_w.dumps(table_of(document), multiline_strings=True)


def read_text(path: Path) -> str:
    """The text of a document's file. Raises InputError "drill-invalid" for what is no such file, or too long a one."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputError("drill-invalid", str(path), because("no-drill-document", most=LARGEST_BYTES))
            content = file.read(LARGEST_BYTES + 1)
        if len(content) > LARGEST_BYTES:
            raise InputError("drill-invalid", str(path), because("no-drill-document", most=LARGEST_BYTES))
        return content.decode("utf-8-sig")  # an editor of Windows puts a mark before the text
    except UnicodeDecodeError as problem:
        raise InputError("drill-invalid", str(path), not_text(problem)) from problem
    except OSError as problem:
        if isinstance(problem, StationError):
            raise
        raise InputError("drill-invalid", str(path), because("unreadable", said=str(problem))) from problem


def file_name(document: DrillDocument) -> str:
    """Of this version: its number, and what it says."""
    number = 0 if document.own is None else document.own.version
    return f"{number:04d}-{digest_of(document)}.toml"


def _read(path: Path) -> DrillDocument:
    """The document in this file of the folder. Raises InputError "own-drill-damaged"."""
    try:
        status = path.stat()
        document = _parsed(path, (status.st_mtime_ns, status.st_size, status.st_ino))
    except StationError as problem:
        raise InputError("own-drill-damaged", str(path), *problem.problems) from problem
    except OSError as problem:
        raise InputError("own-drill-damaged", str(path), because("unreadable", said=str(problem))) from problem
    if document.name != path.parent.name or path.name != file_name(document):
        raise InputError("own-drill-damaged", str(path), because("changed-by-hand", name=file_name(document)))
    document = lifted(document)
    if wrong := refused(document):
        raise InputError("own-drill-damaged", str(path), *wrong)
    return document


@lru_cache(maxsize=2 * MOST_OWN_DRILLS)
def _parsed(path: Path, _status: tuple[int, int, int]) -> DrillDocument:
    """Read once for as long as nobody touches the file: a list of all of them is asked for by every page."""
    with as_station_errors():
        return load_document(read_text(path), str(path)).document


def _newest(files: list[Path]) -> DrillDocument | None:
    try:
        return _read(files[-1])
    except InputError:
        return None


def _number(path: Path) -> int:
    """Of a version, by its file's name; 0 of a file that is none."""
    found = _FILE.fullmatch(path.name)
    return int(found[1]) if found else 0


def _numbered(document: DrillDocument, version: int) -> DrillDocument:
    own = document.own
    if own is None:
        raise StorageError("internal-error", document.name)
    return document.model_copy(update={"own": own.model_copy(update={"version": version})})


def _counted(n: int) -> Problem:
    return because("own-drills", n=n, most=MOST_OWN_DRILLS)
