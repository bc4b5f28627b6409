"""The pages' server out of a process that has loaded their program already.

To load it takes a second of a processor, and some sixty files of tests have a server each. What is served, and by how
many processes, is the same; only that a start loads nothing is not. So what is tried of the start itself, of the end
and of the memory has a process of its own: `loaded_server` in conftest.py.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess

from station.claim import die_with_parent

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.web_ui.loading", __name__])


class Forked:
    """A process that runs this function, to be asked as a `subprocess.Popen` is."""

    def __init__(self, run: Callable[..., object], said: dict[str, object]) -> None:
        self._process: ForkServerProcess = _context.Process(target=_run, args=(run, said), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("the pages' server", timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """As `kill -9`."""
        self.send_signal(signal.SIGKILL)


def _run(run: Callable[..., object], said: dict[str, object]) -> None:
    """In the forked process, which ends with the one that it was forked from, and so with the tests."""
    die_with_parent()
    # The process that it was forked from ends once nobody holds this pipe: held here too, both would wait for ever.
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    run(**said)
