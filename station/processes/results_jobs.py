"""Runs the results of a recording in a process that ends, so that scipy's 80 MB never live in the recorder."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

_LOG = logging.getLogger(__name__)


TRIES = 3
_COMMAND = (sys.executable, "-m", "station.analysis.results", "--nice", "-")


class _Worker(NamedTuple):
    """A process that makes the results of the recording whose path it is told, and what it writes into."""

    process: subprocess.Popen[bytes]
    output: IO[bytes]
    """A file, not a pipe: nobody reads while the worker writes."""

    @classmethod
    def start(cls) -> _Worker:
        output = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker
        return cls(subprocess.Popen(_COMMAND, stdout=output, stdin=subprocess.PIPE), output)  # noqa: S603  # our own

    def begin(self, path: Path) -> None:
        """Tell it the path. What has died in the meantime is seen when its end is looked at."""
        assert self.process.stdin is not None  # noqa: S101  # a pipe
        with suppress(BrokenPipeError):
            self.process.stdin.write(os.fsencode(path))
            self.process.stdin.flush()
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        with suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        self.output.close()


class ResultsJobs:
    """A queue of recordings, one worker at a time. `store(session_id, result)` is called with each result, but
    not with one whose recording was added again since: that is not of the whole. A worker that dies is tried again,
    behind what else waits; after so many TRIES its session is one of `failed`.

    While something is recorded the next worker stands ready: to begin takes it longer than the work itself.
    """

    def __init__(self, store: Callable[[str, dict[str, Any]], None]) -> None:
        self._store = store
        self._waiting: dict[str, Path] = {}
        self._tries: dict[str, int] = {}
        self._path = Path()
        self.failed: set[str] = set()
        """Sessions whose results cannot be made."""
        self._current = ""
        self._worker: _Worker | None = None
        self._ready: _Worker | None = None

    def add(self, session_id: str, path: Path) -> None:
        """Have this recording's results made (again); twice in the queue counts once."""
        self._waiting[session_id] = path

    def drop(self, session_id: str) -> None:
        """Do not begin what waits for this session: it is added again in a moment, whole. What runs goes on."""
        self._waiting.pop(session_id, None)

    @property
    def idle(self) -> bool:
        """True when nothing runs and nothing waits."""
        return self._worker is None and not self._waiting

    def poll(self, *, soon: bool = False) -> None:
        """Take a result that is ready, start the next. `soon`: something is recorded whose results will be wanted.
        Never blocks. Raises what `store` raises.
        """
        if self._worker is not None:
            if self._worker.process.poll() is None:
                return
            self._take(self._worker)
        if self._waiting:
            self._current, self._path = next(iter(self._waiting.items()))
            del self._waiting[self._current]
            self._worker, self._ready = self._ready or _Worker.start(), None
            self._worker.begin(self._path)
        elif soon and self._ready is None:
            self._ready = _Worker.start()
        elif self._ready is not None and (not soon or self._ready.process.poll() is not None):
            self._ready.end()  # not wanted after all, or ended by somebody else
            self._ready = None

    def _take(self, worker: _Worker) -> None:
        if worker.process.returncode == 0:
            if self._current not in self._waiting:
                worker.output.seek(0)  # where `store` raised, the next poll reads it again
                self._store(self._current, json.loads(worker.output.read()))
            self._tries.pop(self._current, None)
            self.failed.discard(self._current)
        else:
            self._try_again(worker.process.returncode)
        worker.output.close()
        self._worker = None

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
        """End the workers. What was not made is made after the next start."""
        for worker in (self._worker, self._ready):
            if worker is not None:
                worker.end()
        self._worker = self._ready = None
