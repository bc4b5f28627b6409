"""The recorder before it can record: the pages read why in its heartbeat, and it tries again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from station.clock import NS_PER_S, MonotonicClock, StationClock
from station.faults import StationError
from station.processes.starting import Once, Say, keep_trying
from station.wire.places import RECORDER_HEARTBEAT

SIGN_NS = NS_PER_S // 4
T = TypeVar("T")


def wait_as_recorder(
    attempt: Callable[[], T], runtime: Path, stop: threading.Event, say: Say, clock: StationClock | None = None
) -> T | None:
    """What `attempt` returns once it raises no more; None where `stop` was set before."""
    clock = clock or MonotonicClock()
    tell = Once(say)
    sign_ns = 0

    def meanwhile(fault: StationError, tries: int) -> None:
        nonlocal sign_ns
        tell(fault, tries)
        if clock.now_ns() >= sign_ns:
            sign_ns = clock.now_ns() + SIGN_NS
            with contextlib.suppress(OSError):
                (runtime / RECORDER_HEARTBEAT).write_text(f"{fault.code}\n{fault.where}")

    return keep_trying(attempt, meanwhile, clock, lambda: not stop.is_set())
