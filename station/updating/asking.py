"""Asking a chain's server: a newer release is fetched, and waits until a person takes it.

The address is always that of the newest archive. An archive begins with what was signed of it: a server that has
nothing newer sends some kB. Who asks is a user of its own, who sees no patient; what it lays ready is proved once more
by the updater, as a file of anybody's.
"""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from station.faults import StationError, as_json
from station.keeping.care import KEPT_FREE_BYTES
from station.recording.disk import refuse_full, storage_error, write_durably
from station.updating import standing
from station.updating.fetching import Incoming, opened
from station.updating.holding import alone
from station.updating.keys import trusted_keys
from station.updating.offers import PART, PLACE, SAID, WAITING, ServerOffer, offer
from station.updating.package import Manifest, proved
from station.updating.taking import refuse_older

PACE_BYTES_S = 500_000
"""A card that is written to faster holds up what is recorded meanwhile."""
Pause = Callable[[float], None]


def look(
    address: str,
    at: Path,
    keys: Path,
    folder: Path = PLACE,
    trusted: ssl.SSLContext | None = None,
    pause: Pause = time.sleep,
) -> ServerOffer:
    """Ask the server, fetch what is newer, and write down how it was.

    Raises what `fetching.opened`, `package.proved` and `taking.refuse_older` raise, StorageError, and StationError
    "update-busy" where somebody asks already: what waited before is untouched.
    """
    with alone(folder):
        before = offer(at, folder) or ServerOffer(at_s=0)
        now_s = int(time.time())
        try:
            with _as_storage_errors(folder), opened(address, trusted) as incoming:
                found = _found(incoming, address, _OfReleases(at, keys, folder), before, pause)
        except StationError as problem:
            said = {"code": problem.code, "where": problem.where, "problems": [*map(as_json, problem.problems)]}
            _write(folder, before.model_copy(update={"at_s": now_s, **said}))
            raise
        finally:
            (folder / PART).unlink(missing_ok=True)
        found = found.model_copy(update={"at_s": now_s, "code": "", "where": "", "problems": []})
        _write(folder, found)
        if not found.release:
            (folder / WAITING).unlink(missing_ok=True)
        return found


def forget(folder: Path = PLACE) -> None:
    """Nobody asks any more: nothing waits, and nothing is said."""
    for name in (SAID, WAITING, PART):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def _as_storage_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except StationError:
        raise
    except OSError as problem:
        raise storage_error(problem, folder) from problem


class _NothingNewer(Exception):  # noqa: N818  # no error
    """The rest need not be fetched."""


class _OfReleases(NamedTuple):
    releases: Path
    keys: Path
    waiting: Path


def _found(incoming: Incoming, address: str, places: _OfReleases, before: ServerOffer, pause: Pause) -> ServerOffer:
    part = places.waiting / PART
    known = ServerOffer(at_s=0)

    def wanted(manifest: Manifest) -> None:
        nonlocal known
        runs = standing.current(places.releases)
        if runs is not None and manifest.release == runs.name:
            raise _NothingNewer
        refuse_older(manifest, places.releases, address)
        if manifest.release == before.release and _whole(places, manifest.release):
            known = before
            raise _NothingNewer
        refuse_full(places.waiting, KEPT_FREE_BYTES + sum(entry.size for entry in manifest.files.values()))

    try:
        with part.open("wb") as file:
            manifest = proved(_Kept(incoming, file, pause), trusted_keys(places.keys), address, wanted)
            file.flush()
            os.fsync(file.fileno())
        part.replace(places.waiting / WAITING)
    except _NothingNewer:
        return known
    return ServerOffer(at_s=0, **manifest.model_dump(include={"release", "version", "made_s", "changes"}))


def _whole(places: _OfReleases, release: str) -> bool:
    """Whether what waits is still that release, and as it was made: a card forgets."""
    try:
        with (places.waiting / WAITING).open("rb") as file:
            return proved(file, trusted_keys(places.keys), "").release == release
    except (StationError, OSError):
        return False


class _Kept:
    """What comes is kept as it is read, no faster than a card can well be written to."""

    def __init__(self, incoming: Incoming, file: IO[bytes], pause: Pause) -> None:
        self._incoming, self._file, self._pause = incoming, file, pause

    def read(self, size: int) -> bytes:
        """The next bytes."""
        found = self._incoming.read(size)
        self._file.write(found)
        self._pause(len(found) / PACE_BYTES_S)
        return found


def _write(folder: Path, one: ServerOffer) -> None:
    write_durably(folder / SAID, one.model_dump_json().encode())
