"""Following: the dot keeps to a leader, swings between two lines, goes through a maze, or stays in a ring that shrinks.

Each of the four is a file of its own; the key `path` says which. All begin with two seconds of rest, in which the
patient sees what is to come, and nothing on the screen ever jumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from drills.exercises import follow_leader, follow_lines, follow_maze, follow_ring
from drills.exercises.paths import Reach, lane_apart_mm
from drills.exercises.values import LEAST_LEARN_S, Exercise, Given, Moment, SafeBase, Score, Stepped
from drills.problems import Problem, out_of_range
from drills.scene import LEAN_HALF_AP_MM, LEAN_HALF_ML_MM
from drills.strict import Strict
from drills.values import Observation
from drills.words import Word

MOST_OF_LINE, MOST_OF_REACH = 1.0 / 3.0, 0.5
"""A tolerance beyond this share of the reach would let somebody score who only stands still: of a leader on a line,
whose way goes through the middle, and of the others.
"""
WALLS_MM = 2.0
"""Between the walls of two lanes of a maze at least."""


class FollowKeys(Strict):
    """What is followed, how far it goes, how fast it is, and how near is near enough."""

    path: Literal["side", "forward", "circle", "eight", "waves", "lines-side", "lines-forward", "maze", "ring"]
    reach_ml_mm: Annotated[float, Field(ge=5, le=120)]
    reach_ap_mm: Annotated[float, Field(ge=5, le=100)]
    period_s: Annotated[float, Field(ge=1, le=30)]
    width_mm: Annotated[float, Field(ge=3, le=40)]
    corners: Annotated[int, Field(ge=0, le=8)]


_STEPS: dict[type, Any] = {
    follow_leader.Following: follow_leader.step,
    follow_lines.Swinging: follow_lines.step,
    follow_maze.Leading: follow_maze.step,
    follow_ring.InTheRing: follow_ring.step,
}


def begin(given: Given) -> Any:  # noqa: ANN401  # one of the four states
    """Round the place where the patient stands."""
    path = given.keys.path
    if path == "maze":
        return follow_maze.begin(given)
    if path == "ring":
        return follow_ring.begin(given)
    return follow_lines.begin(given) if path.startswith("lines-") else follow_leader.begin(given)


def step(state: Any, observation: Observation, moment: Moment) -> Stepped:  # noqa: ANN401
    """One tick of whichever it is."""
    stepped: Stepped = _STEPS[type(state)](state, observation, moment)
    return stepped


def score(state: Any) -> Score:  # noqa: ANN401
    """Seconds with the leader, touches in time, or stretches of the maze without a touch, of all there are."""
    result: Score = state.score
    return result


def problems(keys: FollowKeys, base: SafeBase) -> Iterator[Problem]:
    """A way beyond what is safe or seen, one that a person who stands still would follow, and walls in each other."""
    both = keys.path in ("circle", "eight", "waves", "maze", "ring")
    radius_mm = follow_ring.START_MM if keys.path == "ring" else keys.width_mm
    ways = (keys.path.endswith("side") or both, keys.path.endswith("forward") or both)
    half_mm, seen_mm = (base.half_ml_mm, base.half_ap_mm), (LEAN_HALF_ML_MM, LEAN_HALF_AP_MM)
    for axis, name in enumerate(("reach_ml_mm", "reach_ap_mm")):
        reach_mm = getattr(keys, name)
        if not ways[axis]:
            continue
        most_mm = min(half_mm[axis], seen_mm[axis])
        if reach_mm + radius_mm > most_mm:
            values: dict[str, object] = {"reach_mm": round(reach_mm + radius_mm, 1)}
            if base.keys[axis]:
                values["most_key"] = base.keys[axis]
            reason = "path-beyond-base" if half_mm[axis] <= seen_mm[axis] else "path-off-screen"
            yield Problem(name, reach_mm, most=most_mm, reason=reason, values=values)
        if keys.path == "ring":  # else who stands still in the middle is in it at first
            yield from out_of_range(name, reach_mm, follow_ring.AWAY * radius_mm, None)
        share = MOST_OF_LINE if keys.path in ("side", "forward") else MOST_OF_REACH
        if keys.path not in ("maze", "ring"):
            yield from out_of_range("width_mm", keys.width_mm, None, round(share * reach_mm, 2))
    if keys.path == "maze":
        apart_mm = lane_apart_mm(keys.corners, Reach(keys.reach_ml_mm, keys.reach_ap_mm))
        if 2.0 * keys.width_mm + WALLS_MM > apart_mm:
            values = {"apart_mm": round(apart_mm, 1)}
            most_mm = round((apart_mm - WALLS_MM) / 2.0, 2)
            yield Problem("width_mm", keys.width_mm, most=most_mm, reason="lanes-overlap", values=values)
    if keys.path == "ring":
        yield from out_of_range("width_mm", keys.width_mm, None, radius_mm)
    if base.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", base.learn_s, least=LEAST_LEARN_S, reason="places-need-learning")
    if base.eyes != "open":
        yield Problem("eyes", base.eyes, reason="eyes-needed")


EXERCISE = Exercise(FollowKeys, begin, step, score, problems, Word.ON_IT, unaided=True)
