"""Who may talk to the pages: this computer only, and its own pages only. And the headers that hold a browser to it."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from station.faults import StationError
from web_ui.loopback import LOOPBACK_HOSTS
from web_ui.problems import respond

ARRIVED_HEADER = "X-Station-Arrived"
"""Set by `web_ui.worker` on each request, whatever the client sent under that name."""
CLIENT_COOKIE = "station_client"
_CLIENT = re.compile(r"[0-9a-f]{32}")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
    if _CLIENT.fullmatch(name):
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

    @app.before_request
    def same_origin() -> Response | None:
        return None if _is_ours() else respond(StationError("wrong-origin", request.host))

    @app.after_request
    def seal(response: Response) -> Response:
        response.headers.update(HEADERS)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        if "new_client" in g:
            response.set_cookie(CLIENT_COOKIE, g.new_client, httponly=True, samesite="Strict")
        return response


def _is_ours() -> bool:
    """A name of this computer in Host (else a web site could point its own name at us), and no foreign page behind it.

    A program that is no browser sends neither Origin nor Sec-Fetch-Site. A browser sends Origin with every POST and
    every WebSocket, which are all that can change anything.
    """
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK_HOSTS:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"{request.scheme}://{request.host}":
        return False
    changes = request.method not in ("GET", "HEAD", "OPTIONS") or "Upgrade" in request.headers
    return not changes or request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")
