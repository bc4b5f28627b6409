"""GET /api/v1/practice: what this phone's owner has practised. POST .../red-button: the simulated panel's."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from station.faults import StationError
from web_ui.api import resource
from web_ui.api.drill import Done
from web_ui.callers import caller
from web_ui.practice import LEARNS, NEEDED_S, STEPS, Practised
from web_ui.problems import respond
from web_ui.service import service


class PracticeStep(BaseModel):
    """One thing that has to have been done once."""

    name: str
    done: bool


class PracticeView(BaseModel):
    """What was practised, and what it has made of its person."""

    practises: bool
    """Nobody real is here."""
    earns: bool
    """By this phone somebody can become trained."""
    trained: bool
    seconds: float
    needed_s: float
    steps: list[PracticeStep]


class RedButtonBody(BaseModel):
    """What the finger does."""

    model_config = ConfigDict(extra="forbid")

    pressed: bool


blueprint = resource("practice", "Practising with a simulated patient.", 409, 413, 503)


@blueprint.get("/practice", responses={"200": PracticeView})
def show_practice() -> dict[str, object]:
    """How far this phone's owner is. On the real station nobody practises."""
    practice, phone = service().practice, caller().phone
    if phone is not None and phone.locked:
        phone = None
    done = Practised() if practice is None or phone is None else practice.of(phone.owner)
    return PracticeView(
        practises=practice is not None,
        earns=practice is not None and phone is not None and phone.holder.role in LEARNS,
        trained=phone is not None and phone.holder.trained,
        seconds=done.seconds,
        needed_s=NEEDED_S,
        steps=[PracticeStep(name=step, done=step in done.steps) for step in STEPS],
    ).model_dump()


@blueprint.post("/practice/red-button", responses={"200": Done})
def press_red_button(body: RedButtonBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Press the simulated panel's red button, or turn it back. There is none on the real station."""
    if service().practice is None:
        return respond(StationError("simulated-only", "practice"))
    service().link.request("fault", verb="estop", arguments={"pressed": body.pressed})
    return Done().model_dump()
