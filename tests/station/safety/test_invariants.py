"""Each invariant is broken once, to see that it would be noticed; and the document lists the same ones."""

from __future__ import annotations

import re
from math import nan, nextafter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.safety.arming import Arming
from station.safety.dose import Ledger, peak_acceleration_g
from station.safety.guard import SafetyState
from station.safety.invariants import INVARIANTS, Tick, broken
from station.safety.values import OFF, Output, Permission

if TYPE_CHECKING:
    from station.safety.values import Evidence

DOCUMENT = Path(__file__).parents[3] / "docs" / "hazards.md"
ON = Output(20.0, 0.4)
ONE_G = Output(16.0, 1.940666768683851)


@pytest.fixture
def tick(good: Evidence) -> Tick:
    """A sound tick of vibration."""
    state = SafetyState(arming=Arming.ARMED, given=ON, ledger=Ledger(1.0, 0.0, 1.0, 1.0, 1, 1.0, 1.0))
    return Tick(state, ON, good, state, Permission(*ON))


def with_output(tick: Tick, frequency_hz: float, displacement_pp_mm: float) -> Tick:
    """Asked for, permitted and remembered alike."""
    output = Output(frequency_hz, displacement_pp_mm)
    return tick._replace(demand=output, permission=Permission(*output), after=tick.after._replace(given=output))


def off(tick: Tick, **after) -> Tick:
    return tick._replace(permission=Permission(0.0, 0.0, ("x",)), after=tick.after._replace(given=OFF, **after))


def test_a_sound_tick_breaks_nothing(tick):
    assert broken(tick) == ()
    assert broken(off(tick)) == ()
    assert broken(with_output(tick, 2.0, 6.0)) == ()
    assert broken(with_output(tick, 40.0, 0.1)) == ()
    assert broken(with_output(tick, 0.0, 0.0)) == ()
    assert peak_acceleration_g(*ONE_G) == 1.0
    assert broken(with_output(tick, *ONE_G)) == ()


@pytest.mark.parametrize(
    "permitted",
    [(20.1, 0.4), (20.0, 0.41), (nan, 0.4), (20.0, nan), (-1.0, 0.4), (20.0, -1.0), (0.0, 0.4), (20.0, 0.0)],
)
def test_more_than_was_asked_for_is_noticed(tick, permitted):
    raised = with_output(tick, *permitted)._replace(demand=ON)
    assert "I1" in broken(raised)


@pytest.mark.parametrize("output", [(nextafter(2.0, 0.0), 0.1), (0.5, 0.4), (40.1, 0.01), (3.0, 6.01), (30.0, 0.6)])
def test_more_than_a_hard_limit_is_noticed(tick, output):
    assert broken(with_output(tick, *output)) == ("I2",)


def test_vibration_that_is_not_armed_is_noticed(tick):
    disarmed = tick.after._replace(arming=Arming.DISARMED)
    tripped = tick.after._replace(arming=Arming.TRIPPED, trip="load-loss")
    assert broken(tick._replace(after=disarmed)) == ("I3",)
    assert broken(tick._replace(before=disarmed, after=disarmed)) == ("I3",)
    assert broken(tick._replace(before=disarmed)) == ("I3", "I5")
    assert broken(tick._replace(after=tripped)) == ("I3",)
    assert broken(tick._replace(after=tick.after._replace(trip="load-loss"))) == ("I3", "I6")


def test_an_open_emergency_stop_that_is_not_obeyed_is_noticed(tick):
    pressed = tick._replace(evidence=tick.evidence._replace(estop_closed=False))
    assert broken(pressed) == ("I4",)
    assert broken(off(pressed)) == ("I4",)
    assert broken(off(pressed, arming=Arming.DISARMED)) == ("I4",)
    assert broken(off(pressed, arming=Arming.ESTOPPED, trip="estop-open")) == ()
    latched = pressed.after._replace(arming=Arming.ESTOPPED, trip="estop-open")
    assert broken(pressed._replace(after=latched)) == ("I3", "I4")


def test_a_trip_that_clears_itself_is_noticed(tick):
    before = tick.before._replace(arming=Arming.TRIPPED, trip="load-loss")
    was_tripped = off(tick)._replace(before=before)
    assert broken(off(was_tripped, arming=Arming.TRIPPED, trip="load-loss")) == ()
    assert broken(off(was_tripped, arming=Arming.DISARMED)) == ("I5",)
    assert broken(off(was_tripped, arming=Arming.ARMED)) == ("I5",)
    assert broken(off(was_tripped, arming=Arming.DISARMED, trip="load-loss")) == ("I5", "I6")
    assert broken(off(was_tripped, arming=Arming.TRIPPED)) == ("I5", "I6")
    assert broken(off(tick._replace(before=tick.before._replace(arming=Arming.DISARMED)))) == ("I5",)
    assert broken(off(tick, arming=Arming.DISARMED)) == ()


def test_a_trip_without_a_name_is_noticed(tick):
    for state in (Arming.TRIPPED, Arming.ESTOPPED, Arming.ESTOP_RELEASED):
        assert broken(off(tick, arming=state)) == ("I6",)
        assert broken(off(tick, arming=state, trip="load-loss")) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"oldest_cell_ms": 60.1},
        {"oldest_cell_ms": -60.1},
        {"oldest_cell_ms": nan},
        {"drive_healthy": False},
        {"missed_run": 3},
    ],
)
def test_vibration_on_bad_evidence_is_noticed(tick, changes):
    bad = tick._replace(evidence=tick.evidence._replace(**changes))
    assert broken(bad) == ("I7",)
    assert broken(off(bad)) == ()
    limits = tick.evidence._replace(oldest_cell_ms=60.0, missed_run=2)
    assert broken(tick._replace(evidence=limits)) == ()


@pytest.mark.parametrize("name", ["session_s", "day_s", "bouts", "e2_m2_s3", "e4_m4_s7"])
def test_a_ledger_that_shrinks_is_noticed(tick, name):
    for seen in (tick, off(tick)):
        smaller = seen.after.ledger._replace(**{name: 0})
        assert broken(seen._replace(after=seen.after._replace(ledger=smaller))) == ("I8",)


@pytest.mark.parametrize(("name", "limit"), [("bout_s", 120.0), ("session_s", 900.0), ("day_s", 900.0)])
def test_vibration_beyond_its_time_is_noticed(tick, name, limit):
    def at(seen: Tick, value: float) -> Tick:
        return seen._replace(after=seen.after._replace(ledger=seen.after.ledger._replace(**{name: value})))

    assert broken(at(tick, limit)) == ("I8",)
    assert broken(at(tick, nextafter(limit, 0.0))) == ()
    assert broken(at(off(tick), limit)) == ()


def test_a_lowering_without_a_reason_is_noticed(tick):
    for asked in (ON, Output(0.5, 0.4), Output(20.0, 0.05)):
        assert broken(off(tick)._replace(permission=Permission(0.0, 0.0), demand=asked)) == ("I9",)
    lowered = tick._replace(permission=Permission(20.0, 0.3), after=tick.after._replace(given=Output(20.0, 0.3)))
    assert broken(lowered) == ("I9",)
    assert broken(lowered._replace(permission=Permission(20.0, 0.3, ("limit-exceeded",)))) == ()
    for idle in (OFF, Output(20.0, 0.0), Output(0.0, 0.4)):
        assert broken(off(tick)._replace(permission=Permission(0.0, 0.0), demand=idle)) == ()


def test_a_state_that_forgets_its_output_is_noticed(tick):
    assert broken(tick._replace(after=tick.after._replace(given=OFF))) == ("I10",)


def test_vibration_that_nobody_holds_on_for_is_noticed(tick):
    let_go = tick._replace(evidence=tick.evidence._replace(hand_held=False))
    assert broken(let_go) == ()
    late = let_go._replace(after=tick.after._replace(watch=tick.after.watch._replace(let_go_ns=50_000_001)))
    assert broken(late) == ("I11",)
    assert broken(late._replace(evidence=tick.evidence)) == ()
    in_time = let_go._replace(after=tick.after._replace(watch=tick.after.watch._replace(let_go_ns=50_000_000)))
    assert broken(in_time) == ()
    assert broken(off(late)) == ()
    pressed = tick._replace(evidence=tick.evidence._replace(foot_pressed=True))
    assert broken(pressed) == ("I11",)
    assert broken(off(pressed)) == ()


def test_the_document_lists_every_invariant_in_the_words_of_its_code():
    listed = dict(re.findall(r"^- \*\*(I\d+)\*\* (.+)$", DOCUMENT.read_text(), re.MULTILINE))
    assert listed == {name: (holds.__doc__ or "").removeprefix(f"{name}. ") for name, holds in INVARIANTS.items()}
