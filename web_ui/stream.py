"""The live stream over WebSocket: the only module that knows flask-sock.

Out: `welcome` (who you are, what you may do, and whether this is practice), then `snapshot` messages. In:
`{"type": "resync"}` asks for a full one, `{"type": "stop", "id": n}` stops, and is answered by
`{"type": "stopped", "id": n, "ok": ...}`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, Response, request
from flask_sock import Sock

from station.access.rights import Right, Transport, names_of
from station.faults import StationError
from web_ui.callers import caller, phone_token, rights_again
from web_ui.lease import public_name
from web_ui.problems import respond
from web_ui.security import client_name
from web_ui.service import Service
from web_ui.shown import shown_to

if TYPE_CHECKING:
    from simple_websocket import Server

TRY_AGAIN_LATER = 1013
SERVICE_RESTART = 1012
STREAM_MESSAGE_BYTES = 4096
RIGHTS_LOOK_S = 1.0
"""How soon a stream ends whose phone may see less, or more, than before."""
PATH = "/live"
SCREEN = "screen"
"""What the patient's page adds to the address. It is heeded on the station's own screen alone."""
WEBSOCKET_VERSION = "13"
"""The one that browsers speak (RFC 6455)."""
_NEVER = struct.pack("@ll", 0, 0)


def add_stream(app: Flask, service: Service) -> None:
    """Serve the stream at `/live`."""
    app.config["SOCK_SERVER_OPTIONS"] = {"max_message_size": STREAM_MESSAGE_BYTES}
    app.before_request(_refuse_other_versions)
    app.before_request(_let_be_silent)

    @Sock(app).route(PATH)  # type: ignore[untyped-decorator]  # flask-sock has no types
    def live(stream: Server) -> None:
        who = caller()
        stranger = Right.SEE not in who.rights
        screen = who.transport is Transport.SCREEN and SCREEN in request.args
        with service.hub.stream(stranger=stranger, screen=screen) as admitted, contextlib.suppress(OSError):
            if admitted:  # a page that has gone needs no goodbye
                phone = phone_token(who.transport)
                again = rights_again(who)
                _follow(stream, service, _Follower(client_name(), phone, who.transport, who.rights, again, screen))
            else:
                stream.close(TRY_AGAIN_LATER, "too many pages are open")


def _refuse_other_versions() -> Response | None:
    """A handshake of an older WebSocket is answered with the version that is spoken here (RFC 6455, 4.4)."""
    if request.path != PATH or "Upgrade" not in request.headers:
        return None
    version = request.headers.get("Sec-WebSocket-Version", "")
    if version == WEBSOCKET_VERSION:
        return None
    response = respond(StationError("input-invalid", "Sec-WebSocket-Version"), status=426)
    response.headers["Sec-WebSocket-Version"] = WEBSOCKET_VERSION
    return response


def _let_be_silent() -> None:
    """A request must come at once, but a page that follows the stream may say nothing for hours.

    Before the upgrade, because the stream's reader takes the socket's timeout as the page's end.
    """
    connection = request.environ.get("gunicorn.socket")
    if request.path == PATH and "Upgrade" in request.headers and connection is not None:
        connection.settimeout(None)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _NEVER)


class _Follower(NamedTuple):
    """Whose page follows a stream."""

    client: str
    phone: str
    """Its phone's cookie; "" for none."""
    transport: Transport
    rights: Right
    again: Callable[[], Right]
    """Their rights, looked up anew: a phone may be taken from the list, or put down."""
    screen: bool
    """The patient's own, which gets every frame that it can draw."""


def _follow(stream: Server, service: Service, who: _Follower) -> None:
    """Send the newest frame whenever there is one, until the page or the server goes. Must return after its loop."""
    hub = service.hub
    sees = Right.SEE in who.rights
    welcome: dict[str, object] = {"type": "welcome", "you": public_name(who.client), "rights": names_of(who.rights)}
    welcome["practice"] = service.practice is not None
    stream.send(json.dumps(welcome))
    stream.send(_whole(service, who))
    seen, look_s = hub.number, time.monotonic() + RIGHTS_LOOK_S
    while not hub.stopping:
        if time.monotonic() > look_s:
            if who.again() != who.rights:
                stream.close(SERVICE_RESTART, "other rights")
                return
            look_s = time.monotonic() + RIGHTS_LOOK_S
        newest = hub.next_frame(seen, screen=who.screen)
        if newest != seen:
            seen = newest
            stream.send(hub.frame if sees else hub.stranger_frame())
        while (message := stream.receive(timeout=0)) is not None:
            answer = _answer(message, service, who)
            if answer is not None:
                stream.send(answer)
        if Right.RUN in who.rights:
            service.lease.renew(who.client)
    stream.close(SERVICE_RESTART, "the station restarts")


def _whole(service: Service, who: _Follower) -> str:
    """The whole state, as far as they may see it."""
    return shown_to(service.hub.snapshot(), who.rights).model_dump_json()


def _answer(message: str | bytes, service: Service, who: _Follower) -> str | None:
    try:
        asked: Any = json.loads(message)
    except (ValueError, RecursionError):
        return None
    match asked:
        case {"type": "resync"}:
            return _whole(service, who)
        case {"type": "stop", "id": int(number)}:
            return json.dumps({"type": "stopped", "id": number, **_stop(service, who)})
    return None


def _stop(service: Service, who: _Follower) -> dict[str, Any]:
    try:
        service.link.stop(service.names.of(who.phone, who.transport) or public_name(who.client))
    except StationError as refusal:
        return {"ok": False, "code": refusal.code}
    return {"ok": True}
