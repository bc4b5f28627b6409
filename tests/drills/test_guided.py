"""What a therapist leads: it counts what nothing spoilt, neither the plate's finding nor the therapist's mark."""

import pytest

from drills.exercises import EXERCISES
from drills.exercises.values import Moment
from drills.scene import ArrowLook, RingLook, SceneOutcome, SlotKind
from drills.values import Leg, Mark, Phase
from drills.words import Cue, Word
from tests.drills.movements import TICK_NS, played, stands
from tests.drills.test_cycles import given_of, outcomes

GUIDED = EXERCISES["guided"]


def pushed(share: float):
    """Who gives way by 40 mm for this share of each push."""
    return lambda t: stands(1.0, 40.0 if t > 5 and 1.0 <= (t - 5) % 5 < 1.0 + 5 * share else 0.0)


def test_pushes_that_are_withstood_count():
    last, events = played(GUIDED, given_of("rhythmic-stabilisation"), lambda t: stands())
    assert last.done
    assert outcomes(events) == ["good"] * 8
    assert GUIDED.score(last.state) == (8, 8)
    assert events[0].data == {"trial": 1, "ring_mm": 15.0}
    assert len([event for event in events if event.kind == "ring"]) == 1


@pytest.mark.parametrize(
    ("person", "outcome"),
    [(pushed(0.05), "good"), (pushed(0.3), "outside"), (lambda t: stands(0.9), "supported")],
)
def test_who_gives_way_or_holds_on_is_not_counted(person, outcome):
    _, events = played(GUIDED, given_of("rhythmic-stabilisation"), person)
    assert outcomes(events) == [outcome] * 8


def test_the_ring_is_as_large_as_the_patients_own_sway():
    sways = lambda t: stands(1.0, 30.0 if round(t * 2) % 2 else -30.0)  # noqa: E731
    _, events = played(GUIDED, given_of("rhythmic-stabilisation"), sways)
    assert events[0].data["ring_mm"] == pytest.approx(45.5, abs=0.2)
    assert outcomes(events) == ["good"] * 8


def test_a_mark_on_the_phone_spoils_the_repetition_that_goes_on():
    marks = {round(250 * second) for second in (2.0, 11.0, 12.0, 31.0)}  # the first one before anything began
    given_ = given_of("level-pelvis", Leg.LEFT)
    state, events = GUIDED.begin(given_), []
    for tick in range(250 * 60):
        seen = stands()._replace(mark=Mark.NOT_GOOD if tick in marks else Mark.NONE)
        stepped = GUIDED.step(state, seen, Moment(tick * TICK_NS, Phase.HOLD, 0))
        state = stepped.state
        events += stepped.events
        if stepped.done:
            break
    assert outcomes(events) == ["good", "marked", "good", "good", "good", "marked", "good", "good"]
    assert GUIDED.score(state) == (6, 8)


def test_the_arrow_turns_on_the_beat_and_the_breath_grows_and_shrinks():
    turned, words = [], []
    state = GUIDED.begin(given_of("rhythmic-stabilisation"))
    before = 0
    for tick in range(250 * 30):
        stepped = GUIDED.step(state, stands(), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state, scene = stepped.state, stepped.scene
        arrows = [slot.value for slot in scene.slots if slot.kind == SlotKind.ARROW and slot.look == ArrowLook.PUSH]
        if arrows and arrows != turned[-1:]:
            assert scene.cue == Cue.BEAT
            assert scene.cue_count == before + 1
            before = scene.cue_count
            turned += arrows
    assert turned[:4] == [900, 2700, 0, 1800]
    state = GUIDED.begin(given_of("rhythmic-stabilisation", lead="breathe", each_s=10.0))
    rings = []
    for tick in range(250 * 15):
        stepped = GUIDED.step(state, stands(), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state, scene = stepped.state, stepped.scene
        if tick >= 250 * 5:
            words.append(scene.word)
            rings += [slot.value for slot in scene.slots if slot.look == RingLook.BREATH and slot.kind == SlotKind.RING]
    assert (words[0], words[-1]) == (Word.BREATHE_IN, Word.BREATHE_OUT)
    assert max(rings[900:1100]) >= 950
    assert rings[0] <= 60
    assert rings[-1] <= 60


def test_outside_the_ring_is_said_while_it_lasts():
    state, said = GUIDED.begin(given_of("rhythmic-stabilisation")), []
    for tick in range(250 * 9):
        stepped = GUIDED.step(state, pushed(0.3)(tick / 250), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state = stepped.state
        said.append(stepped.scene.outcome)
    assert said[round(250 * 6.5)] == SceneOutcome.OUTSIDE
    assert said[(250 * 8)] == SceneOutcome.IN_GOAL
