"""Whose each browser was when it was last asked who it is: what a STOP is named by, which asks no records."""

from __future__ import annotations

import threading
from collections import OrderedDict

from station.access.rights import Transport

BROWSERS_NAMED = 256
"""Browsers that are remembered; more than a clinic has phones."""


class Names:
    """Any thread may call; nobody waits for more than a look into a table."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._called: OrderedDict[tuple[str, Transport], str] = OrderedDict()

    def note(self, client: str, transport: Transport, called: str) -> None:
        """This browser's phone is this person's; "" for nobody's, or one that waits for its PIN."""
        with self._lock:
            self._called.pop((client, transport), None)
            if client and called:
                self._called[client, transport] = called
            while len(self._called) > BROWSERS_NAMED:
                self._called.popitem(last=False)

    def of(self, client: str, transport: Transport) -> str:
        """Whose it was; "" where that is not known."""
        with self._lock:
            return self._called.get((client, transport), "")
