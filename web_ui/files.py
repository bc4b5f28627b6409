"""The program's own files: scripts, styles, a picture, a video. A browser keeps them for good.

Their addresses hold a digest of them all, so that a page asks for none that it has had: a phone on a bad network opens
its second page without a way to the station for each of forty modules. After an update the addresses are others.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

FOLDER = Path(__file__).parent / "static"
ENDPOINT = "static"
_DIGEST_DIGITS = 12
_FOR_S = 365 * 24 * 3600


def add_files(app: Flask, folder: Path = FOLDER) -> None:
    """Serve them below /static, with and without the digest; `url_for` gives the address with it.

    Only what was there when the digest was made is kept by it: a file that somebody changes while the station runs, and
    one that a page from before an update asks for, are asked for again each time.
    """
    digest, newest_s = digest_of(folder), max(path.stat().st_mtime for path in _files(folder))

    def file(filename: str, files: str = "") -> Response:
        answer = send_from_directory(folder, filename)
        changed = answer.last_modified
        if files == digest and changed is not None and changed.timestamp() <= newest_s:
            answer.cache_control.no_cache = None
            answer.cache_control.public = True
            answer.cache_control.max_age = _FOR_S
            answer.cache_control.immutable = True
        return answer

    def with_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("files", digest)

    app.add_url_rule("/static/<path:filename>", ENDPOINT, file)
    app.add_url_rule(f"/static/<string(length={_DIGEST_DIGITS}):files>/<path:filename>", ENDPOINT, file)
    app.url_default_functions.setdefault(None, []).append(with_digest)


def digest_of(folder: Path) -> str:
    """Of the names and the bytes of all files in `folder`, in hexadecimal digits."""
    digest = hashlib.sha256()
    for path in _files(folder):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()[:_DIGEST_DIGITS]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
