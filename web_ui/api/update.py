"""GET /api/v1/update: which release runs, and what became of the last changes. POST .../pieces: a piece of a release
that a phone sends. POST .../take: have it taken.
"""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from station.faults import StationError, because, from_json
from station.updating import standing
from station.updating.uploads import UPDATE_PIECE_BYTES, Uploads
from web_ui.api import resource
from web_ui.problems import detail_of
from web_ui.service import service

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


class UpdateView(BaseModel):
    """The releases of this station."""

    installed: bool
    """False on a desk: nothing can be taken, and all else is empty."""
    runs: str
    version: str
    earlier: str
    """The release that `station update --back` leads to; "" for none."""
    going_on: bool
    sent: int
    """Bytes that a phone has sent so far."""
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
        version="" if runs is None else runs.version,
        earlier="" if before is None else before.name,
        going_on=uploads.asked or (at is not None and standing.goes_on(at)),
        sent=uploads.size,
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


def _refuse_on_a_desk() -> None:
    if standing.place() is None:
        raise StationError("update-not-here", "", because("update-desk"))


def _end(one: dict[str, Any]) -> UpdateEnd:
    said = {key: one[key] for key in ("kind", "result", "release", "version", "changes", "why")}
    if one.get("code"):
        said["why"] = detail_of(StationError(one["code"], one["where"], *map(from_json, one["problems"])))
    return UpdateEnd(at_ms=one["at_s"] * 1000.0, **said)
