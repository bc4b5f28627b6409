"""Follows the two live rings of one life of the control program, from their oldest record on."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from station.wire.places import EVENTS_RING, SAMPLES_RING
from station.wire.ring import Batch, RingReader

_LOG = logging.getLogger(__name__)

_BATCH = 2000  # samples at once: bounds the memory after a long pause


class Rings:
    """Both rings, mapped. Raises FileNotFoundError until control has made them, ValueError for other files."""

    def __init__(self, runtime: Path) -> None:
        self._samples = RingReader(runtime / SAMPLES_RING)
        try:
            self._events = RingReader(runtime / EVENTS_RING)
        except (OSError, ValueError):
            self._samples.close()
            raise
        self.epoch = self._samples.epoch
        self.next_sample = 0
        """Ring number of the next sample to take. Whoever takes one moves this on: what fails is seen again."""
        self._next_event = 0

    def replaced(self) -> bool:
        """True when control began a new life: what is left here can be read to its end."""
        return self._samples.replaced() or self._events.replaced()

    def samples(self) -> Batch:
        """The samples from `next_sample` on."""
        return self._samples.since(self.next_sample, _BATCH)

    def events(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """New events with their ring numbers; each once, but again where whoever took it failed.

        What is not an event is passed over and logged.
        """
        batch = self._events.since(self._next_event)
        for number, payload in batch.records:
            event = _event(payload)
            if event is None:
                _LOG.warning("event %d in the ring cannot be read and is left out", number)
            else:
                yield number, event
            self._next_event = number + 1
        self._next_event = batch.next_seq

    def close(self) -> None:
        """Unmap."""
        self._samples.close()
        self._events.close()


def _event(payload: bytes) -> dict[str, Any] | None:
    """The event in these bytes; None where there is none."""
    try:
        event: dict[str, Any] = json.loads(payload)
        return event if isinstance(event["kind"], str) and isinstance(event["t_ns"], int) else None
    except (ValueError, KeyError, TypeError):
        return None
