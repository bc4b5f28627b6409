"""A lock, and what is waited for, can only forbid: arming, vibration, and the acknowledgement of the lock itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.safety.arming import Arming
from station.safety.guard import SafetyState, acknowledge, arm, supervise
from station.safety.limits import HARD
from station.safety.values import OFF, Output

DEMAND = Output(20.0, 0.4)


def test_a_lock_trips_while_armed_whether_or_not_it_vibrates(run):
    for demand in (OFF, DEMAND):
        running = run()
        running.tick(demand)
        assert running.tick(demand, lock="relay-welded")[:2] == OFF
        assert (running.state.arming, running.state.trip) == (Arming.TRIPPED, "relay-welded")


def test_a_lock_latches_while_disarmed_and_keeps_its_name(run, good):
    running = run(SafetyState())
    running.tick(lock="relay-welded")
    assert (running.state.arming, running.state.trip) == (Arming.TRIPPED, "relay-welded")
    running.tick(lock="plate-moves")
    assert running.state.trip == "relay-welded"
    running.tick(lock="")
    assert running.state.trip == "relay-welded"
    assert acknowledge(running.state, good)[1] == ""


def test_a_lock_cannot_be_acknowledged_nor_armed_over(good):
    locked = good._replace(lock="relay-welded")
    tripped = SafetyState(Arming.TRIPPED, "relay-welded")
    assert acknowledge(tripped, locked) == (tripped, "relay-welded")
    assert acknowledge(SafetyState(), locked) == (SafetyState(), "")
    assert arm(SafetyState(), locked) == (SafetyState(), "relay-welded")


def test_with_the_emergency_stop_open_the_lock_is_what_is_named(run, good):
    running = run()
    running.tick(estop_closed=False)
    assert (running.state.arming, running.state.trip) == (Arming.ESTOPPED, "estop-open")
    running.tick(estop_closed=False, lock="estop-discrepancy")
    assert (running.state.arming, running.state.trip) == (Arming.ESTOPPED, "estop-discrepancy")
    opened = good._replace(estop_closed=False, lock="estop-discrepancy")
    assert acknowledge(running.state, opened) == (running.state, "estop-discrepancy")
    running.tick(estop_closed=True, lock="estop-discrepancy")
    assert (running.state.arming, running.state.trip) == (Arming.ESTOP_RELEASED, "estop-discrepancy")


def test_what_is_waited_for_refuses_arming_and_nothing_else(run, good):
    waits = good._replace(waits="start-test-running")
    assert arm(SafetyState(), waits) == (SafetyState(), "start-test-running")
    running = run(SafetyState())
    running.tick(waits="start-test-running")
    assert running.state.trip == ""
    running = run()
    running.tick(DEMAND, waits="start-test-running")
    assert running.state.trip == ""


@pytest.mark.parametrize("other", [{"drive_healthy": False}, {"cells_ok": False}, {"oldest_cell_ms": 99.0}])
def test_a_lock_goes_before_other_reasons_and_a_wait_after_real_faults(good, other):
    assert arm(SafetyState(), good._replace(lock="relay-dead", **other))[1] == "relay-dead"
    refused = arm(SafetyState(), good._replace(waits="plate-not-empty", **other))[1]
    assert refused == ("plate-not-empty" if "cells_ok" in other else refused)
    assert refused


@given(
    st.sampled_from([*Arming]), st.sampled_from([OFF, DEMAND]), st.booleans(), st.sampled_from(["a-lock", "another"])
)
def test_no_state_vibrates_or_is_armed_while_locked(good, arming, demand, estop_closed, lock):
    trip = "" if arming in (Arming.DISARMED, Arming.ARMED) else "load-loss"
    evidence = good._replace(estop_closed=estop_closed, lock=lock)
    after, permission = supervise(SafetyState(arming, trip), demand, evidence, HARD)
    assert permission[:2] == OFF
    assert after.trip
    assert after.arming not in (Arming.DISARMED, Arming.ARMED)
    assert acknowledge(after, evidence)[0] == after
