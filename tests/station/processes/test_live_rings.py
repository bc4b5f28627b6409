"""What control publishes is what a reader of the runtime folder gets."""

import json

import pytest

from station.processes.live_rings import LiveRings
from station.wire.ring import RingReader
from station.wire.sample import SAMPLE_BYTES


def test_samples_and_events_arrive_whole_and_apart(tmp_path) -> None:
    rings = LiveRings(tmp_path)
    samples, events = RingReader(tmp_path / "samples"), RingReader(tmp_path / "events")
    packed = bytes(number % 256 for number in range(SAMPLE_BYTES))
    rings.sample(packed)
    rings.event({"kind": "trip", "who": "Zoë", "seq": 7})
    assert samples.since(0).records == [(0, packed)]
    ((_, payload),) = events.since(0).records
    assert json.loads(payload) == {"kind": "trip", "who": "Zoë", "seq": 7}
    assert "Zoë".encode() in payload, "a name takes the room that it has, and no escapes"
    rings.close()
    assert samples.record(0) == packed, "a reader can finish after the writer's end"


def test_what_is_too_long_for_a_slot_is_refused_and_nothing_else_is_lost(tmp_path) -> None:
    rings = LiveRings(tmp_path)
    with pytest.raises(ValueError, match="does not fit"):
        rings.sample(bytes(SAMPLE_BYTES + 1))
    rings.sample(bytes(SAMPLE_BYTES))
    assert RingReader(tmp_path / "samples").head == 1
    rings.close()
