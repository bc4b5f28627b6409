"""The scene of a sample in the snapshot: names instead of numbers, keys for words, shapes from the story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from drills.load_gauge import gauge
from drills.ordered import Beyond, OrderedLoad
from drills.scene import (
    NO_SCENE,
    Dot,
    PlaceLook,
    Scene,
    SceneOutcome,
    Shape,
    Slot,
    SlotKind,
    SlotState,
    View,
    WordLook,
    shape_event,
)
from drills.words import Word
from station.texts import Texts
from station.wire.ring import RingWriter
from station.wire.sample import SAMPLE_BYTES, Sample, pack
from station.wire.scene import NO_SCENE_BYTES, pack_scene
from web_ui.live import Live
from web_ui.scene import UNKNOWN, load_warning, name_of, scene_view, word_key
from web_ui.story import Story

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = Scene(
    View.LEAN,
    centre_x=-120,
    dot=Dot.LIVE,
    outcome=SceneOutcome.IN_GOAL,
    word=Word.TO_THE_PLACE,
    score=2,
    goal=8,
    slots=(
        Slot(SlotKind.PLACE, 1, PlaceLook.HOME, SlotState.WAITING, 0, 0, 150),
        Slot(SlotKind.PLACE, 2, PlaceLook.RING, SlotState.NOW, 400, -300, 220, 640),
    ),
)


def test_a_scene_has_names_for_its_numbers():
    view = scene_view(pack_scene(TARGETS), {})
    assert view is not None
    assert (view.view, view.dot, view.outcome, view.eyes, view.cue) == ("lean", "live", "in-goal", "open", "none")
    assert (view.word, view.score, view.goal, view.centre_x) == ("scene.to-the-place", 2, 8, -120)
    now = view.slots[1]
    assert (now.kind, now.look, now.state, now.id) == ("place", "ring", "now", 2)
    assert (now.x, now.y, now.size, now.value) == (400, -300, 220, 640)


def test_without_a_scene_there_is_none():
    assert scene_view(NO_SCENE_BYTES, {}) is None


def test_what_a_later_release_may_say_has_a_name_and_no_words():
    view = scene_view(pack_scene(Scene(View.LEAN, word=60000, slots=(Slot(1, 1, 99, 2), Slot(99, 2, 3, 77)))), {})
    assert view is not None
    assert view.word == ""
    assert [(slot.kind, slot.look, slot.state) for slot in view.slots] == [
        ("place", UNKNOWN, "now"),
        (UNKNOWN, "3", UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("look", "value", "says"),
    [
        (WordLook.TEXT, Word.REST, "scene.rest"),
        (WordLook.LETTER, ord("E"), "E"),
        (WordLook.LETTER, 7, ""),
        (WordLook.PICTOGRAM, 3, ""),
    ],
)
def test_a_word_is_a_key_or_a_letter(look: int, value: int, says: str):
    view = scene_view(pack_scene(Scene(View.LEAN, slots=(Slot(SlotKind.WORD, 1, look, 2, value=value),))), {})
    assert view is not None
    assert view.slots[0].says == says


def test_every_word_has_a_key():
    assert {word_key(word) for word in Word if word} == {f"scene.{name_of(Word, word)}" for word in Word if word}
    assert word_key(Word.NONE) == ""


def test_a_path_gets_the_points_of_its_shape():
    event = shape_event(Shape(3, ((0, 0), (250, -40), (10**9, 5))), 0)
    story = Story({"session": 1}).after({"kind": event.kind, "session": 1, **event.data})
    assert story.shapes == {3: (0, 0, 250, -40, 32767, 5)}
    path, other = Slot(SlotKind.PATH, 1, 3, 2, size=80), Slot(SlotKind.PATH, 2, 4, 2, size=80)
    view = scene_view(pack_scene(Scene(View.LEAN, slots=(path, other, TARGETS.slots[0]))), story.shapes)
    assert view is not None
    assert [slot.points for slot in view.slots] == [(0, 0, 250, -40, 32767, 5), (), ()]
    assert story.after({"kind": "session-started", "session": 2}).shapes == {}


@pytest.mark.parametrize("points", ["no", [1.5, 2], None])
def test_a_shape_that_is_none_is_passed_over(points: object):
    assert Story().after({"kind": "shape", "session": 0, "number": 1, "points": points}).shapes == {}


def test_the_newest_sample_has_its_scene(runtime: Path):
    ring = RingWriter(runtime / "samples", SAMPLE_BYTES, 64)
    zeros = dict.fromkeys(Sample._fields[:-1], 0)
    for score in range(3):
        ring.write(pack(Sample(**zeros, scene=pack_scene(TARGETS._replace(score=score)))))
    live = Live(runtime)
    live.poll(0)
    assert live.sample is not None
    found = scene_view(live.sample.scene, {})
    assert found is not None
    assert found.score == 2
    live.close()
    ring.close()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_catalogue_has_words_for_everything_that_is_said(language: str):
    texts = Texts(language)
    own = texts.beginning_with("scene.")
    assert {word_key(word) for word in Word if word} == set(own)
    assert all(texts.say(key, a=3, b=8) != key for key in own)


@pytest.mark.parametrize(
    ("level", "word", "says"),
    [
        (Beyond.NOTHING, Word.PRESS_TO_THE_LINE, ""),
        (Beyond.ORDER, Word.A_LITTLE_LESS, "warn"),
        (Beyond.LIMIT, Word.TOO_MUCH_FOOT_OFF, "stop"),
        (Beyond.NOTHING, Word.TOO_MUCH_FOOT_OFF, ""),
    ],
)
def test_what_sounds_of_a_load_that_is_too_much(level, word, says):
    slots = gauge(OrderedLoad("left", 196.0, 235.0, 784.0), 0.2, level, bar_n=210.0)
    scene = NO_SCENE._replace(view=View.GAUGE, word=word, slots=slots)
    assert load_warning(scene_view(pack_scene(scene), {})) == says
    assert load_warning(None) == ""
