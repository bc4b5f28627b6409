"""Levels that follow what the patient does, by hand: a staircase, an order of load, pulses, and clocks round them."""

import math
from typing import Any

import pytest

from drills.exercises import compare, follow_ring, slalom
from drills.exercises.feet import STILL_NS, Learning
from drills.exercises.follow_maze import _beside
from drills.exercises.staircase import OF_THE_LAST, REVERSALS, Staircase
from drills.exercises.values import Moment
from drills.library import load_shipped
from drills.loading import load_frame
from drills.machine import begin
from drills.ordered import NO_LOAD, Beyond, OrderedLoad, beyond
from drills.prescription import Asked, prescribe
from drills.pulses import gated
from drills.scene import ClockKind
from drills.state import NO_RUNS, DrillState, Pulse, Runs
from drills.values import NO_DEMAND, Demand, Event, Leg, Mark, Observation, Phase
from tests.drills.players import round_of
from tests.drills.trying import keyed

S = 10**9
LEVELS = (-4.0, -8.0, -6.0, -8.0, -10.0, -8.0, -10.0, -8.0)


@pytest.mark.parametrize(
    ("turned_db", "went_beyond", "found", "threshold_db"),
    [
        (LEVELS, 0, "found", -50.0 / 6.0),
        (LEVELS[:7], 0, "", None),
        (LEVELS[:7], -1, "", None),
        (LEVELS[:7], -2, "below", None),
        (LEVELS[:7], 2, "above", None),
    ],
)
def test_a_threshold_is_the_mean_of_the_last_six_of_eight_reversals(turned_db, went_beyond, found, threshold_db):
    """Of -6, -8, -10, -8, -10 and -8 dB; two ways beyond an end there is none."""
    stairs = Staircase(-8.0, -40.0, turned_db=turned_db, beyond=went_beyond)
    assert (stairs.over, stairs.found, stairs.threshold_db) == (bool(found), found, threshold_db)
    assert (REVERSALS, OF_THE_LAST) == (8, 6)


RMS_MM_S2 = (2.0 * math.pi * 25.0) ** 2 * 0.08 / 2.0 / math.sqrt(2.0)
"""Of 25 Hz and 0.08 mm: 698 mm/s2, 56.9 dB above 1 mm/s2."""
FOUND = Staircase(-8.0, -40.0, way=-1, turned_db=LEVELS[:7])
"""A wrong answer at -8 dB is the last reversal: the mean of the last six is -8.3 dB."""


@pytest.mark.parametrize(
    ("stairs", "mark", "strongest", "threshold"),
    [
        (FOUND, Mark.SECOND, (25.0, 0.08), ("found", -8.3, round(20.0 * math.log10(RMS_MM_S2) - 50.0 / 6.0, 1))),
        (FOUND, Mark.SECOND, (0.0, 0.0), ("found", -8.3, None)),
        (Staircase(-40.0, -40.0, rights=2, way=-1, beyond=-1), Mark.FIRST, (25.0, 0.08), ("below", None, None)),
        (Staircase(0.0, -40.0, way=1, beyond=1), Mark.SECOND, (25.0, 0.08), ("above", None, None)),
        (Staircase(-8.04, -40.0), Mark.FIRST, (25.0, 0.08), None),
    ],
)
def test_what_is_said_of_a_comparison_and_of_the_threshold_that_it_found(stairs, mark, strongest, threshold):
    """The fifth of the second trial, of which the first one vibrated."""
    given = keyed("feel-the-hum")._replace(trial=2, strongest=strongest, pulses=((S, 2 * S), (3 * S, 4 * S)))
    state = compare.begin(given)._replace(stairs=stairs, place=compare.Place(0, 2), hums=0, shaken=True, done=4)
    seen = Observation(700.0, 0.0, 0.0, 0.0, True, mark)
    _, _, events, over = compare.step(state, seen, Moment(9 * S, Phase.HOLD, 4 * S))[:4]
    comparison: dict[str, object] = {
        "trial": 2,
        "number": 5,
        "vibrated": 1,
        "answer": int(mark is Mark.SECOND) + 1,
        "right": mark is Mark.FIRST,
        "level_db": round(stairs.level_db, 1),
        "given": True,
    }
    told = dict(zip(("how", "threshold_db", "db_re_1_mm_s2_rms"), threshold or (), strict=bool(threshold)))
    found = (Event("threshold", 9 * S, {"trial": 2, **told}),) if threshold else ()
    assert events == (Event("comparison", 9 * S, comparison), *found)
    assert over is bool(threshold)


@pytest.mark.parametrize(("hums", "shaken"), [(2, True), (0, False)])
def test_a_comparison_in_which_nothing_was_felt_is_not_right_or_wrong(hums, shaken):
    """Neither was to vibrate, or the plate did not move: the staircase stays."""
    given = keyed("feel-the-hum")._replace(trial=2)
    state = compare.begin(given)._replace(stairs=FOUND, place=compare.Place(0, 2), hums=hums, shaken=shaken)
    after, events = compare._answered(state, 1, 9 * S)
    assert after.stairs is FOUND
    assert (after.done, after.told) == (1, 0)
    data: dict[str, object] = {
        "trial": 2,
        "number": 1,
        "vibrated": None if hums == 2 else 1,
        "answer": 2,
        "right": None,
        "level_db": -8.0,
        "given": shaken,
    }
    assert events == (Event("comparison", 9 * S, data),)


@pytest.mark.parametrize(
    ("force_n", "before", "after"),
    [
        (50.0, Beyond.NOTHING, Beyond.NOTHING),
        (50.001, Beyond.NOTHING, Beyond.ORDER),
        (48.0, Beyond.ORDER, Beyond.NOTHING),  # 2 N below: 2 hundredths of 50 N are less
        (48.001, Beyond.ORDER, Beyond.ORDER),
        (200.0, Beyond.ORDER, Beyond.ORDER),
        (200.001, Beyond.ORDER, Beyond.LIMIT),
        (196.0, Beyond.LIMIT, Beyond.ORDER),  # 2 hundredths of 200 N
        (196.001, Beyond.LIMIT, Beyond.LIMIT),
        (48.0, Beyond.LIMIT, Beyond.NOTHING),
        (math.nan, Beyond.NOTHING, Beyond.LIMIT),
    ],
)
def test_a_load_is_back_where_it_is_2_n_or_2_hundredths_below_the_line(force_n, before, after):
    assert beyond(OrderedLoad("left", 50.0, 200.0, 700.0), force_n, before) is after


@pytest.mark.parametrize(("order_n", "touch_n"), [(40.0, 10.0), (80.0, 20.0), (81.0, 20.0), (0.0, 0.0)])
def test_a_foot_touches_from_a_quarter_of_the_order_and_20_n_on(order_n, touch_n):
    assert NO_LOAD._replace(order_n=order_n).touch_n == touch_n


def shaken(**changes: Any) -> DrillState:
    """A drill with vibration in its first trial."""
    document = load_shipped("single-leg-vibration")
    return begin(document, prescribe(document, Asked(Leg.LEFT)), 0)._replace(**{"trial": 1} | changes)


FULL = Demand(25.0, 0.2)
LOW = Runs(5, None, None)


@pytest.mark.parametrize(
    ("until_ns", "share", "given"),
    [
        (None, 1.0, 1.0),
        (None, 1.5, 1.0),
        (None, 0.5, 0.5),
        (None, 0.0, 0.0),
        (None, -0.5, 0.0),
        (None, math.nan, 0.0),
        (9 * S, 1.0, 1.0),  # the second is over
        (9 * S + 1, 1.0, 0.0),
        (10 * S, 1.0, 0.0),
        (10 * S + 1, 1.0, 1.0),  # time went back
    ],
)
def test_a_pulse_begins_after_a_second_of_calm_and_as_large_as_it_is_to_be(until_ns, share, given):
    """At 9 s; nothing more is given than all of it."""
    state, demand, events = gated(shaken(pulse=Pulse(until_ns)), FULL, share, 9 * S)
    assert events == (Event("pulse", 9 * S, {"trial": 1, "share": given}),)
    assert (state.pulse.share, state.pulse.on) == (given, True)
    assert demand == (NO_DEMAND if given == 0.0 else (25.0, 0.2 * given))
    assert (demand is FULL) == (given == 1.0)


def test_a_pulse_keeps_its_size_and_ends_with_a_foot_that_comes_down():
    on = shaken(pulse=Pulse(None, 0.5, True))
    state, demand, events = gated(on, FULL, 1.0, 9 * S)
    assert (state, demand, events) == (on, (25.0, 0.1), ())
    state, demand, events = gated(on._replace(runs=LOW), FULL, 1.0, 9 * S)
    assert (state.pulse, demand, events) == (Pulse(10 * S, 0.0, True), NO_DEMAND, ())
    state, demand, events = gated(shaken(runs=LOW), FULL, 1.0, 9 * S)
    assert (state.pulse, events) == (Pulse(10 * S, 0.0, True), (Event("pulse", 9 * S, {"trial": 1, "share": 0.0}),))
    assert shaken().runs is NO_RUNS


def test_between_two_pulses_the_demand_is_none():
    state, demand, events = gated(shaken(pulse=Pulse(None, 0.5, True)), NO_DEMAND, 0.7, 9 * S)
    assert (state.pulse, demand, events) == (Pulse(None, 0.5, False), NO_DEMAND, ())
    state, _, _ = gated(state, NO_DEMAND, 0.7, 9 * S)
    assert state.pulse == Pulse(None, 0.7, False)


@pytest.mark.parametrize(("trial", "clock"), [(1, (ClockKind.REST, 295, 300)), (3, (ClockKind.NONE, 0, 0))])
def test_a_rest_has_a_clock_where_another_try_comes(trial, clock):
    """Half a second of half a minute is gone."""
    document = load_shipped("load-to-the-line")
    load = OrderedLoad("left", 100.0, 150.0, 700.0)
    state = begin(document, prescribe(document, Asked(Leg.LEFT, trials=3)), 0)
    state = state._replace(phase=Phase.REST, phase_start_ns=7 * S, trial=trial)
    state = state._replace(plan=state.plan._replace(rest_ns=30 * S))
    scene = load_frame(state, load, 0.0, 7 * S + S // 2)
    assert (scene.clock_kind, scene.clock_ds, scene.clock_of_ds) == clock


@pytest.mark.parametrize(
    ("since_ns", "part"),
    [(-1, 0.0), (0, 0.0), (STILL_NS // 4, 0.25), (STILL_NS, 1.0), (STILL_NS + 1, 1.0)],
)
def test_which_part_of_the_rest_on_a_foot_is_over(since_ns, part):
    assert Learning(still_ns=S).part(S + since_ns) == part
    assert Learning().part(S) == 0.0


@pytest.mark.parametrize(
    ("place", "along_mm", "off_mm"),
    [
        ((1.0 + 3.0 * 0.6 - 4.0 * 0.8, 2.0 + 3.0 * 0.8 + 4.0 * 0.6), 3.0, 4.0),
        ((1.0, 2.0), 0.0, 0.0),
        ((-2.0, -2.0), 0.0, 5.0),
        ((10.0, 14.0), 10.0, 5.0),
    ],
)
def test_how_far_along_a_line_a_place_is_and_how_far_beside(place, along_mm, off_mm):
    """From (1, 2) to (7, 10): 10 mm in the direction of (0.6, 0.8)."""
    assert _beside((1.0, 2.0), (7.0, 10.0), place) == pytest.approx((along_mm, off_mm))


def test_a_dot_that_is_nowhere_is_at_the_beginning_of_no_line():
    along_mm, off_mm = _beside((1.0, 2.0), (7.0, 10.0), (math.nan, 0.0))
    assert along_mm == 0.0
    assert math.isnan(off_mm)
    assert _beside((1.0, 2.0), (1.0, 2.0), (4.0, 6.0)) == (0.0, 5.0)


@pytest.mark.parametrize(("hold_s", "seconds"), [(33.0, 30), (32.9, 29), (4.0, 1), (3.0, 1), (1.0, 1)])
def test_a_ring_is_judged_by_the_seconds_between_its_lead_and_its_last_one(hold_s, seconds):
    """2 s of lead, and one second at the end."""
    assert follow_ring.begin(keyed("shrinking-ring", hold_s)).seconds.of == seconds


@pytest.mark.parametrize(("ml_mm", "side"), [(109.9, "left"), (110.0, "left"), (110.1, "right"), (101.0, "left")])
def test_a_gate_is_to_the_right_of_where_the_patient_stands(ml_mm, side):
    state = slalom.begin(round_of("slalom", 1))
    gate = state.gates[0]._replace(ml_mm=ml_mm)
    depth_ns = state.given.keys.depth_ns
    state = state._replace(gates=(gate, *state.gates[1:]), head=state.head._replace(centre_x=1100))
    state = state._replace(round=state.round._replace(gone_ns=gate.at_ns + depth_ns))
    _, (event,) = slalom._judge(state, 0.0, S)
    assert event.data["side"] == side
