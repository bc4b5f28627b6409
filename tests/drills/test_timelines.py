"""The timelines of drills with a scripted person, as they were looked at: what happened, what the screen said, when.

`python -m tests.drills.test_timelines` writes them anew; look at what has changed, and say why in the commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, legs_of, prescribe
from drills.scene import Scene, SceneOutcome
from drills.values import Observation
from drills.words import Word
from tests.drills.test_follow import late, swinging, walks
from tests.drills.test_press import presses
from tests.drills.test_share import shares, squats
from tests.drills.trying import SLOW_NS, keyed

FOLDER = Path(__file__).parent / "timelines"
HOLD_S = 5.5
"""When the hold begins: half a second to get on, three to stand, two to be learnt."""
Person = Callable[[float, Scene | None], Observation]
UNSAID = ("points", "trial", "leg", "document", "prescription")


def people() -> dict[str, Person]:
    """Somebody for each drill, who does it fairly well."""
    walks.place = (0.0, 0.0)
    return {
        "follow-the-leader": late(keyed("follow-the-leader"), 0.35, 0.9),
        "swing-to-the-beat": swinging(keyed("swing-to-the-beat"), 45.0, 0.1),
        "out-of-the-maze": walks,
        "share-the-weight": shares(0.54, sway_mm=6.0),
        "quarter-squat": squats(0.09),
        "press-and-hold": presses(keyed("press-and-hold"), 0.05),
    }


def _short(value: object) -> object:
    """A number as every machine prints it."""
    return round(value, 2) if isinstance(value, float) else value


def timeline(name: str) -> str:
    """One trial in fifty ticks a second, line by line: seconds, then the event or what the scene says anew."""
    document, person = load_shipped(name), people()[name]
    state = begin(document, prescribe(document, Asked(legs_of(document)[-1], trials=1)), 0)
    lines: list[str] = []
    said, scene = "", None
    for now_ns in range(0, 200 * 10**9, SLOW_NS):
        t_s = now_ns / 1e9 - HOLD_S
        seen = person(t_s, scene) if t_s >= 0 else Observation(700.0, 0.0, 0.0, 0.0, True)
        state, _, scene, events = step(state, seen, now_ns)[:4]
        for event in events:
            data = {key: _short(value) for key, value in event.data.items() if key not in UNSAID}
            lines.append(f"{now_ns / 1e9:7.2f} {event.kind} {json.dumps(data)}")
        shown = f"{Word(scene.word).name} {SceneOutcome(scene.outcome).name} {scene.score}/{scene.goal}"
        if shown != said:
            lines.append(f"{now_ns / 1e9:7.2f}   {shown}, {len(scene.slots)} things")
            said = shown
        if state.finished:
            break
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", sorted(people()))
def test_a_drill_goes_as_it_was_looked_at(name):
    assert timeline(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in people():
        (FOLDER / f"{each}.txt").write_text(timeline(each), encoding="utf-8")
