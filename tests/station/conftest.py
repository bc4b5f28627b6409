"""A whole station on the simulated rig under the virtual clock, with what it published."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drills.library import load_shipped
from drills.prescription import Asked, fill_in
from drills.values import Leg
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.control.admission import admit, examine
from station.control.loop import run_loop
from station.control.session import DrillRequest, platform_of
from station.control.tick import HouseRules, Station
from station.faults import StationError
from station.recording.writer import RecordingWriter
from station.safety.limits import CLINICIAN
from station.settings import NO_SWITCHES, SwitchSettings
from station.texts import Texts
from station.texts.problems import detail
from station.wire.messages import NO_DOSE, Committed
from station.wire.sample import FIELDS, Sample, pack, unpack
from station.wire.scene import SCENE_FIELDS
from station.wire.server import CommandServer, Handler


class Published:
    """Keeps everything, and unpacks it when asked."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.events: list[dict[str, Any]] = []

    def sample(self, payload: bytes) -> None:
        self.payloads.append(payload)

    def event(self, document: dict[str, Any]) -> None:
        self.events.append(document)

    @property
    def samples(self) -> list[Sample]:
        return [unpack(payload) for payload in self.payloads]

    @property
    def last(self) -> Sample:
        return unpack(self.payloads[-1])

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]


class Bench:
    """The station on the bench: run it for a time or until something, press things, look at what it published."""

    def __init__(self, seed: int, settings: RigSettings, switches: SwitchSettings) -> None:
        self.clock = VirtualClock()
        self.rig = open_rig("simulated", settings, self.clock, seed=seed)
        self.published = Published()
        rules = HouseRules(CLINICIAN, switches, trigger=settings.trigger.mode)
        self.station = Station(self.rig, self.clock, rules, self.published)
        self.run_s(0.1)

    def run_s(self, duration_s: float) -> None:
        end_ns = self.clock.now_ns() + round(duration_s * NS_PER_S)
        run_loop(self.station, self.clock, lambda: self.clock.now_ns() < end_ns)

    def run_until(self, happened: Callable[[], bool], limit_s: float = 200.0) -> None:
        end_ns = self.clock.now_ns() + round(limit_s * NS_PER_S)
        run_loop(self.station, self.clock, lambda: not happened() and self.clock.now_ns() < end_ns)
        assert happened(), f"not within {limit_s} s; the last events were {self.published.kinds()[-5:]}"

    def start(
        self, drill: str = "single-leg-vibration", leg: Leg = Leg.LEFT, **asked: float
    ) -> tuple[str, str, str] | None:
        """Start it the way a page does. Returns why not: fault code, where, and detail."""
        document = load_shipped(drill)
        platform = platform_of(self.rig.mechanics)
        prescription = fill_in(document, Asked(leg, **asked), platform)  # type: ignore[arg-type]
        try:
            examined = examine(DrillRequest("P01", document, prescription), self.station.limits, platform)
            admit(self.station, examined, self.clock.now_ns())
        except StationError as problem:
            return problem.code, problem.where, detail(Texts(), problem)
        return None

    def vibrating(self) -> bool:
        return self.published.last.output_hz > 0.0


class CommittingServer(CommandServer):
    """The command socket, with a recorder on it that commits every dose it is asked for, at once."""

    def __init__(self, path: Path, events: list[dict[str, Any]]) -> None:
        super().__init__(path)
        self._events = events
        self._known = 0
        self.commits = True

    def poll(self, handle: Handler) -> None:
        super().poll(handle)
        while self.commits and self._known < len(self._events):
            asked = self._events[self._known]
            self._known += 1
            if asked["kind"] == "dose-asked":
                handle(Committed(type="committed", asked=asked["asked"], dose_today=NO_DOSE, day_began_ns=0))


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(seed: int = 3, settings: RigSettings | None = None, switches: SwitchSettings = NO_SWITCHES) -> Bench:
        benches.append(Bench(seed, settings or RigSettings(), switches))
        return benches[-1]

    yield make
    for bench in benches:
        bench.rig.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench(3)


# --- samples, events and recordings to write and read ---

PERIOD_NS = 4_000_000
START_NS = 1_000_000_000
EPOCH_NS = 946_684_800_000_000_000
PLATE = {"spacing_ml_mm": 400.0, "spacing_ap_mm": 300.0}

_RECORDED = [(place, field) for place, field in enumerate(FIELDS) if field not in SCENE_FIELDS]
WHOLE = [(place, field.name) for place, field in _RECORDED if field.type.startswith(("uint", "int"))]
"""By place and name: the fields that are whole numbers, and those that are not."""
BROKEN = [(place, field.name) for place, field in _RECORDED if not field.type.startswith(("uint", "int"))]
STATUS = [field.name for _, field in _RECORDED if field.name.endswith("_status")]

Pack = Callable[..., bytes]
MakeEvent = Callable[..., dict[str, Any]]


def pack_sample(seq: int, **fields: float) -> bytes:
    """A sample of somebody of 700 N who sways a little; every other field differs from sample to sample."""
    t_ns = START_NS + seq * PERIOD_NS
    sway = 0.05 * math.sin(seq / 40.0)
    whole, part = seq * 7, seq / 3.0
    values: dict[str, Any] = {name: (whole + place) % 200 for place, name in WHOLE}
    values.update({name: part + place for place, name in BROKEN})
    values.update(
        seq=seq,
        t_ns=t_ns,
        session=1,
        output_hz=0.0,
        measured_hz=0.0,
        output_pp_mm=0.0,
        peak_acceleration_g=0.0,
        front_left_n=175.0 * (1 + sway),
        front_right_n=175.0 * (1 - sway),
        back_right_n=175.0 * (1 - sway),
        back_left_n=175.0 * (1 + sway),
        late_ticks=0,
        repeated_samples=seq // 100,
    )
    values.update({name: values[name] % 2 for name in STATUS})  # ok or repeated
    values.update(fields)
    return pack(Sample(**values))


def event(kind: str, seq: int = 0, session: int = 1, **data: object) -> dict[str, Any]:
    """An event as control publishes it."""
    return {"kind": kind, "t_ns": START_NS + seq * PERIOD_NS, "session": session, "seq": seq, **data}


def started(session: int = 1, seq: int = 0) -> dict[str, Any]:
    """The first event of a session."""
    return event(
        "session-started",
        seq,
        session,
        patient="P-7",
        drill="single-leg-vibration",
        leg="left",
        rig="simulated",
        document={"name": "single-leg-vibration"},
        plate=PLATE,
        calibration={"zero_v": [0.0] * 4},
        prescription={"leg": "left", "frequency_hz": 20.0, "displacement_pp_mm": 1.0},
    )


@pytest.fixture(name="pack")
def _pack() -> Pack:
    """`pack(seq, **fields)`: one sample's bytes."""
    return pack_sample


@pytest.fixture
def make_event() -> MakeEvent:
    """`make_event(kind, seq, session, **data)`."""
    return event


@pytest.fixture
def session_started() -> MakeEvent:
    """`session_started(session, seq)`."""
    return started


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., tuple[Path, list[bytes], list[int]]]:
    """`record(count, each, close=True)`: a recording of `count` samples, synced after `each`; returns its path, the
    samples, and the length of the file after each sync.
    """

    def write(
        count: int, each: int = 125, *, close: bool = True, name: str = "made.mcap"
    ) -> tuple[Path, list[bytes], list[int]]:
        path = tmp_path / name
        payloads = [pack_sample(seq) for seq in range(count)]
        writer = RecordingWriter(path, {"patient": "P-7", "plate": PLATE}, EPOCH_NS)
        lengths = []
        writer.event(started(), 0)
        for at in range(0, count, each):
            writer.append(payloads[at : at + each])
            writer.sync()
            lengths.append(path.stat().st_size)
        if close:
            writer.close()
        else:
            writer.abandon()
        return path, payloads, lengths

    return write
