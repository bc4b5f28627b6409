"""The moves between phases: each gives the new state and the events that report it."""

from __future__ import annotations

from drills.exercises.values import NO_SCORE, Given
from drills.framing import READY_NS
from drills.hands import NO_HANDS
from drills.loading import LOAD_TOLD_NS
from drills.state import NO_PULSE, NO_RUNS, UNKNOWN_STANCE, DrillState, TrialResult, held_trials
from drills.units import NS_PER_S
from drills.values import DrillOutcome, Event, Instruction, Leg, Phase, TrialOutcome

Moved = tuple[DrillState, tuple[Event, ...]]

PAUSE_LIMIT_NS = 600 * NS_PER_S
"""The longest pause (proposed): a longer one is none, somebody sits in the waiting room."""

STAND_ON = {
    Leg.LEFT: Instruction.STAND_ON_LEFT,
    Leg.RIGHT: Instruction.STAND_ON_RIGHT,
    Leg.BOTH: Instruction.STAND_ON_BOTH,
}


def enter(state: DrillState, phase: Phase, now_ns: int, ends_ns: int | None) -> Moved:
    """Begin a phase, and instruct the patient what to do in it."""
    state = state._replace(phase=phase, phase_start_ns=now_ns, phase_ends_ns=ends_ns)
    began = Event("phase", now_ns, {"phase": phase.name.lower().replace("_", "-"), "trial": state.trial})
    state, events = tell(state, _instruction(state, phase), now_ns)
    return state, (began, *events)


def tell(state: DrillState, instruction: Instruction, now_ns: int) -> Moved:
    """Tell the patient, unless that was the last instruction."""
    if instruction is state.instruction:
        return state, ()
    leg = Leg.BOTH if state.plan.weigh_ns and state.phase in (Phase.GET_ON, Phase.WEIGH) else state.leg
    data: dict[str, object] = {"instruction": instruction.value, "leg": leg.value, "trial": state.trial}
    return state._replace(instruction=instruction), (Event("instruction", now_ns, data),)


_AT_ONCE = {
    Phase.WEIGH: Instruction.STAND_ON_BOTH,
    Phase.REST: Instruction.REST,
    Phase.CHANGE: Instruction.CHANGE_LEGS,
    Phase.PAUSE: Instruction.REST,
}
"""What is said in a phase of every drill."""


def _instruction(state: DrillState, phase: Phase) -> Instruction:
    plan = state.plan
    if plan.load is not None:
        return {Phase.HOLD: Instruction.LOAD_FOOT, Phase.DONE: Instruction.GET_OFF}.get(phase, Instruction.FOOT_OFF)
    if phase is Phase.GET_ON:
        return Instruction.GET_ON if plan.settle_ns else STAND_ON[state.leg]
    if phase is Phase.SETTLE:
        return STAND_ON[state.leg]
    if phase in _AT_ONCE:
        return _AT_ONCE[phase]
    if phase is Phase.DONE:
        return Instruction.GET_OFF
    if plan.says_when_it_moves and phase is Phase.RAMP_UP:
        return Instruction.VIBRATION_STARTS
    if plan.says_when_it_moves and phase is Phase.RAMP_DOWN:
        return Instruction.VIBRATION_STOPS
    return Instruction.HOLD_STILL


def get_on(state: DrillState, now_ns: int) -> Moved:
    """Begin the next trial by asking the patient on to the plate."""
    state = _next(state, now_ns)
    return enter(state, Phase.GET_ON, now_ns, now_ns + state.plan.get_on_limit_ns)


def go_on(state: DrillState, now_ns: int) -> Moved:
    """Begin the next trial with who has stayed on the plate since the last one."""
    return advance(_next(state, now_ns)._replace(phase=Phase.GET_ON), now_ns)


def _next(state: DrillState, now_ns: int) -> DrillState:
    return state._replace(
        plan=state.plan.drawn(now_ns + state.trial, state.trial + 1),
        trial=state.trial + 1,
        trial_start_ns=now_ns,
        rest_since_ns=None,
        loaded_since_ns=None,
        learn_until_ns=0,
        stance=UNKNOWN_STANCE,
        runs=NO_RUNS,
        baseline_start_ns=None,
        baseline_end_ns=None,
        hold_start_ns=None,
        before=state.exercise,
        exercise=None,
        pulse=NO_PULSE,
        hands=NO_HANDS,
    )


def advance(state: DrillState, now_ns: int) -> Moved:
    """From a phase that is complete to the next one that this drill has, up to the hold."""
    plan, before = state.plan, state.phase
    after = plan.after[before]
    if after is Phase.WEIGH:
        if not state.feet.both.samples:
            return enter(state._replace(runs=NO_RUNS), Phase.WEIGH, now_ns, now_ns + plan.weigh_ns)
        after = plan.after[Phase.WEIGH]
    if after is Phase.SETTLE:
        return enter(state._replace(runs=NO_RUNS), Phase.SETTLE, now_ns, now_ns + plan.settle_ns)
    started: tuple[Event, ...] = ()
    if before in (Phase.GET_ON, Phase.WEIGH, Phase.SETTLE):
        state = _known(state)
        state = state._replace(runs=NO_RUNS, exercise=plan.exercise.begin(_given(state, now_ns)))
        started = (_trial_started(state, now_ns),)
    if before is Phase.BASELINE:
        state = state._replace(baseline_end_ns=now_ns)
    if after is Phase.BASELINE:
        state = state._replace(baseline_start_ns=now_ns)
        state, events = enter(state, Phase.BASELINE, now_ns, now_ns + plan.baseline_ns)
    elif after is Phase.RAMP_UP:
        state, events = enter(state, Phase.RAMP_UP, now_ns, now_ns + plan.ramp_up_ns)
    else:
        # Straight from getting on, the hold began with the first sample of the run that showed it.
        since_ns = state.loaded_since_ns if before is Phase.GET_ON else None
        start_ns = now_ns if since_ns is None else since_ns
        state = state._replace(hold_start_ns=start_ns)
        state, events = enter(state, Phase.HOLD, now_ns, start_ns + plan.hold_ns)
    return state, started + events


def _known(state: DrillState) -> DrillState:
    """With what was learnt of the foot; who was weighed on both feet is as heavy as that."""
    stance, both = state.stance, state.feet.both
    if not both.samples or not stance.samples:
        return state
    stance = stance._replace(force_n=both.force_n)
    feet = state.feet if state.leg is Leg.BOTH else state.feet.with_leg(state.leg, stance)
    return state._replace(stance=stance, feet=feet)


def _given(state: DrillState, now_ns: int) -> Given:
    """What this trial's exercise begins with: where the patient stands, and how heavy, as far as it has been seen. Its
    lot is drawn by the time of "trial-started", which is recorded.
    """
    plan, stance = state.plan, state.stance
    given = plan.given._replace(
        trial=state.trial,
        leg=state.leg if plan.foot is None else plan.foot,
        before=state.before,
        seed=now_ns,
        pulses=plan.form.pulses(plan.vibration),
        strongest=plan.vibration.full,
    )
    if stance.samples and not state.plan.hands_may_carry:
        given = given._replace(weight_n=stance.force_n)
    if not stance.cop_samples:
        return given
    return given._replace(foot_ml_mm=stance.cop_ml_mm, foot_ap_mm=stance.cop_ap_mm)


def _trial_started(state: DrillState, now_ns: int) -> Event:
    stance = state.stance
    seen = stance.cop_samples > 0
    return Event(
        "trial-started",
        now_ns,
        {
            "trial": state.trial,
            "leg": (state.plan.foot or state.leg).value,
            "start_ns": state.trial_start_ns,
            "reference_n": stance.force_n,
            "foot_ml_mm": stance.cop_ml_mm if seen else None,
            "foot_ap_mm": stance.cop_ap_mm if seen else None,
        },
    )


def record(state: DrillState, outcome: TrialOutcome, end_ns: int, now_ns: int) -> Moved:
    """Write down the open trial, which ended in truth at `end_ns` and as seen now."""
    plan, start_ns, baseline_start_ns = state.plan, state.hold_start_ns, state.baseline_start_ns
    hold_end_ns: int | None = None
    held_ns = 0
    if start_ns is not None:
        held_ns = max(0, min(end_ns - start_ns, plan.limit_ns or plan.hold_ns))
        hold_end_ns = start_ns + held_ns
    baseline_end_ns = state.baseline_end_ns
    if baseline_start_ns is not None and baseline_end_ns is None:
        baseline_end_ns = max(baseline_start_ns, min(end_ns, baseline_start_ns + plan.baseline_ns))
    result = TrialResult(
        state.trial,
        outcome,
        held_ns / NS_PER_S,
        state.trial_start_ns,
        baseline_start_ns,
        baseline_end_ns,
        start_ns,
        hold_end_ns,
        NO_SCORE if state.exercise is None else plan.exercise.score(state.exercise),
        plan.leg_of(state.trial) if plan.alternates else None,
        _alone_s(state, held_ns),
    )
    state = state._replace(results=(*state.results, result))
    blind = {} if plan.turns is None else {"blind": True}
    return state, (Event("trial-ended", now_ns, {**result.as_json(), **blind}),)


def _alone_s(state: DrillState, held_ns: int) -> float | None:
    """How much of the hold was done before a hand first helped; None where none did before the goal was reached: who
    steps off then does so as they like.
    """
    start_ns, first_ns = state.hold_start_ns, state.hands.first_ns
    if start_ns is None or first_ns is None or first_ns - start_ns >= min(held_ns, state.plan.hold_ns):
        return None
    return max(0, first_ns - start_ns) / NS_PER_S


def after_trial(state: DrillState, now_ns: int) -> Moved:
    """Rest, change legs or pause before the next trial, or the end of the drill."""
    plan = state.plan
    if state.trial >= plan.trials and plan.load is None:
        return finish(state, DrillOutcome.COMPLETED, now_ns)
    if state.trial >= plan.trials:  # what was carried in the last try is told too, and watched until then
        return enter(state, Phase.REST, now_ns, now_ns + LOAD_TOLD_NS)
    if state.pausing:
        return hold_up(state, now_ns, now_ns)
    if not plan.rest_ns:
        return get_on(state, now_ns)
    state = state._replace(loaded_since_ns=None, runs=NO_RUNS) if plan.alternates else state
    return enter(state, plan.between, now_ns, now_ns + plan.rest_ns)


def hold_up(state: DrillState, rest_since_ns: int, now_ns: int) -> Moved:
    """Pause before the next trial. Who may step off meanwhile is weighed again where the drill weighs."""
    feet = state.feet._replace(both=UNKNOWN_STANCE)
    state = state._replace(pausing=False, rest_since_ns=rest_since_ns, loaded_since_ns=None, runs=NO_RUNS, feet=feet)
    state, (began, *told) = enter(state._replace(pauses=state.pauses + 1), Phase.PAUSE, now_ns, now_ns + PAUSE_LIMIT_NS)
    return state, (began._replace(data={**began.data, "pause": state.pauses}), *told)


def leave_pause(state: DrillState, now_ns: int) -> Moved:
    """Go on to the next trial: a pause counts as rest, what is left of the rest is served, and no less of it than says
    what comes.
    """
    plan = state.plan
    if not plan.rest_ns:
        return get_on(state, now_ns)
    since_ns = now_ns if state.rest_since_ns is None else state.rest_since_ns
    ends_ns = max(since_ns + plan.rest_ns, now_ns + min(plan.rest_ns, READY_NS))
    state, events = enter(state, plan.between, now_ns, ends_ns)
    return state._replace(phase_start_ns=ends_ns - plan.rest_ns), events


def finish(state: DrillState, outcome: DrillOutcome, now_ns: int) -> Moved:
    """End the drill."""
    state, events = enter(state._replace(outcome=outcome), Phase.DONE, now_ns, None)
    data: dict[str, object] = {
        "outcome": outcome.value,
        "success": state.success,
        "held": held_trials(state),
        "trials": state.plan.trials,
    }
    turns = () if state.plan.turns is None else (state.plan.turns.event(now_ns),)
    return state, (*events, *turns, Event("drill-ended", now_ns, data))
