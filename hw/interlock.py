"""The start-up test: relays, emergency stop, one-shot and sensors are proven before the first vibration.

A pure procedure after `docs/sources/vibration.md#start-up-test`: `step` is given what was seen at a tick and answers
what to do until the next. It neither waits nor reads a clock, so a control loop, a self-test and a virtual clock run
the same one. It takes 1 s, and moves nothing: no relay is pulled while the other is. K1 is the panel's; K2 is the
drive's, which is armed for it and asked for nothing.

The order: at rest (both relays dropped, emergency stop whole, permit given, plate empty) -> K1 pulled and dropped -> K2
pulled and dropped -> heartbeat withheld, permit gone -> permit back -> every cell and the accelerometer seen to live.
A pressed emergency stop or a person on the plate is no fault: it waits, says so, and begins again; so it does for
channels of the emergency stop that disagree, which are a fault of their own (`contacts`).
"""

from __future__ import annotations

from enum import IntEnum
from itertools import combinations
from math import sqrt
from typing import NamedTuple

from hw.contacts import Contacts, relay_fault, watch_contacts
from hw.errors import Finding, saw
from hw.trigger import STUCK, stuck
from hw.values import CELL_NAMES, LAST_USABLE_STATUS, CellStatus, Four, PanelState

REST_NS = 250_000_000
CONTACT_NS = 50_000_000
"""Within this a relay's mirror contact must change (docs/sources/vibration.md#start-up-test, step 2)."""
HOLD_NS = 80_000_000
"""How long a relay is held: past `CONTACT_NS`, and long enough to see a plate that should not move."""
WITHHELD_NS = 300_000_000
"""How long the heartbeat is withheld (docs/sources/vibration.md#start-up-test, step 3)."""
BACK_NS = 100_000_000

MOTOR_STILL_HZ = 2.0
"""Faster than this the motor turns where nothing drives it."""
STILL_M_S2 = 0.5
"""Peak acceleration of a plate that counts as still: 0.05 g, docs/sources/vibration.md#envelope-row-18."""
LEAST_FELT = 40
"""Samples (50 ms) from which the accelerometer's root mean square says something: its noise alone is 0.12 m/s2."""
EMPTY_N = 150.0
"""More than this on the plate is somebody, not an error of zero."""
ZERO_N = 30.0
"""A cell's zero may be off by this: 3 % of its 1000 N."""


class StartUpStep(IntEnum):
    """What the procedure does now."""

    REST = 0
    PULL_1 = 1
    DROP_1 = 2
    PULL_2 = 3
    DROP_2 = 4
    WITHHOLD = 5
    BACK = 6
    PASSED = 7
    FAILED = 8


_ORDERED = {StartUpStep.PULL_1: (True, False), StartUpStep.PULL_2: (False, True)}
_DROPPED = (False, False)
_LASTS_NS = {
    StartUpStep.REST: REST_NS,
    StartUpStep.PULL_1: HOLD_NS,
    StartUpStep.DROP_1: HOLD_NS,
    StartUpStep.PULL_2: HOLD_NS,
    StartUpStep.DROP_2: HOLD_NS,
    StartUpStep.WITHHOLD: WITHHELD_NS,
    StartUpStep.BACK: BACK_NS,
}
_PAIRS = tuple(combinations(range(4), 2))
_Broken = tuple[str, Finding | None]
"""The code of a fault, and what was seen."""


class Seen(NamedTuple):
    """What was read at one tick. `acceleration_m_s2` is the accelerometer's newest block; None without one."""

    t_ns: int
    panel: PanelState
    volts: Four
    forces_n: Four
    status: tuple[CellStatus, CellStatus, CellStatus, CellStatus]
    measured_hz: float
    acceleration_m_s2: tuple[float, ...] | None = None


class Felt(NamedTuple):
    """Accelerations in m/s2: how many, their sum, the sum of their squares about the first, least and greatest."""

    samples: int
    first: float
    total: float
    squares: float
    least: float
    most: float

    @property
    def peak_m_s2(self) -> float:
        """Of a sine with this root mean square about the mean."""
        mean = self.total / self.samples
        return sqrt(2.0 * max(0.0, self.squares / self.samples - mean * mean))


class Interlock(NamedTuple):
    """The procedure's state. `Interlock()` begins."""

    step: StartUpStep = StartUpStep.REST
    since_ns: int = -1
    """When this step began; -1: at the next tick."""
    waits: str = ""
    """The fault code that says why it does not go on: somebody has to do something."""
    fault: str = ""
    """The fault code that ended it."""
    finding: Finding | None = None
    """What was seen then."""
    contacts: Contacts = Contacts()
    first_volts: Four | None = None
    moved: tuple[bool, bool, bool, bool] = (False, False, False, False)
    """Cells whose voltage has changed since the first tick."""
    apart: frozenset[tuple[int, int]] = frozenset()
    """Pairs of cells that have been seen to differ."""
    usable: tuple[bool, bool, bool, bool] = (False, False, False, False)
    """Cells that gave a usable voltage at the last tick."""
    felt: Felt | None = None
    """What the accelerometer gave since this step began."""
    unpermitted: bool = False
    """The one-shot, without a heartbeat, permits nothing any more."""

    @property
    def done(self) -> bool:
        """It has passed or failed."""
        return self.step >= StartUpStep.PASSED

    @property
    def relays(self) -> tuple[bool, bool]:
        """What K1 and K2 are to be ordered until the next tick."""
        return _ORDERED.get(self.step, _DROPPED)

    @property
    def trigger(self) -> bool:
        """Whether the pin of the trigger output is to be high until the next tick: only behind a gate that is shut, to
        see that it is. Nothing reaches what is wired to it.
        """
        return self.step is StartUpStep.WITHHOLD and self.unpermitted

    @property
    def beat(self) -> bool:
        """Whether the heartbeat is to be kept up until the next tick. Not after a failure: that locks by wire too."""
        return self.step not in (StartUpStep.WITHHOLD, StartUpStep.FAILED)


def step(state: Interlock, seen: Seen) -> Interlock:
    """One tick further. Nothing happens once it is done."""
    if state.done:
        return state
    state = _look(state, seen)
    if state.since_ns < 0:
        state = state._replace(since_ns=seen.t_ns)
    if broken := _unasked(state, seen):
        return _failed(state, *broken)
    if reason := state.contacts.fault or _must_wait(seen):
        # In the middle of it nothing is known any more: it begins again.
        return Interlock(since_ns=seen.t_ns, waits=reason, contacts=state.contacts)
    elapsed_ns = seen.t_ns - state.since_ns
    if broken := _wrong(state, seen, elapsed_ns):
        return _failed(state, *broken)
    if elapsed_ns < _LASTS_NS[state.step]:
        return state._replace(waits="")
    following = StartUpStep(state.step + 1)
    if following is StartUpStep.PASSED and (broken := _dead_sensor(state, seen)):
        return _failed(state, *broken)
    return state._replace(step=following, since_ns=seen.t_ns, waits="", felt=None)


def _failed(state: Interlock, fault: str, finding: Finding | None) -> Interlock:
    return state._replace(step=StartUpStep.FAILED, fault=fault, finding=finding, waits="")


def _look(state: Interlock, seen: Seen) -> Interlock:
    """Remember what shows that the sensors live, and that the channels of the emergency stop agree."""
    volts, first = seen.volts, state.first_volts or seen.volts
    one, two, three, four = (known or now != then for known, now, then in zip(state.moved, volts, first, strict=True))
    a, b, c, d = (status <= LAST_USABLE_STATUS for status in seen.status)
    contacts = watch_contacts(state.contacts, seen.panel, state.relays, False, seen.t_ns)
    return state._replace(
        first_volts=first,
        moved=(one, two, three, four),
        apart=state.apart | {(i, j) for i, j in _PAIRS if volts[i] != volts[j]},
        usable=(a, b, c, d),
        felt=_felt(state.felt, seen.acceleration_m_s2 or ()),
        unpermitted=not seen.panel.permitted,
        contacts=contacts,
    )


def _felt(felt: Felt | None, block: tuple[float, ...]) -> Felt | None:
    for value in block:
        if value != value:  # a gap: what was felt before it does not count
            felt = None
            continue
        count, first, total, squares, least, most = felt or Felt(0, value, 0.0, 0.0, value, value)
        apart = value - first
        felt = Felt(count + 1, first, total + apart, squares + apart * apart, min(least, value), max(most, value))
    return felt


def _unasked(state: Interlock, seen: Seen) -> _Broken | None:
    """Motion, or a trigger, that nobody asked for: wrong in every step."""
    if seen.panel.trigger:
        return STUCK, stuck()
    if seen.measured_hz > MOTOR_STILL_HZ:
        return "plate-moves", saw("tach-says", hz=seen.measured_hz)
    felt = state.felt
    if felt is not None and felt.samples >= LEAST_FELT and not felt.peak_m_s2 <= STILL_M_S2:
        return "plate-moves", saw("accelerometer-says", peak_m_s2=felt.peak_m_s2)
    return None


def _must_wait(seen: Seen) -> str:
    """What a person has to do first; "" when nothing."""
    if not seen.panel.estop_closed:
        return "estop-open"
    return "plate-not-empty" if abs(sum(seen.forces_n)) > EMPTY_N and max(seen.status) <= LAST_USABLE_STATUS else ""


def _wrong(state: Interlock, seen: Seen, elapsed_ns: int) -> _Broken | None:
    """What is wrong in this step so far."""
    panel = seen.panel
    over = elapsed_ns >= _LASTS_NS[state.step]
    if state.step is StartUpStep.WITHHOLD:
        stuck = over and panel.permitted
        return ("heartbeat-stuck", saw("permit-stays", after_ms=elapsed_ns // 1_000_000)) if stuck else None
    if state.step in (StartUpStep.REST, StartUpStep.BACK):
        if over and not panel.permitted:
            return "heartbeat-dead", saw("permit-stays-away")
        return relay_fault(panel.relays, _DROPPED) if panel.relays != _DROPPED and over else None
    ordered = state.relays
    if elapsed_ns < CONTACT_NS or panel.relays == ordered:
        return None
    return relay_fault(panel.relays, ordered)


def _dead_sensor(state: Interlock, seen: Seen) -> _Broken | None:
    """A sensor that does not live, or whose zero is wrong."""
    for cell, name in enumerate(CELL_NAMES):
        if not state.usable[cell]:
            return "cell-dead", saw("cell-unusable", cell=name, status=seen.status[cell].name.lower())
        if not state.moved[cell]:
            return "cell-dead", saw("cell-constant", cell=name)
    for i, j in _PAIRS:
        if (i, j) not in state.apart:
            return "cells-identical", saw("cells-equal", cell=[CELL_NAMES[i], CELL_NAMES[j]])
    for cell, name in enumerate(CELL_NAMES):
        if not abs(seen.forces_n[cell]) <= ZERO_N:
            return "cell-zero", saw("cell-loaded", cell=name, force_n=seen.forces_n[cell])
    if seen.acceleration_m_s2 is not None:
        if state.felt is None:
            return "accelerometer-dead", saw("accelerometer-silent")
        if state.felt.least == state.felt.most:
            return "accelerometer-dead", saw("accelerometer-constant")
    return None
