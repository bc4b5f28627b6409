"""Random people, drills, commands and faults: the invariants hold at every tick, and nothing raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from station.safety.arming import Arming
from station.safety.dose import Ledger
from station.safety.guard import SafetyState, acknowledge, arm, disarm, supervise
from station.safety.invariants import Tick, broken
from station.safety.limits import CLINICIAN, HARD
from station.safety.values import OFF, Evidence, Output
from station.safety.watching import Watch

numbers = st.one_of(st.floats(), st.sampled_from([0.0, 0.4, 1.0, 2.0, 20.0, 40.0, 60.0, 700.0]))
integers = st.integers(-(10**400), 10**400)
ages = st.one_of(st.none(), numbers)
evidences = st.builds(
    Evidence,
    integers,
    st.booleans(),
    numbers,
    st.booleans(),
    integers,
    numbers,
    numbers,
    st.booleans(),
    numbers,
    st.booleans(),
    ages,
    ages,
    ages,
    hand_held=st.sampled_from([None, False, True]),
    foot_pressed=st.booleans(),
)
demands = st.builds(Output, numbers, numbers)
armings = st.sampled_from([*Arming, 9])
trips = st.sampled_from(["", "load-loss"])

# Most stretches of a life are well, so that vibration is on for long enough to go wrong.
stretches = [{}] * 12 + [
    {"estop_closed": False},
    {"oldest_cell_ms": 60.0},
    {"oldest_cell_ms": 61.0},
    {"cells_ok": False},
    {"missed_run": 2},
    {"missed_run": 3},
    {"force_n": 421.0},
    {"force_n": 300.0},
    {"cop_out_of_base": True},
    {"drive_healthy": False},
    {"measured_g": 0.9},
    {"measured_g": 1.1},
    {"web_age_s": 0.5},
    {"web_age_s": 2.1},
    {"recorder_age_s": 2.1},
    {"presence_age_s": 31.0},
    {"presence_age_s": 32.1},
    {"hand_held": True},
    {"hand_held": False},
    {"foot_pressed": True},
]
steps = st.tuples(
    st.sampled_from(["start"] * 8 + ["arm", "acknowledge", "disarm"] + ["tick"] * 4),
    st.sampled_from([Output(20.0, 0.4)] * 4 + [OFF, Output(45.0, 9.0), Output(1.0, 1.0), Output(6.0, 3.0)]),
    st.sampled_from(stretches),
    st.integers(1, 60),
    st.sampled_from([1.0] * 8 + [0.95, 1.2, 0.0]),
)


@given(armings, trips, st.integers(0, 10**19), demands, evidences, demands)
@settings(max_examples=150)
def test_one_tick_of_anything_keeps_the_invariants(arming, trip, t_ns, demand, evidence, given_before):
    state = SafetyState(arming, trip, Watch(t_ns=t_ns), Ledger(), given_before)
    after, permission = supervise(state, demand, evidence, HARD)
    possible = (arming in {Arming.DISARMED, Arming.ARMED}) is (trip == "") and arming != 9
    names = broken(Tick(state, demand, evidence, after, permission))
    # From an impossible state an open emergency stop leads over TRIPPED, and a trip without a name is given one.
    assert names == () if possible else set(names) <= {"I5"}
    for person in (arm, acknowledge):
        assert isinstance(person(state, evidence)[1], str)
    assert disarm(state).arming is not Arming.ARMED


@given(st.lists(steps, min_size=20, max_size=40), st.sampled_from([HARD, CLINICIAN]))
@settings(max_examples=30)
def test_a_life_keeps_the_invariants(good, life, limits):
    state, t_ns = SafetyState(), good.t_ns
    evidence = good
    state, _ = arm(state, evidence)
    may_vibrate = True
    for command, demand, changes, ticks, obedience in life:
        if command in {"acknowledge", "start"}:
            state, _ = acknowledge(state, evidence)
        if command in {"arm", "start"}:
            state, refused = arm(state, evidence, limits)
            may_vibrate = may_vibrate or not refused
        if command == "disarm":
            state = disarm(state)
        for _ in range(ticks):
            t_ns += 4_000_000
            measured_hz = state.given.frequency_hz * obedience
            evidence = good._replace(t_ns=t_ns, measured_hz=measured_hz, **changes)
            before = state
            state, permission = supervise(state, demand, evidence, limits)
            assert broken(Tick(before, demand, evidence, state, permission)) == ()
            # Kept apart from the state itself: vibration only between an accepted arm and the next bad thing.
            may_vibrate = may_vibrate and state.arming is Arming.ARMED
            assert may_vibrate or permission[:2] == OFF
