"""What a practice's software asked for, as files of the data folder: whose each is, also after a code was corrected.

A request is about a code at a moment. Who has the code now is what the corrections since then say, so that a request
goes with its patient, and not with the code that somebody else may have by now.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from station.records.file import Records
from station.records.models import AuditRow
from station.records.patients import CORRECTED

FOLDER = "practice-requests"
"""In the data folder."""
REFUSED = "refused"
"""In it: what could not be taken, each with why in a file beside it."""
_NUMBER = re.compile(rb"^[0-9]{3}3000([^\r\n]*)", re.MULTILINE)
"""A line of GDT with the patient's number."""
_OF_CODE = re.compile(r"(?P<code>[^+]+)(\+(?P<again>[0-9]+))?\.gdt")
"""Signs that no code has divide the code from the number of a further request of the same person."""


class Correction(NamedTuple):
    """From this moment on who had a code has another."""

    at_ns: int
    code: str
    right: str


class Kept(NamedTuple):
    """A request that waits."""

    path: Path
    code: str
    """As the file is named, whoever that is by now."""
    since_ns: int


def corrections(records: Records) -> list[Correction]:
    """All, oldest first, by the audit log. Raises StorageError."""
    if not records.there:
        return []
    with records.reading() as transaction:
        lines = transaction.scalars(select(AuditRow).where(AuditRow.what == CORRECTED).order_by(AuditRow.number))
        return [Correction(one.at_ns, str(one.detail["from"]), str(one.detail["to"])) for one in lines]


def code_now(code: str, since_ns: int, made: Sequence[Correction]) -> str:
    """What the person has who had this code then."""
    for one in made:
        if one.at_ns >= since_ns and one.code == code:
            code = one.right
    return code


def waiting(data: Path) -> list[Kept]:
    """The requests that wait, oldest first. Raises OSError."""
    found = []
    for path in (data / FOLDER).glob("*.gdt"):
        named = _OF_CODE.fullmatch(path.name)
        if named is not None:
            found.append(Kept(path, named["code"], path.stat().st_mtime_ns))
    return sorted(found, key=lambda one: (one.since_ns, one.path.name))


def place_for(data: Path, code: str, content: bytes) -> Path:
    """Where a request of this code is kept: where it is already, or beside others of that person. Raises OSError."""
    places = (data / FOLDER / name for name in _names(code))
    return next(path for path in places if not path.exists() or path.read_bytes() == content)


def follow(data: Path, records: Records) -> None:
    """Name each request after who it is about by now. Raises OSError, StorageError."""
    those = waiting(data)
    made = corrections(records) if those else []
    for one in those:
        code = code_now(one.code, one.since_ns, made)
        if code != one.code:
            one.path.rename(next(path for name in _names(code) if not (path := one.path.with_name(name)).exists()))


def of_person(data: Path, records: Records, code: str) -> list[Path]:
    """The requests of who has this code now, oldest first. Raises OSError, StorageError."""
    made = corrections(records)
    return [one.path for one in waiting(data) if code_now(one.code, one.since_ns, made) == code.upper()]


def refused_of(data: Path, records: Records, code: str) -> list[Path]:
    """Files that could not be taken and name who has this code now. They may be about somebody else of the number."""
    made, found = corrections(records), []
    for path, at_ns in _refused(data):
        if code.upper() in {code_now(one, at_ns, made) for one in _numbers(path)}:
            found.append(path)
    return found


def refused_unsure(data: Path) -> list[str]:
    """Names of files that could not be taken and of which nobody can say whom they are about."""
    return [f"{FOLDER}/{REFUSED}/{path.name}" for path, _ in _refused(data) if not _numbers(path)]


def remove(paths: Sequence[Path]) -> None:
    """Take these away, and what is beside each; what cannot be is left."""
    for path in paths:
        for one in (path, path.with_name(f"{path.name}.json")):
            with suppress(OSError):
                one.unlink()


def forget_refused(data: Path, before_ns: int) -> None:
    """Take away what could not be taken before this moment."""
    remove([path for path, at_ns in _refused(data) if at_ns < before_ns])


def _names(code: str) -> Iterator[str]:
    yield f"{code}.gdt"
    for number in itertools.count(2):
        yield f"{code}+{number}.gdt"


def _refused(data: Path) -> list[tuple[Path, int]]:
    """Each with when it was refused."""
    folder = data / FOLDER / REFUSED
    files = [path for path in sorted(folder.glob("*-*")) if path.suffix != ".json" and not path.name.startswith(".")]
    begun = [(path, path.name.partition("-")[0]) for path in files]
    return [(path, int(at)) for path, at in begun if at.isdecimal()]


def _numbers(path: Path) -> set[str]:
    try:
        content = path.read_bytes()
    except OSError:
        return set()
    found = {one.strip().decode("ascii", errors="replace").upper() for one in _NUMBER.findall(content)}
    return found - {""}
