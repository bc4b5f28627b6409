"""A thread that looks again and again: for what lies on a disk or a share, which no request may wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable

_LAST_LOOK_S = 2.0
"""One that hangs in a share ends with the process."""


class Looking:
    """Calls `look` every so many seconds, from `start` to `close`. It raises nothing: that would be the end."""

    def __init__(self, name: str, every_s: float, look: Callable[[], None]) -> None:
        self._every_s, self._look = every_s, look
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End; at once where it waits."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_LAST_LOOK_S)

    def _run(self) -> None:
        while not self._ending.wait(self._every_s):
            self._look()
