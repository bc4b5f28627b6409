"""The secure door by itself, in front of a server of the test's own."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.access import certificates
from station.access.rights import Transport
from web_ui import secure_door
from web_ui.doors import Door, listen
from web_ui.secure_door import SecureDoor

NAME = "station.local"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With certificates."""
    certificates.ensure(tmp_path / "tls", NAME, ["127.0.0.1"], datetime.now(UTC))
    return tmp_path / "tls"


def test_a_phone_that_does_not_read_is_cut_off(
    folder: Path, until: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers the kernel, so that nothing else ends it; each would hold one of the connections for good."""
    monkeypatch.setattr(secure_door, "UNREAD_S", 0.05)
    inner, door = socket.create_server(("127.0.0.1", 0)), listen(Door(Transport.TLS, "127.0.0.1", 0))
    ended = threading.Event()

    def talk() -> None:
        server, _ = inner.accept()
        with server, suppress(OSError):
            while True:
                server.sendall(bytes(65536))
        ended.set()

    with closing(inner), closing(door):
        door.listen()
        threading.Thread(target=talk, daemon=True).start()
        served = SecureDoor(door, inner.getsockname(), (folder, NAME))
        served.start()
        context = ssl.create_default_context(cafile=folder / "ca.pem")
        with socket.create_connection(door.getsockname()) as phone:
            phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            with context.wrap_socket(phone, server_hostname=NAME):
                until(ended.is_set)
                until(lambda: served._open == {})


def test_a_phone_that_went_first_is_let_go_of(folder: Path) -> None:
    """Both ends at once, as when a browser closes with its answer: Python 3.11 cannot abort what was closed twice."""

    async def went() -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "station.pem", folder / "station.key")
        ours, theirs = socket.socketpair()
        trusts = ssl.create_default_context(cafile=folder / "ca.pem")
        for one in (ours, theirs):
            one.setblocking(False)
        phone = asyncio.create_task(asyncio.open_connection(sock=theirs, ssl=trusts, server_hostname=NAME))
        outer = await secure_door._under_tls(ours, context)
        (await phone)[1].transport.abort()
        with suppress(ConnectionError):
            await outer[0].read()
        while not outer[1].is_closing():
            await asyncio.sleep(0)
        said = asyncio.StreamReader()
        said.feed_eof()
        one, other = socket.socketpair()
        with closing(other):
            inner = await asyncio.open_connection(sock=one)
            await secure_door._both_ways(outer, (said, inner[1]))
            for end in (outer, inner):
                end[1].transport.abort()

    with ThreadPoolExecutor(1) as pool:  # a thread that has no loop yet, whatever ran in this one before
        pool.submit(lambda: asyncio.run(went())).result()
