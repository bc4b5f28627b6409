"""GET /api/v1/phones: the paired phones. POST .../{id}: trained or not. DELETE .../{id}: not paired any more.

GET and POST /api/v1/pins: which roles have a PIN, and a new one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from station.access.rights import Role, Transport
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.api.me import Pin
from web_ui.callers import caller
from web_ui.security import client_name
from web_ui.service import service
from web_ui.who import asked_by

RoleName = Literal["viewer", "therapist", "technician", "manager"]


class PhoneLine(BaseModel):
    """One paired phone."""

    id: str
    name: str
    role: RoleName
    trained: bool
    transport: Literal["access-point", "tls"]
    paired_ms: float
    """When, by the clock of that time: Unix time in ms."""
    seen_s: float
    """How long ago it was last seen."""
    left_s: float
    """How long it stays paired."""
    person: str
    """UUID of whose it is; "" for whoever knows the PIN of its role."""
    called: str
    """What that person is called."""


class PhonesView(BaseModel):
    """All of them, the newest first."""

    phones: list[PhoneLine]


class PhonePath(BaseModel):
    """A phone's UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class PhoneBody(BaseModel):
    """Whether its owner was trained at the plate."""

    model_config = ConfigDict(extra="forbid")

    trained: bool


class PinsView(BaseModel):
    """The roles that have a PIN."""

    roles: list[RoleName]


class NewPinBody(BaseModel):
    """A role's new PIN: 4 to 12 digits."""

    model_config = ConfigDict(extra="forbid")

    role: RoleName
    pin: Pin


blueprint = resource("phone-list", "Paired phones, and the PINs of the roles.", 409, 413, 503)


@blueprint.get("/phones", responses={"200": PhonesView})
def list_phones() -> dict[str, object]:
    """Who may come in."""
    lines = service().access.phones.listed()
    return PhonesView(phones=[PhoneLine(**line) for line in lines]).model_dump()


@blueprint.post("/phones/<string:id>", responses={"200": Done, "404": refusal()})
def change_phone(path: PhonePath, body: PhoneBody) -> dict[str, object]:
    """Its owner is trained, or not: who is not runs nothing. The audit log says who changed it."""
    service().access.phones.set_trained(path.id, managed_by(), trained=body.trained)
    return Done().model_dump()


@blueprint.delete("/phones/<string:id>", responses={"200": Done, "404": refusal()})
def revoke_phone(path: PhonePath) -> dict[str, object]:
    """It is not paired any more, from its next request on, and its stream ends within a second."""
    service().access.phones.revoke(path.id, managed_by())
    return Done().model_dump()


@blueprint.get("/pins", responses={"200": PinsView})
def list_pins() -> dict[str, object]:
    """For which roles phones can be paired."""
    roles = service().access.phones.roles_with_pin()
    return PinsView(roles=[role.value for role in Role if role in roles]).model_dump()


@blueprint.post("/pins", responses={"200": Done})
def set_pin(body: NewPinBody) -> dict[str, object]:
    """From now on this is the role's. The first of all is the manager's: until it is set the screen manages freely."""
    access = service().access
    access.phones.set_pin(Role(body.role), body.pin, managed_by())
    if body.role == "manager" and caller().transport is Transport.SCREEN:
        access.goes_on_managing(client_name(), body.pin)
    return Done().model_dump()


def managed_by() -> str:
    """As the audit log names who asks: a person, else the phone, else the browser."""
    phone = caller().phone
    return phone.name if phone is not None and not phone.called else asked_by()
