"""A release from a server of the chain: over TLS, no larger than may be, and nothing left where it broke off."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from station.access import certificates
from station.faults import InputError, StationError
from station.updating import fetching
from station.updating.fetching import FETCHED, fetch, forget_fetched, is_address

CONTENT = b"a release" * 9000


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/none":
            self.send_error(404)
            return
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/plain")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 100 if self.path == "/broken-off" else None])

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    certificates.ensure(folder, "station.local", ["127.0.0.1"], datetime.now(UTC))
    return certificates.files(folder)


@pytest.fixture
def server(kept: certificates.Certificates) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept.own, kept.own_key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def trusted(kept: certificates.Certificates) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(kept.authority))


def test_it_is_fetched_and_forgotten(server: str, trusted: ssl.SSLContext, tmp_path: Path) -> None:
    assert fetch(f"{server}/a.update", tmp_path, trusted).read_bytes() == CONTENT
    forget_fetched(tmp_path)
    assert not (tmp_path / FETCHED).exists()


@pytest.mark.parametrize(
    ("path", "code"), [("none", "update-unreached"), ("away", "update-unreached"), ("broken-off", "update-unreached")]
)
def test_what_does_not_come_whole_is_not_there(
    server: str, trusted: ssl.SSLContext, tmp_path: Path, path: str, code: str
) -> None:
    with pytest.raises(StationError, match=code):
        fetch(f"{server}/{path}", tmp_path, trusted)
    assert not (tmp_path / FETCHED).exists()


def test_a_server_that_the_station_does_not_trust_is_not_asked(server: str, tmp_path: Path) -> None:
    with pytest.raises(StationError, match="update-unreached"):
        fetch(f"{server}/a.update", tmp_path)


def test_one_that_never_ends_is_broken_off(
    server: str, trusted: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_FILE", len(CONTENT) - 1)
    with pytest.raises(InputError, match="too-large"):
        fetch(f"{server}/a.update", tmp_path, trusted)
    assert not (tmp_path / FETCHED).exists()


def test_in_the_open_nothing_is_fetched(tmp_path: Path) -> None:
    assert is_address("http://x/y.update")
    assert is_address("https://x/y.update")
    assert not is_address("/media/stick")
    assert not is_address("a.update")
    with pytest.raises(InputError, match="input-invalid"):
        fetch("http://127.0.0.1:9/y.update", tmp_path)
