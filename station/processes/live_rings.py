"""Where control publishes: the ring of samples and the ring of events in the runtime folder."""

from __future__ import annotations

import json
from pathlib import Path

from station.wire.places import EVENTS_RING, SAMPLES_RING
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES

SAMPLE_SLOTS = 16_384
"""65 s at 250 Hz: so long may the recorder be away without a loss."""
EVENT_BYTES = 16_384
EVENT_SLOTS = 256


class LiveRings:
    """Publishes to the two rings of the runtime folder."""

    def __init__(self, runtime: Path) -> None:
        self._samples = RingWriter(runtime / SAMPLES_RING, SAMPLE_BYTES, SAMPLE_SLOTS)
        self._events = RingWriter(runtime / EVENTS_RING, EVENT_BYTES, EVENT_SLOTS)

    def sample(self, payload: bytes) -> None:
        """Put one packed sample into the ring."""
        self._samples.write(payload)

    def event(self, document: dict[str, object]) -> None:
        """Put one event into the ring."""
        self._events.write(json.dumps(document, ensure_ascii=False).encode())

    def close(self) -> None:
        """Unmap both."""
        self._samples.close()
        self._events.close()
