"""GET /api/v1/me: who this browser is to the station, and what it may do. POST .../unlock, .../lock and .../leave."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from station.access.rights import Transport, names_of
from station.faults import StationError
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.callers import PHONE_COOKIES, caller, phone_token
from web_ui.security import client_name
from web_ui.service import service

Pin = Annotated[str, Field(max_length=64)]


class MeView(BaseModel):
    """Who asks, as the station knows them."""

    transport: Literal["screen", "access-point", "tls", "shared"]
    """The way on which this request came."""
    paired: bool
    locked: bool
    """It is paired, and waits for its PIN."""
    name: str
    called: str
    """Whose phone it is; "" for whoever knows the PIN of its role."""
    role: Literal["viewer", "therapist", "technician", "manager"] | None
    trained: bool
    rights: list[str]
    """What it may do now: names of `station.access.rights.Right`."""


class PinBody(BaseModel):
    """A PIN, as it was typed."""

    model_config = ConfigDict(extra="forbid")

    pin: Pin
    name: Annotated[str, Field(max_length=40)] = ""
    """At the station's own screen: whose PIN it is; left out, the role's. A phone is one person's, or the role's."""


blueprint = resource("me", "Who this browser is to the station.", 409, 413, 429, 503)


@blueprint.get("/me", responses={"200": MeView})
def show_me() -> dict[str, object]:
    """Who this browser is, and what it may do here."""
    who = caller()
    phone = who.phone
    return MeView(
        transport=who.transport.value,
        paired=phone is not None,
        locked=phone is not None and phone.locked,
        name="" if phone is None else phone.name,
        called="" if phone is None else phone.called,
        role=None if phone is None else phone.holder.role.value,
        trained=phone is not None and phone.holder.trained,
        rights=names_of(who.rights),
    ).model_dump()


@blueprint.post("/me/unlock", responses={"200": Done, "429": refusal()})
def unlock_me(body: PinBody) -> dict[str, object]:
    """The PIN of this phone's role, or of whose it is; at the station's own screen a manager's, which is good for five
    minutes there.
    """
    who, access = caller(), service().access
    if who.transport is Transport.SCREEN:
        access.begin_to_manage(client_name(), body.pin, body.name.strip())
    elif who.phone is None:
        raise StationError("not-paired", "phone")
    else:
        access.phones.unlock(phone_token(who.transport), body.pin)
    return Done().model_dump()


@blueprint.post("/me/lock", responses={"200": Done})
def lock_me() -> dict[str, object]:
    """Ask for the PIN from now on: the phone is put down, or handed to somebody."""
    who, access = caller(), service().access
    if who.phone is not None:
        access.phones.lock(who.phone.id)
    access.end_managing(client_name())
    service().lease.release(client_name())
    return Done().model_dump()


@blueprint.post("/me/leave", responses={"200": Done})
def leave() -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Unpair this phone."""
    who = caller()
    if who.phone is None:
        raise StationError("not-paired", "phone")
    service().access.phones.revoke(who.phone.id, who.phone.name)
    service().lease.release(client_name())
    response = Response(Done().model_dump_json(), content_type="application/json")
    response.delete_cookie(PHONE_COOKIES[who.transport], secure=who.transport is Transport.TLS, httponly=True)
    return response
