"""Pulses in a running drill: other times in each trial, none after a foot that came back, never more than the form."""

from importlib.resources import files

import pytest

from drills.document import load_document
from drills.exercises import EXERCISES
from drills.machine import begin, step
from drills.prescription import Asked, prescribe
from drills.values import NO_DEMAND, Leg, Phase
from tests.drills.movements import TICK_NS, stands

OWN = """form = "bursts"
burst_s = 0.5
edge_s = 0.1
every_min_s = 4.0
every_max_s = 8.0
most = 10
pair_gap_s = 0.0
"""


def bursts():
    """The shipped drill, with bursts."""
    text = (files("drills") / "catalogue" / "single-leg-vibration.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("ramp_")]
    return load_document("\n".join(lines).replace('form = "continuous"', OWN), "drill.toml").document


def run(person, trials=1, seed_ns=0):
    """Time in the trial's hold, demand and events of each tick."""
    document = bursts()
    state = begin(document, prescribe(document, Asked(Leg.LEFT, hold_s=12.0, trials=trials)), seed_ns)
    ticks, events = [], []
    for tick in range(250 * 60 * trials):
        now_ns = seed_ns + tick * TICK_NS
        held_s = None if state.phase is not Phase.HOLD else (now_ns - (state.hold_start_ns or 0)) / 1e9
        state, demand, _, told = step(state, person(held_s), now_ns)
        if state.phase is Phase.HOLD and state.hold_start_ns is not None:
            ticks.append((state.trial, (now_ns - state.hold_start_ns) / 1e9, demand))
        else:
            assert demand is NO_DEMAND
        events += told
        if state.finished:
            break
    return ticks, events, state


def begins(ticks, trial=1):
    """When each pulse begins, in s of the hold."""
    own = [(t, demand) for number, t, demand in ticks if number == trial]
    return [t for (t, demand), (_, before) in zip(own[1:], own, strict=False) if demand != NO_DEMAND == before]


def test_each_pulse_is_an_event_and_each_trial_has_its_own_times():
    ticks, events, state = run(lambda held_s: stands(), trials=2)
    assert [result.outcome.value for result in state.results] == ["held"] * 2
    times = [tuple(begins(ticks, trial)) for trial in (1, 2)]
    assert times[0] != times[1]
    assert all(1 <= len(one) <= 2 for one in times)
    pulses = [event for event in events if event.kind == "pulse"]
    assert [event.data["trial"] for event in pulses] == [trial for trial in (1, 2) for _ in times[trial - 1]]
    assert {event.data["share"] for event in pulses} == {1.0}
    again, _, _ = run(lambda held_s: stands(), trials=2)
    assert again == ticks
    other, _, _ = run(lambda held_s: stands(), seed_ns=10**15 + 4_000_000)
    assert begins(other) != begins(ticks)


@pytest.mark.parametrize(("before_s", "given"), [(0.5, False), (0.9, False), (1.2, True)])
def test_no_pulse_begins_within_a_second_of_a_foot_that_came_back(before_s, given):
    first_s = begins(run(lambda held_s: stands())[0])[0]
    touch = (first_s - before_s - 0.05, first_s - before_s)

    def touches(held_s):
        return stands(0.8 if held_s is not None and touch[0] <= held_s < touch[1] else 1.0)

    ticks, events, state = run(touches)
    assert state.results[0].outcome.value == "held", "a touch of 0.05 s ends no trial"
    starts = begins(ticks)
    assert any(abs(start_s - first_s) < 0.005 for start_s in starts) == given
    first = next(event for event in events if event.kind == "pulse")
    assert first.data["share"] == (1.0 if given else 0.0)
    assert len([event for event in events if event.kind == "pulse"]) == len(starts) + (not given)


def test_a_foot_that_comes_down_in_a_pulse_ends_it_at_once_and_it_does_not_come_again():
    first_s = begins(run(lambda held_s: stands())[0])[0]

    def touches(held_s):
        return stands(0.8 if held_s is not None and first_s + 0.2 <= held_s < first_s + 0.22 else 1.0)

    ticks, _, _ = run(touches)
    inside = [demand for _, t, demand in ticks if first_s <= t < first_s + 0.5]
    on = [demand is not NO_DEMAND for demand in inside]
    assert on.index(False) == pytest.approx(0.2 / 0.004, abs=3)
    assert not any(on[on.index(False) :])


def test_an_exercise_may_ask_for_less_and_never_for_more(monkeypatch):
    whole = run(lambda held_s: stands())[0]
    stand = EXERCISES["stand"]
    for share, most in ((0.25, 0.25), (0.0, 0.0), (3.0, 1.0)):
        less = stand._replace(step=lambda *given, _share=share: stand.step(*given)._replace(share=_share))
        monkeypatch.setitem(EXERCISES, "stand", less)
        ticks = run(lambda held_s: stands())[0]
        expected = [mm * most for _, _, (_, mm) in whole]
        assert [mm for _, _, (_, mm) in ticks] == pytest.approx(expected)
