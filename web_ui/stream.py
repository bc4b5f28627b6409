"""The live stream over WebSocket: the only module that knows flask-sock.

Out: `welcome` (who you are), then `snapshot` messages. In: `{"type": "resync"}` asks for a full one,
`{"type": "stop", "id": n}` stops, and is answered by `{"type": "stopped", "id": n, "ok": ...}`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sock import Sock

from station.faults import StationError
from web_ui.lease import public_name
from web_ui.problems import problem
from web_ui.security import client_name
from web_ui.service import Service

if TYPE_CHECKING:
    from simple_websocket import Server

TRY_AGAIN_LATER = 1013
SERVICE_RESTART = 1012
MESSAGE_BYTES = 4096


def add_stream(app: Flask, service: Service) -> None:
    """Serve the stream at `/live`."""
    app.config["SOCK_SERVER_OPTIONS"] = {"max_message_size": MESSAGE_BYTES}

    @Sock(app).route("/live")  # type: ignore[untyped-decorator]  # flask-sock has no types
    def live(socket: Server) -> None:
        with service.hub.stream() as admitted:
            if admitted:
                _follow(socket, service, client_name())
            else:
                socket.close(TRY_AGAIN_LATER, "too many pages are open")


def _follow(socket: Server, service: Service, client: str) -> None:
    """Send the newest frame whenever there is one, until the page or the server goes. Must return after its loop."""
    hub = service.hub
    socket.send(json.dumps({"type": "welcome", "you": public_name(client)}))
    socket.send(hub.snapshot().model_dump_json())
    seen = hub.number
    while not hub.stopping:
        newest = hub.next_frame(seen)
        if newest != seen:
            seen = newest
            socket.send(hub.frame)
        while (message := socket.receive(timeout=0)) is not None:
            answer = _answer(message, service, client)
            if answer is not None:
                socket.send(answer)
        service.lease.renew(client)
    socket.close(SERVICE_RESTART, "the station restarts")


def _answer(message: str | bytes, service: Service, client: str) -> str | None:
    try:
        request: Any = json.loads(message)
    except ValueError:
        return None
    match request:
        case {"type": "resync"}:
            return service.hub.snapshot().model_dump_json()
        case {"type": "stop", "id": int(number)}:
            return json.dumps({"type": "stopped", "id": number, **_stop(service, client)})
    return None


def _stop(service: Service, client: str) -> dict[str, Any]:
    try:
        service.link.stop(public_name(client))
    except StationError as refusal:
        return {"ok": False, "problem": problem(refusal).model_dump()}
    return {"ok": True}
