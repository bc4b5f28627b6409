"""With vibration and without it in turn: fair, and nobody knows before the end which turn is which."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drills.document import read_document
from drills.errors import DrillDocumentError, PrescriptionError
from drills.library import load_shipped
from drills.machine import begin, step, stop
from drills.prescription import Asked, prescribe
from drills.state import VIBRATING
from drills.values import NO_DEMAND, DrillOutcome, Leg, Observation, Phase
from drills.with_without import BLOCKS, draw_turns
from tests.drills.test_vibration import CRANK

DRILL = load_shipped("with-and-without")
TICK_NS = 40_000_000
STANDS = Observation(700.0, 60.0, 0.0, 0.0, True)


def run(seed, seconds=1200.0, platform=None):
    """The events, and of each tick trial, phase, time in it, demand and scene."""
    prescription = prescribe(DRILL, Asked(Leg.LEFT, hold_s=10.0), platform)
    state, events, ticks, t_ns = begin(DRILL, prescription, 0, platform, seed), [], [], 0
    while not state.finished and t_ns < seconds * 1e9:
        state, demand, scene, told = step(state, STANDS, t_ns)
        events += told
        ticks.append((state.trial, state.phase, t_ns - state.phase_start_ns, demand, scene))
        t_ns += TICK_NS
    return state, events, ticks


@given(st.sampled_from(sorted(BLOCKS)), st.integers(1, 5), st.integers())
def test_each_block_has_as_many_of_either_kind_and_the_same_seed_the_same(order, blocks, seed):
    turns = draw_turns(order, blocks * BLOCKS[order], seed)
    assert turns == draw_turns(order, len(turns), seed)
    for at in range(0, len(turns), BLOCKS[order]):
        block = turns[at : at + BLOCKS[order]]
        assert 2 * sum(block) == len(block)
        assert block == block[::-1] or order == "coin"


def test_both_beginnings_come_about_as_often():
    first = sum(draw_turns("abba", 8, seed)[0] for seed in range(400))
    assert 150 < first < 250


@pytest.mark.parametrize("platform", [None, CRANK])
def test_only_half_of_the_turns_vibrate_and_all_else_is_the_same_in_both(platform):
    state, events, ticks = run(4, platform=platform)
    assert state.outcome is DrillOutcome.COMPLETED
    order = draw_turns("abba", 8, 4)
    seen = {}
    for trial, phase, since_ns, demand, scene in ticks:
        vibrates = order[trial - 1] and phase in VIBRATING
        assert vibrates or demand is NO_DEMAND, (trial, phase)
        if phase is Phase.HOLD and vibrates:
            assert demand.frequency_hz == pytest.approx(DRILL.shaken.frequency_hz.default)
        if 1 < trial < 8:  # who gets on first is shown the plate's middle
            seen.setdefault((phase, since_ns // TICK_NS), []).append(scene._replace(cue_count=0))
    assert all(one == shown[0] for shown in seen.values() for one in shown)
    lengths = {(trial, phase): since for trial, phase, since, *_ in ticks}
    assert {lengths[trial, Phase.RAMP_UP] // TICK_NS for trial in range(2, 9)} == {lengths[2, Phase.RAMP_UP] // TICK_NS}
    assert not {"vibration_starts", "vibration_stops"} & {event.data.get("instruction") for event in events}


def test_the_order_and_its_seed_are_told_with_the_end_and_never_before():
    _, events, _ = run(4)
    kinds = [event.kind for event in events]
    assert kinds[-2:] == ["with-without", "drill-ended"]
    assert kinds.count("with-without") == 1
    assert events[-2].data == {"order": "abba", "seed": 4, "vibrated": list(draw_turns("abba", 8, 4))}
    before = json.dumps([event.data for event in events[:-2]])
    assert "seed" not in before
    assert "vibrat" not in before
    assert all(event.data["blind"] for event in events if event.kind == "trial-ended")


def test_another_seed_changes_nothing_that_is_told_before_the_end():
    one, other = (run(seed) for seed in (4, 5))
    assert draw_turns("abba", 8, 4) != draw_turns("abba", 8, 5)
    assert one[1][:-2] == other[1][:-2]
    assert [tick[4] for tick in one[2]] == [tick[4] for tick in other[2]]


@pytest.mark.parametrize("outcome", [DrillOutcome.STOPPED, DrillOutcome.TRIPPED])
def test_it_is_told_too_where_the_drill_is_ended_before_its_time(outcome):
    state, events, _ = run(9, seconds=100.0)
    assert "with-without" not in {event.kind for event in events}
    _, told = stop(state, outcome, 100_000_000_000)
    assert [event.kind for event in told][-2:] == ["with-without", "drill-ended"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"trials": 10}, "trials=10 not-whole-blocks block=4"),
        ({"displacement_pp_mm": 0.0}, "displacement_pp_mm=0 nothing-to-compare"),
        ({"frequency_hz": 0.0}, "frequency_hz=0"),
    ],
)
def test_what_compares_nothing_or_not_as_many_is_refused(asked, said):
    with pytest.raises(PrescriptionError, match=said):
        prescribe(DRILL, Asked(Leg.LEFT, **asked))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table["trials"].update(min=6), "trials.min=6 not-whole-blocks"),
        (lambda table: table["trials"].update(with_without="random"), "trials.with_without=random"),
        (lambda table: exercise(table).update(vibration={"form": "none"}), "trials.with_without=abba only-with"),
    ],
)
def test_a_document_that_cannot_be_fair_is_refused(change, said):
    table = DRILL.model_dump(mode="json", by_alias=True)
    change(table)
    with pytest.raises(DrillDocumentError, match=said):
        read_document(table, "mine")


def exercise(table):
    return next(one for one in table["steps"] if one["step"] == "exercise")


def test_other_documents_are_written_as_they_were():
    other = load_shipped("single-leg-vibration").model_dump(mode="json", by_alias=True)
    assert "with_without" not in other["trials"]
    assert DRILL.model_dump(mode="json", by_alias=True)["trials"]["with_without"] == "abba"
