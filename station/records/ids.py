"""Identities: UUIDs by which rows of many stations can lie together, and the short names of sessions.

A UUID here is version 7 of RFC 9562 (48 bits of Unix milliseconds, 74 free bits), as text in its usual form. Nothing is
ordered by it: times are columns of their own.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID

from station.clock import NS_PER_MS

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAME_LETTERS = 26
_FREE_BITS = 74
_FREE = 1 << _FREE_BITS
_STEP_BITS = 32
"""Two UUIDs of one millisecond are at most this far apart: close enough to fit, far enough not to be guessed."""


class UuidMaker:
    """Makes UUIDs that nobody else makes, each greater than the one before, also when the clock is set back."""

    def __init__(
        self, now_ns: Callable[[], int] = time.time_ns, free_bits: Callable[[int], int] = secrets.randbits
    ) -> None:
        self._now_ns = now_ns
        self._free_bits = free_bits
        self._last = (-1, 0)
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """The next one. Within a millisecond, and while the clock is behind, the free bits count up (RFC 9562, 6.2)."""
        with self._lock:
            ms, free = self._last
            now_ms = self._now_ns() // NS_PER_MS
            if now_ms > ms:
                ms, free = now_ms, self._free_bits(_FREE_BITS - 1)  # the top bit is 0: there is room to count
            else:
                free += 1 + self._free_bits(_STEP_BITS)
                if free >= _FREE:
                    ms, free = ms + 1, self._free_bits(_FREE_BITS - 1)
            self._last = (ms, free)
        return _layout(ms, free)


uuid7 = UuidMaker()
"""A new UUID of this moment."""


def derived(at_ns: int, of: str) -> str:
    """The UUID of what began at this wall time (Unix, ns) and is named by this text: the same for the same."""
    digest = hashlib.sha256(of.encode()).digest()
    return _layout(at_ns // NS_PER_MS, int.from_bytes(digest[:10], "big") >> 6)


def session_id(started_ns: int, ring_epoch: int, ring_session: int) -> str:
    """The name of a session that started at this wall time (Unix, ns): 26 letters and digits, like a ULID.

    48 bits of milliseconds, then 80 bits that a ULID draws by lot and that come here from a hash of the control
    program's life and the session's number in it: a repeated headless run gets the same name.
    """
    digest = hashlib.sha256(f"{ring_epoch}/{ring_session}".encode()).digest()
    number = (started_ns // NS_PER_MS % (1 << 48)) << 80 | int.from_bytes(digest[:10], "big")
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def uuid_of(name: str) -> str:
    """The UUID of the session of this name: its milliseconds, and the first 74 of its 80 other bits.

    Raises ValueError for what is no name of a session.
    """
    number = _number(name)
    return _layout(number >> 80, (number & (1 << 80) - 1) >> 6)


def named_ns(name: str) -> int:
    """Wall time (Unix, ns) at which the session of this name started, to the millisecond. Raises ValueError for what is
    no name of a session.
    """
    return (_number(name) >> 80) * NS_PER_MS


def _number(name: str) -> int:
    if len(name) != _NAME_LETTERS or name[0] > "7":
        raise ValueError(f"{name!r} is no name of a session")
    number = 0
    for letter in name:
        number = number << 5 | _CROCKFORD.index(letter)
    return number


def _layout(ms: int, free: int) -> str:
    """RFC 9562, 5.7: 48 bits of time, the version, 12 free bits, the variant, 62 free bits."""
    number = ms % (1 << 48) << 80 | 7 << 76 | (free >> 62) << 64 | 0b10 << 62 | free & (1 << 62) - 1
    return str(UUID(int=number))
