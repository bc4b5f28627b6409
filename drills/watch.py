"""Watching a trial: does the patient still stand as asked? Learning the stance, and finding when it is lost."""

from __future__ import annotations

from drills.state import NO_RUNS, DrillState, LearntStance, Runs
from drills.values import CREDIBLE_MM, CREDIBLE_N, Leg, Observation, TrialOutcome

LEARN_NS = 2_000_000_000
"""How long the stance is learnt: the last 2 s of settling; the time before is free for lifting the other foot."""
OTHER_SIDE_MM = 40.0
"""So far to the other foot's side of the middle of both the weight is on the other foot (proposed)."""
_SIDES = {Leg.LEFT: -1.0, Leg.RIGHT: 1.0, Leg.BOTH: 0.0}
UNLOADING_NS = 20_000_000
"""How long before a lost stance shows the patient is taken to have begun to leave it: unloading is not stance."""


def learn(stance: LearntStance, observation: Observation) -> LearntStance:
    """The stance with one more observation in its means; what is not credible is left out."""
    samples, force_n, cop_samples, ml_mm, ap_mm = stance
    if 0.0 <= observation.force_n <= CREDIBLE_N:
        samples += 1
        force_n += (observation.force_n - force_n) / samples
    if abs(observation.cop_ml_mm) <= CREDIBLE_MM and abs(observation.cop_ap_mm) <= CREDIBLE_MM:
        cop_samples += 1
        ml_mm += (observation.cop_ml_mm - ml_mm) / cop_samples
        ap_mm += (observation.cop_ap_mm - ap_mm) / cop_samples
    return LearntStance(samples, force_n, cop_samples, ml_mm, ap_mm)


def stands_as_asked(state: DrillState) -> bool:
    """Whether who was weighed on both feet stands on the leg of this trial, and with all of the weight on it.

    A foot that is held beside the plate carries some of it; who stands far to the other foot's side stands on that one.
    """
    plan, stance, both = state.plan, state.stance, state.feet.both
    if not both.samples:
        return True
    alone = plan.hands_may_carry or stance.force_n >= plan.foot_down_fraction * both.force_n
    side = _SIDES[state.leg]
    other_mm = side * (both.cop_ml_mm - stance.cop_ml_mm) if both.cop_samples and stance.cop_samples else 0.0
    return alone and other_mm < OTHER_SIDE_MM


def watch(state: DrillState, observation: Observation, now_ns: int) -> tuple[DrillState, TrialOutcome | None, int]:
    """The state with its runs brought up to date, and how the trial has just been lost, if it has, and since when (ns).

    Every comparison is written so that NaN counts against standing.
    """
    plan, stance, runs = state.plan, state.stance, state.runs
    if plan.load is not None:  # a foot that carries a part comes and goes: the exercise judges it
        return state, None, now_ns
    force_n = observation.force_n
    low = not plan.step_off_fraction * stance.force_n <= force_n <= CREDIBLE_N
    light = out = False
    if plan.judges_foot_down:
        light = not plan.hands_may_carry and not force_n >= plan.foot_down_fraction * stance.force_n
        out = not (
            abs(observation.cop_ml_mm - stance.cop_ml_mm) <= plan.base_half_ml_mm
            and abs(observation.cop_ap_mm - stance.cop_ap_mm) <= plan.base_half_ap_mm
        )
    if not (low or light or out):
        if runs is not NO_RUNS:
            state = state._replace(runs=NO_RUNS)
        if now_ns < state.learn_until_ns:
            state = state._replace(stance=learn(stance, observation))
        return state, None, now_ns
    now_runs = Runs(
        _since(low, runs.low_since_ns, now_ns),
        _since(light, runs.light_since_ns, now_ns),
        _since(out, runs.out_since_ns, now_ns),
    )
    if now_runs != runs:
        state = state._replace(runs=now_runs)
    return state, _lost(state, now_ns), last_stood_ns(now_runs, now_ns)


def last_stood_ns(runs: Runs, now_ns: int) -> int:
    """When the patient last stood as asked: now, or before the first of the runs that are on."""
    return min((since_ns for since_ns in runs if since_ns is not None), default=now_ns + UNLOADING_NS) - UNLOADING_NS


def _since(holds: bool, since_ns: int | None, now_ns: int) -> int | None:
    if not holds:
        return None
    return now_ns if since_ns is None else since_ns


def _lost(state: DrillState, now_ns: int) -> TrialOutcome | None:
    plan, runs = state.plan, state.runs
    if lasted(runs.low_since_ns, plan.step_off_ns, now_ns):
        return TrialOutcome.STEP_OFF
    if lasted(runs.light_since_ns, plan.foot_down_ns, now_ns) or lasted(runs.out_since_ns, plan.out_of_base_ns, now_ns):
        return TrialOutcome.FOOT_DOWN
    return None


def lasted(since_ns: int | None, for_ns: int, now_ns: int) -> bool:
    """Whether something that began at `since_ns` (None: it has not) has lasted for `for_ns`."""
    return since_ns is not None and now_ns - since_ns >= for_ns
