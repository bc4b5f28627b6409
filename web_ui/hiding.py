"""Who a patient is goes over no line that others could listen to: not in an answer, and not in what is sent."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, request

from station.access.rights import Right
from station.faults import InputError
from web_ui.callers import caller

NAMES: dict[str, object] = {
    "initials": "",
    "birth_year": None,
    "goals": "",
    "notes": "",
    "note": "",
    "consent_initials": "",
}
"""Keys, wherever in an answer they stand, that tell who a patient is, with what stands there instead."""


def hide_names(app: Flask) -> None:
    """Take no name out of, and none into, a request of `app` whose way others could listen to."""

    @app.before_request
    def taken_in() -> None:
        if Right.NAMES in caller().rights or not request.is_json:
            return
        told = sorted(key for key in _keys(request.get_json(silent=True)) if key in NAMES)
        if told:
            raise InputError("names-in-the-open", ", ".join(told))

    @app.after_request
    def given_out(response: Response) -> Response:
        if response.is_json and not response.is_streamed and Right.NAMES not in caller().rights:
            body = response.get_json(silent=True)
            if any(key in NAMES for key in _keys(body)):
                response.set_data(json.dumps(_without(body), ensure_ascii=False))
        return response


def _keys(value: Any) -> set[str]:  # noqa: ANN401  # any JSON value
    """Every key in it that has a value: an empty one tells nothing."""
    if isinstance(value, dict):
        return {key for key, one in value.items() if one not in ("", None)}.union(*map(_keys, value.values()))
    return set().union(*map(_keys, value)) if isinstance(value, list) else set()


def _without(value: Any) -> Any:  # noqa: ANN401  # as above
    if isinstance(value, dict):
        return {key: NAMES[key] if key in NAMES else _without(one) for key, one in value.items()}
    return [_without(one) for one in value] if isinstance(value, list) else value
