"""What a tick leaves behind: one sample with everything that it saw, decided and did, and events between them."""

from __future__ import annotations

import math
from typing import Protocol

from drills.scene import NO_SCENE
from drills.state import hold_s
from drills.values import LEG_NUMBERS, Phase
from station.control.counting import TickCounts
from station.control.session import Session
from station.faults import CATALOGUE
from station.safety.dose import peak_acceleration_g
from station.safety.guard import SafetyState
from station.sensing.senses import Reading
from station.wire.sample import Draft, Inputs, pack
from station.wire.scene import LastScene

_NAN = math.nan
_COUNTER_MASK = 0xFFFF_FFFF
_ESTOP_CLOSED, _HAND, _FOOT = int(Inputs.ESTOP_CLOSED), int(Inputs.HAND_SWITCH), int(Inputs.FOOT_SWITCH)
_PAIR = int(Inputs.PAIR_BUTTON)
"""Plain numbers: a flag's own operators would cost each tick a microsecond."""


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
    last_scene: LastScene,
) -> bytes:
    """The sample of this tick. `safety` is its state after the tick: what it permitted is what the drive was given.
    `last_scene` keeps the bytes of the scene from tick to tick.
    """
    t_ns, frame, balance = reading.t_ns, reading.frame, reading.balance
    draft = Draft()
    draft.seq, draft.t_ns = counts.seq, t_ns
    draft.lateness_us, draft.work_us = counts.lateness_ns * 1e-3, counts.work_us
    draft.front_left_v, draft.front_right_v, draft.back_right_v, draft.back_left_v = frame.volts
    draft.front_left_n, draft.front_right_n, draft.back_right_n, draft.back_left_n = reading.cells_n
    draft.force_n, draft.cop_ml_mm, draft.cop_ap_mm = balance.force_n, balance.cop_ml_mm, balance.cop_ap_mm
    draft.demand_hz, draft.demand_pp_mm = demand
    draft.output_hz, draft.output_pp_mm = safety.given
    draft.measured_hz = reading.measured_hz
    draft.peak_acceleration_g = peak_acceleration_g(reading.measured_hz, safety.watch.moving_pp_mm)
    draft.oldest_cell_ms = reading.oldest_cell_ms
    one, two, three, four = frame.conversion_ns
    draft.front_left_age_ms, draft.front_right_age_ms = (t_ns - one) * 1e-6, (t_ns - two) * 1e-6
    draft.back_right_age_ms, draft.back_left_age_ms = (t_ns - three) * 1e-6, (t_ns - four) * 1e-6
    draft.late_ticks, draft.missed_ticks = counts.late, counts.missed
    draft.repeated_samples = counts.repeated & _COUNTER_MASK
    draft.trip = CATALOGUE[safety.trip].number if safety.trip else 0
    draft.front_left_status, draft.front_right_status, draft.back_right_status, draft.back_left_status = frame.status
    draft.arming, draft.stance = safety.arming, balance.stance
    panel = reading.panel
    switches = panel.hand_switch * _HAND | panel.foot_switch * _FOOT | panel.pair_button * _PAIR
    draft.inputs = panel.estop_closed * _ESTOP_CLOSED | switches
    draft.scene = last_scene.pack(NO_SCENE if session is None else session.scene)
    _fill_in_drill(draft, session, t_ns)
    return pack(draft)


def _fill_in_drill(draft: Draft, session: Session | None, t_ns: int) -> None:
    if session is None:
        draft.session = draft.trial = draft.trials = draft.leg = draft.mark = 0
        draft.phase, draft.phase_left_s, draft.hold_s = Phase.IDLE, _NAN, 0.0
        return
    drill = session.drill
    draft.mark = session.marks.now
    draft.session, draft.trial, draft.trials, draft.phase = session.number, drill.trial, drill.trials, drill.phase
    draft.phase_left_s = _NAN if drill.phase_ends_ns is None else (drill.phase_ends_ns - t_ns) * 1e-9
    draft.hold_s = hold_s(drill, t_ns)
    draft.leg = LEG_NUMBERS[drill.plan.leg_of(drill.trial)]
