"""The trigger output: one line that tells a certified stimulator, or a metronome, when. It is no therapy of its own.

Low is safe, and what there is without power, without the cable, while the computer boots, and without this program: a
gate of its own lets it through only while the heartbeat's one-shot lives and channel B of the emergency stop is closed,
so that it falls by wire within 150 ms of the death of control. What leaves that gate is read back.
"""

from __future__ import annotations

from typing import NamedTuple

from hw.errors import Finding, saw

STUCK_NS = 50_000_000
"""High for so long while it is ordered low: it is stuck."""
STUCK = "trigger-stuck"


class TriggerWatch(NamedTuple):
    """What the ticks so far have shown. A fault stays until the station is started again."""

    fault: str = ""
    """`STUCK`, or ""."""
    since_ns: int = -1
    """Since when it is high although it is ordered low; -1: it is not."""

    @property
    def finding(self) -> Finding | None:
        """What was seen."""
        return stuck() if self.fault else None


def stuck() -> Finding:
    """That the output is high, and should not be."""
    return saw("trigger-stays-high")


def watch_trigger(past: TriggerWatch, high: bool, ordered: bool, now_ns: int) -> TriggerWatch:
    """One tick further. `ordered` is what the output was told before, `high` what leaves its gate."""
    if past.fault or ordered or not high:
        return past if past.since_ns < 0 or past.fault else past._replace(since_ns=-1)
    if past.since_ns < 0:
        return past._replace(since_ns=now_ns)
    return past._replace(fault=STUCK) if now_ns - past.since_ns >= STUCK_NS else past
