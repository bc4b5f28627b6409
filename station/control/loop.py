"""The loop: wakes at absolute deadlines, skips what it missed, never catches up in a burst."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import time
from collections.abc import Callable
from typing import Protocol

from station.clock import StationClock

RATE_HZ = 250.0
PERIOD_NS = 4_000_000


class Ticking(Protocol):
    """What the loop drives."""

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """Do one tick's work. `missed` ticks before it were skipped."""


def run_loop(work: Ticking, clock: StationClock, running: Callable[[], bool]) -> None:
    """Tick until `running()` is False. A tick that comes over one period late skips the deadlines it slept through."""
    deadline_ns = clock.now_ns() + PERIOD_NS
    while running():
        clock.sleep_until_ns(deadline_ns)
        now_ns = clock.now_ns()
        lateness_ns = now_ns - deadline_ns
        missed = lateness_ns // PERIOD_NS
        work.tick(now_ns, lateness_ns, missed)
        deadline_ns += PERIOD_NS * (missed + 1)


RUNAWAY_US = 200_000
"""Of processor time in one go under SCHED_FIFO (docs/sources/realtime.md#runaway-loops)."""


def settle_memory() -> None:
    """Collect once and freeze: a later full collection would cost up to 33 ms
    (docs/sources/realtime.md#garbage-collection).
    """
    gc.collect()
    gc.freeze()
    gc.disable()


def _is_real_time(priority: int) -> bool:
    """Whether systemd gave it before the start: the unit takes away the right to ask for it."""
    policy = os.sched_getscheduler(0) & ~getattr(os, "SCHED_RESET_ON_FORK", 0)
    return policy == os.SCHED_FIFO and os.sched_getparam(0).sched_priority == priority


def leave_real_time() -> None:
    """Become an ordinary process again, before work that may compute for long without a pause."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def end_if_it_never_sleeps(priority: int) -> None:
    """From now on the kernel ends this process after `RUNAWAY_US` without a pause: it would hang its core. To be called
    last before the loop; does nothing without a `priority`.

    The kernel counts from the last pause, and the imports of a start make none where the files are in memory: without
    one here, a start that took longer than the limit would be ended for it at once, and so would each one after it.
    """
    if priority:
        time.sleep(0.001)
        _, hard = resource.getrlimit(resource.RLIMIT_RTTIME)
        resource.setrlimit(resource.RLIMIT_RTTIME, (RUNAWAY_US, hard))


_MCL_CURRENT_FUTURE_ONFAULT = 1 | 2 | 4
"""Locks pages as they are touched; without ONFAULT every library is drawn in whole, which doubles the memory used."""


def become_real_time(priority: int, cpu: int | None) -> list[str]:
    """Ask for SCHED_FIFO, locked memory and one core. Returns what was refused, in words; the loop runs either way."""
    refused = []
    if cpu is not None:
        try:
            os.sched_setaffinity(0, {cpu})
        except OSError as problem:
            refused.append(f"core {cpu}: {os.strerror(problem.errno or 0)}")
    if priority and not _is_real_time(priority):
        try:
            policy = os.SCHED_FIFO | getattr(os, "SCHED_RESET_ON_FORK", 0)
            os.sched_setscheduler(0, policy, os.sched_param(priority))
        except OSError as problem:
            refused.append(f"SCHED_FIFO priority {priority}: {os.strerror(problem.errno or 0)}")
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(AttributeError):
        if libc.mlockall(_MCL_CURRENT_FUTURE_ONFAULT):
            refused.append(f"locked memory: {os.strerror(ctypes.get_errno())}")
    return refused
