"""Has the automatic backup made once a day, in a process that ends: the recorder looks, and never waits for it."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from station.keeping.last import DailyOrder, is_due

_LOG = logging.getLogger(__name__)

LOOK_AGAIN_S = 60.0


class DailyBackup:
    """For one thread. `order` None: the settings name no place, and nothing is ever made."""

    def __init__(
        self,
        order: DailyOrder | None,
        *,
        wanted: Path | None = None,
        now_ns: Callable[[], int] = time.time_ns,
        mono_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._order = order
        self._wanted = wanted
        """A file by which somebody asks for one now."""
        self._now_ns, self._mono_s = now_ns, mono_s
        self._look_s = 0.0
        self._maker: subprocess.Popen[bytes] | None = None

    def poll(self) -> None:
        """Start one where it is due. Never blocks."""
        if self._order is None:
            return
        asked = self._maker is None and self._wanted is not None and self._wanted.exists()
        if self._mono_s() < self._look_s and not asked:
            return
        if self._maker is not None:
            if self._maker.poll() is None:
                return
            if self._maker.returncode != 0:
                _LOG.error("no backup was made: its process ended with %d", self._maker.returncode)
            self._maker = None
        self._look_s = self._mono_s() + LOOK_AGAIN_S
        if asked and self._wanted is not None:
            self._wanted.unlink(missing_ok=True)
        if asked or is_due(self._order.data, self._now_ns()):
            command = [sys.executable, "-m", "station.keeping.daily", *self._order.arguments]
            self._maker = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own command

    def close(self) -> None:
        """End the one that is being made: there is then no such file, and the next start tries again."""
        if self._maker is not None:
            self._maker.kill()
            self._maker.wait()
            self._maker = None


NO_BACKUP = DailyBackup(None)
