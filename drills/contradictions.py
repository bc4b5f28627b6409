"""What no single key of a document shows: keys that cannot all be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from drills.envelope import FOOT_HALF_AP_MM, FOOT_HALF_ML_MM, HARD_BOUT_S
from drills.exercises import EXERCISES
from drills.exercises.values import LEAST_LEARN_S, SafeBase
from drills.problems import Problem
from drills.step_tables import ExerciseStep
from drills.steps import Step, out_of_order
from drills.vibration import FORMS
from drills.vibration.values import ShakenKeys, in_order, shaken_problems
from drills.with_without import BLOCKS

if TYPE_CHECKING:
    from drills.document import DrillDocument

_STANDING = tuple(step.value for step in (Step.WEIGH, Step.SETTLE, Step.LEARN, Step.BASELINE))
"""Steps in which somebody stands there already."""
LEAST_REST_S = 30.0
"""Between two vibrated trials (hard)."""


def contradictions(document: DrillDocument) -> Iterator[Problem]:
    """Every one that there is."""
    trials = document.trials
    yield from in_order("trials", "", trials.min, trials.default, trials.max)
    yield from _order(document)
    yield from _legs(document)
    yield from _with_without(document)
    for step in document.steps:
        if isinstance(step, ExerciseStep):
            yield from _time(step)
            yield from _exercise(document, step)
            if isinstance(step.vibration, ShakenKeys):
                if document.stance.kind == "seated":
                    yield Problem("steps.exercise.vibration.form", step.vibration.form, reason="seated-still")
                path = "steps.exercise.vibration"
                yield from shaken_problems(step.vibration, path)
                for problem in FORMS[step.vibration.form].problems(step.vibration):
                    yield problem._replace(field=f"{path}.{problem.field}")
                yield from _vibrating(document, step)
    yield from _judging(document)


def _order(document: DrillDocument) -> Iterator[Problem]:
    steps = [Step(step.step) for step in document.steps]
    for step, allowed in out_of_order(steps):
        choices = tuple(one.value for one in allowed)
        reason = "step-missing" if step is None else "step-out-of-order"
        yield Problem("steps", step and step.value, reason=reason, values={"choices": choices})
    for step, count in Counter(steps).items():
        if count > 1:
            yield Problem("steps", step.value, reason="step-repeated")


def _legs(document: DrillDocument) -> Iterator[Problem]:
    """Legs alternate only on one leg, facing forward: which side a foot stands on is judged by where the plate is. A
    foot is named only where the stance does not name it.
    """
    if document.names_foot and document.stance.kind not in ("two-legs", "seated"):
        values = {"key": "trials.legs", "is": "named"}
        yield Problem("stance.kind", document.stance.kind, reason="useless-with", values=values)
    changes = any(step.step == Step.CHANGE.value for step in document.steps)
    if not document.alternates:
        if changes:
            yield Problem("steps", "change", reason="only-with", values={"key": "trials.legs", "is": "alternating"})
        return
    for key, said, needed in (
        ("stance.kind", document.stance.kind, "single-leg"),
        ("stance.orientation", document.stance.orientation, "forward"),
    ):
        if said != needed:
            yield Problem("trials.legs", "alternating", reason="only-with", values={"key": key, "is": needed})
    if not changes:
        yield Problem("steps.change", reason="needed-with", values={"key": "trials.legs", "is": "alternating"})


def _with_without(document: DrillDocument) -> Iterator[Problem]:
    """With vibration and without it in turn: one leg, one vibration from the beginning of the hold to its end, and as
    many trials of each kind.
    """
    order, field = document.with_without, "trials.with_without"
    if order is None:
        return
    form = document.exercise_step.vibration.form
    if form != "continuous":
        key = "steps.exercise.vibration.form"
        yield Problem(field, order, reason="only-with", values={"key": key, "is": "continuous"})
    if document.alternates:
        yield Problem("trials.legs", "alternating", reason="useless-with", values={"key": field, "is": order})
    for key in ("min", "default", "max"):
        yield from trials_of_both_kinds(order, f"trials.{key}", getattr(document.trials, key))


def trials_of_both_kinds(order: str | None, field: str, trials: int) -> Iterator[Problem]:
    """The problem of a number of trials that does not have as many with vibration as without it, in whole blocks."""
    if order is not None and trials % BLOCKS[order]:
        yield Problem(field, trials, reason="not-whole-blocks", values={"block": BLOCKS[order]})


def _time(step: ExerciseStep) -> Iterator[Problem]:
    time, path = step.time, "steps.exercise.time"
    yield from in_order(path, "_s", time.min_s, time.default_s, time.max_s)
    until = {"key": f"{path}.mode", "is": "until-step-off"}
    if time.mode == "fixed" and time.limit_s is not None:
        yield Problem(f"{path}.limit_s", time.limit_s, reason="only-with", values=until)
    if time.mode == "until-step-off":
        if time.limit_s is None:
            yield Problem(f"{path}.limit_s", reason="needed-with", values=until)
        elif time.limit_s < time.max_s:
            yield Problem(f"{path}.limit_s", time.limit_s, least=time.max_s, values={"least_key": f"{path}.max_s"})


def _exercise(document: DrillDocument, step: ExerciseStep) -> Iterator[Problem]:
    """What the exercise says of its own keys."""
    for problem in EXERCISES[step.exercise].problems(step.parameters, _base(document)):
        field = problem.field
        whole = field.startswith("steps.") or field.split(".")[0] in type(document).model_fields
        yield problem if whole else problem._replace(field=f"steps.exercise.parameters.{field}")


def _base(document: DrillDocument) -> SafeBase:
    """The drill's own base where it has one and that is the tighter one, else safety's."""
    down, path = document.thresholds.foot_down, "thresholds.foot_down.base_half"
    ml_mm, ap_mm = (down.base_half_ml_mm, down.base_half_ap_mm) if down else (FOOT_HALF_ML_MM, FOOT_HALF_AP_MM)
    return SafeBase(
        min(ml_mm, FOOT_HALF_ML_MM),
        min(ap_mm, FOOT_HALF_AP_MM),
        (
            f"{path}_ml_mm" if down and ml_mm <= FOOT_HALF_ML_MM else "",
            f"{path}_ap_mm" if down and ap_mm <= FOOT_HALF_AP_MM else "",
        ),
        document.learn_s,
        document.eyes,
        document.stance.kind,
        document.hands,
        document.thresholds.step_off.force_fraction,
        document.shaken is not None,
        getattr(document.exercise_step.vibration, "pair_gap_s", 0.0) > 0.0,
        tuple(step.step for step in document.steps if step.step in _STANDING),
        down is not None,
        document.alternates,
        document.exercise_step.time.min_s,
        document.exercise_step.time.mode == "fixed",
    )


def _judging(document: DrillDocument) -> Iterator[Problem]:
    off, down = document.thresholds.step_off, document.thresholds.foot_down
    if down is None:
        return
    if down.force_fraction <= off.force_fraction:
        bound = {"least_key": "thresholds.step_off.force_fraction", "exclusive": True}
        yield Problem("thresholds.foot_down.force_fraction", down.force_fraction, off.force_fraction, values=bound)
    if document.learn_s < LEAST_LEARN_S:
        yield Problem("steps.learn.time_s", document.learn_s, least=LEAST_LEARN_S, reason="too-short-to-learn")


def _vibrating(document: DrillDocument, step: ExerciseStep) -> Iterator[Problem]:
    if document.rest_s < LEAST_REST_S:
        yield Problem("steps.rest.time_s", document.rest_s, least=LEAST_REST_S, reason="too-short-to-vibrate")
    if step.time.mode != "fixed":
        yield Problem("steps.exercise.time.mode", step.time.mode, reason="moving-plate")
    keys = step.vibration
    bout_s = step.time.max_s + sum(FORMS[keys.form].ramps_s(keys))
    if bout_s > HARD_BOUT_S:
        field = "steps.exercise.time.max_s"
        yield Problem(field, step.time.max_s, most=HARD_BOUT_S, reason="bout-too-long", values={"bout_s": bout_s})
