"""The parts of an acceptance that show how the motor is stopped: each wire of the emergency stop, plug, one-shot.

The wires are tried with relay K1 pulled and the heartbeat kept up, while the motor has no supply (K2 is dropped): this
program goes on asking, so what drops the relay is the wiring. The button and the plug are tried while the plate runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from drills.problems import Problem
from hw.values import PanelState
from station.clock import NS_PER_MS, NS_PER_S
from station.commissioning.accepting.gauge import Gauge, PartFound, refused
from station.commissioning.accepting.weights import GETS_UP_S, RUNNING_HZ, start_tested
from station.commissioning.bench import Bench
from station.control.loop import run_loop
from station.faults import because

PULLS_S = 1.0
"""Within this K1 closes and the permit comes, or they do not."""
LOOKS_S = 0.3
"""After a contact has opened: long enough for every bound."""
WITHHELD_S = 1.0
STOPPED_HZ = 5.0
"""Below the resonance: slower is under 0.05 g (docs/wiring.md, docs/sources/vibration.md#envelope-row-18), and
the tach says so within 0.1 s.
"""
STANDS_S, AGAIN_S = 1.0, 2.0
"""So long after the way to stop was undone it may still run out; then nothing may move."""


class _Wires:
    """K1 ordered and the heart beating, the motor asked for nothing; when each contact was first seen open."""

    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge
        self.beats = True
        self.order = True
        self.fault = ""
        """Why K1 does not close."""
        self._ticked = False
        self.panel: PanelState = gauge.rig.panel.read()
        self.now_ns = self.beaten_ns = gauge.clock.now_ns()
        self.opened: dict[str, int] = {}
        """Since when, in ns: "a", "b" (channels), "permit", "k1"."""

    def tick(self, now_ns: int, lateness_ns: int, missed: int) -> None:
        """Read the contacts, then order."""
        del lateness_ns, missed
        rig = self._gauge.rig
        rig.load_cells.read()
        self.panel, self.now_ns, self._ticked = rig.panel.read(), now_ns, True
        first, second = self.panel.estop_channels
        states = {"a": first, "b": second, "permit": self.panel.permitted, "k1": self.panel.relays[0]}
        for name, closed in states.items():
            if closed:
                self.opened.pop(name, None)
            else:
                self.opened.setdefault(name, now_ns)
        rig.drive.apply(0.0, 0.0)
        rig.panel.power(self.order)
        if self.beats:
            rig.panel.heartbeat()
            self.beaten_ns = now_ns

    def until(self, happened: Callable[[], bool], limit_s: float) -> bool:
        """Tick until it happened; False when it did not in time."""
        clock = self._gauge.clock
        end_ns = clock.now_ns() + round(limit_s * NS_PER_S)
        run_loop(self, clock, lambda: not happened() and clock.now_ns() < end_ns)
        return happened()

    def ready(self) -> bool:
        """Pull K1; False where it does not close, and `fault` says why. It is let go then."""
        if self.until(lambda: self._ticked and not self.opened, PULLS_S):
            return True
        channels = "a" in self.opened or "b" in self.opened
        self.fault = "estop-open" if channels else "heartbeat-dead" if "permit" in self.opened else "relay-dead"
        self.end()
        return False

    def after_ms(self, name: str, since_ns: int) -> float:
        """How long after that moment this contact was seen open, in ms; infinite where it still is not."""
        at_ns = self.opened.get(name)
        return math.inf if at_ns is None else (at_ns - since_ns) / NS_PER_MS

    def end(self) -> None:
        """Let K1 go."""
        self.order = False
        self.until(lambda: False, LOOKS_S)


def one_shot(gauge: Gauge) -> PartFound:
    """How long one-shot a holds after the last edge of the heartbeat, to a tick of 4 ms."""
    wires = _Wires(gauge)
    if not wires.ready():
        return PartFound({}, fault=wires.fault)
    wires.beats = False
    last_ns = wires.beaten_ns
    wires.until(lambda: "permit" in wires.opened, WITHHELD_S)
    held_ms = wires.after_ms("permit", last_ns)
    wires.end()
    return PartFound({"holds_ms": held_ms})


def wire_a(gauge: Gauge) -> PartFound:
    """Channel A alone: it cuts the coils' current."""
    wires, since_ns = _pulled(gauge, "a", "b", ("cut_estop", 0), because("accept-pull-a"))
    if not since_ns:
        return PartFound({}, fault=wires.fault)
    found = {"relay_ms": wires.after_ms("k1", since_ns)}
    return _put_back(gauge, wires, ("cut_estop", 0), found)


def wire_b(gauge: Gauge) -> PartFound:
    """Channel B alone: it takes the permit, and with it K1."""
    wires, since_ns = _pulled(gauge, "b", "a", ("cut_estop", 1), because("accept-pull-b"))
    if not since_ns:
        return PartFound({}, fault=wires.fault)
    found = {"permit_ms": wires.after_ms("permit", since_ns), "relay_ms": wires.after_ms("k1", since_ns)}
    return _put_back(gauge, wires, ("cut_estop", 1), found)


def button(gauge: Gauge) -> PartFound:
    """The button opens both."""
    wires, since_ns = _pulled(gauge, "a", "", ("estop",), because("press-estop"))
    if not since_ns:
        return PartFound({}, fault=wires.fault)
    apart_ms = abs(wires.after_ms("a", since_ns) - wires.after_ms("b", since_ns))
    found = {"apart_ms": apart_ms, "relay_ms": wires.after_ms("k1", since_ns)}
    return _put_back(gauge, wires, ("estop",), found)


_Verb = tuple[str] | tuple[str, int]


def _pulled(gauge: Gauge, channel: str, other: str, verb: _Verb, ask: Problem) -> tuple[_Wires, int]:
    """K1 pulled, then this opened: since when, in ns; 0 where K1 could not be pulled. Raises InputError where nobody
    opened it, or opened the `other` channel with it.
    """
    wires = _Wires(gauge)
    if not wires.ready():
        return wires, 0
    gauge.finger(verb[0], *verb[1:], True, ask=ask)
    opened = wires.until(lambda: channel in wires.opened or (bool(other) and other in wires.opened), gauge.patience_s)
    wires.until(lambda: False, LOOKS_S)
    if not opened or other in wires.opened:
        wires.end()
        gauge.finger(verb[0], *verb[1:], False, ask=because("accept-put-back"))
        raise refused(
            because("accept-both-opened") if opened else because("accept-not-opened", within_s=gauge.patience_s)
        )
    return wires, wires.opened[channel]


def _put_back(gauge: Gauge, wires: _Wires, verb: _Verb, found: dict[str, float]) -> PartFound:
    """Let K1 go, have the contact closed again, and see that it is. Raises InputError where it stays open."""
    wires.end()
    gauge.finger(verb[0], *verb[1:], False, ask=because("accept-put-back"))
    if not wires.until(lambda: not {"a", "b"} & wires.opened.keys(), gauge.patience_s):
        raise refused(because("accept-still-open", within_s=gauge.patience_s))
    return PartFound(found)


def running(gauge: Gauge, ask: Problem) -> PartFound:
    """How soon the plate stands after this way to stop, and whether it moves again when that is undone."""
    bench = gauge.bench()
    if fault := _run_up(gauge, bench):
        return PartFound({}, fault=fault)
    gauge.finger("estop", True, ask=ask)
    fault = _broken_by(gauge, bench)
    if fault != "estop-open":
        bench.rig.drive.stop()
        bench.rig.panel.power(False)
        if fault:
            return PartFound({}, fault=fault)
        raise refused(because("accept-not-opened", within_s=gauge.patience_s))
    since_ns = gauge.clock.now_ns()
    still = bench.until(lambda: bench.measured_hz < STOPPED_HZ, gauge.patience_s)
    after_s = (gauge.clock.now_ns() - since_ns) / NS_PER_S if still else math.inf
    gauge.finger("estop", False, ask=because("accept-put-back"))
    bench.until(lambda: bench.panel.estop_closed, gauge.patience_s)
    bench.until(lambda: False, STANDS_S)
    fastest = [0.0]

    def watched() -> bool:
        fastest[0] = max(fastest[0], bench.measured_hz)
        return False

    bench.until(watched, AGAIN_S)
    bench.rig.panel.power(False)
    return PartFound({"still_s": after_s, "again_hz": fastest[0]})


def _run_up(gauge: Gauge, bench: Bench) -> str:
    """Start-up test, then the plate at RUNNING_HZ: what prevents it, or ""."""
    if fault := start_tested(gauge, bench):
        return fault
    bench.rig.drive.arm()
    bench.power, bench.demand_hz = True, RUNNING_HZ
    bench.until(lambda: bool(bench.broken), GETS_UP_S)
    return bench.broken


def _broken_by(gauge: Gauge, bench: Bench) -> str:
    """What ends it within the time that a person has; "" where nothing does."""
    bench.until(lambda: bool(bench.broken), gauge.patience_s)
    return bench.broken
