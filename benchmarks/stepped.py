"""Tasks and exercises whose recording begins with the empty plate and a step on each corner, right and spoilt.

Real sway of two legs (Santos and Duarte 2016) under loads of known course, on a stiff plate or one that bends; and what
the simulated patients do in the drills in which people move. Every kind of wrong cells of `spoiling` must be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

import numpy as np

from benchmarks.spoiling import Kind
from benchmarks.spoiling_cells import CELL_KINDS, one_cell
from drills.library import load_shipped
from drills.machine import begin, step
from drills.prescription import Asked, fill_in, legs_of
from drills.scene import NO_SCENE, shape_of
from drills.values import Observation, Phase
from hw.settings import SimulationSettings
from hw.simulated.patient import Patient
from hw.simulated.sway import STEP_S
from hw.values import PlateGeometry
from station.analysis.step_ons import before_of
from station.analysis.task_checks import KnownOfTask, begun_in, suspicions_of_task
from station.analysis.tasks import TASKS
from station.measures import MeasureSet, RecordedCells, compute
from station.measures.signal import Array, to_grid
from station.recording.raw import of_cells

GEOMETRY = PlateGeometry(300.0, 400.0)
RATE_HZ = 250.0
MOVING = (
    "quarter-squat",
    "calf-raise",
    "stair-beat",
    "even-stand-up",
    "power-stand-up",
    "up-and-down",
    "press-and-hold",
)
"""Drills in which people do more than standing."""
PLACED = ("share-the-weight", "reach-the-targets", "press-and-hold", "quarter-squat")
"""Drills in which the place of the foot is looked at."""
NOISE_N = 0.1
KINDS: dict[str, Kind[Array]] = {
    **{name: Kind(kind.spoil) for name, kind in CELL_KINDS.items()},
    "all cells in lbf under N": Kind(
        CELL_KINDS["all cells in lbf under N"].spoil, "of who weighs more than 114 kg, without --weight-kg"
    ),
    "all cells four times too big": Kind(
        CELL_KINDS["all cells four times too big"].spoil, "of who weighs less than 46 kg, without --weight-kg"
    ),
    "a cell never tared, 3 to 30 kg": Kind(
        one_cell(lambda own, _, rng: own + rng.choice((-1, 1)) * rng.uniform(30, 300))
    ),
    "all cells never tared, 3 to 10 kg": Kind(lambda cells, rng: cells + rng.choice((-1, 1)) * rng.uniform(30, 100)),
}
"""With a step-on only these weights are beyond telling."""


class Recorded(NamedTuple):
    """One recording."""

    name: str
    """Of a task, or of a drill."""
    cells_n: Array
    from_s: float
    """When the task begins; 0 where the recording is to show it."""
    weight_kg: float | None = None
    """As a person says it, where the task needs it."""


def loads_of(force_n: Array, cop_mm: Array, bends: bool) -> Array:
    """(N, 4) what the cells carry of a force at a place (N, 2): on a plate that bends the twist goes with both."""
    x, y = (2.0 * cop_mm / np.array(GEOMETRY)).T
    twist = x * y if bends else 0.0
    shares = (1 - x + y - twist, 1 + x + y + twist, 1 + x - y - twist, 1 - x - y + twist)
    return np.asarray(0.25 * force_n[:, None] * np.column_stack(shares))


def step_on(weight_n: float, bends: bool, rng: np.random.Generator, *, walks: bool) -> Array:
    """The empty plate, then a second and more on each corner: off the plate between them, or over it."""
    parts = [np.zeros((round(rng.uniform(0.7, 2.0) * RATE_HZ), 4))]
    for ml, ap in ((-1, 1), (1, 1), (1, -1), (-1, -1)):
        count = round(rng.uniform(1.0, 2.0) * RATE_HZ)
        place = np.array((ml, ap)) * rng.uniform(0.86, 0.97, 2) * np.array(GEOMETRY) / 2.0
        wander = np.cumsum(rng.normal(0.0, 0.15, (count, 2)), axis=0)
        on = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.2 * RATE_HZ), 0.0, 1.0)
        force = weight_n * rng.uniform(0.97, 1.03) * (0.5 + 0.5 * on if walks else on)
        parts.append(loads_of(force, place + wander, bends))
        if not walks:
            parts.append(np.zeros((round(rng.uniform(0.3, 1.0) * RATE_HZ), 4)))
    return np.concatenate(parts)


def courses(weight_n: float, rng: np.random.Generator) -> dict[str, tuple[Array, float]]:
    """The force of each task, and how long it is from there until it begins."""
    t = np.arange(round(14.0 * RATE_HZ)) / RATE_HZ
    seat, slow = rng.uniform(0.12, 0.3), rng.uniform(0.5, 1.5)
    rise = np.interp(
        t, (0.0, 0.3, 5.0, 5.0 + slow, 5.2 + slow, 5.5 + slow), (0.0, seat, seat, 1.0, rng.uniform(1.1, 1.4), 1.0)
    )
    land = np.interp(t, (0.0, 1.0, 1.06, 1.2, 1.5, 1.9), (0.0, 0.0, rng.uniform(1.5, 3.0), 0.7, 1.1, 1.0))
    push = np.interp(
        t, (0.0, 0.4, 5.0, 5.0 + rng.uniform(0.2, 0.6), 9.0, 9.4), (0.0, 1.0, 1.0, rng.uniform(1.3, 2.0), 1.3, 1.0)
    )
    stand = np.interp(t, (0.0, 0.4, 14.0), (0.0, 1.0, 1.0))
    force = {"sit-to-stand": (rise, 0.0), "stabilisation": (land, 0.0), "push": (push, 0.0), "one-leg": (stand, 2.5)}
    force |= dict.fromkeys(("weight-bearing", "distribution"), (stand, 0.0))
    return {name: (weight_n * course, begins) for name, (course, begins) in force.items()}


def tasks(trial_mm: Array, rng: np.random.Generator) -> Iterator[Recorded]:
    """Each task once by a person of 40 to 120 kg who sways as in this trial (6000, 2) of 100 samples a second."""
    weight_n = rng.uniform(40.0, 120.0) * 9.80665
    bends, walks = bool(rng.integers(2)), bool(rng.integers(2))
    begin_at = int(rng.integers(4000))
    times_s = np.arange(1500) / 100.0
    sway = to_grid(times_s, trial_mm[begin_at : begin_at + 1500], RATE_HZ)
    sway = sway - sway.mean(axis=0) + rng.uniform(-25.0, 25.0, 2)
    before = step_on(weight_n, bends, rng, walks=walks)
    between = np.zeros((round(rng.uniform(0.6, 1.5) * RATE_HZ), 4))
    for name, (force, begins_s) in courses(weight_n, rng).items():
        rows = np.concatenate((before, between, loads_of(force, sway[: len(force)], bends)))
        from_s = (len(before) + len(between)) / RATE_HZ + begins_s if begins_s else 0.0
        told_kg = weight_n / 9.80665 if name in TOLD else None
        yield Recorded(name, rows + rng.normal(0.0, NOISE_N, rows.shape), from_s, told_kg)


def exercises(kind: str, seed: int, drills: Sequence[str] = MOVING) -> Iterator[Recorded]:
    """Each of these drills by a simulated patient, 12 s of one trial, behind a step-on."""
    for name in drills:
        rng = np.random.default_rng(seed)
        one, force, cop = _moved(name, kind, seed)
        bends = bool(rng.integers(2))
        before = step_on(one, bends, rng, walks=bool(rng.integers(2)))
        between = np.zeros((round(0.8 * RATE_HZ), 4))
        rows = np.concatenate((before, between, loads_of(force, cop, bends)))
        yield Recorded(name, rows + rng.normal(0.0, NOISE_N, rows.shape), (len(before) + len(between)) / RATE_HZ)


def _moved(name: str, kind: str, seed: int) -> tuple[float, Array, Array]:
    """Weight, force and CoP of the exercise."""
    document = load_shipped(name)
    time = document.exercise_step.time
    asked = Asked(legs_of(document)[-1], trials=1, hold_s=min(time.max_s, max(time.min_s, 12.0)))
    one = Patient(SimulationSettings.model_validate({"person": kind}), Random(f"{seed}/person"))
    state, shown, now_ns = begin(document, fill_in(document, asked), 0), NO_SCENE, 0
    rows: list[tuple[float, float, float]] = []
    weight_n = 0.0
    while not state.finished and not (rows and state.phase is not Phase.HOLD) and now_ns < 120e9:
        now_ns += round(STEP_S * 1e9)
        one.step()
        on = one.force_n > 40.0
        where = (one.cop_ml_mm, one.cop_ap_mm) if on else (float("nan"),) * 2
        state, _, scene, told = step(state, Observation(one.force_n, *where, 0.0, True), now_ns)
        for event in told:
            if event.kind == "shape":
                one.shape(*shape_of(event))
        if scene is not shown:
            one.look(scene)
            shown = scene
        if state.phase is Phase.HOLD:
            rows.append((one.force_n, one.cop_ml_mm, one.cop_ap_mm))
        else:
            weight_n = one.force_n if on else weight_n
    found = np.array(rows[:-25])
    return float(np.percentile(found[:, 0], 75)), found[:, 0], found[:, 1:]


def of_exercise(one: Recorded) -> MeasureSet:
    """The figures of an exercise."""
    at = round(one.from_s * RATE_HZ)
    part = one.cells_n[at:]
    before = before_of(one.cells_n[:at], RATE_HZ, float(np.median(part.sum(axis=1))))
    return compute(
        RecordedCells(
            None, part, GEOMETRY, RATE_HZ, axes_known=True, empty_n=before.empty_n, steps=before.steps, moves=True
        )
    )


def _placed(
    least_mm: float, most_mm: float, samples: int | None
) -> Callable[[Recorded, np.random.Generator], Recorded]:
    """The load of an exercise that far elsewhere for so many samples; to the end where that is None."""

    def spoil(one: Recorded, rng: np.random.Generator) -> Recorded:
        cells_n, angle = one.cells_n.copy(), rng.uniform(0.0, 2.0 * np.pi)
        start = int(rng.integers(round((one.from_s + 1.0) * RATE_HZ), len(cells_n) - round(RATE_HZ)))
        piece = slice(start, None if samples is None else start + samples)
        ml, ap = rng.uniform(least_mm, most_mm) * np.array((np.cos(angle), np.sin(angle))) / np.array(GEOMETRY) / 2.0
        cells_n[piece] += cells_n[piece].sum(axis=1)[:, None] * np.array((ap - ml, ap + ml, ml - ap, -ml - ap))
        return one._replace(cells_n=cells_n)

    return spoil


SMALL = "somebody who moves is as quick"
PLACE_KINDS: dict[str, Kind[Recorded]] = {
    "the foot 12 to 40 mm elsewhere": Kind(_placed(12.0, 40.0, None)),
    "the foot 4 to 8 mm elsewhere": Kind(_placed(4.0, 8.0, None), SMALL),
    "a spike of 12 to 40 mm, 5 samples": Kind(_placed(12.0, 40.0, 5)),
    "a spike of 6 to 40 mm, 1 sample": Kind(_placed(6.0, 40.0, 1)),
    "a spike of 2 to 4 mm, 1 sample": Kind(_placed(2.0, 4.0, 1), SMALL),
}
"""What goes wrong with the place of the foot of somebody who moves."""


def _spiked(least: float, most: float) -> Callable[[Array, np.random.Generator], Array]:
    """A spike of so many times the weight in the force, for 1 to 3 samples, while the task is done."""

    def spoil(cells_n: Array, rng: np.random.Generator) -> Array:
        found, weight_n = cells_n.copy(), float(np.median(cells_n[-500:].sum(axis=1)))
        start = len(found) - round(rng.uniform(8.5, 12.5) * RATE_HZ)
        by_n = weight_n * rng.uniform(least, most) * (1.0 if rng.integers(2) else -1.0)
        found[start : start + int(rng.integers(1, 4))] += by_n * found[-500:].mean(axis=0) / weight_n
        return found

    return spoil


TOLD = ("push", "one-leg")
"""Tasks of which the weight is stated."""
FORCED = ("sit-to-stand", "push", "stabilisation")
FORCE_KINDS: dict[str, Kind[Array]] = {
    "a spike of 0.3 to 1 of the weight, 1 to 3 samples": Kind(_spiked(0.3, 1.0)),
    "a spike of 0.03 to 0.08 of the weight, 1 to 3 samples": Kind(_spiked(0.03, 0.08), SMALL),
}
"""What goes wrong with the force of the tasks that it decides."""


def said(one: Recorded) -> list[str]:
    """What is suspected of a recording, and what its step-on does not show."""
    if one.name not in TASKS:
        measured = of_exercise(one)
        refused = ["refused"] if all(value != value for value in measured.values.values()) else []
        return [problem.reason for problem in measured.suspicions] + refused
    task = TASKS[one.name]
    whole = of_cells(np.arange(len(one.cells_n)) / RATE_HZ, one.cells_n, GEOMETRY, one.name)
    begun = begun_in(whole, task.begins, one.from_s)
    of_task = whole.between(begun.from_s, begun.until_s)
    known = KnownOfTask(one.weight_kg, task.begins, task.stands, scale=False, weighs=task.weighs)
    return [problem.reason for problem in suspicions_of_task(whole, of_task, known)]


def recordings(
    trials: Sequence[Array], people: Sequence[tuple[str, int]], seed: int, drills: Sequence[str] = MOVING
) -> list[Recorded]:
    """Each task by who sways as in these trials, and each of these drills by these simulated patients."""
    rng = np.random.default_rng(seed)
    found = [one for trial in trials for one in tasks(trial, rng)]
    return found + [one for kind, number in people for one in exercises(kind, number, drills)]


def spoilt(
    originals: list[Recorded], spoil: Callable[[Array, np.random.Generator], Array], seed: int
) -> list[tuple[Recorded, list[str]]]:
    """Each with what is said once it is spoilt."""
    rng = np.random.default_rng(seed)
    return [(one, said(one._replace(cells_n=spoil(one.cells_n, rng)))) for one in originals]
