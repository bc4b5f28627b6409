"""Players of games: who reads the screen well, fairly or badly, who stands still, who wanders, who holds the rail."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from drills.exercises import EXERCISES
from drills.exercises.values import Given, Moment, Score
from drills.library import load_shipped
from drills.scene import NO_SCENE, Scene, shape_of
from drills.values import Event, Observation, Phase
from hw.simulated.seeing import wish_of
from tests.drills.trying import at, keyed

WEIGHT_N = 700.0
FRAMES_NS = 40_000_000
"""25 a second are enough for a game."""
HELD_BY_HANDS = 0.06
"""What a rail carries of the weight of somebody who holds it."""
Player = Callable[[float, Scene, dict[int, Any]], Observation]


class Skill(NamedTuple):
    """How well somebody plays."""

    late_s: float
    """Until they see what has changed."""
    slow_s: float
    """Time constant of their leaning."""
    off_mm: float
    """How far they are off what they want (rms), slowly changing."""


SKILLED, MIDDLING, WEAK = Skill(0.3, 0.25, 1.5), Skill(0.6, 0.55, 8.0), Skill(0.9, 0.9, 13.0)


def plays(skill: Skill, seed: int, force_n: float = WEIGHT_N) -> Player:
    """Somebody who does what the screen asks for, as `hw.simulated.seeing` reads it."""
    draw = random.Random(seed)
    seen: list[tuple[float, tuple[float, float]]] = []
    now = [0.0, 0.0]
    off = [0.0, 0.0]
    step_s = FRAMES_NS / 1e9

    def player(t_s: float, scene: Scene, shapes: dict[int, Any]) -> Observation:
        wish = wish_of(scene, shapes, (now[0], now[1]))
        seen.append((t_s, (wish.ml_mm or 0.0, wish.ap_mm or 0.0)))
        while len(seen) > 1 and seen[1][0] <= t_s - skill.late_s:
            seen.pop(0)
        wanted = seen[0][1] if seen[0][0] <= t_s - skill.late_s else (0.0, 0.0)
        for way in (0, 1):
            off[way] += step_s / 1.0 * -off[way] + draw.gauss(0.0, skill.off_mm * math.sqrt(2.0 * step_s))
            now[way] += step_s / skill.slow_s * (wanted[way] + off[way] - now[way])
        return at(now[0], now[1], force_n)

    return player


def stands(ml_mm: float = 0.0, ap_mm: float = 0.0) -> Player:
    """Somebody who only stands there, with the sway of people."""
    return lambda t_s, _scene, _shapes: at(
        ml_mm + 2.0 * math.sin(1.7 * t_s), ap_mm + 2.0 * math.sin(2.3 * t_s), WEIGHT_N
    )


def rises(period_s: float, force_share: float = 1.0) -> Player:
    """Somebody who rises on the toes and comes down again in this time, at the pace that they can."""

    def player(t_s: float, _scene: Scene, _shapes: dict[int, Any]) -> Observation:
        turn = 2.0 * math.pi / period_s
        since_s = max(0.0, t_s - 3.5)
        up = 0.5 * (1.0 - math.cos(turn * since_s))
        acceleration = 0.5 * 0.07 * turn * turn * math.cos(turn * since_s) if since_s else 0.0
        return at(0.0, 78.0 * up, force_share * WEIGHT_N * (1.0 + acceleration / 9.81))

    return player


def wanders(seed: int, reach_mm: float = 60.0, every_s: float = 1.0) -> Player:
    """Somebody who goes anywhere, smoothly, and looks at nothing."""
    draw = random.Random(seed)
    places = [(draw.uniform(-reach_mm, reach_mm), draw.uniform(-0.6 * reach_mm, 0.6 * reach_mm)) for _ in range(300)]

    def player(t_s: float, _scene: Scene, _shapes: dict[int, Any]) -> Observation:
        number, part = divmod(t_s / every_s, 1.0)
        ways = zip(*itertools.islice(places, int(number), int(number) + 2), strict=True)
        ml_mm, ap_mm = (one + (other - one) * (1.0 - math.cos(math.pi * part)) / 2.0 for one, other in ways)
        return at(ml_mm, ap_mm, WEIGHT_N)

    return player


class Played(NamedTuple):
    """A round that was played."""

    score: Score
    scenes: list[Scene]
    events: list[Event]


def round_of(name: str, seed: int, hold_s: float | None = None, **changes: Any) -> Given:
    """What a round of the shipped game begins with; `changes` are keys of the exercise."""
    return keyed(name, hold_s, **changes)._replace(seed=seed)


def played(name: str, given: Given, player: Player) -> Played:
    """The round, in 25 ticks a second."""
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    state, scene, scenes, events = exercise.begin(given), NO_SCENE, list[Scene](), list[Event]()
    shapes: dict[int, Any] = {}
    for now_ns in range(0, given.hold_ns, FRAMES_NS):
        observation = player(now_ns / 1e9, scene, shapes)
        state, scene, told, done = exercise.step(state, observation, Moment(now_ns, Phase.HOLD, 0))[:4]
        shapes |= dict(shape_of(event) for event in told if event.kind == "shape")
        scenes.append(scene)
        events += told
        if done:
            break
    return Played(exercise.score(state), scenes, events)
