"""A pause between two trials: what runs is finished as it is, nothing begins by itself, no trial is lost or doubled."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drills import pausing
from drills.library import load_shipped
from drills.machine import begin, fade, step, stop
from drills.moves import PAUSE_LIMIT_NS
from drills.ordered import OrderedLoad
from drills.prescription import Asked, prescribe
from drills.state import VIBRATING
from drills.values import NO_DEMAND, DrillOutcome, Leg, Phase
from drills.words import Cue, Word
from station.records.one_to_one import PAUSE_COUNTS_S
from tests.drills.conftest import EMPTY, stand
from tests.drills.test_machine_properties import OBSERVATION, STANDS, documents, rebuilt

if TYPE_CHECKING:
    from drills.document import DrillDocument
    from drills.state import DrillState
    from drills.values import Event

TICK_NS = 40_000_000
BETWEEN = (Phase.REST, Phase.CHANGE)


class Run:
    """A drill with somebody who does what is asked, tick by tick, and a therapist."""

    def __init__(self, document: DrillDocument, leg: Leg = Leg.LEFT, load: OrderedLoad | None = None, **asked: Any):
        self.state = begin(document, prescribe(document, Asked(leg, **asked)), 0, load=load)
        self.now_ns = 0
        self.events: list[Event] = []
        self.demands: list[tuple[Phase, object]] = []
        self.words: list[int] = []
        self.act: Callable[[DrillState], Any] = lambda _: stand(700.0, 0.0, 5.0)

    def until(self, happened: Callable[[DrillState], bool], limit_s: float = 400.0) -> Run:
        end_ns = self.now_ns + round(limit_s * 1e9)
        while not happened(self.state):
            assert self.now_ns < end_ns, (self.state.phase, self.state.trial)
            self.now_ns += TICK_NS
            self.state, demand, scene, told = step(self.state, self.act(self.state), self.now_ns)
            self.events += told
            self.demands.append((self.state.phase, demand))
            self.words.append(int(scene.word))
        return self

    def in_phase(self, phase: Phase) -> Run:
        return self.until(lambda state: state.phase is phase)

    def for_s(self, seconds: float) -> Run:
        end_ns = self.now_ns + round(seconds * 1e9)
        return self.until(lambda _: self.now_ns >= end_ns)

    def pause(self) -> Run:
        self.state, told = pausing.pause(self.state, self.now_ns)
        self.events += told
        return self

    def go_on(self) -> Run:
        self.state, told = pausing.go_on(self.state, self.now_ns)
        self.events += told
        return self

    def phases(self) -> list[tuple[str, int]]:
        return [(str(e.data["phase"]), int(e.data["trial"])) for e in self.events if e.kind == "phase"]

    def ended(self) -> list[dict[str, object]]:
        return [e.data for e in self.events if e.kind == "trial-ended"]


def paused(state: DrillState) -> bool:
    return state.phase is Phase.PAUSE


def done(state: DrillState) -> bool:
    return state.finished


def test_the_trial_that_runs_is_finished_as_it_is_and_then_nothing_begins_by_itself(single_leg):
    plain = Run(single_leg, hold_s=5.0, trials=3).until(done)
    run = Run(single_leg, hold_s=5.0, trials=3).in_phase(Phase.HOLD).for_s(1.0).pause()
    assert (run.state.phase, pausing.is_paused(run.state)) == (Phase.HOLD, False)
    run.until(paused)
    assert run.ended() == plain.ended()[:1], "to the last bit"
    assert run.phases()[-3:] == [("hold", 1), ("ramp-down", 1), ("pause", 1)]
    run.act = lambda _: stand(700.0) if run.now_ns // 10**9 % 20 < 10 else EMPTY  # on and off the plate
    run.for_s(300.0)
    assert paused(run.state)
    assert {demand for phase, demand in run.demands if phase is Phase.PAUSE} == {NO_DEMAND}
    told, after = run.words[-300 * 25 :][:70], run.words[-299 * 25 :][70:]
    assert {*told} == {Word.HELD}, "how it went is told first"
    assert {*after} == {Word.PAUSE}
    run.act = lambda _: stand(700.0, 0.0, 5.0)
    run.go_on().until(done)
    assert run.state.outcome is DrillOutcome.COMPLETED
    assert [one["trial"] for one in run.ended()] == [1, 2, 3]
    assert [one["hold_s"] for one in run.ended()] == [one["hold_s"] for one in plain.ended()]


@pytest.mark.parametrize(("paused_s", "rest_s"), [(4.0, 26.0), (28.0, 5.0), (200.0, 5.0)])
def test_a_pause_counts_as_rest_and_who_goes_on_has_five_seconds_to_get_ready(single_leg, paused_s, rest_s):
    assert prescribe(single_leg, Asked(Leg.LEFT)).rest_s == 30.0
    run = Run(single_leg, hold_s=5.0, trials=2).in_phase(Phase.HOLD).pause().until(paused).for_s(paused_s).go_on()
    began_ns = run.now_ns
    assert run.state.phase is Phase.REST
    run.in_phase(Phase.GET_ON)
    assert (run.now_ns - began_ns) * 1e-9 == pytest.approx(rest_s, abs=0.09)
    assert run.words[-5:] == [Word.READY_ON_LEFT] * 4 + [Word.STEP_ON]
    assert Word.HELD not in run.words[-round(rest_s * 25) :], "how it went is not told twice"
    assert run.state.trial == 2


def test_a_drill_without_a_rest_goes_on_to_the_plate():
    document = rebuilt(load_shipped("stand-open"), 1.0, 0.0, 0.0)
    run = Run(document, Leg.BOTH, trials=2).in_phase(Phase.HOLD).pause().until(paused).for_s(9.0).go_on()
    assert (run.state.phase, run.state.trial) == (Phase.GET_ON, 2)
    assert [one["trial"] for one in run.until(done).ended()] == [1, 2]


def test_in_a_rest_it_is_paused_at_once_and_the_rest_loses_nothing(single_leg):
    run = Run(single_leg, hold_s=5.0, trials=2).in_phase(Phase.REST).for_s(20.0).pause()
    assert paused(run.state)
    run.for_s(2.0)
    assert run.words[-1] == Word.PAUSE, "how it went was told in the rest"
    rest_s = prescribe(single_leg, Asked(Leg.LEFT)).rest_s
    run.go_on().in_phase(Phase.GET_ON)
    rested = [phase for phase, _ in run.demands if phase in (Phase.REST, Phase.PAUSE)]
    assert len(rested) * TICK_NS * 1e-9 == pytest.approx(rest_s, abs=0.1)


def test_where_legs_alternate_the_next_is_the_next_and_who_was_weighed_is_weighed_again():
    side = {Leg.LEFT: -90.0, Leg.RIGHT: 90.0, Leg.BOTH: 0.0}
    run = Run(load_shipped("quick-one-leg"), trials=4)
    run.act = lambda s: stand(700.0, side[s.leg] if s.phase in (Phase.SETTLE, Phase.HOLD) else 0.0, 5.0)
    run.in_phase(Phase.HOLD).pause().until(paused)
    assert run.state.leg is Leg.RIGHT, "the leg that comes"
    run.for_s(60.0).go_on()
    assert run.state.phase is Phase.CHANGE
    assert run.until(lambda s: s.phase not in BETWEEN).state.phase is Phase.WEIGH
    run.in_phase(Phase.CHANGE).pause()
    run.for_s(1.0)
    run.act, before = lambda _: EMPTY, run.act
    run.for_s(30.0).go_on().until(lambda s: s.phase not in BETWEEN)
    assert run.state.phase is Phase.GET_ON, "nobody stands there: they are asked on"
    run.act = before
    run.until(done)
    assert [one["leg"] for one in run.ended()] == ["left", "right", "left", "right"]
    assert {one["outcome"] for one in run.ended()} == {"held"}


def test_a_comparison_keeps_its_drawn_order_over_a_pause():
    document = load_shipped("with-and-without")
    orders = []
    for pauses in (False, True):
        run = Run(document)
        shaken = {}
        while not done(run.state):
            run.in_phase(Phase.HOLD) if not run.state.trial else run.until(lambda s: s.phase is Phase.HOLD or done(s))
            shaken[run.state.trial] = run.state.plan.vibrates
            if pauses and pausing.may_pause(run.state):
                run.pause().until(paused).for_s(7.0).go_on()
            run.until(lambda s: s.phase is not Phase.HOLD)
        orders.append(([shaken[n] for n in sorted(shaken)], [e.data for e in run.events if e.kind == "with-without"]))
    assert orders[0] == orders[1]
    assert {True, False} == {*orders[0][0]}


def test_a_leg_under_an_order_keeps_off_the_plate_is_watched_in_the_pause_and_the_plate_must_be_empty_after():
    load = OrderedLoad(Leg.LEFT, 300.0, 330.0, 700.0)
    run = Run(load_shipped("load-to-the-line"), load=load, trials=2)
    run.act = lambda s: stand(250.0) if s.phase is Phase.HOLD else stand(0.0)
    run.in_phase(Phase.HOLD).pause().until(paused).for_s(7.0)
    assert run.words[-1] == Word.PAUSE_FOOT_OFF
    run.act = lambda _: stand(320.0)
    run.for_s(0.2)
    assert (run.words[-1], run.state.scene.cue) == (Word.FOOT_OFF_THE_PLATE, Cue.WARN)
    run.for_s(20.0).go_on()
    run.in_phase(Phase.GET_ON).for_s(3.0)
    assert run.state.phase is Phase.GET_ON
    run.act = lambda s: stand(250.0) if s.phase is Phase.HOLD else stand(0.0)
    run.until(done)
    assert [one["trial"] for one in run.ended()] == [1, 2]


def test_who_sits_may_take_the_feet_off():
    run = Run(load_shipped("push-down"), Leg.LEFT, trials=2)
    assert run.state.plan.seated
    run.act = lambda _: stand(150.0)
    run.in_phase(Phase.HOLD).pause().until(paused).for_s(5.0)
    assert run.words[-1] == Word.PAUSE_SEATED


def test_there_is_nothing_to_pause_in_the_last_trial_while_it_fades_and_after_the_end(single_leg):
    run = Run(single_leg, hold_s=5.0, trials=2).in_phase(Phase.HOLD)
    assert pausing.may_pause(run.state)
    faded, _ = fade(run.state, run.now_ns)
    assert not pausing.may_pause(faded)
    assert pausing.pause(faded, run.now_ns) == (faded, ())
    run.until(lambda s: s.trial == 2)
    assert not pausing.may_pause(run.state)
    assert pausing.pause(run.state, run.now_ns) == (run.state, ())
    run.until(done)
    assert pausing.pause(run.state, run.now_ns) == (run.state, ())
    assert run.phases()[-1] == ("done", 2)
    assert not pausing.may_pause(Run(single_leg, trials=1).state)


def test_before_the_first_try_it_is_after_the_first_try_and_it_can_be_taken_back(single_leg):
    run = Run(single_leg, hold_s=5.0, trials=2).pause()
    assert pausing.pause(run.state, 0) == (run.state, ())  # twice is once
    run.in_phase(Phase.HOLD)
    run.state = pausing.take_back(run.state)
    assert pausing.take_back(run.state) is run.state
    run.until(lambda s: s.phase in (Phase.REST, Phase.PAUSE))
    assert run.state.phase is Phase.REST
    run.pause()
    assert pausing.take_back(run.state) is run.state
    assert paused(run.state), "what has begun is ended by going on alone"


def test_going_on_without_a_pause_changes_nothing(single_leg):
    run = Run(single_leg, hold_s=5.0, trials=2)
    for phase in (Phase.GET_ON, Phase.HOLD, Phase.REST, Phase.DONE):
        run.in_phase(phase)
        assert pausing.go_on(run.state, run.now_ns) == (run.state, ())


def test_a_pause_that_nobody_ends_is_ended_as_stopped(single_leg):
    run = Run(single_leg, hold_s=5.0, trials=2).in_phase(Phase.REST).pause()
    begun_ns = run.now_ns
    run.until(done, 700.0)
    assert run.now_ns - begun_ns == PAUSE_LIMIT_NS == PAUSE_COUNTS_S * 1e9
    assert run.state.outcome is DrillOutcome.STOPPED
    (said,) = [e.data for e in run.events if e.kind == "stop"]
    assert said == {"by": "", "code": "paused-too-long"}
    assert [one["outcome"] for one in run.ended()] == ["held"]


@pytest.mark.parametrize("end", [lambda s, t: stop(s, DrillOutcome.TRIPPED, t), fade], ids=["trip", "fade"])
def test_a_stop_a_trip_and_a_lost_phone_end_it_at_once(single_leg, end):
    run = Run(single_leg, hold_s=5.0, trials=2).in_phase(Phase.REST).pause().for_s(1.0)
    state, _ = end(run.state, run.now_ns)
    assert (state.phase, len(state.results)) == (Phase.DONE, 1)
    assert not pausing.is_paused(state)
    assert pausing.go_on(state, run.now_ns) == (state, ())


ASKED = st.sampled_from(["pause", "pause", "take-back", "go-on", "go-on", "stop", "fade", ""])
ASKS = {
    "pause": pausing.pause,
    "take-back": lambda state, _: (pausing.take_back(state), ()),
    "go-on": pausing.go_on,
    "stop": lambda state, now_ns: stop(state, DrillOutcome.STOPPED, now_ns),
    "fade": fade,
    "": lambda state, _: (state, ()),
}


ANYTHING = st.tuples(OBSERVATION, st.integers(-(10**12), 10**12), st.sampled_from([1, 1, 2, 30]))
FEED = st.lists(st.one_of(STANDS, STANDS, STANDS, ANYTHING), min_size=12, max_size=25)


@settings(max_examples=40)
@given(st.data(), documents(), FEED)
def test_whatever_is_asked_in_whatever_order_no_trial_is_lost_or_doubled(data, document, feed):
    leg = data.draw(st.sampled_from([Leg.LEFT, Leg.BOTH])) if document.stance.kind == "single-leg" else Leg.BOTH
    try:
        prescription = prescribe(document, Asked(leg, hold_s=document.exercise_step.time.min_s))
    except ValueError:
        prescription = prescribe(document, Asked(Leg.LEFT))
    state, now_ns, begun, ended = begin(document, prescription, 0), 0, [], []
    for item in feed:
        asked = data.draw(ASKED)
        before = state
        state, told = ASKS[asked](state, now_ns)
        if before.phase is Phase.PAUSE and asked not in ("go-on", "stop", "fade"):
            assert state is before
        for observation, step_ns in itertools.repeat(item[:2], item[2]):
            begun += [e.data["trial"] for e in told if e.kind == "trial-started"]
            ended += [e.data["trial"] for e in told if e.kind == "trial-ended"]
            now_ns += step_ns
            waits = state.phase is Phase.PAUSE
            state, demand, _, told = step(state, observation, now_ns)
            if waits:  # by itself it only ends
                assert state.phase is Phase.PAUSE or (state.phase, state.outcome) == (Phase.DONE, DrillOutcome.STOPPED)
            if state.phase not in VIBRATING:
                assert demand is NO_DEMAND
        begun += [e.data["trial"] for e in told if e.kind == "trial-started"]
        ended += [e.data["trial"] for e in told if e.kind == "trial-ended"]
    assert begun == sorted({*begun}), "none twice, none out of order"
    assert ended == list(range(1, len(ended) + 1)) == [result.trial for result in state.results]
    assert len(ended) <= state.trial <= prescription.trials


def test_a_drill_that_was_stopped_in_its_first_trial_pauses_no_more():
    run = Run(load_shipped("single-leg-vibration"), trials=3).in_phase(Phase.HOLD)
    assert pausing.may_pause(run.state)
    ended, _ = stop(run.state, DrillOutcome.STOPPED, run.now_ns)
    assert not pausing.may_pause(ended)
    assert pausing.pause(ended, run.now_ns) == (ended, ())
