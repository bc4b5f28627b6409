"""/api/v1/stand-for-me: on the simulated rig, somebody at the desk leans the simulated person to try an exercise."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from station.faults import StationError
from web_ui.api import resource
from web_ui.problems import respond
from web_ui.service import service


class LeanBody(BaseModel):
    """Where to, from where the simulated person stands, and whether up on the toes."""

    model_config = ConfigDict(extra="forbid")

    ml_mm: Annotated[float, Field(ge=-120, le=120, allow_inf_nan=False)]
    ap_mm: Annotated[float, Field(ge=-100, le=100, allow_inf_nan=False)]
    up: bool = False


class LeadView(BaseModel):
    """Whether this rig has a person who can be leaned."""

    possible: bool


class Leaned(BaseModel):
    """The simulated person goes there, and back to the middle two seconds after the last word."""

    ok: Literal[True] = True


blueprint = resource("stand-for-me", "Trying an exercise on the simulated rig.", 409, 413, 503)


@blueprint.get("/stand-for-me", responses={"200": LeadView})
def show_lead() -> dict[str, object]:
    """Whether there is a simulated person here."""
    facts = service().link.request("describe")["facts"]
    return LeadView(possible=bool(facts.get("leads", False))).model_dump()


@blueprint.post("/stand-for-me", responses={"200": Leaned})
def lean_person(body: LeanBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Lean the simulated person. Control refuses it on every other rig: there it has no such verb."""
    try:
        service().link.request("fault", verb="stand_for_me", arguments=body.model_dump())
    except StationError as problem:
        if problem.code == "bad-message":
            return respond(StationError("simulated-only", "stand-for-me"))
        raise
    return Leaned().model_dump()
