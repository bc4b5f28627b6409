"""A slalom: gates come down at a constant speed, and the patient leans to one side or the other to pass between them.

A gate is passed by the dot that is between its posts from their lower to their upper end, and that has come there for
it: who stands beside all the others and waits earns that one gate and no more. Two gates that follow each other never
overlap. A gate that is missed only dims.
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
from drills.exercises.seconds import LEAD_NS
from drills.exercises.values import (
    Exercise,
    Given,
    Moment,
    SafeBase,
    Score,
    Stepped,
    centred,
    too_soon,
)
from drills.problems import Problem, out_of_range
from drills.scene import (
    NO_SCENE,
    NOT_SHOWN,
    ArrowLook,
    Axis,
    Dot,
    GateLook,
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

POSTS = 0.16
"""The height of a gate's posts, of the way from the top of the screen to the dot: so long a gate takes to pass."""
SHARES_SEEN_NS = 3 * NS_PER_S
"""After the last gate the patient sees what the sides were."""
PASSED_SEEN_NS = 1_000_000_000
"""So long a gate is seen below the dot."""
BESIDE_MM = 6.0
"""The middle is so far beside every gate at least, and two gates after each other are as far apart."""
MOST_GATES = 4
ARROW, SHARES = 40, 41
"""Ids beside those of the gates, 0 to 31."""


class SlalomKeys(RoundKeys):
    """Where the gates are, how wide, and how soon one after another."""

    side_mm: Annotated[float, Field(ge=10, le=200)]
    far_share: Annotated[float, Field(ge=0.1, le=1)]
    gate_share: Annotated[float, Field(ge=0.1, le=0.5)]
    every_s: Annotated[float, Field(ge=1.2, le=6)]
    fall_s: Annotated[float, Field(ge=1.5, le=8)]

    @property
    def depth_ns(self) -> int:
        """So long a gate takes to pass the dot."""
        return round(POSTS * self.fall_s * NS_PER_S)

    @property
    def half_mm(self) -> float:
        """Of a gate."""
        return self.gate_share * self.side_mm / 2.0

    @property
    def far_mm(self) -> float:
        """The middle of the outermost gates."""
        return self.far_share * self.side_mm

    @property
    def lanes_mm(self) -> tuple[float, ...]:
        """The middles of the gates to one side, the near one first: one or two, as they fit beside each other."""
        near_mm = self.half_mm + BESIDE_MM
        if self.far_mm - near_mm < 2.0 * self.half_mm + BESIDE_MM:
            return (max(near_mm, self.far_mm),)
        return near_mm, self.far_mm


class Gate(NamedTuple):
    """One gate: where, and when it reaches the dot, in time of the round."""

    ml_mm: float
    at_ns: int


class Racing(NamedTuple):
    """A round."""

    given: Given
    head: Scene
    gates: tuple[Gate, ...]
    best: int
    round: Round = Round()
    gone: int = 0
    """Gates that are over."""
    done: int = 0
    been: Been = Been()
    clean: bool = True
    """The dot has been between the posts, without help, for as long as they have been passing."""
    passed: frozenset[int] = frozenset()
    leans: tuple[int, int] = (0, 0)
    """Gates that were passed on the left, and on the right."""
    last: SceneOutcome = SceneOutcome.NONE
    key: tuple[object, ...] = ()
    scene: Scene = NO_SCENE

    @property
    def nothing(self) -> Word:
        """Why nothing counted, where nothing did."""
        return nothing_of(self.round, Word.NONE_LEAN_FURTHER)


def begin(given: Given) -> Racing:
    """Gates to both sides of where the patient stands, drawn by the round's lot."""
    keys: SlalomKeys = given.keys
    middle_mm, _ = centred(given, keys.lanes_mm[-1] + keys.half_mm, 0.0)
    dice, lanes_mm = lot(given.seed, given.trial), keys.lanes_mm
    every_ns, first_ns = round(keys.every_s * NS_PER_S), round(keys.fall_s * NS_PER_S)
    number = max(0, (given.hold_ns - LEAD_NS - first_ns - SHARES_SEEN_NS) // every_ns + 1)
    gates: list[Gate] = []
    before = 0, 0
    drawn = sides(dice, number, keys.right_share)
    if len(lanes_mm) == 1:  # they can but alternate
        drawn = tuple(1 if (count + given.seed) % 2 else -1 for count in range(number))
    for count, side in enumerate(drawn):
        lane = int(next(dice) * len(lanes_mm))
        if (side, lane) == before:
            lane = 1 - lane
        before = side, lane
        early_ns = round((next(dice) - 0.5) * 0.3 * every_ns) if count else 0
        gates.append(Gate(middle_mm + side * lanes_mm[lane], first_ns + count * every_ns + early_ns))
    best = best_of(given)
    head = game_head(given._replace(foot_ml_mm=middle_mm), View.WIDE, keys.rung, best)
    head = head._replace(centre_y=whole(keys.fall_s * 1000), dot=moves_dot(given, Dot.ML_ONLY))
    return Racing(given, head, tuple(gates), best)


def step(state: Racing, observation: Observation, moment: Moment) -> Stepped:
    """Whether the gate that comes now is being passed. In every fifth tick."""
    events: tuple[Event, ...] = ()
    if state.key and state.key[0] is moment.phase and too_soon(state.round.last_ns, moment.now_ns):
        return Stepped(state, state.scene, events)
    before, round_ = state, after(state.round, state.given, observation, moment)
    state = state._replace(round=round_)
    if moment.phase is Phase.HOLD and not _over(state) and not round_.away:
        state, events = _judge(state, observation.cop_ml_mm, moment.now_ns)
    key = (moment.phase, round_.frame, round_.away, round_.hands, round_.wait_ds, state.gone, _tenth(observation))
    if key != state.key:
        scene = renewed(state.scene, _scene(state, observation, moment, state.done > before.done))
        state = state._replace(key=key, scene=scene)
    return Stepped(state, state.scene, events)


def score(state: Racing) -> Score:
    """Gates that were passed, of all that came."""
    return Score(state.done, len(state.gates))


def _over(state: Racing) -> bool:
    return state.gone >= len(state.gates)


def _tenth(observation: Observation) -> int:
    """Where the arrow begins."""
    return tenths(observation.cop_ml_mm) // 10


def _judge(state: Racing, ml_mm: float, now_ns: int) -> tuple[Racing, tuple[Event, ...]]:
    """The gate that comes now. A dot that is nowhere is outside: NaN compares as false."""
    keys: SlalomKeys = state.given.keys
    gate, gone_ns = state.gates[state.gone], state.round.gone_ns
    inside = abs(ml_mm - gate.ml_mm) <= keys.half_mm
    been = state.been.at(ml_mm)
    if been is not state.been:
        state = state._replace(been=been)
    if gone_ns >= gate.at_ns and state.clean and (not inside or state.round.hands):
        state = state._replace(clean=False)
    if gone_ns < gate.at_ns + keys.depth_ns:
        return state, ()
    hit = state.clean and been.came_to(gate.ml_mm, keys.half_mm)
    left, right = state.leans
    on_right = gate.ml_mm > state.head.centre_x / 10
    data: dict[str, object] = {
        "trial": state.given.trial,
        "number": state.gone + 1,
        "of": len(state.gates),
        "side": "right" if on_right else "left",
        "outcome": "passed" if hit else "missed",
    }
    state = state._replace(
        gone=state.gone + 1,
        done=state.done + hit,
        passed=state.passed | {state.gone} if hit else state.passed,
        leans=(left + (hit and not on_right), right + (hit and on_right)),
        been=Been(ml_mm, ml_mm) if hit else been,
        clean=True,
        last=SceneOutcome.HIT if hit else SceneOutcome.MISS,
    )
    return state, (Event("gate", now_ns, data),)


def _scene(state: Racing, observation: Observation, moment: Moment, hit: bool) -> Scene:
    slots = [
        *_gates(state),
        *_arrow(state, observation.cop_ml_mm),
        *hands_word(state.round, state.head.centre_x, HANDS_MS),
    ]
    if _over(state):
        slots += _shares(state)
    sound = Sound(Word.LEAN_THROUGH_THE_GATES, Cue.HIT if hit else 0, state.last, state.done, len(state.gates))
    scene = dressed(state.head, state.scene, state.given, state.round, moment, sound)
    return scene._replace(slots=tuple(slots)) if moment.phase is Phase.HOLD else scene


def _gates(state: Racing) -> Iterator[Slot]:
    """Those that are on the screen, the farthest first."""
    keys: SlalomKeys = state.given.keys
    now_ns = state.round.frame * 20_000_000
    first = max(0, state.gone - 1)
    for number in range(min(len(state.gates), first + MOST_GATES) - 1, first - 1, -1):
        gate = state.gates[number]
        to_ns = gate.at_ns - now_ns
        if -keys.depth_ns - PASSED_SEEN_NS <= to_ns <= keys.fall_s * NS_PER_S:
            how = SlotState.NOW if number == state.gone else SlotState.WAITING
            if number < state.gone:
                how = SlotState.DONE if number in state.passed else SlotState.PASSED_BY
            x, ms, half = tenths(gate.ml_mm), whole(to_ns / 1e6), tenths(keys.half_mm)
            yield Slot(SlotKind.GATE, number % 32, GateLook.GATE, how, x, ms, half)


def _arrow(state: Racing, ml_mm: float) -> Iterator[Slot]:
    """Beside the dot, to the gate that comes now, while the dot is not where it will pass."""
    keys: SlalomKeys = state.given.keys
    if _over(state) or not math.isfinite(ml_mm) or state.head.dot == Dot.HIDDEN:
        return
    gate = state.gates[state.gone]
    off_mm = gate.ml_mm - ml_mm
    seen = gate.at_ns - state.round.gone_ns <= keys.fall_s * NS_PER_S
    if seen and keys.half_mm < abs(off_mm) and abs(ml_mm) <= WIDE_HALF_MM:
        x = tenths(ml_mm + math.copysign(15.0, off_mm))
        yield Slot(SlotKind.ARROW, ARROW, ArrowLook.LEAN, SlotState.NOW, x, 0, 250, 0 if off_mm > 0.0 else 1800)


def _shares(state: Racing) -> Iterator[Slot]:
    """At the end: which part of what was passed lay on the right."""
    left, right = state.leans
    if left + right:
        share = whole(1000 * right / (left + right))
        yield Slot(SlotKind.BAR, SHARES, Axis.SHARE_RIGHT, SlotState.WAITING, share, NOT_SHOWN, 0, 0)


def problems(keys: SlalomKeys, base: SafeBase) -> Iterator[Problem]:
    """Gates beyond what is safe or seen, or that cannot be asked for as the sides are."""
    yield from beyond("far_share", keys.lanes_mm[-1] + keys.half_mm, base, WIDE_HALF_MM)
    if len(keys.lanes_mm) == 1:
        yield from out_of_range("right_share", keys.right_share, 0.5, 0.5)
    yield from needs(base)


EXERCISE = Exercise(SlalomKeys, begin, step, score, problems, Word.GATES_PASSED)
