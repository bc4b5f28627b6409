"""Safety's part of one tick, and the three things that a person may do to it: arm, disarm, acknowledge.

Everything is a pure function from one `SafetyState` to the next. None raises, whatever the numbers.
"""

from __future__ import annotations

from typing import NamedTuple

from station.safety import codes
from station.safety.arming import Arming, ArmingEvent, next_arming
from station.safety.dose import Ledger, add
from station.safety.limits import HARD, Limits
from station.safety.rules import NOTHING, frequency_is_off, permit, refusal
from station.safety.values import OFF, Evidence, Output, Permission
from station.safety.watching import FIRST, Watch, watch

_DISARMED, _ARMED, _ESTOPPED = Arming.DISARMED, Arming.ARMED, Arming.ESTOPPED
_WAITING = (Arming.TRIPPED, Arming.ESTOP_RELEASED)
"""For a person to acknowledge."""
_NOT_READY = Permission(0.0, 0.0, (codes.NOT_READY,))
_STOPPED = Permission(0.0, 0.0, (codes.FOOT_SWITCH_PRESSED,))


class SafetyState(NamedTuple):
    """All that safety remembers. `SafetyState()` is the state at boot; put the patient's ledger in by `_replace`."""

    arming: Arming = Arming.DISARMED
    trip: str = ""
    """Code of the fault that holds the vibration off until it is acknowledged; "" for none."""
    watch: Watch = FIRST
    ledger: Ledger = Ledger()
    given: Output = OFF
    """What was permitted at the last tick, and so what the drive does."""


def supervise(
    state: SafetyState, demand: tuple[float, float], evidence: Evidence, limits: Limits
) -> tuple[SafetyState, Permission]:
    """One tick: what the drive may do until the next one, and the state after.

    Call it at every tick in every state, and give the drive exactly what is permitted. Vibration is off unless ARMED.
    The first fault found while ARMED is latched; while DISARMED only the emergency stop, motion that nobody asked for
    and a lock are. A pressed foot switch disarms without a latch, as STOP on a page does.
    """
    arming, trip, past, ledger, given = state
    seen = watch(past, evidence, given, limits)
    ledger = add(
        ledger, seen.moving_hz, seen.moving_pp_mm, seen.step_ns * 1e-9, measured=evidence.measured_g is not None
    )
    permission = NOTHING
    if not evidence.estop_closed:
        arming, trip = next_arming(arming, ArmingEvent.ESTOP_OPEN), evidence.lock or codes.ESTOP_OPEN
    elif arming is _ARMED and not trip:
        permission = permit(demand, evidence, seen, ledger, limits)
        if permission.trips:
            arming, trip = next_arming(arming, ArmingEvent.TRIP), permission.trips[0]
        elif evidence.foot_pressed:
            arming, permission = next_arming(arming, ArmingEvent.DISARM), _STOPPED
    elif arming is _DISARMED and not trip:
        if frequency_is_off(seen, limits):
            arming, trip = next_arming(arming, ArmingEvent.TRIP), codes.FREQUENCY_OFF
        elif evidence.lock:
            arming, trip = next_arming(arming, ArmingEvent.TRIP), evidence.lock
        elif demand[0] > 0.0 and demand[1] > 0.0:
            permission = _NOT_READY
    elif arming is _ESTOPPED and trip:
        arming = next_arming(arming, ArmingEvent.ESTOP_CLOSED)
    elif arming not in _WAITING or not trip:
        arming, trip = Arming.TRIPPED, trip or codes.UNKNOWN_STATE
    if trip and not permission.reasons:
        permission = Permission(0.0, 0.0, (trip,))
    return SafetyState(arming, trip, seen, ledger, Output(permission[0], permission[1])), permission


def arm(state: SafetyState, evidence: Evidence, limits: Limits = HARD) -> tuple[SafetyState, str]:
    """Allow vibration, or leave the state as it is and name the fault that forbids it ("" when armed).

    Only from DISARMED, and only when everything that is watched is well at this moment.
    """
    if state.arming is not _DISARMED or state.trip:
        return state, codes.NOT_READY
    if refused := refusal(evidence, state.watch, state.ledger, limits):
        return state, refused
    return state._replace(arming=next_arming(state.arming, ArmingEvent.ARM)), ""


def disarm(state: SafetyState) -> SafetyState:
    """Allow no more vibration. A trip stays."""
    return state._replace(arming=next_arming(state.arming, ArmingEvent.DISARM))


def acknowledge(state: SafetyState, evidence: Evidence) -> tuple[SafetyState, str]:
    """A person has seen the trip: DISARMED. Refused, with its code, while the emergency stop is not released or the
    station is locked.

    Where nothing is latched, nothing changes.
    """
    if not evidence.estop_closed or state.arming is _ESTOPPED:
        return state, evidence.lock or codes.ESTOP_OPEN
    if state.arming not in _WAITING:
        return state, ""
    if evidence.lock:
        return state, evidence.lock
    return state._replace(arming=next_arming(state.arming, ArmingEvent.ACKNOWLEDGE), trip=""), ""
