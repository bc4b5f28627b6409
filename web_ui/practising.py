"""What a request means for practice: looked at behind each one, and nothing where the station is the real one."""

from __future__ import annotations

from flask import Flask, Response, g, request

from web_ui.callers import caller
from web_ui.practice import BY_ENDPOINT, earned
from web_ui.security import client_name
from web_ui.service import service

_STOP, _START = "drill.stop_drill", "drill.start_drill"
_BY_THEMSELVES = frozenset({"presence.renew_presence", "lease.change_lease", "stand-for-me.lean_person"})
"""What pages ask without a finger."""


def watch(app: Flask) -> None:
    """Say on every page of `app` what it is, and count what is done where people practise."""

    @app.context_processor
    def marked() -> dict[str, object]:
        return {"practises": service().practice is not None}

    @app.before_request
    def ran() -> None:
        if request.endpoint == _STOP and service().practice is not None:
            g.drill_ran = service().drill_runs()

    @app.after_request
    def counted(response: Response) -> Response:
        practice = service().practice
        if practice is None or response.status_code >= 400:
            return response
        if request.endpoint == _STOP:
            if g.get("drill_ran"):
                practice.stop(client_name())
            return response
        phone = caller().phone
        if phone is not None and not phone.locked and _is_a_touch():
            earned(practice, phone, client_name(), _step())
        return response


def _is_a_touch() -> bool:
    endpoint = request.endpoint or ""
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    return endpoint not in _BY_THEMSELVES and (changes or endpoint.startswith("pages."))


def _step() -> str | None:
    if request.endpoint == _START:
        leg = (request.get_json(silent=True) or {}).get("leg")
        return leg if leg in ("left", "right") else None
    return BY_ENDPOINT.get(request.endpoint or "")
