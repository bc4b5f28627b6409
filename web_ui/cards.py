"""The addresses of what patients take along: which holds, for whom, and for how long."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

HOLDS_S = 900.0
"""How long an address can be opened."""
MOST_CARDS = 20


class Card(NamedTuple):
    """One address."""

    patient: str
    since_s: float


class Cards:
    """The addresses that hold now. Any thread may ask; they end with the process."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._lock = threading.Lock()
        self._cards: dict[str, Card] = {}

    def offer(self, patient: str) -> tuple[str, float]:
        """The end of an address for this code, the same one while it holds, and for how many seconds it still does."""
        with self._lock:
            self._forget_old()
            for token, card in self._cards.items():
                if card.patient == patient:
                    return token, HOLDS_S - (self._now_s() - card.since_s)
            while len(self._cards) >= MOST_CARDS:
                del self._cards[next(iter(self._cards))]
            token = secrets.token_urlsafe(16)
            self._cards[token] = Card(patient, self._now_s())
            return token, HOLDS_S

    def patient_of(self, token: str) -> str:
        """Whose it is; "" where it does not hold, or never did."""
        with self._lock:
            self._forget_old()
            return next((card.patient for one, card in self._cards.items() if secrets.compare_digest(one, token)), "")

    def forget(self, patient: str) -> None:
        """No address leads to this patient any more."""
        with self._lock:
            self._cards = {token: card for token, card in self._cards.items() if card.patient != patient.upper()}

    def _forget_old(self) -> None:
        now_s = self._now_s()
        self._cards = {token: card for token, card in self._cards.items() if now_s - card.since_s < HOLDS_S}
