"""GET /api/v1/update: which release runs, and what became of the last changes. POST .../pieces: a piece of a release
that a phone sends. POST .../take: have it taken. POST .../take-offered: have taken what waits of a chain's server.
"""

from __future__ import annotations

import base64
from importlib.metadata import version as installed_version
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from station.faults import InputError, StationError, because, from_json
from station.updating import standing
from station.updating.offers import PLACE, ServerOffer, offer
from station.updating.uploads import UPDATE_PIECE_BYTES, Uploads
from web_ui.api import resource
from web_ui.problems import detail_of
from web_ui.service import service

OFFERS = PLACE
"""Where what the server offers waits."""
_BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


class UpdateEnd(BaseModel):
    """What became of one change. Times are Unix time in ms."""

    at_ms: float
    kind: Literal["update", "back"]
    result: Literal["done", "refused", "taken-back"]
    """`refused`: nothing was changed; `taken-back`: the release before runs again."""
    release: str
    """"" where it was refused before anybody knew which it was."""
    version: str
    changes: str
    """As the release says it: English, Markdown."""
    why: str
    """What was in the way, in words; "" for nothing."""


class UpdateOffer(BaseModel):
    """What a chain's server was found to have, the last time that it was asked. Times are Unix time in ms."""

    at_ms: float
    release: str
    """What waits to be taken; "" for nothing."""
    version: str
    changes: str
    """As the release says it: English, Markdown."""
    why: str
    """Why asking came to nothing, in words; "" where it did not. What waited before waits on."""


class UpdateView(BaseModel):
    """The releases of this station."""

    installed: bool
    """False on a desk: nothing can be taken, and all but the version is empty."""
    runs: str
    version: str
    earlier: str
    """The release that `station update --back` leads to; "" for none."""
    going_on: bool
    sent: int
    """Bytes that a phone has sent so far."""
    offer: UpdateOffer | None
    """None where no server was asked, as where the settings name none."""
    ends: list[UpdateEnd]
    """The newest first, 20 at most."""


class UpdatePieceBody(BaseModel):
    """A piece of the file, in its place."""

    model_config = ConfigDict(extra="forbid")

    at: Annotated[int, Field(ge=0)]
    """Its first byte's place in the file. 0 begins a new one."""
    piece: Annotated[str, Field(min_length=4, max_length=4 * (UPDATE_PIECE_BYTES + 2) // 3, pattern=_BASE64)]
    """32 KiB at most, in base64."""


class TakeUpdateBody(BaseModel):
    """That all has come."""

    model_config = ConfigDict(extra="forbid")

    size: Annotated[int, Field(ge=1)]
    """Of the whole file, in bytes."""


class TakeOfferedBody(BaseModel):
    """Which release is meant."""

    model_config = ConfigDict(extra="forbid")

    release: Annotated[str, Field(min_length=1, max_length=60)]
    """As GET said it."""


class UpdateSentView(BaseModel):
    """How much has come."""

    sent: int


blueprint = resource("update", "Another release of the program.", 404, 409, 413)


@blueprint.get("/update", responses={"200": UpdateView})
def show_update() -> dict[str, Any]:
    """Which release runs, and what became of the last changes."""
    at, uploads = standing.place(), Uploads(service().data)
    runs, before = (None, None) if at is None else (standing.current(at), standing.earlier(at))
    return UpdateView(
        installed=at is not None,
        runs="" if runs is None else runs.name,
        version=installed_version("balance-station") if runs is None else runs.version,
        earlier="" if before is None else before.name,
        going_on=uploads.asked or (at is not None and standing.goes_on(at)),
        sent=uploads.size,
        offer=None if at is None else _offer(offer(at, OFFERS)),
        ends=[] if at is None else [_end(one) for one in standing.results(at)],
    ).model_dump()


@blueprint.post("/update/pieces", responses={"200": UpdateSentView})
def send_piece(body: UpdatePieceBody) -> dict[str, Any]:
    """Put a piece of a release to those that came before."""
    _refuse_on_a_desk()
    return {"sent": Uploads(service().data).add(body.at, base64.b64decode(body.piece))}


@blueprint.post("/update/take", responses={"200": UpdateSentView})
def take_update(body: TakeUpdateBody) -> dict[str, Any]:
    """Have what was sent proved, tried and taken. What became of it is said by GET; meanwhile the station stops."""
    _refuse_on_a_desk()
    Uploads(service().data).ask(body.size)
    return {"sent": body.size}


@blueprint.post("/update/take-offered", responses={"200": UpdateSentView})
def take_offered(body: TakeOfferedBody) -> dict[str, Any]:
    """Have what waits of the server proved, tried and taken."""
    _refuse_on_a_desk()
    at = standing.place()
    waits = None if at is None else offer(at, OFFERS)
    if waits is None or waits.release != body.release:
        raise InputError("update-none", body.release)
    Uploads(service().data).ask_offered(body.release)
    return {"sent": 0}


def _offer(found: ServerOffer | None) -> UpdateOffer | None:
    if found is None:
        return None
    said = found.model_dump(include={"release", "version", "changes"})
    return UpdateOffer(at_ms=found.at_s * 1000.0, **said, why=_why(found.code, found.where, found.problems))


def _why(code: str, where: str, problems: list[dict[str, Any]]) -> str:
    """The fault in words, "" for none. The code itself where this release does not know it, or not what was seen: a
    newer one wrote it down, before somebody went back.
    """
    if not code:
        return ""
    try:
        return detail_of(StationError(code, where, *map(from_json, problems)))
    except (LookupError, TypeError, ValueError, AttributeError):
        return code


def _refuse_on_a_desk() -> None:
    if standing.place() is None:
        raise StationError("update-not-here", "", because("update-desk"))


def _end(one: dict[str, Any]) -> UpdateEnd:
    said = {key: one[key] for key in ("kind", "result", "release", "version", "changes", "why")}
    if one.get("code"):
        said["why"] = _why(one["code"], one["where"], one["problems"])
    return UpdateEnd(at_ms=one["at_s"] * 1000.0, **said)
