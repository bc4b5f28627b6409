"""The control lease: one phone controls the station, the others look on. STOP never asks for it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable

LEASE_S = 10.0
"""How long a phone that has gone keeps the lease."""


class Lease:
    """Who may start. A client is a random name that only its browser and this process know."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._holder = ""
        self._until_s = 0.0

    def holder(self) -> str:
        """The holder's public name; empty when the lease is free."""
        with self._lock:
            return public_name(self._holder) if self._now_s() < self._until_s else ""

    def take(self, client: str, *, over: bool = False) -> bool:
        """Get or renew the lease. False when another phone holds it, unless `over`: then it is taken from it."""
        with self._lock:
            if not over and self._holder != client and self._now_s() < self._until_s:
                return False
            self._holder, self._until_s = client, self._now_s() + LEASE_S
            return True

    def renew(self, client: str) -> None:
        """The holder's page is still open. Nothing for anybody else, and nothing once the lease has run out."""
        with self._lock:
            if self._holder == client and self._now_s() < self._until_s:
                self._until_s = self._now_s() + LEASE_S

    def revive(self, client: str) -> bool:
        """The last holder's page is looked at: its lease goes on, even one that had run out. False for others."""
        with self._lock:
            if not client or self._holder != client:
                return False
            self._until_s = self._now_s() + LEASE_S
            return True

    def release(self, client: str) -> None:
        """The holder gives it back."""
        with self._lock:
            if self._holder == client:
                self._holder, self._until_s = "", 0.0


def public_name(client: str) -> str:
    """A short name that others may see; the client itself cannot be found from it. Empty for an empty one."""
    return hashlib.sha256(client.encode()).hexdigest()[:6] if client else ""
