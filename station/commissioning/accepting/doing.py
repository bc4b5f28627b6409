"""Doing one part of an acceptance on the rig: what a person has to do for it, and how it is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drills.problems import Problem
from hw.errors import HardwareError
from station.commissioning.accepting import stops, weights
from station.commissioning.accepting.gauge import Gauge, PartFound, refused
from station.commissioning.accepting.parts import REACH_OF, SheetPart
from station.commissioning.accepting.sheet import AcceptanceSheet, Given
from station.commissioning.selftest import Attendant, run_selftest
from station.faults import because

NEEDS = dict.fromkeys(("weight-again", *REACH_OF), "weight-middle")
"""Parts that go on from what another kept."""


def measured(part: SheetPart, given: Given, gauge: Gauge, sheet: AcceptanceSheet) -> PartFound:
    """What this part finds. Raises InputError where it cannot be taken so; nothing is kept of it then."""
    if not part.measured:
        return PartFound({})
    try:
        return _measured(part.name, given, gauge, _middle(part, sheet))
    except HardwareError as problem:
        return PartFound({}, fault=problem.code)


def _middle(part: SheetPart, sheet: AcceptanceSheet) -> Mapping[str, float]:
    """What the part that this one goes on from has kept."""
    needed = NEEDS.get(part.name)
    result = sheet.results.get(needed) if needed else None
    if needed and (result is None or not result.kept):
        raise refused(because("accept-needs-part", part=needed))
    return {} if result is None else result.kept


def _measured(name: str, given: Given, gauge: Gauge, middle: Mapping[str, float]) -> PartFound:
    if name in REACH_OF:
        return weights.ruler(gauge, name, middle)
    ways: dict[str, Callable[[], PartFound]] = {
        "empty": lambda: weights.empty(gauge),
        "weight-middle": lambda: weights.weight_middle(gauge, float(given["weight_kg"])),
        "weight-again": lambda: weights.weight_again(gauge, middle),
        "swing-sideways": lambda: weights.swing(gauge, given, forward=False),
        "swing-forward": lambda: weights.swing(gauge, given, forward=True),
        "self-test": lambda: _selftest(gauge),
        "one-shot-a": lambda: stops.one_shot(gauge),
        "stop-a": lambda: stops.wire_a(gauge),
        "stop-b": lambda: stops.wire_b(gauge),
        "stop-button": lambda: stops.button(gauge),
        "stop-running": lambda: stops.running(gauge, because("press-estop")),
        "stop-plug": lambda: stops.running(gauge, because("accept-pull-plug")),
        "weight-running": lambda: weights.weight_running(gauge, float(given["weight_kg"])),
    }
    return ways[name]()


def _selftest(gauge: Gauge) -> PartFound:
    """Each part of the self-test, as `station selftest` has it."""
    gauge.put(0.0)
    attendant = Attendant(say=gauge.say, press=True)
    results = run_selftest(gauge.rig, gauge.clock, gauge.displacement_pp_mm, attendant, addresses=gauge.addresses)
    return PartFound({}, fault=next((one.fault for one in results if one.passed is False), ""))


def to_do(part: SheetPart, gauge: Gauge) -> Problem:
    """What a person has to do before this part is measured or answered, as a key and values."""
    mm = sum(abs(one) for one in weights.reach_mm(gauge, part.name)) if part.name in REACH_OF else 0.0
    return because(f"accept-do-{part.name}", mm=mm, hz=weights.RUNNING_HZ)
