"""The tables `[[steps]]` of a document: one model a step, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, SerializeAsAny

from drills.exercises import EXERCISES
from drills.problems import Problem
from drills.steps import Step
from drills.strict import Seconds, Strict, chosen, found, read_table
from drills.vibration import FORMS
from drills.vibration.values import FormKeys


class StepTable(Strict):
    """One step. `step` names it."""

    step: str


class GetOn(StepTable):
    """Waiting for the patient on the plate."""

    step: Literal["get-on"]
    limit_s: Annotated[float, Field(ge=5, le=600)]


class Weigh(StepTable):
    """Standing still on both feet, before the first trial and again for who has left the plate."""

    step: Literal["weigh"]
    time_s: Annotated[float, Field(ge=2, le=30)]


class Settle(StepTable):
    """Time to stand as asked: to lift the other foot."""

    step: Literal["settle"]
    time_s: Annotated[float, Field(ge=0, le=28)]


class Learn(StepTable):
    """Learning the weight and the place of the feet."""

    step: Literal["learn"]
    time_s: Annotated[float, Field(gt=0, le=2)]


class Baseline(StepTable):
    """Standing without vibration, to compare with."""

    step: Literal["baseline"]
    time_s: Annotated[float, Field(gt=0, le=120)]


class Time(Strict):
    """How long the exercise goes on; it may have done all that was to be done before."""

    mode: Literal["fixed", "until-step-off"]
    default_s: Annotated[float, Field(ge=1, le=600)]
    min_s: Annotated[float, Field(ge=1, le=600)]
    max_s: Annotated[float, Field(ge=1, le=600)]
    limit_s: Annotated[float, Field(ge=1, le=3600)] | None = None


class ExerciseStep(StepTable):
    """What the patient does."""

    step: Literal["exercise"]
    exercise: str
    parameters: SerializeAsAny[Strict]
    """Of the model that the exercise gives."""
    time: Time
    vibration: SerializeAsAny[FormKeys]
    """Of the model that the form gives."""


class Rest(StepTable):
    """Both feet down, between two trials."""

    step: Literal["rest"]
    time_s: Seconds


class ChangeLegs(StepTable):
    """Both feet down, between a trial on one leg and the next on the other."""

    step: Literal["change"]
    time_s: Annotated[float, Field(ge=2, le=600)]


class GetOff(StepTable):
    """After the last trial."""

    step: Literal["get-off"]


TABLES: dict[str, type[StepTable]] = {
    Step.GET_ON.value: GetOn,
    Step.WEIGH.value: Weigh,
    Step.SETTLE.value: Settle,
    Step.LEARN.value: Learn,
    Step.BASELINE.value: Baseline,
    Step.EXERCISE.value: ExerciseStep,
    Step.REST.value: Rest,
    Step.CHANGE.value: ChangeLegs,
    Step.GET_OFF.value: GetOff,
}


UNREAD = FormKeys(form="none")
"""Where the keys of a form cannot be read, and are not used."""


def read_steps(value: object) -> tuple[StepTable, ...]:
    """The steps of a document. Raises pydantic's error with everything that is wrong in them."""
    problems: list[Problem] = []
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise found([Problem("steps", str(value), reason="wrong-kind", values={"kind": "list"})])
    tables = [_read_step(one, number, problems) for number, one in enumerate(value, 1)]
    if problems:
        raise found(problems)
    return tuple(table for table in tables if table is not None)


def _read_step(value: object, number: int, problems: list[Problem]) -> StepTable | None:
    if isinstance(value, StepTable):
        return value
    place = f"steps.{number}"
    if not isinstance(value, Mapping):
        problems.append(Problem(place, str(value), reason="wrong-kind", values={"kind": "table"}))
        return None
    model = chosen(value, "step", place, TABLES)
    if isinstance(model, Problem):
        problems.append(model)
        return None
    path = f"steps.{value['step']}"
    return read_table(model, _inside(value, path, problems) if model is ExerciseStep else value, path, problems)


def _inside(value: Mapping[str, Any], path: str, problems: list[Problem]) -> dict[str, Any]:
    """The exercise step with its own two tables read; one that cannot be is said, and stands empty."""
    inner = dict(value)
    exercise = chosen(value, "exercise", path, EXERCISES)
    if isinstance(exercise, Problem):
        problems += [exercise] if exercise.reason != "missing" else []
        inner["parameters"] = Strict()
    else:
        given = value.get("parameters", {})
        inner["parameters"] = read_table(exercise.keys, given, f"{path}.parameters", problems) or Strict()
    inner["vibration"] = _vibration(value.get("vibration", {"form": "none"}), f"{path}.vibration", problems)
    return inner


def _vibration(value: object, path: str, problems: list[Problem]) -> FormKeys:
    if isinstance(value, FormKeys):
        return value
    if not isinstance(value, Mapping):
        problems.append(Problem(path, str(value), reason="wrong-kind", values={"kind": "table"}))
        return UNREAD
    form = chosen(value, "form", path, FORMS)
    if isinstance(form, Problem):
        problems.append(form)
        return UNREAD
    return read_table(form.keys, value, path, problems) or UNREAD
