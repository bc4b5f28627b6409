"""Hand and foot switch can only stop: who lets go trips, who presses ends the drill, and neither starts anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.safety.arming import Arming
from station.safety.guard import SafetyState, acknowledge, arm, supervise
from station.safety.limits import HARD
from station.safety.values import OFF, Output
from station.safety.watching import FIRST, Watch, watch

DEMAND = Output(20.0, 0.4)
BOUNCE_TICKS = 12
"""48 ms: a contact that bounces."""


def test_letting_go_while_it_vibrates_trips_after_a_bounce_of_the_contact(run):
    running = run()
    running.tick(DEMAND, hand_held=True)
    for _ in range(BOUNCE_TICKS):
        assert running.tick(DEMAND, hand_held=False)[:2] == DEMAND
    running.tick(DEMAND, hand_held=True)
    for _ in range(BOUNCE_TICKS):
        assert running.tick(DEMAND, hand_held=False)[:2] == DEMAND
    assert running.tick(DEMAND, hand_held=False) == (0.0, 0.0, ("hand-switch-released",), ("hand-switch-released",))
    assert (running.state.arming, running.state.trip) == (Arming.TRIPPED, "hand-switch-released")


def test_holding_it_again_starts_nothing(run, good):
    running = run()
    running.tick(DEMAND, hand_held=True)
    assert running.until_trip(20, DEMAND, hand_held=False) == BOUNCE_TICKS + 1
    for _ in range(100):
        assert running.tick(DEMAND, hand_held=True)[:2] == OFF
    assert running.state.trip == "hand-switch-released"
    state, refused = acknowledge(running.state, good)
    assert (state.arming, refused) == (Arming.DISARMED, "")


def test_between_two_bouts_the_patient_may_let_go_but_none_begins_until_the_switch_is_held(run):
    running = run()
    for _ in range(500):
        running.tick(OFF, hand_held=False)
    assert running.state.arming is Arming.ARMED
    assert running.tick(DEMAND, hand_held=True)[:2] == DEMAND
    for _ in range(100):
        running.tick(OFF, hand_held=False, measured_hz=10.0)  # a plate that coasts
    assert running.state.arming is Arming.ARMED
    assert running.tick(DEMAND, hand_held=False)[:2] == OFF
    assert running.state.trip == "hand-switch-released"


def test_where_nobody_has_to_hold_it_nothing_comes_of_it(run, good):
    running = run()
    assert running.until_trip(200, DEMAND, hand_held=None) == 201
    assert arm(SafetyState(), good._replace(hand_held=None))[1] == ""


def test_nothing_is_armed_while_it_is_not_held_or_a_foot_says_stop(good):
    let_go = good._replace(hand_held=False)
    assert arm(SafetyState(), let_go) == (SafetyState(), "hand-switch-not-held")
    assert arm(SafetyState(), good._replace(foot_pressed=True)) == (SafetyState(), "foot-switch-pressed")
    assert arm(SafetyState(), let_go._replace(foot_pressed=True))[1] == "foot-switch-pressed"
    assert arm(SafetyState(), let_go._replace(cells_ok=False))[1] == "cell-fault"
    assert arm(SafetyState(), good._replace(hand_held=True))[0].arming is Arming.ARMED


@pytest.mark.parametrize("demand", [OFF, DEMAND])
def test_the_foot_switch_stops_in_the_same_tick_without_a_latch(run, demand):
    running = run()
    running.tick(demand)
    assert running.tick(demand, foot_pressed=True) == (0.0, 0.0, ("foot-switch-pressed",), ())
    assert (running.state.arming, running.state.trip) == (Arming.DISARMED, "")
    for _ in range(100):
        assert running.tick(demand, foot_pressed=False)[:2] == OFF
    assert running.state.arming is Arming.DISARMED


def test_a_fault_keeps_its_name_when_the_foot_presses_too(run):
    running = run()
    running.tick(DEMAND)
    running.tick(DEMAND, foot_pressed=True, drive_healthy=False)
    assert (running.state.arming, running.state.trip) == (Arming.TRIPPED, "drive-fault")
    running.tick(DEMAND, foot_pressed=True, estop_closed=False)
    assert (running.state.arming, running.state.trip) == (Arming.ESTOPPED, "estop-open")


def test_a_foot_on_the_switch_neither_clears_a_trip_nor_makes_one(run):
    for state in (SafetyState(), SafetyState(Arming.TRIPPED, "load-loss")):
        running = run(state)
        for _ in range(5):
            running.tick(OFF, foot_pressed=True)
        assert (running.state.arming, running.state.trip) == (state.arming, state.trip)


def test_the_time_without_the_switch_counts_from_the_last_tick_that_had_it(good):
    held = good._replace(t_ns=2_000, hand_held=True)
    let_go = good._replace(t_ns=5_000, hand_held=False)
    seen = watch(watch(FIRST, held, OFF), let_go, OFF)
    assert seen.let_go_ns == 3_000
    assert watch(seen, let_go._replace(t_ns=6_000), OFF).let_go_ns == 4_000
    assert watch(seen, let_go._replace(t_ns=6_000, hand_held=None), OFF).let_go_ns == 0


@given(
    st.sampled_from([*Arming]),
    st.sampled_from([OFF, DEMAND]),
    st.sampled_from([None, False, True]),
    st.booleans(),
    st.integers(0, 10**9),
)
def test_no_switch_gives_more_than_there_is_without_it(good, arming, demand, hand_held, foot_pressed, let_go_ns):
    trip = "" if arming in (Arming.DISARMED, Arming.ARMED) else "load-loss"
    state = SafetyState(arming, trip, Watch(t_ns=good.t_ns - 4_000_000, let_go_ns=let_go_ns))
    plain, most = supervise(state, demand, good, HARD)
    evidence = good._replace(hand_held=hand_held, foot_pressed=foot_pressed)
    after, permission = supervise(state, demand, evidence, HARD)
    assert permission[:2] in (OFF, most[:2])
    assert after.arming is plain.arming or after.arming in (Arming.TRIPPED, Arming.DISARMED)
    assert arm(state, evidence)[1] or not arm(state, good)[1]
