"""Time as a parameter: the machine's monotonic clock, and a virtual one that is as fast as the computer.

Both also know the wall time at which they began, which is only ever written down, never used for control.
"""

from __future__ import annotations

import ctypes
import errno
import os
import time
from datetime import datetime, timedelta
from typing import Protocol

from hw.ports import Clock

NS_PER_S = 1_000_000_000
_CLOCK_MONOTONIC = 1
_TIMER_ABSTIME = 1


def local_midnight_ns(at_ns: int, days: int = 0) -> int:
    """Wall time (Unix, ns) of the local midnight before the wall time `at_ns`, or so many days after that one."""
    date = datetime.fromtimestamp(at_ns / NS_PER_S).date() + timedelta(days=days)
    return int(datetime(date.year, date.month, date.day).astimezone().timestamp()) * NS_PER_S


class StationClock(Clock, Protocol):
    """What the loop knows of time: the clock that hardware sees, wall time, and sleeping."""

    epoch_ns: int
    """Wall time (Unix, ns) at monotonic zero."""

    def sleep_until_ns(self, deadline_ns: int) -> None:
        """Return at or after this monotonic time; at once when it has passed."""


class _Timespec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


class MonotonicClock:
    """The machine's clock. Sleeps to an absolute time, which `time.sleep` cannot: no drift, and a wake-up that was
    missed because of a preemption between reading the clock and sleeping cannot happen.
    """

    def __init__(self) -> None:
        self.epoch_ns = time.time_ns() - time.monotonic_ns()
        self._timespec = _Timespec()
        self._reference = ctypes.byref(self._timespec)
        self._nanosleep = ctypes.CDLL(None, use_errno=True).clock_nanosleep

    def now_ns(self) -> int:
        """Monotonic time in nanoseconds."""
        return time.monotonic_ns()

    def sleep_until_ns(self, deadline_ns: int) -> None:
        """Sleep by clock_nanosleep(TIMER_ABSTIME); a signal does not end the sleep early."""
        self._timespec.tv_sec, self._timespec.tv_nsec = divmod(deadline_ns, NS_PER_S)
        while True:
            failure = self._nanosleep(_CLOCK_MONOTONIC, _TIMER_ABSTIME, self._reference, None)
            if failure == 0:
                return
            if failure != errno.EINTR:
                raise OSError(failure, os.strerror(failure))

    def spend_ns(self, duration_ns: int) -> None:
        """Nothing: time passes by itself."""


class VirtualClock:
    """Time that moves only when somebody sleeps or spends it: repeatable to the last bit."""

    epoch_ns = 946_684_800 * NS_PER_S
    """2000-01-01: a date that nobody takes for a real session's."""

    def __init__(self, start_ns: int = NS_PER_S) -> None:
        self._now_ns = start_ns

    def now_ns(self) -> int:
        """Virtual time in nanoseconds."""
        return self._now_ns

    def sleep_until_ns(self, deadline_ns: int) -> None:
        """Jump to the deadline."""
        self._now_ns = max(self._now_ns, deadline_ns)

    def spend_ns(self, duration_ns: int) -> None:
        """Move on by this much."""
        self._now_ns += duration_ns
