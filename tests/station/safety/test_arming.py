"""The table of states, checked whole."""

from __future__ import annotations

from collections import deque

import pytest

from station.safety.arming import TRANSITIONS, Arming, ArmingEvent, next_arming

D, A, T, E, R = Arming.DISARMED, Arming.ARMED, Arming.TRIPPED, Arming.ESTOPPED, Arming.ESTOP_RELEASED
S = ArmingEvent


def paths_to_armed_from(start: Arming, allowed: set[ArmingEvent]) -> bool:
    """Whether any sequence of these signals arms: breadth first over all states."""
    seen, queue = {start}, deque([start])
    while queue:
        state = queue.popleft()
        for signal in allowed:
            after = next_arming(state, signal)
            if after is A:
                return True
            if after not in seen:
                seen.add(after)
                queue.append(after)
    return False


def test_the_stored_numbers():
    assert [(state.name, state.value) for state in Arming] == [
        ("DISARMED", 0),
        ("ARMED", 1),
        ("TRIPPED", 2),
        ("ESTOPPED", 3),
        ("ESTOP_RELEASED", 4),
    ]


def test_signals_are_called_by_their_names():
    assert [signal.value for signal in ArmingEvent] == [signal.name.lower().replace("_", "-") for signal in ArmingEvent]


def test_the_table_is_complete():
    assert set(TRANSITIONS) == {(state, signal) for state in Arming for signal in ArmingEvent}


EXPECTED = {
    (D, S.ARM): A,
    (D, S.TRIP): T,
    (A, S.DISARM): D,
    (A, S.TRIP): T,
    (T, S.ACKNOWLEDGE): D,
    (E, S.ESTOP_CLOSED): R,
    (R, S.ACKNOWLEDGE): D,
    **{(state, S.ESTOP_OPEN): E for state in Arming},
}


@pytest.mark.parametrize("state", list(Arming))
@pytest.mark.parametrize("signal", list(ArmingEvent))
def test_every_transition(state, signal):
    """Those that are named change the state; all the others leave it."""
    assert next_arming(state, signal) is EXPECTED.get((state, signal), state)


@pytest.mark.parametrize("start", [T, E, R])
def test_nothing_arms_without_an_acknowledgement(start):
    assert not paths_to_armed_from(start, set(ArmingEvent) - {S.ACKNOWLEDGE})
    assert not paths_to_armed_from(start, set(ArmingEvent) - {S.ARM})
    assert paths_to_armed_from(start, set(ArmingEvent))


def test_releasing_the_emergency_stop_starts_nothing():
    assert not paths_to_armed_from(E, {S.ESTOP_CLOSED, S.ESTOP_OPEN, S.ARM})
    assert not paths_to_armed_from(E, {S.ACKNOWLEDGE, S.ARM})


def test_only_arm_arms():
    for state in set(Arming) - {A}:
        arms = {event for event in ArmingEvent if next_arming(state, event) is A}
        assert arms == ({S.ARM} if state is D else set())


@pytest.mark.parametrize("signal", [*ArmingEvent, "arm", None])
def test_what_is_not_in_the_table_trips(signal):
    assert next_arming(9, signal) is T  # type: ignore[arg-type]
    assert next_arming(A, "arm") is T  # type: ignore[arg-type]
