"""Time as a parameter: the machine's monotonic clock, and a virtual one that is as fast as the computer.

Both also know the wall time at which they began, which is only ever written down, never used for control. And what
there is to say of the wall clock itself: `VouchedMoment`, with who vouches for it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from hw.ports import Clock

NS_PER_S = 1_000_000_000
NS_PER_MS = 1_000_000
_CLOCK_MONOTONIC = 1
_TIMER_ABSTIME = 1


def local_midnight_ns(at_ns: int, days: int = 0) -> int:
    """Wall time (Unix, ns) of the local midnight before the wall time `at_ns`, or so many days after that one."""
    day = local_date(at_ns) + timedelta(days=days)
    return int(datetime(day.year, day.month, day.day).astimezone().timestamp()) * NS_PER_S


def local_date(at_ns: int) -> date:
    """The clinic's date at the wall time `at_ns` (Unix, ns)."""
    return datetime.fromtimestamp(at_ns // NS_PER_S).date()


def live_in(zone: str) -> None:
    """From now on local time is that of this zone, here and in the processes that this one starts; "" leaves the
    computer's.
    """
    if zone:
        os.environ["TZ"] = zone
        time.tzset()


def boot_id() -> str:
    """This boot's id: monotonic times compare only within one boot. Empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


class VouchedMoment(NamedTuple):
    """When it is, as far as the computer knows."""

    boot_id: str
    mono_ns: int
    """Monotonic time in this boot."""
    wall_ns: int
    """What the clock on the wall says (Unix, ns): anything, unless somebody vouches for it."""
    voucher: str = ""
    """SYNCHRONISED or RTC; "" where nobody vouches."""


SYNCHRONISED = "synchronised"
"""The kernel's clock is kept right by a time server or a receiver (adjtimex)."""
RTC = "rtc"
"""A battery-backed clock kept the time while the computer was off."""
_STA_UNSYNC = 0x0040
_TIMEX_STATUS = 5 * ctypes.sizeof(ctypes.c_long)
"""Place of `status` in struct timex (linux/timex.h): behind modes (padded), offset, freq, maxerror and esterror."""
_TIMEX_BYTES = 512
_RTC_AGREES_S = 120.0
_KEPT_SINCE_S = 1_735_689_600
"""2025-01-01: a clock that says less has been without power since."""


def this_moment(root: Path = Path("/")) -> VouchedMoment:
    """Now, with who vouches for the wall clock on the computer whose root folder is `root`."""
    wall_ns = time.time_ns()
    voucher = SYNCHRONISED if _synchronised() else RTC if rtc_kept(root, wall_ns) else ""
    return VouchedMoment(boot_id(), time.monotonic_ns(), wall_ns, voucher)


def _synchronised() -> bool:
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: asks, and changes nothing
    if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
        return False
    return not int.from_bytes(timex.raw[_TIMEX_STATUS : _TIMEX_STATUS + 4], "little") & _STA_UNSYNC


def rtc_kept(root: Path, wall_ns: int) -> bool:
    """Whether the kernel took its time from a clock chip at this boot (`hctosys`), which still agrees with the wall
    clock, and has not begun anew: one without a battery does, years ago, or does not answer.
    """
    for rtc in sorted(root.glob("sys/class/rtc/rtc*")):
        try:
            took = (rtc / "hctosys").read_text().strip() == "1"
            since_s = int((rtc / "since_epoch").read_text())
        except (OSError, ValueError):
            continue
        if took and since_s >= _KEPT_SINCE_S and abs(since_s - wall_ns / NS_PER_S) <= _RTC_AGREES_S:
            return True
    return False


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

    def __init__(self, start_ns: int = NS_PER_S, epoch_ns: int | None = None) -> None:
        self._now_ns = start_ns
        if epoch_ns is not None:
            self.epoch_ns = epoch_ns

    def now_ns(self) -> int:
        """Virtual time in nanoseconds."""
        return self._now_ns

    def sleep_until_ns(self, deadline_ns: int) -> None:
        """Jump to the deadline."""
        self._now_ns = max(self._now_ns, deadline_ns)

    def spend_ns(self, duration_ns: int) -> None:
        """Move on by this much."""
        self._now_ns += duration_ns
