"""Where one tick decides: each rule of the machine at its bound, and a tick beside it."""

import pytest

from drills.library import catalogue_names, load_shipped
from drills.machine import begin, fade, step, stop
from drills.prescription import Asked, legs_of, prescribe
from drills.state import UNKNOWN_STANCE
from drills.values import DrillOutcome, Leg, Observation, Phase, TrialOutcome
from drills.watch import CREDIBLE_N, LEARN_NS, UNLOADING_NS

TICK_NS = 4_000_000
LATER_NS = 7_000_000_000
"""Drills that begin at another time than zero: a time that is forgotten shows."""


def run_from(state, begin_ns, script, seconds):
    """The states, tick by tick, of a drill that is stepped from this time on."""
    states = []
    for t_ns in range(begin_ns, begin_ns + round(seconds * 1e9), TICK_NS):
        state = step(state, script((t_ns - begin_ns) / 1e9), t_ns)[0]
        states.append((t_ns, state))
        if state.finished:
            break
    return states


def test_the_time_to_get_on_again_is_what_is_left_of_the_trials(person, single_leg):
    """It is shown to the patient as a countdown, and is over for all attempts at once."""
    limit_ns = 60_000_000_000
    drill = begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), LATER_NS)
    states = run_from(drill, LATER_NS, lambda t: person(700 if t % 5 < 4 else 0), 80)
    waiting = [state for _, state in states if state.phase is Phase.GET_ON]
    assert len({state.phase_start_ns for state in waiting}) > 5
    assert {state.phase_ends_ns for state in waiting} == {LATER_NS + limit_ns}
    # Off for ever at the very last moment: abandoned at the tick of the bound, not the one before or after.
    for off_s, ends_s in ((59.996, 60.076), (59.92, 60.0), (59.916, 60.0)):
        script = lambda t, off_s=off_s: person(700 if t < 4 or 56 <= t < off_s else 0)  # noqa: E731
        (*_, (end_ns, last)) = run_from(drill, LATER_NS, script, 80)
        assert (last.outcome, last.results[0].outcome) == (DrillOutcome.ABANDONED, TrialOutcome.NOT_STARTED)
        assert (end_ns - LATER_NS) / 1e9 == ends_s, off_s


def test_a_stance_without_settling_is_learnt_for_two_seconds_from_getting_on(person, quiet):
    """From the sample that showed it, up to two seconds after the first one with somebody on the plate."""
    drill = begin(quiet, prescribe(quiet, Asked(Leg.BOTH)), LATER_NS)
    states = run_from(drill, LATER_NS, lambda t: person(700 + 10 * (t - 1), t, -t) if t >= 1 else person(0), 6)
    got_on_ns = next(t_ns for t_ns, state in states if state.phase is Phase.HOLD)
    assert got_on_ns == LATER_NS + 1_020_000_000
    until_ns = LATER_NS + 1_000_000_000 + LEARN_NS
    learnt_s = [(t_ns - LATER_NS) / 1e9 for t_ns, _ in states if got_on_ns <= t_ns < until_ns]
    mean_s = sum(learnt_s) / len(learnt_s)
    stance = states[-1][1].stance
    assert (stance.samples, stance.cop_samples) == (len(learnt_s),) * 2 == (495, 495)
    assert (stance.force_n, stance.cop_ml_mm, stance.cop_ap_mm) == pytest.approx((690 + 10 * mean_s, mean_s, -mean_s))
    assert states[-1][1].learn_until_ns == until_ns


def test_a_stance_that_settles_is_learnt_in_its_last_two_seconds(person, single_leg):
    drill = begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), LATER_NS)
    states = run_from(drill, LATER_NS, lambda t: person(), 6.5)
    ends_ns = next(t_ns for t_ns, state in states if state.phase is Phase.BASELINE)
    learnt = {t_ns: state.stance.samples for t_ns, state in states if state.phase is Phase.SETTLE}
    assert learnt[ends_ns - LEARN_NS - TICK_NS] == UNKNOWN_STANCE.samples
    assert learnt[ends_ns - LEARN_NS] == 1
    assert states[-1][1].stance.samples == LEARN_NS // TICK_NS + 1


@pytest.mark.parametrize(
    ("after_s", "left_ns"), [(0.0, 0), (0.004, 3_000_000), (0.5, 375_000_000), (1.996, 1_497_000_000)]
)
def test_a_planned_stop_on_the_way_up_takes_as_much_of_the_way_down(person, single_leg, after_s, left_ns):
    drill = begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), LATER_NS)
    begun = next(
        (t_ns, state)
        for t_ns, state in run_from(drill, LATER_NS, lambda t: person(), 20)
        if state.phase is Phase.RAMP_UP and t_ns - state.phase_start_ns == round(after_s * 1e9)
    )
    now_ns, state = begun
    down_ns = state.plan.ramp_down_ns
    state, _ = fade(state, now_ns)
    assert (state.phase, state.fading) == (Phase.RAMP_DOWN, True)
    assert (state.phase_start_ns, state.phase_ends_ns) == (now_ns - (down_ns - left_ns), now_ns + left_ns)
    states = run_from(state, now_ns, lambda t: person(), 2)
    assert states[-1][1].outcome is DrillOutcome.STOPPED
    assert len(states) == -(-left_ns // TICK_NS) + 1


def test_a_hold_is_held_from_its_target_on(person, quiet):
    drill = begin(quiet, prescribe(quiet, Asked(Leg.BOTH, hold_s=5)), LATER_NS)
    states = dict(run_from(drill, LATER_NS, lambda t: person(), 8))
    for now_ns, outcome in (
        (LATER_NS + 4_996_000_000, TrialOutcome.STOPPED),
        (LATER_NS + 5_000_000_000, TrialOutcome.HELD),
    ):
        stopped, _ = stop(states[now_ns], DrillOutcome.STOPPED, now_ns)
        assert stopped.results[0].outcome is outcome
    # The same for who steps off: unloading, which began 20 ms before, is no stance.
    for leaves_s, outcome in ((5.016, TrialOutcome.STEP_OFF), (5.02, TrialOutcome.HELD)):
        off = lambda t, leaves_s=leaves_s: person(700 if t < leaves_s else 0)  # noqa: E731
        (*_, (_, last)) = run_from(drill, LATER_NS, off, 8)
        assert last.results[0].outcome is outcome
        assert last.results[0].hold_s == pytest.approx(leaves_s - UNLOADING_NS / 1e9)


@pytest.mark.parametrize("name", ["quiet", "single_leg"])
def test_who_is_on_the_plate(request, person, name):
    """From the force that getting on asks for, up to what anybody can weigh; in settling too."""
    document = request.getfixturevalue(name)
    drill = begin(document, prescribe(document, Asked(Leg.LEFT)), LATER_NS)
    least_n = drill.plan.get_on_n
    for force_n, on in ((least_n, True), (least_n - 1e-9, False), (CREDIBLE_N, True), (CREDIBLE_N + 1e-9, False)):
        states = run_from(drill, LATER_NS, lambda t, force_n=force_n: person(force_n), 7)
        phases = {state.phase for _, state in states}
        assert (phases == {Phase.GET_ON}) is not on, force_n
        assert (Phase.BASELINE in phases or Phase.HOLD in phases) is on, force_n
        if name == "single_leg" and not on:
            then = run_from(drill, LATER_NS, lambda t, force_n=force_n: person(700 if t < 2 else force_n), 3)
            assert then[-1][1].phase is Phase.GET_ON


def test_who_steps_off_while_settling_is_asked_again_after_the_time_of_a_step_off(person, single_leg):
    drill = begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), LATER_NS)
    lasts_s = drill.plan.step_off_ns / 1e9
    states = run_from(drill, LATER_NS, lambda t: person(700 if t < 2 else 0), 4)
    again_ns = next(t_ns for t_ns, state in states if t_ns > LATER_NS + 1_000_000_000 and state.phase is Phase.GET_ON)
    assert again_ns == LATER_NS + round((2 + lasts_s) * 1e9)
    # Two shorter ones beside each other are not one: the run begins anew.
    twice = lambda t: person(0 if 2 <= t < 2 + lasts_s or 2.1 <= t < 2.1 + lasts_s else 700)  # noqa: E731
    assert Phase.GET_ON not in {state.phase for t_ns, state in run_from(drill, LATER_NS, twice, 4)[200:]}


SETTLING = [name for name in catalogue_names() if load_shipped(name).settle_s + load_shipped(name).learn_s > 0.0]


@pytest.mark.parametrize("name", SETTLING)
def test_nobody_has_settled_whose_stance_nobody_saw(person, name):
    """One late tick jumps over the time to settle, and the plate is empty at it."""
    document = load_shipped(name)
    leg = legs_of(document)[0]
    drill = begin(document, prescribe(document, Asked(leg)), LATER_NS)
    seen = run_from(drill, LATER_NS, lambda t: person(), 12)
    t_ns, settling = next((t_ns, state) for t_ns, state in seen if state.phase is Phase.SETTLE)
    late_ns = t_ns + settling.plan.settle_ns
    assert step(settling, person(0), late_ns)[0].phase is Phase.GET_ON
    assert step(settling, person(), late_ns)[0].phase is not Phase.GET_ON
    nowhere = Observation(700.0, float("nan"), float("nan"), 0.0, True)
    judged = settling.plan.judges_foot_down
    assert (step(settling, nowhere, late_ns)[0].phase is Phase.GET_ON) is judged
