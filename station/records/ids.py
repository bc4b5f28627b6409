"""Names of sessions: 26 letters and digits that sort by time, like a ULID, and are the same for the same session."""

from __future__ import annotations

import hashlib

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NS_PER_MS = 1_000_000


def session_id(started_ns: int, ring_epoch: int, ring_session: int) -> str:
    """The name of a session that started at this wall time (Unix, ns).

    48 bits of milliseconds, then 80 bits that a ULID draws by lot and that come here from a hash of the control
    program's life and the session's number in it: a repeated headless run gets the same name.
    """
    digest = hashlib.sha256(f"{ring_epoch}/{ring_session}".encode()).digest()
    number = (started_ns // _NS_PER_MS % (1 << 48)) << 80 | int.from_bytes(digest[:10], "big")
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
