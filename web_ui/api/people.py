"""GET and POST /api/v1/people: the staff by name, and somebody new. POST .../{id}: trained, or a new PIN.

DELETE .../{id}: they have left.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.access.rights import Role, Transport
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.api.me import Pin
from web_ui.api.phone_list import RoleName, managed_by
from web_ui.callers import caller
from web_ui.security import client_name
from web_ui.service import service

_PATTERN = r"^[^\x00-\x1f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
"""No sign that nobody sees: two people would look the same in the audit log."""
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_PATTERN)]


class PersonLine(BaseModel):
    """One of the staff."""

    id: str
    name: str
    role: RoleName
    trained: bool


class PeopleView(BaseModel):
    """Everybody, by name."""

    people: list[PersonLine]


class NewPersonBody(BaseModel):
    """Somebody new, and the PIN that they chose: 4 to 12 digits."""

    model_config = ConfigDict(extra="forbid")

    name: _Name
    role: RoleName
    pin: Pin


class PersonPath(BaseModel):
    """A person's UUID."""

    id: Annotated[str, Field(min_length=1, max_length=64)]


class PersonBody(BaseModel):
    """What is changed; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    trained: bool | None = None
    pin: Pin | None = None


blueprint = resource("people", "The staff by name, each with a PIN.", 409, 413, 503)


@blueprint.get("/people", responses={"200": PeopleView})
def list_people() -> dict[str, object]:
    """Who has a PIN of their own."""
    lines = service().access.phones.people.listed()
    return PeopleView(people=[PersonLine(**line) for line in lines]).model_dump()


@blueprint.post("/people", responses={"200": Done})
def enter_person(body: NewPersonBody) -> dict[str, object]:
    """Somebody new. Nobody is trained from the start. Once there is a manager the screen asks for a manager's PIN."""
    access = service().access
    access.phones.people.enter(body.name, Role(body.role), body.pin, managed_by())
    if body.role == "manager" and caller().transport is Transport.SCREEN:
        access.goes_on_managing(client_name(), body.pin, body.name)
    return Done().model_dump()


@blueprint.post("/people/<string:id>", responses={"200": Done, "404": refusal()})
def change_person(path: PersonPath, body: PersonBody) -> dict[str, object]:
    """They are trained, or not; or they have another PIN. Each is a line of the audit log."""
    people = service().access.phones.people
    if body.pin is not None:
        people.set_pin(path.id, body.pin, managed_by())
    if body.trained is not None:
        people.set_trained(path.id, managed_by(), trained=body.trained)
    return Done().model_dump()


@blueprint.delete("/people/<string:id>", responses={"200": Done, "404": refusal()})
def revoke_person(path: PersonPath) -> dict[str, object]:
    """They have left: their PIN and every phone of theirs are worth nothing from the next request on."""
    service().access.phones.people.revoke(path.id, managed_by())
    return Done().model_dump()
