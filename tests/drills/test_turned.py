"""Who stands turned on the plate does the same drill: what is asked for turns with them, and stays on the plate."""

import pytest

from drills.document import DrillDocument, read_document
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, legs_of, prescribe
from drills.scene import NO_SCENE, PlaceLook, Scene, Slot, SlotKind, SlotState, View, shape_of
from drills.turned import ON_THE_PLATE, laid, on_the_plate, own
from drills.values import Observation
from tests.drills.players import SKILLED, plays

TICK_NS = 40_000_000
FACING = {"right": 1, "back": 2, "left": 3}
SECONDS = 16
PLATE = (3000, 2250)
ONE_EACH = ("right", "back", "left")


def facing(name: str, way: str) -> DrillDocument:
    table = load_shipped(name).model_dump(mode="json", by_alias=True)
    table["stance"]["orientation"] = way
    return read_document(table, name).document


def turnable() -> list[str]:
    """Those that face forward; legs that alternate do so alone."""
    drills = [load_shipped(name) for name in catalogue_names()]
    return [
        one.name for one in drills if one.stance.orientation == "forward" and not one.alternates and not one.by_order
    ]


def does(document: DrillDocument, turn: int, seen: list[Observation] | None = None):
    """What a drill asks for and makes of somebody: the player who reads the screen, or who does what was `seen`."""
    state = begin(document, prescribe(document, Asked(legs_of(document)[-1], trials=document.trials.min)), 0, seed=3)
    scene, scenes, events, done, shapes = NO_SCENE, [], [], [], {}
    player = plays(SKILLED, 7)
    for tick in range(SECONDS * 25):
        now_ns = tick * TICK_NS
        if seen is None:
            one = player(now_ns / 1e9, scene, shapes)
            done.append(one)
        else:
            x, y = on_the_plate(seen[tick].cop_ml_mm, seen[tick].cop_ap_mm, turn)
            done.append(seen[tick]._replace(cop_ml_mm=x, cop_ap_mm=y))
        state, _, scene, told = step(state, done[-1], now_ns)
        for event in told:
            if event.kind == "shape":
                number, points = shape_of(event)
                shapes[number] = points
        scenes.append(scene)
        events += told
    return scenes, events, done, state


def off(scene: Scene) -> list[object]:
    """Places that are not on the plate."""
    return [
        slot
        for slot in scene.slots
        if scene.view in ON_THE_PLATE
        and slot.kind == SlotKind.PLACE
        and not all(abs(at) <= most for at, most in zip((slot.x, slot.y), PLATE, strict=True))
    ]


@pytest.mark.parametrize("name", turnable())
def test_what_is_asked_for_turns_with_whoever_is_asked(name):
    straight, events, done, state = does(load_shipped(name), 0)
    places = load_shipped(name).exercise_step.exercise in ("targets", "follow", "recall")
    for way in ONE_EACH if places else ("right",):
        turn = FACING[way]
        turned, told, _, after = does(facing(name, way), turn, done)
        assert [one.kind for one in told] == [one.kind for one in events], way
        assert [one.score for one in after.results] == [one.score for one in state.results]
        for before, scene in zip(straight, turned, strict=True):
            assert scene == laid(before, turn)._replace(turn=turn), way
        assert not [one for scene in turned for one in off(scene)]


EDGE = ("surprise-targets", "limits-of-stability", "shrinking-ring", "lean-sense", "trace-the-path", "ball-in-the-tray")


@pytest.mark.parametrize("name", EDGE)
def test_who_stands_at_an_edge_is_sent_nowhere_beside_the_plate(name):
    for way, turn in FACING.items():
        person = [Observation(700.0, *own(290.0, 215.0, turn), 0.0, True)] * (SECONDS * 25)
        scenes, events, _, _ = does(facing(name, way), turn, person)
        assert not [one for scene in scenes for one in off(scene)], way
        aims = [event.data for event in events if event.kind == "target"]
        assert all(abs(one["ml_mm"]) <= 300.0 and abs(one["ap_mm"]) <= 225.0 for one in aims)


def test_the_first_place_in_front_of_who_faces_right_is_at_the_right_of_the_plate():
    _, _, done, _ = does(load_shipped("limits-of-stability"), 0)
    _, events, _, _ = does(facing("limits-of-stability", "right"), 1, done)
    first = next(event.data for event in events if event.kind == "target" and event.data["place"] == 1)
    assert first["ml_mm"] > 50.0
    assert abs(first["ap_mm"]) < 30.0


def test_a_turn_and_its_way_back_are_the_same_place():
    for turn in range(4):
        assert on_the_plate(*own(3.0, 5.0, turn), turn) == (3.0, 5.0)
    assert own(0.0, 1.0, 1) == (-1.0, 0.0), "who faces right has the plate's front at their left"


def test_a_box_lies_with_its_sides():
    box = Slot(SlotKind.PLACE, 1, PlaceLook.BOX, SlotState.NOW, 100, 200, 450, 1000)
    scene = NO_SCENE._replace(view=View.LEAN, slots=(box,))
    assert laid(scene, 1).slots[0] == box._replace(x=200, y=-100, size=1000, value=450)
    assert laid(scene, 2).slots[0] == box._replace(x=-100, y=-200)
    timed = scene._replace(view=View.WIDE)
    assert laid(timed, 1) is timed, "height is time there, and the side is the patient's own"
