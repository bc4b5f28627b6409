"""What the scene in every sample costs: bytes of a sample and of a recording, and time of a tick.

Each drill of the catalogue is run once on the simulated rig under the virtual clock. Its samples are recorded twice, as
they are and without the scene: the same fields, the same chunks, the same compression.
"""

from __future__ import annotations

import tempfile
import timeit
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.common import Verdict, at_most, percentile, table
from benchmarks.tick import Numpy, Timed, null_rig
from drills.library import catalogue_names, load_shipped
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import Scene, Slot, SlotKind, SlotState, View
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.control.admission import admit, examine
from station.control.loop import run_loop
from station.control.session import DrillRequest
from station.control.tick import HouseRules, Station
from station.processes.live_rings import LiveRings
from station.recording.writer import RecordingWriter
from station.safety.limits import CLINICIAN
from station.settings import MEMORY
from station.wire.fields import layout_of, schema_of
from station.wire.ring import RingWriter
from station.wire.sample import FIELDS, LAYOUT, ROS1_SCHEMA, SAMPLE_BYTES, Sample
from station.wire.scene import SCENE_BYTES, SCENE_FIELDS, LastScene, unpack_scene

PLAIN_SCHEMA = schema_of([field for field in FIELDS if field not in SCENE_FIELDS])
PLAIN_BYTES = SAMPLE_BYTES - SCENE_BYTES
SYNC_EVERY = 125
"""Samples to a chunk, as the recorder writes them: half a second."""
LONGEST_S = 90.0
GOAL_SAMPLE, GOAL_RECORDING, GOAL_TICK = 2.0, 1.15, 1.1
TIMES = 2_000
TICKS_S = 30.0
RATIO_BEFORE = 10.0
"""Of the tick of quiet stance to numpy at revision 2eec8e6, by the same lines: 10.0 to 10.5 in three runs."""


class Played(NamedTuple):
    """What one drill published."""

    payloads: list[bytes]
    events: list[dict[str, Any]]


class _Kept:
    """Keeps everything that a station publishes."""

    def __init__(self) -> None:
        self.played = Played([], [])

    def sample(self, payload: bytes) -> None:
        """One sample."""
        self.played.payloads.append(payload)

    def event(self, document: dict[str, object]) -> None:
        """One event."""
        self.played.events.append(document)


def played(name: str) -> Played:
    """The shipped drill of this name, from its start to its end or `LONGEST_S`."""
    clock, kept = VirtualClock(), _Kept()
    rig = open_rig("simulated", RigSettings(), clock, seed=3)
    station = Station(rig, clock, HouseRules(CLINICIAN), kept)
    _start(station, clock, name)
    end_ns = clock.now_ns() + round(LONGEST_S * NS_PER_S)
    run_loop(station, clock, lambda: station.session is not None and clock.now_ns() < end_ns)
    rig.close()
    return kept.played


def _start(station: Station, clock: VirtualClock, name: str) -> None:
    warm_up_ns = clock.now_ns() + NS_PER_S // 10
    run_loop(station, clock, lambda: clock.now_ns() < warm_up_ns)
    document = load_shipped(name)
    request = DrillRequest("P01", document, fill_in(document, Asked(legs_of(document)[0])))
    admit(station, examine(request, station.limits, None), clock.now_ns())


def recorded_bytes(run: Played, schema: str, length: int) -> int:
    """Size of a recording of the first `length` bytes of each sample, with the run's events."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run.mcap"
        writer = RecordingWriter(path, {"patient": "P01"}, 0, schema=schema)
        for event in run.events:
            writer.event(event)
        for at in range(0, len(run.payloads), SYNC_EVERY):
            writer.append(payload[:length] for payload in run.payloads[at : at + SYNC_EVERY])
            writer.sync()
        writer.close()
        return path.stat().st_size


def _bytes(drills: list[str]) -> list[Verdict]:
    rows = []
    ratios = []
    for name in drills:
        run = played(name)
        scenes = len({payload[PLAIN_BYTES:] for payload in run.payloads})
        most = max(len(unpack_scene(payload[PLAIN_BYTES:]).slots) for payload in run.payloads)
        seconds = len(run.payloads) / 250.0
        plain, whole = (
            recorded_bytes(run, schema, length)
            for schema, length in ((PLAIN_SCHEMA, PLAIN_BYTES), (ROS1_SCHEMA, SAMPLE_BYTES))
        )
        ratios.append(whole / plain)
        rows.append(
            [name, seconds, scenes, most, plain / seconds / 1e3, whole / seconds / 1e3, f"{whole / plain:.3f}x"]
        )
    print(f"A sample has {SAMPLE_BYTES} bytes, without the scene {PLAIN_BYTES}: {SAMPLE_BYTES / PLAIN_BYTES:.2f}x.")
    print(f"Goals: {GOAL_SAMPLE:g}x, and of a recording {GOAL_RECORDING:g}x.\n")
    head = ["drill", "s", "scenes", "most slots", "kB/s without", "kB/s with", "ratio"]
    print(table(head, rows))
    return [
        at_most("a sample's bytes with the scene", SAMPLE_BYTES / PLAIN_BYTES, GOAL_SAMPLE, "x"),
        at_most("a recording's bytes with the scene", max(ratios), GOAL_RECORDING, "x"),
    ]


def _pack_times_us() -> list[tuple[str, float]]:
    """One sample packed and put into a ring of memory: all that a tick does for the scene."""
    slots = tuple(Slot(SlotKind.PLACE, number, 0, SlotState.WAITING, 100 * number) for number in range(9))
    scenes = [Scene(View.LEAN, score=number, slots=slots) for number in range(2)]
    values = [7] * (len(Sample._fields) - 1)
    plain = layout_of([field.type for field in FIELDS if field not in SCENE_FIELDS]).pack
    whole, last, turn = LAYOUT.pack, LastScene(), iter(range(10**9))
    ways: dict[str, tuple[int, Callable[[], bytes]]] = {
        "without the scene": (PLAIN_BYTES, lambda: plain(*values)),
        "the same scene": (SAMPLE_BYTES, lambda: whole(*values, last.pack(scenes[0]))),
        "a new scene each fifth tick": (SAMPLE_BYTES, lambda: whole(*values, last.pack(scenes[next(turn) // 5 % 2]))),
    }
    return [(name, _in_a_ring_us(length, make)) for name, (length, make) in ways.items()]


def _in_a_ring_us(length: int, make: Callable[[], bytes]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        ring = RingWriter(Path(folder) / "ring", length, 256)
        took_s = min(timeit.repeat(lambda: ring.write(make()), number=TIMES, repeat=10))
        ring.close()
    return took_s / TIMES * 1e6


def _time() -> None:
    data = bytes(SAMPLE_BYTES)
    reference_us = min(timeit.repeat(lambda: sha256(data).digest(), number=TIMES, repeat=10)) / TIMES * 1e6
    rows = [*_pack_times_us(), (f"SHA-256 of {SAMPLE_BYTES} bytes, by OpenSSL", reference_us)]
    print("\nPacking a sample and writing it into a ring:\n")
    print(table(["", "us", "ratio"], [[name, took_us, f"{took_us / reference_us:.2f}x"] for name, took_us in rows]))


def _tick(drills: list[str]) -> Verdict:
    """Whole ticks one after the other under the virtual clock, on the null bus, with the rings: no sleep between them.

    The tenth percentile: what is slower is other work on the machine. A drill that the null bus ends is left out.
    """
    rows = []
    ratios = []
    for name in drills:
        work, reference = _ticks_us(name), Numpy()
        if not work:
            continue
        for _ in range(len(work)):
            reference.tick(0, 0, 0)
        own_us, numpy_us = percentile(work, 10), percentile(reference.work_us, 10)
        ratios.append(own_us / numpy_us)
        rows.append([name, own_us, numpy_us, f"{own_us / numpy_us:.2f}x"])
    print(f"\nA whole tick, goal {GOAL_TICK:g}x of its ratio before the scene ({RATIO_BEFORE:g}x):\n")
    print(table(["drill", "p10 us", "numpy's p10 us", "ratio"], rows))
    return at_most("a whole tick beside numpy's", max(ratios), GOAL_TICK * RATIO_BEFORE, "x")


def _ticks_us(name: str) -> list[float]:
    clock = VirtualClock()
    rig = null_rig(clock)
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        rings = LiveRings(Path(folder))
        station = Station(rig, clock, HouseRules(CLINICIAN), rings)
        _start(station, clock, name)
        timed = Timed(station)
        end_ns = clock.now_ns() + round(TICKS_S * NS_PER_S)
        run_loop(timed, clock, lambda: clock.now_ns() < end_ns)
        over = station.session is None
        rings.close()
    rig.close()
    return [] if over else timed.work_us[len(timed.work_us) // 3 :]


def main(*, short: bool = False) -> list[Verdict]:
    """Print bytes, packing and the whole tick."""
    drills = ["quiet-stance"] if short else list(catalogue_names())
    verdicts = _bytes(drills)
    _time()
    return [*verdicts, _tick(drills)]


if __name__ == "__main__":
    main()
