"""Drills driven tick by tick at 250 Hz by a scripted person, with everything that happened kept."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Prescription
from drills.state import DrillState
from drills.values import Demand, Event, Observation, Phase

TICK_NS = 4_000_000
NAN = float("nan")


class Tick(NamedTuple):
    """One tick of a timeline."""

    t_s: float
    phase: Phase
    demand: Demand
    state: DrillState


class Timeline(NamedTuple):
    """A drill that was run."""

    ticks: list[Tick]
    events: list[Event]
    state: DrillState

    def phases(self) -> list[tuple[str, float, int]]:
        """Name, time of its beginning in seconds, trial: of every phase."""
        return [(e.data["phase"], e.t_ns / 1e9, e.data["trial"]) for e in self.events if e.kind == "phase"]

    def instructions(self) -> list[str]:
        return [e.data["instruction"] for e in self.events if e.kind == "instruction"]

    def of(self, kind: str) -> list[Event]:
        return [e for e in self.events if e.kind == kind]


def stand(force_n: float = 700.0, ml_mm: float = 0.0, ap_mm: float = 0.0) -> Observation:
    """Somebody on the plate."""
    return Observation(force_n, ml_mm, ap_mm, 0.0, True)


EMPTY = Observation(0.0, NAN, NAN, 0.0, True)


@pytest.fixture(scope="session")
def single_leg() -> DrillDocument:
    return load_shipped("single-leg-vibration")


@pytest.fixture(scope="session")
def quiet() -> DrillDocument:
    return load_shipped("quiet-stance")


@pytest.fixture(scope="session")
def person() -> Callable[..., Observation]:
    """`person(force_n, ml_mm, ap_mm)` stands; `person(0)` is an empty plate."""
    return lambda force_n=700.0, ml_mm=0.0, ap_mm=0.0: stand(force_n, ml_mm, ap_mm) if force_n else EMPTY


@pytest.fixture(scope="session")
def drive() -> Callable[..., Timeline]:
    """`drive(document, prescription, script, seconds)`: the script maps seconds to an observation."""

    def run(
        document: DrillDocument,
        prescription: Prescription,
        script: Callable[[float], Observation],
        seconds: float,
        tick_ns: int = TICK_NS,
    ) -> Timeline:
        state = begin(document, prescription, 0)
        ticks: list[Tick] = []
        events: list[Event] = []
        for t_ns in range(0, round(seconds * 1e9), tick_ns):
            state, demand, _, happened = step(state, script(t_ns / 1e9), t_ns)
            ticks.append(Tick(t_ns / 1e9, state.phase, demand, state))
            events.extend(happened)
            if state.finished:
                break
        return Timeline(ticks, events, state)

    return run
