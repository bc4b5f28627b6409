"""Who may talk to the pages, and for what; its own pages only. And the headers that hold a browser to it.

Every request passes here: its name and origin, then the right that it needs (`web_ui.rights`), then what it may show.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from station.access.rights import Right, Transport, rights_of
from station.faults import StationError
from web_ui.callers import CLIENT, CLIENT_COOKIE, Caller, caller, door
from web_ui.limits import FILES, GUESSES, USUAL, Allowances
from web_ui.loopback import LOOPBACK_HOSTS
from web_ui.problems import respond
from web_ui.rights import NEEDS, may

ARRIVED_HEADER = "X-Station-Arrived"
"""Set by `web_ui.worker` on each request, whatever the client sent under that name."""

GUESSING = frozenset({"me.unlock_me", "pairing.take_pairing", "pairing.finish_pairing"})
"""What somebody could guess at."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), screen-wake-lock=(self)",
}


def client_name() -> str:
    """This browser's own random name: from its cookie, or new (and then set by the response)."""
    name = request.cookies.get(CLIENT_COOKIE, "")
    if CLIENT.fullmatch(name):
        return name
    if "new_client" not in g:
        g.new_client = secrets.token_hex(16)
    new: str = g.new_client
    return new


def arrived_s() -> float | None:
    """When the last byte of this request had come (monotonic, s), by the server; None where no server says it.

    It may have waited since, for a thread or for the records, and a STOP may have overtaken it.
    """
    said = request.headers.get(ARRIVED_HEADER)
    return None if said is None else float(said)


def guard(app: Flask) -> None:
    """Put the checks before, and the headers behind, every request of `app`."""
    usual, files, guesses = Allowances(USUAL), Allowances(FILES), Allowances(GUESSES)

    @app.before_request
    def not_too_often() -> None:
        transport, _, address = door()
        if transport is Transport.SCREEN or NEEDS.get(request.endpoint or "") is Right.STOP:
            return
        asked = files if request.endpoint == "static" else usual
        if not asked.take(address) or (request.endpoint in GUESSING and not guesses.take(address)):
            raise StationError("asks-too-often", request.path)

    @app.before_request
    def same_origin() -> Response | None:
        return None if _is_ours(caller()) else respond(StationError("wrong-origin", request.host))

    @app.before_request
    def allowed() -> None:
        refuse(caller())

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(HEADERS)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        if "new_client" in g:
            secure = caller().transport is Transport.TLS
            response.set_cookie(CLIENT_COOKIE, g.new_client, secure=secure, httponly=True, samesite="Strict")
        return response


def refuse(who: Caller) -> None:
    """Raise StationError where `who` may not ask what is being asked. What leads nowhere is left to its own answer."""
    endpoint = request.endpoint
    if endpoint is None or may(who.rights, endpoint):
        return
    need = NEEDS.get(endpoint)
    if need is Right.HERE:
        raise StationError("only-here", request.path)
    if who.transport is Transport.SCREEN:
        raise StationError("pin-due", request.path)
    if who.phone is None:
        raise StationError("not-paired", request.path)
    if who.phone.locked:
        raise StationError("pin-due", request.path)
    # Whose role may, but not on this way, is told of the way.
    may_elsewhere = may(rights_of(Transport.TLS, who.holder), endpoint)
    raise StationError("names-in-the-open" if may_elsewhere else "not-allowed", request.path)


def _is_ours(who: Caller) -> bool:
    """A name of this computer in Host (else a web site could point its own name at us), and no foreign page behind it.

    A program that is no browser sends neither Origin nor Sec-Fetch-Site. A browser sends Origin with every POST and
    every WebSocket, which are all that can change anything; on a network they must, but for a STOP.
    """
    host = urlsplit(f"//{request.host}").hostname
    on_screen = who.transport is Transport.SCREEN
    if host not in (LOOPBACK_HOSTS if on_screen else (who.here, current_app.config["STATION_PHONES"].name)):
        return False
    scheme = "https" if who.transport is Transport.TLS else "http"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{scheme}://{request.host}":
        return False
    changes = request.method not in ("GET", "HEAD", "OPTIONS") or "Upgrade" in request.headers
    if changes and origin is None and not on_screen and NEEDS.get(request.endpoint or "") is not Right.STOP:
        return False
    return not changes or request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
