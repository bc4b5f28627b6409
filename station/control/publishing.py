"""What a tick leaves behind: one sample with everything that it saw, decided and did, and events between them."""

from __future__ import annotations

import math
from typing import Protocol

from drills.state import hold_s
from drills.values import Phase
from station.control.counting import TickCounts
from station.control.session import Session
from station.faults import CATALOGUE
from station.safety.dose import peak_acceleration_g
from station.safety.guard import SafetyState
from station.sensing.senses import Reading
from station.wire.sample import LAYOUT

_NAN = math.nan
_COUNTER_MASK = 0xFFFF_FFFF


class Publisher(Protocol):
    """Where samples and events go: the live rings, or a recording."""

    def sample(self, payload: bytes) -> None:
        """Take one packed sample."""

    def event(self, document: dict[str, object]) -> None:
        """Take one event, of JSON values."""


def pack_sample(
    counts: TickCounts,
    reading: Reading,
    session: Session | None,
    demand: tuple[float, float],
    safety: SafetyState,
) -> bytes:
    """The sample of this tick. `safety` is its state after the tick: what it permitted is what the drive was given."""
    t_ns, frame, balance, panel = reading.t_ns, reading.frame, reading.balance, reading.panel
    left_s, held_s, number, trial, trials, phase = _NAN, 0.0, 0, 0, 0, Phase.IDLE
    if session is not None:
        drill = session.drill
        number, trial, trials, phase = session.number, drill.trial, drill.trials, drill.phase
        held_s = hold_s(drill, t_ns)
        if drill.phase_ends_ns is not None:
            left_s = (drill.phase_ends_ns - t_ns) * 1e-9
    output_hz, output_pp_mm = safety.given
    trip = safety.trip
    one, two, three, four = frame.conversion_ns
    ages_ms = (t_ns - one) * 1e-6, (t_ns - two) * 1e-6, (t_ns - three) * 1e-6, (t_ns - four) * 1e-6
    return LAYOUT.pack(
        counts.seq, t_ns, counts.lateness_ns * 1e-3, counts.work_us,
        *frame.volts, *reading.cells_n, balance.force_n, balance.cop_ml_mm, balance.cop_ap_mm,
        demand[0], demand[1], output_hz, output_pp_mm, reading.measured_hz,
        peak_acceleration_g(reading.measured_hz, safety.watch.moving_pp_mm),
        left_s, held_s, reading.oldest_cell_ms, *ages_ms,
        number, counts.late, counts.missed, counts.repeated & _COUNTER_MASK, trial, trials,
        CATALOGUE[trip].number if trip else 0, *frame.status, phase, safety.arming, balance.stance,
        panel.estop_closed | panel.hand_switch << 1 | panel.foot_switch << 2,
    )  # fmt: skip  # the table of fields, in its order
