"""Whose each phone was when it was last asked who it is: what a STOP is named by, which asks no records.

A phone is known here by its own secret, as everywhere else: the name of a browser that is nobody's is no secret, and
somebody else's phone could give it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from station.access.rights import Transport

PHONES_NAMED = 256
"""Phones that are remembered; more than a clinic has."""


class Names:
    """Any thread may call; nobody waits for more than a look into a table."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._called: OrderedDict[tuple[bytes, Transport], str] = OrderedDict()

    def note(self, token: str, transport: Transport, called: str) -> None:
        """The phone of this cookie is this person's; "" for nobody's, or one that waits for its PIN."""
        phone = _digest(token), transport
        with self._lock:
            self._called.pop(phone, None)
            if token and called:
                self._called[phone] = called
            while len(self._called) > PHONES_NAMED:
                self._called.popitem(last=False)

    def of(self, token: str, transport: Transport) -> str:
        """Whose it was; "" where that is not known."""
        with self._lock:
            return self._called.get((_digest(token), transport), "")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
