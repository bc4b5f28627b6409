"""GET and POST /api/v1/technician/logs: the services' journal without what names anybody. .../support: a file for the
maker of the station that holds nothing of a patient, and says what it holds before it is made.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

from flask import Response, send_file
from pydantic import BaseModel

from station.faults import InputError
from station.recording.disk import storage_error
from web_ui import records
from web_ui.api import refusal, resource
from web_ui.api.technician import NameBody
from web_ui.own_settings import module
from web_ui.problems import answer_texts, detail_of
from web_ui.service import service

LOGS, SUPPORT = "logs", "support"
FOLDER = ".support"
"""In the data folder; its name keeps it out of backups."""
FETCHED_WITHIN_MS = 900_000.0
HOLDS = ("about", "settings", "doctor", "state", "plate", "sessions", "audit", "journal")
"""What is in the file, each a text `page.logs.holds.<name>`."""


class LineView(BaseModel):
    """One line of the journal."""

    at_ms: float
    unit: str
    priority: int
    """0 to 7: 3 is an error, 4 a warning."""
    text: str


class LogsView(BaseModel):
    """The lines that were read last, the newest first."""

    state: Literal["none", "running", "done", "failed"]
    problem: str
    lines: list[LineView]
    left_out: int
    """Lines in which somebody was named."""


class HeldView(BaseModel):
    """One thing in the support file."""

    name: str
    what: str
    """In words."""
    bytes: int | None
    """Null until it is made."""


class SupportView(BaseModel):
    """The support file."""

    state: Literal["none", "running", "done", "failed"]
    problem: str
    at_ms: float | None
    bytes: int | None
    ready: bool
    """It can be fetched."""
    holds: list[HeldView]


blueprint = resource("logs", "The journal, and the support file.", 404, 409, 503)


@blueprint.get("/technician/logs", responses={"200": LogsView})
def show_logs() -> dict[str, object]:
    """The lines that were read last."""
    return _logs()


@blueprint.post("/technician/logs", responses={"200": LogsView})
def read_logs() -> dict[str, object]:
    """Read them anew."""
    service().errands.begin(LOGS, "", module("station.commissioning.journal"))
    return _logs()


@blueprint.get("/technician/support", responses={"200": SupportView})
def show_support() -> dict[str, object]:
    """What it holds, and how far it is."""
    return _support()


@blueprint.post("/technician/support", responses={"200": SupportView, "413": refusal()})
def make_support(body: NameBody) -> dict[str, object]:
    """Make one, in the place of the one before."""
    own = service()
    own.errands.refuse_while_a_drill_runs(SUPPORT)
    try:
        _path().parent.mkdir(mode=0o700, exist_ok=True)
        _path().unlink(missing_ok=True)
    except OSError as problem:
        raise storage_error(problem, _path()) from problem
    own.errands.begin(SUPPORT, body.name, module("station.commissioning.support", f"--out={_path()}"))
    records.note(own.data, body.name, "support-file-made")
    return _support()


_FILE: dict[str, Any] = {
    "description": "The file.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


@blueprint.get("/technician/support/file", responses={"200": _FILE})
def fetch_support() -> Response:
    """The file, once it is made."""
    if not _is_ready():
        raise InputError("paper-unknown")
    stamp = time.strftime("%Y%m%d", time.gmtime())
    return send_file(
        _path(), mimetype="application/zip", as_attachment=True, download_name=f"balance-station-support-{stamp}.zip"
    )


def _path() -> Path:
    return service().data.absolute() / FOLDER / "support.zip"


def _is_ready() -> bool:
    errand = service().errands.newest(SUPPORT)
    fresh = errand is not None and 0 <= time.time() * 1e3 - errand.at_ms < FETCHED_WITHIN_MS
    return fresh and errand is not None and errand.state == "done" and _path().is_file()


def _logs() -> dict[str, object]:
    errand = service().errands.newest(LOGS)
    said: dict[str, Any] = errand.answer if errand is not None and isinstance(errand.answer, dict) else {}
    return LogsView(
        state="none" if errand is None else errand.state,
        problem="" if errand is None or errand.problem is None else detail_of(errand.problem),
        lines=[LineView(**line) for line in reversed(said.get("lines", []))],
        left_out=said.get("left_out", 0),
    ).model_dump()


def _support() -> dict[str, object]:
    errand, texts = service().errands.newest(SUPPORT), answer_texts()
    said: dict[str, Any] = errand.answer if errand is not None and isinstance(errand.answer, dict) else {}
    sizes = {one["name"].partition(".")[0]: one["bytes"] for one in said.get("members", [])}
    return SupportView(
        state="none" if errand is None else errand.state,
        problem="" if errand is None or errand.problem is None else detail_of(errand.problem),
        at_ms=None if errand is None else errand.at_ms,
        bytes=said.get("bytes"),
        ready=_is_ready(),
        holds=[HeldView(name=one, what=texts.say(f"page.logs.holds.{one}"), bytes=sizes.get(one)) for one in HOLDS],
    ).model_dump()
