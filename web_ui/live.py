"""Follows the live rings: the newest sample, the trail, the rates. One thread owns an instance."""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from station.faults import CATALOGUE, StationError, from_json
from station.wire.messages import START_FAULT
from station.wire.places import EVENTS_RING, SAMPLES_RING
from station.wire.ring import RingReader
from station.wire.sample import SAMPLE_BYTES, Inputs, Sample, unpack
from web_ui.pair_button import Presses, step
from web_ui.story import Story
from web_ui.sway import LiveSway

TRAIL_S = 5.0
LATENESS_WINDOW_S = 5.0
"""Lateness is given over this long, in seconds."""
RATE_WINDOW_S = 2.0
TRAIL_EVERY = 5
"""Every fifth sample makes a point of the trail: 50 a second at 250 Hz."""
FRAME_POINTS = 10
"""Points of the trail in one frame: the last 0.2 s, so that a phone which missed five frames misses no point."""
WINDOW_SAMPLES = 1250
"""Most samples that lateness is taken from: 5 s."""
STATISTICS_EVERY_NS = 500_000_000
_PAIR = int(Inputs.PAIR_BUTTON)

Point = tuple[int, float, float]
"""Sequence number of the sample, CoP ML and AP in mm."""


class Statistics(NamedTuple):
    """How well the loop runs, over the last seconds. None where the samples are too few."""

    samples_hz: float | None = None
    repeats_hz: float | None = None
    lateness_p50_us: float | None = None
    lateness_p99_us: float | None = None
    lateness_max_us: float | None = None


class Cut(NamedTuple):
    """A session that an earlier life of control left without an end, or without an acknowledgement of its trip."""

    epoch: int
    """Of that life's samples."""
    at_ms: float
    """When the next life was seen: Unix time, ms."""
    story: Story


class Live:
    """What the rings in the folder `runtime` say now. `poll` reads them; the fields are its result."""

    def __init__(self, runtime: Path) -> None:
        self.sample: Sample | None = None
        """The newest; kept when control goes away, so that its age can be shown."""
        self.epoch = 0
        """Of the samples' ring: another number is another life of the control program."""
        self.trail: deque[Point] = deque(maxlen=int(TRAIL_S * 50))
        self.statistics = Statistics()
        self.story = Story()
        self.cut: Cut | None = None
        """The last session that was cut off while this process looked on; None for none."""
        self.start_fault: StationError | None = None
        """What keeps control from starting, while it waits for its hardware."""
        self.sway = LiveSway()
        self.presses = Presses()
        """Of the panel's button of the pairing."""
        self._samples = _Tail(runtime / SAMPLES_RING)
        self._events = _Tail(runtime / EVENTS_RING)
        self._window: deque[tuple[int, float, int]] = deque(maxlen=WINDOW_SAMPLES)
        self._statistics_ns = 0
        self._epoch_before = 0
        self._left: Story | None = None

    def poll(self, now_ns: int) -> None:
        """Read what is new. Never blocks, and never raises for a ring that is absent, replaced or not a ring."""
        for payload in self._events.read(self._new_events):
            event = json.loads(payload)
            if not isinstance(event, dict):
                continue
            if event.get("kind") == START_FAULT:
                self.start_fault = _fault_of(event)
            else:
                self.story = self.story.after(event)
        for payload in self._samples.read(self._new_samples):
            if len(payload) != SAMPLE_BYTES:
                continue  # control of another release; its age will show
            sample = unpack(payload)
            self.sample = sample
            self.sway.step(sample)
            self.presses = step(self.presses, bool(sample.inputs & _PAIR))
            self._window.append((sample.t_ns, sample.lateness_us, sample.repeated_samples))
            if sample.seq % TRAIL_EVERY == 0 and math.isfinite(sample.cop_ml_mm) and math.isfinite(sample.cop_ap_mm):
                self.trail.append((sample.seq, round(sample.cop_ml_mm, 1), round(sample.cop_ap_mm, 1)))
        if self._left is not None:  # only now: which life it was of is known when both rings have been replaced
            self.cut = Cut(self._epoch_before, time.time_ns() / 1e6, self._left)
            self._left = None
        if now_ns - self._statistics_ns >= STATISTICS_EVERY_NS:
            self._statistics_ns = now_ns
            self.statistics = self._measure(now_ns)

    def recent_trail(self, count: int) -> list[Point]:
        """The newest `count` points, oldest first, none older than `TRAIL_S` by sample number."""
        if not self.trail or self.sample is None:
            return []
        oldest = self.sample.seq - TRAIL_EVERY * count
        return [point for point in list(self.trail)[-count:] if point[0] > oldest]

    def close(self) -> None:
        """Unmap the rings."""
        self._samples.close()
        self._events.close()

    def _new_samples(self, epoch: int) -> None:
        self._epoch_before, self.epoch = self.epoch, epoch
        self.trail.clear()
        self.sway.clear()
        self._window.clear()

    def _new_events(self, _epoch: int) -> None:
        if self.story.left_open:
            self._left = self.story
        self.story = Story()
        self.start_fault = None

    def _measure(self, now_ns: int) -> Statistics:
        window = [entry for entry in self._window if now_ns - entry[0] <= LATENESS_WINDOW_S * 1e9]
        if len(window) < 2:
            return Statistics()
        rated = [entry for entry in window if window[-1][0] - entry[0] <= RATE_WINDOW_S * 1e9]
        span_s = (rated[-1][0] - rated[0][0]) / 1e9
        lateness = sorted(entry[1] for entry in window)
        return Statistics(
            samples_hz=(len(rated) - 1) / span_s if span_s > 0 else None,
            repeats_hz=(rated[-1][2] - rated[0][2]) / span_s if span_s > 0 else None,
            lateness_p50_us=lateness[len(lateness) // 2],
            lateness_p99_us=lateness[min(len(lateness) - 1, len(lateness) * 99 // 100)],
            lateness_max_us=lateness[-1],
        )


def _fault_of(event: dict[str, Any]) -> StationError:
    """The fault that an event `START_FAULT` tells of; one of caution for a code of another release."""
    code = str(event.get("code", ""))
    if code not in CATALOGUE:
        return StationError("internal-error", code)
    return StationError(code, str(event.get("where", "")), *map(from_json, event.get("problems", [])))


class _Tail:
    """Reads one ring on and on, from all that it holds, and moves to the next when a new writer replaces it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: RingReader | None = None
        self._next = 0

    def read(self, on_new: Callable[[int], None]) -> list[bytes]:
        """The records since the last call. `on_new(epoch)` is called before the first of another ring."""
        reader = self._reader
        if reader is None or reader.replaced():
            reader = self._reopen(on_new) or reader
        if reader is None:
            return []
        batch = reader.since(self._next)
        self._next = batch.next_seq
        return [payload for _, payload in batch.records]

    def _reopen(self, on_new: Callable[[int], None]) -> RingReader | None:
        try:
            reader = RingReader(self._path)
        except (OSError, ValueError):
            return None
        self.close()
        self._reader = reader
        self._next = 0
        on_new(reader.epoch)
        return reader

    def close(self) -> None:
        """Unmap."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
