"""How long it is since a moment that was written down, whatever the clock on the wall did meanwhile."""

from __future__ import annotations

from typing import Any

from station.clock import NS_PER_S, VouchedMoment


def elapsed_s(then: VouchedMoment, now: VouchedMoment) -> float:
    """At least so many seconds have passed. Within one boot it is exact; over a restart it is the time since the start,
    or the difference of both wall clocks where somebody vouches for each.
    """
    if then.boot_id and then.boot_id == now.boot_id:
        return max(0.0, (now.mono_ns - then.mono_ns) / NS_PER_S)
    return max(now.mono_ns, _by_the_wall_ns(then, now)) / NS_PER_S


def known_s(then: VouchedMoment, now: VouchedMoment) -> float | None:
    """The same where it is all that has passed; None where nobody knows that, because of a restart."""
    if then.boot_id and then.boot_id == now.boot_id:
        return elapsed_s(then, now)
    return elapsed_s(then, now) if then.voucher and now.voucher and now.wall_ns >= then.wall_ns else None


def _by_the_wall_ns(then: VouchedMoment, now: VouchedMoment) -> int:
    return now.wall_ns - then.wall_ns if then.voucher and now.voucher else 0


def written(moment: VouchedMoment) -> dict[str, Any]:
    """As the records keep it."""
    return moment._asdict()


def read(kept: dict[str, Any]) -> VouchedMoment:
    """The other way."""
    return VouchedMoment(**kept)
