"""Each drill's commonest cheat earns nothing, or next to nothing, where somebody who does it honestly is paid.

A hand on the rail carries 6 % of the weight here; it is the commonest of all. What no plate can see is listed with
whose eyes are needed. Partial load is in test_load: a rail is allowed there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pytest

from drills.exercises import EXERCISES
from drills.exercises.follow_maze import maze
from drills.exercises.paths import Reach
from drills.library import catalogue_names, load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, legs_of, prescribe
from drills.scene import NO_SCENE, shape_of
from drills.state import TrialResult, passed
from drills.values import Leg, Mark, Phase
from hw.screen import FIND_AGAIN, REMEMBERED
from hw.simulated.seeing import wish_of
from tests.drills import (
    players,
    test_compare,
    test_cycles,
    test_dual,
    test_games,
    test_leads,
    test_press,
    test_recall,
    test_share,
)
from tests.drills import test_choices_and_beats as choices
from tests.drills.movements import moves_by, played, rounds, sits_and_stands, stands
from tests.drills.players import HELD_BY_HANDS, SKILLED, WEIGHT_N
from tests.drills.trying import SLOW_NS, at, keyed, slowly, watched

BY_HAND_N = (1.0 - HELD_BY_HANDS) * WEIGHT_N
MOST = 0.2
"""Of what an honest one earns: by chance somebody is where they are to be for a moment."""
Does = Callable[[], float]
"""A try that somebody makes; what it earns, 0 to 1."""


# --- the whole machine, where a hand is its business -----------------------------------------------------------------


class _Able:
    """Somebody who is where the screen asks for it within a moment, and goes back to what it has shown."""

    def __init__(self) -> None:
        self.now, self.shown = (0.0, 0.0), (0.0, 0.0)

    def __call__(self, scene, shapes):
        wish = wish_of(scene, shapes, self.now)
        aim = (wish.ml_mm, wish.ap_mm) if wish.what == "place" and not wish.leave else (0.0, 0.0)
        if wish.what == "share":
            aim = ((wish.goal - 0.5) * 280.0, 0.0)
        if scene.word in REMEMBERED:
            self.shown = aim
        elif scene.word in FIND_AGAIN:
            aim = self.shown
        self.now = tuple(a + ((b or 0.0) - a) * 0.11 for a, b in zip(self.now, aim, strict=True))
        return self.now


def tried(name: str, force_n: float = WEIGHT_N) -> TrialResult:
    """One try of the drill in fifty ticks a second, with so much of the weight on the plate while it counts."""
    document, able, shapes = load_shipped(name), _Able(), {}
    state = begin(document, prescribe(document, Asked(legs_of(document)[-1])), 0)
    scene, now_ns = NO_SCENE, 0
    while not state.results:
        now_ns += SLOW_NS
        counts = state.phase is Phase.HOLD
        ml_mm, ap_mm = able(scene, shapes) if counts else (0.0, 0.0)
        helps = counts and now_ns >= state.learn_until_ns  # who is weighed with a hand on the rail has another weight
        state, _, scene, events = step(state, at(ml_mm, ap_mm, force_n if helps else WEIGHT_N), now_ns)
        shapes |= dict(shape_of(event) for event in events if event.kind == "shape")
    return state.results[0]


def paid(name: str, result: TrialResult) -> float:
    """What a try earns: of its score, or whether it was stood without help."""
    score = result.score
    return (
        score.done / score.of if score.of else float(passed(result, load_shipped(name).success.share_of_score or 0.0))
    )


def unaided(name: str) -> dict[str, Does]:
    """Honest, and by hand."""
    return {"": lambda: paid(name, tried(name)), "rail": lambda: paid(name, tried(name, BY_HAND_N))}


# --- exercises that look at hands, bounces and leans themselves ------------------------------------------------------


def scored(exercise: str, state) -> float:
    score = EXERCISES[exercise].score(state)
    return score.done / score.of


def slow(exercise: str, given, person) -> float:
    return scored(exercise, slowly(EXERCISES[exercise], given, person).state)


def led(name: str, **people) -> dict[str, Does]:
    return {
        who: lambda person=person: slow("guided", keyed(name, repetitions=3), person) for who, person in people.items()
    }


def cycles(name: str, leg: Leg = Leg.BOTH, **people) -> dict[str, Does]:
    given = test_cycles.given_of(name, leg)
    return {
        who: lambda person=person: scored("cycles", played(EXERCISES["cycles"], given, person)[0].state)
        for who, person in people.items()
    }


def shares(name: str, person, **others) -> dict[str, Does]:
    given = keyed(name)
    return {who: lambda one=one: slow("share", given, one) for who, one in {"": person, **others}.items()}


def presses(name: str) -> dict[str, Does]:
    given = keyed(name)
    person = test_press.presses
    return {
        "": lambda: slow("press", given, person(given)),
        "never lets go": lambda: slow("press", given, person(given, floor=0.6)),
        "only sways": lambda: slow("press", given, lambda t, _: at(0, 3 * math.sin(t))),
    }


def games(name: str) -> dict[str, Does]:
    def by_hand() -> float:
        rail = test_games.does(name, SKILLED, 0, BY_HAND_N)
        earned = players.played(name, test_games.on_rung(name, 0, 0.0, 0), rail).score.done
        return earned / test_games.done(name, 0, 0.0, 0, SKILLED)

    return {"": lambda: 1.0, "rail": by_hand}


def swings(name: str) -> dict[str, Does]:
    given = keyed(name)
    return unaided(name) | {
        "stays at a line": lambda: slow("follow", given, lambda t, _: at(-45.0 * (t > 3), 0)),
        "rushes": lambda: slow("follow", given, lambda t, _: at(50 * math.sin(7 * t), 50 * math.sin(7 * t))),
    }


def straight_out() -> float:
    given = keyed("out-of-the-maze")
    out = maze(given.keys.corners, Reach(given.keys.reach_ml_mm, given.keys.reach_ap_mm), 1)[-1]
    return slow("follow", given, lambda t, _: at(*(min(1.0, t / 10) * value for value in out)))


def calves(name: str, leg: Leg = Leg.BOTH) -> dict[str, Does]:
    return cycles(
        name,
        leg,
        **{
            "": moves_by(rounds(78.0, 2.5, 4.0), rounds(78.0, 2.5, 4.0)),
            "leans": lambda t: stands(1.0, 0.0, rounds(75.0, 3.0, 4.0)(t)),
            "bounces": moves_by(rounds(12.0, 0.4, 4.0), rounds(75.0, 3.0, 4.0)),
        },
    )


def never_leaves(name: str) -> float:
    return scored("recall", test_recall.tried(test_cycles.given_of(name), test_recall.Finds(looks=False))[0].state)


def both_at_once(both_every_s: float = 3.0, force_n: float = WEIGHT_N) -> float:
    state, _, _ = test_dual.session(test_dual.STILL, both_every_s, force_n)
    return float(EXERCISES["dual"].score(state).done >= 2)  # both costs, or the try is not passed


def always_says(mark: Mark) -> float:
    """Whether a threshold was found that is any good."""
    return float((test_compare.session(lambda *_: mark)[0].stairs.threshold_db or 0.0) < -6.0)


STOOD = [
    one
    for one in catalogue_names()
    if load_shipped(one).exercise_step.exercise == "stand" and not one.startswith("bess-single")
]
CHAIR = {
    "leans": sits_and_stands(4.0, most=0.62),
    "rail": sits_and_stands(4.0, most=0.94),
    "never sits": lambda _t: stands(),
}
STEPS = {
    "": choices.steps(6.0),
    "rail": lambda t: choices.steps(6.0)(t)._replace(force_n=0.94 * choices.steps(6.0)(t).force_n),
}
SQUAT_BENT = {"rail": test_share.shares(0.5, force_n=BY_HAND_N)}
CHEATS: dict[str, dict[str, Does]] = {
    **{name: unaided(name) for name in STOOD},
    **{name: unaided(name) for name in ("reach-the-targets", "limits-of-stability", "follow-the-leader")},
    **{name: unaided(name) for name in ("lean-sense", "load-sense")},
    **{
        name: unaided(name) | {"never leaves": lambda n=name: never_leaves(n)}
        for name in ("lean-from-memory", "weight-from-memory")
    },
    **{name: swings(name) for name in catalogue_names() if name.startswith(("shift-", "swing-"))},
    "surprise-targets": unaided("surprise-targets")
    | {
        who: lambda person=person: scored(
            "targets", watched(EXERCISES["targets"], keyed("surprise-targets"), person).state
        )
        for who, person in {
            "everything": choices.goes(to_squares=True),
            "nothing": choices.goes(to_circles=False),
        }.items()
    },
    "out-of-the-maze": unaided("out-of-the-maze") | {"through the walls": straight_out},
    "shrinking-ring": unaided("shrinking-ring")
    | {"in the middle": lambda: slow("follow", keyed("shrinking-ring"), lambda *_: at(0, 0))},
    **{name: games(name) for name in test_games.GAMES},
    **{
        name: led(name, **{"": lambda t, _: at(0, 0), "rail": lambda t, _: at(0, 0, BY_HAND_N)})
        for name in (
            "catch-your-balance",
            "catch-the-bursts",
            "head-to-the-beat",
            "level-pelvis",
            "rhythmic-stabilisation",
        )
    },
    "reach-out": led(
        "reach-out",
        **{
            "": test_leads.reaches(45.0),
            "rail": test_leads.reaches(45.0, force_n=BY_HAND_N),
            "arm alone": test_leads.reaches(25.0),
        },
    ),
    "functional-reach": led(
        "functional-reach",
        **{
            "": lambda t, _: at(
                0.0, 60.0 * (t > 5.0 and 0.5 < (t - 5.0) % keyed("functional-reach").keys.each_s < 4.0)
            ),
            "arm alone": lambda t, _: at(0, 0),
        },
    ),
    "one-leg-clock": led(
        "one-leg-clock",
        **{"": test_leads.reaches(30.0, 4.0, each_s=5.0), "rail": lambda t, _: at(0, 0, BY_HAND_N)},
    ),
    "stretch-and-hold": led("stretch-and-hold", **{"": lambda t, _: at(0, 40.0), "heel up": lambda t, _: at(0, 50.0)}),
    **{name: cycles(name, **{"": sits_and_stands(4.0), **CHAIR}) for name in ("even-stand-up", "power-stand-up")},
    "up-and-down": cycles("up-and-down", **STEPS, **{"lands hard": choices.steps(6.0, 1.4)}),
    "step-ups": cycles("step-ups", **STEPS),
    "stair-beat": cycles("stair-beat", **STEPS, **{"as it likes": choices.steps(4.0)}),
    "calf-raise": calves("calf-raise"),
    "calf-raises": calves("calf-raises", Leg.LEFT),
    "share-the-weight": shares("share-the-weight", test_share.shares(0.5), **SQUAT_BENT),
    **{
        name: shares(name, test_share.shares(0.5), **SQUAT_BENT)
        for name in ("load-share", "load-share-even", *(f"squat-share-{n}" for n in (30, 60, 90)))
    },
    "quarter-squat": shares(
        "quarter-squat",
        test_share.squats(0.09),
        **{
            "bounces": test_share.squats(0.2, per_s=6.0),
            "on one side": test_share.squats(0.09, right=0.65),
            "rail": lambda t, _: at(0, 0, WEIGHT_N * (0.9 + 0.05 * math.sin(2 * math.pi * t / 2.5))),
        },
    ),
    **{name: presses(name) for name in ("press-and-hold", "wake-up-beats")},
    "two-things-at-once": {
        "": both_at_once,
        "only stands": lambda: both_at_once(0.0),
        "rail": lambda: both_at_once(force_n=BY_HAND_N),
    },
    "feel-the-hum": {"": lambda: 1.0, "always the first": lambda: always_says(Mark.FIRST)},
}
CHAIR_TEST = (
    "arms crossed: the therapist sees a hand; who does not come up has no rise in the figure, whatever is counted "
    "meanwhile: tests/station/measures/test_chair_and_swing_by_hand.py"
)
ERRORS = "a foot that comes down is an error of the test: tests/station/analysis/test_tested.py"
UNSEEN = {
    "rest-and-breathe": "nothing is gained by it",
    "load-to-the-line": "a rail is allowed; what is not in the band earns nothing: tests/drills/test_load.py",
    "step-on-softly": "a rail is allowed; toes alone are no step: tests/drills/test_load.py",
    **dict.fromkeys(("bess-single", "bess-single-foam"), ERRORS),
    "push-down": "seated: who stands up presses with more than the leg, and that is seen by the therapist alone",
    **dict.fromkeys(("five-stands", "half-minute-stands", "one-stand"), CHAIR_TEST),
}
"""And who sees it, or where it is tried."""


def test_every_drill_is_tried_or_says_who_sees_its_cheat():
    assert sorted({*CHEATS, *UNSEEN}) == sorted(catalogue_names())
    assert {*CHEATS}.isdisjoint(UNSEEN)
    assert all(len(one) > 1 and "" in one for one in CHEATS.values())


@pytest.mark.parametrize("why", sorted({*UNSEEN.values()}))
def test_where_a_cheat_is_said_to_be_tried_there_is_such_a_test(why, project):
    assert all((project / named).is_file() for named in re.findall(r"tests/\S+\.py", why))


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_earns_nothing_where_the_honest_one_is_paid(name):
    honest = CHEATS[name][""]()
    assert honest >= (load_shipped(name).success.share_of_score or 0.3), "somebody who does it must have it"
    for who, does in CHEATS[name].items():
        if who:
            assert does() <= MOST * honest, who
