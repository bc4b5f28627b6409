"""Running a drill: `begin`, then `step` at every tick until it is finished; `stop` at any moment.

The drill keeps the steps, watches the stance and asks for the vibration; what is done in between is the exercise's,
which also draws it. `step` is a total function: no observation and no time makes it raise, and a tick in which nothing
changes returns the very state it was given. The demand is off in every phase outside `VIBRATING`, and off at once when
the stance is lost. Whether ticks come in time is the station's to judge: a drill knows no other time than the one it is
given.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from drills.document import DrillDocument
from drills.exercises.values import Moment
from drills.framing import frame
from drills.hands import feel
from drills.loading import LOAD_TOLD_NS, empties, load_frame, look, plate_empty
from drills.moves import Moved, advance, after_trial, enter, finish, get_on, go_on, record, tell
from drills.ordered import OrderedLoad
from drills.pausing import PAUSED_TOO_LONG
from drills.plan import make_plan
from drills.platform import Platform
from drills.prescription import Prescription
from drills.pulses import gated
from drills.scene import Scene, renewed
from drills.state import NO_RUNS, SCENE_EVERY_NS, UNKNOWN_STANCE, VIBRATING, DrillState
from drills.turned import laid, said, seen_by
from drills.values import (
    CREDIBLE_N,
    NO_DEMAND,
    Demand,
    DrillOutcome,
    Event,
    Instruction,
    Observation,
    Phase,
    TrialOutcome,
)
from drills.watch import LEARN_NS, last_stood_ns, lasted, learn, stands_as_asked, watch
from drills.words import Cue, Word

Handled = tuple[DrillState, Demand, tuple[Event, ...]]
Stepped = tuple[DrillState, Demand, Scene, tuple[Event, ...]]


def begin(
    document: DrillDocument,
    prescription: Prescription,
    now_ns: int,
    platform: Platform | None = None,
    seed: int = 0,
    load: OrderedLoad | None = None,
) -> DrillState:
    """A drill that waits for its first step. `drills.prescription.check` has let the prescription pass, for this
    document and platform. `seed` draws which trials vibrate, where only half of them do; `load` is what the patient's
    order allows, of a drill that is done by one.
    """
    return DrillState(
        plan=make_plan(document, prescription, platform, seed, load),
        phase=Phase.IDLE,
        phase_start_ns=now_ns,
        phase_ends_ns=None,
        trial=0,
        instruction=None,
        results=(),
        outcome=None,
        trial_start_ns=now_ns,
        loaded_since_ns=None,
        learn_until_ns=0,
        stance=UNKNOWN_STANCE,
        runs=NO_RUNS,
        baseline_start_ns=None,
        baseline_end_ns=None,
        hold_start_ns=None,
    )


def step(state: DrillState, observation: Observation, now_ns: int) -> Stepped:
    """One tick: the new state, the vibration that the drill asks for now, what the patient's screen shows, and what has
    happened. Places are on the plate; of who stands turned the drill goes by their own axes.
    """
    turn = state.plan.given.turn
    if not turn:
        return _step(state, observation, now_ns)
    state, demand, scene, events = _step(state, seen_by(observation, turn), now_ns)
    if state.laid[0] is not scene:
        state = state._replace(laid=(scene, laid(scene, turn)))
    return state, demand, state.laid[1], tuple(said(event, turn, scene.view) for event in events)


def _step(state: DrillState, observation: Observation, now_ns: int) -> Stepped:
    load = state.plan.load
    watched: tuple[Event, ...] = ()
    if load is not None:
        state, observation, watched = look(state, load, observation, now_ns)
    state, demand, events = _HANDLERS[state.phase](state, observation, now_ns)
    phase, share = state.phase, 1.0
    if phase is Phase.HOLD and state.plan.unaided:
        state, observation = _unaided(state, observation, now_ns)
    if _EXERCISED[phase]:
        start_ns = state.hold_start_ns if phase is Phase.HOLD else state.phase_start_ns
        moment = Moment(now_ns, phase, state.phase_start_ns if start_ns is None else start_ns)
        exercise, scene, told, done, share, lost = state.plan.exercise.step(state.exercise, observation, moment)
        if state.hands.helps and phase is Phase.HOLD:
            scene = renewed(state.scene, scene._replace(word=Word.WITHOUT_THE_RAIL))
        if exercise is not state.exercise:
            state = state._replace(exercise=exercise)
        if told:
            events += told
        if (done or lost) and phase is Phase.HOLD:
            ends = _held(state, now_ns, now_ns) if lost is None else _lose(state, lost, now_ns, now_ns)
            state, demand, events = ends[0], ends[1], events + ends[2]
    elif load is not None:
        scene = load_frame(state, load, observation.force_n, now_ns)
    else:
        scene = frame(state, now_ns)
    due = state.scene_due_ns is None or now_ns >= state.scene_due_ns
    if scene is not state.scene and (due or _warns(state.scene, scene)):
        state = state._replace(scene=scene, scene_due_ns=now_ns + SCENE_EVERY_NS)
    if state.plan.form.pulsed:
        state, demand, pulsed = gated(state, demand, share, now_ns)
        events += pulsed
    return state, demand, state.scene, watched + events


def _unaided(state: DrillState, observation: Observation, now_ns: int) -> tuple[DrillState, Observation]:
    """With what the plate feels of a hand that helps: while one does, an exercise that counts sees nobody anywhere."""
    if not state.stance.samples or now_ns < state.learn_until_ns:
        return state, observation
    hands = feel(state.hands, observation.force_n, state.stance.force_n, now_ns)
    if hands is not state.hands:
        state = state._replace(hands=hands)
    if not hands.helps or not state.plan.counts_places:
        return state, observation
    return state, observation._replace(cop_ml_mm=math.nan, cop_ap_mm=math.nan)


def _warns(before: Scene, after: Scene) -> bool:
    """Whether a warning begins, or becomes another: it waits for no picture."""
    return after.cue in (Cue.WARN, Cue.OVER_LINE) and after.cue_count != before.cue_count


def stop(state: DrillState, outcome: DrillOutcome, now_ns: int) -> Moved:
    """End the drill now, whatever it is doing: the therapist's stop (`STOPPED`) or a trip (`TRIPPED`).

    An open trial ends as stopped, or as held when its target had been reached. A finished drill stays as it is.
    """
    if state.finished:
        return state, ()
    state, events = _close_trial(state, now_ns)
    state, finished = finish(state, outcome, now_ns)
    return state, events + finished


def fade(state: DrillState, now_ns: int) -> Moved:
    """End the drill as planned: a vibration goes down by its ramp, and the drill ends as stopped with it.

    A drill that does not vibrate now ends at once, as by `stop`; one that is going down already, with that ramp.
    """
    plan, phase = state.plan, state.phase
    if phase is Phase.RAMP_DOWN and not state.finished:
        return state._replace(fading=True), ()
    if not plan.vibrates or phase not in (Phase.RAMP_UP, Phase.HOLD):
        return stop(state, DrillOutcome.STOPPED, now_ns)
    up_ns, hold_ns, down_ns = plan.vibration.timing
    left_ns = up_ns + hold_ns + down_ns - plan.form.leave(plan.vibration, _time_ns(state, now_ns))
    state, closed = _close_trial(state, now_ns)
    state, entered = enter(state, Phase.RAMP_DOWN, now_ns, now_ns + left_ns)
    return state._replace(phase_start_ns=now_ns - (down_ns - left_ns), fading=True), closed + entered


def _time_ns(state: DrillState, now_ns: int) -> int:
    """How long the exercise step has gone on by the time of its vibration, within the phase that it is in."""
    up_ns, hold_ns, down_ns = state.plan.vibration.timing
    phase, since_ns = state.phase, now_ns - state.phase_start_ns
    if phase is Phase.RAMP_UP:
        return max(0, min(since_ns, up_ns))
    if phase is Phase.HOLD:
        return up_ns + max(0, min(since_ns, hold_ns))
    return up_ns + hold_ns + max(0, min(since_ns, down_ns))


def _demand(state: DrillState, now_ns: int) -> Demand:
    return state.plan.form.demand(state.plan.vibration, _time_ns(state, now_ns))


def _close_trial(state: DrillState, now_ns: int) -> Moved:
    """Write an open trial down as stopped, or as held when its target had been reached."""
    if not state.trial_open:
        return state, ()
    end_ns, start_ns = last_stood_ns(state.runs, now_ns), state.hold_start_ns
    held = start_ns is not None and end_ns - start_ns >= state.plan.hold_ns
    return record(state, TrialOutcome.HELD if held else TrialOutcome.STOPPED, end_ns, now_ns)


def _idle(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    state, events = get_on(state, now_ns)
    # Somebody may be on the plate already: the first sample counts.
    state, demand, more = _get_on(state, observation, now_ns)
    return state, demand, events + more


def _get_on(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    plan, since_ns = state.plan, state.loaded_since_ns
    if plan.load is not None:
        return _empty(state, plan.load, observation, now_ns)
    if plan.get_on_n <= observation.force_n <= CREDIBLE_N:
        if since_ns is None:
            return state._replace(loaded_since_ns=now_ns), NO_DEMAND, ()
        if not lasted(since_ns, plan.get_on_ns, now_ns):
            return state, NO_DEMAND, ()
        if not plan.settle_ns:
            state = state._replace(stance=learn(UNKNOWN_STANCE, observation), learn_until_ns=since_ns + LEARN_NS)
        state, events = advance(state, now_ns)
        return state, NO_DEMAND, events
    if since_ns is not None:
        state = state._replace(loaded_since_ns=None)
    if now_ns >= state.trial_start_ns + plan.get_on_limit_ns:
        return _abandon(state, now_ns)
    return state, NO_DEMAND, ()


def _empty(state: DrillState, load: OrderedLoad, observation: Observation, now_ns: int) -> Handled:
    """A try by an order begins with the foot off the plate, which is weighed empty."""
    state, empty = empties(state, load, observation.force_n, now_ns)
    if empty:
        told = plate_empty(state, now_ns)
        state, events = advance(state, now_ns)
        return state, NO_DEMAND, (told, *events)
    if state.loaded_since_ns is None and now_ns >= state.trial_start_ns + state.plan.get_on_limit_ns:
        return _abandon(state, now_ns)
    return state, NO_DEMAND, ()


def _abandon(state: DrillState, now_ns: int) -> Handled:
    """The time to get on is over: the trial was not started, and nobody is waited for any longer."""
    state, ended = record(state, TrialOutcome.NOT_STARTED, now_ns, now_ns)
    state, events = finish(state, DrillOutcome.ABANDONED, now_ns)
    return state, NO_DEMAND, ended + events


def _on_plate(state: DrillState, observation: Observation, now_ns: int) -> tuple[DrillState, bool]:
    """With the run in which nobody stands there brought up to date, and whether somebody does."""
    if state.plan.get_on_n <= observation.force_n <= CREDIBLE_N:
        return (state if state.runs is NO_RUNS else state._replace(runs=NO_RUNS)), True
    if state.runs.low_since_ns is None:
        state = state._replace(runs=NO_RUNS._replace(low_since_ns=now_ns))
    return state, False


def _weigh(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    plan, ends_ns = state.plan, state.phase_start_ns + state.plan.weigh_ns
    state, on = _on_plate(state, observation, now_ns)
    if on and now_ns >= ends_ns - plan.weigh_ns // 2:
        both = learn(state.feet.both, observation)
        state = state._replace(feet=state.feet._replace(both=both))
    if not on and lasted(state.runs.low_since_ns, plan.step_off_ns, now_ns):
        return _get_on_again(state, now_ns)
    if now_ns < ends_ns:
        return state, NO_DEMAND, ()
    if not state.feet.both.samples:
        return _get_on_again(state, now_ns)
    state, events = advance(state, now_ns)
    return state, NO_DEMAND, events


def _settle(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    plan = state.plan
    ends_ns = state.phase_start_ns + plan.settle_ns
    state, on = _on_plate(state, observation, now_ns)
    if on and now_ns >= ends_ns - plan.learn_ns:
        state = state._replace(stance=learn(state.stance, observation))
    if not on and lasted(state.runs.low_since_ns, plan.step_off_ns, now_ns):
        return _get_on_again(state, now_ns)
    if now_ns < ends_ns:
        return state, NO_DEMAND, ()
    if not state.stance.samples or (plan.judges_foot_down and not state.stance.cop_samples):
        return _get_on_again(state, now_ns)
    if not stands_as_asked(state):
        return _settle_again(state, now_ns)
    state, events = advance(state, now_ns)
    return state, NO_DEMAND, events


def _settle_again(state: DrillState, now_ns: int) -> Handled:
    """The other foot still carries, or it is the other leg: the leg is asked for once more while there is time."""
    if now_ns >= state.trial_start_ns + state.plan.get_on_limit_ns:
        return _abandon(state, now_ns)
    state = state._replace(stance=UNKNOWN_STANCE, runs=NO_RUNS, instruction=None)
    state, events = enter(state, Phase.SETTLE, now_ns, now_ns + state.plan.settle_ns)
    return state, NO_DEMAND, events


def _get_on_again(state: DrillState, now_ns: int) -> Handled:
    # The trial's time to get on runs on: getting on and off for ever is not a way to keep a drill open.
    # Somebody who is on the plate again whenever this is asked would never be asked while standing beside it.
    ends_ns = state.trial_start_ns + state.plan.get_on_limit_ns
    if now_ns >= ends_ns:
        return _abandon(state, now_ns)
    feet = state.feet._replace(both=UNKNOWN_STANCE)
    state = state._replace(loaded_since_ns=None, stance=UNKNOWN_STANCE, runs=NO_RUNS, feet=feet)
    state, events = enter(state, Phase.GET_ON, now_ns, ends_ns)
    return state, NO_DEMAND, events


def _baseline(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    state, lost, since_ns = watch(state, observation, now_ns)
    if lost is not None:
        return _lose(state, lost, since_ns, now_ns)
    if now_ns < state.phase_start_ns + state.plan.baseline_ns:
        return state, NO_DEMAND, ()
    state, events = advance(state, now_ns)
    return state, _demand(state, now_ns) if state.phase is Phase.HOLD else NO_DEMAND, events


def _ramp_up(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    state, lost, since_ns = watch(state, observation, now_ns)
    if lost is not None:
        return _lose(state, lost, since_ns, now_ns)
    if now_ns - state.phase_start_ns < state.plan.ramp_up_ns:
        return state, _demand(state, now_ns), ()
    state, events = advance(state, now_ns)
    return state, _demand(state, now_ns), events


def _hold(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    state, lost, since_ns = watch(state, observation, now_ns)
    if lost is not None:
        return _lose(state, lost, since_ns, now_ns)
    plan, ends_ns = state.plan, state.phase_ends_ns
    if ends_ns is not None and now_ns >= ends_ns:
        if not plan.limit_ns:
            return _held(state, ends_ns, now_ns)
        state = state._replace(phase_ends_ns=None)
        state, events = tell(state, Instruction.GET_OFF, now_ns)
        return state, _demand(state, now_ns), events
    if ends_ns is None and now_ns >= (start_ns := state.hold_start_ns or 0) + plan.limit_ns:
        return _held(state, start_ns + plan.limit_ns, now_ns)
    return state, _demand(state, now_ns), ()


def _held(state: DrillState, end_ns: int, now_ns: int) -> Handled:
    """The time is over and the patient still stands: let the vibration fade."""
    state, ended = record(state, TrialOutcome.HELD, end_ns, now_ns)
    plan = state.plan
    if plan.ramp_down_ns:
        state, events = enter(state, Phase.RAMP_DOWN, now_ns, now_ns + plan.ramp_down_ns)
        return state, _demand(state, now_ns), ended + events
    state, events = after_trial(state, now_ns)
    return state, NO_DEMAND, ended + events


def _ramp_down(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    state, lost, _ = watch(state, observation, now_ns)
    plan = state.plan
    left_ns = state.phase_start_ns + plan.ramp_down_ns - now_ns
    if lost is None and left_ns > 0:
        return state, _demand(state, now_ns), ()
    state, events = finish(state, DrillOutcome.STOPPED, now_ns) if state.fading else after_trial(state, now_ns)
    return state, NO_DEMAND, events


def _lose(state: DrillState, lost: TrialOutcome, since_ns: int, now_ns: int) -> Handled:
    """The stance is lost: off at once, without a ramp."""
    start_ns = state.hold_start_ns
    if start_ns is not None and since_ns - start_ns >= state.plan.hold_ns:
        lost = TrialOutcome.HELD
    state, ended = record(state, lost, since_ns, now_ns)
    state, events = after_trial(state, now_ns)
    return state, NO_DEMAND, ended + events


def _rest(state: DrillState, _observation: Observation, now_ns: int) -> Handled:
    if state.trial >= state.plan.trials:
        if now_ns < state.phase_start_ns + LOAD_TOLD_NS:
            return state, NO_DEMAND, ()
        state, events = finish(state, DrillOutcome.COMPLETED, now_ns)
        return state, NO_DEMAND, events
    if now_ns < state.phase_start_ns + state.plan.rest_ns:
        return state, NO_DEMAND, ()
    state, events = get_on(state, now_ns)
    return state, NO_DEMAND, events


def _change(state: DrillState, observation: Observation, now_ns: int) -> Handled:
    """Both feet down. Who is on the plate at the end goes on with the other leg; who has left it is weighed again."""
    plan = state.plan
    state, on = _on_plate(state, observation, now_ns)
    since_ns = state.loaded_since_ns
    if on != (since_ns is not None):
        state = state._replace(loaded_since_ns=now_ns if on else None)
    if state.feet.both.samples and lasted(state.runs.low_since_ns, plan.get_on_ns, now_ns):
        state = state._replace(feet=state.feet._replace(both=UNKNOWN_STANCE))
    if now_ns < state.phase_start_ns + plan.rest_ns:
        return state, NO_DEMAND, ()
    begin_next = go_on if lasted(state.loaded_since_ns, plan.get_on_ns, now_ns) else get_on
    state, events = begin_next(state, now_ns)
    return state, NO_DEMAND, events


def _pause(state: DrillState, _observation: Observation, now_ns: int) -> Handled:
    """Nothing begins by itself; what nobody ends is ended as stopped."""
    if state.phase_ends_ns is None or now_ns < state.phase_ends_ns:
        return state, NO_DEMAND, ()
    why = Event("stop", now_ns, {"by": "", "code": PAUSED_TOO_LONG})
    state, events = finish(state, DrillOutcome.STOPPED, now_ns)
    return state, NO_DEMAND, (why, *events)


def _over(state: DrillState, _observation: Observation, _now_ns: int) -> Handled:
    return state, NO_DEMAND, ()


_BY_PHASE: dict[Phase, Callable[[DrillState, Observation, int], Handled]] = {
    Phase.IDLE: _idle,
    Phase.GET_ON: _get_on,
    Phase.SETTLE: _settle,
    Phase.BASELINE: _baseline,
    Phase.RAMP_UP: _ramp_up,
    Phase.HOLD: _hold,
    Phase.RAMP_DOWN: _ramp_down,
    Phase.REST: _rest,
    Phase.GET_OFF: _over,
    Phase.DONE: _over,
    Phase.WEIGH: _weigh,
    Phase.CHANGE: _change,
    Phase.PAUSE: _pause,
}
_HANDLERS = tuple(_BY_PHASE[phase] for phase in Phase)
_EXERCISED = tuple(phase in (Phase.BASELINE, *VIBRATING) for phase in Phase)
"""By the numbers of phases, as places in a table: whether the exercise draws there."""
