"""GET /api/v1/practice: what this phone's owner has practised. POST .../red-button: the simulated panel's.

POST .../begin and .../end: practice in the place of the real station, and back.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from station.faults import StationError, StorageError, because
from station.wire.peers import SUPERVISOR
from station.wire.places import PRACTICE_WANTED
from web_ui.api import resource
from web_ui.api.drill import Done
from web_ui.callers import caller
from web_ui.occupied import occupied
from web_ui.practice import LEARNS, NEEDED_S, STEPS, Practised
from web_ui.problems import respond
from web_ui.rights import NEEDS
from web_ui.service import service

PRACTICE_SERVICE = Path("/etc/systemd/system/station-practice.path")
"""What starts practice on an installed station. Elsewhere somebody does it by the command."""


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
    may_begin: bool
    """Who asks may have practice begin here, where nothing is in the way."""
    may_end: bool
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
        may_begin=practice is None and PRACTICE_SERVICE.exists() and _may("practice.begin_practice"),
        may_end=practice is not None and SUPERVISOR in os.environ and _may("practice.end_practice"),
        steps=[PracticeStep(name=step, done=step in done.steps) for step in STEPS],
    ).model_dump()


@blueprint.post("/practice/begin", responses={"200": Done})
def begin_practice() -> dict[str, object]:
    """The real station ends, and comes back as practice: where nobody is treated, by the state of now."""
    own = service()
    if own.practice is not None or not PRACTICE_SERVICE.exists():
        raise StationError("practice-busy", "service")
    what = occupied(own)
    if what:
        raise StationError("practice-busy", what)
    try:
        (own.runtime / PRACTICE_WANTED).touch()
    except OSError as problem:
        said = because("system-said", said=str(problem))
        raise StorageError("runtime-folder", str(own.runtime), said) from problem
    return Done().model_dump()


@blueprint.post("/practice/end", responses={"200": Done})
def end_practice() -> dict[str, object]:
    """Practice ends; on an installed station the real one comes back."""
    if service().practice is None or SUPERVISOR not in os.environ:
        raise StationError("practice-busy", "practice")
    os.kill(int(os.environ[SUPERVISOR]), signal.SIGTERM)
    return Done().model_dump()


def _may(endpoint: str) -> bool:
    return bool(NEEDS[endpoint] & caller().rights)


@blueprint.post("/practice/red-button", responses={"200": Done})
def press_red_button(body: RedButtonBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Press the simulated panel's red button, or turn it back. There is none on the real station."""
    if service().practice is None:
        return respond(StationError("simulated-only", "practice"))
    service().link.request("fault", verb="estop", arguments={"pressed": body.pressed})
    return Done().model_dump()
