"""How often one address may ask, over a network: what it has saved up, and what comes to it each second.

Neither this computer's own requests nor a STOP are counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple


class Allowance(NamedTuple):
    """How often something may be asked."""

    at_once: float
    """Requests that may come together."""
    per_s: float


USUAL = Allowance(200.0, 40.0)
"""A page asks for itself and for its lists, which ask again every few seconds."""
FILES = Allowance(1000.0, 100.0)
"""The program's own files. A new phone's page asks for forty at once; without one it stands still for good."""
GUESSES = Allowance(10.0, 0.5)
"""What takes a PIN or a token."""
ADDRESSES = 1024
"""That are remembered; the one that has not asked for longest is forgotten first."""


class Allowances:
    """One allowance for each address. Any thread may call."""

    def __init__(self, allowance: Allowance, now_s: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._now_s = now_s
        self._lock = threading.Lock()
        self._saved: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """By address: what is left, and when that was so."""

    def take(self, address: str) -> bool:
        """Whether this address may ask once more now."""
        now_s = self._now_s()
        with self._lock:
            left, then_s = self._saved.pop(address, (self._allowance.at_once, now_s))
            left = min(self._allowance.at_once, left + (now_s - then_s) * self._allowance.per_s)
            granted = left >= 1.0
            self._saved[address] = (left - granted, now_s)
            if len(self._saved) > ADDRESSES:
                self._saved.popitem(last=False)
            return granted
