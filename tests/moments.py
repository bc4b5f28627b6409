"""Moments of today, for what holds today: also for tests that run a minute after midnight."""

from __future__ import annotations

import time
from datetime import datetime


def earlier_today_ns(ago_s: float) -> int:
    """The moment so long ago in ns since 1970, or the day's beginning where that was yesterday."""
    begun = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return max(time.time_ns() - round(ago_s * 1e9), round(begun.timestamp()) * 10**9)
