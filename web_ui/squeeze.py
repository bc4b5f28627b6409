"""Answers go out squeezed (gzip) to whoever takes that: a phone in a far room gets a page in a quarter of the bytes."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

LEAST_BYTES = 1024
"""Below it the answer fits a packet or two as it is."""
MOST_SQUEEZED_BYTES = 4_000_000
LEVEL = 6
_KINDS = ("text/", "application/json", "application/problem+json", "application/manifest+json", "image/svg+xml")
_JAVASCRIPT = ("text/javascript", "application/javascript")


def squeeze(app: Flask) -> None:
    """Put it behind every request of `app`. No answer holds a secret beside what a stranger may choose: it could be
    guessed by the length (BREACH).
    """

    @app.after_request
    def smaller(response: Response) -> Response:
        if not _may_be(response):
            return response
        response.vary.add("Accept-Encoding")
        if not request.accept_encodings["gzip"]:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if LEAST_BYTES <= len(body) <= MOST_SQUEEZED_BYTES:
            is_static = request.endpoint == "static"
            response.set_data(_kept(body) if is_static else gzip.compress(body, LEVEL, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            tag, _ = response.get_etag()
            if tag:  # the same page, but not the same bytes: a browser that has it need not fetch it again
                response.set_etag(tag, weak=True)
        return response


def _may_be(response: Response) -> bool:
    if request.method != "GET" or response.status_code != 200 or "Content-Encoding" in response.headers:
        return False
    return (response.mimetype or "").startswith(_KINDS + _JAVASCRIPT) and not (
        response.is_streamed and not response.direct_passthrough
    )


@lru_cache(maxsize=128)
def _kept(body: bytes) -> bytes:
    """Of a file, which stays the same: squeezed once."""
    return gzip.compress(body, 9, mtime=0)
