"""The HTTP API under /api/v1: one blueprint a resource."""

from __future__ import annotations

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from web_ui.problems import MEDIA_TYPE

PREFIX = "/api/v1"


def resource(name: str, about: str, *refusals: int) -> APIBlueprint:
    """A blueprint of the API, whose requests may be refused with these statuses beside 403, 422 and 429."""
    return APIBlueprint(
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
