"""GET /api/v1/waiting: whom the practice's software has sent, and what of its files could not be taken."""

from __future__ import annotations

import time

from pydantic import BaseModel

from station.clock import NS_PER_MS, local_midnight_ns
from web_ui.api import resource
from web_ui.problems import detail_of
from web_ui.service import service
from web_ui.visits import open_codes


class WaitingLine(BaseModel):
    """A patient who was sent and has no open visit yet."""

    patient: str
    since_ms: float


class RefusedLine(BaseModel):
    """A file that could not be taken, and why. It is kept."""

    file: str
    at_ms: float
    problem: str


class WaitingView(BaseModel):
    """Without an exchange both lists are empty."""

    exchange: bool
    problem: str
    """Why the folder cannot be looked into now; "" where it can."""
    waiting: list[WaitingLine]
    refused: list[RefusedLine]


blueprint = resource("waiting", "Whom the practice's software has sent.", 503)


@blueprint.get("/waiting", responses={"200": WaitingView})
def show_waiting() -> dict[str, object]:
    """Who waits, who waits longest first."""
    files = service().practice_files
    if files is None:
        return WaitingView(exchange=False, problem="", waiting=[], refused=[]).model_dump()
    here = open_codes(service().data)
    waiting = [
        WaitingLine(patient=one.code, since_ms=one.since_ns / NS_PER_MS)
        for one in files.folder.waiting()
        if one.code not in here
    ]
    refused = [
        RefusedLine(file=one.name, at_ms=one.at_ns / NS_PER_MS, problem=detail_of(one.fault))
        for one in files.folder.refused()
        if one.at_ns >= local_midnight_ns(time.time_ns())
    ]
    problem = "" if files.fault is None else detail_of(files.fault)
    return WaitingView(exchange=True, problem=problem, waiting=waiting, refused=refused).model_dump()
