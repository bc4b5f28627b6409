"""A release from a server, such as a chain's: over HTTPS, as a file that is proved as any other is."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from station.faults import InputError, StationError, because
from station.recording.disk import storage_error
from station.updating.plain_tar import CHUNK_BYTES, LARGEST_FILE

SCHEME = "https"
FETCHED = "updates/fetched.update"
"""Below the releases' place; root's own."""
SILENCE_S = 60.0
"""A server that says nothing for so long is given up."""


def is_address(given: str) -> bool:
    """Whether this is an address of a server, and no path."""
    return urlsplit(given).scheme in (SCHEME, "http")


def fetch(address: str, at: Path, trusted: ssl.SSLContext | None = None) -> Path:
    """The file of this address, below `at`. `trusted`: whose certificates count; None for the computer's own list.

    Raises StationError "update-unreached"; InputError "too-large", "input-invalid" for an address without TLS;
    StorageError.
    """
    if urlsplit(address).scheme != SCHEME:
        raise InputError("input-invalid", address, because("update-address"))
    target = at / FETCHED
    got = 0
    try:
        with urllib.request.urlopen(address, timeout=SILENCE_S, context=trusted) as answer:  # noqa: S310  # https
            if urlsplit(answer.url).scheme != SCHEME:
                raise InputError("input-invalid", answer.url, because("update-address"))
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                while chunk := answer.read(CHUNK_BYTES):
                    got += len(chunk)
                    if got > LARGEST_FILE:
                        raise InputError(
                            "too-large", address, because("update-size", most_mb=LARGEST_FILE // 1_000_000)
                        )
                    file.write(chunk)
                if answer.length:  # what was promised and did not come; reading it by parts does not say so
                    raise http.client.IncompleteRead(b"", answer.length)
    except StationError:
        forget_fetched(at)
        raise
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as problem:
        forget_fetched(at)
        raise StationError("update-unreached", address, because("system-said", said=str(problem))) from problem
    except OSError as problem:
        forget_fetched(at)
        raise storage_error(problem, target) from problem
    return target


def forget_fetched(at: Path) -> None:
    """It is not needed any more."""
    (at / FETCHED).unlink(missing_ok=True)
