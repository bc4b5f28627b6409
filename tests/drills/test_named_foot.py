"""Drills of which the prescription names the foot, while the patient stands on both or sits."""

import pytest

from drills.document import read_document
from drills.errors import DrillDocumentError, PrescriptionError
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, default_leg, leg_word, legs_of, prescribe
from drills.scene import PlaceLook, SlotState
from drills.values import Leg, Observation, Phase
from drills.words import Word

SIT = Observation(60.0, 0.0, 0.0, 0.0, True)
STAND = Observation(700.0, 0.0, 0.0, 0.0, True)


def begun(name: str, leg: Leg, seen: Observation):
    """The first pictures before the try, by phase, and the event that says that it began."""
    document = load_shipped(name)
    state, pictures, told = begin(document, prescribe(document, Asked(leg)), 0), {}, []
    for now_ns in range(0, 15 * 10**9, 20_000_000):
        state, _, scene, events = step(state, seen, now_ns)
        pictures.setdefault(state.phase, scene)
        told += [event for event in events if event.kind in ("trial-started", "instruction")]
    return document, state, pictures, told


@pytest.mark.parametrize(("leg", "bright"), [(Leg.LEFT, PlaceLook.SOLE_LEFT), (Leg.RIGHT, PlaceLook.SOLE_RIGHT)])
@pytest.mark.parametrize(("name", "seen", "feet"), [("push-down", SIT, 1), ("step-ups", STAND, 2)])
def test_the_foot_that_does_it_is_shown_and_recorded(name, seen, feet, leg, bright):
    document, state, pictures, told = begun(name, leg, seen)
    soles = pictures[Phase.SETTLE].slots
    assert [one.look for one in soles if one.state == SlotState.NOW] == [bright]
    assert len(soles) == feet
    assert {one.state for one in soles} - {SlotState.NOW} <= {SlotState.PASSED_BY}
    started = next(event for event in told if event.kind == "trial-started")
    assert started.data["leg"] == leg.value
    assert {event.data["leg"] for event in told if event.kind == "instruction"} == {"both"}, "the stance is on both"
    assert state.exercise.given.leg is leg
    assert leg_word(document, prescribe(document, Asked(leg))) == leg.value


@pytest.mark.parametrize(
    ("leg", "sits", "down"),
    [
        (Leg.LEFT, Word.SIT_LEFT_FOOT_ON, Word.RIGHT_FOOT_DOWN_SOFTLY),
        (Leg.RIGHT, Word.SIT_RIGHT_FOOT_ON, Word.LEFT_FOOT_DOWN_SOFTLY),
    ],
)
def test_the_screen_says_which_foot_is_put_where(leg, sits, down):
    pressed, stepped = words("push-down", leg, SIT), words("step-ups", leg, STAND)
    assert pressed[0] == sits
    assert Word.SIT_ON_THE_CHAIR not in pressed, "one foot is on the floor"
    assert Word.PRESS_HARD_AND_FAST in pressed, "as its script says"
    assert down in stepped, "the one that is named stays"
    assert Word.STEP_DOWN_SOFTLY not in stepped
    assert Word.STEP_DOWN_SOFTLY in words("up-and-down", Leg.BOTH, STAND), "where none is named none is said"


def words(name: str, leg: Leg, seen: Observation) -> list[Word]:
    """What the screen says to who does nothing, until the try has begun."""
    document = load_shipped(name)
    state, said = begin(document, prescribe(document, Asked(leg)), 0), []
    for now_ns in range(0, 15 * 10**9, 40_000_000):
        state = step(state, seen, now_ns)[0]
        said += [state.scene.word] if said[-1:] != [state.scene.word] else []
    return said


@pytest.mark.parametrize("leg", [Leg.LEFT, Leg.RIGHT])
@pytest.mark.parametrize("name", ["one-behind-the-other", "semi-tandem", "bess-tandem"])
def test_the_foot_that_is_named_in_tandem_is_shown_in_front(name, leg):
    document, _, pictures, told = begun(name, leg, STAND)
    assert document.names_front
    ahead = {one.look: one.x for one in pictures[Phase.SETTLE].slots}  # turned to the right of the plate
    assert {one.state for one in pictures[Phase.SETTLE].slots} == {SlotState.NOW}, "both feet stand"
    front, behind = (PlaceLook.SOLE_LEFT, PlaceLook.SOLE_RIGHT)[:: 1 if leg is Leg.LEFT else -1]
    assert ahead[front] > 0 > ahead[behind]
    assert {event.data["leg"] for event in told if event.kind == "trial-started"} == {leg.value}
    assert legs_of(document) == (Leg.LEFT, Leg.RIGHT), "a therapist has to say it"


FRONT = {
    ("semi-tandem", Leg.LEFT): Word.LEFT_HALF_AHEAD,
    ("semi-tandem", Leg.RIGHT): Word.RIGHT_HALF_AHEAD,
    ("tandem", Leg.LEFT): Word.LEFT_HEEL_TO_TOE,
    ("tandem", Leg.RIGHT): Word.RIGHT_HEEL_TO_TOE,
}


def test_wherever_a_foot_is_in_front_the_screen_says_which_and_nowhere_else():
    seen = set()
    for name in catalogue_names():
        document = load_shipped(name)
        if document.stance.feet in (None, "apart") or document.weigh_s:
            continue
        for leg in legs_of(document):
            word = begun(name, leg, STAND)[2][Phase.SETTLE].word
            assert word == FRONT.get((document.stance.feet, leg), Word.STAND_ON_BOTH), name
            seen.add(word)
    assert seen == {*FRONT.values(), Word.STAND_ON_BOTH}


def test_a_foot_that_is_named_has_to_be_named():
    document = load_shipped("push-down")
    assert legs_of(document) == (Leg.LEFT, Leg.RIGHT)
    assert default_leg(document) is None
    with pytest.raises(PrescriptionError):
        prescribe(document, Asked(Leg.BOTH))


def test_a_stance_on_one_leg_names_it_already():
    table = load_shipped("one-leg").model_dump(mode="json", by_alias=True)
    table["trials"]["legs"] = "named"
    with pytest.raises(DrillDocumentError) as caught:
        read_document(table, "own.toml")
    assert [(one.field, one.reason) for one in caught.value.problems] == [("stance.kind", "useless-with")]
