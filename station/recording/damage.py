"""What is missing of a recording, or not to be trusted: found by every walk through its file.

A sample says of itself which tick it is and how many ticks were skipped, so that each one that is missing between two
others is known whatever took it away: a damaged file, or a recorder that was away. What is missing at the end is known
by the count at the end of a finished file, or by the event of the drill's end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from drills.units import NS_PER_S

CHUNK = "chunk"
"""Some bytes are damaged: what was in them was left out."""
HEADER = "header"
"""The header contradicts what was recorded: what was recorded counts."""
INDEX = "index"
"""The file's end is damaged; no sample is lost by that."""
CUT = "cut"
"""The file was never finished, or ends in the middle."""
ORDER = "order"
"""Parts stood in another order, or twice: they were put in order."""
CHANGED = "changed"
"""The file is not the one that was finished: its checksum is another."""
_UNSAID_PERIOD_NS = 4_000_000
"""Of a recording that does not say its rate."""


class Gap(NamedTuple):
    """A stretch without samples, between two that are there (monotonic ns), or before the first or behind the last."""

    from_ns: int
    until_ns: int
    samples: int
    """How many are missing."""


class Damage(NamedTuple):
    """Everything that a walk found. False where the recording is whole."""

    marks: tuple[str, ...] = ()
    """The words of this module, each once, sorted."""
    gaps: tuple[Gap, ...] = ()
    """In the order of time."""
    lost_events: int = 0
    """How many events are missing; 0 where nothing says so."""
    open_end: bool = False
    """Nothing says how long the session went on behind the last sample."""

    def __bool__(self) -> bool:
        """Whether a person has to know."""
        return bool(self.marks or self.gaps or self.lost_events or self.open_end)

    @property
    def only_cut(self) -> bool:
        """The recording ends in the middle, as one that is being made does, and is whole up to there."""
        return set(self.marks) <= {CUT} and not self.gaps and not self.lost_events

    @property
    def lost_samples(self) -> int:
        """How many samples are missing."""
        return sum(gap.samples for gap in self.gaps)

    @property
    def lost_s(self) -> float:
        """How long the stretches without samples are together."""
        return sum(gap.until_ns - gap.from_ns for gap in self.gaps) / NS_PER_S

    def in_window(self, from_ns: int, until_ns: int) -> float:
        """Seconds of this stretch that are missing."""
        missing = (min(gap.until_ns, until_ns) - max(gap.from_ns, from_ns) for gap in self.gaps)
        return sum(ns for ns in missing if ns > 0) / NS_PER_S

    def as_json(self, zero_ns: int) -> dict[str, Any]:
        """For a result: times in seconds since `zero_ns`."""
        return {
            "marks": list(self.marks),
            "missing_samples": self.lost_samples,
            "missing": [
                {
                    "from_s": (gap.from_ns - zero_ns) / NS_PER_S,
                    "until_s": (gap.until_ns - zero_ns) / NS_PER_S,
                    "samples": gap.samples,
                }
                for gap in self.gaps
            ],
            "missing_events": self.lost_events,
            "open_end": self.open_end,
        }

    def packed(self) -> dict[str, Any]:
        """As the header of a copy holds it, which has an end of its own and forgets nothing of what is missing."""
        marks = [mark for mark in self.marks if mark not in (CUT, INDEX)]
        return {**self._asdict(), "marks": marks, "gaps": [list(gap) for gap in self.gaps]}

    def resumed(self) -> Damage:
        """The same of a recording that goes on: its end is no damage."""
        return self._replace(marks=tuple(mark for mark in self.marks if mark != CUT), open_end=False)


def kept(header: dict[str, Any]) -> Damage:
    """What the header says that the original lacked."""
    found: Any = header.get("damage")
    try:
        return Damage(
            tuple(map(str, found["marks"])),
            tuple(Gap(*map(int, gap)) for gap in found["gaps"]),
            int(found["lost_events"]),
            bool(found["open_end"]),
        )
    except (TypeError, KeyError, ValueError):
        return Damage() if found is None else Damage((HEADER,))


class _Run(NamedTuple):
    """Samples without a gap: `seq`, `t_ns` and `missed_ticks` of the first and of the last."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]


class SampleRuns:
    """Which samples are there, however many: a few numbers a gap."""

    def __init__(self) -> None:
        self.in_order = True
        """Each sample came behind the one before it, and once."""
        self._runs: list[_Run] = []
        self._first = self._last = (-1, 0, 0)

    def take(self, seq: int, t_ns: int, missed: int) -> None:
        """One more sample of the file."""
        this = (seq, t_ns, missed)
        if self._last[0] < 0:
            self._first = this
        elif seq - self._last[0] != 1:
            self.in_order &= seq > self._last[0]
            self._runs.append(_Run(self._first, self._last))
            self._first = this
        self._last = this

    def merged(self) -> list[_Run]:
        """In the order of time, without doubles."""
        runs = sorted([*self._runs, _Run(self._first, self._last)] if self._last[0] >= 0 else [])
        merged: list[_Run] = []
        for run in runs:
            if merged and run.first[0] <= merged[-1].last[0] + 1:
                merged[-1] = merged[-1]._replace(last=max(merged[-1].last, run.last))
            else:
                merged.append(run)
        return merged


class KnownEnds(NamedTuple):
    """What is known of a recording's beginning and end beside its samples; monotonic ns."""

    started: tuple[int, int] | None
    """`seq` and time of the session's start; -1 where only the time is known."""
    ended: tuple[int, int] | None
    """`seq` and time of the drill's end."""
    samples: int | None
    """How many were written; None where the file does not say."""
    last_ns: int
    """Time of the newest thing in the file, where `samples` is known."""
    rate_hz: float

    @property
    def period_ns(self) -> int:
        """Between two samples."""
        return round(NS_PER_S / self.rate_hz) if 0.0 < self.rate_hz < math.inf else _UNSAID_PERIOD_NS


def gaps_of(runs: list[_Run], ends: KnownEnds) -> tuple[Gap, ...]:
    """Every stretch without samples that is known."""
    gaps = [*_at_start(runs, ends), *_between(runs)]
    gaps += _at_end(runs, ends, gaps)
    return tuple(gaps)


def _at_start(runs: list[_Run], ends: KnownEnds) -> Iterable[Gap]:
    if ends.started is None or not runs:
        return
    seq, t_ns = ends.started
    first_seq, first_ns, _ = runs[0].first
    # A session's own first sample is that of the tick in which it was started, or the next.
    lost = first_seq - seq - 1 if seq >= 0 else round((first_ns - t_ns) / ends.period_ns)
    if first_ns - t_ns > 2 * ends.period_ns and lost > 0:
        yield Gap(t_ns, first_ns, lost)


def _between(runs: list[_Run]) -> Iterable[Gap]:
    for before, after in pairwise(runs):
        skipped = max(0, after.first[2] - before.last[2])
        lost = after.first[0] - before.last[0] - 1 - skipped
        if lost > 0:
            yield Gap(before.last[1], after.first[1], lost)


def _at_end(runs: list[_Run], ends: KnownEnds, gaps: list[Gap]) -> Iterable[Gap]:
    seq, t_ns = runs[-1].last[:2] if runs else (ends.started or (0, ends.last_ns))
    there = sum(run.last[0] - run.first[0] + 1 for run in runs)
    lost = 0
    until_ns = t_ns
    if ends.ended is not None:
        lost, until_ns = ends.ended[0] - seq - 1, ends.ended[1]
    if ends.samples is not None:
        missing = ends.samples - there - sum(gap.samples for gap in gaps)
        if missing > max(lost, 0):
            lost = missing
            until_ns = max(until_ns, t_ns + missing * ends.period_ns)
            until_ns = max(until_ns, ends.last_ns) if ends.last_ns - t_ns < 2 * missing * ends.period_ns else until_ns
    if lost > 0 and until_ns > t_ns:
        yield Gap(t_ns, until_ns, lost)
