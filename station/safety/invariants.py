"""What must hold after every tick, whatever the person, the drill, the commands and the faults (docs/hazards.md).

Simulations and property tests of every level assert `broken(...) == ()` at each tick.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from station.safety.arming import Arming
from station.safety.dose import peak_acceleration_g
from station.safety.guard import SafetyState
from station.safety.limits import HARD
from station.safety.rules import NS_PER_S
from station.safety.values import Evidence, Permission

_FREE = (Arming.DISARMED, Arming.ARMED)


class Tick(NamedTuple):
    """One call of `supervise`, seen from outside."""

    before: SafetyState
    demand: tuple[float, float]
    evidence: Evidence
    after: SafetyState
    permission: Permission

    @property
    def on(self) -> bool:
        """Vibration is permitted."""
        return self.permission.frequency_hz != 0.0 or self.permission.displacement_pp_mm != 0.0


def _only_lowers(tick: Tick) -> bool:
    """I1. The output is never above the demand, in frequency or in displacement."""
    asked_hz, asked_pp_mm = tick.demand
    return not tick.on or (
        0.0 < tick.permission.frequency_hz <= asked_hz and 0.0 < tick.permission.displacement_pp_mm <= asked_pp_mm
    )


def _within_hard(tick: Tick) -> bool:
    """I2. The output is off, or within every hard limit of frequency, displacement and peak acceleration."""
    frequency_hz, displacement_pp_mm = tick.permission[:2]
    return not tick.on or (
        HARD.min_hz <= frequency_hz <= HARD.max_hz
        and displacement_pp_mm <= HARD.displacement_pp_mm
        and peak_acceleration_g(frequency_hz, displacement_pp_mm) <= HARD.acceleration_g
    )


def _only_armed(tick: Tick) -> bool:
    """I3. Vibration is on only when ARMED, before and after, with no trip."""
    return not tick.on or (tick.before.arming is tick.after.arming is Arming.ARMED and not tick.after.trip)


def _estop_rules(tick: Tick) -> bool:
    """I4. While the emergency-stop loop is open, vibration is off and the state is latched."""
    return tick.evidence.estop_closed or not (tick.on or tick.after.arming in _FREE)


def _latched(tick: Tick) -> bool:
    """I5. No tick arms, and no tick clears a trip: only a person does."""
    before, after = tick.before, tick.after
    armed = before.arming is not Arming.ARMED and after.arming is Arming.ARMED
    cleared = bool(before.trip) and (not after.trip or after.arming in _FREE)
    return not (armed or cleared)


def _named(tick: Tick) -> bool:
    """I6. DISARMED and ARMED have no trip; every other state names one."""
    return (tick.after.arming in _FREE) is (tick.after.trip == "")


def _fresh(tick: Tick) -> bool:
    """I7. Vibration is on only with fresh samples, a healthy drive and deadlines that are met."""
    evidence = tick.evidence
    fresh = abs(evidence.oldest_cell_ms) <= HARD.sample_age_ms
    return not tick.on or (fresh and evidence.drive_healthy and evidence.missed_run < HARD.missed_run)


def _counted(tick: Tick) -> bool:
    """I8. The ledger never shrinks, and vibration is on only while bout, session and day have time left."""
    before, after = tick.before.ledger, tick.after.ledger
    grows = (
        after.session_s >= before.session_s
        and after.day_s >= before.day_s
        and after.bouts >= before.bouts
        and after.e2_m2_s3 >= before.e2_m2_s3
        and after.e4_m4_s7 >= before.e4_m4_s7
    )
    left = after.bout_s < HARD.bout_s and after.session_s < HARD.session_s and after.day_s < HARD.day_s
    return grows and (left or not tick.on)


def _explained(tick: Tick) -> bool:
    """I9. Vibration that was asked for and is lowered or off has a reason with a name."""
    asked = tick.demand[0] > 0.0 and tick.demand[1] > 0.0
    return not asked or tuple(tick.permission[:2]) == tuple(tick.demand) or bool(tick.permission.reasons)


def _remembered(tick: Tick) -> bool:
    """I10. The state holds what the drive was given."""
    return tuple(tick.after.given) == tuple(tick.permission[:2])


def _held(tick: Tick) -> bool:
    """I11. Vibration is on only while the hand switch is held, where it must be, and no foot switch says stop."""
    let_go = tick.evidence.hand_held is False and tick.after.watch.let_go_ns > HARD.let_go_s * NS_PER_S
    return not (tick.on and (let_go or tick.evidence.foot_pressed))


INVARIANTS: dict[str, Callable[[Tick], bool]] = {
    "I1": _only_lowers,
    "I2": _within_hard,
    "I3": _only_armed,
    "I4": _estop_rules,
    "I5": _latched,
    "I6": _named,
    "I7": _fresh,
    "I8": _counted,
    "I9": _explained,
    "I10": _remembered,
    "I11": _held,
}


def broken(tick: Tick) -> tuple[str, ...]:
    """The names of the invariants that this tick breaks: none, or the station has a defect."""
    return tuple(name for name, holds in INVARIANTS.items() if not holds(tick))
