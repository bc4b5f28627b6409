"""A release from a server of the chain: over TLS, no larger than may be, and nothing left where it broke off."""

from __future__ import annotations

import errno
import http.client
import os
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import SimpleNamespace

import pytest

from station.access.certificates import Certificates
from station.faults import InputError, StationError, StorageError
from station.keeping.care import KEPT_FREE_BYTES
from station.updating import fetching
from station.updating.fetching import FETCHED, fetch, forget_fetched, is_address
from tests.station.updating import tls_server

CONTENT = b"a release" * 9000


@pytest.fixture
def server(kept: Certificates) -> Iterator[str]:
    pages = {
        "/a.update": tls_server.content(CONTENT),
        "/broken-off": tls_server.content(CONTENT, 100),
        "/in-the-open": tls_server.redirect("http://127.0.0.1:9/plain"),
        "/elsewhere": tls_server.redirect("/a.update"),
        "/with-many-words": tls_server.redirect("/a.update", promised=1 << 40),
    }
    with tls_server.served(kept, pages) as address:
        yield address


def test_it_is_fetched_and_forgotten(server: str, known: ssl.SSLContext, tmp_path: Path) -> None:
    for name in ("a.update", "elsewhere"):
        assert fetch(f"{server}/{name}", tmp_path, known).read_bytes() == CONTENT
    forget_fetched(tmp_path)
    assert not (tmp_path / FETCHED).exists()


@pytest.mark.parametrize(
    ("path", "code"),
    [("none", "update-unreached"), ("in-the-open", "input-invalid"), ("broken-off", "update-unreached")],
)
def test_what_does_not_come_whole_is_not_there(
    server: str, known: ssl.SSLContext, tmp_path: Path, path: str, code: str
) -> None:
    with pytest.raises(StationError, match=code):
        fetch(f"{server}/{path}", tmp_path, known)
    assert not (tmp_path / FETCHED).exists()


def test_a_server_that_the_station_does_not_trust_is_not_asked(server: str, tmp_path: Path) -> None:
    with pytest.raises(StationError, match="update-unreached"):
        fetch(f"{server}/a.update", tmp_path)


def test_one_that_never_ends_is_broken_off(
    server: str, known: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_FILE", len(CONTENT) - 1)
    with pytest.raises(InputError, match="too-large"):
        fetch(f"{server}/a.update", tmp_path, known)
    assert not (tmp_path / FETCHED).exists()


def test_one_that_takes_too_long_is_broken_off(
    server: str, known: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "ALL_WITHIN_S", 0.0)
    with pytest.raises(StationError, match="update-unreached"):
        fetch(f"{server}/a.update", tmp_path, known)
    assert not (tmp_path / FETCHED).exists()


def test_what_comes_before_the_content_counts_too(
    kept: Certificates, known: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [0.0]

    def says(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.flush_headers()
        now_s[0] += 4 * 3600.0
        request.send_header("Content-Length", "1")
        request.end_headers()
        request.wfile.write(b"a")

    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: now_s[0]))
    with tls_server.served(kept, {"/slow": says}) as address, pytest.raises(StationError, match="no-end"):
        fetch(f"{address}/slow", tmp_path, known)
    monkeypatch.setattr(fetching, "ALL_WITHIN_S", -1.0)
    nothing = {"/slow": tls_server.content(b"")}
    with tls_server.served(kept, nothing) as address, pytest.raises(StationError, match="no-end"):
        fetch(f"{address}/slow", tmp_path, known)  # the first line is not read any more


def test_the_words_beside_a_redirect_are_not_read(server: str, known: ssl.SSLContext, tmp_path: Path) -> None:
    """They may be without an end."""
    assert fetch(f"{server}/with-many-words", tmp_path, known).read_bytes() == CONTENT


@pytest.mark.parametrize("part", ["getresponse", "read1"])
def test_a_network_that_ends_is_no_fault_of_the_disk(
    server: str, known: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def ends(*words: object, **named: object) -> None:
        raise OSError(errno.EHOSTUNREACH, os.strerror(errno.EHOSTUNREACH))

    owner = http.client.HTTPConnection if part == "getresponse" else http.client.HTTPResponse
    monkeypatch.setattr(owner, part, ends)
    with pytest.raises(StationError, match="update-unreached"):
        fetch(f"{server}/a.update", tmp_path, known)


def test_what_the_recordings_need_is_left(
    server: str, known: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.recording.disk.free_bytes", lambda path: KEPT_FREE_BYTES)
    with pytest.raises(StorageError, match="disk-full"):
        fetch(f"{server}/a.update", tmp_path, known)
    assert not (tmp_path / FETCHED).exists()


def test_in_the_open_nothing_is_fetched(tmp_path: Path) -> None:
    assert is_address("http://x/y.update")
    assert is_address("https://x/y.update")
    assert not is_address("/media/stick")
    assert not is_address("a.update")
    assert is_address("https://[bad/x")
    with pytest.raises(InputError, match="input-invalid"):
        fetch("http://127.0.0.1:9/y.update", tmp_path)
    with pytest.raises(InputError, match="input-invalid"):
        fetch("https://[bad/x", tmp_path)
