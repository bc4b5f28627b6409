"""GET and POST /api/v1/technician/calibration: zero and calibration of the plate, one step after the other.

The steps are those of `station calibrate`, done in a process of its own from what control publishes; control runs on.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from drills.problems import Problem
from station.faults import InputError, from_json
from station.texts.problems import ask
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.technician import Name
from web_ui.own_settings import module
from web_ui.problems import answer_texts, detail_of, fields_of, respond
from web_ui.service import service

KIND = "calibration"
_BY_NAME = ("begin", "accept", "drop", "keep-zero")
"""What changes something that is kept."""


class CalibrationBody(BaseModel):
    """One step."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["status", "begin", "read", "back", "judge", "accept", "drop", "zero", "keep-zero"]
    masses_kg: Annotated[list[Annotated[float, Field(gt=0.0, le=500.0)]], Field(max_length=5)] = []
    """With `begin`: the weights; the two usual ones where it is empty."""
    name: Name | None = None
    """Who does it; needed for what changes something that is kept."""


class MovedView(BaseModel):
    """By how much one cell differs from what is in use."""

    cell: str
    zero_n: float
    span_percent: float


class StepView(BaseModel):
    """What is to stand where."""

    kind: Literal["zero", "weight", "creep"]
    mass_kg: float
    ml_mm: float
    ap_mm: float


class CalibrationView(BaseModel):
    """How it stands."""

    state: Literal["none", "running", "done", "failed"]
    """Of the last step that was asked for."""
    action: str
    problem: str
    """Why that step could not be done, in words; "" for nothing. Nothing was changed then."""
    known: bool
    """Whether the rest is known: a step was done since the pages began."""
    rig: str
    in_use: str | None
    """Name of the calibration that is used from the next start on; null for a plate as it was delivered."""
    weighed_at: str | None
    steps: int
    """0 where none was begun."""
    next: int | None
    """Index of the step to do; null where all are read, or none was begun."""
    to_do: str
    wait_s: float
    step: StepView | None
    masses_kg: list[float]
    moved: list[MovedView]
    """Of a zero that was taken, of what was judged, or of what was kept."""
    checks: dict[str, float]
    kept: bool
    """What was done is kept, and used from control's next start on."""


blueprint = resource("calibration", "Zero and calibration of the plate.", 409, 503)


@blueprint.get("/technician/calibration", responses={"200": CalibrationView})
def show_calibration() -> dict[str, object]:
    """How it stands."""
    return _view()


@blueprint.post("/technician/calibration", responses={"200": CalibrationView, "413": refusal()})
def calibrate_plate(body: CalibrationBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Begin this step; how it went is to be looked up."""
    own = service()
    if body.action in _BY_NAME and body.name is None:
        return respond(InputError("input-invalid", "name"), fields_of([Problem("name", reason="missing")]))
    own.errands.refuse_while_a_drill_runs(KIND)
    given = [body.action, *([f"--by={body.name}"] if body.name else []), *(f"--mass={kg}" for kg in body.masses_kg)]
    own.errands.begin(KIND, body.action, module("station.commissioning.calibrating.guided", *given))
    if body.name is not None and body.action in _BY_NAME:
        records.note(own.data, body.name, f"calibration-{body.action}")
    return _view()


def _view() -> dict[str, object]:
    errand, texts = service().errands.newest(KIND), answer_texts()
    said: dict[str, Any] = errand.answer if errand is not None and isinstance(errand.answer, dict) else {}
    run = said.get("run") or {}
    told = said.get("kept") or said.get("judged") or {}
    moved = told.get("moved", [])
    if "zero" in said:
        moved = [{"cell": cell, "zero_n": n, "span_percent": 0.0} for cell, n in said["zero"].items()]
    return CalibrationView(
        state="none" if errand is None else errand.state,
        action="" if errand is None else errand.by,
        problem="" if errand is None or errand.problem is None else detail_of(errand.problem),
        known=bool(said),
        rig=said.get("rig", ""),
        in_use=said.get("in_use"),
        weighed_at=said.get("weighed_at"),
        steps=run.get("steps", 0),
        next=run.get("next"),
        to_do=ask(texts, from_json(run["to_do"])) if run.get("to_do") else "",
        wait_s=run.get("wait_s", 0.0),
        step=None if run.get("step") is None else StepView(**run["step"]),
        masses_kg=run.get("masses_kg", []),
        moved=[MovedView(**{**one, "cell": one["cell"].replace(" ", "-").replace("_", "-")}) for one in moved],
        checks=told.get("checks", {}),
        kept="kept" in said,
    ).model_dump()
