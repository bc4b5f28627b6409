"""A chain's server that is asked for a newer release: what waits, what is refused, and that nothing is lost by it."""

from __future__ import annotations

import os
import signal
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station.access.certificates import Certificates
from station.faults import InputError, StationError
from station.keeping.care import KEPT_FREE_BYTES
from station.updating import asking, fetching
from station.updating.asking import forget, look
from station.updating.holding import alone
from station.updating.keys import trusted_keys
from station.updating.offers import PART, SAID, WAITING, ServerOffer, offer
from station.updating.package import proved
from tests.station.updating import tls_server

RUNS = "0.1.0-000000000007"


class Chain(NamedTuple):
    """The server, and the station that asks it."""

    address: str
    pages: dict[str, tls_server.Says]
    asks: Callable[[], ServerOffer]
    place: Path
    folder: Path
    paused: list[float]

    def offers(self, archive: Path) -> None:
        """From now on this is the newest there."""
        self.pages["/newest"] = tls_server.content(archive.read_bytes())


@pytest.fixture
def chain(kept: Certificates, known: ssl.SSLContext, place: Path, trusted: Path, tmp_path: Path) -> Iterator[Chain]:
    """A station that runs 0.1.0 and knows two keys."""
    folder, paused = tmp_path / "server", []
    folder.mkdir()
    pages: dict[str, tls_server.Says] = {}
    with tls_server.served(kept, pages) as address:

        def asks() -> ServerOffer:
            return look(f"{address}/newest", place, trusted, folder, known, paused.append)

        yield Chain(address, pages, asks, place, folder, paused)


def test_a_newer_release_is_fetched_whole_and_waits(chain, archive, trusted) -> None:
    newer = archive("0.2.0")
    chain.offers(newer)
    assert offer(chain.place, chain.folder) is None, "nobody looked"
    found = chain.asks()
    assert (found.version, found.code) == ("0.2.0", "")
    assert (chain.folder / WAITING).read_bytes() == newer.read_bytes()
    with (chain.folder / WAITING).open("rb") as file:
        assert proved(file, trusted_keys(trusted), "").release == found.release
    assert offer(chain.place, chain.folder) == found
    assert not (chain.folder / PART).exists()
    assert sum(chain.paused) == pytest.approx(newer.stat().st_size / asking.PACE_BYTES_S)
    before = len(chain.paused)
    assert chain.asks().release == found.release
    assert sum(chain.paused[before:]) < 0.3 * sum(chain.paused[:before]), "what waits is not fetched again"
    (chain.place / "current").unlink()
    (chain.place / "current").symlink_to(f"releases/{found.release}")
    (chain.place / "releases" / found.release).mkdir()
    (chain.place / "releases" / found.release / "release").write_text(found.release)
    assert offer(chain.place, chain.folder).release == "", "it was taken"
    assert chain.asks().release == ""
    assert not (chain.folder / WAITING).exists()


def _trickles(request) -> None:
    """An answer that never ends before somebody has had enough: the unit's time is over."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    request.wfile.flush()
    os.kill(os.getpid(), signal.SIGTERM)


def _too_long(*_: object) -> None:
    raise TimeoutError("over")


def test_a_bad_server_is_said_in_a_line_and_what_waited_waits_on(chain, archive, monkeypatch) -> None:
    good = archive("0.2.0")
    chain.offers(good)
    waits = chain.asks()
    content = archive("0.3.0").read_bytes()
    other = bytearray(content)
    other[-2000] ^= 1
    strangers = archive("0.4.0", Ed25519PrivateKey.generate()).read_bytes()
    monkeypatch.setattr(fetching, "LARGEST_FILE", 4 * len(content))
    before = signal.signal(signal.SIGTERM, _too_long)
    cases = [
        (None, "update-unreached"),
        (tls_server.content(content, 3000), "update-unreached"),
        (tls_server.content(bytes(other)), "update-damaged"),
        (tls_server.content(content + bytes(9 * len(content))), "update-damaged"),
        (tls_server.content(b"<html>Please log in</html>" * 99), "update-damaged"),
        (tls_server.content(b""), "update-damaged"),
        (tls_server.content(strangers), "update-untrusted"),
        (tls_server.content(archive("0.0.9").read_bytes()), "update-older"),
        (tls_server.redirect("http://127.0.0.1:9/newest"), "input-invalid"),
        (tls_server.redirect(f"{chain.address}/newest"), "update-unreached"),
        (tls_server.redirect("https://["), "update-unreached"),
        (tls_server.redirect("https://releases..example/x"), "update-unreached"),
        (_trickles, "update-unreached"),
    ]
    try:
        for says, code in cases:
            chain.pages.pop("/newest", None)
            if says is not None:
                chain.pages["/newest"] = says
            with pytest.raises(StationError, match=code):
                chain.asks()
            found = offer(chain.place, chain.folder)
            assert found is not None
            assert (found.code, found.release, found.version) == (code, waits.release, "0.2.0")
            assert (chain.folder / WAITING).read_bytes() == good.read_bytes()
            assert not (chain.folder / PART).exists()
    finally:
        signal.signal(signal.SIGTERM, before)
    chain.offers(archive("0.5.0"))
    found = chain.asks()
    assert (found.version, found.code) == ("0.5.0", ""), "well again"


def test_a_server_that_is_not_there_or_not_trusted_is_said(chain, archive, place, trusted) -> None:
    chain.offers(archive("0.2.0"))
    with pytest.raises(StationError, match="update-unreached"):
        look("https://127.0.0.1:9/newest", place, trusted, chain.folder)
    with pytest.raises(StationError, match="update-unreached"):
        look(f"{chain.address}/newest", place, trusted, chain.folder)  # its authority is none of this computer's
    with pytest.raises(InputError, match="input-invalid"):
        look("http://127.0.0.1:9/newest", place, trusted, chain.folder)
    assert offer(place, chain.folder).release == ""


def test_what_was_damaged_while_it_waited_is_fetched_again(chain, archive) -> None:
    newer = archive("0.2.0")
    chain.offers(newer)
    found = chain.asks()
    damaged = bytearray(newer.read_bytes())
    damaged[-2000] ^= 1
    (chain.folder / WAITING).write_bytes(damaged)
    assert chain.asks().release == found.release
    assert (chain.folder / WAITING).read_bytes() == newer.read_bytes()


@pytest.mark.parametrize("name", ["releases..example/x", "127.0.0.1:9/Prüfung.update", "[bad/x", "127.0.0.1:99999/x"])
def test_an_address_that_is_none_is_said_as_what_a_server_says(chain, place, trusted, name) -> None:
    """The settings refuse most of them; whoever is led elsewhere has no settings."""
    with pytest.raises(StationError, match=r"update-unreached|input-invalid") as problem:
        look(f"https://{name}", place, trusted, chain.folder)
    found = offer(place, chain.folder)
    assert found is not None
    assert (found.code, found.where) == (problem.value.code, f"https://{name}")


def test_the_same_release_is_nothing_newer_and_no_fault(chain, archive) -> None:
    same = archive("0.1.0")
    release = same.name.removeprefix("balance-station-").removesuffix(".update")
    (chain.place / "releases" / RUNS).rename(chain.place / "releases" / release)
    (chain.place / "releases" / release / "release").write_text(release)
    (chain.place / "current").unlink()
    (chain.place / "current").symlink_to(f"releases/{release}")
    chain.offers(same)
    found = chain.asks()
    assert (found.release, found.code) == ("", "")
    assert found.at_s > 0


def test_without_room_nothing_is_fetched(chain, archive, monkeypatch) -> None:
    chain.offers(archive("0.2.0"))
    monkeypatch.setattr("station.recording.disk.free_bytes", lambda path: KEPT_FREE_BYTES)
    with pytest.raises(StationError, match="disk-full"):
        chain.asks()
    assert not (chain.folder / WAITING).exists()


def test_two_look_one_after_the_other(chain, archive) -> None:
    chain.offers(archive("0.2.0"))
    with alone(chain.folder), pytest.raises(StationError, match="update-busy"):
        chain.asks()


def test_where_nobody_asks_any_more_nothing_waits(chain, archive) -> None:
    chain.offers(archive("0.2.0"))
    chain.asks()
    forget(chain.folder)
    assert offer(chain.place, chain.folder) is None
    assert list(chain.folder.iterdir()) == []


def test_a_damaged_note_is_no_offer(chain) -> None:
    for text in ("", "{", '{"at_s": 1, "version": "nonsense"}'):
        (chain.folder / SAID).write_text(text)
        assert offer(chain.place, chain.folder) is None
    (chain.folder / SAID).unlink()
    os.mkfifo(chain.folder / SAID)
    assert offer(chain.place, chain.folder) is None, "and nobody waits for one"
