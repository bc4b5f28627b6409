"""POST /api/v1/presence: the therapist in charge is there, and looks at the page."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from station.faults import StationError
from station.safety.limits import HARD
from web_ui.api import refusal, resource
from web_ui.problems import respond
from web_ui.security import client_name
from web_ui.service import service


class PresenceView(BaseModel):
    """The answer. A vibration ends by itself when this is not said again within `again_within_s`."""

    again_within_s: float


blueprint = resource("presence", "Whether the therapist is there.")


@blueprint.post("/presence", responses={"200": PresenceView, "423": refusal()})
def renew_presence() -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Say at least every 15 s, while a vibration runs, that its therapist watches. Only who has the lease can."""
    own = service()
    if not own.lease.revive(client_name()):
        return respond(StationError("lease-held", own.lease.holder()))
    own.link.present()
    return PresenceView(again_within_s=HARD.presence_age_s).model_dump()
