"""The keys of an exercise that do not go together, at the bound and a hair beside it: what is said of which."""

import math
from typing import Any

import pytest

from drills.exercises import cycle_keys
from drills.exercises.cycle_keys import CycleKeys
from drills.exercises.values import SafeBase
from drills.problems import Problem

CHAIR = SafeBase(math.inf, math.inf, ("", ""), 1.0, stance="seated", step_off_share=0.1)
STANDING = CHAIR._replace(stance="two-legs", step_off_share=0.5)


def cycles(movement: str, **own: Any) -> CycleKeys:
    """A movement with the keys that it needs, and these."""
    needed = {"movement": movement, "repetitions": 10, "hold_s": 0.0, "beat_s": 0.0, "hands_share": 0.0}
    return CycleKeys.model_validate(needed | own)


def useless(field: str, value: object, key: str, said: object) -> Problem:
    """What is said of a key that another key, by its value, has no use for."""
    values = {"key": f"steps.exercise.parameters.{key}", "is": said}
    return Problem(field, value, reason="useless-with", values=values)


@pytest.mark.parametrize(
    ("keys", "base", "found"),
    [
        (cycles("sit-to-stand", hold_s=1.0), CHAIR, []),
        (cycles("squat", height_mm=100.0), STANDING, []),
        (cycles("squat", height_mm=100.0, hold_s=0.1), STANDING, [useless("hold_s", 0.1, "movement", "squat")]),
        (cycles("calf-raise", height_mm=30.0, ahead_mm=50.0, hold_s=0.1), STANDING, []),
        (cycles("sit-to-stand", beat_s=0.5, off_beat_most=0.1), CHAIR, []),
        (cycles("sit-to-stand", off_beat_most=0.1), CHAIR, [useless("off_beat_most", 0.1, "beat_s", 0.0)]),
        (
            cycles("step-up"),
            STANDING._replace(learn_s=0.999, step_off_share=0.101),
            [
                Problem("steps.learn.time_s", 0.999, least=1.0, reason="weight-needs-learning"),
                Problem("thresholds.step_off.force_fraction", 0.101, most=0.1, reason="feet-stay-on"),
            ],
        ),
        (cycles("step-up"), STANDING._replace(step_off_share=0.1), []),
        (cycles("squat", height_mm=100.0), STANDING._replace(step_off_share=0.101), []),
    ],
)
def test_what_a_movement_has_no_use_for_is_said(keys, base, found):
    assert list(cycle_keys.problems(keys, base)) == found
