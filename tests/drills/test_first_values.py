"""What a state begins with: nothing, or what is said here. A first value that is another one is a slip of the hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from drills import bounds, hands, plan, prescription, problems, ranges, scene, state, values
from drills.exercises import (
    catch,
    compare,
    cycles,
    dual,
    ends,
    feet,
    follow_leader,
    follow_lines,
    follow_maze,
    follow_ring,
    guided,
    leads,
    lift,
    load,
    load_tries,
    press,
    recall,
    rounds,
    seconds,
    share,
    slalom,
    squats,
    staircase,
    stand,
    targets,
    trace,
    tray,
)
from drills.exercises import values as of_exercises
from drills.vibration import bursts, variable
from drills.vibration import values as of_forms

SECOND_NS = 10**9
BEFORE = 2 * SECOND_NS
"""A round begins so late."""
MODULES: dict[ModuleType, dict[str, dict[str, Any]]] = {
    bounds: {
        "Bounds": dict.fromkeys(("max_hz", "displacement_pp_mm", "acceleration_g", "bout_s"), math.inf),
    },
    hands: {},
    plan: {},
    prescription: {},
    problems: {"Problem": {"reason": "out-of-range"}},
    ranges: {},
    scene: {},
    state: {"Pulse": {"share": 1.0}},
    values: {},
    catch: {"Catching": {"under": True}},
    compare: {"Place": {"pair": -1, "lit": -1}, "IntervalTrial": {"hums": 2, "told": -1}},
    cycles: {"CycleNow": {"calm": True, "up": True}, "Repeating": {"up": True}},
    dual: {"Dual": {"inside": True}},
    ends: {},
    feet: {"Learning": {"side": -1}},
    follow_leader: {"Following": {"at": -1}},
    follow_lines: {},
    follow_maze: {"Leading": {"clean": True}},
    follow_ring: {},
    guided: {"Led": {"gone": -1, "inside": True, "heel": 0.5}},
    leads: {"Lead": {"hands_free": True}},
    lift: {"Flying": {"height": 0.2}},
    load: {},
    load_tries: {},
    press: {},
    recall: {},
    rounds: {"Round": {"wait_ns": BEFORE}, "Been": {"least_mm": math.inf, "most_mm": -math.inf}},
    seconds: {},
    share: {},
    slalom: {"Racing": {"clean": True}},
    squats: {"Squats": {"least": 1.0, "most": 1.0}},
    staircase: {},
    stand: {"Now": {"inside": True}},
    targets: {"Reaching": {"homeward": True}},
    trace: {"Tracing": {"clean": True}},
    tray: {},
    of_exercises: {
        "Stepped": {"share": 1.0},
        "SafeBase": {
            "eyes": "open",
            "stance": "two-legs",
            "hands": "free",
            "step_off_share": 0.5,
            "fixed": True,
        },
    },
    bursts: {},
    variable: {},
    of_forms: {"Form": {"on_fixed": True}},
}
"""Of each, by its states, what is not nothing. A state that another one begins with is judged where it is written."""


def _states(module: ModuleType) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in vars(module).items():
        if isinstance(one, type) and one.__module__ == module.__name__ and getattr(one, "_field_defaults", None):
            yield name, one._field_defaults


def _is_nothing(value: object) -> bool:
    """A plain value that says nothing, and a pair of such. What is none is made by what stands elsewhere."""
    if isinstance(value, tuple) and type(value) is tuple:
        return all(_is_nothing(one) for one in value)
    return value is None or type(value) not in (bool, int, float, str) or not value


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_a_state_begins_with_nothing_but_what_is_said_here(module):
    said = MODULES[module]
    found = {
        name: {key: value for key, value in first.items() if key in said.get(name, {}) or not _is_nothing(value)}
        for name, first in _states(module)
    }
    assert {name: first for name, first in found.items() if first} == said
