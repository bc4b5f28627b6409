"""Runs the results of a recording in a process that ends, so that scipy's 80 MB never live in the recorder."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

_LOG = logging.getLogger(__name__)


TRIES = 3


class ResultsJobs:
    """A queue of recordings, one worker at a time. `store(session_id, result)` is called with each result, but
    not with one whose recording was added again since: that is not of the whole. A worker that dies is tried again,
    behind what else waits; after so many TRIES its session is one of `failed`.
    """

    def __init__(self, store: Callable[[str, dict[str, Any]], None]) -> None:
        self._store = store
        self._waiting: dict[str, Path] = {}
        self._tries: dict[str, int] = {}
        self._path = Path()
        self.failed: set[str] = set()
        """Sessions whose results cannot be made."""
        self._current = ""
        self._worker: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    def add(self, session_id: str, path: Path) -> None:
        """Have this recording's results made (again); twice in the queue counts once."""
        self._waiting[session_id] = path

    @property
    def idle(self) -> bool:
        """True when nothing runs and nothing waits."""
        return self._worker is None and not self._waiting

    def poll(self) -> None:
        """Take a result that is ready, start the next. Never blocks. Raises what `store` raises."""
        if self._worker is not None:
            if self._worker.poll() is None:
                return
            self._take()
        if self._waiting:
            self._current, self._path = next(iter(self._waiting.items()))
            del self._waiting[self._current]
            # A file, not a pipe: nobody reads while the worker writes.
            self._output = tempfile.TemporaryFile()  # noqa: SIM115  # closed in _take or close
            command = [sys.executable, "-m", "station.analysis.results", "--nice", str(self._path)]
            self._worker = subprocess.Popen(command, stdout=self._output, stdin=subprocess.DEVNULL)  # noqa: S603

    def _take(self) -> None:
        assert self._worker is not None  # noqa: S101  # `poll` looked
        assert self._output is not None  # noqa: S101  # set with the worker
        if self._worker.returncode == 0:
            if self._current not in self._waiting:
                self._output.seek(0)  # where `store` raised, the next poll reads it again
                self._store(self._current, json.loads(self._output.read()))
            self._tries.pop(self._current, None)
            self.failed.discard(self._current)
        else:
            self._try_again(self._worker.returncode)
        self._output.close()
        self._worker = self._output = None

    def _try_again(self, returncode: int) -> None:
        tries = self._tries[self._current] = self._tries.get(self._current, 0) + 1
        _LOG.error("no results for session %s: the worker ended with %d, try %d", self._current, returncode, tries)
        if self._current in self._waiting:
            return  # there is more of it since: that is tried anyway
        if tries < TRIES:
            self._waiting[self._current] = self._path
        else:
            self.failed.add(self._current)

    def close(self) -> None:
        """End the worker. What was not made is made after the next start."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
            self._worker = None
        if self._output is not None:
            self._output.close()
            self._output = None
