"""The clinic's day, by which doses are counted: a local day that no clock can hurry.

Within a boot it moves no faster than monotonic time; across boots it advances only where somebody vouches for the
clock: a time server, a clock chip that kept the time, or a person, by name. Where nobody does, a session counts until
the computer has run for longer than any day lasts. Pure functions; times in nanoseconds.
"""

from __future__ import annotations

from typing import NamedTuple

from station.clock import NS_PER_S, VouchedMoment, local_date, local_midnight_ns

LONGEST_DAY_NS = 25 * 3600 * NS_PER_S
"""The local day on which summer time ends."""


class Placed(NamedTuple):
    """When a dose was given, as far as that is known."""

    boot_id: str
    """"" where it is not known."""
    mono_ns: int
    """In that boot."""
    day: str
    """The clinic's date, as somebody vouched for it (ISO 8601); "" where nobody has yet."""


class Verdict(NamedTuple):
    """What is known now of a dose."""

    day: str
    over: bool
    """Its day has ended. That is never taken back."""


def true_ns(now: VouchedMoment, epoch_ns: int | None) -> int | None:
    """The wall time now, by what was vouched for monotonic zero of this boot; None where nothing was."""
    return None if epoch_ns is None else epoch_ns + now.mono_ns


def judge(dose: Placed, now: VouchedMoment, epoch_ns: int | None) -> Verdict:
    """Whether the day of this dose has ended. `epoch_ns` is what was vouched for: the wall time at this boot's start.

    What nobody can place is taken to be of the day on which it is first looked at with a clock that can be trusted: too
    much is counted rather than too little.
    """
    wall_ns = true_ns(now, epoch_ns)
    if dose.boot_id and dose.boot_id == now.boot_id:
        elapsed_ns = max(0, now.mono_ns - dose.mono_ns)
        if wall_ns is None:
            return Verdict(dose.day, elapsed_ns >= LONGEST_DAY_NS)
        day, today = local_date(wall_ns - elapsed_ns).isoformat(), local_date(wall_ns).isoformat()
        return Verdict(day, day < today or elapsed_ns >= LONGEST_DAY_NS)
    if wall_ns is None:
        return Verdict(dose.day, bool(dose.boot_id) and now.mono_ns >= LONGEST_DAY_NS)
    if dose.boot_id and wall_ns - now.mono_ns < local_midnight_ns(wall_ns):
        return Verdict(dose.day, over=True)  # it was given before this boot, which began before today
    today = local_date(wall_ns).isoformat()
    day = dose.day or today
    return Verdict(day, day < today)


def began_ns(now: VouchedMoment, epoch_ns: int | None) -> int:
    """Monotonic time at which the day that counts now began; it may lie before this boot."""
    wall_ns = true_ns(now, epoch_ns)
    if wall_ns is None:
        return now.mono_ns - LONGEST_DAY_NS
    return now.mono_ns - (wall_ns - local_midnight_ns(wall_ns))
