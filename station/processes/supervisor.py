"""`station run`: control, recorder and web as three processes, each started again within a second when it dies; one
that cannot start is given growing pauses.

Control always comes back DISARMED: nothing in it remembers being armed. The children die with the supervisor (the
kernel sends them SIGTERM), so that nothing keeps running unseen.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from types import FrameType

from drills.problems import Problem
from station.claim import die_with_parent
from station.faults import because
from station.processes.starting import Pauses
from station.wire.peers import SUPERVISOR

RESTART_AFTER_S = 0.25
YOUNG_S = 10.0
"""A child that ends itself before this age could not start: it is given more time at each further try."""
CHILD_PATIENCE_S = 5.0
"""How long a child may take to end before it is killed."""
_UNRECOVERABLE = range(2, 6)
"""Exit codes of a first start that starting again cannot repair: wrong input, hardware, storage, another station."""


class Child:
    """One supervised process: its name, and the command that runs it."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = list(command)
        self.starts = 0
        self.start_again_at_s = 0.0
        self._started_s = 0.0
        self._pauses = Pauses(RESTART_AFTER_S)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. It ignores the terminal's Ctrl-C: the supervisor ends it, in order."""
        self.starts += 1
        self._started_s = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  # our own command
            self._command,
            env={**os.environ, SUPERVISOR: str(os.getpid())},
            preexec_fn=die_with_parent,  # noqa: PLW1509  # the supervisor has no threads
            start_new_session=True,
        )

    def ended(self) -> int | None:
        """The exit code once it has ended, else None."""
        return self.process.poll() if self.process is not None else None

    def wait_to_start(self, code: int) -> None:
        """It has ended with this code: set when it starts again. What was killed was no failed start."""
        now_s = time.monotonic()
        if code < 0 or now_s - self._started_s > YOUNG_S:
            self._pauses.reset()
        self.process = None
        self.start_again_at_s = now_s + self._pauses.next_s()


class Supervisor:
    """Keeps the children running until a signal ends it. `say` gets what a person should know, a line each; `greet` is
    called once they have been started.
    """

    def __init__(self, children: Sequence[Child], say: Callable[[Problem], None], greet: Callable[[], None]) -> None:
        self._children = children
        self._say = say
        self._greet = greet
        self._wake_read, self._wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._stopping = False

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number != signal.SIGCHLD:
            self._stopping = True

    def run(self) -> int:
        """Start all, restart what dies, return an exit code: 0 after Ctrl-C or SIGTERM, or a child's own final one."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, self._on_signal)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        exit_code = 0
        for child in self._children:
            child.start()
        self._greet()
        while not self._stopping:
            verdict = self._look_after_children()
            if verdict is not None:
                exit_code = verdict
                break
            self._wait()
        self._end_all()
        signal.set_wakeup_fd(-1)
        return exit_code

    def _wait(self) -> None:
        pending = [child.start_again_at_s for child in self._children if child.process is None]
        timeout = max(min(pending) - time.monotonic(), 0.0) if pending else None
        if select.select([self._wake_read], [], [], timeout)[0]:
            os.read(self._wake_read, 4096)

    def _look_after_children(self) -> int | None:
        for child in self._children:
            code = child.ended()
            if code is not None:
                if code in _UNRECOVERABLE and child.starts == 1:
                    return code
                self._say(_ended(child.name, code))
                child.wait_to_start(code)
            elif child.process is None and time.monotonic() >= child.start_again_at_s:
                child.start()
        return None

    def _end_all(self) -> None:
        # One after the other, control first: vibration is off before anything else is taken away, and whoever records
        # has control's last sample.
        running = [child.process for child in self._children if child.process is not None]
        give_up_s = time.monotonic() + CHILD_PATIENCE_S
        for process in running:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(max(give_up_s - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _ended(process: str, code: int) -> Problem:
    """That a process ended and is started again, for the edge to word."""
    if code < 0:
        return because("ended-by-signal", process=process, signal=signal.Signals(-code).name)
    return because("ended-by-code", process=process, code=code)
