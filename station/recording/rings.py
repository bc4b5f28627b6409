"""Follows the two live rings of one life of the control program, from their oldest record on."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from station.ring import Batch, RingReader

_LOG = logging.getLogger(__name__)

SAMPLES = "samples"
EVENTS = "events"
_BATCH = 2000  # samples at once: bounds the memory after a long pause


class Rings:
    """Both rings, mapped. Raises FileNotFoundError until control has made them, ValueError for other files."""

    def __init__(self, runtime: Path) -> None:
        self._samples = RingReader(runtime / SAMPLES)
        try:
            self._events = RingReader(runtime / EVENTS)
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
        """New events with their ring numbers; each once. What is not an event is passed over and logged."""
        batch = self._events.since(self._next_event)
        self._next_event = batch.next_seq
        for number, payload in batch.records:
            try:
                event = json.loads(payload)
                if isinstance(event["kind"], str) and isinstance(event["t_ns"], int):
                    yield number, event
                    continue
            except (ValueError, KeyError, TypeError):
                pass
            _LOG.warning("event %d in the ring cannot be read and is left out", number)

    def close(self) -> None:
        """Unmap."""
        self._samples.close()
        self._events.close()
