"""Finding again: who finds it is near, who stands still or stops anywhere is not, and no result is shown unasked."""

import math

import pytest

from drills.document import load_document
from drills.errors import DrillDocumentError
from drills.exercises import EXERCISES
from drills.exercises.recall import goal_mm
from drills.exercises.values import Moment
from drills.scene import Axis, Dot, Eyes, PlaceLook, SlotKind, SlotState
from drills.values import Phase
from drills.words import Word
from tests.drills.movements import TICK_NS, stands
from tests.drills.test_cycles import changed, given_of

RECALL = EXERCISES["recall"]


class Finds:
    """Somebody who goes where they are sent in half a second and, asked to find it again, misses it by so much."""

    def __init__(self, off_ml_mm: float = 0.0, off_ap_mm: float = 0.0, *, looks: bool = True) -> None:
        self.off, self.looks = (off_ml_mm, off_ap_mm), looks
        self.at, self.to, self.shown = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)

    def hears(self, event) -> None:
        if event.kind == "target":
            self.to = (event.data["ml_mm"], event.data["ap_mm"])
            self.shown = self.to if event.data["place"] else self.shown
        elif event.kind == "recall-asked" and self.looks:
            self.to = (self.shown[0] + self.off[0], self.shown[1] + self.off[1])

    def seen(self):
        self.at = tuple(a + (b - a) * 0.02 for a, b in zip(self.at, self.to, strict=True))
        return stands(1.0, *self.at)


def tried(given_, person, seconds=400.0):
    """The last step, the events, and each scene with the stage that it was in."""
    state, events, scenes = RECALL.begin(given_), [], []
    for tick in range(round(seconds * 250)):
        stepped = RECALL.step(state, person.seen(), Moment(tick * TICK_NS, Phase.HOLD, 0))
        state = stepped.state
        events += stepped.events
        for event in stepped.events:
            person.hears(event)
        scenes.append(stepped.scene)
        if stepped.done:
            break
    return stepped, events, scenes


def recalled(events) -> list:
    return [event.data for event in events if event.kind == "recalled"]


@pytest.mark.parametrize("name", ["lean-from-memory", "weight-from-memory"])
def test_who_finds_it_again_is_near_each_time(name):
    last, events, _ = tried(given_of(name), Finds(4.0, 3.0))
    assert last.done
    assert RECALL.score(last.state) == (6, 6)
    assert [one["outcome"] for one in recalled(events)] == ["near"] * 6
    assert all(abs(one["error_ml_mm"] - 4.0) < 1.0 for one in recalled(events))
    assert {one["place"] for one in recalled(events)} == ({1} if name == "lean-from-memory" else {1, 2})


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        (Finds(0.0, 25.0), "off"),
        (Finds(-30.0, 0.0), "off"),
        (Finds(looks=False), "missed"),
    ],
)
def test_who_stops_elsewhere_or_never_leaves_the_middle_earns_nothing(person, outcome):
    last, events, _ = tried(given_of("lean-from-memory"), person)
    assert RECALL.score(last.state) == (0, 6)
    assert [one["outcome"] for one in recalled(events)] == [outcome] * 6
    assert ("error_mm" in recalled(events)[0]) == (outcome == "off")


def test_a_lean_to_the_front_is_no_share_of_the_load():
    last, _, _ = tried(given_of("weight-from-memory"), Finds(0.0, 60.0))
    assert RECALL.score(last.state).done == 6, "only the side counts"
    last, _, _ = tried(given_of("weight-from-memory"), Finds(20.0, 0.0))
    assert RECALL.score(last.state).done == 0


def test_while_it_is_sought_nothing_is_shown_and_the_result_of_every_other_try_is():
    _, _, scenes = tried(given_of("lean-from-memory"), Finds(20.0, 0.0))
    find = [scene for scene in scenes if scene.word == Word.FIND_IT_AGAIN]
    assert {(scene.slots, scene.dot, scene.eyes) for scene in find} == {((), Dot.HIDDEN, Eyes.CLOSED)}
    told = [scene for scene in scenes if scene.word == Word.OFF_BY_MM]
    assert {scene.word_a for scene in told} == {20}
    looks = [(slot.kind, slot.look) for slot in told[0].slots]
    assert looks == [(SlotKind.PLACE, PlaceLook.RING), (SlotKind.PLACE, PlaceLook.BALL), (SlotKind.ARROW, 2)]
    assert (told[0].slots[2].size, told[0].slots[2].value) == (pytest.approx(200, abs=4), pytest.approx(0, abs=40))
    assert 2.9 <= len(told) / 3 / 250 <= 3.1, "three of six, for 3 s each"
    learns = [scene for scene in scenes if scene.word == Word.REMEMBER_THIS_PLACE]
    assert {scene.dot for scene in learns} == {Dot.LIVE}
    assert max(slot.value for scene in learns for slot in scene.slots) == 975


def test_a_share_is_shown_on_a_bar_and_its_result_with_its_error():
    _, _, scenes = tried(given_of("weight-from-memory"), Finds(20.0, 0.0))
    learns = [scene for scene in scenes if scene.word == Word.REMEMBER_THIS_LOAD]
    band, bar = [scene.slots for scene in learns if scene.slots[0].x == 700][-1]
    assert (band.look, band.x, band.y, band.state) == (Axis.SHARE_RIGHT, 700, 800, SlotState.NOW)
    assert (bar.look, bar.state) == (Axis.SHARE_RIGHT, SlotState.NOW)
    assert abs(bar.x - 750) <= 20
    told = [scene for scene in scenes if scene.word == Word.OFF_BY_PERCENT]
    assert {scene.word_a for scene in told} == {8}
    assert {scene.slots[1].size for scene in told} == {40}


def test_a_goal_is_a_share_of_what_the_patient_can_do():
    lean, share = given_of("lean-from-memory").keys, given_of("weight-from-memory").keys
    assert [goal_mm(lean, number) for number in (0, 1)] == [pytest.approx(10.0), pytest.approx(8.8)]
    assert goal_mm(share, 0) == pytest.approx(17.5)


def test_somebody_who_is_lost_in_the_middle_of_it_is_not_kept():
    nowhere = Finds()
    nowhere.seen = lambda: stands(1.0, math.nan, math.nan)
    lost, events, scenes = tried(given_of("lean-from-memory"), nowhere)
    assert lost.done
    assert len(scenes) <= 250 * 6 * (5 + 8 + 3 + 8 + 12 + 3.1)
    assert [one["outcome"] for one in recalled(events)] == ["missed"] * 6


@pytest.mark.parametrize(
    ("name", "pair", "field", "reason"),
    [
        ("lean-from-memory", ("far_share = 0.4", "far_share = 0.9"), "far_share", "place-off-screen"),
        ("lean-from-memory", ("front_mm = 125.0", ""), "front_mm", "needed-with"),
        ("weight-from-memory", ("far_share = 0.5", "far_share = 0.6"), "far_share", "place-beyond-base"),
        ("weight-from-memory", ("side_mm = 125.0", "side_mm = 125.0\nfront_mm = 100.0"), "front_mm", "useless-with"),
    ],
)
def test_a_place_where_safety_would_stop_the_drill_is_refused(name, pair, field, reason):
    with pytest.raises(DrillDocumentError) as caught:
        load_document(changed(name, only=pair), "drill.toml")
    assert [(problem.field.split(".")[-1], problem.reason) for problem in caught.value.problems] == [(field, reason)]


def test_half_is_found_again_from_a_side_and_not_by_staying():
    last, events, scenes = tried(given_of("load-sense"), Finds(8.0, 0.0))
    third = [one for one in recalled(events) if one["place"] == 3]
    assert RECALL.score(last.state) == (9, 9)
    assert [one["error_ml_mm"] for one in third] == [pytest.approx(8.0, abs=1.0)] * 3
    waits = [one.data["ml_mm"] for one in events if one.kind == "target" and one.data["place"] == 0]
    assert [waits[number] for number in (2, 5, 8)] == [31.25, -31.25, 31.25], "the sides in turn"
    assert {waits[number] for number in (0, 1, 3, 4)} == {0.0}
    assert Word.TO_THE_SIDE_THEN_FIND_EVEN in {scene.word for scene in scenes}
    stays, events, _ = tried(given_of("load-sense"), Finds(looks=False), 600.0)
    assert {one["outcome"] for one in recalled(events)} == {"missed"}
    assert RECALL.score(stays.state).done == 0


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("lean-sense", ("eyes_closed = true", "eyes_closed = true\neven = true")),
        ("load-sense", ("places = 3", "places = 2")),
        ("load-sense", ("eyes_closed = true", "eyes_closed = false")),
    ],
)
def test_half_as_a_place_needs_a_share_three_places_and_closed_eyes(name, pair):
    with pytest.raises(DrillDocumentError) as caught:
        load_document(changed(name, pair=pair), "own.toml")
    assert [problem.field for problem in caught.value.problems] == ["steps.exercise.parameters.even"]
