"""A pause between two trials: asked for while a trial goes on, which ends as it would have ended, or in a rest.

In it the drill asks for no vibration and nothing begins by itself. Whoever asked goes on; a pause that nobody ends is
ended as stopped. No trial is lost by it and none comes twice: the next one is the next one.
"""

from __future__ import annotations

from drills.moves import Moved, hold_up, leave_pause
from drills.state import DrillState
from drills.values import Phase

PAUSED_TOO_LONG = "paused-too-long"
"""Code of the fault by which a pause ends that lasts longer than `drills.moves.PAUSE_LIMIT_NS`."""


def is_paused(state: DrillState) -> bool:
    """Whether the drill waits for somebody to go on."""
    return state.phase is Phase.PAUSE and not state.finished


def may_pause(state: DrillState) -> bool:
    """Whether a trial is left before which a pause can be."""
    return max(1, state.trial) < state.plan.trials and not (state.finished or state.fading)


def pause(state: DrillState, now_ns: int) -> Moved:
    """Want a pause: now, where the drill is between two trials, else after the trial that goes on. The state as it is
    where there is none to come, or a pause already.
    """
    if not may_pause(state) or state.phase is Phase.PAUSE:
        return state, ()
    if state.phase is state.plan.between:
        since_ns = state.phase_start_ns if state.rest_since_ns is None else state.rest_since_ns
        return hold_up(state, since_ns, now_ns)
    return (state if state.pausing else state._replace(pausing=True)), ()


def take_back(state: DrillState) -> DrillState:
    """Want none after all. A pause that has begun is not ended by this: only `go_on` does."""
    return state._replace(pausing=False) if state.pausing else state


def go_on(state: DrillState, now_ns: int) -> Moved:
    """End the pause; the state as it is where there is none."""
    return leave_pause(state, now_ns) if is_paused(state) else (state, ())
