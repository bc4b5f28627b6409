"""A whole station on the simulated rig under the virtual clock, with what it published."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from drills.library import load_shipped
from drills.prescription import prescribe
from drills.values import Leg
from hw.registry import open_rig
from hw.settings import RigSettings
from station.clock import NS_PER_S, VirtualClock
from station.desk import begin
from station.loop import run_loop
from station.safety.limits import CLINICIAN
from station.sample import Sample, unpack
from station.session import open_session, platform_of
from station.settings import NO_SWITCHES, SwitchSettings
from station.tick import Station


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
        self.station = Station(self.rig, self.clock, CLINICIAN, self.published, switches=switches)
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
        document = load_shipped(drill)
        platform = platform_of(self.rig.mechanics)
        prescription = prescribe(document, leg, platform=platform, **asked)  # type: ignore[arg-type]
        number = self.station.next_session_number()
        session = open_session(
            number, "P01", document, prescription, needs_web=False, now_ns=self.clock.now_ns(), platform=platform
        )
        return begin(self.station, session)

    def vibrating(self) -> bool:
        return self.published.last.output_hz > 0.0


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
