"""A trial that a simulated patient does in virtual time, as it is on the patient's screen: for film strips."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from drills.document import DrillDocument
from drills.machine import begin, step
from drills.ordered import OrderedLoad
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import NO_SCENE, Scene, shape_of
from drills.units import NS_PER_S, STANDARD_GRAVITY_M_S2
from drills.values import Event, Observation, Phase
from hw.settings import SimulationSettings
from hw.simulated.kinds import KINDS
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S

TICK_NS = round(STEP_S * NS_PER_S)
POINT_TICKS = 5
"""Between two moments that are kept: 50 a second, as the page has them."""
ON_N = 40.0
LONGEST_NS = 600 * NS_PER_S
TOLD_NS = NS_PER_S
"""So long after a trial has ended the last moment is, when how it went is said."""
PARTS = (0.12, 0.3, 0.5, 0.7, 0.9)
"""Where in the exercise its frames are taken from, where one sentence stands all the time."""
ORDER_KG, LIMIT_KG = 20.0, 24.0


class Moment(NamedTuple):
    """What is shown, and where the centre of pressure is, in mm; NaN where nobody stands."""

    phase: Phase
    scene: Scene
    ml_mm: float
    ap_mm: float


class Trial(NamedTuple):
    """A trial that was done: its moments, fifty a second, and the shapes that were drawn."""

    moments: tuple[Moment, ...]
    shapes: tuple[Event, ...]
    trials: int
    """How many were asked for."""

    def chosen(self) -> Iterator[int]:
        """Which eight moments are shown: getting on, the last before the exercise, five of that, and the end."""
        exercise = [at for at, moment in enumerate(self.moments) if moment.phase is Phase.HOLD]
        first, last = (exercise or range(len(self.moments)))[0], len(self.moments) - 1
        yield 0
        yield max(first - 1, 0)
        yield from _of_each_sentence(self.moments, exercise or range(last + 1))
        yield last


def _of_each_sentence(moments: Sequence[Moment], among: Sequence[int]) -> list[int]:
    """Five of these moments in their order, one of each sentence first: of the longest time that it stands there."""
    starts = [at for at, (one, other) in enumerate(pairwise(among), 1) if _said(moments[one]) != _said(moments[other])]
    runs = [among[start:end] for start, end in pairwise((0, *starts, len(among)))]
    longest = dict[tuple[int, int], Sequence[int]]()
    for run in sorted(runs, key=len):
        longest[_said(moments[run[0]])] = run
    found = {run[2 * len(run) // 3] for run in sorted(longest.values(), key=len)[-len(PARTS) :]}
    spread = [among[int(part * len(among))] for part in PARTS]
    while len(found) < min(len(PARTS), len(among)):
        found.add(max(set(spread) - found or set(among) - found, key=lambda at: min(abs(at - one) for one in found)))
    return sorted(found)


def _said(moment: Moment) -> tuple[int, int]:
    return moment.scene.word, moment.scene.eyes


def acted(document: DrillDocument, kind: str, seed: int) -> Trial:
    """The first trial by somebody of this kind, up to how it went."""
    one = Patient(SimulationSettings.model_validate({"person": kind}), random.Random(f"{seed}/person"))  # noqa: S311  # a model
    trials = min(document.trials.max, max(2, document.trials.min))
    leg = legs_of(document)[-1]
    state = begin(document, fill_in(document, Asked(leg, trials=trials)), 0, load=_order(document, leg.value))
    shown, ended_ns, moments, shapes = NO_SCENE, LONGEST_NS, list[Moment](), list[Event]()
    for now_ns in range(TICK_NS, LONGEST_NS, TICK_NS):
        one.step()
        place = (one.cop_ml_mm, one.cop_ap_mm) if one.force_n > ON_N else (float("nan"), float("nan"))
        state, _, scene, told = step(state, Observation(one.force_n, *place, 0.0, True), now_ns)
        for event in told:
            if event.kind == "shape":
                one.shape(*shape_of(event))
                shapes.append(event)
        if scene is not shown:
            one.look(scene)
        if scene is not shown or now_ns // TICK_NS % POINT_TICKS == 0:
            moments.append(Moment(state.phase, scene, *place))
        shown = scene
        if state.results and ended_ns == LONGEST_NS:
            ended_ns = now_ns
        if state.finished or now_ns >= ended_ns + TOLD_NS:
            break
    return Trial(tuple(moments), tuple(shapes), trials)


def _order(document: DrillDocument, leg: str) -> OrderedLoad | None:
    """What is allowed by a made-up order, of a drill that is done by one."""
    if not document.by_order:
        return None
    body_n = SimulationSettings().mass_kg * STANDARD_GRAVITY_M_S2
    return OrderedLoad(leg, ORDER_KG * STANDARD_GRAVITY_M_S2, LIMIT_KG * STANDARD_GRAVITY_M_S2, body_n)


def kinds() -> list[str]:
    """Who can do it."""
    return sorted(KINDS)
