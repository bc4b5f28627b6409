"""Starting in spite of what is missing: a process that cannot do its work yet stays, says why, and tries again.

A process that ended instead would be started again at once, and nobody but a journal would hear why.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from station.clock import NS_PER_S, StationClock
from station.faults import StationError, because
from station.wire.peers import SUPERVISOR

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
"""What was plugged in, or repaired, is found within this time."""
STEP_NS = 20_000_000
"""How often whoever waits looks round: a message to control waits no longer."""
T = TypeVar("T")
Say = Callable[[StationError], None]
"""Tells a person who looks at the terminal, or at the journal, what a process waits for."""


def be_silent(fault: StationError) -> None:
    """To nobody."""
    del fault


class Pauses:
    """How long to wait before the next try, in seconds: each time twice as long, up to a bound."""

    def __init__(self, first_s: float = FIRST_PAUSE_S, longest_s: float = LONGEST_PAUSE_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._next_s = first_s

    def next_s(self) -> float:
        """The pause now."""
        pause_s = self._next_s
        self._next_s = min(2.0 * pause_s, self._longest_s)
        return pause_s

    def reset(self) -> None:
        """Begin with the first one again."""
        self._next_s = self._first_s


def by_systemd() -> bool:
    """Whether systemd started this very process, and not a shell that it once started (systemd.exec(5),
    SYSTEMD_EXEC_PID). Nobody looks at such a process, and it is started again whenever it ends.
    """
    return os.environ.get("SYSTEMD_EXEC_PID") == str(os.getpid())


def supervised() -> bool:
    """Whether somebody starts this process again when it ends: systemd, or `station run`."""
    return by_systemd() or SUPERVISOR in os.environ


def keep_trying(
    attempt: Callable[[], T],
    meanwhile: Callable[[StationError, int], None],
    clock: StationClock,
    running: Callable[[], bool],
) -> T | None:
    """What `attempt` returns, once it does not raise; None where `running()` became False first.

    Between two tries `meanwhile(fault, tries)` is called every `STEP_NS` with what was raised last, and how often it
    was tried. Any exception counts as a fault of the start: one of another kind is an "internal-error".
    """
    pauses = Pauses()
    tries = 0
    while running():
        tries += 1
        try:
            return attempt()
        except StationError as problem:
            fault = problem
        except Exception as problem:  # noqa: BLE001  # the edge of a process: whatever it is must reach a page
            said = f"{type(problem).__name__}: {problem}"  # unquoted: a support file blots out what is in quotes
            fault = StationError("internal-error", "start", because("system-said", said=said))
            fault.__cause__ = problem
        now_ns = clock.now_ns()
        until_ns = now_ns + int(pauses.next_s() * NS_PER_S)
        while running() and now_ns < until_ns:
            meanwhile(fault, tries)
            clock.sleep_until_ns(min(until_ns, now_ns + STEP_NS))
            now_ns = clock.now_ns()
    return None


def patiently(attempt: Callable[[], T], clock: StationClock, running: Callable[[], bool], say: Say) -> T | None:
    """What `attempt` returns. Under systemd it is tried until it does not raise, and `say` is told each new fault; a
    person at a terminal is told at once by what it raises. None where `running()` became False first.
    """
    if not by_systemd():
        return attempt()
    return keep_trying(attempt, Once(say), clock, running)


class Once:
    """Says a fault when it is another one than before: what `keep_trying` calls meanwhile."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._said = ""

    def __call__(self, fault: StationError, tries: int = 1) -> None:
        """Take what was found by the last of so many tries."""
        del tries
        if str(fault) != self._said:
            self._said = str(fault)
            self._say(fault)


def end_when_right(read: Callable[[], object]) -> None:
    """End this process by SIGTERM once `read` does not raise a StationError any more: whoever supervises it starts it
    again, with what can be read then.
    """

    def watch() -> None:
        pauses = Pauses()
        while True:
            time.sleep(pauses.next_s())
            with contextlib.suppress(StationError):
                read()
                break
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="settings", daemon=True).start()
