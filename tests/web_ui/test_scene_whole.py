"""Each scene of each drill is whole on a screen of any size and orientation: nothing is drawn beyond its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.ordered import OrderedLoad
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import Scene, SlotKind, View, shape_of
from station.wire.scene import pack_scene
from tests.drills.players import FRAMES_NS, SKILLED, plays
from web_ui.scene import scene_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SIZES = {
    "usual": (1920, 1080),
    "small": (1280, 720),
    "old": (1024, 768),
    "upright": (768, 1024),
    "phone": (390, 844),
    "large": (3840, 2160),
}
TRAVEL = (SlotKind.GATE, SlotKind.FALLING, SlotKind.PATH)
"""What comes in and goes out over the edge of the picture."""
VIRTUAL_NS = 90 * 10**9
SAME = 2
"""So many scenes at most are alike but for where their things are."""
EDGE = 6
"""Points around the picture, in which nothing may be drawn."""
DRAWN_OUTSIDE = """async ([scenes, EDGE]) => {
  const { drawScene } = await import("/static/js/scene.js");
  const { say } = await import("/static/js/texts.js");
  const place = document.getElementById("plate");
  const style = getComputedStyle(place);
  const colours = new Proxy({ family: style.fontFamily }, {
    get: (own, name) => own[name] ?? style.getPropertyValue(`--${name}`).trim(),
  });
  const size = { width: place.clientWidth, height: place.clientHeight, ratio: 1 };
  const [width, height] = [size.width + 2 * EDGE, size.height + 2 * EDGE];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const far = EDGE - 1; // the next point may have a part of a line that ends at the edge
  const [right, low] = [width - far, height - far];
  const strips = [[0, 0, width, far], [0, low, width, far], [0, 0, far, height], [right, 0, far, height]];
  const drawn = (strip) => new Uint32Array(context.getImageData(...strip).data.buffer).some((point) => point);
  return scenes.map((scene, number) => {
    context.clearRect(0, 0, width, height);
    context.save();
    context.translate(EDGE, EDGE);
    const live = { cop: [0, 0], trail: [], unsure: false, always: false };
    drawScene(context, size, scene, live, { colours, say, calm: false, labelled: true });
    context.restore();
    return strips.some(drawn) ? number : -1;
  }).filter((number) => number >= 0);
}"""


def scenes_of(name: str) -> list[Scene]:
    """What somebody sees who does one try of this drill, a few of each kind of picture."""
    document = load_shipped(name)
    leg = legs_of(document)[-1]
    load = OrderedLoad(leg.value, 210.0, 252.0, 700.0) if document.by_order else None
    state = begin(document, fill_in(document, Asked(leg, trials=document.trials.min)), 0, load=load)
    player, scene, shapes, alike = plays(SKILLED, 7), Scene(), dict[int, Any](), dict[Any, list[Scene]]()
    for now_ns in range(FRAMES_NS, VIRTUAL_NS, FRAMES_NS):
        state, _, scene, events = step(state, player(now_ns / 1e9, scene, shapes), now_ns)
        shapes |= dict(shape_of(event) for event in events if event.kind == "shape")
        key = (scene.view, scene.outcome, tuple((one.kind, one.look, one.state) for one in scene.slots))
        kept = alike.setdefault(key, [])
        if scene not in kept and len(kept) < SAME:
            kept.append(scene)
        if state.finished:
            break
    return [scene for kept in alike.values() for scene in kept if scene.view != View.NONE]


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, dict[str, Any]]]:
    """Each picture, with its drill's name, as the page gets it."""
    found = []
    for name in catalogue_names():
        for scene in scenes_of(name):
            still = tuple(slot for slot in scene.slots if slot.kind not in TRAVEL)
            view = scene_view(pack_scene(scene._replace(slots=still)), {})
            if view is not None:
                found.append((name, view.model_dump()))
    return found


@pytest.fixture(scope="module")
def page(browser: Browser, shared: Any) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(shared[1].url + "/patient")
    yield page
    page.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_a_scene_is_beyond_its_picture(page: Page, drawn: list[Any], size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    cut = page.evaluate(DRAWN_OUTSIDE, [[view for _, view in drawn], EDGE])
    assert {drawn[number][0]: drawn[number][1]["word"] for number in cut} == {}
    assert {name for name, _ in drawn} == set(catalogue_names())
