"""What lacked in the catalogues since the process began, counted for the doctor and the technician."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal, NamedTuple

Lack = Literal["fallback", "unknown", "placeholder", "damaged"]
"""`fallback`: the language lacks the key, English was shown. `unknown`: English lacks it too, the key was shown.
`placeholder`: a text has a placeholder that got no value, or a translation has others than English, which was shown.
`damaged`: the language's file cannot be used.
"""


class Lacking(NamedTuple):
    """One thing that lacked, and how often it was asked for."""

    kind: Lack
    language: str
    key: str
    """The key of the text; of a damaged file why it cannot be used."""
    times: int


class Lacks:
    """Counts what lacked. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[Lack, str, str]] = Counter()

    def count(self, kind: Lack, language: str, key: str) -> None:
        """One more of these."""
        with self._lock:
            self._counts[kind, language, key] += 1

    def seen(self) -> tuple[Lacking, ...]:
        """Everything that lacked so far, the most frequent first."""
        with self._lock:
            return tuple(Lacking(*what, times) for what, times in self._counts.most_common())

    def total(self, kind: Lack | None = None) -> int:
        """How often something lacked: of this kind, or of any."""
        return sum(lacking.times for lacking in self.seen() if kind in (None, lacking.kind))


LACKS = Lacks()
"""Of this process."""
