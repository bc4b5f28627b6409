"""Catching: round things fall and are caught in a basket that goes where the patient leans; squares are left alone.

A thing is caught that finds the basket under it for as long as it takes to fall in, and to which the basket has come.
Nothing is taken away for a square: it closes the basket, and the next round thing is not caught.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from drills.exercises.rounds import (
    HANDS_MS,
    WIDE_HALF_MM,
    Been,
    Round,
    RoundKeys,
    Sound,
    after,
    best_of,
    beyond,
    dressed,
    game_head,
    hands_word,
    lot,
    moves_dot,
    needs,
    nothing_of,
    sides,
)
from drills.exercises.seconds import FRAME_NS, LEAD_NS
from drills.exercises.values import Exercise, Given, Moment, SafeBase, Score, Stepped, centred, too_soon
from drills.problems import Problem
from drills.scene import (
    NO_SCENE,
    Dot,
    FallingLook,
    PlaceLook,
    Scene,
    SceneOutcome,
    Slot,
    SlotKind,
    SlotState,
    View,
    renewed,
    tenths,
    whole,
)
from drills.units import NS_PER_S
from drills.values import Event, Observation, Phase
from drills.words import Cue, Word

INTO_NS = 400_000_000
"""So long a thing takes to fall into the basket."""
CAUGHT_SEEN_NS = 600_000_000
"""So long it is seen after that."""
CATCH_END_NS = NS_PER_S
"""From the last thing to the end of the round."""
FALL_APART_MM = 6.0
"""The middle, and the round thing before, are so far beside one at least."""
HALF_MM = 8.0
"""Of a thing."""
MOST_THINGS = 6
BASKET, WORDS = 50, 51
"""Ids beside those of the things, 0 to 31."""


class CatchKeys(RoundKeys):
    """Where things fall, how soon one after another, how many are squares, and how wide the basket is."""

    side_mm: Annotated[float, Field(ge=10, le=200)]
    far_share: Annotated[float, Field(ge=0.1, le=1)]
    every_s: Annotated[float, Field(ge=1.2, le=6)]
    fall_s: Annotated[float, Field(ge=1.5, le=8)]
    basket_mm: Annotated[float, Field(ge=5, le=40)]
    leave_share: Annotated[float, Field(ge=0, le=0.5)]

    @property
    def near_mm(self) -> float:
        """Nearer to the middle nothing round falls: a basket that stays there catches none."""
        return self.basket_mm + FALL_APART_MM

    @property
    def far_mm(self) -> float:
        """Farther out nothing falls."""
        return max(self.near_mm, self.far_share * self.side_mm)


class Thing(NamedTuple):
    """One thing: where, when it reaches the basket's rim in time of the round, and whether it is to be left."""

    ml_mm: float
    at_ns: int
    leave: bool


class Catching(NamedTuple):
    """A round."""

    given: Given
    head: Scene
    things: tuple[Thing, ...]
    of: int
    """Round ones among them."""
    best: int
    round: Round = Round()
    gone: int = 0
    done: int = 0
    been: Been = Been()
    under: bool = True
    """The basket has been under the thing for as long as that has been falling in, without help."""
    touched: bool = False
    """It was under it at all."""
    closed: bool = False
    """By a square."""
    good: frozenset[int] = frozenset()
    """Round things that were caught, and squares that were left."""
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def nothing(self) -> Word:
        """Why nothing counted, where nothing did."""
        return nothing_of(self.round, Word.NONE_LEAN_FURTHER)


def begin(given: Given) -> Catching:
    """Things to both sides of where the patient stands, drawn by the round's lot."""
    keys: CatchKeys = given.keys
    middle_mm, _ = centred(given, keys.far_mm + keys.basket_mm, 0.0)
    things = tuple(_things(given, middle_mm))
    best = best_of(given)
    head = game_head(given._replace(foot_ml_mm=middle_mm), View.WIDE, keys.rung, best)
    head = head._replace(centre_y=whole(keys.fall_s * 1000), dot=moves_dot(given, Dot.DRIVES_SLOT_0))
    return Catching(given, head, things, sum(not thing.leave for thing in things), best)


def _things(given: Given, middle_mm: float) -> Iterator[Thing]:
    keys: CatchKeys = given.keys
    dice = lot(given.seed, given.trial)
    every_ns, first_ns = round(keys.every_s * NS_PER_S), round(keys.fall_s * NS_PER_S)
    number = max(0, (given.hold_ns - LEAD_NS - first_ns - INTO_NS - CATCH_END_NS) // every_ns + 1)
    kinds = sides(dice, number, keys.leave_share)
    ways = iter(sides(dice, number, keys.right_share))
    before_mm = 0.0
    for count, kind in enumerate(kinds):
        early_ns = round((next(dice) - 0.5) * 0.3 * every_ns) if count else 0
        if kind > 0:  # a square falls where the basket has just been as often as anywhere
            off_mm = before_mm if next(dice) < 0.5 else (2.0 * next(dice) - 1.0) * keys.far_mm
        else:
            off_mm = before_mm = _apart(next(ways), keys, before_mm, dice)
        yield Thing(middle_mm + off_mm, first_ns + count * every_ns + early_ns, kind > 0)


def _apart(side: int, keys: CatchKeys, before_mm: float, dice: Iterator[float]) -> float:
    """A place to this side, away from where the round thing before fell."""
    least_mm = 2.0 * keys.basket_mm + FALL_APART_MM
    span_mm = keys.far_mm - keys.near_mm
    for _ in range(6):
        off_mm = side * (keys.near_mm + next(dice) * span_mm)
        if abs(off_mm - before_mm) >= least_mm:
            return off_mm
    return max(side * keys.near_mm, side * keys.far_mm, key=lambda one: abs(one - before_mm))


def step(state: Catching, observation: Observation, moment: Moment) -> Stepped:
    """Whether the thing that comes now is being caught. In every fifth tick."""
    events: tuple[Event, ...] = ()
    if state.key and state.key[0] is moment.phase and too_soon(state.round.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events)
    before, round_ = state, after(state.round, state.given, observation, moment)
    state = state._replace(round=round_)
    if moment.phase is Phase.HOLD and state.gone < len(state.things) and not round_.away:
        state, events = _judge(state, observation.cop_ml_mm, moment.now_ns)
    basket = tenths(observation.cop_ml_mm)
    key = (moment.phase, round_.frame, round_.away, round_.hands, round_.wait_ds, state.gone, basket)
    if key != state.key:
        scene = renewed(state.scene, _scene(state, basket, moment, state.done > before.done))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events)


def score(state: Catching) -> Score:
    """Round things that were caught, of all that fell."""
    return Score(state.done, state.of)


def _judge(state: Catching, ml_mm: float, now_ns: int) -> tuple[Catching, tuple[Event, ...]]:
    """The thing that comes now. A basket that is nowhere is not under it: NaN compares as false."""
    keys: CatchKeys = state.given.keys
    thing, gone_ns = state.things[state.gone], state.round.gone_ns
    been = state.been.at(ml_mm)
    if been is not state.been:
        state = state._replace(been=been)
    if gone_ns < thing.at_ns:
        return state, ()
    inside = abs(ml_mm - thing.ml_mm) <= keys.basket_mm
    if (inside and not state.touched) or (state.under and (not inside or state.round.hands)):
        state = state._replace(touched=state.touched or inside, under=state.under and inside and not state.round.hands)
    if gone_ns < thing.at_ns + INTO_NS:
        return state, ()
    return _ended(state, thing, ml_mm, now_ns)


def _ended(state: Catching, thing: Thing, ml_mm: float, now_ns: int) -> tuple[Catching, tuple[Event, ...]]:
    """It is in the basket, or beside it."""
    keys: CatchKeys = state.given.keys
    caught = not thing.leave and state.under and not state.closed
    caught = caught and state.been.came_to(thing.ml_mm, keys.basket_mm)
    left = thing.leave and not state.touched
    outcome = ("left" if left else "not-left") if thing.leave else "caught" if caught else "missed"
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.gone + 1,
        "of": len(state.things),
        "kind": "square" if thing.leave else "round",
        "side": "right" if thing.ml_mm > state.head.centre_x / 10 else "left",
        "outcome": outcome,
    }
    state = state._replace(
        gone=state.gone + 1,
        done=state.done + caught,
        been=Been(ml_mm, ml_mm) if caught else state.been,
        under=True,
        touched=False,
        closed=(state.closed or not left) if thing.leave else False,
        good=state.good | {state.gone} if caught or left else state.good,
        last=SceneOutcome.HIT if caught or left else SceneOutcome.MISS,
    )
    return state, (Event("thing", now_ns, data),)


def _scene(state: Catching, basket: int, moment: Moment, caught: bool) -> Scene:
    word = Word.BASKET_IS_CLOSED if state.closed and state.gone < len(state.things) else Word.CATCH_THE_ROUND_ONES
    sound = Sound(word, Cue.HIT if caught else 0, state.last, state.done, state.of)
    scene = dressed(state.head, state.scene, state.given, state.round, moment, sound)
    if moment.phase is not Phase.HOLD:
        return scene
    keys: CatchKeys = state.given.keys
    x = whole(basket, -3000, 3000)
    how = SlotState.PASSED_BY if state.closed else SlotState.NOW
    if state.head.dot == Dot.HIDDEN:
        how = SlotState.HIDDEN
    held = Slot(SlotKind.PLACE, BASKET, PlaceLook.BASKET, how, x, 0, tenths(keys.basket_mm))
    hands = hands_word(state.round, state.head.centre_x, HANDS_MS)
    return scene._replace(slots=(held, *_falling(state), *hands))


def _falling(state: Catching) -> Iterator[Slot]:
    """Those that are on the screen."""
    keys: CatchKeys = state.given.keys
    now_ns = state.round.frame * FRAME_NS
    first = max(0, state.gone - 1)
    for number in range(first, min(len(state.things), first + MOST_THINGS)):
        thing = state.things[number]
        to_ns = thing.at_ns - now_ns
        if -INTO_NS - CAUGHT_SEEN_NS <= to_ns <= keys.fall_s * NS_PER_S:
            how = SlotState.NOW if number == state.gone else SlotState.WAITING
            if number < state.gone:
                how = SlotState.DONE if number in state.good else SlotState.PASSED_BY
            look = FallingLook.LEAVE if thing.leave else FallingLook.GOOD
            x, ms = tenths(thing.ml_mm), whole(to_ns / 1e6)
            yield Slot(SlotKind.FALLING, number % 32, look, how, x, ms, tenths(HALF_MM))


def problems(keys: CatchKeys, base: SafeBase) -> Iterator[Problem]:
    """Things beyond what is safe or seen, or a basket that would catch two of them in one place."""
    yield from beyond("far_share", keys.far_mm + keys.basket_mm, base, WIDE_HALF_MM)
    most_mm = (keys.far_mm - 2.0 * FALL_APART_MM) / 3.0
    if keys.basket_mm > most_mm:
        yield Problem("basket_mm", keys.basket_mm, most=round(math.floor(10.0 * most_mm) / 10.0, 1))
    yield from needs(base)


EXERCISE = Exercise(CatchKeys, begin, step, score, problems, Word.CAUGHT)
