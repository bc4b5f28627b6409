"""What the screen shows while somebody is tested: nothing of them, but where steering by it is what is tested."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from drills.document import DrillDocument
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, prescribe
from drills.scene import Dot, Scene
from drills.values import Leg, Observation, Phase
from station.clinic.batteries.documents import names, shipped

STEERED = {
    "targets": "limits of stability: the patient leads the dot to a place (protocols.md 1.2, read S6)",
    "follow": "rhythmic shift: the patient leads the dot from line to line (protocols.md 1.2, read S3)",
    "press": "push: steadiness is holding a force to a line (protocols.md 1.2)",
    "recall": "a place is set with what is seen of it, and found again without (protocols.md 1.3, read S27)",
}
"""Exercises of tests in which somebody sees what they do, and why."""
BESIDE = ("quick-one-leg", "quiet-stance")
"""Tests that stand by themselves."""
TICK_NS = 50_000_000


def each_test() -> Iterator[tuple[str, DrillDocument, Leg, float]]:
    """Every test of every battery, and those by themselves."""
    for battery in names():
        for test in shipped(battery).test:
            yield f"{battery}/{test.id}", test.document, Leg(test.leg), test.hold_s
    for name in BESIDE:
        document = load_shipped(name)
        yield name, document, Leg.LEFT, document.exercise_step.time.default_s


UNSTEERED = [one for one in each_test() if one[1].exercise_step.exercise not in STEERED]


def seen(document: DrillDocument, leg: Leg, hold_s: float, sway: float) -> list[tuple[Phase, Scene]]:
    """What is drawn until the first try is over for somebody who sways so much of 8 mm and 40 N while it counts."""
    state = begin(document, prescribe(document, Asked(leg, hold_s=hold_s)), 0, seed=3)
    drawn: list[tuple[Phase, Scene]] = []
    for now_ns in range(0, 70 * 10**9, TICK_NS):
        t_s = now_ns / 1e9
        here = sway if state.phase is Phase.HOLD else 0.0
        ml_mm, ap_mm, more_n = (here * most * math.sin(at * t_s) for most, at in ((8.0, 1.3), (8.0, 0.7), (40.0, 2.1)))
        state, _, scene, _ = step(state, Observation(700.0 + more_n, ml_mm, ap_mm, 0.0, True), now_ns)
        if state.results or state.finished:
            break
        drawn.append((state.phase, scene))
    return drawn


@pytest.mark.parametrize(
    ("document", "leg", "hold_s"), [one[1:] for one in UNSTEERED], ids=[one[0] for one in UNSTEERED]
)
def test_nothing_of_what_somebody_does_is_on_the_screen_of_a_test(document, leg, hold_s):
    still, swaying = seen(document, leg, hold_s, 0.0), seen(document, leg, hold_s, 1.0)
    held = [scene for phase, scene in swaying if phase is Phase.HOLD]
    assert len(held) > 100, document.name
    assert {scene.dot for scene in held} == {Dot.HIDDEN}
    assert {scene.tone_hz for scene in held} == {0}, "nor is it heard"
    for (phase, one), (_, other) in zip(still, swaying, strict=False):
        if phase is Phase.HOLD:
            assert one.slots == other.slots, document.name


def test_what_is_steered_is_what_is_tested():
    assert {one[1].exercise_step.exercise for one in each_test()} >= set(STEERED)
    assert len(UNSTEERED) > len(list(each_test())) / 2


def test_a_drill_with_a_dot_would_be_found():
    drawn = seen(load_shipped("stand-tall"), Leg.BOTH, 30.0, 8.0)
    assert Dot.LIVE in {scene.dot for phase, scene in drawn if phase is Phase.HOLD}
