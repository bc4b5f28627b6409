"""Drills whose trials alternate legs, tick by tick: which leg, when both feet are down, and what is learnt of each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.document import DrillDocument, read_document
from drills.errors import DrillDocumentError
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, leg_word, prescribe
from drills.scene import PlaceLook, SlotState
from drills.state import DrillState
from drills.values import DrillOutcome, Event, Leg, Observation, Phase, TrialOutcome
from drills.words import Word
from tests.drills.conftest import EMPTY, stand

if TYPE_CHECKING:
    pass

SIDE = {Leg.LEFT: -90.0, Leg.RIGHT: 90.0, Leg.BOTH: 0.0}


@pytest.fixture(scope="module")
def quick() -> DrillDocument:
    return load_shipped("quick-one-leg")


def play(document: DrillDocument, act: Callable[[object, float], Observation], trials: int = 6, first: Leg = Leg.LEFT):
    """Every tick of 40 ms with somebody who sees the drill's state; the states, and the events."""
    state, states, events = begin(document, prescribe(document, Asked(first, trials=trials)), 0), [], []
    for now_ns in range(0, 600 * 10**9, 40_000_000):
        state, _, _, told = step(state, act(state, now_ns / 1e9), now_ns)
        states.append(state)
        events += told
        if state.finished:
            break
    return states, events


def obeys(state: object, _t_s: float) -> Observation:
    """Stands on the leg that is asked for, both feet a step apart."""
    alone = state.phase in (Phase.SETTLE, Phase.HOLD)
    return stand(700.0, SIDE[state.leg] if alone else 0.0, 5.0)


@pytest.fixture(scope="module")
def whole(quick: DrillDocument) -> tuple[list[DrillState], list[Event]]:
    return play(quick, obeys)


def test_legs_alternate_and_the_first_is_the_prescribed_one(quick, whole):
    states, events = whole
    assert [r.leg for r in states[-1].results] == [Leg.LEFT, Leg.RIGHT] * 3
    assert [e.data["leg"] for e in events if e.kind == "trial-started"] == ["left", "right"] * 3
    assert [e.data["leg"] for e in events if e.kind == "trial-ended"] == ["left", "right"] * 3
    states, _ = play(quick, obeys, trials=3, first=Leg.RIGHT)
    assert [r.leg for r in states[-1].results] == [Leg.RIGHT, Leg.LEFT, Leg.RIGHT]


def test_both_legs_are_tested_in_less_than_two_minutes(whole):
    states, events = whole
    assert states[-1].outcome is DrillOutcome.COMPLETED
    assert [r.hold_s for r in states[-1].results] == [10.0] * 6
    ended_s = next(e.t_ns for e in events if e.kind == "drill-ended") / 1e9
    assert ended_s == pytest.approx(8 + 6 * 14 + 5 * 4, abs=0.5)


def test_both_feet_are_down_between_two_legs_and_nobody_gets_on_again(whole):
    _, events = whole
    phases = [(e.data["phase"], e.data["trial"]) for e in events if e.kind == "phase"]
    first = [("get-on", 1), ("weigh", 1), ("settle", 1), ("hold", 1), ("change", 1)]
    later = [(phase, n) for n in range(2, 7) for phase in ("settle", "hold", "change")]
    assert phases == [*first, *later[:-1], ("done", 6)]
    said = [(e.data["instruction"], e.data["leg"]) for e in events if e.kind == "instruction"]
    assert said[:6] == [
        ("get_on", "both"),
        ("stand_on_both", "both"),
        ("stand_on_left", "left"),
        ("hold_still", "left"),
        ("change_legs", "right"),
        ("stand_on_right", "right"),
    ]
    assert all(json.loads(json.dumps(e.data, allow_nan=False)) == e.data for e in events)


def test_the_screen_says_which_foot_stays_and_which_lifts(whole):
    seen = {}
    for state in whole[0]:
        looks = {slot.look: slot.state for slot in state.scene.slots}
        seen.setdefault((state.phase, state.leg), (Word(state.scene.word), looks))
    both = {PlaceLook.SOLE_LEFT: SlotState.NOW, PlaceLook.SOLE_RIGHT: SlotState.NOW}
    assert seen[Phase.WEIGH, Leg.LEFT] == (Word.STAND_ON_BOTH, both)
    assert seen[Phase.SETTLE, Leg.RIGHT] == (Word.STAND_ON_RIGHT, {**both, PlaceLook.SOLE_LEFT: SlotState.PASSED_BY})
    assert seen[Phase.SETTLE, Leg.LEFT] == (Word.STAND_ON_LEFT, {**both, PlaceLook.SOLE_RIGHT: SlotState.PASSED_BY})
    assert seen[Phase.CHANGE, Leg.RIGHT] == (Word.CHANGE_TO_RIGHT, both)
    assert seen[Phase.CHANGE, Leg.LEFT] == (Word.CHANGE_TO_LEFT, both)
    word, looks = seen[Phase.HOLD, Leg.RIGHT]
    assert word is Word.LOOK_AT_THE_STAR
    assert set(looks) == {PlaceLook.STAR}  # so near, a sole would be larger than the picture


def test_each_foot_has_a_place_of_its_own(whole):
    feet = whole[0][-1].feet
    assert (feet.left.cop_ml_mm, feet.right.cop_ml_mm) == (-90.0, 90.0)
    assert feet.both.cop_ml_mm == 0.0


def test_a_foot_that_comes_down_ends_the_trial_of_its_leg_alone(quick):
    def act(state, t_s):
        if state.phase is Phase.HOLD and state.trial == 2 and t_s * 1e9 - state.phase_start_ns > 4e9:
            return stand(700.0, 0.0, 5.0)  # the left foot on the plate again
        return obeys(state, t_s)

    states, _ = play(quick, act)
    outcomes = [r.outcome for r in states[-1].results]
    assert outcomes == [TrialOutcome.HELD, TrialOutcome.FOOT_DOWN, *[TrialOutcome.HELD] * 4]
    assert states[-1].results[1].hold_s == pytest.approx(4.0, abs=0.1)
    assert states[-1].results[1].leg is Leg.RIGHT


@pytest.mark.parametrize("wrong", ["other leg", "foot beside the plate"])
def test_who_does_not_stand_on_the_leg_alone_is_asked_again(quick, wrong):
    def act(state, t_s):
        if state.phase is Phase.SETTLE and state.trial == 2 and t_s < 40.0:
            return stand(700.0, SIDE[Leg.LEFT], 5.0) if wrong == "other leg" else stand(500.0, SIDE[Leg.RIGHT], 5.0)
        return obeys(state, t_s)

    states, events = play(quick, act)
    asked = [e for e in events if e.kind == "phase" and (e.data["phase"], e.data["trial"]) == ("settle", 2)]
    assert len(asked) > 2
    assert sum(
        e.data["instruction"] == "stand_on_right" and e.data["trial"] == 2 for e in events if e.kind == "instruction"
    ) == len(asked)
    assert states[-1].outcome is DrillOutcome.COMPLETED
    assert states[-1].results[1].hold_s == 10.0


def test_who_never_does_is_waited_for_no_longer_than_to_get_on(quick):
    states, _ = play(
        quick,
        lambda state, _t: (
            stand(700.0, SIDE[Leg.RIGHT] if state.trial else 0.0, 0.0)
            if state.phase in (Phase.SETTLE, Phase.HOLD)
            else stand(700.0, 0.0, 0.0)
        ),
    )
    assert states[-1].outcome is DrillOutcome.ABANDONED
    assert [r.outcome for r in states[-1].results] == [TrialOutcome.NOT_STARTED]


def test_a_weight_that_was_learnt_on_both_feet_judges_each_leg(quick):
    """A tenth of the weight on the rail while the leg is learnt does not make the leg's weight less."""
    _states, events = play(
        quick,
        lambda s, t: stand(
            640.0 if s.phase is Phase.SETTLE else 700.0, SIDE[s.leg] if s.phase in (Phase.SETTLE, Phase.HOLD) else 0.0
        ),
    )
    assert {e.data["reference_n"] for e in events if e.kind == "trial-started"} == {700.0}


def test_who_leaves_the_plate_between_is_weighed_again(quick):
    left_s: list[float] = []

    def act(state, t_s):
        if state.phase is Phase.CHANGE and state.trial == 2:
            left_s.append(t_s)
            return EMPTY
        return obeys(state, t_s)

    states, events = play(quick, act)
    phases = [(e.data["phase"], e.data["trial"]) for e in events if e.kind == "phase"]
    assert ("get-on", 3) in phases
    assert ("weigh", 3) in phases
    assert ("weigh", 4) not in phases
    assert [r.leg for r in states[-1].results] == [Leg.LEFT, Leg.RIGHT] * 3


def test_the_whole_drill_is_said_to_be_on_each_leg(quick):
    assert leg_word(quick, prescribe(quick, Asked(Leg.LEFT))) == "each"
    one = load_shipped("one-leg")
    assert leg_word(one, prescribe(one, Asked(Leg.LEFT))) == "left"


def changed(document: DrillDocument, **changes: object) -> dict:
    table = document.model_dump(mode="json")
    return {**table, **changes}


def test_legs_that_cannot_alternate_are_refused_with_what_they_need(quick):
    table = quick.model_dump(mode="json")
    cases = {
        "stance.kind": {**table, "stance": {"kind": "two-legs", "orientation": "forward"}},
        "stance.orientation": {**table, "stance": {"kind": "single-leg", "orientation": "back"}},
    }
    for key, broken in cases.items():
        with pytest.raises(DrillDocumentError) as caught:
            read_document(broken, "x")
        assert [(p.field, p.reason, p.values["key"]) for p in caught.value.problems] == [
            ("trials.legs", "only-with", key)
        ]
    rests = [{"step": "rest", "time_s": 4.0} if step["step"] == "change" else step for step in table["steps"]]
    with pytest.raises(DrillDocumentError) as caught:
        read_document({**table, "steps": rests}, "x")
    assert [(p.field, p.reason) for p in caught.value.problems] == [("steps.change", "needed-with")]
    with pytest.raises(DrillDocumentError) as caught:
        read_document({**table, "trials": {**table["trials"], "legs": None}}, "x")
    assert [(p.field, p.reason) for p in caught.value.problems] == [("steps", "only-with")]


@given(
    st.lists(st.tuples(st.floats(allow_nan=True), st.floats(allow_nan=True)), max_size=12),
    st.integers(2, 6),
    st.sampled_from([Leg.LEFT, Leg.RIGHT]),
)
def test_the_leg_of_a_trial_follows_from_its_number_whatever_happens(seen, trials, first):
    document = load_shipped("quick-one-leg")
    state = begin(document, prescribe(document, Asked(first, trials=trials)), 0)
    feed = itertools.cycle([*(Observation(force, ml, 0.0, 0.0, True) for force, ml in seen), stand()])
    for now_ns in range(0, 150 * 10**9, 300_000_000):
        state, _, _, events = step(state, next(feed), now_ns)
        for event in events:
            if event.kind in ("trial-started", "trial-ended"):
                odd = event.data["trial"] % 2 == 1
                assert (event.data.get("leg") == first.value) == odd
    assert [r.leg is first for r in state.results] == [r.trial % 2 == 1 for r in state.results]
