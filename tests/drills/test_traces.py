"""The same people do the same in every exercise, to the last value of its scenes: what a change of the code changes is
seen here first.

Five people do every drill: one reads the screen, one wanders, one moves up and down, and two do what nobody does, from
a hand of seeds. They begin hours after the clock did, most of them stand off the middle, they go through every phase in
which an exercise draws, and two do three short trials, each after the one before. `traces.json` has what came of it.
`python -m tests.drills.test_traces` writes it anew: look at which lines have changed, and say why in the commit.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from drills.exercises import EXERCISES
from drills.exercises.values import Given, Moment
from drills.library import catalogue_names, load_shipped
from drills.ordered import OrderedLoad
from drills.plan import make_plan
from drills.prescription import Asked, default_leg, prescribe
from drills.scene import NO_SCENE, Feedback, Scene, shape_of
from drills.values import Event, Leg, Mark, Observation, Phase
from tests.drills.movements import moves_by, rounds, sits_and_stands
from tests.drills.players import FRAMES_NS, SKILLED, Player, plays, rises, wanders

FILE = Path(__file__).with_name("traces.json")
SECONDS = 30
NAN = float("nan")


def _reads(name: str) -> Player:
    """Somebody who does what the screen asks for, with each mark that the exercise knows, every two seconds one."""
    person, draw = plays(SKILLED, 7), random.Random(5)
    marks = EXERCISES[load_shipped(name).exercise_step.exercise].marks

    def player(t_s: float, scene: Scene, shapes: dict[int, Any]) -> Observation:
        marked = draw.choice(marks) if marks and round(t_s / 0.04) % 50 == 49 else Mark.NONE
        return person(t_s, scene, shapes)._replace(mark=marked)

    return player


def _up_and_down(name: str) -> Player:
    """Somebody who does the movement that most exercises count, and marks from the therapist now and then."""
    if name == "calf-raise":
        return rises(4.0)
    if load_shipped(name).by_order:  # on and off again, now and then over the order, and once over its limit
        return lambda t_s, _scene, _shapes: Observation(
            max(0.0, (110.0 + 2.0 * t_s) * (1.0 - math.cos(1.5 * t_s)) - 20.0), 80.0, 5.0, 0.0, True
        )
    seated = load_shipped(name).stance.kind == "seated"
    person = (
        sits_and_stands(1.0, ml_mm=8.0) if seated else moves_by(rounds(-70.0, 3.0, 1.0), lambda t: 6.0 * math.sin(t))
    )

    def player(t_s: float, _scene: Scene, _shapes: dict[int, Any]) -> Observation:
        marked = Mark.NOT_GOOD if round(t_s / 0.04) % 90 == 89 else Mark.NONE
        return person(t_s)._replace(mark=marked)

    return player


def _anything(seed: int) -> Player:
    """Jumps, rests, half the weight, none, twice it, places off the plate, every mark: each for a while."""
    draw = random.Random(seed)
    now = Observation(700.0, 0.0, 0.0, 0.0, True)
    left = 0

    def player(_t_s: float, _scene: Scene, _shapes: dict[int, Any]) -> Observation:
        nonlocal now, left
        if left == 0:
            left = draw.randrange(1, 60)
            force_n = draw.choice((700.0, 700.0, 700.0, 690.0, 620.0, 350.0, 140.0, 0.0, 1400.0, NAN))
            reach_mm = draw.choice((5.0, 40.0, 120.0, 900.0))
            ml_mm, ap_mm = (draw.uniform(-reach_mm, reach_mm) for _ in range(2))
            now = Observation(force_n, ml_mm, ap_mm if draw.random() > 0.05 else NAN, 0.0, draw.random() > 0.1)
        left -= 1
        return now._replace(mark=draw.choice(list(Mark)) if draw.random() < 0.03 else Mark.NONE)

    return player


def people(name: str) -> dict[str, Player]:
    """Who does the drill of this name."""
    return {
        "reads": _reads(name),
        "wanders": wanders(11),
        "moves": _up_and_down(name),
        "anything": _anything(13),
        "anything else": _anything(17),
    }


def _plain(value: object) -> object:
    """A value as every machine prints it: the last digits of a sine are a matter of its library."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


class Way(NamedTuple):
    """How somebody does a drill."""

    holds_s: tuple[int, ...] = (SECONDS,)
    """Of each trial."""
    foot_mm: tuple[float, float] = (0.0, 0.0)
    """Where they stand, to the right and ahead of the middle."""


WAYS = {
    "reads": Way(foot_mm=(3.0, -4.0)),
    "wanders": Way((8, 8, 12), (-12.0, 21.0)),
    "moves": Way(foot_mm=(7.0, -9.0)),
    "anything": Way(),
    "anything else": Way((10, 6, 12), (15.0, -18.0)),
}
PHASES = ((Phase.BASELINE, 1), (Phase.RAMP_UP, 1), (Phase.HOLD, 0), (Phase.RAMP_DOWN, 1))
"""In which an exercise draws, and for how many seconds; the hold for its own."""
ORDERED = OrderedLoad("left", 210.0, 252.0, 700.0)
"""What the drills by order are done with."""
LATER_NS = 3 * 3600 * 10**9


def _first(name: str, whose: int, foot_mm: tuple[float, float]) -> Given:
    """What the first trial begins with, as the machine says it, once the stance has been learnt."""
    document = load_shipped(name)
    plan = make_plan(document, prescribe(document, Asked(default_leg(document) or Leg.LEFT)), load=ORDERED)
    return plan.given._replace(
        pulses=plan.form.pulses(plan.vibration),
        strongest=plan.vibration.full,
        weight_n=700.0,
        foot_ml_mm=foot_mm[0],
        foot_ap_mm=foot_mm[1],
        feedback=Feedback(whose % len(Feedback)),
        turn=whose % 4,
        sound=whose % 2 == 0,
    )


def trace(name: str, who: str) -> str:
    """Score, events and a sum over every scene of somebody's trials, in 25 ticks a second."""
    exercise = EXERCISES[load_shipped(name).exercise_step.exercise]
    whose, way = sorted(WAYS).index(who), WAYS[who]
    first, player = _first(name, whose, way.foot_mm), people(name)[who]
    state, scene, kinds, total = None, NO_SCENE, Counter[str](), hashlib.blake2b(digest_size=6)
    shapes: dict[int, Any] = {}
    now_ns, scores = LATER_NS, []
    for number, hold_s in enumerate(way.holds_s):
        hold_ns = min(first.hold_ns, hold_s * 10**9)
        given = first._replace(trial=1 + whose % 2 + number, before=state, seed=23 + whose + number, hold_ns=hold_ns)
        state, begun_ns = exercise.begin(given), now_ns
        for phase, seconds in PHASES:
            start_ns, done = now_ns, False
            while now_ns < start_ns + (seconds * 10**9 or hold_ns) and not done:
                seen = _moved(player((now_ns - begun_ns) / 1e9, scene, shapes), way.foot_mm)
                state, scene, events, done, share, lost = exercise.step(state, seen, Moment(now_ns, phase, start_ns))
                shapes |= dict(shape_of(event) for event in events if event.kind == "shape")
                kinds.update(event.kind for event in events)
                done = done or lost is not None
                total.update(_summed(scene, events, share))
                now_ns += FRAMES_NS
        scores.append("{}/{}".format(*exercise.score(state)))
    said = " ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
    return f"{' '.join(scores)} {(now_ns - LATER_NS) / 1e9:.2f} s {said} {total.hexdigest()}"


def _moved(seen: Observation, by_mm: tuple[float, float]) -> Observation:
    return seen._replace(cop_ml_mm=seen.cop_ml_mm + by_mm[0], cop_ap_mm=seen.cop_ap_mm + by_mm[1])


def _summed(scene: Scene, events: tuple[Event, ...], share: float) -> bytes:
    told = [(event.kind, event.t_ns, _plain(event.data)) for event in events]
    return repr(([int(one) if isinstance(one, int) else one for one in scene], told, _plain(share))).encode()


def _names() -> list[str]:
    return sorted(catalogue_names())


@pytest.mark.parametrize("name", _names())
def test_everybody_does_what_they_did(name: str) -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert {who: trace(name, who) for who in people(name)} == kept[name]


if __name__ == "__main__":
    traces = {name: {who: trace(name, who) for who in people(name)} for name in _names()}
    FILE.write_text(json.dumps(traces, indent=1, sort_keys=True) + "\n", encoding="utf-8")
