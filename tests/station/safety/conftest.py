"""A healthy tick, and ways to run many of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.safety.arming import Arming
from station.safety.guard import SafetyState, supervise
from station.safety.invariants import Tick, broken
from station.safety.limits import HARD
from station.safety.values import OFF, Evidence
from station.safety.watching import Watch

TICK_NS = 4_000_000
START_NS = 1_000_000_000


@pytest.fixture(scope="session")
def good() -> Evidence:
    """A person of 700 N stands still on a station that is well."""
    return Evidence(
        t_ns=START_NS,
        estop_closed=True,
        oldest_cell_ms=4.0,
        cells_ok=True,
        missed_run=0,
        force_n=700.0,
        reference_force_n=700.0,
        cop_out_of_base=False,
        measured_hz=0.0,
        drive_healthy=True,
    )


@pytest.fixture(scope="session")
def armed() -> SafetyState:
    return SafetyState(arming=Arming.ARMED, watch=Watch(t_ns=START_NS - TICK_NS))


class Run:
    """Ticks that follow on each other; the platform obeys unless a change says otherwise. Asserts every invariant."""

    def __init__(self, state: SafetyState, evidence: Evidence) -> None:
        self.state, self.evidence, self.permission = state, evidence, None
        self.t_ns = evidence.t_ns - TICK_NS

    def tick(self, demand=OFF, limits=HARD, step_ns=TICK_NS, **changes):
        self.t_ns += step_ns
        obeying = {"t_ns": self.t_ns, "measured_hz": self.state.given.frequency_hz}
        self.evidence = self.evidence._replace(**{**obeying, **changes})
        before = self.state
        self.state, self.permission = supervise(before, demand, self.evidence, limits)
        assert broken(Tick(before, demand, self.evidence, self.state, self.permission)) == ()
        return self.permission

    def until_trip(self, most, demand=OFF, limits=HARD, **changes):
        """How many ticks pass until one trips, or `most` + 1 when none does."""
        for count in range(1, most + 1):
            self.tick(demand, limits, **changes)
            if self.state.trip:
                return count
        return most + 1


@pytest.fixture
def run(armed: SafetyState, good: Evidence) -> Callable[..., Run]:
    """Makes a Run from a state (ARMED when left out)."""
    return lambda state=armed: Run(state, good)
