"""POST, GET and DELETE /api/v1/pairing: an offer for one phone. POST .../take and .../finish: the phone's side."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from station.access.pairing import Offer
from station.access.rights import Role, Transport
from station.faults import StationError
from web_ui.api import refusal, resource
from web_ui.api.drill import Done
from web_ui.api.me import Pin
from web_ui.api.phone_list import RoleName
from web_ui.callers import PHONE_COOKIES, caller
from web_ui.phones import picture_of, require_way, ways_for_phones
from web_ui.service import service

PAIRED_COOKIE_S = 90 * 24 * 3600
"""As long as the phone stays paired at most."""
_NAME = r"^[^\x00-\x1f]*$"
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

    state: Literal["none", "waiting", "taken", "done", "over"]
    role: RoleName
    left_s: float
    address: str
    """What the phone is to open; empty once one has taken the offer."""
    picture: str
    """The same as a QR code: an SVG as a `data:` address."""
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
    role: RoleName
    signs: list[Sign]


class FinishBody(BaseModel):
    """The signs are the same, and this is the role's PIN."""

    model_config = ConfigDict(extra="forbid")

    secret: _Secret
    name: _Name
    """What the phone is to be called in the list."""
    pin: Pin


blueprint = resource("pairing", "Pairing a phone.", 409, 413, 429, 503)


@blueprint.post("/pairing", responses={"200": OfferView})
def offer_pairing(body: OfferBody) -> dict[str, object]:
    """Offer to pair one phone, for a minute. The offer before is over."""
    role, access = Role(body.role), service().access
    way = require_way(None if body.way is None else Transport(body.way))
    if role not in access.phones.roles_with_pin():
        raise StationError("pin-unset", role.value)
    return _view(access.pairings.offer(role, way))


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
    return TakenView.model_validate({**taken._asdict(), "role": taken.role.value}).model_dump()


@blueprint.post("/pairing/finish", responses={"200": Done, "429": refusal()})
def finish_pairing(body: FinishBody) -> Any:  # noqa: ANN401  # a model's dump, or a response
    """Pair this phone: sets its cookie. After five wrong PINs the offer is over."""
    access, way = service().access, _way()
    role = access.pairings.require(body.secret, way)
    try:
        access.phones.check_pin(role, body.pin)
    except StationError as refused:
        if refused.code == "pin-wrong":
            access.pairings.count_wrong()
        raise
    token = access.phones.pair(body.name, role, way)
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


def _way() -> Transport:
    """On which way this phone is. Raises StationError "not-paired" where none can be paired."""
    way = caller().transport
    if way not in PHONE_COOKIES:
        raise StationError("not-paired", "pairing")
    return way


def _view(offer: Offer) -> dict[str, object]:
    ways = ways_for_phones()
    address = f"{ways[offer.way]}/pair/{offer.token}" if offer.token and offer.way in ways else ""
    shown = {
        "state": offer.state,
        "role": offer.role.value,
        "left_s": round(offer.left_s, 1),
        "address": address,
        "picture": picture_of(address),
        "signs": offer.signs,
        "name": offer.name,
        "ways": [way.value for way in ways],
    }
    return OfferView.model_validate(shown).model_dump()
