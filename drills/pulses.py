"""Whether a pulse of the vibration is given: not after a foot that came back, and no more than the exercise asks for.

A form knows only the time. What the patient does is the step's to know, and here it can only take away.
"""

from __future__ import annotations

from drills.state import NO_RUNS, DrillState, Pulse
from drills.units import NS_PER_S
from drills.values import NO_DEMAND, Demand, Event

CALM_NS = NS_PER_S
"""So long the patient must have stood as asked before a pulse begins (docs/sources/vibration.md#forms)."""


def gated(state: DrillState, demand: Demand, share: float, now_ns: int) -> tuple[DrillState, Demand, tuple[Event, ...]]:
    """The demand of this tick, or less of it, and what happened: a pulse began, or was withheld.

    What is given of a pulse is settled before it begins; a foot that comes down in it ends it at once.
    """
    until_ns, given, was_on = before = state.pulse
    unsteady = state.runs is not NO_RUNS
    if unsteady:
        until_ns = now_ns + CALM_NS
    elif until_ns is not None and not until_ns - CALM_NS <= now_ns < until_ns:
        until_ns = None  # it is over, or time went back
    events: tuple[Event, ...] = ()
    on = demand is not NO_DEMAND
    if unsteady:
        given = 0.0
    elif not was_on:
        given = min(1.0, share) if until_ns is None and share > 0.0 else 0.0
    if on and not was_on:
        data: dict[str, object] = {"trial": state.trial, "share": given}
        events = (Event("pulse", now_ns, data),)
    after = Pulse(until_ns, given, on)
    if after != before:
        state = state._replace(pulse=after)
    if given >= 1.0 or not on:
        return state, demand, events
    return state, Demand(demand.frequency_hz, demand.displacement_pp_mm * given) if given > 0.0 else NO_DEMAND, events
