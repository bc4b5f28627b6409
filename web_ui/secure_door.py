"""The door for phones in a shared network: takes TLS off, and hands the bytes to the server's inner door.

In a thread of the web process with one loop for all its connections: a handshake that stalls, or a phone that reads
slowly, holds nobody else, and what comes in is looked at by the server as on every other door. The inner door is open
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
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from station.access.addresses import addresses
from station.access.places import certificate_files
from station.claim import bound

HANDSHAKE_S = 5.0
SECURE_CONNECTIONS = 128
CERTIFICATE_LOOK_S = 6 * 3600.0
"""How often it is seen whether the certificate holds for long enough, and for the addresses of now."""
_PIECE_BYTES = 16 * 1024
_TRIES_AGAIN_S = 30.0

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
        server = await asyncio.start_server(
            self._pass_on, sock=self._listener, ssl=context, ssl_handshake_timeout=HANDSHAKE_S, limit=_PIECE_BYTES
        )
        async with server:
            while True:
                await asyncio.sleep(CERTIFICATE_LOOK_S)
                await asyncio.to_thread(self._certify, context)

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

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._peers) >= SECURE_CONNECTIONS:
            writer.transport.abort()
            return
        inner = None
        try:
            inner = await asyncio.open_connection(*self._inner, limit=_PIECE_BYTES)
            port = inner[1].get_extra_info("sockname")[1]
            ends = writer.get_extra_info("sockname"), writer.get_extra_info("peername")
            if None in ends:
                return  # the phone has gone meanwhile
            self._peers[port] = FarEnd(ends[0][0], ends[1][0])
            await self._both_ways((reader, writer), inner, port)
        except OSError:
            pass
        finally:
            if inner is not None:
                inner[1].transport.abort()
            writer.transport.abort()

    async def _both_ways(
        self,
        outer: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        inner: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        port: int,
    ) -> None:
        """Until either end has nothing more to say."""
        ways = [asyncio.create_task(_copy(outer[0], inner[1])), asyncio.create_task(_copy(inner[0], outer[1]))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            # The server has said all: see it out. Not where the phone is gone: Python 3.11 aborts nothing closed twice.
            if ways[1].done() and not outer[1].is_closing():
                with contextlib.suppress(OSError, TimeoutError):
                    outer[1].close()
                    await asyncio.wait_for(outer[1].wait_closed(), 1.0)
        finally:
            self._peers.pop(port, None)
            for way in ways:
                way.cancel()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Piece by piece; waits for a slow reader, so that what is sent to it does not pile up here."""
    writer.transport.set_write_buffer_limits(high=_PIECE_BYTES)
    with contextlib.suppress(OSError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
