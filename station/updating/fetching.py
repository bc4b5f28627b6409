"""A release from a server, such as a chain's: over HTTPS, as a file that is proved as any other is."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from station.faults import InputError, StationError, because
from station.keeping.care import KEPT_FREE_BYTES
from station.recording.disk import refuse_full, storage_error
from station.updating.plain_tar import CHUNK_BYTES, LARGEST_FILE

SCHEME = "https"
FETCHED = "updates/fetched.update"
"""Below the releases' place; root's own."""
SILENCE_S = 60.0
"""A server that says nothing for so long is given up."""
ALL_WITHIN_S = 3 * 3600.0
"""And one that has not sent all after so long, from before it was asked."""
_ITS_FAULT = (OSError, http.client.HTTPException, ValueError)
"""What the library raises while it talks to a server: of a name or an answer that is none too."""


def is_address(given: str) -> bool:
    """Whether this is an address of a server, and no path."""
    scheme, is_one, _ = given.partition("://")
    return bool(is_one) and scheme.lower() in (SCHEME, "http")


class Incoming:
    """What a server sends, in order. `read` gives as many bytes as are asked for, fewer at the end alone."""

    def __init__(self, answer: http.client.HTTPResponse, address: str) -> None:
        self._answer, self._address = answer, address
        self._got = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises InputError "too-large"; StationError "update-unreached" where all takes too long;
        URLError where the connection ends, HTTPException where less came than was promised.
        """
        parts, left = [], size
        while left:
            try:
                chunk = self._answer.read1(left)
            except (OSError, ValueError) as problem:  # of the socket; a caller's own are of the disk
                raise urllib.error.URLError(str(problem)) from problem
            if not chunk:
                if self._answer.length:  # reading by parts does not say so
                    raise http.client.IncompleteRead(b"", self._answer.length)
                break
            self._got += len(chunk)
            if self._got > LARGEST_FILE:
                most = because("update-size", most_mb=LARGEST_FILE // 1_000_000)
                raise InputError("too-large", self._address, most)
            parts.append(chunk)
            left -= len(chunk)
        return b"".join(parts)


def _read_until(until_s: float, address: str, trusted: ssl.SSLContext | None) -> ssl.SSLContext:
    """Whose sockets are read no longer than that, in the lines before the content too: each byte may take as long as
    SILENCE_S.
    """

    class Limited(ssl.SSLSocket):
        def recv_into(self, *words: Any, **named: Any) -> int:  # noqa: ANN401  # the library's
            if time.monotonic() > until_s:
                late = because("tryout-no-end", seconds=round(ALL_WITHIN_S))
                raise StationError("update-unreached", address, late)
            return super().recv_into(*words, **named)

    context = trusted or ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])  # as the library does where it makes one
    context.sslsocket_class = Limited
    return context


class _OverTlsAlone(urllib.request.HTTPRedirectHandler):
    """A server may lead elsewhere, and never into the open: there nothing is even asked."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:  # noqa: ANN401  # the library's
        _refuse_open(newurl)
        fp.close()  # what stands beside the address, however long, is nobody's to read
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refuse_open(address: str) -> None:
    try:
        scheme = urlsplit(address).scheme
    except ValueError as problem:
        raise InputError("input-invalid", address, because("system-said", said=str(problem))) from problem
    if scheme != SCHEME:
        raise InputError("input-invalid", address, because("update-address"))


@contextmanager
def opened(address: str, trusted: ssl.SSLContext | None = None) -> Iterator[Incoming]:
    """What is at this address. Whatever goes wrong with the server inside leaves as StationError "update-unreached";
    InputError "too-large", "input-invalid" for an address that is none or without TLS, of one that the server leads to
    as well.
    `trusted`: whose certificates count; None for the computer's own list.
    """
    _refuse_open(address)
    context = _read_until(time.monotonic() + ALL_WITHIN_S, address, trusted)
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _OverTlsAlone)
    try:
        answer = opener.open(address, timeout=SILENCE_S)
    except StationError:
        raise
    except _ITS_FAULT as problem:
        raise _unreached(address, problem) from problem
    try:
        with answer:
            yield Incoming(answer, address)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError) as problem:
        raise _unreached(address, problem) from problem


def _unreached(address: str, problem: Exception) -> StationError:
    return StationError("update-unreached", address, because("system-said", said=str(problem)))


def fetch(address: str, at: Path, trusted: ssl.SSLContext | None = None) -> Path:
    """The file of this address, below `at`. Raises as `opened`, and StorageError."""
    target = at / FETCHED
    try:
        with opened(address, trusted) as incoming:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                _poured(incoming, file, target)
    except StationError:
        forget_fetched(at)
        raise
    except OSError as problem:
        forget_fetched(at)
        raise storage_error(problem, target) from problem
    return target


def _poured(incoming: Incoming, file: IO[bytes], target: Path) -> None:
    while chunk := incoming.read(CHUNK_BYTES):
        refuse_full(target.parent, KEPT_FREE_BYTES + len(chunk))
        file.write(chunk)


def forget_fetched(at: Path) -> None:
    """It is not needed any more."""
    (at / FETCHED).unlink(missing_ok=True)
