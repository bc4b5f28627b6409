"""The sockets on which the pages are served, and on which way of `station.access.rights` each leads.

The way is a property of the socket, which no client can choose: the one of the access point takes connections of its
network interface alone, so that an address of it is of no use on any other network.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from typing import TYPE_CHECKING, NamedTuple

from station.access.rights import Transport
from station.faults import StationError, because
from web_ui.loopback import require_loopback

if TYPE_CHECKING:
    from station.settings import PhoneSettings

_BIND_WAIT_S = 1.5
"""One that is ending needs a moment to let go of the port."""
_KEEPALIVE_S = ((socket.TCP_KEEPIDLE, 5), (socket.TCP_KEEPINTVL, 2), (socket.TCP_KEEPCNT, 3))
_USER_TIMEOUT_MS = 6000
_RECEIVE_TIMEOUT = struct.pack("@ll", 1, 0)
"""A `timeval` of 1 s: for the next bytes of a request that has begun. The streams clear it: `web_ui.stream`."""
_SEND_BYTES = 32 * 1024
"""Small, so that a slow phone gets the newest snapshot and not a queue of old ones."""
_ANY = "0.0.0.0"  # noqa: S104  # what comes by it is held to the rights of its way


INNER = ("127.0.0.1", 0)
"""Where the secure door hands on what came by it, once TLS is off."""


class Door(NamedTuple):
    """Where to listen."""

    transport: Transport
    host: str
    port: int
    """0: any that is free."""
    device: str = ""
    """Name of the network interface to which it is held; "" for none."""


def doors_of(host: str, port: int, phones: PhoneSettings | None) -> list[Door]:
    """The screen's door, always first, and those that the settings open for phones.

    Raises InputError "not-loopback" for a screen that other computers could reach.
    """
    require_loopback(host)
    doors = [Door(Transport.SCREEN, host, port)]
    if phones is not None and phones.access_point is not None:
        doors.append(Door(Transport.ACCESS_POINT, _ANY, phones.access_point_port, phones.access_point))
    if phones is not None and phones.tls_port is not None:
        doors.append(Door(Transport.TLS, _ANY, phones.tls_port))
    if phones is not None and phones.shared_port is not None:
        doors.append(Door(Transport.SHARED, _ANY, phones.shared_port))
    return doors


def listen(door: Door) -> socket.socket:
    """A listening socket whose options the accepted ones inherit. Raises StationError "port-in-use", or "no-door" where
    there is no such network interface.

    Bound here, without SO_REUSEPORT: two stations on one port would share it and each get half of the phones.
    """
    family = socket.AF_INET6 if ":" in door.host else socket.AF_INET
    address = ("127.0.0.1" if door.host == "localhost" else door.host, door.port)
    deadline_s = time.monotonic() + _BIND_WAIT_S
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        if door.device:
            _hold_to(listener, door.device)
        while not _bound(listener, address, last=time.monotonic() > deadline_s):
            time.sleep(0.05)
    except StationError:
        listener.close()
        raise
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _RECEIVE_TIMEOUT)
    for option, value in _KEEPALIVE_S:
        listener.setsockopt(socket.IPPROTO_TCP, option, value)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _USER_TIMEOUT_MS)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _hold_to(listener: socket.socket, device: str) -> None:
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    except OSError as problem:
        raise StationError("no-door", device, because("system-said", said=str(problem.strerror))) from problem


def _bound(listener: socket.socket, address: tuple[str, int], *, last: bool) -> bool:
    """Whether it has its address now. Raises StationError "port-in-use" at the last try."""
    try:
        listener.bind(address)
    except OSError as problem:
        if not last and problem.errno == errno.EADDRINUSE:
            return False
        where = f"{address[0]}:{address[1]}"
        raise StationError("port-in-use", where, because("system-said", said=str(problem.strerror))) from problem
    return True
