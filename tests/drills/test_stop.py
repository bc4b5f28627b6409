"""Stopping a drill at any moment."""

import itertools

import pytest

from drills.machine import begin, fade, step, stop
from drills.prescription import Asked, prescribe
from drills.values import NO_DEMAND, DrillOutcome, Leg, Phase, TrialOutcome
from drills.words import Word


@pytest.mark.parametrize("outcome", [DrillOutcome.STOPPED, DrillOutcome.TRIPPED])
@pytest.mark.parametrize(
    ("t_s", "trials"),
    [
        (0.2, ["stopped"]),
        (3.0, ["stopped"]),
        (10.0, ["stopped"]),
        (16.0, ["stopped"]),
        (25.0, ["stopped"]),
        (48.0, ["held"]),
        (60.0, ["held"]),
        (79.3, ["held", "stopped"]),
    ],
)
def test_stop_in_every_phase(drive, person, single_leg, outcome, t_s, trials):
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), t_s).state
    now_ns = round(t_s * 1e9)
    stopped, events = stop(state, outcome, now_ns)
    assert (stopped.phase, stopped.outcome, stopped.finished) == (Phase.DONE, outcome, True)
    assert [result.outcome.value for result in stopped.results] == trials
    assert [event.kind for event in events][-3:] == ["phase", "instruction", "drill-ended"]
    assert ("trial-ended" in [event.kind for event in events]) == (trials[-1] == "stopped")
    after, demand, scene, events = step(stopped, person(), now_ns + 40_000_000)
    assert after._replace(scene=stopped.scene, scene_due_ns=stopped.scene_due_ns) == stopped
    assert (demand, events) == (NO_DEMAND, ())
    assert scene.word == Word.STEP_OFF


def test_a_stopped_hold_says_how_long_it_was(drive, person, single_leg):
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), 27.5).state
    stopped, _ = stop(state, DrillOutcome.TRIPPED, 27_500_000_000)
    assert stopped.results[0].hold_s == 10.0


def test_a_trip_while_the_patient_leaves_measures_up_to_the_leaving(drive, person, single_leg):
    script = lambda t: person(700 if t < 27.5 else 300)  # noqa: E731
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), script, 27.7).state
    stopped, _ = stop(state, DrillOutcome.TRIPPED, 27_700_000_000)
    assert stopped.results[0].hold_s == pytest.approx(9.98)


def test_a_stop_after_the_target_of_quiet_stance_counts_as_held(drive, person, quiet):
    state = drive(quiet, prescribe(quiet, Asked(Leg.BOTH)), lambda t: person(), 40).state
    stopped, _ = stop(state, DrillOutcome.STOPPED, 40_000_000_000)
    assert (stopped.results[0].outcome, stopped.results[0].hold_s) == (TrialOutcome.HELD, 40.0)


def test_a_drill_that_was_never_stepped_has_no_trials(single_leg):
    stopped, events = stop(begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), 0), DrillOutcome.STOPPED, 5)
    assert stopped.results == ()
    assert events[-1].data["outcome"] == "stopped"


def test_a_finished_drill_stays_as_it_is(single_leg):
    stopped, _ = stop(begin(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), 0), DrillOutcome.STOPPED, 5)
    assert stop(stopped, DrillOutcome.TRIPPED, 9) == (stopped, ())


def faded(drive, person, single_leg, t_s):
    """The demands after a planned stop at this time, tick by tick, and the state in the end."""
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), t_s).state
    now_ns = round(t_s * 1e9)
    state, events = fade(state, now_ns)
    demands = []
    while not state.finished and len(demands) < 1000:
        state, demand, _, more = step(state, person(), now_ns)
        demands.append(demand)
        events += more
        now_ns += 4_000_000
    return demands, events, state


@pytest.mark.parametrize(("t_s", "ramp_s"), [(25.0, 1.5), (16.5, 0.75), (48.0, 1.0)])
def test_a_planned_stop_goes_down_by_the_ramp_and_ends_the_drill(drive, person, single_leg, t_s, ramp_s):
    demands, events, state = faded(drive, person, single_leg, t_s)
    assert len(demands) * 0.004 == pytest.approx(ramp_s, abs=0.01)
    assert all(b.displacement_pp_mm <= a.displacement_pp_mm for a, b in itertools.pairwise(demands))
    assert demands[1].displacement_pp_mm > 0.05
    assert demands[-1] is NO_DEMAND
    assert (state.outcome, state.trial) == (DrillOutcome.STOPPED, 1)
    assert [result.outcome for result in state.results] == [TrialOutcome.HELD if t_s > 47 else TrialOutcome.STOPPED]
    assert [event.kind for event in events].count("drill-ended") == 1


@pytest.mark.parametrize("t_s", [0.2, 10.0, 60.0])
def test_a_planned_stop_while_nothing_vibrates_is_a_stop(drive, person, single_leg, t_s):
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), t_s).state
    assert fade(state, round(t_s * 1e9)) == stop(state, DrillOutcome.STOPPED, round(t_s * 1e9))


def test_a_planned_stop_that_is_asked_for_again_goes_on_and_a_finished_drill_stays(drive, person, single_leg):
    state = drive(single_leg, prescribe(single_leg, Asked(Leg.LEFT)), lambda t: person(), 25.0).state
    fading, _ = fade(state, 25_000_000_000)
    assert fade(fading, 25_100_000_000) == (fading, ())
    _, _, ended = faded(drive, person, single_leg, 25.0)
    assert fade(ended, 40_000_000_000) == (ended, ())
