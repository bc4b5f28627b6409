"""Simulated clinic hours: random people, drills, presses and faults; after every tick the invariants of
docs/hazards.md.

A failure names its seed; `STATION_CLINIC_SEEDS=17 pytest tests/station/control/test_clinic_hours.py` replays it, and
`STATION_CLINIC_SEEDS=0-500` (as in `make soak`) runs many.
"""

import os
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import station.control.safeguard
from drills.values import DrillOutcome, Leg
from station.safety.arming import Arming
from station.safety.guard import supervise
from station.safety.invariants import Tick, broken
from station.settings import SwitchSettings


def _seeds() -> range:
    first, _, last = os.environ.get("STATION_CLINIC_SEEDS", "0-2").partition("-")
    return range(int(first), int(last or first) + 1)


FAULTS = (
    ("nack", 4), ("freeze", 4), ("saturate", 4), ("open_cell", 4),
    ("step_off", 0), ("fall", 0), ("foot_down", 0), ("estop", 0), ("stall", 0),
    ("cut_estop", 2), ("short_estop", 2), ("creep", 0),
    ("hand_switch", 0), ("foot_switch", 0),
)  # fmt: skip
SWITCHED = SwitchSettings(hand="hold_to_run", foot="stop")


class _Clinic:
    """Somebody who presses everything at random times."""

    def __init__(self, bench, rng: random.Random) -> None:
        self.bench = bench
        self.rng = rng
        self.starts = 0

    def press(self) -> None:
        rng, station = self.rng, self.bench.station
        choice = rng.random()
        if station.session is None:
            self._repair()
            if station.safety.trip and station.evidence is not None:
                station.safeguard.acknowledge(station.evidence)
            if choice < 0.9:
                self._start()
            else:
                self._fault()
        elif choice < 0.5:
            self._fault()
        elif choice < 0.6:
            station.safeguard.disarm()
            station.end_drill(DrillOutcome.STOPPED)
        elif choice < 0.7:  # the computer stalls
            self.bench.clock.spend_ns(rng.randrange(1_000_000, 300_000_000))

    def _start(self) -> None:
        rng = self.rng
        asked = {"hold_s": rng.uniform(5, 20), "trials": rng.randint(1, 3)}
        if rng.random() < 0.5:
            asked |= {"frequency_hz": rng.uniform(5, 35), "displacement_pp_mm": rng.choice([0.0, 0.05, 0.2, 0.5])}
        refused = self.bench.start("single-leg-vibration", rng.choice([Leg.LEFT, Leg.RIGHT]), **asked)
        if refused is not None and refused[0] == "input-invalid":
            self.starts += self.bench.start("single-leg-vibration") is None
            return
        self.starts += refused is None

    def _fault(self) -> None:
        verb, cells = self.rng.choice(FAULTS)
        arguments = (self.rng.randrange(cells),) if cells else (False,) if verb == "hand_switch" else ()
        self.bench.rig.faults[verb](*arguments)

    def _repair(self) -> None:
        for verb, cells in FAULTS:
            for cell in range(cells):
                self.bench.rig.faults[verb](cell, False)
        for verb in ("stall", "foot_down", "creep"):
            self.bench.rig.faults[verb](False)
        self.bench.rig.faults["hand_switch"](True)
        self.bench.rig.faults["foot_switch"](False)
        # Channels that disagreed are trusted again when both have opened and closed.
        for pressed in (True, False):
            self.bench.rig.faults["estop"](pressed)
            self.bench.run_s(0.2)


class Hour(NamedTuple):
    """What was seen in one of them."""

    starts: int
    vibrated: int
    """Ticks in which the plate was driven."""
    trips: int


_SEEN: dict[int, Hour] = {}


@pytest.fixture
def hour(make_bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Hour]:
    """`hour(seed)`: an hour in the clinic of which every tick is held against the invariants. Each is played once."""

    def played(seed: int) -> Hour:
        if seed not in _SEEN:
            _SEEN[seed] = _play(
                make_bench(seed, switches=SWITCHED if seed % 2 else SwitchSettings()), monkeypatch, seed
            )
        return _SEEN[seed]

    return played


def _play(bench, monkeypatch, seed: int) -> Hour:
    clinic = _Clinic(bench, random.Random(seed))
    before_trip = ""

    def watched(state, demand, evidence, limits):
        nonlocal before_trip
        after, permission = supervise(state, demand, evidence, limits)
        tick = Tick(state, demand, evidence, after, permission)
        assert broken(tick) == (), f"seed {seed}, t = {evidence.t_ns * 1e-9:.3f} s: {tick}"
        if permission.frequency_hz > 0.0:
            assert before_trip == "", f"seed {seed}: vibration after a trip that nobody acknowledged"
        before_trip = after.trip
        return after, permission

    monkeypatch.setattr(station.control.safeguard, "supervise", watched)
    for _ in range(20):
        bench.run_s(clinic.rng.uniform(0.01, 12.0))
        clinic.press()
    samples = bench.published.samples
    assert [s.t_ns for s in samples] == sorted({s.t_ns for s in samples})
    assert all(s.output_hz == 0.0 or s.arming == Arming.ARMED for s in samples)
    assert all(s.output_hz <= s.demand_hz and s.output_pp_mm <= s.demand_pp_mm for s in samples)
    return Hour(clinic.starts, sum(s.output_hz > 0 for s in samples), bench.published.kinds().count("trip"))


@pytest.mark.parametrize("seed", _seeds())
def test_no_hour_in_the_clinic_breaks_an_invariant(hour, seed) -> None:
    assert hour(seed).starts > 0, f"seed {seed} never started a drill: it shows nothing"


def test_the_hours_above_did_vibrate_and_did_trip(hour) -> None:
    """The simulation is not idle: over a few seeds the plate ran, and safety took it away."""
    first, second = hour(1), hour(2)
    assert first.vibrated + second.vibrated > 250
    assert first.trips + second.trips > 1
