"""POST, GET and DELETE /api/v1/pairing: an offer for one phone. POST .../next and GET .../pressed: its way to it.

POST .../take and .../finish: the phone's side.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from drills.problems import Problem
from station.access.pairing import Offer
from station.access.rights import Role, Transport
from station.faults import InputError, StationError
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.api.me import Pin
from web_ui.api.phone_list import RoleName
from web_ui.callers import PHONE_COOKIES, caller
from web_ui.phones import picture_of, require_way, ways_for_phones
from web_ui.service import service

PAIRED_COOKIE_S = 90 * 24 * 3600
"""As long as the phone stays paired at most."""
_NAME = r"^[^\x00-\x1f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=_NAME)]
_Secret = Annotated[str, Field(min_length=1, max_length=64)]
Way = Literal["access-point", "tls"]
Sign = Literal["star", "ball", "square", "triangle", "diamond", "cross", "heart", "note"]


class OfferBody(BaseModel):
    """For which role a phone is to be paired."""

    model_config = ConfigDict(extra="forbid")

    role: RoleName
    way: Way | None = None
    """Left out: the simplest that is open."""


class OfferView(BaseModel):
    """The offer as the screen shows it."""

    state: Literal["none", "joining", "waiting", "taken", "done", "over"]
    role: RoleName | None
    """Null: the phone says it, by the panel's button."""
    left_s: float
    address: str
    """What the phone is to open; empty once one has taken the offer."""
    picture: str
    """The same as a QR code, or the network's while one joins: an SVG as a `data:` address."""
    network: str
    """While one joins: the name of the station's own network."""
    key: str
    """While one joins: its key, to be typed where the camera does not read the code."""
    signs: list[Sign]
    """Once it is taken: those that the phone must show too."""
    name: str
    ways: list[Way]
    """Those that are open, the simplest first."""


class TakeBody(BaseModel):
    """The end of the address that was scanned."""

    model_config = ConfigDict(extra="forbid")

    token: _Secret


class TakenView(BaseModel):
    """The offer is this phone's."""

    secret: str
    """To be given back when the pairing is finished."""
    role: RoleName | None
    """Null: the phone says it with the PIN."""
    signs: list[Sign]


class FinishBody(BaseModel):
    """The signs are the same, and this is the role's PIN."""

    model_config = ConfigDict(extra="forbid")

    secret: _Secret
    name: _Name
    """What the phone is to be called in the list."""
    pin: Pin
    role: RoleName | None = None
    """Of which the PIN is, where the offer was for no role."""
    person: _Name | None = None
    """Whose PIN it is, by name; left out: the role's."""


blueprint = resource("pairing", "Pairing a phone.", 409, 413, 429, 503)


@blueprint.post("/pairing", responses={"200": OfferView})
def offer_pairing(body: OfferBody) -> dict[str, object]:
    """Offer to pair one phone, for a minute. The offer before is over."""
    role, access = Role(body.role), service().access
    way = require_way(None if body.way is None else Transport(body.way))
    if role not in access.phones.roles_with_pin() | access.phones.people.roles():
        raise StationError("pin-unset", role.value)
    joins = way is Transport.ACCESS_POINT and service().network_key.network() is not None
    return _view(access.pairings.offer(role, way, joins=joins))


@blueprint.post("/pairing/next", responses={"200": OfferView})
def go_on() -> dict[str, object]:
    """The phone is in the station's network: from that code to the offer."""
    return _view(service().access.pairings.go_on())


@blueprint.get("/pairing/pressed", responses={"200": OfferView})
def show_pressed() -> dict[str, object]:
    """What the patient's screen shows after the panel's button: of an offer that was begun otherwise, nothing."""
    pairings = service().access.pairings
    return _view(pairings.now() if pairings.on_patients_screen() else Offer("none"))


@blueprint.get("/pairing", responses={"200": OfferView})
def show_pairing() -> dict[str, object]:
    """How the offer stands."""
    return _view(service().access.pairings.now())


@blueprint.delete("/pairing", responses={"200": Done})
def end_pairing() -> dict[str, object]:
    """Take the offer back."""
    service().access.pairings.give_up()
    return Done().model_dump()


@blueprint.post("/pairing/take", responses={"200": TakenView})
def take_pairing(body: TakeBody) -> dict[str, object]:
    """The phone that scanned the code comes first, and no other can any more."""
    taken = service().access.pairings.take(body.token, _way())
    role = None if taken.role is None else taken.role.value
    return TakenView.model_validate({**taken._asdict(), "role": role}).model_dump()


@blueprint.post("/pairing/finish", responses={"200": Done, "429": refusal()})
def finish_pairing(body: FinishBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Pair this phone: sets its cookie. After five wrong PINs the offer is over."""
    access, way = service().access, _way()
    offered = access.pairings.require(body.secret, way)
    if offered is None and body.role is None and body.person is None:
        raise InputError("input-invalid", "role", Problem("role", reason="missing"))
    try:
        person, role = _whose(body, offered)
    except StationError as refused:
        if refused.code == "pin-wrong":
            access.pairings.count_wrong()
        raise
    token = access.phones.pair(body.name, role, way, person)
    access.pairings.done(body.name)
    response = Response(Done().model_dump_json(), content_type="application/json")
    response.set_cookie(
        PHONE_COOKIES[way],
        token,
        max_age=PAIRED_COOKIE_S,
        secure=way is Transport.TLS,
        httponly=True,
        samesite="Strict",
    )
    return response


def _whose(body: FinishBody, offered: Role | None) -> tuple[str | None, Role]:
    """The person whose PIN it is, and their role; None and the role whose it is. Raises StationError "pin-wrong", also
    for a person of another role than the offer's.
    """
    phones = service().access.phones
    if body.person is not None:
        person, role = phones.check_person(body.person, body.pin)
        if offered not in (None, role):
            raise StationError("pin-wrong", "pin")
        return person, role
    role = Role(body.role) if offered is None else offered
    phones.check_pin(role, body.pin)
    return None, role


def _way() -> Transport:
    """On which way this phone is. Raises StationError "not-paired" where none can be paired."""
    way = caller().transport
    if way not in PHONE_COOKIES:
        raise StationError("not-paired", "pairing")
    return way


def _view(offer: Offer) -> dict[str, object]:
    ways = ways_for_phones()
    address = f"{ways[offer.way]}/pair/{offer.token}" if offer.token and offer.way in ways else ""
    network = service().network_key.network() if offer.state == "joining" else None
    shown = {
        "state": offer.state,
        "role": None if offer.role is None else offer.role.value,
        "left_s": round(offer.left_s, 1),
        "address": address,
        "picture": picture_of(address if network is None else network.code),
        "network": "" if network is None else network.name,
        "key": "" if network is None else network.key,
        "signs": offer.signs,
        "name": offer.name,
        "ways": [way.value for way in ways],
    }
    return OfferView.model_validate(shown).model_dump()
