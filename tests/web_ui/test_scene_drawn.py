"""The page's own drawing of scenes, in a real browser: in grey every state is told by its form, not by its colour."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from drills.scene import (
    NO_SCENE,
    ArrowLook,
    Axis,
    BeatLook,
    FallingLook,
    GateLook,
    PlaceLook,
    RingLook,
    Scene,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
)
from drills.words import Word
from station.wire.scene import pack_scene
from web_ui.scene import scene_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from enum import IntEnum

    from playwright.sync_api import Page

EIGHT = (-900, 0, -400, 500, 400, -500, 900, 0, 400, 500, -400, -500, -900, 0)
STATES = tuple(SlotState)
NO_DOT = {"cop": None, "trail": [], "unsure": False, "always": False}
VISIBLE = 24
"""Levels of grey, of 255, by which a point must differ from the ground to be seen as a part of a thing."""
LEAST_DIFFERENT_MM2 = 150
"""How much of the glass two states must differ in: as much as a stroke of 4 mm and 38 mm length. A point is 1 mm."""
MASKS = """async ([scenes, live]) => {
  const { drawScene } = await import("/static/js/scene.js");
  const style = getComputedStyle(document.body);
  const colours = new Proxy({ family: style.fontFamily }, {
    get: (own, name) => own[name] ?? style.getPropertyValue(`--${name}`).trim(),
  });
  const size = { width: 574, height: 435 };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return scenes.map((scene) => {
    context.fillStyle = colours.ground;
    context.fillRect(0, 0, size.width, size.height);
    drawScene(context, size, scene, live, { colours, say: (key) => key, calm: false });
    const { data } = context.getImageData(0, 0, size.width, size.height);
    const grey = [];
    for (let at = 0; at < data.length; at += 4) {
      grey.push(0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2]);
    }
    return grey.map((level) => (Math.abs(level - grey[0]) > VISIBLE ? "1" : "0")).join("");
  });
}""".replace("VISIBLE", str(VISIBLE))


def slot_of(kind: SlotKind, look: int, state: SlotState) -> Slot:
    """A thing in the middle of the picture, large enough to look at."""
    values = {
        SlotKind.PLACE: (0, 0, 300, 500 if look == PlaceLook.BOX else 0),
        SlotKind.PATH: (0, 0, 80, 300),
        SlotKind.BAND: (-300, 300, 0, 0) if look <= Axis.AP else (400, 500, 600, 500),
        SlotKind.BAR: (450, 520, 3, 1),
        SlotKind.GATE: (100, 1500, 200, 0),
        SlotKind.FALLING: (100, 1500, 150, 0),
        SlotKind.BEAT: (1000, 3, 100, 250),
        SlotKind.RING: (0, 0, 400, 400),
        SlotKind.ARROW: (-300, -200, 600, 300),
        SlotKind.WORD: (0, 0, 1, ord("E") if look == WordLook.LETTER else 7),
    }
    return Slot(kind, 1, look, state, *values[kind])


KINDS: list[tuple[SlotKind, type[IntEnum], View]] = [
    (SlotKind.PLACE, PlaceLook, View.LEAN),
    (SlotKind.BAND, Axis, View.GAUGE),
    (SlotKind.BAR, Axis, View.GAUGE),
    (SlotKind.GATE, GateLook, View.WIDE),
    (SlotKind.FALLING, FallingLook, View.WIDE),
    (SlotKind.BEAT, BeatLook, View.LEAN),
    (SlotKind.RING, RingLook, View.LEAN),
    (SlotKind.ARROW, ArrowLook, View.LEAN),
    (SlotKind.WORD, WordLook, View.LEAN),
]
THINGS = [
    *((kind, look, view) for kind, looks, view in KINDS for look in looks if look != WordLook.PICTOGRAM),
    *((SlotKind.BAND, look, View.LEAN) for look in (Axis.ML, Axis.AP)),
    (SlotKind.PATH, 0, View.LEAN),
]


@pytest.fixture(scope="module")
def drawn(browser: Any, shared: Any) -> Iterator[Callable[..., list[str]]]:
    """`drawn(scenes, live)`: which points of each picture stand out from its ground, in grey."""
    page: Page = browser.new_page()
    page.goto(shared[1].url + "/patient")

    def draw(scenes: list[Scene], live: dict[str, Any] = NO_DOT) -> list[str]:
        views = [scene_view(pack_scene(scene), {0: EIGHT}) for scene in scenes]
        return page.evaluate(MASKS, [[view.model_dump() for view in views if view is not None], live])

    yield draw
    page.close()


def different_mm2(one: str, other: str) -> int:
    """How many points, each 1 mm of the glass in square, only one of the pictures has."""
    return (int(one, 2) ^ int(other, 2)).bit_count()


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "look", "view"), THINGS)
def test_in_grey_each_state_of_a_thing_has_its_own_form(drawn, kind: SlotKind, look: int, view: View):
    time_ms = 4000 if view is View.WIDE else 0
    scenes = [Scene(view, centre_y=time_ms, slots=(slot_of(kind, look, state),)) for state in STATES]
    pictures = dict(zip(STATES, drawn(scenes), strict=True))
    assert pictures[SlotState.WAITING] != pictures[SlotState.HIDDEN]
    close = [
        (one.name, other.name, found)
        for one, other in itertools.combinations(STATES, 2)
        if (found := different_mm2(pictures[one], pictures[other])) < LEAST_DIFFERENT_MM2
    ]
    assert close == []


@pytest.mark.browser
def test_in_grey_things_to_reach_and_to_leave_differ_in_form(drawn):
    looks = [look for look in PlaceLook if look is not PlaceLook.SOLE_LEFT]
    pictures = drawn([Scene(View.LEAN, slots=(slot_of(SlotKind.PLACE, look, SlotState.NOW),)) for look in looks])
    for (one, first), (other, second) in itertools.combinations(zip(looks, pictures, strict=True), 2):
        assert different_mm2(first, second) >= LEAST_DIFFERENT_MM2, (one, other)


@pytest.mark.browser
def test_the_dot_is_where_the_sample_says_and_shows_how_it_goes(drawn):
    live = {**NO_DOT, "cop": [40.0, 20.0]}
    (inside,) = drawn([Scene(View.LEAN, dot=1, outcome=1)], live)
    (outside,) = drawn([Scene(View.LEAN, dot=1, outcome=2)], live)
    (old,) = drawn([Scene(View.LEAN, dot=1, outcome=1)], {**live, "unsure": True})
    (hidden, only_outside) = drawn([Scene(View.LEAN), Scene(View.LEAN, dot=2, outcome=1)], live)
    pictures = [inside, outside, old]
    for one, other in itertools.combinations(pictures, 2):
        assert different_mm2(one, other) > LEAST_DIFFERENT_MM2
    assert "1" not in hidden
    assert "1" not in only_outside
    x, y = 574 / 2 + 40.0 * 2, round(435 / 2 - 20.0 * 2)
    assert inside[y * 574 + round(x)] == "1"
    assert old[y * 574 + round(x)] == "0"
    assert inside.count("1") == pytest.approx(3.14159 * 12.5**2, rel=0.15)


@pytest.mark.browser
def test_who_looks_on_sees_the_dot_that_the_patient_does_not(drawn):
    (seen,) = drawn([Scene(View.LEAN)], {**NO_DOT, "cop": [0.0, 0.0], "always": True})
    assert "1" in seen


@pytest.mark.browser
@pytest.mark.parametrize(("view", "gain"), [(View.FOOT, 1.9), (View.QUIET, 4.0), (View.LEAN, 2.0)])
def test_a_view_has_its_gain_and_its_middle(drawn, view: View, gain: float):
    (dots,) = drawn([Scene(view, centre_x=100, centre_y=-50, dot=1)], {**NO_DOT, "cop": [22.0, 5.0]})
    x, y = 574 / 2 + 12.0 * gain, 435 / 2 - 10.0 * gain
    points = [(at % 574, at // 574) for at, bit in enumerate(dots) if bit == "1"]
    assert sum(point[0] for point in points) / len(points) == pytest.approx(x, abs=1.0)
    assert sum(point[1] for point in points) / len(points) == pytest.approx(y, abs=1.0)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("turn", "cop_mm", "aside"),
    [(1, [0.0, 30.0], -60), (1, [0.0, -30.0], 60), (2, [30.0, 0.0], -60), (3, [0.0, 30.0], 60)],
)
def test_the_dot_goes_where_a_turned_patient_leans(drawn, turn, cop_mm, aside):
    """Who faces the plate's right has its front at their left."""
    (dots,) = drawn([Scene(View.LEAN, turn=turn, dot=1)], {**NO_DOT, "cop": cop_mm})
    points = [at % 574 for at, bit in enumerate(dots) if bit == "1"]
    assert sum(points) / len(points) == pytest.approx(574 / 2 + aside, abs=1.0)


@pytest.mark.browser
def test_who_leans_ahead_sees_the_dot_go_up_however_they_are_turned(drawn):
    for turn, ahead in enumerate(([0.0, 30.0], [30.0, 0.0], [0.0, -30.0], [-30.0, 0.0])):
        (dots,) = drawn([Scene(View.LEAN, turn=turn, dot=1)], {**NO_DOT, "cop": ahead})
        points = [at // 574 for at, bit in enumerate(dots) if bit == "1"]
        assert sum(points) / len(points) == pytest.approx(435 / 2 - 60, abs=1.0)


@pytest.mark.browser
def test_nothing_moves_without_a_new_scene(drawn):
    scene = Scene(View.WIDE, centre_y=4000, slots=(slot_of(SlotKind.FALLING, 0, SlotState.NOW),))
    first, second = drawn([scene]), drawn([scene])
    assert first == second


def test_who_is_to_put_both_feet_down_sees_both(drawn: Callable[..., list[str]]) -> None:
    one = Slot(SlotKind.PLACE, 1, PlaceLook.SOLE_LEFT, SlotState.NOW, 0, 0)
    scene = NO_SCENE._replace(view=View.PLATE, slots=(one,))
    alone, rests = drawn([scene._replace(word=Word.STAND_ON_LEFT), scene._replace(word=Word.REST)])
    assert rests.count("1") > 1.15 * alone.count("1")
