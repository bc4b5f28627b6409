"""GET /api/v1/drills/{name}/level: at which level a patient does this drill, why, and what its other levels ask for."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from station.wire.messages import PatientCode
from web_ui import plans
from web_ui.api import resource
from web_ui.api.drills import DrillPath, Range
from web_ui.api.plans import ReasonView, reasons_view
from web_ui.problems import answer_texts
from web_ui.service import service


class LevelQuery(BaseModel):
    """Whose level, on which leg."""

    model_config = ConfigDict(extra="forbid")

    patient: PatientCode
    leg: Literal["left", "right", "both"]


class RungView(BaseModel):
    """One level of a drill."""

    rung: int
    """From 1."""
    facts: list[str]
    """What it asks for, the number that moves inside it first."""
    hold_s: Range
    """Its default is what this level asks for."""
    trials: Range


class DrillLevelView(BaseModel):
    """Where a patient stands in a drill on a leg."""

    rung: int
    """From 1: what the plan has come to; where nobody has planned or done it, the level that the drill begins on."""
    known: bool
    """Whether a plan or a set says so."""
    planned: bool
    """Whether a plan leads: a higher level needs a name and a reason then."""
    locked: bool
    not_before: str | None
    last_day: str | None
    """Of the last set."""
    decisions: list[ReasonView]
    """Of the last set, and of what came after it."""
    start: ReasonView | None
    """How the plan begins it."""
    reasons: list[ReasonView]
    """Why the plan has it."""
    left: dict[str, int]
    """Of the plan's drill on this leg today: sets `done`, of how many (`of`), and `minutes` left; empty without one."""
    rungs: list[RungView]


class LevelAnswer(BaseModel):
    """The level; null where this drill has none for that leg."""

    level: DrillLevelView | None


blueprint = resource("levels", "At which level a patient does a drill.", 503)


@blueprint.get("/drills/<string:name>/level", responses={"200": LevelAnswer})
def show_level(path: DrillPath, query: LevelQuery) -> dict[str, Any]:
    """Where this patient stands in this drill on this leg, and what each of its levels asks for."""
    of = answer_texts()
    found = plans.form_level(service().data, query.patient, path.name, query.leg, of)
    if found is None:
        return LevelAnswer(level=None).model_dump()
    names = ("rung", "known", "planned", "locked", "not_before", "last_day", "left")
    kept = {name: found[name] for name in names}
    return LevelAnswer(
        level=DrillLevelView(
            **kept,
            decisions=reasons_view(of, found["decisions"]),
            start=next(iter(reasons_view(of, [found["start"]] if found["start"] else [])), None),
            reasons=reasons_view(of, found["reasons"]),
            rungs=[RungView(**one) for one in found["rungs"]],
        )
    ).model_dump()
