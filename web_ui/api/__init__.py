"""The HTTP API under /api/v1: one blueprint a resource."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.types import ParametersTuple
from flask_openapi3.utils import parse_parameters

from web_ui.problems import MEDIA_TYPE

PREFIX = "/api/v1"


_DESCRIBING = Lock()


class Resource(APIBlueprint):
    """A blueprint whose part of the OpenAPI document is made when somebody first asks for the document.

    Made at the start, as its base class does, it costs the web process a sixth of its time before the first page.
    """

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  # the base class's own
        super().__init__(*given, **named)
        self._undescribed: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **described: Any) -> ParametersTuple:  # noqa: ANN401
        """Keep what the document will say of a route; what a request is checked by is needed at once."""
        self._undescribed.append((rule, func, described))
        return parse_parameters(func, doc_ui=False)

    def describe(self) -> None:
        """Make what has waited."""
        while self._undescribed:
            rule, func, described = self._undescribed.pop(0)
            super()._collect_openapi_info(rule, func, **described)


def document(app: OpenAPI) -> dict[str, Any]:
    """The OpenAPI document of all that is registered; made once."""
    with _DESCRIBING:  # the resources belong to the process, and two may ask at once
        if not app.spec_json:
            for one in app.blueprints.values():
                if isinstance(one, Resource):
                    one.describe()
                    app.paths.update(one.paths)
                    app.components_schemas.update(one.components_schemas)
                    app.tags += [tag for tag in one.tags if tag not in app.tags]
        made: dict[str, Any] = app.api_doc
    return made


def resource(name: str, about: str, *refusals: int) -> Resource:
    """A blueprint of the API, whose requests may be refused with these statuses beside 403, 422 and 429."""
    return Resource(
        name,
        __name__,
        url_prefix=PREFIX,
        abp_tags=[Tag(name=name, description=about)],
        abp_responses={str(status): refusal() for status in (403, 422, 429, *refusals)},
    )


def refusal() -> dict[str, Any]:
    """The documentation of one refusal."""
    return {
        "description": "Refused: what, why, and what to do.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ApiProblem"}}},
    }
