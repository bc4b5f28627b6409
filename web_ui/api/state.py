"""GET /api/v1/snapshot, and GET /healthz."""

from __future__ import annotations

import time

from flask import Response

from web_ui.api import resource
from web_ui.callers import caller
from web_ui.service import service
from web_ui.shown import shown_to
from web_ui.snapshot import ProcessesView, Snapshot

blueprint = resource("state", "What the station does now.")


@blueprint.get("/snapshot", responses={"200": Snapshot})
def show_snapshot() -> Response:
    """The whole state now, with the trail of the last 5 s: the same that the stream at `/live` sends first. A
    stranger is not told whom it is about.
    """
    snapshot = shown_to(service().hub.snapshot(), caller().rights)
    return Response(snapshot.model_dump_json(), content_type="application/json")


def show_health() -> Response:
    """200 when control, recorder and web are all well, else 503; the body says which is not."""
    own = service()
    processes: ProcessesView = own.health.processes(own.live, time.monotonic_ns())
    well = processes.control.ok and processes.recorder.ok and processes.web.ok
    return Response(processes.model_dump_json(), status=200 if well else 503, content_type="application/json")
