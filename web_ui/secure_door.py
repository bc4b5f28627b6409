"""The door for phones in a shared network: takes TLS off, and hands the bytes to the server's inner door.

In a thread of the web process with one loop for all its connections: a handshake that stalls, or a phone that reads
slowly, holds nobody else, and what comes in is looked at by the server as on every other door. Whoever comes is taken,
for it may be a STOP: where there are too many connections, one of whoever has most of them goes. The inner door is open
to this computer alone, which may do all at the screen's anyway.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from station.access.addresses import addresses
from station.access.places import certificate_files
from station.claim import bound

HANDSHAKE_S = 5.0
UNREAD_S = 5.0
"""How long a piece may wait for a phone to read what was sent before."""
SECURE_CONNECTIONS = 128
"""Handshakes that go on among them."""
CERTIFICATE_LOOK_S = 6 * 3600.0
"""How often it is seen whether the certificate holds for long enough, and for the addresses of now."""
_PIECE_BYTES = 16 * 1024
_TRIES_AGAIN_S = 30.0
_NO_SOCKET_S = 0.1
"""Until it is tried again to take a connection where this process can have no more."""

_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]

log = logging.getLogger(__name__)


class FarEnd(NamedTuple):
    """Where a connection comes from."""

    here: str
    """The station's own address to which it was made."""
    address: str
    """The phone's."""


class SecureDoor:
    """Serves `listener` under the certificates in `folder`, for the server at `inner`. `start` once, in the worker."""

    def __init__(
        self,
        listener: socket.socket,
        inner: tuple[str, int],
        certified: tuple[Path, str],
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`certified`: folder of the certificates, and the station's name. `told` is called with what is in the way of
        a certificate, "" once there is one.
        """
        self._listener = listener
        self._inner = inner
        self._folder, self._name = certified
        self._told = told
        self._peers: dict[int, FarEnd] = {}
        """By the port from which the inner connection is made."""
        self._open: dict[asyncio.Task[None], str] = {}
        """The connections, oldest first, each with the phone's address."""
        self._thread = threading.Thread(target=self._run, name="secure-door", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def peer(self, port: int) -> FarEnd | None:
        """Who is behind the inner connection from this port; None for nobody of ours."""
        return self._peers.get(port)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        while not await asyncio.to_thread(self._certify, context):
            await asyncio.sleep(_TRIES_AGAIN_S)
        self._listener.setblocking(False)  # its own way to say it
        renewing = asyncio.create_task(self._renew(context))
        while not renewing.done():
            try:
                client, address = await asyncio.get_running_loop().sock_accept(self._listener)
            except OSError as problem:
                log.warning("no connection by the secure door: %s", problem)
                await asyncio.sleep(_NO_SOCKET_S)
                continue
            connection = asyncio.create_task(self._pass_on(client, context))
            self._open[connection] = address[0]
            connection.add_done_callback(lambda done: self._open.pop(done, None))
            if len(self._open) > SECURE_CONNECTIONS:
                self._make_room()

    async def _renew(self, context: ssl.SSLContext) -> None:
        while True:
            await asyncio.sleep(CERTIFICATE_LOOK_S)
            await asyncio.to_thread(self._certify, context)

    def _make_room(self) -> None:
        """The oldest connection of the address from which there are most is cut."""
        ((most, _),) = Counter(self._open.values()).most_common(1)
        oldest = next(one for one, address in self._open.items() if address == most)
        del self._open[oldest]
        oldest.cancel()

    def _certify(self, context: ssl.SSLContext) -> bool:
        """Whether the context has a certificate that holds; new connections get it."""
        command = bound("station.access.certificates", str(self._folder), self._name)
        done = subprocess.run(  # noqa: S603  # our own command
            [*command, *addresses().values()], capture_output=True, text=True, check=False
        )
        own, key = certificate_files(self._folder)
        try:
            context.load_cert_chain(own, key)
        except OSError as problem:
            said = done.stderr.strip()[-400:]
            log.error("no certificate for the secure door: %s %s", problem, said)
            self._told(said or str(problem))
            return False
        self._told("")
        return True

    async def _pass_on(self, client: socket.socket, context: ssl.SSLContext) -> None:
        outer = inner = None
        try:
            far = FarEnd(client.getsockname()[0], client.getpeername()[0])
            outer = await _under_tls(client, context)
            inner = await asyncio.open_connection(*self._inner, limit=_PIECE_BYTES)
            port = inner[1].get_extra_info("sockname")[1]
            self._peers[port] = far
            try:
                await _both_ways(outer, inner)
            finally:
                self._peers.pop(port, None)
        except OSError:
            pass  # the phone has gone meanwhile, or shakes no hand
        finally:
            for end in (outer, inner):
                if end is not None:
                    end[1].transport.abort()
            client.close()


async def _under_tls(client: socket.socket, context: ssl.SSLContext) -> _Ends:
    """Shake hands. Raises OSError."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(_PIECE_BYTES, loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.connect_accepted_socket(
        lambda: protocol, client, ssl=context, ssl_handshake_timeout=HANDSHAKE_S
    )
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


async def _both_ways(outer: _Ends, inner: _Ends) -> None:
    """Until either end has nothing more to say, or the phone does not read what is said to it."""
    ways = [
        asyncio.create_task(_copy(outer[0], inner[1], None)),
        asyncio.create_task(_copy(inner[0], outer[1], UNREAD_S)),
    ]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        # The server has said all: see it out. What is closed twice cannot be aborted any more (Python 3.11).
        if ways[1].done() and not outer[1].is_closing():
            with contextlib.suppress(OSError, TimeoutError):
                outer[1].close()
                await asyncio.wait_for(outer[1].wait_closed(), 1.0)
    finally:
        for way in ways:
            way.cancel()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, longest_s: float | None) -> None:
    """Piece by piece; waits for a slow reader, so that what is sent to it does not pile up here, but not for longer."""
    writer.transport.set_write_buffer_limits(high=_PIECE_BYTES)
    with contextlib.suppress(OSError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            async with asyncio.timeout(longest_s):
                await writer.drain()
