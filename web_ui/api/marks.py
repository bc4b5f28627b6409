"""POST /api/v1/marks: what the therapist sees of the trial that runs, and the plate does not."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from station.faults import StationError
from web_ui.api import refusal, resource
from web_ui.problems import respond
from web_ui.security import client_name
from web_ui.service import service
from web_ui.who import asked_by


class MarkBody(BaseModel):
    """One mark, at the time at which it arrives."""

    model_config = ConfigDict(extra="forbid")

    mark: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=20)]
    """One of `marks` of the drill that runs (`GET /api/v1/drills`)."""
    request: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """A name of this one mark: the same again marks nothing. Left out, each request is a mark of its own."""


class MarkView(BaseModel):
    """It was taken: the exercise sees it in the next tick, and the recording has it there."""

    ok: Literal[True] = True
    session: int
    """Of the drill that was marked, since the control program started."""


blueprint = resource("marks", "What the therapist sees.", 409, 413, 500, 503)


@blueprint.post("/marks", responses={"200": MarkView, "423": refusal()})
def mark_trial(body: MarkBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Mark what is seen now. Only who has the lease can; 409 where no trial runs, 400 for another drill's mark."""
    own = service()
    if not own.lease.revive(client_name()):
        return respond(StationError("lease-held", own.lease.holder()))
    by, request = asked_by(), body.request or secrets.token_hex(16)
    answer = own.link.request("marked", request=request, mark=body.mark, by=by)
    return MarkView(session=answer["session"]).model_dump()
