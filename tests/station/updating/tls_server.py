"""A server over TLS on this computer, with certificates of its own, that says what a test wants."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from station.access import certificates

Says = Callable[[BaseHTTPRequestHandler], None]


def content(what: bytes, upto: int | None = None) -> Says:
    """These bytes, of which as many are sent; all are promised."""

    def says(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(what)))
        request.end_headers()
        request.wfile.write(what[:upto])

    return says


def redirect(to: str, promised: int = 0) -> Says:
    """Elsewhere; so many bytes are promised beside it, and none is sent."""

    def says(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", to)
        request.send_header("Content-Length", str(promised))
        request.end_headers()

    return says


@contextmanager
def served(kept: certificates.Certificates, pages: Mapping[str, Says]) -> Iterator[str]:
    """Its address. What it has not is 404; `pages` may be changed meanwhile."""

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said = pages.get(self.path)
            if said is None:
                self.send_error(404)
            else:
                said(self)

        def log_message(self, *words: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, *words: object) -> None:  # a client that had enough
            pass

    server = Quiet(("127.0.0.1", 0), Server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(kept.own, kept.own_key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
