"""Figures of what a person did on purpose on the plate: lean, rise, push, come to rest, stand on one leg."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from drills.problems import Problem
from station.analysis.judging import StatedCondition, error_of, impossible
from station.analysis.reading import (
    AS_IT_IS,
    ReadOptions,
    RecordingFile,
    TableFile,
    damage_said,
    doubts_of,
    notes_of,
    read_file,
    signal_of_file,
)
from station.analysis.stated import against
from station.analysis.step_ons import rate_of
from station.analysis.task_checks import Begins, KnownOfTask, begun_in, suspicions_of_task
from station.clock import NS_PER_S
from station.faults import InputError, as_json, because
from station.measures.constants import MIN_FORCE_N, STANDARD_GRAVITY_M_S2
from station.measures.doubts import DOUBTS
from station.measures.norms.people import stance_said
from station.measures.pipelines import GRID_HZ, prepare_station
from station.measures.registry import REGISTRY, carries, fast_enough
from station.measures.signal import BRIDGED_GAP_S, Array, Refusal, check, to_grid
from station.measures.sway.extent import ellipse_prediction
from station.measures.sway.hull import area
from station.measures.tasks import force
from station.measures.tasks.distribution import DISTRIBUTION_NAMES, distribution
from station.measures.tasks.limits import LEAN_NAMES, Target, limit_mm, limits_of_stability
from station.measures.values import NAN, Figures, missing
from station.recording.layout import finite_fields
from station.recording.raw import RawSignal

LEAST_HELD_S = 5.0
"""A stance that outlasts a shorter recording says nothing: the lowest time that anybody judges is 5 s."""
STANCE_NAMES, REST_NAMES = ("single_leg_stance_time_s",), ("time_to_stabilisation_s",)
SHARE_NAMES = ("weight_bearing_left_percent",)


POSSIBLE = {"weight_kg": (10.0, 400.0), "height_cm": (50.0, 260.0), "stance_width_mm": (20.0, 2000.0)}
"""What a person may be, and a stance: beyond it the units are others."""


class TaskFacts(NamedTuple):
    """What a person says of the patient and the task; None where it was not said."""

    weight_kg: float | None = None
    height_cm: float | None = None
    cue_s: float | None = None
    direction_deg: float | None = None
    stance_width_mm: float | None = None
    foot_down_s: float | None = None
    from_s: float = 0.0
    """The task begins so long after the first sample. All times count from the first sample of the file."""
    until_s: float | None = None


class Task(NamedTuple):
    """One kind of task: its figures, what must be stated of it, and what computes them from a part of a recording."""

    names: tuple[str, ...]
    needs: tuple[str, ...]
    compute: Callable[[RawSignal, TaskFacts], Figures]
    begins: Begins = Begins.AS_SAID
    """How it begins in a file whose beginning shows the plate before, where nobody says when."""
    stands: bool = False
    """Whether the person does nothing but stand."""
    weighs: bool = False
    """Whether the plate sees the whole weight for most of the time."""


def _of(value: float | None) -> float:
    """What `Task.needs` has made sure of."""
    return NAN if value is None else value


def _weight_n(facts: TaskFacts) -> float:
    return _of(facts.weight_kg) * STANDARD_GRAVITY_M_S2


def _told_n(facts: TaskFacts) -> float | None:
    return None if facts.weight_kg is None else _weight_n(facts)


class _Load(NamedTuple):
    """Evenly spaced force (N), and the part of it on the left of the plate's middle."""

    total_n: Array
    left_n: Array | None
    """None where only the whole force was recorded."""
    rate_hz: float


def _load(signal: RawSignal) -> _Load | Problem:
    """The load of the recording, or why it has none that can be used."""
    total, cells = signal.force_n, signal.cells_n
    if total is None:
        return because("no-force")
    if not np.all(np.isfinite(total)):
        return because("force-no-number")
    steps = np.diff(signal.t_s)
    if not len(steps):
        return because("few-samples", samples=len(signal.t_s))
    rate = float(1.0 / np.median(steps))
    if float(np.max(steps)) - 1.0 / rate > BRIDGED_GAP_S:
        at = int(np.argmax(steps))
        return because("gap", length_s=float(steps[at]), at_s=float(signal.t_s[at]))
    if float(np.max(total)) < -MIN_FORCE_N:
        return because("force-negative", force_n=float(np.max(total)))
    if float(np.max(total)) < MIN_FORCE_N:
        return because("nobody-on-plate", force_n=float(np.max(total)))
    seen = total[:, None] if cells is None else cells
    if np.all(seen == seen[0]):
        return because("signal-constant")
    columns = np.column_stack((total, total if cells is None else cells[:, 0] + cells[:, 3]))
    if float(np.ptp(steps)) > 0.01 / rate:
        columns = to_grid(signal.t_s, columns, rate)
    return _Load(columns[:, 0], None if cells is None else columns[:, 1], rate)


def _by_force(
    names: tuple[str, ...], figures: Callable[[_Load, TaskFacts], Figures]
) -> Callable[[RawSignal, TaskFacts], Figures]:
    """A task that needs the force alone."""

    def compute(signal: RawSignal, facts: TaskFacts) -> Figures:
        loaded = _load(signal)
        if isinstance(loaded, Problem):
            return missing(names, loaded)
        least = max(REGISTRY[name].min_rate_hz for name in names)
        if not fast_enough(least, loaded.rate_hz):
            return missing(names, because("rate-too-low", rate_hz=loaded.rate_hz, least_hz=least))
        return figures(loaded, facts)

    return compute


def _lean(signal: RawSignal, facts: TaskFacts) -> Figures:
    checked = check(signal.t_s, signal.cop_ml_mm, signal.cop_ap_mm, signal.force_n, None)
    if isinstance(checked, Refusal):
        return missing(LEAN_NAMES, checked.why)
    ready = prepare_station(checked)
    height_mm, direction = 10.0 * _of(facts.height_cm), _of(facts.direction_deg)
    target = Target(direction, limit_mm(height_mm, direction))
    return limits_of_stability(ready.ml_mm, ready.ap_mm, GRID_HZ, _of(facts.cue_s) - facts.from_s, target, height_mm)


def _share(signal: RawSignal, facts: TaskFacts) -> Figures:
    checked = check(signal.t_s, signal.cop_ml_mm, signal.cop_ap_mm, signal.force_n, None)
    if isinstance(checked, Refusal):
        return missing(SHARE_NAMES, checked.why)
    weights = np.ones_like(checked.ml_mm) if checked.force_n is None else checked.force_n
    return force.weight_bearing(checked.ml_mm, weights, _of(facts.stance_width_mm))


def _distribution(signal: RawSignal, _: TaskFacts) -> Figures:
    checked = check(signal.t_s, signal.cop_ml_mm, signal.cop_ap_mm, signal.force_n, None)
    if isinstance(checked, Refusal):
        return missing(DISTRIBUTION_NAMES, checked.why)
    ready = prepare_station(checked)
    cells = None if signal.cells_n is None else signal.cells_n[checked.kept]
    return distribution(cells, area(ready.ml_mm, ready.ap_mm), ellipse_prediction(ready.ml_mm, ready.ap_mm))


def _rise(load: _Load, facts: TaskFacts) -> Figures:
    return force.sit_to_stand(load.total_n, load.left_n, load.rate_hz, _told_n(facts))


def _push(load: _Load, facts: TaskFacts) -> Figures:
    return force.isometric_push(load.total_n, load.rate_hz, _weight_n(facts))


def _rest(load: _Load, facts: TaskFacts) -> Figures:
    """From the landing on, or from the cue: when a foot was lifted, which the whole force does not show."""
    if facts.cue_s is None:
        begin = force.landing_of(load.total_n, load.rate_hz)
        if isinstance(begin, Problem):
            return missing(REST_NAMES, begin)
    else:
        begin = max(round((facts.cue_s - facts.from_s) * load.rate_hz), 0)
    part = load.total_n[begin : begin + round(force.REST_S * load.rate_hz)]
    if len(part) and (why := force.left_again(part, load.rate_hz)):
        return missing(REST_NAMES, why)
    return force.time_to_stabilisation(part, load.rate_hz)


def _one_leg(load: _Load, facts: TaskFacts) -> Figures:
    """The time, or all of the recording where the stance outlasts it (`_at_least`); without a stated weight by the one
    that the plate saw.
    """
    down_s = None if facts.foot_down_s is None else facts.foot_down_s - facts.from_s
    told_n = _told_n(facts)
    weight_n = force.weight_seen(load.total_n, load.rate_hz) if told_n is None else told_n
    values, reasons = force.stance_time(load.total_n, load.rate_hz, weight_n, down_s)
    held_s = len(load.total_n) / load.rate_hz
    why = reasons.get(STANCE_NAMES[0])
    if why is not None and why.reason == "stance-outlasts" and held_s >= LEAST_HELD_S:
        return {STANCE_NAMES[0]: held_s}, {}
    return values, reasons


def _at_least(task: str, values: dict[str, float], signal: RawSignal) -> list[str]:
    """Figures that are no less than this, and may be more: a stance that was still held at the recording's end, or when
    the clock stopped.
    """
    if task != "one-leg" or not len(signal.t_s):
        return []
    held_s = values[STANCE_NAMES[0]]
    period_s = float(np.median(np.diff(signal.t_s))) if len(signal.t_s) > 1 else 0.0
    end_s = float(signal.t_s[-1] - signal.t_s[0]) + 0.5 * period_s
    return list(STANCE_NAMES) if held_s >= min(end_s, force.STANCE_CAP_S) else []


def _stance_notes(values: dict[str, float], facts: TaskFacts, signal: RawSignal) -> tuple[Problem, ...]:
    """What a time on one leg rests on: the weight that the plate saw, and where that left it for the other foot or a
    hand.
    """
    held_s = values.get(STANCE_NAMES[0], NAN)
    if not np.isfinite(held_s) or signal.force_n is None:
        return ()
    rate_hz = rate_of(signal)
    notes = []
    if facts.weight_kg is None:
        kg = force.weight_seen(signal.force_n, rate_hz) / STANDARD_GRAVITY_M_S2
        notes.append(because("weight-of-plate", kg=kg))
    behind = signal.force_n[: round((held_s + force.CARRIED_S) * rate_hz)]
    lighter_s = force.carried_elsewhere_s(behind, rate_hz)
    if lighter_s is not None and lighter_s <= held_s and held_s < force.STANCE_CAP_S:
        lower_n = float(np.median(behind[round(lighter_s * rate_hz) :]))
        percent = 100.0 * lower_n / force.weight_seen(behind, rate_hz)
        notes.append(because("weight-left", at_s=facts.from_s + lighter_s, percent=percent))
    return tuple(notes)


TASKS = {
    "limits-of-stability": Task(
        LEAN_NAMES, ("height_cm", "cue_s", "direction_deg"), _lean, Begins.STANDING, stands=True, weighs=True
    ),
    "sit-to-stand": Task(force.RISE_NAMES, (), _by_force(force.RISE_NAMES, _rise), Begins.WAITING, weighs=True),
    "push": Task(force.PUSH_NAMES, ("weight_kg",), _by_force(force.PUSH_NAMES, _push), Begins.WAITING),
    "stabilisation": Task(REST_NAMES, (), _by_force(REST_NAMES, _rest), Begins.LANDING, weighs=True),
    "one-leg": Task(STANCE_NAMES, (), _by_force(STANCE_NAMES, _one_leg), stands=True, weighs=True),
    "distribution": Task(DISTRIBUTION_NAMES, (), _distribution, Begins.STANDING, stands=True, weighs=True),
    "weight-bearing": Task(SHARE_NAMES, ("stance_width_mm",), _share, Begins.STANDING, stands=True, weighs=True),
}


def task_of(
    path: Path, name: str, facts: TaskFacts, options: ReadOptions = AS_IT_IS, age_years: float | None = None
) -> dict[str, Any]:
    """The figures of one task in a file as JSON values: None where there is none, and `reasons` says why.

    `norm` is what people of this age do, where that is known; `error` is there where no figure could be had. Raises the
    errors of `read_file`, and InputError "input-invalid" where something that the task needs is not stated.
    """
    task = TASKS[name]
    lacking = [need for need in task.needs if getattr(facts, need) is None]
    if lacking:
        needed = because("task-needs", options=["--" + need.replace("_", "-") for need in lacking])
        raise InputError("input-invalid", f"station task {name}", needed)
    _refuse_impossible(facts)
    file = read_file(path, options._replace(weight_kg=facts.weight_kg))
    damage = damage_said(file.recording) if isinstance(file, RecordingFile) else ()
    if damage and _is_hit(file, facts):
        raise InputError("measures-impossible", str(path), *damage)
    whole = signal_of_file(file)
    begun = begun_in(whole, task.begins, facts.from_s)
    facts = facts._replace(from_s=begun.from_s)
    signal = whole.between(facts.from_s, begun.until_s if facts.until_s is None else facts.until_s)
    length = float(signal.t_s[-1] - signal.t_s[0]) if len(signal.t_s) else 0.0
    if all(carries(one, length) for one in task.names):
        values, reasons = task.compute(signal, facts)
    else:
        least = max(REGISTRY[one].min_duration_s for one in task.names)
        values, reasons = missing(task.names, because("too-short-recording", length_s=length, least_s=least))
    why = {one: as_json(reason) for one, reason in reasons.items()}
    at_least = _at_least(name, values, signal)
    taken = _stance_notes(values, facts, signal)
    own = isinstance(file, RecordingFile) or task.compute is _lean
    known = KnownOfTask(facts.weight_kg, task.begins, task.stands, scale=own, weighs=task.weighs)
    otherwise = against(file, StatedCondition(), age_years)
    suspicions = (*doubts_of(file), *otherwise.suspicions, *suspicions_of_task(whole, signal, known))
    warnings = (*suspicions, *begun.notes, *taken, *notes_of(file), *otherwise.notes, *damage)
    result = finite_fields(
        {
            "file": str(path),
            "task": name,
            "measures": values,
            "reasons": why,
            "duration_s": length,
            "warnings": [as_json(one) for one in warnings],
            "suspicions": [as_json(one) for one in suspicions],
        }
    )
    if at_least:
        result["at_least"] = at_least
    in_doubt = bool(suspicions) or any(one.reason in DOUBTS for one in warnings)
    if name == "one-leg" and age_years is not None and not in_doubt:
        said = stance_said(age_years)
        result["norm"] = None if said is None else as_json(said)
    if name == "weight-bearing" and not in_doubt:
        result["norm"] = as_json(because("norm-source-weight-bearing"))
    problem = impossible(path, result["measures"], reasons)
    if problem is not None:
        result["error"] = error_of(problem)
    return result


def _is_hit(file: RecordingFile | TableFile, facts: TaskFacts) -> bool:
    """Whether samples are missing from which, or up to which, the task's times count, or in the task itself."""
    if not isinstance(file, RecordingFile) or not len(file.recording.samples):
        return False
    first_ns, last_ns = (int(file.recording.samples["t_ns"][at]) for at in (0, -1))
    until_ns = last_ns if facts.until_s is None else first_ns + round(facts.until_s * NS_PER_S)
    return any(gap.from_ns < until_ns for gap in file.recording.damage.gaps)


def _refuse_impossible(facts: TaskFacts) -> None:
    """Raise InputError "input-invalid" where a person cannot be so, or a time is none."""
    for name, value in facts._asdict().items():
        option = "--" + name.replace("_", "-")
        if value is not None and not np.isfinite(value):
            raise InputError("input-invalid", option, because("is-no-number", value=str(value)))
        least, most = POSSIBLE.get(name, (-np.inf, np.inf))
        if value is not None and not least <= value <= most:
            seen = because("not-between", value=value, least=least, most=most)
            raise InputError("input-invalid", option, seen)
    if facts.foot_down_s is not None and facts.foot_down_s <= facts.from_s:
        raise InputError("input-invalid", "--foot-down-s", because("before-the-task"))
