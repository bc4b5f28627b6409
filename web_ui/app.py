"""The Flask application: puts the resources, the pages, the stream and the checks together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request
from flask.json.provider import DefaultJSONProvider
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from werkzeug.exceptions import HTTPException, NotFound

from station.faults import CATALOGUE, StationError
from station.settings import PhoneSettings, ScreenSettings
from station.texts import Texts
from web_ui import card_page, language, pages, phrases
from web_ui.answering import PATH as ALIVE
from web_ui.api import (
    PREFIX,
    backup,
    batteries,
    calibration,
    card,
    day,
    document,
    drill,
    drills,
    entries,
    faults,
    house,
    incidents,
    late_marks,
    lease,
    legs,
    levels,
    logs,
    marks,
    me,
    network,
    orders,
    own_drills,
    pairing,
    papers,
    patients,
    people,
    phone_list,
    plans,
    practice,
    presence,
    screening,
    sessions,
    stand_for_me,
    state,
    technician,
    update,
    visits,
    waiting,
    with_without,
)
from web_ui.api import (
    screen as screen_api,
)
from web_ui.files import add_files
from web_ui.gathering import BODY_BYTES
from web_ui.hiding import hide_names
from web_ui.language import NOT_SET, Languages, page_language, show
from web_ui.practising import watch
from web_ui.problems import ApiProblem, problem, respond, respond_invalid
from web_ui.security import guard
from web_ui.service import Service, attach
from web_ui.squeeze import squeeze
from web_ui.stream import add_stream

_CODES = {404: "page-unknown", 405: "method-unknown", 413: "too-large"}
"""Fault codes of the errors that Flask itself finds; any other is "input-invalid"."""

SHUT = PhoneSettings()
"""No door for phones."""

log = logging.getLogger(__name__)


def create_app(
    runtime: Path,
    data: Path,
    languages: Languages = NOT_SET,
    answers: Callable[[], bool] | None = None,
    phones: PhoneSettings = SHUT,
    screen: ScreenSettings | None = None,
) -> OpenAPI:
    """The application over these folders, already following the rings; `service_of(app).close()` ends it.

    `phones`: how they may call the station; `screen`: the patient's. `answers` says whether a server answers for it:
    then only does the heartbeat to control go on.
    """
    app = OpenAPI(
        "web_ui",
        info=Info(
            title="Balance station",
            version=version("balance-station"),
            description="Every refusal is an RFC 9457 problem with a code of the fault catalogue.",
        ),
        security_schemes={},
        validation_error_model=ApiProblem,
        validation_error_callback=respond_invalid,
        doc_ui=False,
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.config["STATION_LANGUAGES"] = languages
    app.config["STATION_PHONES"] = phones
    app.config["STATION_SETTINGS"] = None
    app.json = _Json(app)
    app.json.sort_keys = False
    service = Service(runtime, data, answers, screen, phones)
    attach(app, service)
    guard(app)
    hide_names(app)
    squeeze(app)
    watch(app)
    add_files(app)
    for module in (
        backup,
        card,
        drills,
        drill,
        lease,
        levels,
        logs,
        marks,
        orders,
        own_drills,
        papers,
        patients,
        plans,
        practice,
        batteries,
        calibration,
        entries,
        day,
        presence,
        screen_api,
        screening,
        sessions,
        late_marks,
        legs,
        with_without,
        faults,
        state,
        stand_for_me,
        update,
        technician,
        visits,
        waiting,
        incidents,
        me,
        people,
        phone_list,
        network,
        house,
        pairing,
    ):
        app.register_api(module.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(language.blueprint)
    app.register_blueprint(phrases.blueprint)
    app.register_blueprint(card_page.blueprint)
    app.add_url_rule(ALIVE, "alive", lambda: Response(status=204))
    app.add_url_rule("/healthz", view_func=state.show_health)
    app.add_url_rule("/problems/<string:code>", view_func=explain_problem)
    app.add_url_rule("/openapi/openapi.json", "openapi", lambda: document(app))
    add_stream(app, service)
    _tell_faults(app)
    service.start()
    return app


class _Json(DefaultJSONProvider):
    """Flask's, for which what nests too deeply to be read is no JSON, as what breaks off is none."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401  # any JSON value
        """Raises ValueError for what cannot be read."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as problem:
            raise ValueError("it nests too deeply") from problem


def explain_problem(code: str) -> Response:
    """What a problem's `type` leads to: the fault's words in the language that is asked for; 404 for no fault."""
    if code not in CATALOGUE:
        raise NotFound
    fault = StationError(code)
    if not request.accept_mimetypes.accept_html:
        return respond(fault, status=200)
    return Response(show("error", page_language(), problem=problem(fault, status=200, texts=Texts(page_language()))))


def _say(fault: StationError, status: int | None) -> Response:
    """The fault as a problem, or as a page where a person opened one. `status`: another than the fault's own."""
    if request.path.startswith((PREFIX, "/healthz", "/openapi")) or not request.accept_mimetypes.accept_html:
        return respond(fault, status=status)
    if fault.code == "pin-due" and request.method == "GET":
        return redirect(f"/me?{urlencode({'to': request.full_path.rstrip('?')})}", code=303)  # type: ignore[return-value]  # as in `web_ui.language`
    said = problem(fault, status=status, texts=Texts(page_language()))
    return Response(show("error", page_language(), problem=said), status=said.status)


def _tell_faults(app: OpenAPI) -> None:
    """Turn every exception into a problem, or a page that says the same to a person."""

    @app.errorhandler(StationError)
    def refused(error: StationError) -> Response:
        return _say(error, None)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        fault = StationError(_CODES.get(status, "input-invalid" if status < 500 else "internal-error"), request.path)
        response = _say(fault, status)
        if status == 405:
            response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ["GET"]))
        return response

    @app.errorhandler(Exception)
    def defect(error: Exception) -> Response:
        log.error("request %s failed", request.path, exc_info=error)
        return respond(StationError("internal-error", request.path))
