"""Who sends a request: the way on which it came, the phone that sent it, and what it may do.

The server says the way (`web_ui.worker`), by the socket that took the connection; a client cannot.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from flask import g, request

from station.access.rights import Holder, Right, Transport, rights_of
from station.faults import StationError
from web_ui.rights import NEEDS
from web_ui.service import service

if TYPE_CHECKING:
    from station.access.phones import KnownPhone

DOOR_HEADER = "X-Station-Door"
"""Set by `web_ui.worker` on each request, whatever the client sent under that name: transport, the station's own
address, and the client's.
"""
CLIENT_COOKIE = "station_client"
CLIENT = re.compile(r"[0-9a-f]{32}")
PHONE_COOKIES = {Transport.ACCESS_POINT: "station_phone", Transport.TLS: "__Host-station_phone"}
"""By the way: on the others nobody is known."""
_NOBODYS = frozenset({"static", "alive"})
"""The same for everybody."""


class Caller(NamedTuple):
    """Who sends this request."""

    transport: Transport
    here: str
    """The station's own address to which the request came."""
    address: str
    """The client's."""
    phone: KnownPhone | None
    """The paired phone that sent it, also one that waits for its PIN."""
    rights: Right

    @property
    def holder(self) -> Holder | None:
        """What the phone may be now."""
        return None if self.phone is None or self.phone.locked else self.phone.holder


def caller() -> Caller:
    """Who sends the request that is being handled. For a STOP nothing is looked up: it waits for no records.

    Raises StorageError where a phone says who it is and the records cannot be read.
    """
    if "caller" not in g:
        transport, here, address = door()
        need = NEEDS.get(request.endpoint or "", Right(0))
        g.caller = Caller(transport, here, address, None, rights_of(transport))  # also where the records do not answer
        if need is Right.STOP or request.endpoint in _NOBODYS:
            return caller()
        phone = _phone(transport)
        called = "" if phone is None or phone.locked else phone.called
        service().names.note(phone_token(transport), transport, called)
        known = g.caller._replace(phone=phone)
        asks = Right.MANAGE in need or request.endpoint == "me.show_me"
        manages = transport is Transport.SCREEN and asks and _manages()
        g.caller = known._replace(rights=rights_of(transport, _as(known.holder), manages=manages))
    found: Caller = g.caller
    return found


def rights_again(who: Caller) -> Callable[[], Right]:
    """What looks up the rights of `who` anew, outside the request, as long as its phone's stream lasts."""
    practice = service().practice
    token, phones = phone_token(who.transport), None if who.phone is None else service().access.phones

    def again() -> Right:
        if phones is None:
            return who.rights
        try:
            known = phones.known(token, who.transport, touched=False)
        except StationError:  # the records are busy or gone: what held a second ago holds
            return who.rights
        holder = None if known is None or known.locked else known.holder
        return rights_of(who.transport, holder if practice is None else practice.as_trained(holder))

    return again


def _as(holder: Holder | None) -> Holder | None:
    """Who practises runs the simulated patient, trained or not."""
    practice = service().practice
    return holder if practice is None else practice.as_trained(holder)


def phone_token(transport: Transport) -> str:
    """The cookie of a phone that was paired on this way; "" for none."""
    name = PHONE_COOKIES.get(transport)
    return "" if name is None else request.cookies.get(name, "")


def _phone(transport: Transport) -> KnownPhone | None:
    token = phone_token(transport)
    if not token:
        return None
    touched = request.method not in ("GET", "HEAD", "OPTIONS") or (request.endpoint or "").startswith("pages.")
    return service().access.phones.known(token, transport, touched=touched)


def _manages() -> bool:
    return service().access.manages(request.cookies.get(CLIENT_COOKIE, ""))


def door() -> tuple[Transport, str, str]:
    """By the server's word; without a server of ours a request of this computer is the screen's, any other shared."""
    said = request.headers.get(DOOR_HEADER, "").split(" ")
    if len(said) == 3:
        return Transport(said[0]), said[1], said[2]
    address = request.remote_addr or ""
    return (Transport.SCREEN if _is_loopback(address) else Transport.SHARED), "", address


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
