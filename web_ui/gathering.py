"""Whether the bytes that have come so far are a whole HTTP request: only then a thread is given to it.

The server's one accepting thread looks at what waits in the kernel, without taking it; so a client that sends its
request a byte at a time costs a look a byte, and no thread.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

HEAD_BYTES = 16 * 1024
"""Longest request line with its headers."""
BODY_BYTES = 64 * 1024
"""Longest body that is waited for. A longer one is refused by the application, by its length alone."""
PEEK_BYTES = HEAD_BYTES + BODY_BYTES
_END = b"\r\n\r\n"


class Arrival(Enum):
    """How far a request has come."""

    COMING = "coming"
    WHOLE = "whole"
    HEAD_TOO_LONG = "head too long"
    NO_LENGTH = "no length"
    """Its body has no stated length: it could come for ever."""


class Gathered(NamedTuple):
    """What has come of a request. `method` and `path` (without its query) are empty until its head has come."""

    state: Arrival
    method: str = ""
    path: str = ""


COMING = Gathered(Arrival.COMING)


def look_at(waiting: bytes) -> Gathered:
    """What these first bytes of a request are. Never raises: what is no HTTP is whole as soon as its head ends, and the
    parser says what is wrong with it.
    """
    end = waiting.find(_END)
    if end < 0:
        return Gathered(Arrival.HEAD_TOO_LONG) if len(waiting) >= HEAD_BYTES else COMING
    lines = waiting[:end].split(b"\r\n")
    words = lines[0].decode("latin-1").split(" ")
    method, target = (words[0], words[1]) if len(words) == 3 else ("", "")
    path = target.partition("?")[0]
    length = 0
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        match name.strip().lower():
            case b"transfer-encoding":
                return Gathered(Arrival.NO_LENGTH, method, path)
            case b"content-length":
                stated = value.strip()
                length = int(stated) if stated.isdigit() and len(stated) < 16 else 0
    here = len(waiting) - end - len(_END)
    whole = length > BODY_BYTES or here >= length
    return Gathered(Arrival.WHOLE if whole else Arrival.COMING, method, path)
