"""GET and POST /api/v1/lease: which phone controls the station."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from station.faults import StationError
from web_ui.api import refusal, resource
from web_ui.lease import public_name
from web_ui.problems import respond
from web_ui.security import client_name
from web_ui.service import service


class LeaseBody(BaseModel):
    """`take` true takes the control lease, false gives it back. `confirm` takes it even from another phone."""

    model_config = ConfigDict(extra="forbid")

    take: bool
    confirm: bool = False


class LeaseView(BaseModel):
    """Who controls the station. Names are short and public; `holder` is empty when nobody does."""

    holder: str
    you: str
    yours: bool


blueprint = resource("lease", "Which phone controls the station.", 413)


@blueprint.get("/lease", responses={"200": LeaseView})
def show_lease() -> dict[str, object]:
    """Who controls the station now."""
    return _view()


@blueprint.post("/lease", responses={"200": LeaseView, "423": refusal()})
def change_lease(body: LeaseBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Take the lease or give it back. It ends by itself 10 s after the holder's last page has gone."""
    lease, client = service().lease, client_name()
    if not body.take:
        lease.release(client)
    elif not lease.take(client, over=body.confirm):
        return respond(StationError("lease-held", lease.holder()))
    return _view()


def _view() -> dict[str, object]:
    holder, you = service().lease.holder(), public_name(client_name())
    return LeaseView(holder=holder, you=you, yours=holder == you).model_dump()
